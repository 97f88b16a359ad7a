"""One registry of keys: it feeds the bindings, the hints line, the help screen and the palette.

A scope is a set of keys that hold together (a screen, or one tab of the run screen); ``keys/<scope>.py`` holds
its ``KEYS``. A screen is a tuple of scopes that listen at the same time, and there one key has one meaning.
Importing this package does not import Textual.
"""

from __future__ import annotations

import importlib
import os
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from runstore.layout.roots import config_file

if TYPE_CHECKING:
    from textual.binding import BindingType

SCOPES: dict[str, str] = {
    "everywhere": "Everywhere",
    "runs": "Runs",
    "run": "Run",
    "overview": "Overview",
    "charts": "Charts",
    "output": "Output",
    "records": "Records",
    "files": "Files",
    "children": "Children",
    "compare": "Compare",
    "differences": "Differences",
    "sweep": "Sweep",
    "legend": "Compared runs",
    "prompt": "Prompt",
    "filter": "Filter",
    "help": "Help",
    "palette": "Palette",
    "actions": "Actions",
    "columns": "Columns",
    "views": "Saved views",
    "group": "Groups",
    "x_axis": "X axis",
    "confirm": "Question",
}
SCREENS: dict[str, tuple[str, ...]] = {
    "runs": ("runs", "everywhere"),
    "run/overview": ("overview", "run", "everywhere"),
    "run/charts": ("charts", "run", "everywhere"),
    "run/output": ("output", "run", "everywhere"),
    "run/records": ("records", "run", "everywhere"),
    "run/files": ("files", "run", "everywhere"),
    "run/children": ("children", "run", "everywhere"),
    "compare/charts": ("compare", "charts", "everywhere"),
    "compare/differences": ("differences", "compare", "everywhere"),
    "compare/sweep": ("sweep", "compare", "everywhere"),
    "compare/legend": ("legend", "compare", "everywhere"),
    "help": ("help", "everywhere"),
    "prompt": ("prompt", "everywhere"),
    "filter": ("filter", "prompt", "everywhere"),
    "palette": ("palette", "prompt", "everywhere"),
    "actions": ("actions", "everywhere"),
    "columns": ("columns", "everywhere"),
    "views": ("views", "everywhere"),
    "group": ("group", "prompt", "everywhere"),
    "x_axis": ("x_axis", "prompt", "everywhere"),
    "confirm": ("confirm", "everywhere"),
}
NEVER_BOUND = frozenset({"ctrl+a", "ctrl+b", "ctrl+s", "ctrl+q", "ctrl+h", "ctrl+j"})
"""Kept for screen, tmux, flow control, and the terminals that send them for Backspace and Enter."""

_SHOWN = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup", "up": "↑", "down": "↓", "left": "←", "right": "→"}
_NAMED = {"slash": "/", "backslash": "\\", "at": "@", "minus": "-", "plus": "+", "underscore": "_", "comma": ","}


class Key(msgspec.Struct, frozen=True):
    """One action of a scope: its keys (``"j,down"``), a word or two for the hints, and a sentence for the help.

    ``action`` is the name of the ``action_<name>`` method of the widget that uses the scope.
    """

    action: str
    keys: str
    label: str
    hint: bool = False
    help: str = ""

    @property
    def each(self) -> tuple[str, ...]:
        """The single keys."""
        return tuple(_character(key.strip()) for key in self.keys.split(","))

    @property
    def shown(self) -> str:
        """The first key as a person writes it."""
        return show_key(self.each[0])


class KeyConfigError(Exception):
    """The key settings of the user's config.toml cannot be used; the text says why and where."""


def show_key(key: str) -> str:
    """A key as a person writes it: ``escape`` -> ``esc``."""
    return _SHOWN.get(key, key)


def _character(key: str) -> str:
    """The character that a long key name of Textual stands for (``question_mark`` -> ``?``), else the name."""
    if len(key) == 1 or key in _NAMED:
        return _NAMED.get(key, key)
    try:
        character = unicodedata.lookup(key.replace("_", " "))
    except KeyError:
        return key
    return character if character.isprintable() and not character.isspace() else key


def default_keys(scope: str) -> tuple[Key, ...]:
    """The keys of a scope before the user's changes."""
    keys: tuple[Key, ...] = importlib.import_module(f"runs_tui.keys.{scope}").KEYS
    return keys


@cache
def keys(scope: str) -> tuple[Key, ...]:
    """The keys of a scope as the user has them."""
    mine = remaps().get(scope, {})
    return tuple(msgspec.structs.replace(key, keys=mine.get(key.action, key.keys)) for key in default_keys(scope))


def shown_key(scope: str, action: str) -> str:
    """The first key of an action as a person writes it."""
    return next(key.shown for key in keys(scope) if key.action == action)


def bindings(scope: str) -> list[BindingType]:
    """A scope's keys for the ``BINDINGS`` of a Textual class."""
    from textual.binding import Binding

    return [Binding(key.keys, key.action, key.label, show=False, id=f"{scope}.{key.action}") for key in keys(scope)]


def hints(screen: str) -> list[tuple[str, str]]:
    """(key, word) for the hints line of a screen, most particular scope first."""
    return [(key.shown, key.label) for scope in SCREENS[screen] for key in keys(scope) if key.hint]


def help_sections(screen: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """(title, [(keys, what they do)]) for each scope of a screen."""
    return [
        (SCOPES[scope], [(" ".join(map(show_key, key.each)), key.help or key.label) for key in keys(scope)])
        for scope in SCREENS[screen]
    ]


def clashes(screen: str) -> Iterator[str]:
    """What is wrong with the keys of a screen: one key with two meanings, or a key that must stay free."""
    taken: dict[str, str] = {}
    for scope in SCREENS[screen]:
        for key in keys(scope):
            for each in key.each:
                if each in NEVER_BOUND:
                    yield f"{scope}.{key.action}: {show_key(each)} must stay free"
                elif each in taken:
                    yield f"{scope}.{key.action}: {show_key(each)} already means {taken[each]}"
                else:
                    taken[each] = f"{scope}.{key.action}"


@cache
def remaps() -> Mapping[str, Mapping[str, str]]:
    """The user's keys, ``{scope: {action: keys}}``, from ``[keys.<scope>]`` of config.toml.

    Raises `KeyConfigError` for a file that is no TOML or names a scope or action that does not exist.
    """
    path = config_file()
    if not os.path.exists(path):
        return {}
    import tomllib

    try:
        with open(path, "rb") as file:
            section = tomllib.load(file).get("keys", {})
    except OSError:
        return {}
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number of thousands of digits, deep nesting
        raise KeyConfigError(f"{path}: {error}") from error
    if not isinstance(section, dict):
        raise KeyConfigError(f"{path}: 'keys' must hold sections such as [keys.runs]")
    for scope, actions in section.items():
        if scope not in SCOPES or not isinstance(actions, dict):
            raise KeyConfigError(f"{path}: [keys.{scope}]: the scopes are {', '.join(SCOPES)}")
        known = {key.action for key in default_keys(scope)}
        for action, text in actions.items():
            if action not in known:
                raise KeyConfigError(f"{path}: [keys.{scope}] {action}: the actions are {', '.join(sorted(known))}")
            if not isinstance(text, str) or not all(part.strip() for part in text.split(",")):
                raise KeyConfigError(f'{path}: [keys.{scope}] {action}: give a text of keys such as "j,down"')
    return section


def check() -> None:
    """Raise `KeyConfigError` when the user's keys clash on some screen."""
    for screen in SCREENS if remaps() else ():
        for problem in clashes(screen):
            raise KeyConfigError(f"{config_file()}: {problem} (screen {screen})")
