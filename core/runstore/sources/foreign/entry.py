"""One foreign run in the list: its row, and when to look at it again."""

from __future__ import annotations

import os
import time

import msgspec

from runstore.reading.build import full_row
from runstore.reading.row import RunRow
from runstore.reading.states import growing_state
from runstore.sources.foreign.kind import Place
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.reader import ForeignReader

_TOLD = 1.0
"""Seconds between two rows of a run that is still being read."""

_PATIENCE = 5.0
"""Seconds for which a run is not opened while it is read for the list."""


class Entry:
    """``read``: whether all of it was read. ``active``: when its files last changed, unix seconds."""

    def __init__(self, place: Place, root: str) -> None:
        self.place = place
        self.read = False
        self.active = _written(place.path)
        self._root = root
        self._reader = kind_of(place.kind).open(place, keep=True)
        self._signature: tuple[object, ...] = ()
        self._row: RunRow | None = None
        self._told = time.monotonic()
        self._begun = 0.0

    @property
    def row(self) -> RunRow:
        """The row as last read; before the first read what the place itself tells."""
        if self._row is None:
            self._row = full_row(self._reader, self._root) if self.read else self._placeholder()
        return self._row

    def refresh(self, seconds: float) -> bool:
        """Read what is new; whether the row has changed."""
        reader = self._reader
        self._begun = self._begun or time.monotonic()
        signature = reader.signature()
        changed = reader.refresh(seconds)
        begun, self.read = not self.read, not reader.waiting
        self._signature = signature if self.read else ()
        self.active = reader.last_write
        if self.read and (changed or begun):
            self._row = None
        return changed

    def is_ready(self) -> bool:
        """Whether a reader for the screen begins with all that there is; or it takes too long to wait for that."""
        return self.read or (self._begun > 0 and time.monotonic() > self._begun + _PATIENCE)

    def is_worth_telling(self) -> bool:
        """Whether what was read so far of a run that takes long to read may be shown: now and then, it costs."""
        if time.monotonic() < self._told + _TOLD:
            return False
        self._told = time.monotonic()
        self._row = full_row(self._reader, self._root)
        return True

    @property
    def kept(self) -> int:
        """How many points it keeps, so that a reader for the screen need not read them again."""
        return self._reader.numbers.points if self._reader.numbers.keep else 0

    def forget_points(self) -> None:
        """Keep statistics only."""
        self._reader.unload()

    def has_news(self) -> bool:
        """Whether the files look other than when they were read, or have been silent for so long that they are over."""
        return self._reader.is_due() or self._reader.signature() != self._signature

    def check_life(self) -> bool:
        """Whether the state has become another one with time."""
        if not self.read or self._row is None:
            return False
        state = self._reader.state()
        if (state.word, state.text) == (self._row.state.word, self._row.state.text):
            return False
        if self._row.error is not None or state.word != self._row.state.word:
            self._row = None
        else:
            self._row = msgspec.structs.replace(self._row, state=state)
        return True

    def open(self) -> ForeignReader:
        """A reader of its own; where points are at hand it begins with them, and goes on from there."""
        if self._reader.numbers.keep:
            return self._reader.follower()
        return kind_of(self.place.kind).open(self.place)

    def _placeholder(self) -> RunRow:
        place = self.place
        return RunRow(
            key=place.key,
            root=self._root,
            source=place.kind,
            id=place.name,
            experiment=place.experiment,
            name=place.name,
            state=growing_state(max(time.time() - self.active, 0.0), 1.0),
            active=self.active or None,
            created=self.active or None,
        )


def _written(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0
