"""Which run a log folder is. As in TensorBoard each folder is one run, however many writers of a process open it."""

from __future__ import annotations

import os

from runstore.integrations.script_run import active_run, has_ended, new_run, off_run
from runstore.layout.paths import RootPaths, iter_runs
from runstore.records import status
from runstore.runs.context import default_experiment
from runstore.runs.errors import is_clean_exit
from runstore.runs.mode import is_off
from runstore.runs.run import Run
from runstore.runs.session import resume
from runstore.runs.workspace import Workspace
from runstore.writing.json_file import read_object

PROPERTY = "log_dir"
"""The property of a run that names the folder it stands for."""
_USUAL = ("runs", "logs", "log", "tb_logs", "tensorboard")
"""What folders of log folders are called: no part of a run's name."""


class LogFolder:
    """A log folder while it is written to. Inside a run that was begun elsewhere the first folder is that run, each
    further one a child of it; else each is a run of its own, which ends when its last writer closes. ``parent`` is the
    id of the run whose child it is."""

    def __init__(self, path: str, run: Run, own: bool, parent: str | None = None) -> None:
        self.path = path
        self.run = run
        self.own = own
        self.parent = parent
        self.writers = 0

    def close(self, error: BaseException | None) -> None:
        """A writer is closed; ``error`` is what ended its work."""
        self.writers -= 1
        if self.writers or not self.own:
            return
        if error is None or is_clean_exit(error):
            self.run.complete()
        elif isinstance(error, KeyboardInterrupt):
            self.run.cancel()
        else:
            self.run.fail(error)


_folders: dict[str, LogFolder] = {}


def open_folder(path: str, title: str | None, going_on: bool = False) -> LogFolder:
    """The log folder at ``path``, with one writer more.

    ``title``: the display name of a run that begins. ``going_on``: the newest run of an earlier process that had this
    folder goes on, if there is one that has ended.
    """
    path = os.path.abspath(path)
    folder = _folders.get(path)
    if folder is None or not _goes_on(folder):
        folder = _folders[path] = _begin(path, title, going_on)
    folder.writers += 1
    return folder


def _goes_on(folder: LogFolder) -> bool:
    """Whether the folder still is the run that it was. One of its own that has ended is taken up again, unless the
    script is in another run by now; a run that was begun elsewhere is over when it has ended."""
    if not has_ended(folder.run):
        return True
    above = _above()
    return folder.own and (above is None or above.id == folder.parent) and resume(folder.run)


def _above() -> Run | None:
    """The run that was begun elsewhere and goes on."""
    return active_run(folder.run for folder in _folders.values() if folder.own)


def _begin(path: str, title: str | None, going_on: bool) -> LogFolder:
    if is_off():
        return LogFolder(path, off_run(), own=False)
    above = _above()
    if above is not None:
        if all(folder.run.id != above.id for folder in _folders.values()):
            return LogFolder(path, above, own=False)
        return LogFolder(path, above.child_run(title), own=True, parent=above.id)
    earlier = _earlier(path) if going_on else None
    return LogFolder(path, earlier or new_run(display_name=title, properties={PROPERTY: path}), own=True)


def _earlier(path: str) -> Run | None:
    """The newest run of the script's experiment that stood for ``path``, taken up again."""
    workspace = Workspace.from_config()
    found = []
    for folder in iter_runs(RootPaths(workspace.root).experiment_folder(default_experiment())):
        manifest = read_object(os.path.join(folder, "run.json"))
        properties = manifest.get("properties")
        if isinstance(properties, dict) and properties.get(PROPERTY) == path:
            found.append((manifest.get("created") or 0.0, str(manifest.get("id"))))
    if not found:
        return None
    run = workspace.get_run(max(found)[1])
    return run if run.get_status() in status.TERMINAL and resume(run) else None


def title_of(path: str) -> str | None:
    """What a run that stands for ``path`` is called: its way from the current folder, without a first ``runs/``."""
    try:
        way = os.path.relpath(path)
    except (OSError, ValueError):
        way = os.pardir
    parts = way.split(os.sep)
    if os.pardir in parts or way == os.curdir:
        parts = [os.path.basename(os.path.abspath(path))]
    if len(parts) > 1 and parts[0] in _USUAL:
        del parts[0]
    return "/".join(parts) or None
