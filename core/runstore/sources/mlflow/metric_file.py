"""The file of one metric in MLflow's folders: a line a point, ``time value [step [data set, its digest]]``."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from runstore.reading.growing import REPLACED, GrowingFile
from runstore.sources.last_line import IsOver, LastLine

if TYPE_CHECKING:
    from runstore.reading.arrays import Array

_BLOCK = 1 << 20
_USUAL = re.compile(rb"(?:[0-9]{1,15} [-+.0-9A-Za-z]{1,32} -?[0-9]{1,15}\n)*+")
"""Lines of three fields; numbers of so few digits are exact as floats."""
_NUMBERS = msgspec.json.Decoder(list[float])
_COMMAS = bytes.maketrans(b" \n", b",,")
_FIELDS = (2, 3, 5)
_NO_LIMIT = 1 << 63


class Block(NamedTuple):
    """Points in order of writing: i8 steps, f8 unix seconds, f8 values; ``bad`` lines were none."""

    steps: Array
    times: Array
    values: Array
    bad: int = 0


class MetricFile(GrowingFile):
    """Hands out the points that have come. ``bad`` counts the lines that could not be read."""

    __slots__ = ("_last", "bad")

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.bad = 0
        self._last = LastLine()

    def is_replaced(self) -> bool:
        """Look at the file; whether it was cut, is another one, or goes on after what was taken as its last line.

        So all must be read again.
        """
        if self.look() != REPLACED and not self._last.went_on(self):
            return False
        self.offset = self.bad = 0
        self._last = LastLine()
        return True

    def next_block(self, is_over: IsOver) -> Block | None:
        """Some of the points that have not been read; None at the end.

        A last line without its end is waited for until the file is over.
        """
        while self.offset < self.size:
            data = self.read(self.offset, min(self.size - self.offset, _BLOCK))
            end = data.rfind(b"\n") + 1
            if not end and len(data) == _BLOCK:  # no line is that long
                end = _BLOCK
            if end:
                data = data[:end]
                self.offset += end
            elif len(data) < self.size - self.offset or not is_over(self.mtime):
                return None
            else:
                data += b"\n"
                self._last.take(self)
            block = decode(data)
            self.bad += block.bad
            if len(block.values):
                return block
        return None


def decode(data: bytes) -> Block:
    """The points of whole lines."""
    import numpy as np

    if _USUAL.fullmatch(data):
        try:
            plain = np.array(_NUMBERS.decode(b"[" + data[:-1].translate(_COMMAS) + b"]"), np.float64)
            return Block(plain[2::3].astype(np.int64), plain[::3] / 1000, plain[1::3].copy())
        except msgspec.MsgspecError:
            pass  # NaN, or words that are no JSON
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # says that a word is no number: there are too few then
            numbers = np.fromstring(data, np.float64, sep=" ")
        if len(numbers) == 3 * data.count(b"\n"):
            return Block(numbers[2::3].astype(np.int64), numbers[::3] / 1000, numbers[1::3].copy())
    points = []
    bad = 0
    for line in data.split(b"\n"):
        fields = line.split()
        if not fields:
            continue
        try:
            if len(fields) not in _FIELDS:
                raise ValueError
            step = int(fields[2]) if len(fields) > 2 else 0
            if not -_NO_LIMIT < step < _NO_LIMIT:
                raise ValueError
            points.append((step, int(fields[0]) / 1000, float(fields[1])))
        except (ValueError, OverflowError):
            bad += 1
    steps, times, values = zip(*points, strict=True) if points else ((), (), ())
    return Block(np.array(steps, np.int64), np.array(times, np.float64), np.array(values, np.float64), bad)
