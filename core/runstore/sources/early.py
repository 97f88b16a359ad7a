"""The process that reads a long run is started before the run is found: it takes as long as the search to get ready."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

from runstore.layout.paths import CONTROL

LONG: Final = 8 << 20
"""Bytes of a run from which on a process of its own, which takes a quarter of a second to start, is worth it."""
_ENDINGS = (".wandb", ".db", ".csv", ".tsv", ".jsonl", ".log")
_EVENTS = "tfevents"
_MOST = 200
"""Names that are looked at."""


def prepare(paths: Iterable[str]) -> None:
    """Start the process if a short look finds a long file of another tool at, or below, one of these paths."""
    if (os.cpu_count() or 1) > 1 and any(map(has_long_file, paths)):
        from runstore.sources.foreign.ahead import ReadingAhead

        ReadingAhead.prepare()


def has_long_file(path: str) -> bool:
    """Whether a short look finds a file that may be a long run of another tool; not in a run store of ours."""
    path = os.path.expanduser(path)
    waiting = [path if os.path.isdir(path) else os.path.dirname(path) or "."]
    left = _MOST
    for folder in waiting:
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    left -= 1
                    if entry.name == CONTROL or not left:
                        return False
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif _is_long(entry):
                        return True
        except OSError:
            continue
    return False


def _is_long(entry: os.DirEntry[str]) -> bool:
    known = entry.name.endswith(_ENDINGS) or _EVENTS in entry.name
    return known and entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_size >= LONG
