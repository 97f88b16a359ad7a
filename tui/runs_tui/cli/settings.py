"""The user's settings for the monitor, from ``config.toml``; an option on the command line goes before them."""

from __future__ import annotations

import os
from typing import Any

import msgspec

from runs_tui.cli.errors import Problem

_OTHERS = ("root", "keys")
"""What else may stand there: the place of new stores, and the keys (`runs_tui.keys`)."""


class Settings(msgspec.Struct, frozen=True):
    """The settings at the top of the file, with what holds where nothing is said."""

    theme: str = ""
    """The name of a theme; empty: as the terminal is."""
    mouse: bool = True
    """Whether the app takes the mouse."""
    utc: bool = False
    """Whether times are shown in UTC."""
    ascii: bool = False
    """Whether the screen is drawn with ASCII characters alone."""


def settings_for_the_monitor(plain: bool = False) -> Settings:
    """The settings, once all is found to be in order for opening the monitor on this terminal.

    ``plain``: ASCII alone was asked for. Raises `Problem` for a terminal, a setting or a key that cannot be used.
    """
    from runs_tui import keys
    from runs_tui.plain import ASKED

    if os.environ.get("TERM") in ("dumb", "unknown"):
        raise Problem(f"TERM={os.environ['TERM']}: the monitor cannot be shown there; 'runs-tui ls' lists the runs")
    settings = read_settings()
    if plain or settings.ascii:
        os.environ[ASKED] = "1"
    try:
        keys.check()
    except keys.KeyConfigError as error:
        raise Problem(str(error)) from error
    return settings


def read_settings() -> Settings:
    """The settings of this user; raises `Problem` for a file, a name or a value that cannot be used."""
    from runstore.layout.roots import config_file, configured_base

    path = config_file()
    if not os.path.exists(path):
        return Settings()
    known = {
        name: type(usual) for name, usual in zip(Settings.__struct_fields__, Settings.__struct_defaults__, strict=True)
    }
    found: dict[str, Any] = {}
    for name, value in _content(path).items():
        if name in known:
            if type(value) is not known[name]:
                wanted = "true or false" if known[name] is bool else "a text in quotes"
                raise Problem(f"{path}: {name} = {value!r}: give {wanted}")
            found[name] = value
        elif name == "root":
            # The writing way, which has no TOML, must read the same.
            if not isinstance(value, str) or os.path.expanduser(value) != configured_base():
                raise Problem(f"{path}: root = {value!r}: give a path on one line, in single quotes")
        elif name not in _OTHERS:
            raise Problem(f"{path}: there is no setting {name!r}; the settings are {', '.join((*known, *_OTHERS))}")
    return Settings(**found)


def _content(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number of thousands of digits, deep nesting
        raise Problem(f"{path}: {error}") from error
