"""Imports Textual without what the monitor never uses: a sixth of the time that it takes.

Textual's app imports its command palette with half of its widgets and the names of download folders; asyncio imports
OpenSSL. While they are imported, stand-ins are in those places; whoever asks for one of these modules later gets it.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_UNUSED = ("textual.command", "platformdirs")
"""The monitor has a palette of its own, and delivers no files."""
_MISSED = ("ssl",)
"""asyncio does without it where Python was built without it."""


class _StandIn(ModuleType):
    """Has a class of any name, which does nothing."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {})
        setattr(self, name, made)
        return made


def import_textual() -> None:
    """Import the app of Textual, once; as it is, should it not take the stand-ins."""
    if "textual.app" in sys.modules:
        return
    before = set(sys.modules)
    try:
        with _stand_ins():
            importlib.import_module("textual.app")
    except Exception:  # another version, which does more with them
        for name in set(sys.modules) - before:
            if name.partition(".")[0] in ("textual", "asyncio"):
                del sys.modules[name]


@contextmanager
def _stand_ins() -> Iterator[None]:
    made: dict[str, ModuleType | None] = {name: _StandIn(name) for name in _UNUSED}
    made |= dict.fromkeys(_MISSED)
    made = {name: module for name, module in made.items() if name not in sys.modules}
    sys.modules.update(made)  # type: ignore[arg-type]  # None: "cannot be imported", as the language has it
    try:
        yield
    finally:
        for name in made:
            del sys.modules[name]
