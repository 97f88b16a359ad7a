"""The view of a log: follows its end, or stands still at a place that stays what it is while the file grows."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.log_gutter import Clock, Gutter
from runs_tui.widgets.log_levels import level_styles
from runs_tui.widgets.log_rows import LogRows, Place, Row
from runs_tui.widgets.moving import FAR, Wheel
from runstore.reading.text import TextFile


class LogView(Wheel, Canvas):
    """Shows one `TextFile`, of which only the lines on the screen are read.

    Posts `LogView.Changed` when something that it says of itself has changed.
    """

    class Changed(Message):
        """Place, following, counts or the state of the search have changed."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: LogRows | None = None
        self._gutter: Gutter | None = None
        self._clock = Clock.NONE
        self._begun: float | None = None
        self._generation = 0
        self._top = Place(0, 0)
        self._end = Place(0, 0)  # top of the last page, as drawn
        self._bottom = 0  # start of the last line on the screen
        self._widest = 0
        self._left = 0
        self._wrap = False
        self._empty: tuple[str, ...] = ()
        self._spot: int | None = None  # start of the line to point out
        self._renewing = False
        self.following = True

    # -- the file

    @property
    def file(self) -> TextFile | None:
        """The file that is shown."""
        return self._rows.file if self._rows else None

    def open(self, path: str | None, *, at_end: bool = True, form: type[TextFile] = TextFile) -> None:
        """Show this file from its end on, or from its beginning; or none. ``form``: how it is to be read."""
        self.close()
        self._top, self._left, self._spot, self.following = Place(0, 0), 0, None, at_end
        if path is not None:
            self._rows = LogRows(form(path))
            self._make_gutter(self._rows)
            self._generation = self._rows.file.generation
            self.opened(self._rows)
        self._renew()

    def close(self) -> None:
        """Let go of the file."""
        if self._rows is not None:
            self._rows.file.close()
        self._rows = self._gutter = None

    def _make_gutter(self, rows: LogRows) -> None:
        self._gutter = Gutter(rows.file)
        self._gutter.clock, self._gutter.begun = self._clock, self._begun

    def on_unmount(self) -> None:
        """The file is needed no more."""
        self.close()

    def look_again(self) -> bool:
        """Show what has become of the file since the last time; whether anything has, and no cost if not."""
        if self._rows is None or not self._rows.file.refresh():
            return False
        is_other = self._generation != self._rows.file.generation
        if is_other:
            self._generation = self._rows.file.generation
            self._top, self._spot = Place(0, 0), None
            self._make_gutter(self._rows)
        self.changed(is_other)
        self._renew()
        return True

    def opened(self, rows: LogRows) -> None:
        """Called when a file is opened, before anything of it is drawn."""

    def changed(self, is_other: bool) -> None:
        """Called when the file has changed; ``is_other``: nothing is where it was."""

    def say_when_empty(self, lines: tuple[str, ...]) -> None:
        """What to show while there is no text."""
        if lines != self._empty:
            self._empty = lines
            self.repaint()

    # -- drawing

    def draw(self, width: int, height: int) -> list[Strip]:
        """The rows of the page."""
        rows, gutter = self._rows, self._gutter
        room = max(width - gutter.width, 1) if gutter is not None else width
        end = self._lay_out(rows, room, height) if rows is not None else None
        if rows is None or gutter is None or end is None:
            return self._draw_empty(width)
        self._end = end
        whole = rows.text.nearest(self._top.start)
        if whole != self._top.start:
            self._top = Place(whole, 0)
        if self.following or self._top > end:
            self._top = end
        page = rows.page(self._top, height)
        if self._bottom != page[-1].place.start:
            self._bottom = page[-1].place.start
            if not self._renewing:
                self.post_message(self.Changed())
        self._widest = max(row.strip.cell_length for row in page)
        left = gutter.width
        return [self._row(row, gutter.text(*row.place) if left else "", room) for row in page]

    def _lay_out(self, rows: LogRows, width: int, height: int) -> Place | None:
        ink = self.ink
        if (rows.width, rows.wrap, rows.found, rows.note) != (width, self._wrap, ink.found, ink.dim):
            rows.width, rows.wrap = width, self._wrap
            rows.found, rows.note, rows.levels = ink.found, ink.dim, level_styles(ink)
            rows.forget()
        return rows.end(height)

    def _row(self, row: Row, before: str, width: int) -> Strip:
        strip = row.strip
        if strip.cell_length > self._left + width:
            strip = Strip([*strip.crop(self._left, self._left + width - 1), Segment("›", self.ink.dim)], width)
        elif self._left:
            strip = strip.crop(self._left, self._left + width)
        if before:
            strip = Strip([Segment(before, self.ink.dim), *strip])
        if self.is_pointed_out(row.place.start):
            return strip.adjust_cell_length(len(before) + width).apply_style(self.ink.cursor)
        return strip

    def is_pointed_out(self, start: int) -> bool:
        """Whether the line at ``start`` is to be seen at once."""
        return start == self._spot

    def _draw_empty(self, width: int) -> list[Strip]:
        lines = [part for text in self._empty for part in fit.wrap(fit.safe(text), max(width - 4, 1))]
        return [fit.line(""), *(fit.line("  ", (text, self.ink.dim)) for text in lines)]

    def _renew(self) -> None:
        self._renewing = True
        self.repaint()
        self._renewing = False
        self.post_message(self.Changed())

    def on_resize(self, _event: events.Resize) -> None:
        """Folded rows have other numbers now."""
        if self._wrap:
            self._top = Place(self._top.start, 0)

    # -- place

    @property
    def page(self) -> int:
        """Rows on the screen."""
        return self._page_size.height

    @property
    def _page_size(self) -> Size:
        return self.content_size or Size(80, 24)

    @property
    def _room(self) -> int:
        """Cells for the text of a line."""
        return max(self._page_size.width - (self._gutter.width if self._gutter else 0), 1)

    @property
    def lines(self) -> int | None:
        """How many lines there are; None while they are being counted."""
        return self.file.lines if self.file is not None else 0

    @property
    def line_number(self) -> int | None:
        """The number, from 1, of the last line on the screen; None while not counted up to there."""
        number = self.file.number(self._bottom) if self.file is not None else None
        return None if number is None else number + 1

    @property
    def left(self) -> int:
        """How many columns are out of sight on the left."""
        return self._left

    @property
    def wrapped(self) -> bool:
        """Whether long lines are folded."""
        return self._wrap

    def follow(self) -> None:
        """To the end, and stay there."""
        self.following, self._spot = True, None
        self._renew()

    def move(self, by: int) -> None:
        """So many rows down, or up when negative. Up stops following; down from the end follows again."""
        if self._rows is None or self._rows.file.size == 0:
            return
        if by > 0 and self._top >= self._end:
            self.follow()
            return
        if by >= FAR:
            self._top = self._end
        elif by <= -FAR:
            self._top = Place(0, 0)
        else:
            self._top = self._rows.forward(self._top, by) if by > 0 else self._rows.back(self._top, -by)
        self.following = self.following and self._top >= self._end
        self._renew()

    def move_sideways(self, by: int) -> None:
        """So many halves of a screen to the right, or to the left."""
        step = max(self._room // 2, 1)
        if by > 0 and (self._wrap or self._widest <= self._left + self._room):
            return
        self._left = max(self._left + by * step, 0)
        self._renew()

    def toggle_wrap(self) -> None:
        """The other way of the two."""
        self.wrap(not self._wrap)

    def wrap(self, fold: bool) -> None:
        """Fold long lines, or cut them at the edge."""
        self._wrap = fold
        self._left = 0
        self._top = Place(self._top.start, 0)
        self._renew()

    # -- times

    @property
    def clock(self) -> Clock:
        """Which time stands before each line."""
        return self._clock

    def show_clock(self, clock: Clock) -> None:
        """Another time before each line, or none."""
        self._clock = clock
        if self._gutter is not None:
            self._gutter.clock = clock
        self._renew()

    def begin_at(self, begun: float | None) -> None:
        """When the run started, for times since then."""
        self._begun = begun
        if self._gutter is not None:
            self._gutter.begun = begun

    @property
    def focal(self) -> int:
        """The start of the line that is pointed out, else of the last one while following, of the first one else."""
        if self._spot is not None:
            return self._spot
        return self._bottom if self.following else self._top.start

    @property
    def time_shown(self) -> float | None:
        """When the focal line was printed; None if that is not known."""
        if self._gutter is None or self._rows is None or not self._rows.file.size:
            return None
        return self._gutter.time_of(self.focal)

    def go_to_time(self, moment: float) -> bool:
        """Point out the first line that was printed then or later; whether times are known."""
        start = self._gutter.start_at(moment) if self._gutter is not None else None
        if start is None or self._rows is None:
            return False
        self.point_out(start)
        return True

    def point_out(self, start: int) -> None:
        """Bring the line at ``start`` onto the screen."""
        if self._rows is None:
            return
        whole = self._rows.text.nearest(start)
        self.following, self._spot = False, whole
        if not self._top.start <= whole <= self._bottom:
            self._top = self._rows.back(Place(whole, 0), self.page // 3)
        self._renew()
