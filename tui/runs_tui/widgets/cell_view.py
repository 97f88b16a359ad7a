"""A widget that shows cells, and repaints only those that differ from the ones on the screen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip

from runs_tui.plotting.cells import Cells
from runs_tui.plotting.styles import styles
from runs_tui.widgets.lines import Lines


def to_strip(cells: Cells, row: int, theme: str) -> Strip:
    """One row of cells as Textual draws it."""
    by_role = styles(theme)
    return Strip([Segment(text, by_role[role]) for text, role in cells.row(row)], cells.width)


def to_strips(cells: Cells, theme: str) -> list[Strip]:
    """All rows of cells as Textual draws them."""
    return [to_strip(cells, row, theme) for row in range(cells.height)]


class CellView(Lines):
    """Base of the charts: a subclass gives `paint`, and calls `repaint` when what it shows has changed."""

    _cells: Cells | None = None
    _painted: tuple[Size, str] | None = None

    def __init__(self) -> None:
        super().__init__()
        self._strips: dict[int, Strip] = {}

    def paint(self, width: int, height: int) -> Cells:
        """The cells to show, exactly ``width`` x ``height``."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Paint again, and refresh the cells that differ."""
        size = self.content_size
        if not self.is_mounted or not size:
            self._painted = None
            return
        before, same = self._cells, self._painted == (size, self.app.theme)
        cells = self._paint(size)
        if before is None or not same:
            self._strips.clear()
            self.refresh()
            return
        regions = list(changed_regions(before, cells))
        for region in regions:
            self._strips.pop(region.y, None)
        if regions:
            self.refresh(*regions)

    def prepare(self, size: Size) -> None:
        """Paint if the size or the theme changed."""
        if self._cells is None or self._painted != (size, self.app.theme):
            self._paint(size)
            self._strips.clear()

    def line(self, y: int) -> Strip:
        """A row as it is to be on the screen; blank below the last one."""
        strip = self._strips.get(y)
        if strip is None and self._cells is not None and y < self._cells.height:
            strip = self._strips[y] = to_strip(self._cells, y, self.app.theme)
        return strip or Strip.blank(self._painted[0].width if self._painted else 0, Style.null())

    def _paint(self, size: Size) -> Cells:
        self._cells, self._painted = self.paint(size.width, size.height), (size, self.app.theme)
        return self._cells


def changed_regions(before: Cells, after: Cells) -> Iterator[Region]:
    """For each row in which two rectangles of the same size differ, from the first to the last cell that does."""
    differs = (before.chars != after.chars) | (before.roles != after.roles)
    first, last = differs.argmax(axis=1), differs[:, ::-1].argmax(axis=1)
    for row in np.flatnonzero(differs.any(axis=1)).tolist():
        yield Region(int(first[row]), row, after.width - int(first[row]) - int(last[row]), 1)
