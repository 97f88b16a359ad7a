"""The paths of a root and of a run folder, and how runs are found in them."""

from __future__ import annotations

import os

from runstore.layout.names import encode_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

CONTROL = ".runstore"
EXPERIMENT_FILE = ".experiment.json"
MANIFEST = "run.json"
NEW_PREFIX = ".new-"
EDIT_PREFIX = "edit-"


class RunPaths:
    """Paths inside one run folder, as strings."""

    __slots__ = (
        "alive",
        "console",
        "files",
        "folder",
        "manifest",
        "points",
        "records",
        "resources",
        "system_log",
        "work",
    )

    def __init__(self, folder: str) -> None:
        self.folder = folder
        inside = os.path.join(folder, "")  # joined once: a list makes these paths of every run
        self.manifest = inside + MANIFEST
        self.points = inside + "points"
        self.records = inside + "records"
        self.resources = inside + "resources"
        self.console = inside + "console"
        self.alive = inside + "alive"
        self.files = inside + "files"
        self.work = inside + "work"
        self.system_log = os.path.join(self.console, "system.log")


class RootPaths:
    """Paths inside one root (one workspace), as strings."""

    __slots__ = ("control", "environments", "models", "queue", "root", "snapshots", "trash", "workspace")

    def __init__(self, root: str) -> None:
        self.root = root
        self.control = os.path.join(root, CONTROL)
        self.workspace = os.path.join(self.control, "workspace.json")
        self.models = os.path.join(self.control, "models")
        self.environments = os.path.join(self.control, "environments")
        self.snapshots = os.path.join(self.control, "snapshots")
        self.queue = os.path.join(self.control, "queue")
        self.trash = os.path.join(self.control, "trash")

    def experiment_folder(self, experiment: str) -> str:
        """The folder of an experiment, which may not exist yet."""
        return os.path.join(self.root, encode_name(experiment))

    def run_folder(self, experiment: str, run_id: str) -> str:
        """The folder of a run, which may not exist yet."""
        return os.path.join(self.root, encode_name(experiment), encode_name(run_id))


def visible_folders(folder: str) -> list[str]:
    """As `iter_experiments` and `iter_runs`, for who must know all that there is: raises OSError."""
    with os.scandir(folder) as entries:
        found = [entry.path for entry in entries if entry.name[0] != "." and entry.is_dir(follow_symlinks=False)]
    return sorted(found)


def _visible_folders(folder: str) -> Iterator[str]:
    try:
        found = visible_folders(folder)
    except OSError:
        return
    yield from found


def iter_experiments(root: str) -> Iterator[str]:
    """The experiment folders of ``root`` in order of name; none when it cannot be read. Links are not followed."""
    return _visible_folders(root)


def iter_runs(experiment_folder: str) -> Iterator[str]:
    """The run folders of an experiment in order of name, complete ones only (creation ends with a rename)."""
    return _visible_folders(experiment_folder)


def find_run(root: str, run_id: str) -> str | None:
    """The folder of the run with this id in whichever experiment of ``root`` it lies, else None."""
    name = encode_name(run_id)
    for experiment in iter_experiments(root):
        folder = os.path.join(experiment, name)
        if os.path.isfile(os.path.join(folder, MANIFEST)):
            return folder
    return None
