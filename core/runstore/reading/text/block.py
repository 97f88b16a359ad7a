"""Lines of a text that are shown as one: a traceback, or what a program drew over and over in the same place."""

from __future__ import annotations

from typing import NamedTuple


class Block(NamedTuple):
    """The bytes from ``start`` to ``end``, both starts of lines, and the pieces of them that are shown, a row each.

    ``lines``: of a traceback how many it has; 0 for what was redrawn.
    """

    start: int
    end: int
    rows: tuple[tuple[int, int], ...]
    lines: int = 0
