"""The files of a run as a tree that is read as far as it is open: its own files, its logs, its snapshot.

Links are shown and never followed, so that nothing outside of the run and its snapshot is ever read.
"""

from __future__ import annotations

import os
import stat
import time
from typing import NamedTuple

from runstore.layout.paths import RootPaths, RunPaths
from runstore.layout.run_files import collected_at_work, run_folders
from runstore.runs.logs import log_files
from runstore.series import natural_key

_MOST = 5_000
"""Names of one folder that are shown."""
_YOUNG = 2.0
"""Seconds for which a folder's stamp is not trusted."""
_FIRST = ("outputs",)
"""Folders of the run that stand before the others."""
_SNAPSHOT = "\0snapshot"
"""The key under which the snapshot's files lie in the tree: no file is called so."""


class Node(NamedTuple):
    """A line of the tree. ``key`` is its place in the tree, parts separated by ``/``; ``path`` where it is on disk."""

    key: str
    path: str
    name: str
    depth: int
    kind: str
    """``folder``, ``file``, ``link``, ``other`` or ``note`` (words of ours)."""
    open: bool = False


class _Listing(NamedTuple):
    stamp: tuple[int, int]
    settled: bool
    names: list[tuple[str, str]]
    """(name, kind)."""
    left_out: int


_NOTHING = _Listing((0, 0), False, [], 0)


class FileTree:
    """Of a run in ``folder`` of ``root``. Nothing raises for what is on the disk.

    ``foreign``: the folder, or the file, is another tool's, and all that is in it is shown.
    """

    def __init__(self, folder: str, root: str, foreign: bool = False) -> None:
        self._folder = folder
        self._foreign = foreign
        self._files = RunPaths(folder).files
        self._snapshots = RootPaths(root).snapshots
        self._snapshot = ""
        self._open = {"", "outputs", "logs"}
        self._listed: dict[str, _Listing] = {}

    def use_snapshot(self, identity: object) -> None:
        """Show the snapshot with this id, if it is one and is there."""
        name = identity if isinstance(identity, str) and identity and os.path.basename(identity) == identity else ""
        path = os.path.join(self._snapshots, name)
        self._snapshot = path if name and not name.startswith(".") and os.path.isdir(path) else ""

    def toggle(self, key: str) -> None:
        """Open or close a folder."""
        self._open ^= {key}

    def is_open(self, key: str) -> bool:
        """Whether a folder is open."""
        return key in self._open

    def count(self, node: Node) -> int:
        """How many entries a folder has, none for a group of logs."""
        entries, left_out = self._entries(node.key)
        return len(entries) + left_out

    def nodes(self) -> list[Node]:
        """All lines, folders first, names as people count; folders that are open are read again if they changed."""
        found = [*self._below("", 0), *self._logs()]
        if self._snapshot:
            opened = _SNAPSHOT in self._open
            found.append(Node(_SNAPSHOT, self._snapshot, "snapshot", 0, "folder", opened))
            if opened:
                found += self._below(_SNAPSHOT, 1)
        return found

    def _logs(self) -> list[Node]:
        """What was captured of the run and said by its supervisor, under the names that people know."""
        if self._foreign:
            return []
        groups: dict[str, list[Node]] = {}
        for name, path in log_files(self._folder).items():
            group, _, rest = name.partition("/")
            if group != "logs":  # those are files of the run's own
                groups.setdefault(group, []).append(Node(f"\0{name}", path, rest, 1, "file"))
        found = []
        for group, nodes in groups.items():
            opened = f"\0{group}" in self._open
            found.append(Node(f"\0{group}", os.path.dirname(nodes[0].path), group, 0, "folder", opened))
            found += nodes if opened else []
        return found

    def _below(self, key: str, depth: int) -> list[Node]:
        found = []
        entries, left_out = self._entries(key)
        for name, kind, path in entries:
            mine = f"{key}/{name}" if key else name
            opened = kind == "folder" and mine in self._open
            found.append(Node(mine, path, name, depth, kind, opened))
            if opened:
                found += self._below(mine, depth + 1)
        if left_out:
            found.append(Node(f"{key}/\0more", self._files, f"and {left_out} more, not shown", depth, "note"))
        return found

    def _entries(self, key: str) -> tuple[list[tuple[str, str, str]], int]:
        """(name, kind, path) of what is in a folder of the tree, and how many are left out.

        A folder may lie in two places: with the script that is at work, and where its uploads are kept.
        """
        if key == _SNAPSHOT or key.startswith(_SNAPSHOT + "/"):
            places = [os.path.join(self._snapshot, *key.split("/")[1:])]
        elif key.startswith("\0"):
            return [], 0
        elif self._foreign:
            if not os.path.isdir(self._folder):
                return [(os.path.basename(self._folder), "file", self._folder)], 0
            places = [os.path.join(self._folder, *(key.split("/") if key else ()))]
        else:
            places = run_folders(self._folder, key)
        listings = [(place, self._list(place)) for place in places]
        entries = {
            name: (kind, os.path.join(place, name)) for place, listing in listings[::-1] for name, kind in listing.names
        }
        left_out = sum(listing.left_out for _, listing in listings)
        if not key and not self._foreign:
            for name in collected_at_work(self._folder):
                entries[name] = ("folder", run_folders(self._folder, name)[0])
        if key and len(listings) == 1:
            return [(name, kind, path) for name, (kind, path) in entries.items()], left_out
        first = _FIRST if not key else ()
        order = sorted(entries, key=lambda name: (name not in first, entries[name][0] != "folder", natural_key(name)))
        return [(name, *entries[name]) for name in order], left_out

    def _list(self, path: str) -> _Listing:
        known = self._listed.get(path)
        try:
            now = os.lstat(path)
            if not stat.S_ISDIR(now.st_mode):  # a link in the place of a folder leads elsewhere
                return _NOTHING
            stamp = (now.st_ino, now.st_ctime_ns)
            if known is not None and known.stamp == stamp and known.settled:
                return known
            with os.scandir(path) as entries:
                names = [(entry.name, _kind_of(entry)) for entry in entries if not entry.name.startswith(".tmp-")]
        except OSError:
            return _NOTHING
        names.sort(key=lambda each: (each[1] != "folder", natural_key(each[0])))
        settled = abs(time.time() - now.st_ctime) > _YOUNG
        listing = self._listed[path] = _Listing(stamp, settled, names[:_MOST], max(len(names) - _MOST, 0))
        return listing


def _kind_of(entry: os.DirEntry[str]) -> str:
    try:
        if entry.is_symlink():
            return "link"
        if entry.is_dir(follow_symlinks=False):
            return "folder"
        return "file" if stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode) else "other"
    except OSError:
        return "other"
