"""What is in a run beside numbers, for ``show``: its children, its lists, tables and images, its files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runs_tui.model.facts import Section
    from runstore.reading.reader import Reader
    from runstore.reading.recorded import Recorded
    from runstore.reading.row import RunRow

_MOST = 40
"""Lines of one section of the text."""


def children_of(row: RunRow, rows: Iterable[RunRow]) -> tuple[RunRow, ...]:
    """All runs below a run, oldest first."""
    from runs_tui.model.family import family_of

    return family_of(row, rows) if row.children else ()


def contents(reader: Reader, family: Sequence[RunRow]) -> dict[str, Any]:
    """As JSON: ``below`` (id, name, parent, state of each run below), ``records`` and ``files`` (name, size)."""
    return {
        "below": [
            {"id": row.id, "name": row.name, "parent": row.parent, "state": row.state.word, "status": row.state.status}
            for row in family
        ],
        "records": [_record(item) for item in _recorded(reader)],
        "files": [{"name": name, "size": size} for name, size in _files(reader)],
    }


def contents_sections(reader: Reader, family: Sequence[RunRow]) -> list[Section]:
    """The same as titled lists; empty ones are left out."""
    from runs_tui.model import words
    from runs_tui.model.facts import Section
    from runs_tui.model.recordings import kind_words

    children = [(row.name, f"{row.state.glyph} {row.state.text}  {row.id}") for row in family]
    records = [(item.name, kind_words(item)) for item in _recorded(reader)]
    files = [(name, "-" if size is None else words.size(size)) for name, size in _files(reader)]
    named = (("children", children), ("records", records), ("files", files))
    return [Section(title, _cut(facts)) for title, facts in named if facts]


def _cut(facts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    left_out = len(facts) - _MOST
    return [*facts[:_MOST], ("...", f"and {left_out} more")] if left_out > 0 else facts


def _recorded(reader: Reader) -> list[Recorded]:
    from runs_tui.model.recordings import in_order
    from runstore.reading.recorded import Recordings

    recordings = Recordings(reader)
    recordings.refresh()
    return in_order(recordings.items.values())


def _record(item: Recorded) -> dict[str, Any]:
    sizes: dict[str, Any] = {"count": len(item.values)}
    if item.kind == "table":
        sizes = {"rows": item.rows, "columns": list(item.columns)}
    return {"name": item.name, "kind": item.kind, **sizes, "description": item.description or None}


def _files(reader: Reader) -> list[tuple[str, int | None]]:

    found = []
    for name in reader.files():
        try:
            size: int | None = os.lstat(reader.file_path(name)).st_size
        except OSError:
            size = None
        found.append((name, size))
    return found
