"""Regular expressions as trees: what is between the slashes of a query, read.

They are those of ``re`` without back references and without looking ahead or behind, so that they can be matched in
a time that grows with the text alone (see `runstore.query.automaton`). Letters match in either case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_DEEPEST = 50
_MOST = 1_000
"""Times that something may be repeated by number."""


class ExpressionError(ValueError):
    """No expression: why, and at which character."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Character:
    """One character (in lower case) for which ``test`` is true."""

    test: Callable[[str], bool]
    literal: str = ""
    """The character, if there is just one."""


@dataclass(frozen=True, slots=True)
class Place:
    """No character, but a place: ``^ $ b B``, the last two the edge of a word and not one."""

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """At least ``least`` and at most ``most`` times, None without a limit."""

    part: Part
    least: int
    most: int | None


Part = Character | Place | Sequence | Choice | Repeat


def is_word(character: str) -> bool:
    """A letter, a digit, or ``_``."""
    return character.isalnum() or character == "_"


_CLASSES: dict[str, Callable[[str], bool]] = {
    "d": str.isdecimal,
    "w": is_word,
    "s": str.isspace,
    "D": lambda character: not character.isdecimal(),
    "W": lambda character: not is_word(character),
    "S": lambda character: not character.isspace(),
}
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}


def read(pattern: str) -> Part:
    """The tree of a pattern; raises `ExpressionError`."""
    reader = _Reader(pattern)
    part = reader.choice()
    if reader.at < len(pattern):
        raise ExpressionError("this ')' closes nothing", reader.at)
    return part


def literal_of(part: Part) -> str:
    """A text that is in everything that the pattern is found in; the longest that can be told easily."""
    longest = run = ""
    for each in part.parts if isinstance(part, Sequence) else (part,):
        literal = each.literal if isinstance(each, Character) else ""
        run = run + literal if literal else ""
        longest = max(longest, run, key=len)
    return longest


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.at = 0
        self._pattern = pattern
        self._depth = 0

    def choice(self) -> Part:
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while self._peek() not in ("", "|", ")"):
            start = self.at
            part = self._one()
            while (times := self._times()) is not None:
                if isinstance(part, (Place, Repeat)):
                    raise ExpressionError("nothing to repeat", start)
                part = Repeat(part, *times)
                self._take("?")  # as few as possible: whether it is found is the same
            parts.append(part)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _times(self) -> tuple[int, int | None] | None:
        for sign, times in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return times
        inside, closed, _ = self._pattern[self.at + 1 :].partition("}")
        least, comma, most = inside.partition(",")
        digits = least + most
        if self._peek() != "{" or not closed or not (digits.isascii() and digits.isdigit()):
            return None  # a brace that repeats nothing is a character
        if len(digits) > 8 or max(int(least or 0), int(most or 0)) > _MOST:
            raise ExpressionError(f"repeats more than {_MOST:,} times", self.at)
        if comma and most and int(most) < int(least or 0):
            raise ExpressionError("the least is more than the most", self.at)
        self.at += len(inside) + 2
        return int(least or 0), (int(most) if most else None) if comma else int(least)

    def _one(self) -> Part:
        start, character = self.at, self._peek()
        self.at += 1
        if character == "(":
            return self._group(start)
        if character == "[":
            return Character(self._set(start))
        if character in "^$":
            return Place(character)
        if character == ".":
            return Character(lambda _: True)
        if character in "*+?":
            raise ExpressionError("nothing to repeat", start)
        if character == "\\":
            return self._escape(start)
        return _literal(character)

    def _group(self, start: int) -> Part:
        if self._take("?") and not self._take(":"):
            raise ExpressionError("of groups with '?' there is only (?:...)", start)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError(f"more than {_DEEPEST} groups in each other", start)
        part = self.choice()
        if not self._take(")"):
            raise ExpressionError("this '(' is not closed", start)
        self._depth -= 1
        return Sequence((part,))

    def _escape(self, start: int) -> Part:
        escaped = self._peek()
        self.at += 1
        if escaped in ("b", "B"):
            return Place(escaped)
        if escaped in ("A", "Z"):
            return Place("^" if escaped == "A" else "$")
        if escaped in _CLASSES:
            return Character(_CLASSES[escaped])
        return _literal(self._character(escaped, start))

    def _set(self, start: int) -> Callable[[str], bool]:
        """``[a-z_]``; a bracket right after the opening one is a character."""
        unwanted = self._take("^")
        ranges: list[tuple[str, str]] = []
        classes: list[Callable[[str], bool]] = []
        first = True
        while first or self._peek() != "]":
            low = self._member(start, classes)
            first = False
            if low is None:
                continue
            high = low
            if self._peek() == "-" and self._pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high = self._member(start, []) or ""
                if high < low:
                    raise ExpressionError("a range that ends before it begins", start)
            ranges.append((low, high))
        self.at += 1

        def test(character: str) -> bool:
            other = character.upper()
            inside = any(low <= character <= high or low <= other <= high for low, high in ranges)
            return (inside or any(each(character) for each in classes)) is not unwanted

        return test

    def _member(self, start: int, classes: list[Callable[[str], bool]]) -> str | None:
        """A character of a set; None for a class such as ``\\d``, which is added to ``classes``."""
        at, character = self.at, self._peek()
        self.at += 1
        if not character:
            raise ExpressionError("this '[' is not closed", start)
        if character != "\\":
            return character
        escaped = self._peek()
        self.at += 1
        if escaped in _CLASSES:
            classes.append(_CLASSES[escaped])
            return None
        return self._character(escaped, at)

    def _character(self, escaped: str, start: int) -> str:
        """The character that a backslash and ``escaped`` stand for."""
        if escaped in _ESCAPED:
            return _ESCAPED[escaped]
        if not escaped or (escaped.isascii() and escaped.isalnum()):
            raise ExpressionError(f"there is no \\{escaped}", start)
        return escaped

    def _peek(self) -> str:
        return self._pattern[self.at : self.at + 1]

    def _take(self, character: str) -> bool:
        """Go past this character, if it is here."""
        if self._peek() != character:
            return False
        self.at += 1
        return True


def _literal(character: str) -> Part:
    """A character in lower case, which may be several."""
    parts = tuple(Character(each.__eq__, each) for each in character.casefold())
    return parts[0] if len(parts) == 1 else Sequence(parts)
