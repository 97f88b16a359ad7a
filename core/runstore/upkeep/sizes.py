"""What takes how much space: bytes on the disk of a run, of what runs share, of all else that a store keeps.

Bytes are those that the disk has given, so that holes in a file do not count and small files count as a whole block.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from runstore.layout.paths import RootPaths

_BLOCK = 512
"""Bytes of the blocks that ``st_blocks`` counts."""


@dataclass(slots=True)
class RunSize:
    """Bytes of one or more runs by what they are. Each run counts where it lies; snapshots are shared, see `shared`."""

    points: int = 0
    """Logged numbers, and samples of resources."""
    outputs: int = 0
    """The files that runs keep: outputs, logs, uploads."""
    console: int = 0
    """What they printed."""
    other: int = 0
    """``run.json``, edits, tables, images and all else."""

    @property
    def total(self) -> int:
        """All of it."""
        return self.points + self.outputs + self.console + self.other

    def __add__(self, more: RunSize) -> RunSize:
        return RunSize(
            self.points + more.points, self.outputs + more.outputs, self.console + more.console, self.other + more.other
        )


_PLACES = {"points": "points", "resources": "points", "files": "outputs", "work": "outputs", "console": "console"}


def run_size(folder: str) -> RunSize:
    """The bytes of the run in ``folder``; what cannot be read counts nothing."""
    size = RunSize()
    try:
        with os.scandir(folder) as entries:
            inside = {entry.name: entry.path for entry in entries}
        size.other = os.lstat(folder).st_blocks * _BLOCK
    except OSError:
        return size
    for name, path in inside.items():
        place = _PLACES.get(name, "other")
        setattr(size, place, getattr(size, place) + bytes_of(path))
    return size


def shared(root: str) -> dict[str, int]:
    """The bytes of what lies in a store beside runs, each counted once: ``snapshots``, ``environments``, ``models``,
    ``trash`` and ``other``; those that there are."""
    paths = RootPaths(root)
    found = {
        "snapshots": bytes_of(paths.snapshots),
        "environments": bytes_of(paths.environments),
        "models": bytes_of(paths.models),
        "trash": bytes_of(paths.trash),
    }
    found["other"] = bytes_of(paths.control) - sum(found.values())
    return {name: size for name, size in found.items() if size}


def bytes_of(path: str) -> int:
    """Bytes on the disk of a file, or of a folder with all that is in it; a file with several names counts once.

    Links are not followed; 0 for what is not there.
    """
    total, seen, waiting = 0, set(), [path]
    while waiting:
        place = waiting.pop()
        try:
            facts = os.lstat(place)
            if stat.S_ISDIR(facts.st_mode):
                with os.scandir(place) as entries:
                    waiting.extend(entry.path for entry in entries)
            elif facts.st_nlink > 1:
                identity = (facts.st_dev, facts.st_ino)
                if identity in seen:
                    continue
                seen.add(identity)
        except OSError:
            continue
        total += facts.st_blocks * _BLOCK
    return total
