"""JSON lines of ``records/``: everything that is no number. One line is one record.

JSON has no NaN and no infinities: inside values they are the objects ``{"float": "NaN"}``, ``{"float": "Infinity"}``
and ``{"float": "-Infinity"}``.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NON_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_DEEPEST = 64
_to_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def _float_name(value: float) -> str:
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def plain(value: Any, depth: int = 0) -> Any:
    """``value`` as JSON can hold it: non-finite floats as objects, keys as strings, other things as their repr."""
    if isinstance(value, float):
        number = float(value)
        return number if number - number == 0 else {"float": _float_name(number)}
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if depth >= _DEEPEST:
        try:
            return repr(value)[:1000]
        except RecursionError:
            return "..."
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): plain(each, depth + 1) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each, depth + 1) for each in value]
    item = getattr(value, "item", None)  # scalars of NumPy and its kin
    if item is not None:
        try:
            return plain(item(), depth + 1)
        except (TypeError, ValueError, RuntimeError):
            pass
    return str(value)


def original(value: Any) -> Any:
    """The inverse of `plain` for what JSON decoding returns: the objects of non-finite floats as floats."""
    if isinstance(value, dict):
        name = value.get("float") if len(value) == 1 else None
        if isinstance(name, str) and name in _NON_FINITE:
            return _NON_FINITE[name]
        return {key: original(each) for key, each in value.items()}
    if isinstance(value, list):
        return [original(each) for each in value]
    return value


def dumps(value: Any) -> bytes:
    """Compact UTF-8 JSON of any value; what JSON cannot hold is made plain first. Lone surrogates become ``?``."""
    try:
        text = _to_json(value)
    except (TypeError, ValueError, RecursionError):
        text = _to_json(plain(value))
    return text.encode("utf-8", "replace")


def encode_line(record: dict[str, Any]) -> bytes:
    """One record as a line with its newline."""
    return dumps(record) + b"\n"


def decode_line(line: bytes) -> dict[str, Any]:
    """The record of a line; raises `ValueError` when it is none (torn, garbage, without a kind)."""
    try:
        record = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not _is_record(record):
        raise ValueError("not a record: no kind")
    found: dict[str, Any] = record
    return found


def decode_lines(lines: list[bytes]) -> list[dict[str, Any] | None]:
    """The record of each line, None for what is none; all at once costs half of one by one."""
    try:
        found = json.loads(b"[" + b",".join(lines) + b"]")
    except (ValueError, RecursionError):
        found = []
    if len(found) == len(lines):
        return [record if _is_record(record) else None for record in found]
    records: list[dict[str, Any] | None] = []
    for line in lines:
        try:
            records.append(decode_line(line))
        except ValueError:
            records.append(None)
    return records


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("kind"), str)
