"""What programs draw over and over by moving the cursor up: nested progress bars, live tables. Where it lies in a
text that is read once, from front to back, and which bytes of it are the last state of each row.

A terminal shows only the last thing that was written in each row. A row is written anew as a whole by all that draw
in this way (tqdm, rich), so that its last state is the last piece of text that was written in it.
"""

from __future__ import annotations

import re

from runstore.reading.text.block import Block

_UP = re.compile(rb"\x1b(?:\[(\d{0,3})([AF])|(M))")
_MOVE = re.compile(rb"\n|\x1b(?:\[(\d{0,3})([ABEF])|(M))")
_PARTIAL = re.compile(rb"\x1b(?:\[\d{0,3})?")
_UNSEEN = re.compile(rb"\x1b\[[0-9;:]*m|\x1b\[\?\d+[hl]|\r")
_CONTEXT = 64 << 10  # bytes in which the lines must lie that an upward move leads back to
_HIGHEST = 100  # rows up at once
_TALLEST, _STAYING = 120, 60  # rows of a block, and those that remain of it when it grows beyond
_MOST = 50_000  # blocks


class RedrawFinder:
    """Fed with a text piece by piece, it gathers `blocks`, and `open`, the last one, which may still change."""

    def __init__(self, begin: int = 0) -> None:
        """``begin``: where the text begins."""
        self.blocks: list[Block] = []
        self.open: Block | None = None
        self._text = b""  # what was fed last
        self._base = begin  # where that begins
        self._begin = begin
        self._start = 0
        self._end = -1  # of the last block; -1 before the first
        self._rows: list[tuple[int, int]] = []
        self._row = 0
        self._piece = 0  # where the piece begins that is being written
        self._inside = False  # the cursor is in one of the rows

    def feed(self, data: bytes, at: int) -> None:
        """The next bytes of the text, which begin at ``at``."""
        if not self._inside and not _ends_in_move(self._text) and not _goes_up(data):
            self._text = data[-_CONTEXT:] if len(data) >= _CONTEXT else (self._text + data)[-_CONTEXT:]
            self._base = at + len(data) - len(self._text)
            return
        begin = at - self._base
        if _ends_in_move(self._text):
            begin = self._text.rfind(b"\x1b")
        self._text += data
        self._scan(begin)
        cut = max(len(self._text) - _CONTEXT, 0)
        self._text, self._base = self._text[cut:], self._base + cut
        self._publish(at + len(data))

    def _scan(self, place: int) -> None:
        text, base = self._text, self._base
        while len(self.blocks) < _MOST:
            move = (_MOVE if self._inside else _UP).search(text, place)
            if move is None:
                return
            if not self._inside and not self._enter(base + move.start()):
                place = move.end()
                continue
            self._write(base + move.start())
            self._piece = base + move.end()
            if move.group() == b"\n":
                self._row += 1
            elif move.group(2) in (b"B", b"E"):
                self._row = min(self._row + _steps(move), _TALLEST)
                self._rows += [(0, 0)] * (self._row + 1 - len(self._rows))
            else:
                self._go_up(_steps(move))
            if self._row == len(self._rows):
                self._inside, self._end = False, self._piece
            elif move.group() == b"\n" and len(self._rows) > _TALLEST and self._row > len(self._rows) - _STAYING:
                self._divide()
            place = move.end()

    def _enter(self, at: int) -> bool:
        """The cursor goes up at ``at``, below the last block or far from it; whether that leads to known lines."""
        begin = max(self._base, self._end)
        lines = [begin] if begin in (self._end, self._begin) else []
        newline = self._text.find(b"\n", begin - self._base)
        while 0 <= newline < at - self._base:
            lines.append(self._base + newline + 1)
            newline = self._text.find(b"\n", newline + 1)
        if not lines:
            return False
        move = _UP.match(self._text, at - self._base)
        steps = _steps(move) if move else 1
        ends = [each - 1 for each in lines[1:]]
        if begin == self._end and steps >= len(lines) and len(lines) <= _HIGHEST:
            # Back into the last block; the lines since then are rows of it.
            self._row = len(self._rows) + len(lines) - 1
            self._rows += [*zip(lines, ends), (0, 0)]
        else:
            self._close()
            lines, ends = lines[-steps - 1 :], ends[-steps:] if steps < len(lines) else ends
            self._start, self._row = lines[0], len(lines) - 1
            self._rows = [*zip(lines, ends), (0, 0)]
        self._piece, self._inside = lines[-1], True
        return True

    def _go_up(self, steps: int) -> None:
        """To a row above; the block begins further up where it leads beyond its first one."""
        above = self.blocks[-1] if self.blocks and self.blocks[-1].end == self._start else None
        if above is not None and steps > self._row and len(self._rows) + len(above.rows) <= _TALLEST:
            self.blocks.pop()
            self._start, self._rows = above.start, [*above.rows, *self._rows]
            self._row += len(above.rows)
        first = max(self._base, self.blocks[-1].end if self.blocks else self._begin)
        while steps > self._row and self._start > first and len(self._rows) < _TALLEST:
            newline = self._text.rfind(b"\n", 0, self._start - 1 - self._base)
            begin = self._base + newline + 1
            if newline < 0 and begin != self._begin:
                break  # the start of that line is not known any more
            self._rows.insert(0, (begin, self._start - 1))
            self._start, self._row = begin, self._row + 1
        self._row = max(self._row - steps, 0)

    def _write(self, end: int) -> None:
        """The piece up to ``end`` is what is in the row of the cursor now, if it puts anything there."""
        if self._is_seen(self._piece, end):
            self._rows[self._row] = (self._piece, end)

    def _is_seen(self, begin: int, end: int) -> bool:
        piece = self._text[max(begin - self._base, 0) : end - self._base]
        return piece[-1:].isalnum() or bool(_UNSEEN.sub(b"", piece))

    def _divide(self) -> None:
        """A block that grows for hours is many: the cursor has left the upper rows for good."""
        self.blocks.append(Block(self._start, self._piece, tuple(self._rows[:-_STAYING])))
        self._row -= len(self._rows) - _STAYING
        self._start, self._rows = self._piece, self._rows[-_STAYING:]

    def _close(self) -> None:
        if self._end >= 0 and self._rows:
            self.blocks.append(Block(self._start, self._end, tuple(self._rows)))

    def _publish(self, fed: int) -> None:
        if not self._rows:
            return
        rows = list(self._rows)
        if self._inside and self._is_seen(self._piece, fed):
            rows[self._row] = (self._piece, fed)
        self.open = Block(self._start, fed if self._inside else self._end, tuple(rows))


def last_states(data: bytes) -> list[bytes]:
    """The lines of a text, what was redrawn in it in its last state."""
    lines = data.split(b"\n")
    if b"\x1b" not in data or _UP.search(data) is None:
        return lines
    finder = RedrawFinder()
    finder.feed(data, 0)
    found: list[bytes] = []
    at = 0
    for block in [*finder.blocks, *([finder.open] if finder.open is not None else [])]:
        found += data[at : block.start].split(b"\n")[:-1]
        found += [data[begin:end] for begin, end in block.rows]
        at = block.end
    return found + data[at:].split(b"\n")


def _steps(move: re.Match[bytes]) -> int:
    return 1 if move.group(3) else min(max(int(move.group(1) or 1), 1), _HIGHEST)


def _goes_up(data: bytes) -> bool:
    """Whether an upward move is in ``data``; most sequences are colours."""
    if b"\x1b" not in data:
        return False
    try:
        import numpy as np
    except ImportError:
        return _UP.search(data) is not None  # the same, five times slower

    codes = np.frombuffer(data, np.uint8)
    last = codes[1:]
    at = np.flatnonzero((last == ord("A")) | (last == ord("F")) | (last == ord("M"))) + 1
    before = codes[at - 1]
    at = at[(before == ord("[")) | (before == 0x1B) | ((before >= ord("0")) & (before <= ord("9")))]
    return any(_UP.search(data, max(end - 5, 0), end + 1) for end in at.tolist())


def _ends_in_move(text: bytes) -> bool:
    """Whether a sequence may have begun that is not whole yet."""
    last = text.rfind(b"\x1b", max(len(text) - 6, 0))
    return last >= 0 and _PARTIAL.fullmatch(text, last) is not None
