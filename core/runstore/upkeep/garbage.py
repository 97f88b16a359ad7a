"""What nobody needs any more in a store, beside runs: snapshots, environments, old trash, what was left half made."""

from __future__ import annotations

import fcntl
import math
import os
import shutil
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from runstore.exceptions import WorkspaceException
from runstore.jobs.environments.kept import FACTS
from runstore.layout.mounts import is_network
from runstore.layout.paths import NEW_PREFIX, RootPaths, iter_experiments, iter_runs
from runstore.layout.printable import printable
from runstore.layout.rights import is_own
from runstore.reading.run import RunReader
from runstore.records import status
from runstore.runs import trash
from runstore.upkeep.sizes import bytes_of

_RECENT = 86_400.0
"""What is younger may be in use: a snapshot before its run, a run that is being made."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """One thing that can go. ``kind``: snapshot, environment, trash or leftover; ``name`` is for people."""

    kind: str
    path: str
    name: str
    size: int
    """Bytes on the disk."""
    used: float
    """When it was used last, as its file says: unix seconds."""


@dataclass(slots=True)
class _Needs:
    """What the runs of a store need."""

    snapshots: set[str] = field(default_factory=set)
    unreadable: list[str] = field(default_factory=list)
    living_since: float = math.inf
    """When the eldest run that lives was made."""


def garbage(root: str, *, trash_before: float, unused_before: float) -> tuple[list[Garbage], list[str]]:
    """What can go, and remarks on what could not be judged. Times are unix seconds.

    Only what this user has made: trash that was deleted before ``trash_before``; snapshots that no run has, those in
    the trash that stays included; environments that no run was begun in since ``unused_before``; folders that were left
    half made a day ago.
    """
    root = os.path.abspath(root)
    remarks = []
    old_trash = [
        Garbage("trash", entry.path, entry.title, bytes_of(entry.path), entry.time)
        for entry in trash.own_entries(root)
        if entry.time < trash_before
    ]
    needs = _needs(root, {each.path for each in old_trash})
    found = [*_environments(root, min(unused_before, needs.living_since)), *_leftovers(root)]
    if needs.unreadable:
        first = printable(needs.unreadable[0], 300)
        remarks.append(f"snapshots stay: {len(needs.unreadable)} runs cannot be read, {first} among them")
    else:
        found += _snapshots(root, needs.snapshots)
    return [*old_trash, *filter(_is_mine, found)], remarks


def _is_mine(item: Garbage) -> bool:
    """In a store that a group shares, each cleans up after himself."""
    try:
        return is_own(item.path)
    except OSError:
        return False


def remove(root: str, item: Garbage) -> bool:
    """Delete it for good; false when it is in use after all. Raises `WorkspaceException`."""
    try:
        if item.kind == "trash":
            trash.purge(root, os.path.basename(item.path))
            return True
        if item.kind == "environment":
            return _remove_environment(item)
        if time.time() - os.stat(item.path).st_mtime < _RECENT:
            return False
        gone = os.path.join(os.path.dirname(item.path), NEW_PREFIX + os.urandom(6).hex())
        os.rename(item.path, gone)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise WorkspaceException(f"cannot delete {printable(item.path, 300)}: {error.strerror or error}") from error
    shutil.rmtree(gone, ignore_errors=True)
    return True


def _needs(root: str, purged: Collection[str]) -> _Needs:
    needs = _Needs()
    network = is_network(root)
    for folder in _all_runs(root, purged):
        reader = RunReader(folder, network)
        reader.refresh_facts()
        if reader.gone:
            continue
        if not reader.readable:
            needs.unreadable.append(folder)
            continue
        snapshot = reader.manifest["snapshot"]
        if isinstance(snapshot, str):
            needs.snapshots.add(snapshot)
        if reader.manifest["status"] not in status.TERMINAL and trash.living(folder):
            needs.living_since = min(needs.living_since, float(reader.manifest["created"] or 0.0))
    return needs


def _all_runs(root: str, purged: Collection[str]) -> Iterator[str]:
    """The folders of all runs, and of those in the trash that stays."""
    entries = [entry.path for entry in trash.entries(root) if entry.path not in purged]
    for place in (root, *(os.path.join(entry, "content") for entry in entries)):
        for experiment in iter_experiments(place):
            yield from iter_runs(experiment)


def _snapshots(root: str, needed: Collection[str]) -> Iterator[Garbage]:
    now = time.time()
    for folder in iter_experiments(RootPaths(root).snapshots):  # the same rule: visible folders, no links
        name, used = os.path.basename(folder), os.stat(folder).st_mtime
        if name not in needed and now - used >= _RECENT:
            yield Garbage("snapshot", folder, name, bytes_of(folder), used)


def _environments(root: str, unused_before: float) -> Iterator[Garbage]:
    for folder in iter_experiments(RootPaths(root).environments):
        try:
            used = os.stat(os.path.join(folder, FACTS)).st_mtime
        except OSError:
            continue  # being built, or the folder of those that are registered
        if used < unused_before:
            yield Garbage("environment", folder, os.path.basename(folder), bytes_of(folder), used)


def _remove_environment(item: Garbage) -> bool:
    """Whoever begins a run in an environment touches its facts, or builds it anew when they are gone."""
    facts, aside = os.path.join(item.path, FACTS), os.path.join(item.path, ".gone-" + FACTS)
    with open(item.path + ".lock", "a", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            pass  # a mount without locks
        os.rename(facts, aside)
        if os.stat(aside).st_mtime != item.used:
            os.rename(aside, facts)
            return False
        shutil.rmtree(item.path, ignore_errors=True)
    return True


def _leftovers(root: str) -> Iterator[Garbage]:
    """Runs, snapshots and models whose making was broken off, and deletions that were; trash that holds nothing."""
    paths, now = RootPaths(root), time.time()
    held = {entry.path for entry in trash.entries(root)}
    for path in iter_experiments(paths.trash):
        used = os.stat(path).st_mtime
        if path not in held and now - used >= _RECENT:
            yield Garbage("leftover", path, f"trash/{os.path.basename(path)}", bytes_of(path), used)
    for place in (*iter_experiments(root), paths.snapshots, paths.trash, *iter_experiments(paths.models)):
        try:
            with os.scandir(place) as entries:
                names = [entry.name for entry in entries if entry.name.startswith(NEW_PREFIX)]
        except OSError:
            continue
        for name in names:
            path = os.path.join(place, name)
            try:
                used = os.stat(path).st_mtime
            except OSError:
                continue
            if now - used >= _RECENT:
                yield Garbage("leftover", path, f"{os.path.basename(place)}/{name}", bytes_of(path), used)
