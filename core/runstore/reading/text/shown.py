"""A text as a person reads it: what was redrawn in its last state, tracebacks as one line, or only lines that match."""

from __future__ import annotations

from typing import Iterator

from runstore.reading.text.block import Block
from runstore.reading.text.file import SHOWN, Line, TextFile
from runstore.reading.text.screen import screen_lines
from runstore.reading.text.search import Search


class ShownText:
    """The lines of ``file``, known by the offsets of their starts, some of them left out or taken together.

    Blocks are known as far as lines were counted (`TextFile.index`), matching lines as far as they were
    (`Search.count`): until then there are more lines, or fewer. No method waits for it.
    """

    def __init__(self, file: TextFile) -> None:
        self.file = file
        self._kept: Search | None = None
        self._kept_blocks: dict[Block, bool] = {}
        self._open: set[int] = set()  # tracebacks that are shown line by line
        self._folds = True
        self._generation = file.generation

    @property
    def kept(self) -> Search | None:
        """Only lines that it found are shown; None: all."""
        return self._kept

    @kept.setter
    def kept(self, kept: Search | None) -> None:
        self._kept, self._kept_blocks = kept, {}

    def still(self) -> ShownText:
        """The same lines, of which tracebacks are shown line by line, whatever becomes of this."""
        other = ShownText(self.file)
        other.kept, other._folds = self.kept, False
        return other

    @property
    def is_current(self) -> bool:
        """Whether the file of a `still` text is what it was then, but for what has come after that."""
        return self._generation == self.file.generation

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.file.size

    @property
    def generation(self) -> int:
        """See ``TextFile``."""
        return self.file.generation

    @property
    def tall(self) -> bool:
        """Whether a line may be shown as several."""
        return self.file.tall or self.file.blocks.any

    # -- from line to line

    def after(self, start: int) -> int | None:
        """The start of the line that is shown after the one at ``start``; None for the last one."""
        if self.kept is not None:
            return self._kept_after(start, self.kept)
        block = self.block(start)
        if block is None:
            return self.file.after(start)
        return block.end if block.end < self.file.size else None

    def before(self, start: int) -> int | None:
        """The start of the last shown line that starts before ``start``; None when there is none."""
        if self.kept is not None:
            return self._kept_before(start, self.kept)
        found = self.file.before(start)
        block = self.block(found) if found is not None else None
        return found if block is None else block.start

    def last(self) -> int | None:
        """The start of the last line shown."""
        if self.kept is not None:
            return self._kept_before(self.file.size + 1, self.kept)
        found = self.file.last()
        block = self.block(found) if found is not None else None
        return found if block is None else block.start

    def nearest(self, start: int) -> int:
        """The line shown that holds the one at ``start``, else the next one, else the last one; 0 when none is."""
        if self.kept is not None:
            block = self.block(start)
            found = self._kept_after((start if block is None else block.start) - 1, self.kept)
            return found if found is not None else self.last() or 0
        block = self.block(start)
        return start if block is None else block.start

    def _kept_after(self, start: int, kept: Search) -> int | None:
        found = kept.counted_after(start)
        while found is not None and (block := self.block(found)) is not None:
            if block.start > start and self._is_kept(block, kept):
                return block.start
            found = kept.counted_after(block.end - 1)
        return found

    def _kept_before(self, start: int, kept: Search) -> int | None:
        found = kept.counted_before(start)
        while found is not None and (block := self.block(found)) is not None:
            if block.start < start and self._is_kept(block, kept):
                return block.start
            found = kept.counted_before(block.start)
        return found

    def _is_kept(self, block: Block, kept: Search) -> bool:
        """Whether the last state of what was redrawn matches."""
        known = self._kept_blocks.get(block)
        if known is None:
            rows = [shown.text for shown in screen_lines(self.line(block.start))]
            known = self._kept_blocks[block] = bool(kept.pattern.places("\n".join(rows)))
        return known

    def end(self, start: int) -> int:
        """Where the line at ``start`` ends."""
        block = self.block(start)
        if block is not None:
            return block.end
        found = self.file.after(start)
        return self.file.size if found is None else found

    def line(self, start: int) -> Line:
        """The line at ``start``; what is shown of a block has a newline after each row but the last."""
        block = self.block(start)
        if block is None:
            return self.file.line(start)
        rows = [self._row(begin, end) for begin, end in block.rows]
        return Line(block.start, block.end, b"\n".join(rows), 0, block.end < self.file.size)

    def lines_from(self, start: int) -> Iterator[Line]:
        """The lines from the one at ``start`` on; what is still being redrawn at the end has not ended."""
        at: int | None = start
        while at is not None and at < self.file.size:
            line = self.line(at)
            if line.end <= at:
                return
            yield line
            at = self.after(at)

    def _row(self, begin: int, end: int) -> bytes:
        data = self.file.read(max(begin, end - SHOWN), end)
        if end - begin > SHOWN:
            data = data[data.find(b"\r") + 1 :]
        return data.rstrip(b"\r").replace(b"\n", b" ")

    def read(self, start: int, stop: int) -> bytes:
        """See ``TextFile``."""
        return self.file.read(start, stop)

    # -- blocks

    def block(self, start: int) -> Block | None:
        """What the line at ``start`` is shown together with; None when it is shown by itself.

        A traceback with which the text ends is shown whole: it says what a run died of. Where only matching lines
        are kept, a traceback has no more than its lines that match.
        """
        block = self.file.blocks.at(start)
        if block is None or not block.lines:
            return block
        if self.kept is not None:
            return None
        is_open = not self._folds or block.end >= self.file.size or block.start in self._opened
        return None if is_open else block

    def traceback(self, start: int) -> Block | None:
        """The traceback, folded or not, that the line at ``start`` is in."""
        block = self.file.blocks.at(start) if self.kept is None else None
        return block if block is not None and block.lines else None

    @property
    def _opened(self) -> set[int]:
        if self._generation != self.file.generation:
            self._generation, self._open = self.file.generation, set()
        return self._open

    def unfold(self, block: Block, fold: bool = False) -> None:
        """Show a traceback line by line from now on, or as one line again."""
        if fold:
            self._opened.discard(block.start)
        else:
            self._opened.add(block.start)
