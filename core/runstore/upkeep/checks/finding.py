"""One thing that a check found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Level = Literal["note", "warning", "error"]
"""``note``: good to know, nothing is wrong; ``warning``: somebody should do something; ``error``: something is lost or
cannot be used."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``kind`` is one of a fixed set of words, for programs; ``path``: the file or folder; ``text``: what, for people.

    ``remedy``: what a person can do, empty where there is nothing to do or `repair` does it.
    """

    level: Level
    kind: str
    path: str
    text: str
    remedy: str = ""
    repair: Callable[[], str] | None = None
    """Mends it without destroying anything, and says what was done; raises OSError or `WorkspaceException`."""
