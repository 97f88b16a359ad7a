"""The space that runs of other tools take on the disk, each of their files once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from runstore.layout.paths import CONTROL
from runstore.sources.foreign.closed import ClosedFolders
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.foreign.scan import find_places
from runstore.upkeep.sizes import RunSize, bytes_of


def foreign_sizes(roots: Iterable[str]) -> tuple[dict[str, RunSize], int]:
    """The sizes of all runs of other tools below these folders, by key; and the bytes of databases that several share.

    ``points`` and ``console`` is what numbers and output are read from, ``outputs`` the other files of the run.
    """
    readers = [reader for root in roots for reader in _readers(root)]
    of_numbers = [_files(path for path, *_ in reader.signature()) for reader in readers]
    count = Counter(path for paths in of_numbers for path in paths)
    counted = {path for path, runs in count.items() if runs > 1}
    shared = sum(map(bytes_of, counted))
    sizes = [RunSize() for _ in readers]
    for reader, size in zip(readers, sizes, strict=True):
        logs = reader.consoles()
        size.console = _count(_files(path for log in logs for path in (log.out, log.err) if path), counted)
    for paths, size in zip(of_numbers, sizes, strict=True):
        size.points = _count(paths, counted)
    tops = {top for reader in readers for top in (reader.files_folder, reader.place.path)}
    for reader, size in zip(readers, sizes, strict=True):
        size.outputs = _count(_below(reader.files_folder, tops), counted)
        size.other = _count(_below(reader.place.path, tops), counted)
    return {reader.folder: size for reader, size in zip(readers, sizes, strict=True)}, shared


def _readers(root: str) -> Iterator[ForeignReader]:
    """The runs, read whole: which files they consist of is known only then. What cannot be read has no files."""
    for place in find_places(root):
        if place.kind == ClosedFolders.name:
            continue
        reader = kind_of(place.kind).open(place, keep=False)
        reader.refresh()
        yield reader


def _files(paths: Iterable[str]) -> list[str]:
    return [path for path in dict.fromkeys(paths) if os.path.isfile(path)]


def _below(top: str, tops: Collection[str]) -> Iterator[str]:
    """The files in a folder and below it, but not in folders of other runs, nor in a run store of ours."""
    for folder, below, names in os.walk(top):
        if CONTROL in below:
            below.clear()
            continue
        below[:] = [name for name in below if os.path.join(folder, name) not in tops]
        yield from (os.path.join(folder, name) for name in names)


def _count(paths: Iterable[str], counted: set[str]) -> int:
    """The bytes of those that were not counted yet; now they are."""
    new = [path for path in paths if path not in counted]
    counted.update(new)
    return sum(map(bytes_of, new))
