"""A growing file of lines, read a block at a time in bounded memory, whatever it holds."""

from __future__ import annotations

from runstore.reading.growing import REPLACED, GrowingFile

_BLOCK = 1 << 20


class GrowingLines(GrowingFile):
    """Hands out whole lines, each once. A line longer than ``longest`` bytes is passed over and counted."""

    __slots__ = ("_searched", "longest", "passed_over")

    def __init__(self, path: str, longest: int, fresh: bool = False) -> None:
        super().__init__(path, fresh)
        self.longest = longest
        self.passed_over = 0
        self._searched = 0

    def look(self) -> str:
        """Find out how large the file is now. After `REPLACED` all of it is read again."""
        before = self.size
        found = super().look()
        if found == REPLACED:
            self.start_over()
        elif self.size < before:  # what was searched for the end of a line has been cut off
            self._searched = 0
        return found

    def start_over(self) -> None:
        """Read the file from its beginning again."""
        self.offset = self.passed_over = self._searched = 0

    def next_lines(self) -> list[tuple[int, bytes]]:
        """Some of the lines that have not been read, with their offsets, without newlines; none at the end."""
        while self.offset < self.size:
            start = self._searched if self.offset < self._searched <= self.size else self.offset
            block = self.read(start, min(self.size - start, _BLOCK))
            if not block:
                break
            if start == self.offset:
                end = block.rfind(b"\n") + 1
                if end:
                    found = self._split(block[:end])
                    if found:
                        return found
                    continue
            else:
                end = block.find(b"\n") + 1
                if end:
                    size = start + end - self.offset
                    if size - 1 > self.longest:
                        self.offset += size
                        self.passed_over += 1
                        continue
                    whole = self.read(self.offset, size)
                    if len(whole) < size:
                        break
                    # One line, but where what was searched has been written over since.
                    found = self._split(whole)
                    if found:
                        return found
                    continue
            self._searched = start + len(block)
        return []

    def _split(self, block: bytes) -> list[tuple[int, bytes]]:
        found = []
        offset = self.offset
        self.offset += len(block)
        for line in block.split(b"\n")[:-1]:
            if len(line) > self.longest:
                self.passed_over += 1
            elif line:
                found.append((offset, line))
            offset += len(line) + 1
        return found
