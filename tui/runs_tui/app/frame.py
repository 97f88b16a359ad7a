"""What the terminal shows, cell by cell, so that only the cells that differ are sent to it.

Textual sends a changed line from the left edge of its widget on, and the whole screen when the layout changes;
over ssh most of that is waste. This stands between its compositor and the terminal. The classes of the compositor
are not public: a test compares the screen, cell by cell, with that of the plain app.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import ne, or_
from typing import cast

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

from runs_tui.plain import stand_in
from runstore.layout.printable import printable

_NEAR = 5
"""Equal cells between two changes that are sent along: moving the cursor costs as many bytes."""
_DIFFERING = re.compile(rb"[^\0]+(?:\0{1,%d}[^\0]+)*" % _NEAR)
"""Stretches to send, where each cell is a byte that is zero if it is as it was."""
_NO_STYLE = -1
_STYLES_KEPT = 20_000


class _Row:
    """One line of the terminal."""

    __slots__ = ("pieces", "styles", "texts", "whole")

    def __init__(self) -> None:
        self.whole: Sequence[Strip] | None = None
        """The strips of a line that was sent whole, before anything is compared with its cells."""
        self.texts: list[str] = []
        """The character of each cell; the second cell of a wide one holds no text."""
        self.styles: list[int] = []
        """The number of each cell's style."""
        self.pieces: dict[int, tuple[int, Sequence[Strip]]] = {}
        """Where it starts -> where it stops, and the very strips that stand there: the same ones need no look."""


class Frame:
    """The cells of a terminal."""

    def __init__(self, plain: bool = False) -> None:
        """``plain``: a terminal that shows ASCII only."""
        self._split = _ascii_characters if plain else _characters
        self.size = Size(0, 0)
        """The terminal's, as last drawn whole."""
        self._rows: dict[int, _Row] = {}
        self._numbers: dict[Style | None, int] = {}
        self._styles: list[Style | None] = []

    def forget(self) -> None:
        """The terminal shows something else now: send every cell next time."""
        self._rows.clear()
        self._numbers.clear()
        self._styles.clear()

    def changes(self, y: int, x: int, strips: Sequence[Strip]) -> Iterator[tuple[int, list[Segment]]]:
        """Note that ``strips`` stand at (x, y) from now on; the stretches that differ from before.

        Terminals disagree about the width of some characters, so where there is or was one that does not take one
        cell, all from ``x`` on is sent.
        """
        row = self._rows.get(y)
        if row is None:
            row = self._rows[y] = _Row()
            if x == 0 and (whole := self._plain(strips)):
                row.whole, row.pieces[0] = strips, (sum(len(segment.text) for segment in whole), strips)
                yield 0, whole
                return
        there = row.pieces.get(x)
        if there is not None and len(there[1]) == len(strips) and all(map(_same, there[1], strips)):
            return
        if row.whole is not None:
            row.texts, row.styles = self._cells(row.whole)
            row.whole = None
        texts, styles = self._cells(strips)
        stop = x + len(texts)
        row.pieces = {at: piece for at, piece in row.pieces.items() if at >= stop or piece[0] <= x}
        row.pieces[x] = (stop, strips)
        short = stop - len(row.texts)
        if short > 0:
            row.texts += [""] * short
            row.styles += [_NO_STYLE] * short
        texts_before, styles_before = row.texts[x:stop], row.styles[x:stop]
        if texts == texts_before and styles == styles_before:
            return
        row.texts[x:stop] = texts
        row.styles[x:stop] = styles
        now, before = "".join(texts), "".join(texts_before)
        if "" in texts or not (_single(texts, now) and _single(texts_before, before)):
            yield from self._apart(x, texts, styles)
            return
        if styles == styles_before and now.isascii() and before.isascii() and len(now) == len(before):
            differing = (int.from_bytes(now.encode(), "big") ^ int.from_bytes(before.encode(), "big")).to_bytes(
                len(now), "big"
            )
        else:
            differing = bytes(map(or_, map(ne, texts, texts_before), map(ne, styles, styles_before)))
        for stretch in _DIFFERING.finditer(differing):
            start, end = stretch.span()
            yield x + start, self._segments(texts[start:end], styles[start:end])

    def _apart(self, x: int, texts: list[str], styles: list[int]) -> Iterator[tuple[int, list[Segment]]]:
        """Cells in stretches, so that each character stands where it should, however wide the terminal draws others.

        What does not take one cell is laid on blanks, and what follows it begins a stretch.
        """
        start = 0
        while start < len(texts):
            narrow = _is_narrow(texts, start)
            stop = start + 1
            while stop < len(texts) and (not texts[stop] or _is_narrow(texts, stop) == narrow):
                stop += 1
            if not narrow:
                yield x + start, self._segments([" "] * (stop - start), styles[start:stop])
            yield x + start, self._segments(texts[start:stop], styles[start:stop])
            start = stop

    def _plain(self, strips: Sequence[Strip]) -> list[Segment]:
        """The strips put together where each character takes one cell, else nothing."""
        segments: list[Segment] = []
        pending, present = "", None
        for strip in strips:
            for text, style, _ in strip:
                if not (text.isascii() and text.isprintable()):
                    cells = self._split(text)
                    if not isinstance(cells, str):
                        if any(len(cell) != 1 for cell in cells):
                            return []
                        cells = "".join(cells)
                    text = cells
                if style is present or style == present:
                    pending += text
                    continue
                if pending:
                    segments.append(Segment(pending, present))
                pending, present = text, style
        return [*segments, Segment(pending, present)] if pending else segments

    def _cells(self, strips: Sequence[Strip]) -> tuple[list[str], list[int]]:
        texts: list[str] = []
        styles: list[int] = []
        for strip in strips:
            for text, style, _ in strip:
                cells = text if text.isascii() and text.isprintable() else self._split(text)
                texts += cells
                styles += [self._number(style)] * len(cells)
        return texts, styles

    def _number(self, style: Style | None) -> int:
        number = self._numbers.get(style)
        if number is None:
            number = self._numbers[style] = len(self._styles)
            self._styles.append(style)
        return number

    def _segments(self, texts: list[str], styles: list[int]) -> list[Segment]:
        """Cells of one style after the other put together."""
        segments: list[Segment] = []
        start, present = 0, styles[0]
        for place, style in enumerate(styles if styles.count(present) < len(styles) else ()):
            if style != present:
                segments.append(Segment("".join(texts[start:place]), self._styles[present]))
                start, present = place, style
        return [*segments, Segment("".join(texts[start:]), self._styles[present])]

    def tidy(self) -> None:
        """Start anew when styles have piled up (a log may bring any number of colours)."""
        if len(self._styles) > _STYLES_KEPT:
            self.forget()


class FrameUpdate(CompositorUpdate):
    """An update of the compositor, sent as the cells of a frame that it changes."""

    def __init__(self, frame: Frame, update: ChopsUpdate | LayoutUpdate) -> None:
        self._frame = frame
        self._update = update

    def render_segments(self, console: Console) -> str:
        """The bytes for the terminal. Called only when they are really sent: the frame is changed by it."""
        sequences = []
        colours = console._color_system or ColorSystem.TRUECOLOR
        if isinstance(self._update, LayoutUpdate) and self._update.region.size != self._frame.size:
            self._frame.forget()  # a terminal that was resized has moved its lines
            self._frame.size = self._update.region.size
        for y, x, strips in self._pieces():
            for at, stretch in self._frame.changes(y, x, strips):
                sequences.append(f"\x1b[{y + 1};{at + 1}H")
                sequences += [
                    text if style is None else Strip.render_style(style, text, color_system=colours)
                    for text, style, _ in stretch
                ]
        self._frame.tidy()
        return "".join(sequences)

    def _pieces(self) -> Iterator[tuple[int, int, Sequence[Strip]]]:
        """Parts of lines: y, x, and what stands there."""
        update = self._update
        if isinstance(update, LayoutUpdate):
            for y, line in enumerate(update.strips, update.region.y):
                yield y, update.region.x, tuple(line)
            return
        for y, start, stop in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < stop and end > start:
                    yield y, max(x, start), (strip.crop(max(start - x, 0), min(end, stop) - x),)


def lean(frame: Frame, update: RenderableType | None) -> RenderableType | None:
    """``update`` as an update of the frame; what is no update of a screen is passed on as it is."""
    if isinstance(update, (ChopsUpdate, LayoutUpdate)):
        return cast("RenderableType", FrameUpdate(frame, update))  # as Textual's own updates, one by its methods
    return update


def _is_narrow(texts: list[str], place: int) -> bool:
    """Whether there is one character, which takes one cell."""
    return len(texts[place]) == 1 and texts[place + 1 : place + 2] != [""]


def _single(texts: Sequence[str], joined: str) -> bool:
    """Whether no cell holds more than one character; ``joined`` is all of them."""
    return len(joined) == len(texts) - texts.count("")


def _same(one: object, other: object) -> bool:
    return one is other


class _Widths(dict[str, int]):
    """The cells that a character takes."""

    def __missing__(self, character: str) -> int:
        width = self[character] = cell_len(character)
        return width


_widths = _Widths()


@lru_cache(4096)
def _characters(text: str) -> Sequence[str]:
    """The cells of a text. Where its characters do not add up to its width it is kept in one piece."""
    if not text.isprintable():
        text = printable(text)  # the last gate: no control character passes, wherever it came from
    sizes = [_widths[character] for character in text]
    if sizes.count(1) == len(sizes):
        return text
    while sizes and sizes[0] == 0:  # an accent without a letter would go to the cell before
        text, sizes = text[1:], sizes[1:]
    width = cell_len(text)
    if 0 in sizes or sum(sizes) != width:
        return (text, *[""] * (width - 1)) if width else ()
    cells: list[str] = []
    for character, size in zip(text, sizes, strict=True):
        cells += (character, *[""] * (size - 1))
    return cells


@lru_cache(4096)
def _ascii_characters(text: str) -> Sequence[str]:
    """As `_characters`, in ASCII: as many cells, one character each."""
    cells = _characters(text)
    if any(len(cell) > 1 for cell in cells):  # a piece whose characters do not add up to its width
        shown = "".join(stand_in(character) * _widths[character] for character in text)
        return shown[: len(cells)].ljust(len(cells), "?")
    return "".join(stand_in(cell) if cell else "?" for cell in cells)
