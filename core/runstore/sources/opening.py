"""Which sources a folder has, and a reader for a row of any of them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from runstore.layout.paths import MANIFEST
from runstore.layout.roots import LOCAL_ROOT, is_root, root_in

if TYPE_CHECKING:
    from runstore.reading.reader import Reader
    from runstore.reading.row import RunRow
    from runstore.sources.protocol import RunSource

_SEARCH, _SEARCHED = 0.5, 100
"""Seconds that finding out whether there is any foreign run may take, and folders that are looked at in any case."""
_LOOKED_AT = 20
"""Folders in which a run of our own is looked for, to tell a store without its control folder."""


def roots_in(path: str) -> list[str]:
    """The roots that a person means by a file or folder, absolute, as `source_of` takes them.

    The run store that it is or has, and itself where runs of other tools are in it, too.
    """
    path = os.path.abspath(os.path.expanduser(path))
    if not os.path.isdir(path):
        path = os.path.dirname(path)
    store = root_in(path)
    if store == path:
        return [path]
    return [store, path] if has_foreign_runs(path) else [store]


def is_foreign(root: str) -> bool:
    """Whether the root is a folder of other tools' runs, and no run store."""
    return not _is_store(root) and has_foreign_runs(root)


def _is_store(root: str) -> bool:
    """Whether the root is a run store, or is to become one."""
    if is_root(root) or os.path.basename(root) == LOCAL_ROOT or not os.path.isdir(root):
        return True
    return _has_own_runs(root)


def has_foreign_runs(top: str) -> bool:
    """Whether a search of about half a second finds any run of another tool below ``top``."""
    from runstore.sources.foreign.scan import Scan

    scan = Scan(top)
    stop = time.monotonic() + _SEARCH
    while scan.waiting and (time.monotonic() < stop or len(scan.folders()) < _SEARCHED):
        if scan.step(0.0) and scan.places():
            return True
    return False


def source_of(root: str) -> RunSource:
    """What reads the runs of a root: a run store of ours, or a folder of other tools' runs, which may come later."""
    if _is_store(root):
        from runstore.sources.native import NativeSource

        return NativeSource(root)
    if has_foreign_runs(root):
        from runstore.sources.foreign.source import ForeignSource

        return ForeignSource(root)
    from runstore.sources.undecided import UndecidedSource

    return UndecidedSource(root)


def rows_of(root: str) -> list[RunRow]:
    """All runs of a root, read whole."""
    if not is_foreign(root):
        from runstore.reading.catalog import list_rows

        return list_rows(root)
    from runstore.sources.foreign.source import ForeignSource

    source = ForeignSource(root)
    try:
        while not source.listed:
            source.changes(0.0)
        return source.rows()
    finally:
        source.close()


def only_run(root: str) -> str | None:
    """The key of the one run of another tool that a root has; None when there are others, or runs of our own.

    Nothing is read for it, unlike by `rows_of`.
    """
    if not is_foreign(root):
        return None
    from runstore.sources.foreign.scan import find_places

    places = find_places(root)
    return places[0].key if len(places) == 1 else None


def reader_of(row: RunRow, final: bool = False) -> Reader:
    """A reader for the run of a row, not yet refreshed; raises LookupError when the run is not there any more.

    ``final``: it is read once, and nobody waits for the rest of what another tool is just writing.
    """
    if not row.source:
        from runstore.reading.run import RunReader

        return RunReader(row.key)
    from runstore.sources.foreign.kinds import kind_of
    from runstore.sources.foreign.scan import place_at

    place = place_at(row.key, row.root)
    if place is None:
        raise LookupError(f"{row.name}: the run is not there any more")
    reader = kind_of(place.kind).open(place)
    reader.final = final
    return reader


def _has_own_runs(root: str) -> bool:
    """Whether some ``<root>/<experiment>/<run>/run.json`` is there."""
    try:
        with os.scandir(root) as experiments:
            for number, experiment in enumerate(experiments):
                if number >= _LOOKED_AT:
                    break
                if not experiment.is_dir(follow_symlinks=False):
                    continue
                with os.scandir(experiment.path) as runs:
                    for place, run in enumerate(runs):
                        if place >= _LOOKED_AT:
                            break
                        if os.path.isfile(os.path.join(run.path, MANIFEST)):
                            return True
    except OSError:
        pass
    return False
