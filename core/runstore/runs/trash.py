"""The trash: deleted runs and experiments, kept under ``.runstore/trash/`` until somebody wants them back.

One act is one entry, so one undo brings back all that was deleted together. An entry is a folder ``<time>-<name>`` with
``entry.json``, which says what it is, and ``content/``, which mirrors the root: what lies in ``content/<experiment>/``
goes back to ``<root>/<experiment>/``. Everything is moved by rename; a run is never half here and half there.
"""

from __future__ import annotations

import os
import time

from runstore.exceptions import AzureMLException, UserErrorException, WorkspaceException
from runstore.layout.mounts import is_network
from runstore.layout.names import decode_name, encode_name
from runstore.layout.paths import EXPERIMENT_FILE, NEW_PREFIX, RootPaths, RunPaths, iter_experiments, iter_runs
from runstore.layout.printable import printable
from runstore.layout.rights import is_own, user_of, why_not_delete
from runstore.records import status
from runstore.records.identity import host_name
from runstore.records.lines import dumps
from runstore.records.manifest import decode_manifest
from runstore.records.moments import seconds_of
from runstore.runs.family import folders_of_children
from runstore.writing.create import write_atomically
from runstore.writing.edit import write_edit
from runstore.writing.facts import user_name
from runstore.writing.json_file import read_object
from runstore.writing.numbers import claim
from runstore.writing.renumber import number_of, numbers_of, renumber

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable

_ENTRY = "entry.json"
_CONTENT = "content"


class StillRunning(UserErrorException):
    """A run lives, or waits for its turn, and was not deleted; ``force`` deletes it all the same."""


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
        self.time = seconds_of(content.get("time")) or 0.0
        self.user = str(content.get("user") or "")
        runs = content.get("runs")
        self.runs = runs if isinstance(runs, int) else 1

    def __repr__(self) -> str:
        return "TrashEntry({}: {} {})".format(self.name, self.kind, printable(self.title, 80))


# ---- into the trash


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
        _refuse_living(everything)
    first = _manifest(chosen[0])
    title = str(first.get("display_name") or first.get("id") or decode_name(os.path.basename(chosen[0])))
    if len(chosen) > 1:
        title = "{} runs".format(len(chosen))
    experiment = decode_name(os.path.basename(os.path.dirname(chosen[0])))
    entry = _new_entry(root, "run", os.path.basename(chosen[0]), title, experiment, everything)
    for folder in everything:
        into = os.path.join(entry.path, _CONTENT, os.path.basename(os.path.dirname(folder)))
        _move(folder, into)
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
        _refuse_living(runs)
    name = decode_name(os.path.basename(folder))
    entry = _new_entry(root, "experiment", os.path.basename(folder), name, name, runs)
    _move(folder, os.path.join(entry.path, _CONTENT))
    for run in iter_runs(os.path.join(entry.path, _CONTENT, os.path.basename(folder))):
        _end_waiting(run)
    return entry


def living(folder: str, network: bool | None = None) -> str:
    """Why the run in ``folder`` must not be deleted: it is ``running``, ``queued`` ...; empty when it may be."""
    from runstore.reading.run import RunReader
    from runstore.reading.states import reader_state

    reader = RunReader(folder, network)
    reader.refresh_manifest()
    if not reader.readable or reader.manifest["status"] in status.TERMINAL:
        return ""
    reader.refresh()
    state = reader_state(reader)
    # A run that was made, but that nobody runs or has queued, waits for nothing.
    gone = state.status in status.TERMINAL or state.word in ("lost", "not started")
    return "" if gone else state.text


def _refuse_living(folders: list[str]) -> None:
    network = is_network(os.path.dirname(folders[0])) if folders else False
    for folder in folders:
        state = living(folder, network)
        if state:
            raise StillRunning(
                "run {} is {}: cancel it first, or force its deletion".format(
                    printable(_manifest(folder).get("id") or folder, 200), state
                )
            )


def _refuse_others(folders: list[str]) -> None:
    for folder in folders:
        why = why_not_delete(folder)
        if why:
            name = printable(decode_name(os.path.basename(folder)), 200)
            raise UserErrorException("{} cannot be deleted: {}".format(name, why))


def _end_waiting(folder: str) -> None:
    """A run that waits for its turn loses its place with its deletion: brought back, it is Canceled."""
    manifest = _manifest(folder)
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
        families.setdefault(os.path.dirname(folder), []).append(str(_manifest(folder).get("id") or ""))
    for experiment, run_ids in families.items():
        found.update(dict.fromkeys(folders_of_children(experiment, list(filter(None, run_ids)), recursive=True)))
    return list(found)


def _manifest(folder: str) -> dict[str, Any]:
    """What run.json says; empty when it cannot be read: a damaged run can be deleted too."""
    try:
        with open(RunPaths(folder).manifest, "rb") as file:
            return decode_manifest(file.read())
    except (OSError, ValueError):
        return {}


def _experiment_id(folder: str) -> Any:
    return read_object(os.path.join(folder, EXPERIMENT_FILE)).get("id")


def _new_entry(root: str, kind: str, folder_name: str, title: str, experiment: str, runs: list[str]) -> TrashEntry:
    now = time.time()
    experiments = dict.fromkeys(map(os.path.dirname, runs))
    trash = RootPaths(root).trash
    content = {
        "v": 1,
        "kind": kind,
        "title": title,
        "experiment": experiment,
        "experiment_ids": {os.path.basename(folder): _experiment_id(folder) for folder in experiments},
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
        os.mkdir(os.path.join(path, _CONTENT))
        write_atomically(os.path.join(path, _ENTRY), dumps(content) + b"\n")
    except OSError as error:
        raise WorkspaceException("cannot use the trash {}: {}".format(trash, error.strerror or error)) from error
    return TrashEntry(path, content)


def _move(folder: str, into: str) -> None:
    try:
        os.makedirs(into, exist_ok=True)
        os.rename(folder, os.path.join(into, os.path.basename(folder)))
    except OSError as error:
        raise WorkspaceException(
            "cannot move {} to {}: {}".format(printable(folder, 300), printable(into, 300), error.strerror or error)
        ) from error


# ---- out of it


def entries(root: str) -> list[TrashEntry]:
    """What is in the trash of ``root``, newest first; entries that hold nothing any more are left out."""
    # The folders are found by the rule for experiments: visible ones, links are not followed.
    found = [
        TrashEntry(path, read_object(os.path.join(path, _ENTRY)))
        for path in iter_experiments(RootPaths(root).trash)
        if any(_holds_something(folder) for folder in iter_experiments(os.path.join(path, _CONTENT)))
    ]
    return found[::-1]


def _holds_something(folder: str) -> bool:
    """Whether an experiment's folder in the trash is more than what is left when its runs have been brought back."""
    return os.path.exists(os.path.join(folder, EXPERIMENT_FILE)) or any(True for _ in iter_runs(folder))


def own_entries(root: str) -> list[TrashEntry]:
    """As `entries`, of what this user has deleted."""
    return [entry for entry in entries(root) if is_own(entry.path)]


def newest(root: str) -> TrashEntry | None:
    """The entry that an undo would bring back; None where there is none of this user."""
    return next(iter(own_entries(root)), None)


def restore(root: str, entry: TrashEntry | str) -> list[str]:
    """Bring an entry, or the one with this name, back to where it was; returns the folders of its runs.

    An experiment that was made anew meanwhile takes up the runs of the old one; numbers that it has given to its own
    are replaced by its next ones. Raises `UserErrorException` for an
    unknown entry, or when a run of the same id has come into being since; then nothing is moved.
    """
    root = os.path.abspath(root)
    found = _entry(root, entry)
    content = os.path.join(found.path, _CONTENT)
    moves: list[tuple[str, str]] = []  # (folder, the folder that it goes into)
    runs: list[str] = []
    strangers: list[tuple[list[str], set[int]]] = []  # runs of another experiment, numbers of those in their new one
    for source in iter_experiments(content):
        target = os.path.join(root, os.path.basename(source))
        restored = [os.path.join(target, os.path.basename(folder)) for folder in iter_runs(source)]
        for folder in restored:
            if os.path.lexists(folder):
                raise UserErrorException(
                    "cannot bring back {}: {} exists already".format(
                        printable(found.title, 200), printable(folder, 300)
                    )
                )
        runs.extend(restored)
        if not os.path.lexists(target) and os.path.exists(os.path.join(source, EXPERIMENT_FILE)):
            moves.append((source, root))
            continue
        # Else the experiment was made anew, or single runs come back, whose own may have gone the same way since.
        moves.extend((folder, target) for folder in iter_runs(source))
        own = found.experiment_ids.get(os.path.basename(source))
        if own is None or own != _experiment_id(target):
            strangers.append((restored, numbers_of(iter_runs(target))))
    for folder, into in moves:
        _move(folder, into)
    _remember_experiments(root, runs)
    for restored, taken in strangers:
        _renumber(restored, taken)
    _remove(found.path)
    return runs


def _renumber(folders: list[str], taken: set[int]) -> None:
    """Let no run in ``folders``, all of one experiment, have a number that another one has."""
    for folder in sorted(folders, key=lambda folder: number_of(folder) in taken):  # first those that keep theirs
        number = number_of(folder)
        try:
            if number < 1 or number in taken:
                renumber(folder, taken)
            else:
                claim(os.path.dirname(folder), number)
                taken.add(number)
        except (OSError, ValueError):
            pass  # it is there all the same


def purge(root: str, entry: TrashEntry | str) -> None:
    """Delete an entry for good and give its space back.

    Raises `UserErrorException` for an unknown entry, and for what another user has deleted.
    """
    found = _entry(os.path.abspath(root), entry)
    if not is_own(found.path):
        raise UserErrorException(
            "{0} was deleted by {1}: only {1} may delete it for good".format(
                printable(found.title, 200), user_of(found.path)
            )
        )
    _remove(found.path)


def _entry(root: str, entry: TrashEntry | str) -> TrashEntry:
    name = entry if isinstance(entry, str) else entry.name
    for each in entries(root):
        if each.name == name:
            return each
    raise UserErrorException("{} is not in the trash of {}".format(printable(name, 200), root))


def _remember_experiments(root: str, runs: list[str]) -> None:
    """Give each experiment that the restored runs lie in its file, if it lacks one."""
    from runstore.writing.create import ensure_experiment

    for folder in dict.fromkeys(os.path.dirname(run) for run in runs):
        if os.path.exists(os.path.join(folder, EXPERIMENT_FILE)):
            continue
        name = next((str(_manifest(run)["experiment"]) for run in runs if os.path.dirname(run) == folder), "")
        if encode_name(name) == os.path.basename(folder):
            try:
                ensure_experiment(root, name)
            except AzureMLException:
                pass  # its runs are there all the same


def _remove(path: str) -> None:
    """Take an entry away: it disappears at once and whole, so that no half of it can be brought back."""
    import shutil  # only here: it costs 4 ms to import

    gone = os.path.join(os.path.dirname(path), NEW_PREFIX + os.urandom(6).hex())
    try:
        os.rename(path, gone)
    except OSError:
        return
    shutil.rmtree(gone, ignore_errors=True)
