"""Columns of numbers in JSON, all of a column at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from runstore.reading.arrays import Array

LONGEST = 31
"""Bytes of the longest text that is read in this way; a double has 24 at most."""
_WORD = 8
_WIDTH = LONGEST + 1
_SIZES, _PLACES = np.arange(_WIDTH)[:, None], np.arange(_WIDTH)
_KEPT = np.where(_PLACES < _SIZES, 0xFF, 0).astype(np.uint8).view("<u8")
"""By the size of a text, which bytes of its cell are its own ..."""
_FILLED = np.select([_PLACES < _SIZES, _PLACES == _SIZES], [0, ord(",")], ord(" ")).astype(np.uint8).view("<u8")
"""... and what the others become: a comma, and blanks."""
_NUMBERS = msgspec.json.Decoder(list[float])


def decimals(padded: bytes, begins: Array, ends: Array) -> Array | None:
    """The numbers in the texts at these places, f8; None unless all are plain JSON numbers that a double holds.

    ``padded``: the data, with at least `LONGEST` + 1 bytes behind the last text.
    """
    sizes = ends - begins
    longest = int(sizes.max())
    if longest > LONGEST:
        return None
    width = longest // _WORD + 1
    cells = np.ndarray((len(padded) - _WIDTH + 1,), f"V{width * _WORD}", padded, 0, (1,))[begins]
    words = cells.view("<u8").reshape(-1, width)
    words &= _KEPT[:, :width][sizes]
    words |= _FILLED[:, :width][sizes]
    words.view(np.uint8)[-1, int(sizes[-1])] = ord("]")
    try:
        numbers = _NUMBERS.decode(b"[" + words.tobytes())
    except msgspec.MsgspecError:
        return None
    if len(numbers) != len(sizes):  # a comma inside one of the texts
        return None
    return np.fromiter(numbers, np.float64, len(numbers))
