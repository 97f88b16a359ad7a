"""The view of a log with what is done with single lines: select, copy, mark, unfold."""

from __future__ import annotations

from collections.abc import Iterator

from runs_tui.widgets.log_rows import LogRows, Place
from runs_tui.widgets.log_search import LogSearch
from runs_tui.widgets.moving import FAR
from runstore.reading.text import ShownText, screen_lines


class LogLines(LogSearch):
    """A `LogSearch` with a selection of lines and marks. The line pointed out is one end of the selection."""

    def __init__(self) -> None:
        super().__init__()
        self._anchor: int | None = None  # the other end of the selection

    def opened(self, rows: LogRows) -> None:
        """Nothing is selected in another file."""
        self._anchor = None
        super().opened(rows)

    def changed(self, is_other: bool) -> None:
        """Nor in what took its place."""
        if is_other:
            self._anchor = None
        super().changed(is_other)

    def follow(self) -> None:
        """To the end; with a selection only as far as it goes."""
        if self.is_selecting:
            self.move(FAR)
        else:
            super().follow()

    # -- selecting

    @property
    def is_selecting(self) -> bool:
        """Whether moving makes the selection longer or shorter."""
        return self._anchor is not None

    @property
    def selection(self) -> tuple[int, int] | None:
        """The starts of the first and last line that is selected, else that of the line pointed out, twice."""
        if self._spot is None:
            return None
        other = self._spot if self._anchor is None else self._anchor
        return min(self._spot, other), max(self._spot, other)

    def select(self) -> None:
        """Begin to select, at the focal line; or give up the selection."""
        if self._rows is None or not self._rows.file.size:
            return
        if self._anchor is None:
            self._spot = self._anchor = self.focal
            self.following = False
        else:
            self._anchor = None
        self._renew()

    def is_pointed_out(self, start: int) -> bool:
        """Whether it is selected."""
        selected = self.selection
        return selected is not None and selected[0] <= start <= selected[1]

    def move(self, by: int) -> None:
        """As of the view; while selecting it is the end of the selection that moves."""
        rows, spot = self._rows, self._spot
        if self._anchor is None or rows is None or spot is None:
            super().move(by)
            return
        if abs(by) >= FAR:
            spot = rows.text.last() if by > 0 else rows.text.nearest(0)
        else:
            for _ in range(abs(by)):
                step = rows.text.after(spot) if by > 0 else rows.text.before(spot)
                if step is None:
                    break
                spot = step
        self._show_end(rows, spot or 0)

    def _show_end(self, rows: LogRows, spot: int) -> None:
        self._spot = spot
        if spot < self._top.start:
            self._top = Place(spot, 0)
        elif spot > self._bottom:
            self._top = rows.back(Place(spot, 0), self.page - 1)
        elif spot == self._bottom:
            # Of the last line on the screen some rows may be out of sight, or another one fits.
            self._top = max(self._top, rows.back(Place(spot, 0), self.page - 1))
        self._renew()

    def selected_lines(self) -> Iterator[str]:
        """The text of the lines that are selected, else of the focal line."""
        rows = self._rows
        if rows is None or not rows.file.size:
            return
        first, last = self.selection or (self.focal, self.focal)
        start: int | None = rows.text.nearest(first)
        while start is not None and start <= last:
            for shown in screen_lines(rows.text.line(start)):
                yield shown.text
            start = rows.text.after(start)

    def span(self) -> tuple[ShownText, int, int] | None:
        """The text as it is shown now, and the starts of the first and last line that is selected, else of all."""
        rows = self._rows
        last = rows.text.last() if rows is not None else None
        if rows is None or last is None:
            return None
        selected = self.selection if self.is_selecting else None
        first, last = selected or (rows.text.nearest(0), last)
        return rows.text.still(), first, last

    @property
    def spot_number(self) -> int | None:
        """The number, from 1, of the focal line; None while not counted up to there."""
        number = self.file.number(self.focal) if self.file is not None else None
        return None if number is None else number + 1

    # -- marks

    def toggle_mark(self) -> bool:
        """Mark the focal line, or take its mark away; whether it has one now."""
        if self._gutter is None or self._rows is None or not self._rows.file.size:
            return False
        start, marks = self.focal, self._gutter.marks
        marks.symmetric_difference_update((start,))
        self._renew()
        return start in marks

    def next_mark(self) -> bool:
        """To the next mark below, after the last one to the first; whether there is any."""
        marks = self._gutter.marks if self._gutter is not None else set()
        if not marks:
            return False
        here = -1 if self._spot is None else self._spot
        self.point_out(min((mark for mark in marks if mark > here), default=min(marks)))
        return True

    # -- tracebacks

    def toggle_fold(self) -> bool:
        """Open or close the traceback pointed out, else all on the screen; whether there was one."""
        rows = self._rows
        if rows is None or not rows.file.size:
            return False
        text = rows.text
        starts = [self._spot] if self._spot is not None and text.traceback(self._spot) else self._starts_on_screen()
        blocks = {block.start: block for block in map(text.traceback, starts) if block is not None}
        folded = any(text.block(start) is not None for start in blocks)
        for block in blocks.values():
            text.unfold(block, fold=not folded)
        if blocks and self._spot is not None:
            self._spot = text.nearest(self._spot)
        if blocks and self.following:
            self.following = False
        self._renew()
        return bool(blocks)

    def _starts_on_screen(self) -> list[int]:
        rows = self._rows
        return [row.place.start for row in rows.page(self._top, self.page)] if rows is not None else []
