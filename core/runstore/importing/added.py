"""What was added to a copy in this store: edits and files of people, and what processes have logged onto it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator

from runstore.layout.paths import EDIT_PREFIX, RunPaths
from runstore.reading.growing import read_range
from runstore.records.points import SCHEMA_SUFFIX

_LONGEST_HEADER = 64 << 10


def keep_what_was_added(old: str, new: str) -> None:
    """Give a new copy what was added to the old one. A process that is logging goes on in the same files."""
    if not os.path.isdir(old):
        return
    for name in (*_edits(old), *_files(old), *_logged(old)):
        source, target = os.path.join(old, name), os.path.join(new, name)
        if os.path.lexists(target):
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        try:
            os.link(source, target)
        except FileNotFoundError:  # a heartbeat that has ended
            continue
        except OSError:  # a file system without hard links
            shutil.copy2(source, target)


def _edits(folder: str) -> list[str]:
    return [name for name in os.listdir(folder) if name.startswith(EDIT_PREFIX)]


def _files(folder: str) -> Iterator[str]:
    for above, _, names in os.walk(RunPaths(folder).files):
        yield from (os.path.relpath(os.path.join(above, name), folder) for name in names)


def _logged(folder: str) -> Iterator[str]:
    """The files of the writers that are processes; what an import has written is another writer's."""
    paths = RunPaths(folder)
    writers = {
        name.removesuffix(SCHEMA_SUFFIX)
        for place in (paths.points, paths.resources)
        for name in _names(place)
        if name.endswith(SCHEMA_SUFFIX) and _is_of_a_process(os.path.join(place, name))
    }
    for place in (paths.points, paths.resources, paths.records, paths.console, paths.alive):
        for name in _names(place):
            if name.partition(".")[0] in writers:
                yield os.path.relpath(os.path.join(place, name), folder)


def _is_of_a_process(schema: str) -> bool:
    """Whether its header names one; see `runstore.importing.points.write_points`."""
    try:
        header = json.loads(read_range(schema, 0, _LONGEST_HEADER).partition(b"\n")[0])
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(header, dict) and header.get("pid") is not None


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
