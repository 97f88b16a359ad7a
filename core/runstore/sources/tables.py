"""A table of numbers in a text file that grows: a line of names, then a line of cells for each row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from runstore.reading.growing import GONE, REPLACED, GrowingFile
from runstore.sources.last_line import IsOver, LastLine

if TYPE_CHECKING:
    from runstore.reading.arrays import Array

_BLOCK = 1 << 20
Cells = Sequence[bytes]


class GrowingTable:
    """Hands out each whole row once, as columns. A first line that was written anew means another table.

    ``names``: of the columns; empty until there is a whole first line. ``misfits``: rows of another length.
    """

    def __init__(self, path: str, delimiter: str = ",") -> None:
        self.names: list[str] = []
        self.misfits = 0
        self._file = GrowingFile(path)
        self._last = LastLine()
        self._delimiter = delimiter
        self._first = b""
        self._looked = (0, 0.0)

    @property
    def path(self) -> str:
        """The file."""
        return self._file.path

    @property
    def modified(self) -> float:
        """When the file was last written, unix seconds."""
        return self._file.mtime

    @property
    def problem(self) -> str:
        """What is wrong with the file, empty for nothing."""
        if self.misfits:
            return self._file.problem or f"{self.misfits} rows have another number of cells than the first line"
        return self._file.problem

    def look(self) -> str:
        """As `GrowingFile.look`; after `REPLACED` all rows come again."""
        state = self._file.look()
        if state == GONE:
            return state
        looked = self._file.size, self._file.mtime
        if self._first and looked != self._looked and self._file.read(0, len(self._first)) != self._first:
            state = REPLACED
        self._looked = looked
        if state == REPLACED or self._last.went_on(self._file):
            state = REPLACED
            self._file.offset = 0
            self._last = LastLine()
            self._first, self.names, self.misfits = b"", [], 0
        return state

    def blocks(self, is_over: IsOver) -> Iterator[list[Cells]]:
        """The rows that have come since, a block of rows at a time: the cells of each column.

        A last row without a newline is waited for until the file is over. Should it go on then, that is another table.
        """
        file = self._file
        while file.offset < file.size:
            block = file.read(file.offset, min(_BLOCK, file.size - file.offset))
            end = block.rfind(b"\n") + 1
            if not end:
                if len(block) == _BLOCK:  # no row is so long
                    file.offset += _BLOCK
                    continue
                if not self._first or len(block) < file.size - file.offset or not is_over(file.mtime):
                    return
                self._last.take(file)
                block += b"\n"
            else:
                file.offset += end
                block = block[:end]
            if not self._first:
                first = block.find(b"\n") + 1
                self._first, block = block[:first], block[first:]
                self.names = [name.strip() for name in self._cells(self._first)]
            columns = self._columns(block.replace(b"\r\n", b"\n"))
            if columns:
                yield columns

    def _columns(self, block: bytes) -> list[Cells]:
        """The cells of whole lines by column."""
        width = len(self.names)
        if b'"' not in block and _is_regular(block, self._delimiter.encode(), width):
            cells = block.replace(b"\n", self._delimiter.encode()).split(self._delimiter.encode())
            return [cells[column:-1:width] for column in range(width)] if len(cells) > 1 else []
        lines = [line for line in block.split(b"\n") if line]
        rows = [[cell.encode() for cell in self._cells(line)] for line in lines]
        fitting = [row for row in rows if len(row) == width]
        self.misfits += len(rows) - len(fitting)
        return list(zip(*fitting, strict=True))

    def _cells(self, line: bytes) -> list[str]:
        text = line.decode("utf-8", "replace").strip("\r\n\ufeff")
        try:
            return next(csv.reader([text], delimiter=self._delimiter), [])
        except csv.Error:
            return text.split(self._delimiter)


def _is_regular(block: bytes, delimiter: bytes, width: int) -> bool:
    """Whether each line has so many cells, and none is empty."""
    import numpy as np

    found = np.frombuffer(block, np.uint8)
    ends = found[(found == delimiter[0]) | (found == 10)] == 10
    if not width or len(ends) % width:
        return False
    ends = ends.reshape(-1, width)
    return bool(ends[:, -1].all()) and not ends[:, :-1].any()


def numbers_of(cells: Cells) -> tuple[Array, Array]:
    """Which cells hold a number (i8), and the numbers (f8); empty cells and words are passed over."""
    import numpy as np

    try:
        return np.arange(len(cells)), np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        pass
    rows = [row for row, cell in enumerate(cells) if cell]
    try:
        values = [float(cells[row]) for row in rows]
    except ValueError:
        pairs = [(row, number) for row in rows if (number := number_of(cells[row])) is not None]
        rows, values = [row for row, _ in pairs], [number for _, number in pairs]
    return np.array(rows, np.int64), np.array(values, np.float64)


def steps_of(cells: Cells) -> Array:
    """A column of steps (i8), `NO_STEP` where there is none."""
    import numpy as np

    from runstore.records.points import NO_STEP

    steps = np.full(len(cells), NO_STEP, np.int64)
    rows, given = numbers_of(cells)
    whole = np.abs(given) < 2**62  # neither NaN nor infinite
    steps[rows[whole]] = given[whole].astype(np.int64)
    return steps


def number_of(cell: bytes) -> float | None:
    """The number that a cell holds, as Python or PyTorch print it; None for a word."""
    words = {b"true": 1.0, b"false": 0.0}
    text = cell.strip().lower()
    if text.startswith(b"tensor(") and text.endswith(b")"):
        text = text[7:-1].partition(b",")[0]
    if text in words:
        return words[text]
    try:
        return float(text)
    except ValueError:
        return None
