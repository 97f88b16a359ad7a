"""What trackio logs, value by value: numbers, and what is none."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_DEEPEST = 8
_GIB_IN_MB = (1 << 30) / 1e6
_SAMPLES = {"cpu/utilization": "host_cpu_percent", "memory/percent": "host_memory_percent"}
_OF_GPU = {"utilization": ("util_percent", 1.0), "allocated_memory": ("memory_mb", _GIB_IN_MB)}


def split(logged: dict[str, Any]) -> tuple[dict[str, float], dict[str, Any]]:
    """The numbers of one row, under flat names (``val/acc``), and the rest."""
    numbers: dict[str, float] = {}
    rest: dict[str, Any] = {}
    for name, value in _flat(logged, "", 0):
        if isinstance(value, (int, float)):
            numbers[name] = _float(value)
        elif isinstance(value, str) and value in _WORDS:
            numbers[name] = _WORDS[value]
        elif value is not None:
            rest[name] = value
    return numbers, rest


def _flat(values: dict[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict) and "_type" not in value and depth < _DEEPEST:
            yield from _flat(value, f"{prefix}{name}/", depth + 1)
        else:
            yield prefix + name, value


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def record_of(value: Any) -> tuple[str, Any] | None:
    """(kind, value) of the record that a value which is no number becomes; None for one that nothing shows."""
    if isinstance(value, str):
        return "row", {"text": value}
    if isinstance(value, list):
        return ("list", value) if value and all(isinstance(each, (int, float, str)) for each in value) else None
    if not isinstance(value, dict):
        return None
    kind = value.get("_type")
    if kind == "trackio.image" and isinstance(value.get("file_path"), str):
        _project, _, inside = value["file_path"].partition("/")
        return "image", inside.partition("/")[2]
    if kind == "trackio.table" and isinstance(value.get("_value"), list):
        rows = [row for row in value["_value"] if isinstance(row, dict)]
        columns = dict.fromkeys(str(name) for row in rows for name in row)
        return "table", {name: [_cell(row.get(name)) for row in rows] for name in columns}
    if kind == "trackio.histogram" and isinstance(value.get("bins"), list) and isinstance(value.get("values"), list):
        edges = value["bins"]
        return "table", {"from": edges[:-1], "to": edges[1:], "count": value["values"]}
    if kind == "trackio.markdown":
        return "row", {"text": str(value.get("_value"))}
    return None


def _cell(value: Any) -> Any:
    """Something in a table: of media their caption or the name of the file."""
    if isinstance(value, dict):
        return value.get("caption") or value.get("file_path") or str(value)
    return str(value) if isinstance(value, list) else value


def samples_of(logged: dict[str, Any]) -> dict[str, float]:
    """Samples of the machine, under our names where they mean the same."""
    samples = {}
    for name, value in split(logged)[0].items():
        first, _, last = name.partition("/")
        index, _, what = last.partition("/")
        if first == "gpu" and index.isdigit() and what in _OF_GPU:
            ours, factor = _OF_GPU[what]
            samples[f"gpu{index}_{ours}"] = value * factor
        else:
            samples[_SAMPLES.get(name, name)] = value
    return samples


def time_of(text: object) -> float:
    """Unix seconds of a time in ISO 8601; 0 for what is none. Old versions wrote local time, without a zone."""
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
