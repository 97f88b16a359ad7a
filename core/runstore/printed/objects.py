"""Numbers in a line that holds an object: a JSON object, or a dictionary as Python prints it."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from runstore.printed.clocks import seconds_in
from runstore.printed.names import STEPS, context_in, in_context, sort_of
from runstore.printed.numbers import number_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

LONGEST = 1 << 16
_DEEPEST = 6
_MOST = 2_000
_TIMES = ("timestamp", "time", "ts", "_timestamp", "datetime", "date", "created_at", "asctime", "@timestamp", "created")
_COUNTS = tuple(name for name in STEPS if name not in ("epoch", "ep", "timesteps"))
_EPOCH, _FIRST_TIME = len(_COUNTS), len(_COUNTS) + 1
_PYTHON = re.compile(r"\b(?:None|True|False|nan|inf)\b")
_JSON = {"None": "null", "True": "true", "False": "false", "nan": "NaN", "inf": "Infinity"}
_CALLS = re.compile(r"\b(?:tensor|array|np\.float\d+|np\.int\d+|float\d+)\(([-+0-9.eEnaif]+)(?:,[^()]*)?\)")


class Row:
    """Numbers of one object: ``values`` by name, and of its own ``step``, ``epoch`` and ``time`` what it says."""

    __slots__ = ("epoch", "step", "time", "values")

    def __init__(self) -> None:
        self.values: dict[str, float] = {}
        self.step: int | None = None
        self.epoch: int | None = None
        self.time: float | None = None


def object_in(text: str) -> tuple[str, Any] | None:
    """What stands before the object at the end of ``text``, and the object; None where there is none."""
    text = text.rstrip()
    start = text.find("{")
    if start < 0 or not text.endswith("}") or len(text) > LONGEST:
        return None
    found = decoded(text[start:])
    return (text[:start], found) if isinstance(found, dict) else None


def decoded(text: str) -> Any:
    """The value that ``text`` is in JSON, or as Python prints it; None for anything else."""
    if not text.startswith("{'"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            pass
        if '"' in text and "'" not in text:
            return None
    if "(" in text:
        text = _CALLS.sub(r"\1", text)
    text = text.replace("'", '"')
    try:
        return json.loads(_PYTHON.sub(lambda word: _JSON[word.group()], text))
    except (ValueError, RecursionError):
        return None


def row_of(content: dict[str, Any], any_name: bool = False) -> Row:
    """The numbers of an object; unless ``any_name``, none where no name or step says that they are metrics."""
    row = Row()
    plain: dict[str, float] = {}
    said: dict[int, str] = {}  # by how much a name counts: the names that say how far it is, or when
    for name, value in _flat(content, "", 0):
        number = value if type(value) is float else _number(value)
        role = _role(name)
        if role is not None and (number is not None or role >= _FIRST_TIME):
            if role != _EPOCH or (type(value) is int and value >= 0):  # an epoch as a fraction is a metric
                said.setdefault(role, name)
            if role >= _FIRST_TIME and row.time is None:
                row.time = seconds_in(value)
                if row.time is not None:
                    continue
        if number is not None and len(plain) < _MOST:
            plain[name] = number
    if said:
        _take_step(row, plain, said)
    if not any_name and not _tells(row, plain):
        return row
    context = context_in(str(content.get("split") or content.get("mode") or content.get("phase") or ""))
    row.values = {
        in_context(name, context): value
        for name, value in plain.items()
        if any_name or name.lower() == "epoch" or sort_of(name.rpartition("/")[2]) != "noise"
    }
    return row


def _tells(row: Row, plain: dict[str, float]) -> bool:
    """Whether these are metrics: by the name of one of them, or by the step beside them."""
    sorts = {sort_of(name.rpartition("/")[2]) for name in plain}
    return "metric" in sorts or ((row.step is not None or row.epoch is not None) and bool(sorts & {"likely", "other"}))


@lru_cache(maxsize=4096)
def _role(name: str) -> int | None:
    """What a name may say besides a metric: a number of `_COUNTS`, `_EPOCH`, or from `_FIRST_TIME` on a time."""
    last = name.rpartition("/")[2].lower()
    if name.lower() in _TIMES:
        return _FIRST_TIME
    last = last.lstrip("_")
    if last == "epoch":
        return _EPOCH
    return _COUNTS.index(last) if last in _COUNTS else None


def _take_step(row: Row, plain: dict[str, float], said: dict[int, str]) -> None:
    """Move what says how far it is from the numbers to the step and the epoch of the row."""
    for role in sorted(said):
        value = plain.get(said[role])
        if value is None or role >= _FIRST_TIME or value - value != 0 or value != int(value) or value < 0:
            continue
        if role == _EPOCH:
            row.epoch = int(value)
            if row.step is None:
                del plain[said[role]]
        elif row.step is None:
            row.step = int(plain.pop(said[role]))


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        try:
            return float(value)
        except OverflowError:
            return None
    return number_in(value) if isinstance(value, str) else None


def _flat(content: dict[str, Any], before: str, depth: int) -> Iterator[tuple[str, Any]]:
    """All that is in an object and in those inside it, with their names joined by ``/``."""
    for key, value in content.items():
        name = before + str(key)[:120]
        if isinstance(value, dict):
            if depth < _DEEPEST:
                yield from _flat(value, name + "/", depth + 1)
        elif isinstance(value, list) and len(value) == 1:
            yield name, value[0]
        else:
            yield name, value
