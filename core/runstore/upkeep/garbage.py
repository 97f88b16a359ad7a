"""What nobody needs any more in a store, beside runs: snapshots, environments, old trash, what was left half made."""

from __future__ import annotations

import fcntl
import math
import os
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from runstore.exceptions import WorkspaceException
from runstore.jobs.config.registered_environments import folder_of as registered
from runstore.jobs.environments.kept import FACTS
from runstore.layout.mounts import is_network
from runstore.layout.paths import NEW_PREFIX, RootPaths, iter_experiments, visible_folders
from runstore.layout.printable import printable
from runstore.layout.rights import is_own
from runstore.reading.run import RunReader
from runstore.records import status
from runstore.runs import trash
from runstore.runs.trash.entry import CONTENT, holds_something
from runstore.upkeep.sizes import bytes_of
from runstore.writing.removal import delete, take_away

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
    """Folders of runs, and those in which runs may be: nobody knows what they need."""
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
    found = list(_leftovers(root))
    if needs.unreadable:
        first = printable(needs.unreadable[0], 300)
        more = f", nor can {len(needs.unreadable) - 1} more" if len(needs.unreadable) > 1 else ""
        remarks.append(f"snapshots and environments stay: {first} cannot be read{more}")
    else:
        found += _environments(root, min(unused_before, needs.living_since))
        found += _snapshots(root, needs.snapshots)
    return [*old_trash, *filter(_is_mine, found)], remarks


def _is_mine(item: Garbage) -> bool:
    """In a store that a group shares, each cleans up after himself."""
    try:
        return is_own(item.path)
    except OSError:
        return False


def remove(root: str, item: Garbage) -> bool:
    """Delete it for good; false when it is in use after all, or some of it cannot be deleted: that is then a leftover.

    Raises `WorkspaceException`.
    """
    try:
        if item.kind == "trash":
            return trash.purge(root, os.path.basename(item.path))
        if os.path.dirname(item.path) == RootPaths(os.path.abspath(root)).environments:
            return _remove_environment(item)
        return time.time() - os.stat(item.path).st_mtime >= _RECENT and take_away(item.path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise WorkspaceException(f"cannot delete {printable(item.path, 300)}: {error.strerror or error}") from error


def _needs(root: str, purged: Collection[str]) -> _Needs:
    needs = _Needs()
    network = is_network(root)
    for folder in _all_runs(root, purged, needs.unreadable):
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


def _all_runs(root: str, purged: Collection[str], unreadable: list[str]) -> Iterator[str]:
    """The folders of all runs, and of those in the trash that stays; what cannot be listed goes into ``unreadable``."""

    def inside(folder: str) -> list[str]:
        try:
            return visible_folders(folder)
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError:
            unreadable.append(folder)
        return []

    entries = [entry for entry in inside(RootPaths(root).trash) if entry not in purged]
    for place in (root, *(os.path.join(entry, CONTENT) for entry in entries)):
        for experiment in inside(place):
            yield from inside(experiment)


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
            continue  # not built to its end, or the folder of those that are registered
        if used < unused_before:
            yield Garbage("environment", folder, os.path.basename(folder), bytes_of(folder), used)


def _half_built(root: str) -> Iterator[Garbage]:
    """Environments whose building was broken off a day ago, and deletions that were."""
    for folder in iter_experiments(RootPaths(root).environments):
        try:
            used = os.stat(folder).st_mtime
            whole = FACTS in os.listdir(folder)
        except OSError:
            continue
        if not whole and folder != registered(root) and time.time() - used >= _RECENT and not _is_locked(folder):
            yield Garbage("leftover", folder, f"environments/{os.path.basename(folder)}", bytes_of(folder), used)


def _is_locked(folder: str) -> bool:
    """Whether somebody builds the environment just now."""
    try:
        with open(folder + ".lock", "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        pass  # nobody ever has, or a mount without locks
    return False


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
        if item.kind == "leftover":
            return os.stat(item.path).st_mtime == item.used and delete(item.path)
        os.rename(facts, aside)
        if os.stat(aside).st_mtime != item.used:
            os.rename(aside, facts)
            return False
        return delete(item.path)


def _leftovers(root: str) -> Iterator[Garbage]:
    """What was left where making or deleting something was broken off; trash that holds nothing."""
    yield from _half_built(root)
    paths, now = RootPaths(root), time.time()
    left = [path for path in iter_experiments(paths.trash) if not holds_something(path)]
    for place in (*iter_experiments(root), paths.snapshots, paths.trash, *iter_experiments(paths.models)):
        try:
            with os.scandir(place) as entries:
                left += [entry.path for entry in entries if entry.name.startswith(NEW_PREFIX)]
        except OSError:
            continue
    for path in left:
        try:
            used = os.stat(path).st_mtime
        except OSError:
            continue
        if now - used >= _RECENT:
            place, name = os.path.split(path)
            yield Garbage("leftover", path, f"{os.path.basename(place)}/{name}", bytes_of(path), used)
