"""A growing file of lines, read a block at a time in bounded memory, whatever it holds."""

from __future__ import annotations

from runstore.reading.growing import GrowingFile

_BLOCK = 1 << 20


class GrowingLines(GrowingFile):
    """Hands out whole lines, each once. A line longer than ``longest`` bytes is passed over and counted."""

    __slots__ = ("_searched", "longest", "passed_over")

    def __init__(self, path: str, longest: int, fresh: bool = False) -> None:
        super().__init__(path, fresh)
        self.longest = longest
        self.passed_over = 0
        self._searched = 0

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
                    whole, self.offset, line = start + end - self.offset, start + end, self.offset
                    if whole - 1 > self.longest:
                        self.passed_over += 1
                        continue
                    return [(line, self.read(line, whole)[:-1])]
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
