"""Tags, properties, status and details of a `Run`, one mixin."""

from __future__ import annotations

import os
import time

from runstore.exceptions import UserErrorException
from runstore.layout.paths import RunPaths
from runstore.layout.printable import printable
from runstore.records import status
from runstore.records.manifest import cancel_requested, decode_manifest
from runstore.writing.edit import write_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from runstore.reading.run import RunReader
    from runstore.reading.states import State
    from runstore.runs.session import Session
    from runstore.writing.owner import RunOwner
    from runstore.writing.writer import RunWriter


class Facts:
    """What is known of a run beside its metrics. Reads are fresh: other processes may change a run at any time."""

    id: str
    _folder: str
    _owner: RunOwner | None
    _joined: bool
    _session: Session
    _writer: RunWriter

    def _owns(self) -> bool:
        """Whether this process decides on the run; a forked child of the owner does not."""
        return self._owner is not None and self._session.pid == os.getpid()

    # ---- changes

    def _change(self, **change: Any) -> None:
        """Record one change where this process may: in its records/ while the run goes on, else in an edit.

        Both carry their time, so that of what several people say of one thing the last word counts.
        """
        writer = self._writer  # a run that begins with this call gets its folder now
        if self._joined and self._has_ended():
            try:
                write_edit(self._folder, {**change, "time": time.time()})
            except (OSError, ValueError):  # a rank that is left goes on: at least the run itself shall tell of it
                writer.record(**change)
        elif self._joined or (self._owner is not None and not self._owner.ended):
            writer.record(**change)
        else:
            self._writing(lambda: write_edit(self._folder, {**change, "time": time.time()}))

    def _has_ended(self) -> bool:
        """Whether its owner has ended the run: lists do not look for later records of its ranks, but at edits."""
        try:
            with open(RunPaths(self._folder).manifest, "rb") as file:
                return decode_manifest(file.read())["status"] in status.TERMINAL
        except (OSError, ValueError):
            return False

    def _writing(self, write: Callable[[], object]) -> None:
        try:
            write()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise UserErrorException("cannot change run {}: {}".format(self._folder, why)) from error

    def tag(self, key: str, value: str | None = None) -> None:
        """Set one tag; without a value it is a bare mark."""
        self.set_tags({key: value})

    def set_tags(self, tags: dict[str, Any]) -> None:
        """Set several tags; values become strings, which is said for those that are none, and None stays None."""
        self._change(kind="tags", value=self._texts("tag", tags))

    def remove_tags(self, tags: list[str]) -> None:
        """Remove tags by key; those that are not there are ignored."""
        self._change(kind="tags", value={}, remove=[str(key) for key in tags])

    def get_tags(self) -> dict[str, Any]:
        """All tags."""
        return dict(self._manifest()["tags"])

    @property
    def tags(self) -> dict[str, Any]:
        """All tags."""
        return self.get_tags()

    def add_properties(self, properties: dict[str, Any]) -> None:
        """Add properties; they never change, so an existing key with another value raises `UserErrorException`."""
        new = self._texts("property", properties)
        known = self._manifest()["properties"]
        for key, value in new.items():
            if key in known and known[key] != value:
                raise UserErrorException("property {!r} is set to {!r} and cannot change".format(key, known[key]))
        if new:
            self._change(kind="properties", value=new)

    def get_properties(self) -> dict[str, Any]:
        """All properties."""
        return dict(self._manifest()["properties"])

    @property
    def properties(self) -> dict[str, Any]:
        """All properties."""
        return self.get_properties()

    def _texts(self, what: str, values: dict[str, Any]) -> dict[str, str | None]:
        for key, value in values.items():
            if value is not None and not isinstance(value, str):
                text = "run {}: the value of {} {!r} ({}) is kept as text"
                _say_once(text.format(self.id, what, printable(key, 100), type(value).__name__))
        return {str(key): _text(value) for key, value in values.items()}

    # ---- reading

    def _reader(self) -> RunReader:
        """The run with all that was logged, read up to now."""
        reader = self._kept_reader()
        reader.refresh()
        return reader

    def _kept_reader(self) -> RunReader:
        from runstore.reading.run import RunReader

        reader: RunReader | None = self.__dict__.get("_reader_kept")
        if reader is None or reader.folder != self._folder:
            reader = self.__dict__["_reader_kept"] = RunReader(self._folder)
        return reader

    def _manifest(self) -> dict[str, Any]:
        """``run.json`` as it stands now, with what others have changed; points are not read for it."""
        reader = self._kept_reader()
        reader.refresh_facts()
        return reader.manifest

    def _state(self) -> State:
        """How the run stands now, its processes looked at."""
        from runstore.reading.states import reader_state

        self._manifest()
        reader = self._kept_reader()
        state = reader_state(reader)
        if state.word in ("dead", "lost") or state.status == status.NOT_RESPONDING:
            # It may have ended in order a moment ago, and a rank, which is known by its points, may live on.
            reader.refresh()
            state = reader_state(reader)
        return state

    @property
    def display_name(self) -> str:
        """The name that people see; can be set."""
        manifest = self._manifest()
        return str(manifest["display_name"] or manifest["id"])

    @display_name.setter
    def display_name(self, name: str | None) -> None:
        self._change(kind="display_name", value=_text(name))

    @property
    def name(self) -> str:
        """The display name (Azure ML's older word for it)."""
        return self.display_name

    @property
    def description(self) -> str | None:
        """A note on the run; can be set."""
        description = self._manifest()["description"]
        return None if description is None else str(description)

    @description.setter
    def description(self, text: str | None) -> None:
        self._change(kind="description", value=_text(text))

    @property
    def number(self) -> int | None:
        """1, 2, 3 ... in its experiment."""
        number = self._manifest()["number"]
        return number if isinstance(number, int) else None

    @property
    def type(self) -> str | None:
        """The run's type, such as ``azureml.scriptrun``; None for an interactive run."""
        kind = self._manifest()["type"]
        return None if kind is None else str(kind)

    def get_status(self) -> str:
        """The status in Azure ML's words; a run whose process is gone is Failed, one unheard of NotResponding."""
        state = self._state()
        if state.status not in status.TERMINAL and cancel_requested(self._manifest()):
            return status.CANCEL_REQUESTED
        return state.status

    @property
    def status(self) -> str:
        """The same as `get_status`."""
        return self.get_status()


def utc(seconds: Any) -> str | None:
    """Unix seconds as Azure ML writes times: ISO 8601 in UTC with microseconds and Z; None where there is no date."""
    from runstore.records.moments import date_of

    date = date_of(seconds)
    return None if date is None else date.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


_said: set[str] = set()


def _say_once(text: str) -> None:
    from runstore.runs.session import say

    if text not in _said:
        _said.add(text)
        say(text)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
