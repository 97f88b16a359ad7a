"""A log in the pager or the editor of the user, in the place of the app for as long as that runs."""

from __future__ import annotations

import os
import shlex
import subprocess

from textual.app import App, SuspendNotSupported

_TAKE_LINES = frozenset(
    ("less", "more", "most", "vi", "vim", "nvim", "view", "nano", "emacs", "emacsclient", "kak", "joe")
)
"""Programs that go to a line given as ``+N``."""


def pager() -> str:
    """The command of the user's pager."""
    return os.environ.get("PAGER") or "less -R"


def editor() -> str:
    """The command of the user's editor."""
    return os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"


def show_in(app: App[object], command: str, path: str, line: int | None) -> str:
    """Run ``command`` on the file and wait for its end; what went wrong, in a few words. ``line``: from 1."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        return f"{command!r} is no command"
    name = os.path.basename(words[0])
    place = [f"+{line}"] if line is not None and name in _TAKE_LINES else []
    try:
        with app.suspend():
            return _run([*words, *place, path], name)
    except SuspendNotSupported:
        return "there is no terminal for another program"


def _run(command: list[str], name: str) -> str:
    """Nothing may be raised here: it would leave the app suspended."""
    try:
        code = subprocess.run(command, check=False).returncode
    except (OSError, ValueError) as error:
        return f"{name}: {error.strerror if isinstance(error, OSError) else error}"
    return f"{name} ended with {code}" if code else ""
