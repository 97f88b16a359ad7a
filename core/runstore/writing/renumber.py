"""Numbers of runs that come into an experiment from elsewhere: it may have given theirs to other runs."""

from __future__ import annotations

import os

from runstore.layout.paths import RunPaths
from runstore.records.manifest import decode_manifest, encode_manifest
from runstore.writing.create import write_atomically
from runstore.writing.numbers import claim, claim_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable


def numbers_of(folders: Iterable[str]) -> set[int]:
    """The numbers of the runs in ``folders``, 0 for those that have none that can be read."""
    return {number_of(folder) for folder in folders}


def number_of(folder: str) -> int:
    """The number of the run in ``folder``; 0 where there is none that can be read."""
    try:
        with open(RunPaths(folder).manifest, "rb") as file:
            number = decode_manifest(file.read())["number"]
    except (OSError, ValueError):
        return 0
    return number if isinstance(number, int) else 0


def renumber(folder: str, taken: set[int]) -> None:
    """Keep the number of the run in ``folder`` if its experiment has not given it, else give it the next one.

    ``taken``: the numbers of the runs that are there; this run's is added. Raises OSError and `ValueError`.
    """
    experiment, number = os.path.dirname(folder), number_of(folder)
    if number < 1 or number in taken or not claim(experiment, number):
        number = claim_number(experiment)
        set_number(folder, number)
    taken.add(number)


def set_number(folder: str, number: int) -> None:
    """Let the run in ``folder`` have this number; raises OSError and `ValueError`."""
    path = RunPaths(folder).manifest
    with open(path, "rb") as file:
        manifest = decode_manifest(file.read())
    manifest["number"] = number
    write_atomically(path, encode_manifest(manifest))
