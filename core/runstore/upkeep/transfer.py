"""Runs copied and moved from one store to another, with their child runs and the snapshots of their source."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from runstore.exceptions import AzureMLException, UserErrorException, WorkspaceException
from runstore.layout.paths import EXPERIMENT_FILE, NEW_PREFIX, RootPaths, RunPaths, find_run, iter_runs
from runstore.layout.printable import printable
from runstore.layout.rights import why_not_add, why_not_delete
from runstore.layout.roots import ensure_root
from runstore.layout.run_files import COLLECTED
from runstore.layout.sharing import admit_group, enclose_all
from runstore.models.registry import made_by
from runstore.reading.run import RunReader
from runstore.reading.states import IMPORT
from runstore.reading.summary import summary_of
from runstore.records import status
from runstore.records.manifest import decode_manifest, encode_manifest
from runstore.runs.family import folders_of_children
from runstore.runs.trash import StillRunning, living
from runstore.snapshots.take import is_there
from runstore.upkeep.copying import CopyFailed, copy_folder
from runstore.writing.create import write_atomically
from runstore.writing.owner import RunOwner
from runstore.writing.removal import delete, take_away
from runstore.writing.renumber import number_of, numbers_of, renumber, set_number
from runstore.writing.reserve import NAME as RESERVE
from runstore.writing.working_folder import finish_work

_WAITING = ("queued", "not started", "preparing", "provisioning", "starting")


@dataclass(slots=True)
class Transfer:
    """What became of the runs that were to be copied or moved: folders below the source, and in the target."""

    done: list[str] = field(default_factory=list)
    """Folders of the runs in the target."""
    skipped: list[str] = field(default_factory=list)
    """Folders in the source of runs whose ids the target has already."""
    models: list[str] = field(default_factory=list)
    """``name:version`` of the models that the runs have registered, which stay in the source."""


def transfer(
    source: str,
    folders: Sequence[str],
    target: str,
    *,
    move: bool = False,
    skip_existing: bool = False,
    told: Callable[[str], None] = lambda folder: None,
) -> Transfer:
    """Copy or move the runs in ``folders`` of the root ``source``, with their child runs, to the root ``target``.

    All of them or none: a run is built beside its place and renamed into it, every file is read back and compared, and
    only when all are there does ``move`` remove the runs here. In the same file system a move is a rename. Ids stay; a
    number that the experiment there has given already is replaced by its next one. The copy of a run that lives is
    over. ``told`` gets each folder before its turn.

    Raises `UserErrorException` for an id that the target has (unless ``skip_existing``), for the same root, and for a
    run that waits; `StillRunning` for a run that lives, if it is to be moved; `WorkspaceException` when something
    cannot be read or written. The target is then as it was, but for a run that cannot go back: it stays there, whole.
    """
    source, target = os.path.realpath(source), os.path.realpath(target)
    if source == target:
        raise UserErrorException(f"{target} is where the runs are already")
    ensure_root(target)
    if why := why_not_add(target):
        raise WorkspaceException(why)
    result = Transfer()
    chosen = []
    for folder in _families(folders):
        run_id = _id_of(folder)
        if find_run(target, run_id) is None:
            chosen.append(folder)
        elif skip_existing:
            result.skipped.append(folder)
        else:
            raise UserErrorException(
                f"{target} has a run {printable(run_id, 200)} already; --skip-existing leaves such runs out"
            )
    result.models = made_by(source, {_id_of(folder) for folder in chosen})
    lives = {folder for folder in chosen if _is_live(folder, move)}
    for folder in chosen if move else ():
        why = why_not_delete(folder)
        if why:
            raise WorkspaceException(f"{printable(_id_of(folder), 200)} cannot be moved: {why}; cp copies it")
    numbers: dict[str, set[int]] = {}
    before = {folder: number_of(folder) for folder in chosen}
    gone: set[str] = set()  # moved by rename: what is in such a place later is another's
    try:
        for folder in chosen:
            told(folder)
            _bring_snapshot(source, target, folder)
            place, renamed = _bring(folder, target, move, folder in lives, numbers)
            result.done.append(place)
            if renamed:
                gone.add(folder)
        for folder, place in zip(chosen, result.done, strict=True):
            if folder in gone:
                _settle(place, numbers[os.path.dirname(place)])
    except BaseException:
        _take_back(chosen, result.done, gone, before)
        raise
    if move:
        for folder in chosen:
            if folder not in gone:
                _remove(folder)
    return result


def _families(folders: Iterable[str]) -> list[str]:
    """The folders with those of all runs below, each once, parents first."""
    found = dict.fromkeys(os.path.realpath(folder) for folder in folders)
    by_experiment: dict[str, list[str]] = {}
    for folder in found:
        by_experiment.setdefault(os.path.dirname(folder), []).append(_id_of(folder))
    for experiment, ids in by_experiment.items():
        found.update(dict.fromkeys(folders_of_children(experiment, ids, recursive=True)))
    return list(found)


def _id_of(folder: str) -> str:
    try:
        with open(RunPaths(folder).manifest, "rb") as file:
            return str(decode_manifest(file.read())["id"] or os.path.basename(folder))
    except (OSError, ValueError) as error:
        raise WorkspaceException(f"{printable(folder, 300)} cannot be read as a run: {error}") from error


def _is_live(folder: str, move: bool) -> bool:
    """Whether the run lives; raises `StillRunning` where that forbids to take it elsewhere."""
    word = living(folder)
    if not word:
        return False
    if move or word.startswith(_WAITING):
        instead = "cp copies what it has so far" if not word.startswith(_WAITING) else "it is known here only"
        raise StillRunning(f"run {printable(_id_of(folder), 200)} is {word}: wait for its end, or cancel it; {instead}")
    return True


def _bring(folder: str, target: str, move: bool, live: bool, numbers: dict[str, set[int]]) -> tuple[str, bool]:
    """Make the run appear in the target; its folder there, and whether it is the one from here, moved by rename.

    ``numbers``: those of the runs in each experiment there.
    """
    experiment = os.path.join(target, os.path.basename(os.path.dirname(folder)))
    place = os.path.join(experiment, os.path.basename(folder))
    try:
        if not os.path.isdir(experiment):
            os.makedirs(experiment, exist_ok=True)
            admit_group(experiment)
        _bring_experiment(os.path.dirname(folder), experiment)
        if experiment not in numbers:
            numbers[experiment] = numbers_of(iter_runs(experiment))
        if move and _renamed(folder, place):
            return place, True  # as it was, so that it can go back: see `_settle`
        built = os.path.join(experiment, NEW_PREFIX + os.urandom(6).hex())
        try:
            copy_folder(folder, built, live, _scratch(folder))
            if live:
                _part_from_life(built)
            enclose_all(built)
            renumber(built, numbers[experiment])
            os.rename(built, place)
        except BaseException:
            delete(built)
            raise
    except OSError as error:
        raise CopyFailed(
            f"cannot bring {printable(folder, 300)} to {printable(target, 300)}: {error.strerror or error}"
        ) from error
    return place, False


def _settle(place: str, numbers: set[int]) -> None:
    """Make a run that came by rename one of its new experiment, as a copy is made while it is built."""
    try:
        enclose_all(place)
        renumber(place, numbers)
    except (OSError, ValueError) as error:
        raise CopyFailed(
            f"cannot change {printable(place, 300)}: {getattr(error, 'strerror', None) or error}"
        ) from error


def _scratch(folder: str) -> frozenset[str]:
    """What a run at work has beside its records and files: its reserve, and of a script its source, which the snapshot
    has, and whatever else it needs there."""
    work, reserve = RunPaths(folder).work, os.path.join(folder, RESERVE)
    try:
        return frozenset((reserve, *(os.path.join(work, name) for name in os.listdir(work) if name not in COLLECTED)))
    except OSError:
        return frozenset((reserve,))


def _renamed(folder: str, place: str) -> bool:
    """Move by rename, where both places are in one file system."""
    try:
        os.rename(folder, place)
    except OSError as error:
        if error.errno == errno.EXDEV:
            return False
        raise
    return True


def _bring_experiment(here: str, there: str) -> None:
    """Give the target's experiment the file of this one, if it is new there."""
    path = os.path.join(there, EXPERIMENT_FILE)
    if os.path.exists(path):
        return
    try:
        with open(os.path.join(here, EXPERIMENT_FILE), "rb") as file:
            write_atomically(path, file.read())
    except FileNotFoundError:
        pass  # a reader takes the experiment's name from its folder


def _part_from_life(folder: str) -> None:
    """Let the copy of a live run stand for itself: it is over, nobody has recorded how, and no process is its own.

    Else it would live as long as the run that it was copied from, and a cancel of it would end that one.
    """
    owner = RunOwner(folder)
    manifest = owner.manifest
    if not owner.ended:  # else it has ended while it was copied
        manifest["attempts"] = [each for each in manifest["attempts"] if isinstance(each, dict)]
        owner.finish(status.COMPLETED, summary=summary_of(folder))
        begun = manifest["attempts"].pop() if manifest["attempts"] else {"start": manifest["started"], "exit": None}
        manifest["attempts"].append({**begun, "end": None, "engine": IMPORT, "owner": None, "child": None})
        write_atomically(RunPaths(folder).manifest, encode_manifest(manifest))
    delete(RunPaths(folder).alive)
    finish_work(folder)


def _bring_snapshot(source: str, target: str, folder: str) -> None:
    """Copy the snapshot of the run's source, unless the target has it; a run without one, or whose own is gone, is
    brought all the same."""
    reader = RunReader(folder)
    reader.refresh_facts()
    snapshot = reader.manifest["snapshot"]
    if not isinstance(snapshot, str) or not snapshot.isalnum():
        return
    here, there = (os.path.join(RootPaths(root).snapshots, snapshot) for root in (source, target))
    if is_there(there) or not os.path.isdir(here):
        return
    built = os.path.join(os.path.dirname(there), NEW_PREFIX + os.urandom(6).hex())
    try:
        os.makedirs(os.path.dirname(there), exist_ok=True)
        copy_folder(here, built)
        os.rename(built, there)
    except BaseException as error:
        delete(built)
        if isinstance(error, OSError) and is_there(there):
            return  # somebody has brought the same meanwhile
        if isinstance(error, (OSError, AzureMLException)):
            raise CopyFailed(f"the snapshot of {printable(folder, 300)} cannot be copied: {error}") from error
        raise


def _take_back(chosen: Sequence[str], done: Sequence[str], gone: set[str], numbers: dict[str, int]) -> None:
    """Undo what was done before a failure: copies go, what was moved by rename returns with its number."""
    for folder, place in zip(chosen, done, strict=False):
        if folder not in gone:
            _remove(place)
            continue
        try:
            os.rename(place, folder)
        except OSError:
            continue  # its place is taken, or cannot be written any more: it is whole where it is
        if numbers[folder] not in (0, number_of(folder)):
            try:
                set_number(folder, numbers[folder])
            except (OSError, ValueError):
                pass  # it is there all the same


def _remove(folder: str) -> None:
    """Take a run away: it disappears at once and whole, then its files are deleted."""
    if not os.path.isdir(folder):
        return
    try:
        take_away(folder)
    except OSError as error:
        raise WorkspaceException(f"cannot remove {printable(folder, 300)}: {error.strerror or error}") from error
