"""`told_in`: what a line of text tells, kept by the shape of the line, since a program prints few shapes of lines.

A shape is a line without the digits of its numbers. What it tells is found out with other numbers in their places: then
each value shows where it comes from, and a line of which it does not is read anew each time.
"""

from __future__ import annotations

import re

from runstore.printed.clocks import STAMP, time_in
from runstore.printed.numbers import PLAIN, number_of
from runstore.printed.pairs import are_settings, pairs_in
from runstore.printed.steps import Said, said_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Tuple

    Key = Tuple[object, ...]  # the texts between the numbers, digits before each point, whether there are some behind
    Place = Tuple[str, int, int]
    """Where a number stands: what is before its first digit, and the parts of the line from it to its end."""

_TOKEN = re.compile(r"([0-9](?<![\w@#][0-9])[0-9]*)((?:\.[0-9]{1,40})?)")
"""A number that is no end of a name. How many digits are behind its point is no matter, how many are before it is: by
that dates, clocks and thousands are known."""
_LONGEST, _NUMBERS = 600, 60
"""Characters and numbers of a line whose shape is kept."""
_MOST = 2_000
"""Shapes that are kept, and those that were seen once."""
_NOWHERE = "", 0, 0
_SIGN = re.compile(r"[-+]?\.?$")
_OF = re.compile(r"/\s*$")
_EXPONENTS = ("e-", "e+", "E-", "E+")


class Told:
    """What a line tells: how far it is, ``values`` by name, whether it is a ``bar``; the ``time`` of values."""

    __slots__ = ("bar", "said", "time", "values")

    def __init__(self, said: Said, values: dict[str, float], bar: bool, time: float | None) -> None:
        self.said = said
        self.values = values
        self.bar = bar
        self.time = time


def told_in(text: str) -> Told:
    """What a line tells, without what the lines around it add to it."""
    if len(text) > _LONGEST:
        return told_anew(text)
    parts: list[str] = _TOKEN.split(text)  # text, digits, point and digits, text ...
    key = (*parts[::3], *map(len, parts[1::3]), *map(bool, parts[2::3]))
    shape = _shapes.get(key)
    told = shape.told(text, parts) if shape is not None else None
    if told is None:
        told = told_anew(text)
        if key not in _shapes:
            _keep(key, parts, text, told)
    return told


def told_anew(text: str) -> Told:
    """As `told_in`, without what is known of the lines before."""
    if are_settings(text):
        return Told(Said(), {}, False, None)
    said = said_in(text)
    found = pairs_in(text, said)
    return Told(said, found.values, found.bar, time_in(text) if found.values else None)


class _Shape:
    """The lines of one shape. Of an example it takes what is the same in all of them."""

    def __init__(self, example: Told, values: dict[str, Place | None], counts: dict[str, int]) -> None:
        self._example = example
        self._values = [(name, place or _NOWHERE, example.values[name]) for name, place in values.items()]
        self._counts = list(counts.items())
        self.totals: list[int] = []
        """The parts that something is a fraction of."""
        self.timed = False

    def told(self, text: str, parts: list[str]) -> Told | None:
        """What such a line tells; None for a fraction of nothing, which is none."""
        said = self._example.said.copy()
        for field, at in self._counts:
            setattr(said, field, int(parts[at]))
        for at in self.totals:
            if not int(parts[at]):
                return None
        values = {
            name: float(sign + parts[at] + parts[at + 1])
            if end == at + 2
            else number_of(sign + "".join(parts[at:end]))
            if end
            else always
            for name, (sign, at, end), always in self._values
        }
        return Told(said, values, self._example.bar, time_in(text) if self.timed else None)


_shapes: dict[Key, _Shape | None] = {}
"""None for lines whose numbers decide what they tell."""
_seen: dict[Key, None] = {}


def _keep(key: Key, parts: list[str], text: str, told: Told) -> None:
    """Learn the shape of a line that has come for the second time, and told this."""
    if key not in _seen:
        if len(_seen) >= _MOST:
            _seen.clear()
        _seen[key] = None
        return
    shape = _learnt(parts) if len(parts) <= 3 * _NUMBERS else None
    if shape is not None:
        shape.totals = [at for at in range(1, len(parts), 3) if _OF.search(parts[at - 1])]
        shape.timed = bool(told.values) and STAMP.search(text) is not None
        again = shape.told(text, parts)
        if again is None:
            return
        if repr(again.values) != repr(told.values) or again.bar != told.bar or again.said != told.said:
            shape = None
    if len(_shapes) >= _MOST:
        _shapes.clear()
    _shapes[key] = shape


def _learnt(parts: list[str]) -> _Shape | None:
    """The shape of a line, from what two such lines tell that have no number in common."""
    tokens = range(1, len(parts), 3)
    if any(len(parts[at]) > 2 and parts[at - 1] in _EXPONENTS for at in tokens):
        return None  # of numbers that are too large or too small nothing can be told
    lines = [_with_other_numbers(parts, turn) for turn in (0, 1)]
    one, other = (told_anew("".join(line)) for line in lines)
    if list(one.values) != list(other.values) or one.bar != other.bar:
        return None
    places: dict[tuple[float, ...], Place] = {}
    for place in _places(parts):
        places[tuple(number_of(place[0] + "".join(line[place[1] : place[2]])) for line in lines)] = place
    values: dict[str, Place | None] = {}
    for name, value in one.values.items():
        found = value, other.values[name]
        if repr(found[0]) != repr(found[1]) and found not in places:
            return None
        values[name] = places.get(found)
    origins = {tuple(int(line[at]) for line in lines): at for at in tokens}
    counts: dict[str, int] = {}
    for field in Said.__slots__:
        numbers = getattr(one.said, field), getattr(other.said, field)
        if numbers[0] != numbers[1]:
            if numbers not in origins:
                return None
            counts[field] = origins[numbers]
    return _Shape(one, values, counts)


def _with_other_numbers(parts: list[str], turn: int) -> list[str]:
    """The line with numbers of the same length in it, another one at each place and each ``turn``."""
    line = list(parts)
    for number, at in enumerate(range(1, len(parts), 3)):
        first, second = divmod(number, 8)
        digits = str(first + 1), str((first + 1 + second) % 9 + 1)
        line[at] = digits[turn] * len(parts[at])
        if parts[at + 1]:
            line[at + 1] = "." + digits[turn] * (1 + 2 * turn)
    return line


def _places(parts: list[str]) -> Iterator[Place]:
    """Where a number may stand in the line."""
    for at in range(1, len(parts), 3):
        sign = _SIGN.search(parts[at - 1])
        signs = {"", sign.group() if sign is not None else ""}
        number = PLAIN.match("".join(parts[at:]))
        left = number.end() if number is not None else 0
        end = at
        while end < len(parts) and left >= len(parts[end]):
            left -= len(parts[end])
            end += 1
        for each in signs:
            for last in {at + 2, end}:
                if PLAIN.fullmatch(each + "".join(parts[at:last])):
                    yield each, at, last
