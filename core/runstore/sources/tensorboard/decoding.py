"""Events to series of numbers, many at a time.

A training loop writes the same few events again and again: they differ in time, step and value alone. What an event
looks like is found out once, by `runstore.sources.tensorboard.events.event`; all that look the same are then read by
NumPy from the same places.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from runstore.sources.tensorboard.events import Value, event

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runstore.reading.arrays import Array
    from runstore.sources.tensorboard.frames import Frames

_FEWEST = 16
"""Events of one length that are worth it."""
_LONGEST = 4096
_MOST_LAYOUTS, _MOST_KNOWN = 8, 1 << 17
_TIME, _STEP, _SUMMARY = 0x09, 0x10, 0x2A
"""The first byte of the fields of an event that are looked for."""
_PAD = 8


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers with nothing in common, as SplitMix64 makes them of those given."""
    mixed = numbers * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return mixed ^ mixed >> np.uint64(31)


_FACTORS: NDArray[np.uint64] = _mixed(np.arange(1, _LONGEST // 8 + 1, dtype=np.uint64)) | np.uint64(1)

Layout = tuple[tuple[int, str], ...]
"""Where in an event its numbers stand, and of which NumPy type each is."""


class Points(NamedTuple):
    """Points of one tag in order of writing: i8, f8, f8."""

    tag: str
    steps: Array
    times: Array
    values: Array


class Decoded(NamedTuple):
    """What a block of records holds. ``others``: values that are no numbers, each with time and step of its event.

    ``damaged``: how many records are no events.
    """

    points: list[Points]
    others: list[tuple[float, int, Value]]
    damaged: int


class _Pieces:
    """Points as they are found, in any order: arrays of the same length, and single ones."""

    def __init__(self) -> None:
        self.arrays: list[tuple[Array, Array, Array, Array, Array]] = []
        self.single: tuple[list[int], list[int], list[int], list[float], list[float]] = ([], [], [], [], [])

    def add(self, tag: int, place: int, step: int, time: float, value: float) -> None:
        for column, each in zip(self.single, (tag, place, step, time, value), strict=True):
            column.append(each)  # type: ignore[attr-defined]

    def sorted(self, tags: list[str]) -> list[Points]:
        """All points, tag by tag, each in the order of the records."""
        if self.single[0]:
            kinds = (np.int64, np.int64, np.int64, np.float64, np.float64)
            columns = [np.array(each, kind) for each, kind in zip(self.single, kinds, strict=True)]
            self.arrays.append((columns[0], columns[1], columns[2], columns[3], columns[4]))
        if not self.arrays:
            return []
        tag, place, step, time, value = (np.concatenate(each) for each in zip(*self.arrays, strict=True))
        order = _order(tag, place, len(tags))
        tag, step, time, value = tag[order], step[order], time[order], value[order]
        time = np.where(np.isfinite(time), time, 0.0)
        cuts = [0, *(np.flatnonzero(tag[1:] != tag[:-1]) + 1).tolist(), len(tag)]
        return [
            Points(tags[tag[begin]], step[begin:end], time[begin:end], value[begin:end])
            for begin, end in pairwise(cuts)
        ]


class _Alike:
    """Events of one length and one `Layout`: which tags they have, by a hash of all bytes that do not vary."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._hashes: NDArray[np.uint64] = np.empty(0, np.uint64)
        self._tags: NDArray[np.int64] = np.empty((0, len(layout)), np.int64)

    def __len__(self) -> int:
        return len(self._hashes)

    def learn(self, hashes: Array, tags: list[tuple[int, ...]]) -> None:
        """Remember what was found out about events with these hashes."""
        known = np.append(self._hashes, hashes)
        order = np.argsort(known)
        self._hashes = known[order]
        self._tags = np.concatenate((self._tags, np.array(tags, np.int64).reshape(-1, len(self.layout))))[order]

    def tags(self, hashes: Array) -> tuple[Array, Array]:
        """Which of the events are known, and the ids of the tags of each, a column for each number in it."""
        if not len(self._hashes):
            return np.zeros(len(hashes), bool), self._tags
        at = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        return self._hashes[at] == hashes, self._tags[at]


class Decoder:
    """Decodes block after block of a run's event files; it remembers what their events look like."""

    def __init__(self) -> None:
        self._tags: list[str] = []
        self._ids: dict[str, int] = {}
        self._alike: dict[tuple[int, int], list[_Alike]] = {}

    def decode(self, block: bytes, found: Frames) -> Decoded:
        """The content of the records that were found in ``block``."""
        pieces = _Pieces()
        many = len(found.starts) >= _FEWEST
        left = self._decode_many(block, found, pieces) if many else range(len(found.starts))
        others: list[tuple[float, int, Value]] = []
        damaged = 0
        for place in left:
            start = int(found.starts[place])
            try:
                single = event(block, start, start + int(found.lengths[place]))
            except ValueError:
                damaged += 1
                continue
            for value in single.values:
                if is_scalar(value):
                    pieces.add(self._id(value.tag), place, single.step, single.time, value.number or 0.0)
                else:
                    others.append((single.time, single.step, value))
        return Decoded(pieces.sorted(self._tags), others, damaged)

    def _id(self, tag: str) -> int:
        known = self._ids.get(tag)
        if known is None:
            known = self._ids[tag] = len(self._tags)
            self._tags.append(tag)
        return known

    def _decode_many(self, block: bytes, found: Frames, pieces: _Pieces) -> list[int]:
        """Decode what looks alike; returns the places of the records that are left."""
        if sum(len(alike) for several in self._alike.values() for alike in several) > _MOST_KNOWN:
            self._alike = {}
        padded = block + bytes(_PAD)
        order = np.argsort(np.minimum(found.lengths, _LONGEST + 1).astype(np.uint16), kind="stable")
        lengths = found.lengths[order]
        cuts = [0, *(np.flatnonzero(lengths[1:] != lengths[:-1]) + 1).tolist(), len(lengths)]
        left: list[Array] = []
        for begin, end in pairwise(cuts):
            places, length = order[begin:end], int(lengths[begin])
            if end - begin < _FEWEST or not _PAD + 3 < length <= _LONGEST:
                left.append(places)
                continue
            width = -(-length // 8) * 8
            windows: Array = np.ndarray((len(padded) - width + 1,), f"V{width}", padded, 0, (1,))
            rows = windows[found.starts[places]].view(np.uint8).reshape(-1, width)
            rows[:, length:] = 0
            steps, bodies = _steps(rows, length)
            for body in np.flatnonzero(np.bincount(bodies)).tolist():
                same = bodies == body
                if same.all():
                    group = places, rows, steps
                else:
                    group = places[same], rows[same], steps[same]
                if body:
                    left.append(self._decode_alike(*group, (length, body), block, found, pieces))
                else:
                    left.append(group[0])
        return np.sort(np.concatenate(left)).tolist() if left else []

    def _decode_alike(
        self,
        places: Array,
        rows: Array,
        steps: Array,
        kind: tuple[int, int],
        block: bytes,
        found: Frames,
        pieces: _Pieces,
    ) -> Array:
        """Decode records of one length whose time and step take as many bytes; returns the places of those left."""
        several = self._alike.setdefault(kind, [])
        times = rows[:, 1:9].copy().view("<f8")[:, 0]
        for number in range(_MOST_LAYOUTS):
            if number == len(several):
                layout = _layout(*_shape(block, found, int(places[0])))
                if not layout or any(alike.layout == layout for alike in several):
                    break
                several.append(_Alike(layout))
            alike = several[number]
            values = [rows[:, at : at + int(code[2])].copy().view(code)[:, 0] for at, code in alike.layout]
            hashes = _hashes(rows, kind[1], alike.layout)
            known, tags = alike.tags(hashes)
            if not known.all():
                self._learn(alike, hashes[~known], places[~known], block, found)
                known, tags = alike.tags(hashes)
            chosen = slice(None) if known.all() else known
            for slot, column in enumerate(values):
                part = tags[chosen, slot], places[chosen], steps[chosen], times[chosen]
                pieces.arrays.append((*part, column[chosen].astype(np.float64)))
            places, rows, steps, times = places[~known], rows[~known], steps[~known], times[~known]
            if not len(places):
                break
        return places

    def _learn(self, alike: _Alike, hashes: Array, places: Array, block: bytes, found: Frames) -> None:
        """Find out what events with these hashes are, as far as they have the layout."""
        new, first = np.unique(hashes, return_index=True)
        learnt, tags = [], []
        for place, each in zip(places[first].tolist(), new, strict=True):
            start, values = _shape(block, found, place)
            if _layout(start, values) == alike.layout:
                learnt.append(each)
                tags.append(tuple(self._id(value.tag) for value in values))
        alike.learn(np.array(learnt, np.uint64), tags)


def _order(tag: Array, place: Array, tags: int) -> Array:
    """What sorts points by tag and, for each, by place."""
    numbers = np.arange(len(place))
    at = np.full(int(place.max()) + 1, -1)
    at[place] = numbers
    if tags > 1 << 16 or (at[place] != numbers).any():  # several points of one event
        return np.argsort(tag << 32 | place)
    by_place: Array = at[at >= 0]
    order: Array = by_place[np.argsort(tag[by_place].astype(np.uint16), kind="stable")]
    return order


def is_scalar(value: Value) -> bool:
    """Whether it is a point of a series."""
    return value.number is not None and value.plugin in ("", "scalars")


def _shape(block: bytes, found: Frames, place: int) -> tuple[int, list[Value]]:
    """Where an event begins, and its values, if they are all numbers with a place of their own; else none."""
    start = int(found.starts[place])
    try:
        values = event(block, start, start + int(found.lengths[place])).values
    except ValueError:
        return start, []
    plain = all(is_scalar(value) and value.code for value in values)
    return start, values if plain else []


def _layout(start: int, values: list[Value]) -> Layout:
    return tuple((value.place - start, value.code) for value in values)


def _hashes(rows: Array, body: int, layout: Layout) -> Array:
    """A hash of each row, less its time and step, which end at ``body``, and its numbers."""
    cells = rows.copy()
    cells[:, 1:body] = 0
    for at, code in layout:
        cells[:, at : at + int(code[2])] = 0
    words = cells.view("<u8")
    total: Array = words[:, 0] * _FACTORS[0]
    for column in range(1, words.shape[1]):
        total += words[:, column] * _FACTORS[column]
    return total


def _steps(rows: Array, length: int) -> tuple[Array, Array]:
    """The step of each row, and where what follows it begins: 0 for a row that does not begin with time and step."""
    steps = np.zeros(len(rows), np.int64)
    bodies = np.where(rows[:, 9] == _SUMMARY, 9, 0)
    going = rows[:, 9] == _STEP
    for place in range(10, min(length, 20)):
        if not going.any():
            break
        byte = rows[:, place].astype(np.int64)
        steps |= np.where(going, (byte & 0x7F) << 7 * (place - 10), 0)
        ends = going & (byte < 0x80)
        bodies[ends] = place + 1
        going &= ~ends
    follows = rows[np.arange(len(rows)), np.minimum(bodies, length - 1)]
    bodies[(rows[:, 0] != _TIME) | (follows != _SUMMARY)] = 0
    return steps, bodies
