"""What may be wrong with a run store, found by looking: in its runs, beside them, and in the machine below."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from runstore.upkeep.checks.finding import Finding, Level
from runstore.upkeep.checks.index import check_index
from runstore.upkeep.checks.machine import check_machine
from runstore.upkeep.checks.run import check_run
from runstore.upkeep.checks.store import all_runs, check_store

__all__ = ["Finding", "Level", "examine"]


def examine(root: str, told: Callable[[str], None] = lambda folder: None) -> Iterator[Finding]:
    """All that is found in ``root``, an absolute path, as it is found; nothing is changed.

    ``told`` gets the folder of each run before its turn. No damage makes it raise.
    """
    yield from check_machine(root)
    yield from check_index(root)
    yield from check_store(root)
    for folder in all_runs(root):
        told(folder)
        yield from check_run(root, folder)
