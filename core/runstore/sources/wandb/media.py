"""Things with a ``_type``: images, tables, histograms and other files, as records of a run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from runstore.reading.growing import read_small
from runstore.sources.foreign.files import leads_away
from runstore.sources.wandb.framing import FILES
from runstore.sources.wandb.history import TYPE

_LARGEST_TABLE = 16 << 20
_MOST_ROWS = 10_000


class Recorded(NamedTuple):
    """A record as a run of ours has it: its kind and its value."""

    kind: str
    value: object


def is_thing(value: object) -> bool:
    """Whether the value is one with a ``_type``."""
    return isinstance(value, dict) and isinstance(value.get(TYPE), str)


def recorded(thing: dict[str, Any], folder: str) -> Iterator[Recorded]:
    """The records of a thing; raises OSError and ValueError for a table that cannot be read from ``folder``."""
    kind = thing[TYPE]
    paths = _paths(thing)
    if kind in ("image-file", "images/separated"):
        for path in paths:
            yield Recorded("image", f"{FILES}/{path}")
    elif kind == "histogram":
        table = _histogram(thing)
        if table is not None:
            yield Recorded("table", table)
    elif kind in ("table-file", "table") and paths:
        yield Recorded("table", read_table(os.path.join(folder, FILES), paths[0]))
    else:
        for path in paths:
            yield Recorded("row", {"type": kind.removesuffix("-file"), "file": f"{FILES}/{path}"})


def read_table(folder: str, path: str) -> dict[str, list[Any]]:
    """The columns of a ``.table.json`` below ``folder``; raises OSError, and ValueError for what is no table."""
    whole = os.path.join(folder, path)
    if os.path.islink(folder) or leads_away(whole, folder):
        raise ValueError("its path leads out of the run's folder")
    try:
        content = json.loads(read_small(os.path.realpath(whole), _LARGEST_TABLE))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    columns, rows = (content.get(key) for key in ("columns", "data")) if isinstance(content, dict) else (None, None)
    if not isinstance(columns, list) or not isinstance(rows, list):
        raise ValueError("not a table")
    kept = [row for row in rows[:_MOST_ROWS] if isinstance(row, list)]
    return {
        str(name): [_cell(row[place]) if place < len(row) else None for row in kept]
        for place, name in enumerate(columns)
    }


def _paths(thing: dict[str, Any]) -> list[str]:
    names = thing.get("filenames")
    several = names if isinstance(names, list) else [thing.get("path")]
    return [path for path in several if isinstance(path, str) and path]


def _histogram(thing: dict[str, Any]) -> dict[str, list[Any]] | None:
    """The middle of each bin, and how many values are in it."""
    counts, edges = thing.get("values"), thing.get("bins")
    if not isinstance(counts, list) or not isinstance(edges, list) or len(edges) != len(counts) + 1:
        return None
    if not all(isinstance(each, (int, float)) for each in edges):
        return None
    return {"value": [(low + high) / 2 for low, high in pairwise(edges)], "count": counts}


def _cell(value: Any) -> Any:
    """What stands in a cell: of a thing the name of its file."""
    if isinstance(value, dict):
        path = value.get("path")
        return f"{FILES}/{path}" if isinstance(path, str) else json.dumps(value, ensure_ascii=False)
    return value
