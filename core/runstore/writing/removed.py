"""Files that somebody has removed while they are written: what is appended to them goes nowhere."""

from __future__ import annotations

import os

from runstore.records.points import SCHEMA_SUFFIX, row_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Mapping


def removed_records(descriptors: Mapping[str, int]) -> int | None:
    """How many records were in those of the open files (path -> descriptor) that have no name any more.

    None where all have theirs.
    """
    found = None
    for path, descriptor in descriptors.items():
        try:
            stat = os.fstat(descriptor)
        except OSError:
            continue
        if stat.st_nlink == 0:
            found = (found or 0) + _records_in(path, descriptor, stat.st_size)
    return found


def _records_in(path: str, descriptor: int, size: int) -> int:
    if path.endswith(".rows"):
        return size // row_size(int(path.split(".")[-2]))
    if path.endswith(SCHEMA_SUFFIX):
        return 0
    try:
        with open("/proc/self/fd/{}".format(descriptor), "rb") as file:  # there is no other way to it
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    except (OSError, NameError):  # NameError: there is no `open` any more in an interpreter that ends
        return 0
