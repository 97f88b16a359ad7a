"""The views of the list of runs that a person keeps: the last one, and saved ones with names; for each root."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from runs_tui.model.kept import Kept
from runs_tui.model.view import View

_USUAL = View()
_CHOICE = ("words", "experiment", "archived", "hidden")
"""What tells which runs are shown: part of a saved view, but not carried into the next session, where runs would
seem to be missing."""
_LONGEST_NAME = 60


class Views:
    """The views of these roots. Never raises: what cannot be read is left out, what cannot be written is forgotten."""

    def __init__(self, roots: Iterable[str]) -> None:
        self._kept = Kept(roots, "views")
        self.last = _USUAL
        """How the runs were arranged last; all of them are shown."""
        self._saved: dict[str, View] = {}
        self._read()

    @property
    def names(self) -> tuple[str, ...]:
        """The saved views, oldest first."""
        return tuple(self._saved)

    def saved(self, name: str) -> View | None:
        """The view of this name."""
        return self._saved.get(name)

    def name_of(self, view: View) -> str | None:
        """The name under which this very view is saved, whatever groups are folded."""
        view = _lasting(view)
        return next((name for name, each in self._saved.items() if each == view), None)

    def keep(self, view: View) -> None:
        """Begin the next session with this arrangement."""
        last = replace(_lasting(view), **{name: getattr(_USUAL, name) for name in _CHOICE})
        if last != self.last:
            self._read()
            self.last = last
            self._write()

    def save(self, name: str, view: View) -> str:
        """Save a view, in place of one of the same name; the name as it is kept, empty if there is none."""
        name = " ".join(name.split())[:_LONGEST_NAME]
        if name:
            self._read()
            self._saved[name] = _lasting(view)
            self._write()
        return name

    def forget(self, name: str) -> None:
        """Drop a saved view."""
        self._read()
        self._saved.pop(name, None)
        self._write()

    def _read(self) -> None:
        """What the file says, if it says anything: another app may have saved something meanwhile."""
        kept = self._kept.read()
        last, saved = kept.get("last"), kept.get("saved")
        if isinstance(last, dict):
            self.last = _decoded(last)
        if isinstance(saved, dict):
            self._saved = {name: _decoded(view) for name, view in saved.items() if isinstance(view, dict)}

    def _write(self) -> None:
        saved = {name: _encoded(view) for name, view in self._saved.items()}
        self._kept.write({"last": _encoded(self.last), "saved": saved})


def _lasting(view: View) -> View:
    """The view as it is kept: which groups are folded is of the moment."""
    return replace(view, flipped=_USUAL.flipped)


def _encoded(view: View) -> dict[str, Any]:
    """What differs from the usual view."""
    values = {each.name: getattr(view, each.name) for each in fields(View)}
    return {name: value for name, value in values.items() if value != getattr(_USUAL, name)}


def _decoded(kept: Mapping[str, Any]) -> View:
    """The view; a part that is not as it must be is the usual one."""
    found: dict[str, Any] = {}
    for each in fields(View):
        value, usual = kept.get(each.name), getattr(_USUAL, each.name)
        if isinstance(usual, tuple) and isinstance(value, list) and all(isinstance(part, str) for part in value):
            found[each.name] = tuple(dict.fromkeys(value))
        elif type(value) is (str if usual is None else type(usual)):
            found[each.name] = value
    return View(**found)
