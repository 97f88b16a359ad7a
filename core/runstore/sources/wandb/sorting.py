"""Records by kind: those of which there are many are told all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from runstore.sources.protobuf import BYTES
from runstore.sources.wandb.records import HISTORY, OUTPUT, STATS, SUMMARY, content_of

if TYPE_CHECKING:
    from runstore.reading.arrays import Array

_MANY = np.array([HISTORY, SUMMARY, STATS, OUTPUT]) << 3 | BYTES
_NUMBER_TAG, _INFO_TAG = 0x08, (0xC2, 0x0C)
_MORE = 0x80
_LONGEST_NUMBER = 5
_PADDING = bytes(2 * _MORE)
"""So that a look ahead, over the id of a stream, stays inside."""


class Sorted(NamedTuple):
    """Where the contents of records lie, (begin, end), in the order of the file, by kind; how many are no records."""

    contents: dict[int, Array]
    unreadable: int


def sorted_by_kind(data: bytes, spans: list[tuple[int, int]]) -> Sorted:
    """The records at these places. Before the content of most stands a number and the id of the stream alone."""
    bounds = np.array(spans, np.int64).reshape(-1, 2)
    at, ends = bounds[:, 0], bounds[:, 1]
    buffer = np.frombuffer(data + _PADDING, np.uint8)
    going = buffer[at] == _NUMBER_TAG
    at = at + going
    for _ in range(_LONGEST_NUMBER):
        if not going.any():
            break
        more = going & (buffer[at] >= _MORE)
        at, going = at + going, more
    informed = (buffer[at] == _INFO_TAG[0]) & (buffer[at + 1] == _INFO_TAG[1])
    at = np.where(informed, at + 3 + (buffer[at + 2] & 0x7F), at)
    tag, size, after = (buffer[at + ahead].astype(np.int64) for ahead in range(3))
    longer = size >= _MORE
    begins = at + 2 + longer
    stops = begins + np.where(longer, size & 0x7F | after << 7, size)
    told = ~going & (stops <= ends) & ~(longer & (after >= _MORE)) & np.isin(tag, _MANY)
    kinds = np.where(told, tag >> 3, 0)
    places = np.stack((begins, stops), axis=1)
    unreadable = 0
    for place in np.flatnonzero(~told).tolist():
        try:
            kinds[place], *places[place] = content_of(data, *spans[place])
        except ValueError:
            unreadable += 1
    contents = {kind: places[kinds == kind] for kind in np.unique(kinds).tolist() if kind}
    return Sorted(contents, unreadable)
