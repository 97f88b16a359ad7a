"""The lines of a text file as rows of a screen: decoded, coloured, marked, and folded at its width.

A row is named by a `Place`: the offset of its line in the file, and which of the line's rows it is. Places stay
what they are while the file grows. Only lines that are asked for are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from runs_tui.ansi import PLAIN, Sgr, apply, marked, segments_of
from runs_tui.model import words
from runs_tui.widgets.log_levels import level_of
from runstore.reading.text import Pattern, ShownText, TextFile, screen_lines
from runstore.reading.text.screen import sgr_codes

_KEPT = 512  # lines kept as they were drawn
_LOOK_BACK = 32 << 10  # bytes searched for colours that a line inherits
_MOST_ROWS = 400  # rows of one line


class Place(NamedTuple):
    """A row: the start of its line in the file, and its number in the line."""

    start: int
    row: int


class Row(NamedTuple):
    """A row and what it shows, not yet cut to the screen."""

    place: Place
    strip: Strip


class _Drawn(NamedTuple):
    end: int
    inherited: Sgr
    left: Sgr
    rows: list[Strip]


class LogRows:
    """Rows of ``file`` for a screen of a width; all methods may read from the file, none waits for anything else."""

    def __init__(self, file: TextFile) -> None:
        self.file = file
        self.text = ShownText(file)
        self.width = 80
        self.wrap = False
        self.pattern: Pattern | None = None
        self.found = Style.null()  # laid over what the pattern finds
        self.note = Style.null()  # of our own words about a line
        self.levels: Mapping[str, Style] = {}  # of levels of logging in lines without colours of their own
        self._generation = file.generation
        self._drawn: dict[int, _Drawn] = {}

    def forget(self) -> None:
        """Call this after a change of anything that lines are drawn with."""
        self._drawn.clear()

    # -- rows

    def page(self, top: Place, height: int) -> list[Row]:
        """Up to ``height`` rows from ``top`` on; fewer at the end of the file."""
        rows: list[Row] = []
        start: int | None = top.start
        inherited: Sgr | None = None
        while start is not None and len(rows) < height:
            drawn = self._line(start, inherited)
            first = min(top.row, len(drawn.rows) - 1) if start == top.start else 0
            rows += [Row(Place(start, number), strip) for number, strip in enumerate(drawn.rows) if number >= first]
            start = self.text.after(start)
            inherited = drawn.left if start == drawn.end else None
        return rows[:height]

    def forward(self, place: Place, count: int) -> Place:
        """The row ``count`` rows below ``place``, or the last one."""
        while True:
            height = self._height(place.start)
            if place.row + count < height:
                return Place(place.start, place.row + count)
            following = self.text.after(place.start)
            if following is None:
                return Place(place.start, height - 1)
            count -= height - place.row
            place = Place(following, 0)

    def back(self, place: Place, count: int) -> Place:
        """The row ``count`` rows above ``place``, or the first one."""
        while count > place.row:
            previous = self.text.before(place.start)
            if previous is None:
                return Place(place.start, 0)
            count -= place.row + 1
            place = Place(previous, self._height(previous) - 1)
        return Place(place.start, place.row - count)

    def last(self) -> Place | None:
        """The last row; None when there is no text."""
        start = self.text.last()
        if start is None:
            return None
        return Place(start, self._height(start) - 1)

    def end(self, height: int) -> Place | None:
        """The top row of the last page."""
        last = self.last()
        return None if last is None else self.back(last, height - 1)

    def column_of_match(self, start: int) -> int | None:
        """The cell at which the pattern first matches in the line at ``start``, not folded."""
        for text in [shown.text for shown in screen_lines(self.text.line(start))]:
            spans = self.pattern.spans(text) if self.pattern else []
            if spans:
                return cell_len(text[: spans[0][0]])
        return None

    def place_of_match(self, start: int) -> Place:
        """The row in which the pattern first matches in the line at ``start``."""
        row = 0
        for shown in screen_lines(self.text.line(start)):
            if self.pattern and self.pattern.spans(shown.text):
                return Place(start, row)
            row += max(-(-cell_len(shown.text) // self.width), 1) if self.wrap else 1
        return Place(start, 0)

    # -- lines

    def _line(self, start: int, inherited: Sgr | None = None) -> _Drawn:
        if self._generation != self.file.generation:
            self._drawn.clear()
            self._generation = self.file.generation
        known = self._drawn.get(start)
        end = self.text.end(start)
        if known is not None and known.end == end and inherited in (None, known.inherited):
            return known
        if inherited is None:
            inherited = self._state_before(start)
        drawn = self._draw(start, inherited)
        if len(self._drawn) >= _KEPT:
            self._drawn.clear()
        self._drawn[start] = drawn
        return drawn

    def _height(self, start: int) -> int:
        """How many rows the line at ``start`` has."""
        return len(self._line(start).rows) if self.wrap or self.text.tall else 1

    def _draw(self, start: int, inherited: Sgr) -> _Drawn:
        line = self.text.line(start)
        state = inherited
        strips = []
        for shown in screen_lines(line):
            text = shown.text
            level = level_of(text) if self.levels and state == PLAIN and not shown.sgrs else None
            place, look = ([level[1]], self.levels[level[0]]) if level else ([], None)
            segments, state = segments_of(shown, state, place, look)
            marks = [span for span in self.pattern.spans(text) if span[0] < span[1]] if self.pattern else []
            strips.append(Strip(marked(segments, marks, self.found) if marks else segments, cell_len(text)))
        block = self.text.block(start)
        if block is not None and block.lines:
            strips[-1] = Strip([*strips[-1], Segment(f"  … traceback of {block.lines} lines: enter", self.note)])
        if line.cut:
            note = Segment(f" … {words.size(line.cut)} more, not shown", self.note)
            strips[-1] = Strip([*strips[-1], note])
            state = self._state_before(line.end)
        return _Drawn(line.end, inherited, state, list(islice(self._rows_of(strips), _MOST_ROWS)))

    def _rows_of(self, strips: list[Strip]) -> Iterator[Strip]:
        for strip in strips:
            if self.wrap and strip.cell_length > self.width:
                yield from fold(strip, self.width)
            else:
                yield strip

    def _state_before(self, start: int) -> Sgr:
        """The colours that text at ``start`` inherits, as far as that can be told from the bytes just before."""
        begin = max(start - _LOOK_BACK, 0)
        data = self.file.read(begin, start)
        state = PLAIN
        if b"\x1b" in data:
            for parameters in sgr_codes(data):
                state = apply(state, parameters)
        return state


def fold(strip: Strip, width: int) -> Iterator[Strip]:
    """The rows of a line folded at ``width`` cells; no wide character is split, and an accent stays with its letter."""
    row: list[Segment] = []
    room = width
    for text, style, _ in strip:
        start = 0
        if text.isascii():
            while len(text) - start > room:
                yield Strip([*row, Segment(text[start : start + room], style)])
                row, start, room = [], start + room, width
            row.append(Segment(text[start:], style))
            room -= len(text) - start
            continue
        for at, char in enumerate(text):
            cells = cell_len(char)
            if cells > room:
                yield Strip([*row, Segment(text[start:at], style)])
                row, start, room = [], at, width
            room -= cells
        row.append(Segment(text[start:], style))
    yield Strip(row)
