"""The items of many messages at once: pairs of a key and a JSON text, which history, summary and samples are made of.

A message repeats a field whose content is ``key`` (1) or ``nested_key`` (2, repeated), then ``value_json`` (16). All
messages are walked through in step, field by field, so that NumPy does the work; those with something out of the
usual are read one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from runstore.sources.protobuf import BYTES, VARINT, fields
from runstore.sources.wandb.decimals import LONGEST
from runstore.sources.wandb.pairs import KEY, NESTED, VALUE_TAG, read_item

if TYPE_CHECKING:
    from runstore.reading.arrays import Array

_KEY_TAG, _NESTED_TAG = KEY << 3 | BYTES, NESTED << 3 | BYTES
_DEEPEST = 8
"""Parts of a key that are taken in step."""
_MORE = 0x80
"""The bit that says that a number goes on in the next byte."""
PADDING = bytes(max(LONGEST + 1, 2 * _MORE))
"""So that a look ahead, over a key, stays inside."""
_SECOND, _THIRD, _FOURTH = (np.uint64(8 * byte) for byte in (1, 2, 3))
_SEVEN_BITS = np.uint64(_MORE - 1)
_HEAD = np.uint64(0x80FF80FF)
"""Of the first bytes of an item with a key of one part: its tag, that its size is short, and the same of its key."""
_MIDDLE, _VALUE_AS = np.uint64(0x80FFFF), np.uint64(int.from_bytes(VALUE_TAG, "little"))
"""Of the bytes behind its key: the tag of the value, and that its size is short."""


class Items(NamedTuple):
    """Places in ``data``, item by item: of its key as it is coded (see `pairs`), of its value, JSON; its message.

    `PADDING` stands behind what ``data`` holds.
    """

    data: bytes
    key_begins: Array
    key_ends: Array
    begins: Array
    ends: Array
    rows: Array


def words_of(padded: bytes) -> Array:
    """The eight bytes from each place on, as a number."""
    return np.ndarray((len(padded) - 7,), "<u8", padded, 0, (1,))


def items_of(data: bytes, spans: Array, number: int) -> Items:
    """The items in field ``number`` of the messages at ``spans``, (begin, end) each; other fields are left out."""
    padded = data + PADDING
    places, odd = _walk(padded, spans, number)
    if len(odd):
        whole = ~np.isin(places[4], odd)
        padded, more = _one_by_one(data, [(row, *spans[row].tolist()) for row in odd.tolist()], number)
        places = [np.concatenate((array[whole], new)) for array, new in zip(places, more, strict=True)]
    return Items(padded, *places)


def _walk(padded: bytes, spans: Array, number: int) -> tuple[list[Array], Array]:
    """The arrays of `Items`, and the rows that are left over."""
    at, ends, rows = spans[:, 0], spans[:, 1], np.arange(len(spans))
    buffer, words = np.frombuffer(padded, np.uint8), words_of(padded)
    begins_as = np.uint64(_NESTED_TAG << 16 | number << 3 | BYTES)
    odd: list[Array] = []
    found: list[tuple[Array, ...]] = []
    while len(at):
        head = words[at]
        value = at + 4 + (head >> _FOURTH & _SEVEN_BITS).astype(np.int64)
        stop = at + 2 + (head >> _SECOND & _SEVEN_BITS).astype(np.int64)
        middle = words[value]
        begin = value + 3
        plain = (
            ((head ^ begins_as) & _HEAD == 0)
            & (middle & _MIDDLE == _VALUE_AS)
            & (begin + (middle >> _THIRD & _SEVEN_BITS).astype(np.int64) == stop)
            & (stop <= ends)
        )
        if plain.all():
            found.append((at + 2, value, begin, stop, rows))
        else:
            found.append(tuple(each[plain] for each in (at + 2, value, begin, stop, rows)))
            others = np.flatnonzero(~plain)
            stop[others] = _step(buffer, at[others], ends[others], rows[others], number, found, odd)
        going = stop < ends
        at, ends, rows = (stop, ends, rows) if going.all() else (stop[going], ends[going], rows[going])
    places = [np.concatenate(each) for each in zip(*found, strict=True)] if found else [np.empty(0, np.int64)] * 5
    return places, np.unique(np.concatenate(odd)) if odd else np.empty(0, np.int64)


def _step(
    buffer: Array, at: Array, ends: Array, rows: Array, number: int, found: list[tuple[Array, ...]], odd: list[Array]
) -> Array:
    """One field of each of these messages, whatever it is; where it ends, or the message if it is out of the usual."""
    tag = buffer[at].astype(np.int64)
    body = at + 1 + (tag >= _MORE)
    after = buffer[body].astype(np.int64)
    coded = tag & 7 == BYTES
    longer = after >= _MORE
    size = np.where(longer, after & 0x7F | buffer[body + 1].astype(np.int64) << 7, after)
    content = body + 1 + longer
    stop = np.where(coded, content + size, body + 1)
    usual = (stop <= ends) & (coded | (tag & 7 == VARINT) & ~longer) & (~longer | (buffer[body + 1] < _MORE))
    if not usual.all():
        odd.append(rows[~usual])
    items = usual & (tag == number << 3 | BYTES)
    found.append(_values(buffer, content[items], stop[items], rows[items], odd))
    return np.where(usual, stop, ends)


def _values(buffer: Array, at: Array, stop: Array, rows: Array, odd: list[Array]) -> tuple[Array, ...]:
    """The arrays of `Items` for items at these places; the rows of those that are out of the usual go to ``odd``."""
    value = at
    for _ in range(_DEEPEST):
        tag, size = buffer[value], buffer[value + 1]
        part = (value + 1 < stop) & ((tag == _NESTED_TAG) | (tag == _KEY_TAG)) & (size < _MORE)
        if not part.any():
            break
        value = np.where(part, np.minimum(value + 2 + size, stop), value)
    size = buffer[value + 2].astype(np.int64)
    longer = size >= _MORE
    after = buffer[value + 3].astype(np.int64)
    begin = value + 3 + longer
    end = begin + np.where(longer, size & 0x7F | after << 7, size)
    usual = (
        (buffer[value] == VALUE_TAG[0])
        & (buffer[value + 1] == VALUE_TAG[1])
        & (end == stop)
        & (~longer | (after < _MORE))
    )
    if not usual.all():
        odd.append(rows[~usual])
    return at[usual], value[usual], begin[usual], stop[usual], rows[usual]


def _one_by_one(data: bytes, messages: list[tuple[int, int, int]], number: int) -> tuple[bytes, list[Array]]:
    """The data with the items of these (row, begin, end) written behind it, padded, and the arrays of `Items`."""
    written, size = [data], len(data)
    found: list[tuple[int, int, int, int, int]] = []
    for row, begin, end in messages:
        try:
            for field, coding, start, stop in fields(data, begin, end):
                pair = read_item(data, start, stop) if field == number and coding == BYTES else None
                if pair is not None:
                    key, value = pair
                    written += pair
                    found.append((size, size + len(key), size + len(key), size + len(key) + len(value), row))
                    size += len(key) + len(value)
        except ValueError:
            continue
    arrays = np.array(found, np.int64).reshape(-1, 5)
    return b"".join((*written, PADDING)), list(arrays.T)
