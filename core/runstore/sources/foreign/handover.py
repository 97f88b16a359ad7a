"""What a reader has become, from one of our processes to another: classes of our own and arrays, and nothing else."""

from __future__ import annotations

import io
import mmap
import pickle
from collections.abc import Sequence
from typing import IO, Any

_ALIGNED = 64
"""Each piece begins at a multiple of it, as NumPy likes its arrays."""
_OURS = "runstore"
_ARRAYS = frozenset(("dtype", "ndarray", "scalar", "_frombuffer", "_reconstruct"))
"""What of NumPy makes arrays and single values."""
_PLAIN = frozenset(
    (("builtins", "set"), ("builtins", "frozenset"), ("builtins", "bytearray"), ("collections", "OrderedDict"))
)


def write(file: IO[bytes], state: dict[str, Any]) -> list[int]:
    """Write the attributes of a reader behind what is in the file; where each piece begins and ends, the arrays first.

    Raises `pickle.PicklingError`, TypeError or AttributeError for what cannot be handed over, and OSError.
    """
    arrays: list[pickle.PickleBuffer] = []
    rest = pickle.dumps(state, protocol=5, buffer_callback=arrays.append)
    places: list[int] = []
    at = file.seek(0, io.SEEK_END)
    for piece in (*(array.raw() for array in arrays), memoryview(rest)):
        at += -at % _ALIGNED
        file.seek(at)
        file.write(piece)
        places += (at, at + len(piece))
        at += len(piece)
    return places


def read(file: IO[bytes], places: Sequence[int]) -> dict[str, Any]:
    """What `write` has written there; its arrays may be written to, and take memory only as they are looked at.

    Raises `pickle.UnpicklingError` for what is of another class than those that a reader is made of.
    """
    whole = memoryview(mmap.mmap(file.fileno(), places[-1], access=mmap.ACCESS_COPY))
    *arrays, rest = (whole[begin:end] for begin, end in zip(places[::2], places[1::2], strict=True))
    state: dict[str, Any] = _Reader(rest, arrays).load()
    return state


class _Reader(pickle.Unpickler):
    def __init__(self, rest: memoryview, arrays: Sequence[memoryview]) -> None:
        super().__init__(io.BytesIO(rest), buffers=arrays)

    def find_class(self, module: str, name: str) -> Any:
        room = module.partition(".")[0]
        if (room == "numpy" and name in _ARRAYS) or (module, name) in _PLAIN:
            return super().find_class(module, name)
        if room == _OURS and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a reader")
