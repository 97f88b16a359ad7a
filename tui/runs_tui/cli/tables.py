"""Tables of the command line: aligned columns, as wide as they need where there is no terminal, else cut to it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection, Sequence

import click


def print_table(
    titles: Sequence[str],
    lines: Sequence[Sequence[str]],
    *,
    numbers: Collection[int] = (),
    narrow: Sequence[int] = (),
    least: int = 8,
) -> None:
    """Print lines of cells that are safe for a terminal.

    ``numbers``: columns aligned to the right. ``narrow``: columns that give way, in this order, where the terminal is
    too narrow, but keep ``least`` cells; what is too wide even then is cut.
    """
    cells = [titles, *lines]
    room = terminal_width()
    widths = fitted(widths_of(cells), [(place, least) for place in narrow], room)
    for line in cells:
        click.echo(aligned(line, widths, numbers, room))


def terminal_width() -> int | None:
    """The columns of the terminal; None where the output is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def widths_of(lines: Sequence[Sequence[str]]) -> list[int]:
    """The width of each column's widest cell."""
    from runs_tui.model.text import cell_len

    return [max(map(cell_len, column)) for column in zip(*lines, strict=True)]


def fitted(widths: Sequence[int], narrow: Sequence[tuple[int, int]], room: int | None) -> list[int]:
    """The widths such that a line takes at most ``room`` cells, if the columns ``narrow`` can give so much.

    These are (column, the least it keeps), in the order in which they give way.
    """
    found = list(widths)
    for place, least in narrow if room else ():
        too_much = line_width(found) - (room or 0)
        found[place] = max(found[place] - max(too_much, 0), min(found[place], least))
    return found


def line_width(widths: Sequence[int]) -> int:
    """Cells of a line with columns of these widths."""
    return sum(widths) + 2 * (len(widths) - 1)


def aligned(cells: Sequence[str], widths: Sequence[int], numbers: Collection[int] = (), room: int | None = None) -> str:
    """One line: cells in columns, those of ``numbers`` to the right, cut to ``room`` cells; cells beyond the last
    width are left out."""
    from runs_tui.model import text as fit

    line = "  ".join(
        fit.right(cell, width) if place in numbers else fit.left(cell, width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=False))
    ).rstrip()
    return fit.left(line, room).rstrip() if room else line
