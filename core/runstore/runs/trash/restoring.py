"""Out of the trash."""

from __future__ import annotations

import os

from runstore.exceptions import AzureMLException, UserErrorException, WorkspaceException
from runstore.layout.names import encode_name
from runstore.layout.paths import EXPERIMENT_FILE, iter_runs, visible_folders
from runstore.layout.printable import printable
from runstore.runs.trash.entry import CONTENT, ENTRY, TrashEntry, entry_of, experiment_id, manifest_of, move
from runstore.writing.numbers import claim
from runstore.writing.removal import delete
from runstore.writing.renumber import number_of, numbers_of, renumber


def restore(root: str, entry: TrashEntry | str) -> list[str]:
    """Bring an entry, or the one with this name, back to where it was; returns the folders of its runs.

    An experiment that was made anew meanwhile takes up the runs of the old one; numbers that it has given to its own
    are replaced by its next ones. Raises `UserErrorException` for an unknown entry, or when a run of the same id has
    come into being since, `WorkspaceException` when not all of the entry can be read; then nothing is moved.
    """
    root = os.path.abspath(root)
    found = entry_of(root, entry)
    moves: list[tuple[str, str]] = []  # (folder, the folder that it goes into)
    runs: list[str] = []
    strangers: list[tuple[list[str], set[int]]] = []  # runs of another experiment, numbers of those in their new one
    for source, folders in _experiments_in(found).items():
        target = os.path.join(root, os.path.basename(source))
        restored = [os.path.join(target, os.path.basename(folder)) for folder in folders]
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
        moves.extend((folder, target) for folder in folders)
        own = found.experiment_ids.get(os.path.basename(source))
        if own is None or own != experiment_id(target):
            strangers.append((restored, numbers_of(iter_runs(target))))
    for folder, into in moves:
        move(folder, into)
    _remember_experiments(root, runs)
    for restored, taken in strangers:
        _renumber(restored, taken)
    _clear(found.path)
    return runs


def _experiments_in(entry: TrashEntry) -> dict[str, list[str]]:
    """The folders of experiments in an entry, with those of their runs. All of them: what is left in it is deleted."""
    try:
        return {each: visible_folders(each) for each in visible_folders(os.path.join(entry.path, CONTENT))}
    except OSError as error:
        raise WorkspaceException(
            "cannot bring back {}: {}: {}".format(
                printable(entry.title, 200), printable(error.filename or entry.path, 300), error.strerror or error
            )
        ) from error


def _clear(path: str) -> None:
    """Delete what is left of an entry whose runs were brought back.

    Folders only when they are empty: a deletion that is still under way may have moved another run into it.
    """
    content = os.path.join(path, CONTENT)
    try:
        for folder in visible_folders(content):
            names = os.listdir(folder)
            runs = visible_folders(folder)  # after the names, so that none of them is a run that is not among these
            for each in (os.path.join(folder, name) for name in names):
                if each not in runs:
                    delete(each)
            os.rmdir(folder)
        os.rmdir(content)
        delete(os.path.join(path, ENTRY))
        os.rmdir(path)
    except OSError:
        pass  # what holds a run is an entry still, and the rest is a leftover


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


def _remember_experiments(root: str, runs: list[str]) -> None:
    """Give each experiment that the restored runs lie in its file, if it lacks one."""
    from runstore.writing.create import ensure_experiment

    for folder in dict.fromkeys(os.path.dirname(run) for run in runs):
        if os.path.exists(os.path.join(folder, EXPERIMENT_FILE)):
            continue
        name = next((str(manifest_of(run)["experiment"]) for run in runs if os.path.dirname(run) == folder), "")
        if encode_name(name) == os.path.basename(folder):
            try:
                ensure_experiment(root, name)
            except AzureMLException:
                pass  # its runs are there all the same
