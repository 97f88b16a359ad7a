"""The names of a chart's curves beside their colours, where they hide no data."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len

from runs_tui.plotting.cells import Cells, Role, fit
from runs_tui.plotting.glyphs import Glyphs
from runs_tui.plotting.look import Look

_SHORTEST = 8  # a name is cut to no less
_LONGEST = 32
_GAP = 2


class Entry(NamedTuple):
    """A text of a legend, at a row and column of it; ``curve`` is its number, None for how many have no entry."""

    row: int
    column: int
    text: str
    curve: int | None


class Legend(NamedTuple):
    """The rows that it takes under the title, or the columns right of the plot, and what stands there."""

    under: int = 0
    right: int = 0
    entries: tuple[Entry, ...] = ()


@lru_cache(maxsize=64)
def lay_legend(names: tuple[str, ...], width: int, height: int, glyphs: Glyphs) -> Legend:
    """The place for the legend of a chart of this size.

    All names on one row are best; a wide chart has them on its right; else there are one or two rows with as many
    as they hold. A low chart has none.
    """
    if not names or width < 30 or height < 8:
        return Legend()
    shown = [fit(name, _LONGEST, glyphs.ellipsis) for name in names[: width * height]]
    one_row = _flow(shown, len(names) - len(shown), width, glyphs)
    if one_row[-1].row == 0:
        return Legend(1, 0, tuple(one_row))
    if width >= 90 and height >= 10:
        return _beside(shown, len(names), width, height, glyphs)
    most = 2 if height >= 14 else 1
    for length in range(_LONGEST - 1, _SHORTEST - 1, -1):
        entries = _flow(_cut(shown, length, glyphs), 0, width, glyphs)
        if entries[-1].row < most:
            return Legend(entries[-1].row + 1, 0, tuple(entries))
    count = sum(entry.row < most for entry in entries)
    while count > 1:
        entries = _flow([entry.text for entry in entries[:count]], len(names) - count, width, glyphs)
        if entries[-1].row < most:
            break
        count -= 1
    return Legend(most, 0, tuple(entry for entry in entries if entry.row < most))


def draw_legend(cells: Cells, legend: Legend, look: Look) -> None:
    """Draw it where it was laid."""
    left = cells.width - legend.right if legend.right else 0
    for row, column, text, curve in legend.entries:
        if curve is None:
            cells.put(1 + row, left + column, text, Role.NOTE)
        else:
            at = cells.put(1 + row, left + column, look.glyphs.sample, Role.LINE + look.hue_at(curve))
            cells.put(1 + row, at + 1, text, Role.TITLE)


def _flow(names: list[str], rest: int, width: int, glyphs: Glyphs) -> list[Entry]:
    """Names in rows as words in lines; the number of the rest last."""
    entries: list[Entry] = []
    row, column = 0, 1
    for number, text in enumerate([*names, f"+{rest} more"] if rest else names):
        is_name = number < len(names)
        size = cell_len(text) + (len(glyphs.sample) + 1 if is_name else 0)
        if column > 1 and column + size > width:
            row, column = row + 1, 1
        entries.append(Entry(row, column, text, number if is_name else None))
        column += size + _GAP
    return entries


def _beside(names: list[str], count: int, width: int, height: int, glyphs: Glyphs) -> Legend:
    """One name a row, right of the plot."""
    around = len(glyphs.sample) + 1 + _GAP
    right = min(max(map(cell_len, names)) + around, width // 4)
    room = height - 2
    shown = names if count <= room else names[: room - 1]
    entries = [Entry(row, _GAP, name, row) for row, name in enumerate(_cut(shown, right - around, glyphs))]
    if count > len(shown):
        entries.append(Entry(len(shown), _GAP, f"+{count - len(shown)} more", None))
    return Legend(0, right, tuple(entries))


def _cut(names: list[str], length: int, glyphs: Glyphs) -> list[str]:
    """Names of at most ``length`` cells: cut in their middle, or at their start or end where that tells more of them
    apart."""
    room = length - cell_len(glyphs.ellipsis)
    ways = (
        [fit(name, length, glyphs.ellipsis) for name in names],
        [name if cell_len(name) <= length else glyphs.ellipsis + _end(name, room) for name in names],
        [name if cell_len(name) <= length else _end(name[::-1], room)[::-1] + glyphs.ellipsis for name in names],
    )
    return max(ways, key=lambda cut: len(set(cut)))


def _end(name: str, room: int) -> str:
    """As much of the end of a name as takes ``room`` cells."""
    while cell_len(name) > room:
        name = name[1:]
    return name
