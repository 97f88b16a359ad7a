"""Regular expressions that cannot hold up a search: Python's ``re`` where its time is bounded, else an automaton.

``re`` tries one way after the other. With one unbounded repetition the ways grow as the square of a line's length,
with two as its cube, and with one inside the other they double with each character. So lines longer than fits the
expression, and all lines of an expression with nested repetitions, are left to `runstore.query.automaton`, whose time
grows with the text alone; with two repetitions it looks first. It does not tell where in the line the match is, and
letters match there in either case.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Iterable, NamedTuple

from runstore.exceptions import UserErrorException

try:
    from re import _constants as codes  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # before Python 3.11
    import sre_constants as codes
    import sre_parse as parser

_LIMITS = (1 << 40, 4_000, 300)
"""Characters of a line up to which ``re`` is trusted with no, one, two unbounded repetitions; never with more."""
_WITHOUT_CHOICE = 100
"""Characters that are looked at with more of them where only ``re`` knows the expression."""
_LOOKED_AT = 1 << 16
"""Characters of a line that the automaton looks at."""
_SHORTEST = 3
"""Characters of a text that lines are looked through for before the expression is tried."""
_PLAIN = re.compile(r"[\w ]{3}(?![*+?{])")
_MANY = 10
"""As many repetitions count as unbounded."""


class Expression:
    """A regular expression (Python's), matched line by line. Case counts once it holds a capital letter."""

    def __init__(self, expression: str) -> None:
        """Raises UserErrorException when it cannot be understood, or could take forever."""
        named = re.sub(r"\\[^xuUN0-7]", "", expression, flags=re.S)  # \W and \S are no capital letters
        folded = named == named.lower()
        # Python looks for a lower case expression in lower case text ten times faster than case by case; only
        # where the expression names characters by their codes may these be capitals.
        self._fold: Callable[[str], str] = lower if folded and "\\" not in named else str
        flags = re.MULTILINE | (re.IGNORECASE if folded and self._fold is str else 0)
        try:
            self._expression = re.compile(expression, flags)
            shape = _shape(parser.parse(expression, flags))
        except (re.error, RecursionError, OverflowError) as error:
            raise UserErrorException(f"/{expression}/ is no regular expression: {error}") from None
        self._limit = _LIMITS[shape.loops] if shape.loops < len(_LIMITS) and not shape.nested else 0
        # Then ``re`` only looks at lines in which the automaton finds it. Not much can go wrong behind plain text.
        self._is_slow = shape.loops > 1 and ("|" in expression or not _PLAIN.match(expression))
        self._line_by_line = shape.crosses or not self._limit or self._is_slow
        self._literal, automaton = _automaton(expression)
        self._automaton = automaton if shape.loops or shape.nested else None
        if shape.nested and self._automaton is None:
            raise UserErrorException(
                f"/{expression}/ repeats a repetition, which could take forever; it can be searched for only without"
                " back references and looking around"
            )
        if self._automaton is None:
            self._limit = self._limit or _WITHOUT_CHOICE

    def places(self, text: str) -> list[int]:
        """See ``Pattern``."""
        text = self._fold(text)
        if len(self._literal) >= _SHORTEST:
            return self._places_with_literal(text)
        if self._line_by_line or (self._limit < len(text) and _longest(text) > self._limit):
            return self._places_by_line(text)
        found, at = [], 0
        while (at < len(text) or not at) and (match := self._expression.search(text, at)):
            begin = text.rfind("\n", 0, match.start()) + 1
            end = text.find("\n", match.start())
            end = len(text) if end < 0 else end
            # An expression such as a\nb or [ab\n]* runs over the end of a line: it has to match within it.
            if self._expression.search(text[begin:end]):
                found.append(match.start())
            at = end + 1
        return found

    def _places_with_literal(self, text: str) -> list[int]:
        """Most lines need no more than a look for the text that is in each match."""
        found = []
        for begin in line_begins(text if self._fold is lower else lower(text), self._literal):
            end = text.find("\n", begin)
            if self._matches(text[begin : len(text) if end < 0 else end]):
                found.append(begin)
        return found

    def _places_by_line(self, text: str) -> list[int]:
        found, at = [], 0
        for line in text.split("\n"):
            # After a newline at the end there is no line.
            if (at < len(text) or not at) and self._matches(line):
                found.append(at)
            at += len(line) + 1
        return found

    def _matches(self, line: str) -> bool:
        if self._automaton is not None and (self._is_slow or len(line) > self._limit):
            found = self._automaton(lower(line[:_LOOKED_AT]))
            if not found or len(line) > self._limit:
                return found
        return self._expression.search(line[: self._limit]) is not None

    def spans(self, shown: str) -> list[tuple[int, int]]:
        """See ``Pattern``; the whole line where the place is not known."""
        text = self._fold(shown)
        if len(text) <= self._limit and (not self._is_slow or self._matches(text)):
            return [match.span() for match in self._expression.finditer(text)]
        return [(0, len(text))] if self._matches(text) else []


class _Shape(NamedTuple):
    loops: int  # repetitions without a bound
    nested: bool  # a repetition, or a choice, in one of them
    crosses: bool  # one of them may run over the end of a line


def _shape(tree: Iterable[Any], inside: bool = False) -> _Shape:
    loops, nested, crosses = 0, False, False
    for code, value in tree:
        parts: list[Any] = []
        looping = inside
        if code in _REPEATS:
            least, most, part = value
            parts, is_loop = [part], most == codes.MAXREPEAT or most - least >= _MANY
            nested |= inside and least != most
            loops += is_loop
            looping = inside or is_loop
        elif code is codes.BRANCH:
            parts = value[1]
            nested |= inside
        elif code in _GROUPS:
            parts = [value[-1]]
        elif isinstance(value, parser.SubPattern):
            parts = [value]
        elif inside and (code is codes.NOT_LITERAL or (code is codes.IN and _may_be_newline(value))):
            crosses = True
        for part in parts:
            below = _shape(part, looping)
            loops, nested, crosses = loops + below.loops, nested or below.nested, crosses or below.crosses
    return _Shape(loops, nested, crosses)


_REPEATS = tuple(
    getattr(codes, name) for name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") if hasattr(codes, name)
)
_GROUPS = (codes.SUBPATTERN, codes.ASSERT, codes.ASSERT_NOT)
_OTHERS = (codes.CATEGORY_SPACE, codes.CATEGORY_NOT_DIGIT, codes.CATEGORY_NOT_WORD)


def _may_be_newline(members: list[Any]) -> bool:
    return any(code is codes.NEGATE or (code is codes.CATEGORY and value in _OTHERS) for code, value in members)


def _automaton(expression: str) -> tuple[str, Callable[[str], bool] | None]:
    """A text in lower case that is in each match, and the automaton; neither where only ``re`` knows the expression."""
    from runstore.query.automaton import expression as automaton
    from runstore.query.expression import ExpressionError, literal_of, read

    lowered = expression.lower() if expression.isascii() and "\\" not in expression else expression
    try:
        literal = literal_of(read(lowered)).lower()
        return literal if literal.isascii() and "\n" not in literal else "", automaton(lowered)
    except ExpressionError:
        return "", None


def line_begins(text: str, word: str) -> list[int]:
    """The beginnings of the lines that hold ``word``."""
    found = []
    at = text.find(word)
    while at >= 0:
        found.append(text.rfind("\n", 0, at) + 1)
        end = text.find("\n", at)
        if end < 0:
            break
        at = text.find(word, end)
    return found


def _longest(text: str) -> int:
    return max(map(len, text.split("\n")))


def lower(text: str) -> str:
    """Lower case of the same length: positions must stay what they are (the Turkish dotted I has a longer one)."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join([c if len(c.lower()) > 1 else c.lower() for c in text])
