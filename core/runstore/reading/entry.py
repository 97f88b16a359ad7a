"""One run in the catalog: how it was found, its row, and what is needed to tell that the row is out of date."""

from __future__ import annotations

import os
import time
from typing import Any

import msgspec

from runstore.layout.paths import RunPaths
from runstore.reading.build import broken_row, full_row, listed_row
from runstore.reading.ended import ended_row
from runstore.reading.index import IndexLine, decode_row, encode_row
from runstore.reading.liveness import GONE, Heartbeats, life_of
from runstore.reading.looks import Look, look_at
from runstore.reading.row import RunRow
from runstore.reading.run import RunReader
from runstore.reading.states import State, reader_state, state_of
from runstore.records import status

YOUNG_NS = 2_000_000_000
"""A folder's stamp that is no older than this may hide another change, and is not trusted."""
YOUNG_NETWORK_NS = 60_000_000_000
"""The same on a network mount, which may know the stamp before it knows of the change itself."""
SETTLED = frozenset(("completed", "failed", "canceled", "dead", "ended"))
"""Words of the states in which a run does not change by itself."""


class Entry:
    """A run that is settled keeps its row only; one that may still change keeps its reader.

    ``stamp`` is (inode, ctime) of the folder as read, (0, 0) when it must be read again. ``full`` tells that the data
    files were read too. `row` is made when it is asked for.
    """

    __slots__ = (
        *("folder", "stamp", "full", "settled", "extent", "reader", "state"),
        *("_root", "_row", "_raw", "_odd", "_standing", "_young"),
    )

    def __init__(self, folder: str, root: str) -> None:
        self.folder = folder
        self.stamp = (0, 0)
        self.full = False
        self.settled = False
        self.extent = 0
        self.reader: RunReader | None = None
        self.state: State | None = None
        self._root = root
        self._row: RunRow | None = None
        self._raw: msgspec.Raw | None = None
        self._odd = False
        self._young = YOUNG_NS
        self._standing: dict[str, Any] | None = None

    # ---- the row

    @property
    def row(self) -> RunRow:
        """The row, up to date with what was read."""
        if self._row is None:
            if self.reader is not None:
                self._row = full_row(self.reader, self._root) if self.full else listed_row(self.reader, self._root)[0]
                self.state = self._row.state
            elif self._raw is not None:
                self._row = decode_row(self._raw, self._odd, self._root, self.folder)
                self.state = self._row.state
            else:
                raise LookupError(self.folder)
        return self._row

    # ---- reading

    def read(self, network: bool, look: Look | None = None) -> bool | None:
        """Read the run anew as far as a list needs it at once; false when the folder is no run (any more).

        None when nobody can tell now: then all is as it was.
        """
        self._young = YOUNG_NETWORK_NS if network else YOUNG_NS
        look = look or look_at(self.folder)
        if look.stat is None:
            return None if look.out_of_reach else False
        ended = ended_row(look, self._root)
        if ended is not None:
            self._row, self.state, self.reader = ended, ended.state, None
            self._raw, self.full = None, False
            self._stamp((look.stat.st_ino, look.stat.st_ctime_ns))
            self._settle()
            return True
        reader = RunReader(self.folder, network)
        reader.refresh_manifest()
        if reader.out_of_reach:
            return None
        self._raw, self.full = None, False
        if reader.gone:
            return False
        self._stamp(reader.stamp)
        if not reader.readable:
            if not _looks_like_a_run(self.folder):
                return False
            self._break(reader)
            return True
        self._row, enough = listed_row(reader, self._root)
        self.state = self._row.state
        self.reader = reader
        if enough:
            self._settle()
        return True

    def read_data(self, seconds: float | None, network: bool) -> bool:
        """Read the data files too, for about so many seconds; true when there is nothing left to read.

        So it is when nobody can tell now: then all is as it was, and it is not `full`.
        """
        reader = self.reader or RunReader(self.folder, network)
        reader.refresh(seconds)
        if reader.out_of_reach:
            return True
        self.reader = reader
        if not self.reader.readable:
            self._break(self.reader)
            return True
        if self.reader.waiting:
            return False
        self.full = True
        self._row = self._raw = None
        self._stamp(self.reader.stamp)
        if self.row.state.word in SETTLED:
            self._settle()
        return True

    def refresh(self, seconds: float | None) -> bool:
        """Read what is new in a run that has not settled; whether its row changed."""
        reader = self.reader
        if reader is None or not self.full:
            return False
        if reader.refresh(seconds):
            self._row = None
            self._stamp(reader.stamp)
            if not reader.gone and reader.manifest["status"] in status.TERMINAL and not reader.waiting:
                self.row  # noqa: B018 - the last thing the reader is needed for
                self._settle()
            return True
        return self.check_life()

    def check_life(self) -> bool:
        """Find out again whether the run lives; whether its state changed."""
        reader = self.reader
        if self.settled or reader is None or self.state is None or self._row is None:
            return False
        state = reader_state(reader)
        if (state.word, state.text) == (self.state.word, self.state.text):
            return False
        reader.refresh()
        self._row = None
        if self.full and self.row.state.word in SETTLED:
            self._settle()
        return True

    def _settle(self) -> None:
        """Nothing of this run changes any more but its folder: its reader can go."""
        reader = self.reader
        if reader is not None and reader.manifest["status"] not in status.TERMINAL:
            attempts = [
                {key: attempt.get(key) for key in ("end", "engine", "owner", "child")}
                for attempt in reader.manifest["attempts"][-1:]
            ]
            recorded = reader.manifest["status"]
            self._standing = {"status": recorded, "attempts": attempts, "processes": reader.processes()}
            self.extent = data_extent(self.folder)
        else:
            self._standing = None
        self.reader = None
        self.settled = True

    def _stamp(self, stamp: tuple[int, int]) -> None:
        young = time.time_ns() - stamp[1] < self._young
        self.stamp = (0, 0) if young else stamp
        self.settled = False

    def _break(self, reader: RunReader) -> None:
        experiment, name = os.path.split(self.folder)
        problem = "; ".join(reader.warnings) or "no run.json"
        self._row = broken_row(self.folder, self._root, os.path.basename(experiment), name, problem)
        self.state = self._row.state
        self.reader = None
        self.full = self.settled = True
        self._standing = None

    # ---- the index

    def to_index(self) -> IndexLine | None:
        """The line for the index; None when this entry cannot be kept there."""
        if not self.settled or self.stamp == (0, 0):
            return None
        try:
            raw, odd = (self._raw, self._odd) if self._raw is not None else encode_row(self.row)
        except (ValueError, TypeError, OverflowError, msgspec.MsgspecError):
            return None
        place = self.folder[len(os.path.join(self._root, "")) :]
        return IndexLine(place, *self.stamp, self.extent, self.full, self._standing, odd, raw)

    @classmethod
    def from_index(cls, line: IndexLine, root: str) -> Entry | None:
        """The entry of a line; None when the line is of no use any more."""
        # A list makes these paths of every run: `os.path.join` takes several times as long.
        entry = cls(f"{root}{line.place}" if root.endswith("/") else f"{root}/{line.place}", root)
        standing = line.standing
        if standing is not None:
            try:
                processes = [(str(writer), dict(identity)) for writer, identity in standing["processes"]]
                life = life_of(processes, Heartbeats(RunPaths(entry.folder).alive))
                settled = life.word == GONE and state_of(standing, life).word in SETTLED
            except (KeyError, TypeError, ValueError, AttributeError):
                return None
            if not settled or line.extent != data_extent(entry.folder):
                return None
        entry.stamp = (line.inode, line.ctime)
        entry.extent, entry.full, entry._standing, entry._raw = line.extent, line.full, standing, line.row
        entry._odd = line.odd
        entry.settled = True
        return entry


def data_extent(folder: str) -> int:
    """Bytes in the files that only grow while a run lives."""
    paths = RunPaths(folder)
    total = 0
    for place in (paths.points, paths.records, paths.console):
        try:
            with os.scandir(place) as entries:
                total += sum(entry.stat(follow_symlinks=False).st_size for entry in entries)
        except OSError:
            continue
    return total


def _looks_like_a_run(folder: str) -> bool:
    paths = RunPaths(folder)
    return any(os.path.lexists(path) for path in (paths.manifest, paths.points, paths.records, paths.console))
