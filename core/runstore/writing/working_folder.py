"""The working folder of a submitted script inside its run (``work/``), and what becomes of it in the end.

What lies in its ``outputs`` and ``logs`` moves to the run's files, by renames; the rest goes.
"""

from __future__ import annotations

import os

from runstore.layout.paths import RunPaths
from runstore.layout.printable import printable
from runstore.layout.run_files import COLLECTED, collected_at_work
from runstore.writing.outputs import collect_outputs
from runstore.writing.removal import delete, let_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator


def collect_work(run_folder: str) -> list[str]:
    """Move what the script has left to the run's files; returns warnings about what could not be moved, and stays.

    Where the script has put a link in the place of a folder, copies of the files behind it are kept.
    """
    paths = RunPaths(run_folder)
    warnings: list[str] = []
    own = collected_at_work(run_folder)
    for name in COLLECTED:
        source = os.path.join(paths.work, name)
        if name in own:
            _keep_linked(source, os.path.realpath(paths.work) + os.sep)
            warnings += _move(source, os.path.join(paths.files, name))
        else:
            warnings += collect_outputs(run_folder, source, name, {})
    return warnings


def remove_work(run_folder: str, keep: bool = True) -> None:
    """Delete the working folder; never raises. ``keep``: but for what `collect_work` could not move."""
    work = RunPaths(run_folder).work
    kept = collected_at_work(run_folder) if keep else []
    if os.path.islink(work):
        return
    try:
        names = os.listdir(work)
    except OSError:
        return
    for name in names:
        if name not in kept:
            delete(os.path.join(work, name))
    try:
        os.rmdir(work)
    except OSError:
        pass


def finish_work(run_folder: str) -> None:
    """Do what a supervisor would have done with the working folder, had it not been killed."""
    work = RunPaths(run_folder).work
    if os.path.isdir(work) and not os.path.islink(work):
        collect_work(run_folder)
        remove_work(run_folder)


def _keep_linked(folder: str, work: str) -> None:
    """Keep files of the working folder that links in ``folder`` lead to, and that would go: as files of their own."""
    top = os.path.realpath(folder) + os.sep
    for path in list(_links(folder)):
        target = os.path.realpath(path)
        moves_along = target.startswith(top) and not os.path.isabs(os.readlink(path))
        if target.startswith(work) and not moves_along and os.path.isfile(target):
            temporary = "{}.{}".format(path, os.urandom(4).hex())
            try:
                os.link(target, temporary)
                os.replace(temporary, path)
            except OSError:
                pass  # it stays the link that it is


def _move(source: str, target: str) -> list[str]:
    """Let ``source`` become ``target``; of a file that is there already, an upload, the script's is the later one."""
    try:
        let_in(source)
        if not os.path.isdir(target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.rename(source, target)
            return []
        warnings: list[str] = []
        for name in os.listdir(source):
            path, kept = os.path.join(source, name), os.path.join(target, name)
            if os.path.isdir(path) and not os.path.islink(path):
                warnings += _move(path, kept)
            else:
                os.replace(path, kept)
        if not warnings:
            os.rmdir(source)
        return warnings
    except OSError as error:
        return ["{} was left where it is: {}".format(printable(source, 300), error.strerror or error)]


def _links(folder: str) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = os.path.join(parent, name)
            if os.path.islink(path):
                yield path
