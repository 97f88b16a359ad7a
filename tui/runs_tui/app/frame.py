"""What the terminal shows, cell by cell, so that only the cells that differ are sent to it.

Textual sends a changed line from the left edge of its widget on, and the whole screen when the layout changes;
over ssh most of that is waste. This stands between its compositor and the terminal. The classes of the compositor
are not public: a test compares the screen, cell by cell, with that of the plain app.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from runstore.layout.printable import printable

Cell = tuple[str, Style | None]
"""A character and its style; the second cell of a wide character holds no text."""

_NEAR = 5
"""Equal cells between two changes that are sent along: moving the cursor costs as many bytes."""
_NOTHING: Cell = ("", None)


class Frame:
    """The cells of a terminal."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Cell]] = {}

    def forget(self) -> None:
        """The terminal shows something else now: send every cell next time."""
        self._rows.clear()

    def changes(self, y: int, x: int, cells: list[Cell]) -> Iterator[tuple[int, list[Cell]]]:
        """Note that ``cells`` stand at (x, y) from now on; the stretches of them that differ from before.

        Terminals disagree about the width of some characters, so a stretch with a character that does not take
        one cell is sent whole, from ``x`` to its end.
        """
        row = self._rows.setdefault(y, [])
        stop = x + len(cells)
        row += [_NOTHING] * (stop - len(row))
        before = row[x:stop]
        if before == cells:
            return
        row[x:stop] = cells
        if not all(len(text) == 1 for text, _ in cells) or not all(len(text) <= 1 for text, _ in before):
            yield x, cells
            return
        differing = [place for place, cell in enumerate(cells) if cell != before[place]]
        start = end = differing[0]
        for place in differing:
            if place - end > _NEAR:
                yield x + start, cells[start:end]
                start = place
            end = place + 1
        yield x + start, cells[start:end]


class FrameUpdate(CompositorUpdate):
    """An update of the compositor, sent as the cells of a frame that it changes."""

    def __init__(self, frame: Frame, update: ChopsUpdate | LayoutUpdate) -> None:
        self._frame = frame
        self._update = update

    def render_segments(self, console: Console) -> str:
        """The bytes for the terminal. Called only when they are really sent: the frame is changed by it."""
        sequences = []
        for y, x, strips in self._pieces():
            cells = [cell for strip in strips for segment in strip for cell in _cells(segment)]
            for at, stretch in self._frame.changes(y, x, cells):
                sequences.append(Control.move_to(at, y).segment.text)
                sequences.append(Strip(_segments(stretch)).render(console))
        return "".join(sequences)

    def _pieces(self) -> Iterator[tuple[int, int, Iterable[Strip]]]:
        """Parts of lines: y, x, and what stands there."""
        update = self._update
        if isinstance(update, LayoutUpdate):
            for y, line in enumerate(update.strips, update.region.y):
                yield y, update.region.x, line
            return
        for y, start, stop in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < stop and end > start:
                    yield y, max(x, start), [strip.crop(max(start - x, 0), min(end, stop) - x)]


def lean(frame: Frame, update: RenderableType | None) -> RenderableType | None:
    """``update`` as an update of the frame; what is no update of a screen is passed on as it is."""
    if isinstance(update, (ChopsUpdate, LayoutUpdate)):
        return cast("RenderableType", FrameUpdate(frame, update))  # as Textual's own updates, one by its methods
    return update


def _cells(segment: Segment) -> Iterable[Cell]:
    """The cells of a segment. Where its characters do not add up to its width it is kept in one piece."""
    text, style, _ = segment
    if not text.isprintable():
        text = printable(text)  # the last gate: no control character passes, wherever it came from
    if text.isascii():
        return [(character, style) for character in text]
    sizes = [cell_len(character) for character in text]
    if set(sizes) == {1}:
        return [(character, style) for character in text]
    while sizes and sizes[0] == 0:  # an accent without a letter would go to the cell before
        text, sizes = text[1:], sizes[1:]
    width = cell_len(text)
    if 0 in sizes or sum(sizes) != width:
        return [(text, style)] + [("", style)] * (width - 1) if width else []
    cells: list[Cell] = []
    for character, size in zip(text, sizes, strict=True):
        cells += [(character, style)] + [("", style)] * (size - 1)
    return cells


def _segments(cells: list[Cell]) -> list[Segment]:
    """Cells of one style after the other put together."""
    segments: list[Segment] = []
    text, style = "", cells[0][1]
    for character, its in cells:
        if its != style:
            segments.append(Segment(text, style))
            text, style = "", its
        text += character
    return [*segments, Segment(text, style)]
