"""The last lines of a file, for a preview."""

from __future__ import annotations

import math

from runstore.reading.text.blocks import Blocks
from runstore.reading.text.file import TextFile
from runstore.reading.text.screen import ScreenLine, screen_lines
from runstore.reading.text.shown import ShownText

_REACH = 64 << 10  # bytes before the end in which what was redrawn is told from lines
_MOST_BLANK = 200  # empty lines passed over in search of one that is not


def last_screen_lines(file: TextFile, count: int) -> list[ScreenLine]:
    """The last ``count`` lines as a terminal shows them, in order; empty ones at the very end are left out."""
    found: list[ScreenLine] = []
    file.blocks = Blocks(file.start_from(file.size - _REACH) or 0)
    file.blocks.grow(file.read, lambda: file.size, math.inf)
    text = ShownText(file).still()
    start = text.last()
    blank = 0
    while start is not None and len(found) < count and blank < _MOST_BLANK:
        for shown in reversed(screen_lines(text.line(start))):
            if found or shown.text.strip():
                found.append(shown)
            else:
                blank += 1
        start = text.before(start)
    return found[:count][::-1]


def last_lines(path: str, count: int) -> list[str]:
    """The text of the last ``count`` lines, safe to show; none when the file cannot be read."""
    file = TextFile(path)
    try:
        return [shown.text for shown in last_screen_lines(file, count)]
    finally:
        file.close()
