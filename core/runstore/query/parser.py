"""From a text to the tree of a query."""

from __future__ import annotations

import re

from runstore.query.errors import QueryError
from runstore.query.fields import ALIASES, FIELDS, PREFIXES
from runstore.query.tree import And, Compare, Find, Name, Node, Not, Or, Pattern, Text

LONGEST = 4_000
"""Characters of a query."""
DEEPEST = 50
"""Groups and negations in each other."""

OPERATOR = re.compile(r"!=|<=|>=|==|[:=<>]")
_SIGN = re.compile(r":|\s*(?:!=|<=|>=|==|[=<>])\s*")
"""No term begins with an operator, so there may be spaces around one; not around a colon, which belongs to its name."""
_BARE_NAME = re.compile(r'(?:[^\s"()|:=<>!]|!(?!=))+')
_BARE_VALUE = re.compile(r'[^\s"()|]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)\\?"?', re.S)
_PATTERN = re.compile(r"/((?:[^/\\]|\\.)*)/", re.S)


def parse_tree(text: str) -> Node:
    """The tree of ``text``; raises `QueryError`. Names of fields and values are not looked at yet."""
    if len(text) > LONGEST:
        raise QueryError(f"a query has at most {LONGEST:,} characters", LONGEST)
    return _Parser(text).query()


def last_term(text: str) -> int:
    """Where the last term of a text begins, which may be unfinished; the end of the text after a space."""
    start, in_quotes, escaped = 0, False, False
    for place, character in enumerate(text):
        if in_quotes:
            in_quotes, escaped = character != '"' or escaped, character == "\\" and not escaped
        elif character == '"':
            in_quotes = True
        elif character.isspace() or character in "()|":
            start = place + 1
    return start


class _Parser:
    """Recursive descent: alternatives of conjunctions of terms."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def query(self) -> Node:
        self._skip()
        if self._at == len(self._text):
            return And(())
        node = self._alternatives()
        if self._at < len(self._text):  # only a parenthesis ends alternatives early
            raise QueryError("this ')' closes nothing", self._at)
        return node

    def _alternatives(self) -> Node:
        nodes = [self._conjunction()]
        while self._peek() == "|":
            self._at += 1
            nodes.append(self._conjunction())
        flat = [each for node in nodes for each in (node.nodes if isinstance(node, Or) else (node,))]
        return flat[0] if len(flat) == 1 else Or(tuple(flat))

    def _conjunction(self) -> Node:
        self._skip()
        nodes: list[Node] = []
        while self._peek() not in ("", "|", ")"):
            nodes.append(self._term())
            self._skip()
        if not nodes:
            found = self._peek()
            raise QueryError(
                f"something must stand before {found!r}" if found else "something is missing here", self._at
            )
        flat = [each for node in nodes for each in (node.nodes if isinstance(node, And) else (node,))]
        return flat[0] if len(flat) == 1 else And(tuple(flat))

    def _term(self) -> Node:
        start, character = self._at, self._peek()
        if character == "-" and self._peek(1) not in ("", "|", ")") and not self._peek(1).isspace():
            self._at += 1
            self._deeper(start)
            node: Node = Not(self._term())
            self._depth -= 1
            return node
        if character == "(":
            self._at += 1
            self._deeper(start)
            node = self._alternatives()
            if self._peek() != ")":
                raise QueryError("this '(' is not closed", start)
            self._at += 1
            self._depth -= 1
            return node
        if character == "/":
            node = Find(self._pattern())
            self._end_of_term()
            return node
        return self._word()

    def _word(self) -> Node:
        """A word or phrase, or a comparison."""
        start = self._at
        pieces: list[tuple[str, bool]] = []
        while True:
            if (phrase := self._quoted()) is not None:
                pieces.append((phrase, True))
            elif found := _BARE_NAME.match(self._text, self._at):
                pieces.append((found[0], False))
                self._at = found.end()
            else:
                break
        operator = _SIGN.match(self._text, self._at)
        if operator is None:
            if len(pieces) > 1:
                if pieces[0][0].casefold() in PREFIXES:
                    raise QueryError("a comparison must follow this name", self._at)
                raise QueryError("a space is missing between these words", start)
            self._end_of_term()
            return Find(Text(*pieces[0], at=start))
        sign = operator[0].strip()
        if not any(piece for piece, _ in pieces):
            raise QueryError(f"a name must stand before {sign!r}", start)
        self._at = operator.end()
        sign = "=" if sign == "==" else sign
        node = Compare(_name(pieces, start), sign, self._value(start), start)
        self._end_of_term()
        return node

    def _value(self, start: int) -> Text | Pattern:
        at, character = self._at, self._peek()
        if (phrase := self._quoted()) is not None:
            return Text(phrase, True, at)
        if character == "/":
            return self._pattern()
        found, asked = _BARE_VALUE.match(self._text, at), self._text[start:at].rstrip()
        # After a space, what holds an operator is the next term.
        if found is None or (self._text[at - 1].isspace() and OPERATOR.search(found[0])):
            raise QueryError(f"a value must follow {asked!r}", start + len(asked))
        if OPERATOR.match(found[0]):
            raise QueryError(f"a value that begins with {character!r} must stand in quotes", at)
        self._at = found.end()
        return Text(found[0], at=at)

    def _quoted(self) -> str | None:
        """The phrase if there is one in quotes here; the last quote of a query may be missing."""
        found = _QUOTED.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return re.sub(r'\\(["\\])', r"\1", found[1])

    def _pattern(self) -> Pattern:
        start, found = self._at, _PATTERN.match(self._text, self._at)
        if found is None:
            raise QueryError("this '/' begins a pattern and is not closed; quotes make it a plain text", start)
        self._at = found.end()
        return Pattern(found[1].replace("\\/", "/"), start)

    def _end_of_term(self) -> None:
        character = self._peek()
        if character == "(":
            raise QueryError("a text with parentheses must stand in quotes", self._at)
        if character not in ("", ")", "|") and not character.isspace():
            raise QueryError("a space is missing here", self._at)

    def _deeper(self, start: int) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError(f"more than {DEEPEST} groups in each other", start)

    def _skip(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def _peek(self, further: int = 0) -> str:
        """The character here, or so much further; nothing at the end."""
        at = self._at + further
        return self._text[at : at + 1]


def _name(pieces: list[tuple[str, bool]], at: int) -> Name:
    """What is named: quotes make the name of a field that of a parameter, metric or tag."""
    whole = "".join(piece for piece, _ in pieces)
    first, in_quotes = pieces[0]
    if in_quotes:
        return Name("any", whole, at)
    low = first.casefold()
    if len(pieces) == 1 and low in FIELDS:
        return Name("field", ALIASES.get(low, low), at)
    for prefix, space in PREFIXES.items():
        if low.startswith(prefix) and len(whole) > len(prefix):
            return Name(space, whole[len(prefix) :], at)
    return Name("any", whole, at)
