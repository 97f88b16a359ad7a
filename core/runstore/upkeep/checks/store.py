"""What may be wrong in a store beside its runs: experiments, numbers, queue, what was left half made."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from functools import partial

from runstore.jobs.submit import queue_files
from runstore.jobs.submit.starter import ensure_queue, has_work
from runstore.layout.paths import EXPERIMENT_FILE, MANIFEST, NEW_PREFIX, iter_experiments, iter_runs
from runstore.layout.rights import why_not_add
from runstore.layout.roots import UNWRITABLE
from runstore.records.manifest import decode_manifest
from runstore.upkeep.checks.finding import Finding
from runstore.upkeep.checks.half_written import HALF_MADE, check_half_written
from runstore.writing.create import fallback_root


def all_runs(root: str) -> Iterator[str]:
    """The folders of all runs, also of those that cannot be read."""
    for experiment in iter_experiments(root):
        yield from iter_runs(experiment)


def check_store(root: str) -> Iterator[Finding]:
    """What is found in ``root`` beside its runs."""
    why = why_not_add(root)
    if why:
        yield Finding("note", "no new runs", root, why)
    for experiment in iter_experiments(root):
        yield from _check_experiment(experiment)
    yield from _check_elsewhere(root)
    yield from _check_ids(root)
    yield from _check_queue(root)


def _check_experiment(folder: str) -> Iterator[Finding]:
    path = os.path.join(folder, EXPERIMENT_FILE)
    try:
        with open(path, "rb") as file:
            whole = isinstance(json.loads(file.read()), dict)
    except FileNotFoundError:
        if any(iter_runs(folder)):
            yield Finding("note", "experiment without a file", folder, "its name is taken from its folder")
        return
    except (OSError, ValueError, RecursionError):
        whole = False
    if not whole:
        yield Finding(
            "warning",
            "damaged file",
            path,
            "cannot be read: the experiment's tags are not known",
            "its name is taken from its folder; delete the file to begin a new one",
        )
    for name in _names(folder):
        if name.startswith(NEW_PREFIX):
            half_made = os.path.join(folder, name)
            try:
                old = time.time() - os.stat(half_made).st_mtime > HALF_MADE
            except OSError:
                continue
            if old:
                yield Finding(
                    "note",
                    "half made",
                    half_made,
                    "the making or deleting of a run was broken off",
                    "'runs-tui gc' deletes it",
                )

    yield from check_half_written(folder)


def _check_elsewhere(root: str) -> Iterator[Finding]:
    """Runs that were to lie here, and could not be written here when they began."""
    elsewhere = fallback_root()
    found = []
    for folder in all_runs(elsewhere):
        try:
            with open(os.path.join(folder, MANIFEST), "rb") as file:
                manifest = decode_manifest(file.read())
        except (OSError, ValueError):
            continue
        if any(isinstance(text, str) and text.startswith(UNWRITABLE.format(root)) for text in manifest["warnings"]):
            found.append(manifest["id"])
    if found:
        yield Finding(
            "warning",
            "runs elsewhere",
            elsewhere,
            f"{len(found)} runs could not be written here and lie there, {found[0]} among them",
            f"once there is space and right: runs-tui mv --root {elsewhere} RUN {root}",
        )


def _check_ids(root: str) -> Iterator[Finding]:
    """An id names one run of a store, a number one of an experiment."""
    ids: dict[str, str] = {}
    for experiment in iter_experiments(root):
        numbers: dict[int, str] = {}
        for folder in iter_runs(experiment):
            try:
                with open(os.path.join(folder, MANIFEST), "rb") as file:
                    manifest = decode_manifest(file.read())
            except (OSError, ValueError):
                continue
            run_id, number = manifest["id"], manifest["number"]
            if isinstance(run_id, str) and run_id:
                other = ids.setdefault(run_id, folder)
                if other != folder:
                    yield Finding(
                        "warning",
                        "id taken twice",
                        folder,
                        f"{other} has the id {run_id}, too",
                        "commands that are given the id mean the newer one",
                    )
            if isinstance(number, int):
                other = numbers.setdefault(number, folder)
                if other != folder:
                    yield Finding("note", "number taken twice", folder, f"{other} has the number {number}, too")


def _check_queue(root: str) -> Iterator[Finding]:
    folder = queue_files.queue_folder(root)
    for path in (*queue_files.waiting(root), *queue_files.running(root)):
        content = queue_files.read(path)
        run = queue_files.run_folder_of(root, content) if content is not None else None
        if content is None:
            yield Finding(
                "error",
                "damaged file",
                path,
                "an entry of the queue that cannot be read",
                "submit its run again, and delete the entry",
            )
        elif run is None or not os.path.isdir(run):
            yield Finding(
                "warning",
                "queue entry without a run",
                path,
                "the run that it is for was deleted",
                repair=partial(_take_out, path),
            )
    if has_work(root) and not _is_worked_on(folder):
        yield Finding(
            "warning",
            "queue stands still",
            folder,
            "runs wait or were left, and no process works on them",
            repair=partial(_start, root),
        )


def _is_worked_on(folder: str) -> bool:
    """Whether somebody holds the lock of the queue."""
    try:
        descriptor = queue_files.lock(os.path.join(folder, queue_files.LOCK))
    except OSError:
        return False
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def _take_out(path: str) -> str:
    os.unlink(path)
    return "taken out of the queue"


def _start(root: str) -> str:
    return "a process was started that works on it" if ensure_queue(root) else "it is worked on again"


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
