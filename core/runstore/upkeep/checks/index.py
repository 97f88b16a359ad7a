"""Whether the index of a store says what its runs say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial

import msgspec

from runstore.reading.entry import Entry
from runstore.reading.index import IndexLine, encode_row, index_path, load_index
from runstore.reading.row import RunRow
from runstore.upkeep.checks.finding import Finding


def check_index(root: str) -> Iterator[Finding]:
    """Compare each line of the index that a list would believe with the run itself; one finding for all."""
    lines = load_index(root)
    path = index_path(root)
    if not lines and os.path.exists(path) and os.path.getsize(path) > 4096:
        yield Finding(
            "note",
            "index not used",
            path,
            "it is damaged, or of another version; the next list makes it anew",
            repair=partial(_forget, path),
        )
    wrong = [line.place for line in lines if _is_wrong(root, line)]
    if wrong:
        yield Finding(
            "error",
            "wrong index",
            path,
            f"it says of {len(wrong)} runs what they do not say, {wrong[0]} among them",
            repair=partial(_forget, path),
        )


def _is_wrong(root: str, line: IndexLine) -> bool:
    """Whether a list would show something else than what is on the disk."""
    kept = Entry.from_index(line, root)
    if kept is None:
        return False
    fresh = Entry(kept.folder, root)
    if not fresh.read(False) or fresh.stamp != kept.stamp:
        return False  # gone or changed since: a list reads it anew
    if kept.full:
        fresh.read_data(None, False)
    try:
        return _said(kept.row) != _said(fresh.row)
    except (msgspec.MsgspecError, ValueError, TypeError):
        return True


def _said(row: RunRow) -> object:
    """All that the row says, in a form in which NaN equals NaN and the order of metrics means nothing."""
    return encode_row(msgspec.structs.replace(row, metrics=dict(sorted(row.metrics.items()))))


def _forget(path: str) -> str:
    os.unlink(path)
    return "forgotten: the next list makes it anew"
