"""Items sorted by key: what was logged under each name, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from runstore.sources.wandb.decimals import decimals
from runstore.sources.wandb.items import Items, words_of
from runstore.sources.wandb.pairs import parts_of

if TYPE_CHECKING:
    from runstore.reading.arrays import Array

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_WORD = 8
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], np.uint64)
_SHORT = 1 << 16
"""NumPy sorts numbers below it in linear time."""


class Column(NamedTuple):
    """The values of one key: the messages in which they are, ascending, and where they stand in ``data`` (`Items`)."""

    parts: tuple[str, ...]
    data: bytes
    rows: Array
    begins: Array
    ends: Array

    @property
    def name(self) -> str:
        """The name of the metric."""
        return ".".join(self.parts)

    def values(self) -> list[bytes]:
        """All values, JSON."""
        data = self.data
        return [data[a:b] for a, b in zip(self.begins.tolist(), self.ends.tolist(), strict=True)]

    def numbers(self) -> Array | None:
        """All values; None when one of them is no plain number."""
        return decimals(self.data, self.begins, self.ends)

    def last(self) -> bytes:
        """The newest value."""
        return self.data[int(self.begins[-1]) : int(self.ends[-1])]


class Keys:
    """The keys that were met, each decoded once. A key is told by a hash of 64 bits."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, ...]] = []
        self._hashes = np.empty(0, np.uint64)
        self._numbers = np.empty(0, np.int64)

    def columns(self, items: Items) -> list[Column]:
        """The items by key; keys that are none are left out."""
        if not len(items.rows):
            return []
        numbers = self._number(items)
        order = _stable_order(items.rows)
        order = order[_stable_order(numbers[order])]
        numbers, rows, begins, ends = (each[order] for each in (numbers, items.rows, items.begins, items.ends))
        starts = np.flatnonzero(np.diff(numbers, prepend=-1)).tolist()
        return [
            Column(parts, items.data, rows[start:stop], begins[start:stop], ends[start:stop])
            for start, stop in zip(starts, [*starts[1:], len(rows)], strict=True)
            if (parts := self._parts[int(numbers[start])])
        ]

    def _number(self, items: Items) -> Array:
        """The number of the key of each item."""
        hashes = _hashes(items)
        places = np.minimum(np.searchsorted(self._hashes, hashes), max(len(self._hashes) - 1, 0))
        new = self._hashes[places] != hashes if len(self._hashes) else np.ones(len(hashes), bool)
        if new.any():
            chosen = np.flatnonzero(new)
            for place in chosen[np.unique(hashes[chosen], return_index=True)[1]].tolist():
                self._parts.append(_parts(items, place))
                self._hashes = np.append(self._hashes, hashes[place])
                self._numbers = np.append(self._numbers, len(self._parts) - 1)
            by_hash = np.argsort(self._hashes)
            self._hashes, self._numbers = self._hashes[by_hash], self._numbers[by_hash]
            places = np.searchsorted(self._hashes, hashes)
        numbers: Array = self._numbers[places]
        return numbers


def _parts(items: Items, place: int) -> tuple[str, ...]:
    try:
        return parts_of(items.data[int(items.key_begins[place]) : int(items.key_ends[place])])
    except ValueError:
        return ()


def _hashes(items: Items) -> Array:
    """A hash of the coded key of each item, of its first and last eight bytes and, in steps of eight, of the others."""
    words = words_of(items.data)
    begins, ends = items.key_begins, items.key_ends
    sizes = ends - begins
    hashes = _mixed(sizes.astype(np.uint64), words[begins] & _MASKS[np.minimum(sizes, _WORD)])
    long = sizes > _WORD
    if long.any():
        hashes = np.where(long, _mixed(hashes, words[ends - _WORD]), hashes)
    for at in range(_WORD, int(sizes.max()) - _WORD, _WORD):
        left = np.flatnonzero(sizes > at + _WORD)
        hashes[left] = _mixed(hashes[left], words[begins[left] + at])
    return hashes


def _mixed(hashes: Array, words: Array) -> Array:
    mixed = (hashes ^ words) * _FACTOR
    mixed ^= mixed >> _SHIFT
    return mixed


def _stable_order(numbers: Array) -> Array:
    short = numbers.astype(np.uint16) if int(numbers.max()) < _SHORT else numbers
    return np.argsort(short, kind="stable")
