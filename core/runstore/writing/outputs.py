"""Files that a program left in its output folders, collected into the run when it ends."""

from __future__ import annotations

import os

from runstore.layout.paths import CONTROL
from runstore.layout.printable import printable
from runstore.writing.artifacts import store_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, Tuple

    Listing = Dict[str, Tuple[int, int]]  # relative name -> (modification time in ns, size)

LARGEST = 1 << 30
"""Files above this many bytes are not copied but named in a warning."""


def listing(folder: str) -> Listing:
    """How the files under ``folder`` stand now; empty when it is not there."""
    found: Listing = {}
    for name, path in files_outside_stores(folder):
        try:
            stat = os.stat(path)
        except OSError:
            continue
        found[name] = (stat.st_mtime_ns, stat.st_size)
    return found


def files_outside_stores(source: str) -> Iterator[tuple[str, str]]:
    """(relative name with ``/``, path) of each regular file under the folder; links to folders are not entered.

    Nor is a store of runs, or a run whose program finds it under ``./logs`` would be copied into itself.
    """
    for parent, folders, names in os.walk(source):
        if CONTROL in folders:
            folders.clear()
            continue
        folders.sort()
        for name in sorted(names):
            path = os.path.join(parent, name)
            if os.path.isfile(path):
                yield os.path.relpath(path, source).replace(os.sep, "/"), path


def collect_outputs(run_folder: str, source: str, name: str, before: Listing) -> list[str]:
    """Copy the files under ``source`` that are new or changed since ``before`` to artifacts ``<name>/...``.

    Returns warnings about what was not kept; never raises for an I/O reason.
    """
    warnings: list[str] = []
    if not os.path.isdir(run_folder):  # a deleted run is not brought back
        return warnings
    if os.path.isdir(os.path.join(source, CONTROL)):
        return ["{} is a store of runs: no file in it is kept with this run".format(printable(source, 300))]
    for relative, stamp in listing(source).items():
        if before.get(relative) == stamp:
            continue
        path = os.path.join(source, *relative.split("/"))
        if stamp[1] > LARGEST:
            warnings.append("{} was left where it is: over 1 GB".format(printable(path, 300)))
            continue
        try:
            store_file(run_folder, "{}/{}".format(name, relative), path, replace=True)
        except Exception as error:  # a file that cannot be kept must not end the collection, nor the program
            warnings.append("{} was not kept: {}".format(printable(path, 300), error))
    return warnings
