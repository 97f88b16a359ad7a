"""Values of metrics as they come from training code, turned into what the store keeps."""

from __future__ import annotations

from runstore.exceptions import UserErrorException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SMALLEST, LARGEST = -(2**63), 2**63 - 1
_LONGEST_REPR = 4096


def kind_of(value: Any) -> str | None:
    """The point kind of a value that a row can hold: ``f``, ``i`` or ``b``; None for anything else."""
    if isinstance(value, bool):
        return "b"
    if isinstance(value, float):
        return "f"
    if isinstance(value, int):
        return "i" if SMALLEST <= value <= LARGEST else None
    return None


def packs_as(cls: type) -> str:
    """The kind as which every value of the class can be packed as it is; empty where that depends on the value."""
    if cls.__module__ == "numpy":
        # Scalar classes only: of an array or a 0-d tensor the kind of value is not told by its class.
        for start, kind in (("float", "f"), ("int", "i"), ("uint", "i")):
            if cls.__name__.startswith(start) and cls.__name__[len(start) :].isdigit():
                return kind
        return ""
    if issubclass(cls, bool):
        return "b"
    if issubclass(cls, float):
        return "f"
    return "i" if issubclass(cls, int) else ""


def scalar(name: str, value: Any) -> Any:
    """``value`` as a plain Python scalar: float, int, bool, str or None.

    Scalars of NumPy, PyTorch and their kin become the Python number they hold (also the 64-bit integers, which Azure
    ML turned into text); other objects become their text, as there. A list, range or generator raises
    `UserErrorException`, which names `log_list`.
    """
    if value is None or isinstance(value, (bool, float, int, str)):
        if type(value) in (bool, float, int, str, type(None)):
            return value
        for plain in (bool, float, int, str):
            if isinstance(value, plain):
                return plain(value)
    if isinstance(value, (list, range)) or hasattr(value, "__next__"):
        raise UserErrorException(
            "metric {!r}: a {} is no scalar; use log_list for several values".format(name, type(value).__name__)
        )
    item = getattr(value, "item", None)
    if item is not None and getattr(value, "size", None) is not None:
        size = value.size() if callable(value.size) else value.size
        single = size == 1 or (isinstance(size, tuple) and all(length == 1 for length in size))
        if single or getattr(value, "shape", None) == ():
            try:
                return scalar(name, item())
            except (TypeError, ValueError, RuntimeError):
                pass
    if not isinstance(value, (tuple, dict, set, frozenset, complex, bytes)) and not hasattr(value, "__len__"):
        for convert in ("__index__", "__float__"):
            if hasattr(type(value), convert):
                try:
                    return int(value) if convert == "__index__" else float(value)
                except (TypeError, ValueError, RuntimeError, OverflowError):
                    pass
    return repr(value)[:_LONGEST_REPR]


def step_number(step: Any) -> int | None:
    """``step`` as an integer that fits 8 bytes; raises `UserErrorException` when it is none."""
    if step is None:
        return None
    try:
        number = int(step)
    except (TypeError, ValueError, OverflowError):
        number = LARGEST + 1
    if number != step and not isinstance(step, str):
        number = LARGEST + 1
    if not SMALLEST < number <= LARGEST:
        raise UserErrorException("step {!r} is not an integer of at most 63 bits".format(step))
    return number
