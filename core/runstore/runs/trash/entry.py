"""An entry of the trash: what was deleted by one act."""

from __future__ import annotations

import os
import time

from runstore.exceptions import UserErrorException, WorkspaceException
from runstore.layout.paths import EXPERIMENT_FILE, RootPaths, RunPaths, iter_experiments, visible_folders
from runstore.layout.printable import printable
from runstore.layout.rights import is_own, user_of
from runstore.records.identity import host_name
from runstore.records.lines import dumps
from runstore.records.manifest import decode_manifest
from runstore.records.moments import seconds_of
from runstore.writing.create import write_atomically
from runstore.writing.facts import user_name
from runstore.writing.json_file import read_object
from runstore.writing.removal import take_away

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ENTRY = "entry.json"
CONTENT = "content"
"""The folder of an entry that mirrors the root."""


class TrashEntry:
    """What was deleted by one act: ``kind`` is run or experiment, ``title`` names it to a person, ``time`` is unix
    seconds, ``runs`` how many runs there are in it. ``name`` identifies the entry in its root. ``experiment_ids``: of
    the experiments of its runs, by their folders' names."""

    __slots__ = ("experiment", "experiment_ids", "kind", "name", "path", "runs", "time", "title", "user")

    def __init__(self, path: str, content: dict[str, Any]) -> None:
        self.path = path
        self.name = os.path.basename(path)
        self.kind = "experiment" if content.get("kind") == "experiment" else "run"
        self.title = str(content.get("title") or self.name)
        self.experiment = str(content.get("experiment") or "")
        ids = content.get("experiment_ids")
        self.experiment_ids: dict[str, Any] = ids if isinstance(ids, dict) else {}
        self.time = seconds_of(content.get("time")) or _made(path)
        self.user = str(content.get("user") or "")
        runs = content.get("runs")
        self.runs = runs if isinstance(runs, int) else 1

    def __repr__(self) -> str:
        return "TrashEntry({}: {} {})".format(self.name, self.kind, printable(self.title, 80))


def _made(path: str) -> float:
    """When an entry that does not say so was made: what is of unknown age must not be taken for old."""
    try:
        return os.stat(path).st_mtime
    except OSError:
        return time.time()


def entries(root: str) -> list[TrashEntry]:
    """What is in the trash of ``root``, newest first; entries that hold nothing any more are left out."""
    # The folders are found by the rule for experiments: visible ones, links are not followed.
    found = [
        TrashEntry(path, read_object(os.path.join(path, ENTRY)))
        for path in iter_experiments(RootPaths(root).trash)
        if holds_something(path)
    ]
    return found[::-1]


def holds_something(path: str) -> bool:
    """Whether an entry holds more than the folders of experiments that are left when their runs were brought back.

    What cannot be read may be a run.
    """
    content = os.path.join(path, CONTENT)
    try:
        return any(
            visible_folders(folder) or os.path.exists(os.path.join(folder, EXPERIMENT_FILE))
            for folder in visible_folders(content)
        )
    except OSError as error:
        return not (isinstance(error, FileNotFoundError) and error.filename == content)


def own_entries(root: str) -> list[TrashEntry]:
    """As `entries`, of what this user has deleted."""
    return [entry for entry in entries(root) if is_own(entry.path)]


def newest(root: str) -> TrashEntry | None:
    """The entry that an undo would bring back; None where there is none of this user."""
    return next(iter(own_entries(root)), None)


def new_entry(root: str, kind: str, folder_name: str, title: str, experiment: str, runs: list[str]) -> TrashEntry:
    """Make an entry that holds nothing yet, for ``runs``, which are to be moved into it.

    Raises `WorkspaceException` where it cannot be made.
    """
    now = time.time()
    experiments = dict.fromkeys(map(os.path.dirname, runs))
    trash = RootPaths(root).trash
    content = {
        "v": 1,
        "kind": kind,
        "title": title,
        "experiment": experiment,
        "experiment_ids": {os.path.basename(folder): experiment_id(folder) for folder in experiments},
        "runs": len(runs),
        "time": now,
        "user": user_name(),
        "host": host_name(),
    }
    try:
        os.makedirs(trash, exist_ok=True)
        while True:
            moment = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now)) + "-{:06d}".format(int(now % 1 * 1e6))
            path = os.path.join(trash, "{}-{}".format(moment, folder_name))
            try:
                os.mkdir(path)
                break
            except FileExistsError:
                now += 1e-6
        os.mkdir(os.path.join(path, CONTENT))
        write_atomically(os.path.join(path, ENTRY), dumps(content) + b"\n")
    except OSError as error:
        raise WorkspaceException("cannot use the trash {}: {}".format(trash, error.strerror or error)) from error
    return TrashEntry(path, content)


def entry_of(root: str, entry: TrashEntry | str) -> TrashEntry:
    """The entry, or the one with this name, as it is now; raises `UserErrorException` when it is gone."""
    name = entry if isinstance(entry, str) else entry.name
    for each in entries(root):
        if each.name == name:
            return each
    raise UserErrorException("{} is not in the trash of {}".format(printable(name, 200), root))


def purge(root: str, entry: TrashEntry | str) -> bool:
    """Delete an entry for good and give its space back; whether all of it is gone.

    Raises `UserErrorException` for an unknown entry, and for what another user has deleted.
    """
    found = entry_of(os.path.abspath(root), entry)
    if not is_own(found.path):
        raise UserErrorException(
            "{0} was deleted by {1}: only {1} may delete it for good".format(
                printable(found.title, 200), user_of(found.path)
            )
        )
    try:
        return take_away(found.path)  # at once, so that no half of it can be brought back
    except OSError:
        return False


def move(folder: str, into: str) -> None:
    """Rename ``folder`` into the folder ``into``; raises `WorkspaceException`."""
    try:
        os.makedirs(into, exist_ok=True)
        os.rename(folder, os.path.join(into, os.path.basename(folder)))
    except OSError as error:
        raise WorkspaceException(
            "cannot move {} to {}: {}".format(printable(folder, 300), printable(into, 300), error.strerror or error)
        ) from error


def experiment_id(folder: str) -> Any:
    """The id of the experiment in ``folder``; None where nothing tells it."""
    return read_object(os.path.join(folder, EXPERIMENT_FILE)).get("id")


def manifest_of(folder: str) -> dict[str, Any]:
    """What run.json says; empty when it cannot be read: a damaged run can be deleted too."""
    try:
        with open(RunPaths(folder).manifest, "rb") as file:
            return decode_manifest(file.read())
    except (OSError, ValueError):
        return {}
