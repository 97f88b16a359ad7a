"""A one-dimensional array that grows at its end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class GrowingArray:
    """Float64 values, appended in amortised constant time; earlier views stay valid and never change."""

    def __init__(self) -> None:
        self._buffer: Floats = np.empty(64)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> Floats:
        """All values so far, as a view."""
        return self._buffer[: self._size]

    def extend(self, values: Floats) -> None:
        """Append ``values``, which must not be changed later: the first are kept as they are, without a copy."""
        size = self._size + len(values)
        if self._size == 0 and size > len(self._buffer):
            self._buffer, self._size = values, size
            return
        if size > len(self._buffer):
            grown = np.empty(max(size, self._size + self._size // 2))
            grown[: self._size] = self.values
            self._buffer = grown
        self._buffer[self._size : size] = values
        self._size = size
