"""The folder that a submitted script works in: a copy of its snapshot inside the run, for as long as the run takes.

Its ``outputs`` and ``logs`` are real folders, which a script may delete and make anew. What is in them belongs to the
run from the first moment (`runstore.layout.run_files`), so that nothing is lost when the script, or we, are killed.
"""

from __future__ import annotations

import os

from runstore.layout.paths import RunPaths
from runstore.layout.printable import printable
from runstore.layout.run_files import COLLECTED
from runstore.snapshots.restore import copy_snapshot
from runstore.writing.working_folder import collect_work, remove_work

_NEVER_NAMED = ("__pycache__", ".ipynb_checkpoints")
_MOST_NAMED = 5


class WorkingCopy:
    """One run's working folder; it goes when the run has ended."""

    def __init__(self, root: str, run_folder: str, snapshot: str | None) -> None:
        """Make the folder; raises OSError, or `SnapshotException` when the snapshot is gone."""
        self.folder = RunPaths(run_folder).work
        self._run_folder = run_folder
        self._ended = False
        remove_work(run_folder, keep=False)
        os.mkdir(self.folder)
        if snapshot:
            copy_snapshot(root, snapshot, self.folder)
        for name in COLLECTED:
            path = os.path.join(self.folder, name)
            if not os.path.lexists(path):
                os.mkdir(path)
        self._given = set(_files(self.folder))

    def shared(self) -> bool:
        """Whether another run works here: never."""
        return False

    def collect(self, run_folder: str) -> list[str]:
        """Move what lies in ``outputs`` and ``logs`` to the files of the run; say what is not kept."""
        self._ended = True
        left = sorted(
            name for name in set(_files(self.folder)) - self._given if not name.startswith(("outputs/", "logs/"))
        )
        warnings = collect_work(run_folder)
        if left:
            named = ", ".join(printable(name, 100) for name in left[:_MOST_NAMED])
            more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
            warnings.append(f"files that the script left outside of ./outputs and ./logs are not kept: {named}{more}")
        return warnings

    def remove(self) -> None:
        """Take the folder away, of a script that was started but for what could not be collected."""
        remove_work(self._run_folder, keep=self._ended)


def _files(folder: str) -> list[str]:
    """The relative names of the files in ``folder``, without what lies behind links."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _NEVER_NAMED]
        inside = os.path.relpath(parent, folder)
        found += [name if inside == "." else f"{inside}/{name}" for name in names]
    return found
