"""The top of the list as it was when the monitor was left: there at once, while the list itself is read.

To read the rows of 10,000 runs takes a second; the lines on the screen are fifty of them.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from runs_tui.model.best import Best
from runs_tui.model.snapshot import ExperimentCount, Snapshot
from runs_tui.model.view import View
from runstore.layout.mounts import is_network
from runstore.layout.paths import iter_experiments
from runstore.layout.roots import cache_folder
from runstore.reading.entry import SETTLED, YOUNG_NS, Entry
from runstore.reading.index import decode_row, encode_row
from runstore.reading.row import RunRow

FORMAT = "runs-tui page 1"
_LINES = 100
"""As many as there are on a high screen."""
_READ_ANEW = 20
"""Runs that may have to be read for a page; with more of them it is none."""


class _Line(msgspec.Struct, array_like=True):
    """A run: its root, its folder from there on, inode and ctime of that, and its row as the index keeps it.

    Of a run that may have changed since there are the first two only.
    """

    root: int
    place: str
    inode: int = 0
    ctime: int = 0
    odd: bool = False
    row: msgspec.Raw = msgspec.Raw(b"null")


class _Kept(msgspec.Struct, array_like=True):
    """``view`` is sort, reverse and columns; ``written`` unix nanoseconds; the rest as in `Snapshot`."""

    format: str
    roots: list[str]
    view: tuple[str, bool, list[str]]
    written: int
    total: int
    archived: int
    counts: dict[str, int]
    experiments: list[tuple[str, int, int, int]]
    metrics: list[str]
    params: list[str]
    best: Best | None
    lines: list[_Line]


class Page(msgspec.Struct, frozen=True):
    """Runs that are at the top of the list, and what is shown of the others."""

    rows: dict[str, dict[str, RunRow]]
    """By root and key."""
    _kept: _Kept

    def corrected(self, root: str, news: Mapping[str, RunRow | None], *, listed: bool) -> Mapping[str, RunRow | None]:
        """What a source tells, and that runs are gone of which it told nothing until all were ``listed``."""
        unsaid = self.rows.get(root)
        if not unsaid:
            return news
        for key in news:
            unsaid.pop(key, None)
        if not listed:
            return news
        gone = dict.fromkeys(unsaid)
        unsaid.clear()
        return {**news, **gone}

    def completed(self, snapshot: Snapshot) -> Snapshot:
        """A snapshot of these runs, with what holds for all; what lived then lives only if it was found alive now."""
        kept = self._kept
        if kept.view != _arrangement(snapshot.view) or not can_be_kept(snapshot.view):
            return snapshot
        live = {each.name: each.live for each in snapshot.experiments}
        counts = {word: count for word, count in kept.counts.items() if word in SETTLED}
        counts |= {word: count for word, count in snapshot.counts.items() if word not in SETTLED}
        return msgspec.structs.replace(
            snapshot,
            total=kept.total,
            archived=kept.archived,
            counts=counts,
            experiments=tuple(
                ExperimentCount(name, runs, live.get(name, 0), alarms) for name, runs, _, alarms in kept.experiments
            ),
            metrics=tuple(kept.metrics),
            params=tuple(kept.params),
            best=kept.best,
        )


def can_be_kept(view: View) -> bool:
    """Whether the next session may begin with this view: all runs, in an order that a part of them shows."""
    return view == View(sort=view.sort, reverse=view.reverse, columns=view.columns)


class FirstPage:
    """Of these roots, in the cache. Never raises: what cannot be read is none, what cannot be written is forgotten."""

    def __init__(self, roots: Iterable[str]) -> None:
        self._roots = list(roots)
        names = "\n".join(map(os.path.realpath, self._roots))
        name = hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self._path = os.path.join(cache_folder(), name, "page.json")

    def write(self, snapshot: Snapshot) -> None:
        """Keep the runs on top."""
        page = _Kept(
            FORMAT,
            self._roots,
            _arrangement(snapshot.view),
            time.time_ns(),
            snapshot.total,
            snapshot.archived,
            dict(snapshot.counts),
            [(each.name, each.runs, each.live, each.alarms) for each in snapshot.experiments],
            list(snapshot.metrics),
            list(snapshot.params),
            snapshot.best,
            [self._line(row) for row in snapshot.rows[:_LINES]],
        )
        temporary = f"{self._path}.{os.getpid()}"
        try:
            content = msgspec.json.encode(page)
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            with open(temporary, "wb") as file:
                file.write(content)
            os.replace(temporary, self._path)
        except (OSError, ValueError, TypeError, msgspec.MsgspecError):
            pass

    def read(self, view: View) -> Page | None:
        """The page, if it is of this view. Runs that are new or may have changed since are read, if they are few."""
        if not can_be_kept(view) or any(map(is_network, self._roots)):
            return None
        try:
            with open(self._path, "rb") as file:
                kept = msgspec.json.decode(file.read(), type=_Kept)
            if kept.format != FORMAT or kept.roots != self._roots or kept.view != _arrangement(view) or not kept.lines:
                return None
            rows, changed = self._unchanged(kept.lines)
            for root in self._roots:
                changed[root] |= {
                    folder for folder in _newer(root, kept.written - YOUNG_NS) if folder not in rows[root]
                }
        except (OSError, ValueError, IndexError, msgspec.MsgspecError):
            return None
        if sum(map(len, changed.values())) > _READ_ANEW:
            return None
        for root, folders in changed.items():
            for folder in folders:
                entry = Entry(folder, root)
                if entry.read(network=False):
                    rows[root][folder] = entry.row
        return Page(rows, kept)

    def _line(self, row: RunRow) -> _Line:
        line = _Line(self._roots.index(row.root), os.path.relpath(row.key, row.root))
        if row.state.word not in SETTLED:
            return line
        try:
            stat = os.stat(row.key)
            raw, odd = encode_row(row)
        except (OSError, ValueError, TypeError, OverflowError, msgspec.MsgspecError):
            return line
        if time.time_ns() - stat.st_ctime_ns < YOUNG_NS:
            return line
        return _Line(line.root, line.place, stat.st_ino, stat.st_ctime_ns, odd, raw)

    def _unchanged(self, lines: Iterable[_Line]) -> tuple[dict[str, dict[str, RunRow]], dict[str, set[str]]]:
        """The rows of runs that are as they were, and the folders of the others, both by root."""
        rows: dict[str, dict[str, RunRow]] = {root: {} for root in self._roots}
        changed: dict[str, set[str]] = {root: set() for root in self._roots}
        for line in lines:
            root = self._roots[line.root]
            folder = os.path.join(root, line.place)
            try:
                stat = os.stat(folder)
            except OSError:
                continue
            if (stat.st_ino, stat.st_ctime_ns) == (line.inode, line.ctime):
                rows[root][folder] = decode_row(line.row, line.odd, root, folder)
            else:
                changed[root].add(folder)
        return rows, changed


def _newer(root: str, since: int) -> Iterator[str]:
    """The run folders that came, or changed, in the experiments of a root that got or lost one."""
    for experiment in iter_experiments(root):
        if os.stat(experiment).st_mtime_ns < since:
            continue
        with os.scandir(experiment) as entries:
            for entry in entries:
                if (
                    entry.name[0] != "."
                    and entry.is_dir(follow_symlinks=False)
                    and entry.stat(follow_symlinks=False).st_ctime_ns >= since
                ):
                    yield entry.path


def _arrangement(view: View) -> tuple[str, bool, list[str]]:
    return view.sort, view.reverse, list(view.columns)
