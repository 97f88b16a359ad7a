"""From the tree of a query to a function that tells whether a run is meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate
from typing import Any

from runstore.query.errors import QueryError
from runstore.query.fields import FIELDS, PREFIXES, STANDINGS, Field
from runstore.query.named import (
    MISSING,
    NUMBERS,
    ORDERS,
    Test,
    compare_quantity,
    compare_text,
    text_of,
    value_of,
    written,
)
from runstore.query.tree import Compare, Find, Node, Not, Or, Pattern, Text
from runstore.query.values import moment, number, quantity, span

Matches = Callable[[Any], bool]

_NEEDS = {
    "number": "a number such as 100, 1e-3, 30k or 50%",
    "span": "a length of time such as 45s, 30m, 1h30m or 2d",
    "time": "a time such as 2026-11-01, 12:30, today, or -2h for two hours ago",
}


class Compiler:
    """Makes closures for one query, ``now`` in unix seconds; raises `QueryError` for what cannot be asked."""

    def __init__(self, now: float) -> None:
        self._now = now
        self.relative = False
        """Whether the answer depends on ``now``."""
        self._line = _remembered(_line)
        self._tags = _remembered(_tags)

    def compile(self, node: Node) -> Matches:
        """The function for a tree."""
        if isinstance(node, Find):
            return self._find(node.value)
        if isinstance(node, Compare):
            return self._compare(node)
        if isinstance(node, Not):
            inner = self.compile(node.node)
            return lambda row: not inner(row)
        parts = [self.compile(each) for each in node.nodes]
        return parts[0] if len(parts) == 1 else _until(isinstance(node, Or), parts)

    def _find(self, value: Text | Pattern) -> Matches:
        """Look in what names a run, and then in its tags, which takes longer."""
        if isinstance(value, Text) and not value.is_glob:
            return _word(value.text.casefold())
        line, tags = self._line, self._tags
        found = _expression(value) if isinstance(value, Pattern) else _any_line(_glob(value.text))
        return lambda row: found(line(row)) or (bool(row.tags) and found(tags(row)))

    def _compare(self, node: Compare) -> Matches:
        name, sign, value = node.name, node.operator, node.value
        if name.space != "field":
            get, test = value_of(name), _test(sign, value)
            return lambda row: (found := get(row)) is not MISSING and test(found)
        field = FIELDS[name.name]
        if field.kind in ("text", "tag", "has", "is"):
            if sign in ORDERS or (sign != ":" and field.kind in ("has", "is")):
                signs = ":" if field.kind in ("has", "is") else ": = !="
                raise QueryError(f"{field.name} takes {signs} and not {sign}", node.at)
            if field.kind == "has":
                return _has(value)
            if field.kind == "is":
                return _is(value)
            if field.kind == "tag":
                return self._any_tag(sign, value)
            get, test = field.get, _text_test(sign, value)
            return lambda row: (found := get(row)) is not None and test(found)
        if isinstance(value, Pattern):
            raise QueryError(f"{field.name} needs {_NEEDS[field.kind]}", value.at)
        return self._measure(field, sign, value)

    def _any_tag(self, sign: str, value: Text | Pattern) -> Matches:
        """A tag whose key, value, or ``key=value`` is meant."""
        if sign == ":" and isinstance(value, Text) and not value.is_glob:
            return _tagged(value.text.casefold())
        test = _text_test("=" if sign == "!=" else sign, value)

        def found(row: Any) -> bool:
            tags = row.tags.items()
            return any(test(key) or test("" if tag is None else tag) or test(written(key, tag)) for key, tag in tags)

        return found if sign != "!=" else lambda row: bool(row.tags) and not found(row)

    def _measure(self, field: Field, sign: str, value: Text) -> Matches:
        """Compare a number, a length of time or a moment."""
        get = field.get
        if field.kind == "time":
            when = moment(value.text, self._now)
            self.relative |= not value.text[:4].isdigit()
            if when is None:
                raise QueryError(f"{field.name} needs {_NEEDS['time']}", value.at)
            inside = _moment_test(sign, *when)
            return lambda row: (found := get(row)) is not None and inside(found)
        wanted = number(value.text) if field.kind == "number" else span(value.text)
        if wanted is None:
            raise QueryError(f"{field.name} needs {_NEEDS[field.kind]}", value.at)
        compare = NUMBERS[sign]
        if field.name == "age":
            now, self.relative = self._now, True
            return lambda row: (found := get(row)) is not None and compare(max(now - found, 0.0), wanted)
        return lambda row: (found := get(row)) is not None and compare(found, wanted)


def _until(found: bool, parts: list[Matches]) -> Matches:
    """Ask one after the other until one answers ``found``; that is what they answer together."""

    def matches(row: Any) -> bool:
        for part in parts:
            if part(row) is found:
                return found
        return not found

    return matches


def _held(word: str) -> Callable[[str], bool]:
    """Whether a text of which there are few different ones holds the word: the answers are kept."""
    known: dict[str, bool] = {}

    def held(text: str) -> bool:
        answer = known.get(text)
        if answer is None:
            answer = known[text] = word in text.casefold()
        return answer

    return held


def _word(word: str) -> Matches:
    """Whether a word is in name, id, experiment, state or tags."""
    held, tagged = _held(word), _tagged(word)

    def matches(row: Any) -> bool:
        if word in row.name.casefold() or word in row.id.casefold() or held(row.experiment) or held(row.state.text):
            return True
        return tagged(row)

    return matches


def _tagged(word: str) -> Matches:
    """Whether a word is in a tag as it is `written`."""
    held = _held(word)

    def matches(row: Any) -> bool:
        for key, value in row.tags.items():  # noqa: SIM110 - `any` takes twice as long
            if held(key if value is None else f"{key}={value}"):  # `written`, without a call for each tag
                return True
        return False

    return matches


def _line(row: Any) -> str:
    """What bare words are looked for in, beside tags, in lower case."""
    return f"{row.name}\n{row.experiment}\n{row.state.text}\n{row.id}".casefold()


def _tags(row: Any) -> str:
    """Tags as they are `written`, one a line, in lower case."""
    return "\n".join([written(key, value) for key, value in row.tags.items()]).casefold()


def _remembered(text_of_row: Callable[[Any], str]) -> Callable[[Any], str]:
    """The same, but the text of the last row is kept, for queries of several words."""
    last: tuple[Any, str] = (None, "")  # in one piece: two threads may match

    def text(row: Any) -> str:
        nonlocal last
        known, found = last
        if known is not row:
            found = text_of_row(row)
            last = (row, found)
        return found

    return text


def _glob(pattern: str) -> Callable[[str], bool]:
    """Whether the whole of a text (in lower case) is as ``pattern`` says; ``*`` and ``?`` are all it knows."""
    # The expression that fnmatch makes never goes back behind a star that it has passed: no text takes long.
    match = re.compile(translate(re.sub(r"\*+", "*", pattern.casefold()).replace("[", "[[]"))).match
    return lambda text: match(text) is not None


def _any_line(whole: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: any(map(whole, text.split("\n")))


def _expression(value: Pattern) -> Callable[[str], bool]:
    from runstore.query.automaton import expression
    from runstore.query.expression import ExpressionError

    try:
        return expression(value.pattern)
    except ExpressionError as error:
        raise QueryError(str(error), value.at + 1 + error.position) from error


def _text_test(sign: str, value: Text | Pattern) -> Test:
    """Compare with texts as ``: = !=`` say."""
    if isinstance(value, Text) and not value.is_glob:
        return compare_text(sign, value.text)
    whole = _expression(value) if isinstance(value, Pattern) else _glob(value.text)
    if sign == "!=":
        return lambda found: not whole(text_of(found))
    return lambda found: whole(text_of(found))


def _test(sign: str, value: Text | Pattern) -> Test:
    """Compare with values of any kind."""
    if sign in ORDERS and (isinstance(value, Pattern) or value.is_glob):
        raise QueryError(f"a pattern takes : = != and not {sign}", value.at)
    if isinstance(value, Text) and not value.quoted:
        wanted = quantity(value.text)
        if wanted is not None:
            return compare_quantity(sign, wanted, value.text)
        if sign in ORDERS:
            raise QueryError(f"{sign} needs {_NEEDS['number']}, or a text in quotes", value.at)
    return _text_test(sign, value)


def _has(value: Text | Pattern) -> Matches:
    """A run that has a value of this name: a parameter, metric or tag, or a field that is not empty."""
    spaces: tuple[str, ...] = ("params", "metrics", "tags")
    if isinstance(value, Pattern):
        names = _expression(value)
    else:
        prefix, dot, own = value.text.partition(".")
        space = PREFIXES.get(prefix.casefold() + dot)
        if space and own and not value.quoted:
            spaces = (f"{space}s",)
        else:
            own = value.text
        if not value.is_glob:
            field = FIELDS.get(own.casefold())
            held = field.is_held if field and not value.quoted and field.kind not in ("has", "is") else None
            return lambda row: any(own in getattr(row, each) for each in spaces) or (held is not None and held(row))
        names = _glob(own)
    return lambda row: any(names(str(name).casefold()) for each in spaces for name in getattr(row, each))


def _is(value: Text | Pattern) -> Matches:
    standing = STANDINGS.get(value.text.casefold()) if isinstance(value, Text) else None
    if standing is None:
        raise QueryError(f"is: takes {', '.join(STANDINGS)}", value.at)
    return standing


def _moment_test(sign: str, start: float, end: float) -> Callable[[float], bool]:
    """Compare with a day or minute as a whole: ``<`` before it begins, ``<=`` before it ends, ``>`` after it."""
    if start == end:
        compare = NUMBERS[sign]
        return lambda found: compare(found, start)
    tests: dict[str, Callable[[float], bool]] = {
        "<": lambda found: found < start,
        "<=": lambda found: found < end,
        ">": lambda found: found >= end,
        ">=": lambda found: found >= start,
        "!=": lambda found: not start <= found < end,
    }
    return tests.get(sign, lambda found: start <= found < end)
