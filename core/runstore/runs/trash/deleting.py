"""Into the trash."""

from __future__ import annotations

import os
import time

from runstore.exceptions import UserErrorException
from runstore.layout.names import decode_name
from runstore.layout.paths import RootPaths, iter_experiments, iter_runs
from runstore.layout.printable import printable
from runstore.layout.rights import why_not_delete
from runstore.records import status
from runstore.runs.family import folders_of_children
from runstore.runs.trash.entry import CONTENT, TrashEntry, manifest_of, move, new_entry
from runstore.runs.trash.living import refuse_living
from runstore.writing.edit import write_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable


def trash_run(root: str, folder: str, force: bool = False) -> TrashEntry:
    """Move the run in ``folder``, with its child runs, to the trash of ``root``; see `trash_runs`."""
    return trash_runs(root, [folder], force)


def trash_runs(root: str, folders: Iterable[str], force: bool = False) -> TrashEntry:
    """Move runs, with their child runs, to the trash of ``root`` as one entry.

    Raises `StillRunning` when one of them lives or waits for its turn, unless ``force``: then the records go and the
    program goes on, or is never begun. Raises `UserErrorException` for a folder that is no run of ``root``,
    `WorkspaceException` when it cannot be moved. What was refused leaves everything where it was.
    """
    root = os.path.abspath(root)
    chosen = [_own_folder(root, folder) for folder in folders]
    if not chosen:
        raise UserErrorException("no run was given to delete")
    everything = _with_children(chosen)
    _refuse_others(everything)
    if not force:
        refuse_living(everything)
    first = manifest_of(chosen[0])
    title = str(first.get("display_name") or first.get("id") or decode_name(os.path.basename(chosen[0])))
    if len(chosen) > 1:
        title = "{} runs".format(len(chosen))
    experiment = decode_name(os.path.basename(os.path.dirname(chosen[0])))
    entry = new_entry(root, "run", os.path.basename(chosen[0]), title, experiment, everything)
    for folder in everything:
        into = os.path.join(entry.path, CONTENT, os.path.basename(os.path.dirname(folder)))
        move(folder, into)
        _end_waiting(os.path.join(into, os.path.basename(folder)))
    return entry


def trash_experiment(root: str, experiment: str, force: bool = False) -> TrashEntry:
    """Move the experiment of this name, or in this folder, with all its runs to the trash; raises as `trash_runs`."""
    root = os.path.abspath(root)
    folder = experiment if os.path.isabs(experiment) else RootPaths(root).experiment_folder(experiment)
    if folder not in iter_experiments(root):
        raise UserErrorException("no experiment {} in {}".format(printable(experiment, 200), root))
    runs = list(iter_runs(folder))
    _refuse_others([folder, *runs])
    if not force:
        refuse_living(runs)
    name = decode_name(os.path.basename(folder))
    entry = new_entry(root, "experiment", os.path.basename(folder), name, name, runs)
    move(folder, os.path.join(entry.path, CONTENT))
    for run in iter_runs(os.path.join(entry.path, CONTENT, os.path.basename(folder))):
        _end_waiting(run)
    return entry


def _refuse_others(folders: list[str]) -> None:
    for folder in folders:
        why = why_not_delete(folder)
        if why:
            name = printable(decode_name(os.path.basename(folder)), 200)
            raise UserErrorException("{} cannot be deleted: {}".format(name, why))


def _end_waiting(folder: str) -> None:
    """A run that waits for its turn loses its place with its deletion: brought back, it is Canceled."""
    manifest = manifest_of(folder)
    if manifest.get("status") != status.QUEUED or manifest.get("attempts"):
        return
    error = {"code": "UserError", "message": "deleted while it waited for its turn"}
    moment = time.time()
    try:
        write_edit(
            folder,
            {"kind": "cancel", "time": moment},
            {"kind": "end", "value": status.CANCELED, "error": error, "time": moment},
        )
    except OSError:
        pass  # it is deleted all the same


def _own_folder(root: str, folder: str) -> str:
    """``folder``, absolute, if it is the folder of a run of ``root``."""
    given = os.path.abspath(folder)
    name = os.path.basename(given)
    experiment = os.path.basename(os.path.dirname(given))
    own = os.path.join(root, experiment, name)
    links = os.path.islink(own) or os.path.islink(os.path.dirname(own))
    elsewhere = os.path.realpath(os.path.dirname(os.path.dirname(given))) != os.path.realpath(root)
    if elsewhere or links or name.startswith(".") or experiment.startswith(".") or not os.path.isdir(own):
        raise UserErrorException("no run of {}: {}".format(root, printable(folder, 300)))
    return own


def _with_children(folders: list[str]) -> list[str]:
    """``folders`` and those of all runs below them, each once; children lie in the experiment of their parent."""
    found = dict.fromkeys(folders)
    families: dict[str, list[str]] = {}
    for folder in folders:
        families.setdefault(os.path.dirname(folder), []).append(str(manifest_of(folder).get("id") or ""))
    for experiment, run_ids in families.items():
        found.update(dict.fromkeys(folders_of_children(experiment, list(filter(None, run_ids)), recursive=True)))
    return list(found)
