"""The folder that a submitted script works in: a copy of its snapshot, with ``outputs`` and ``logs`` inside the run."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile

from runstore.layout.names import encode_name
from runstore.layout.paths import RunPaths
from runstore.layout.printable import printable
from runstore.snapshots.restore import copy_snapshot
from runstore.writing.outputs import collect_outputs

LINKED = ("outputs", "logs")
"""What is written there is in the run at once, so that nothing is lost when the script is killed."""
_PREFIX = "runstore-runs-"
_NEVER_NAMED = ("__pycache__", ".ipynb_checkpoints")
_MOST_NAMED = 5


class WorkingCopy:
    """One run's working folder under the temporary folder; it goes when the run has ended."""

    def __init__(self, folder: str, root: str, run_folder: str, snapshot: str | None) -> None:
        """Make ``folder``, a `working_folder`; raises OSError, or `SnapshotException` when the snapshot is gone."""
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(self.folder, 0o700)
        if snapshot:
            copy_snapshot(root, snapshot, self.folder)
        self._link(run_folder)
        self._given = set(_files(self.folder))

    def shared(self) -> bool:
        """Whether another run works here: never."""
        return False

    def collect(self, run_folder: str) -> list[str]:
        """Keep what lies in ``outputs`` and ``logs`` although their links were replaced; say what is not kept."""
        warnings: list[str] = []
        for name in LINKED:
            path = os.path.join(self.folder, name)
            if not os.path.islink(path):
                warnings += collect_outputs(run_folder, path, name, {})
        left = sorted(
            name for name in set(_files(self.folder)) - self._given if not name.startswith(("outputs/", "logs/"))
        )
        if left:
            named = ", ".join(printable(name, 100) for name in left[:_MOST_NAMED])
            more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
            warnings.append(f"files that the script left outside of ./outputs and ./logs are not kept: {named}{more}")
        return warnings

    def remove(self) -> None:
        """Take the folder away. Links are not followed."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _link(self, run_folder: str) -> None:
        """Files that the snapshot has under ``outputs`` or ``logs`` move into the run: they may be read there."""
        for name in LINKED:
            target = os.path.join(RunPaths(run_folder).files, name)
            os.makedirs(target, exist_ok=True)
            path = os.path.join(self.folder, name)
            if os.path.isdir(path):
                shutil.copytree(path, target, dirs_exist_ok=True)
                shutil.rmtree(path)
            if not os.path.lexists(path):
                os.symlink(target, path)


def working_folder(root: str, run_id: str) -> str:
    """Where the working copy of a run of ``root`` is to be; another root may have a run of the same id."""
    store = hashlib.sha256(os.path.realpath(root).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return os.path.join(_own_folder(), f"{encode_name(run_id)}-{store}")


def remove_left(folder: str) -> None:
    """Take away the working copy of a run whose supervisor was killed; any other folder is left alone."""
    parent = os.path.dirname(folder)
    if os.path.basename(parent).startswith(_PREFIX) and not os.path.islink(parent) and not os.path.islink(folder):
        shutil.rmtree(folder, ignore_errors=True)


def _own_folder() -> str:
    """The folder of this user's working copies, which nobody else can have made."""
    folder = os.path.join(tempfile.gettempdir(), f"{_PREFIX}{os.getuid()}")
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        stat = os.lstat(folder)
        if os.path.islink(folder) or stat.st_uid != os.getuid() or stat.st_mode & 0o022:
            return tempfile.mkdtemp(prefix=_PREFIX)
    return folder


def _files(folder: str) -> list[str]:
    """The relative names of the files in ``folder``, without what lies behind links."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _NEVER_NAMED]
        inside = os.path.relpath(parent, folder)
        found += [name if inside == "." else f"{inside}/{name}" for name in names]
    return found
