"""Runs as text and as JSON, for ``ls`` and ``show``."""

from __future__ import annotations

import codecs
import json
import math
import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runstore.reading.row import RunRow

VERSION = 1
"""Of the JSON shape. Keys may be added within a version; none is removed or changes its meaning."""

_DEEPEST = 100
"""Levels of lists and objects in what a run holds; what is below them is left out."""
_NOT_ASCII = re.compile(r"[^\n\x20-\x7e]")
"""What may act on a terminal; JSON itself escapes all other control characters."""


def plain(value: Any, depth: int = 0) -> Any:
    """``value`` for JSON: floats that are not finite as "NaN", "Infinity", "-Infinity"."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, (dict, list, tuple)) and depth >= _DEEPEST:
        return "..."
    if isinstance(value, dict):
        return {str(key): plain(each, depth + 1) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each, depth + 1) for each in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def row_json(row: RunRow) -> dict[str, Any]:
    """One run as in ``{"v": 1, "runs": [...]}``. Times are unix seconds; ``eta`` and ``took`` are seconds."""
    from runs_tui.model.fields import duration_of

    return {
        "id": row.id,
        "experiment": row.experiment,
        "name": row.name,
        "number": row.number,
        "state": row.state.word,
        "status": row.state.status,
        "reason": row.error,
        "created": row.created,
        "started": row.started,
        "ended": row.ended,
        "active": row.active,
        "took": duration_of(row),
        "step": row.step,
        "total": row.total,
        "progress": plain(row.progress),
        "eta": plain(row.eta),
        "params": plain(row.params),
        "tags": plain(row.tags),
        "metrics": {
            name: {key: plain(getattr(stat, key)) for key in ("n", "first", "last", "min", "max", "step", "time")}
            for name, stat in row.metrics.items()
        },
        "host": row.host,
        "user": row.user,
        "parent": row.parent,
        "children": row.children,
        "children_failed": row.children_failed,
        "attempts": row.attempts,
        "commit": row.commit,
        "dirty": row.dirty,
        "usage": plain(row.usage._asdict()) if row.usage is not None else None,
        "exit": plain(row.exit),
        "warnings": list(row.warnings),
        "folder": row.key,
        "source": row.source,
    }


def print_json(content: dict[str, Any]) -> None:
    """Write ``content`` with its version to stdout."""
    sys.stdout.write(json_text(content, indent=1 if sys.stdout.isatty() else None) + "\n")


def json_text(content: dict[str, Any], indent: int | None = None) -> str:
    """``content`` with its version as JSON for stdout.

    What a terminal would act on, or what the encoding lacks, is written as its escape: it stays the same JSON.
    """
    is_ascii = codecs.lookup(sys.stdout.encoding or "utf-8").name != "utf-8"
    text = json.dumps({"v": VERSION, **content}, ensure_ascii=is_ascii, indent=indent)
    if sys.stdout.isatty():
        text = _NOT_ASCII.sub(_escaped, text)
    return text.encode("utf-8", "replace").decode("utf-8")


def _escaped(found: re.Match[str]) -> str:
    from runstore.layout.printable import printable

    character = found[0]
    return character if printable(character) == character else json.dumps(character)[1:-1]
