"""What a query says, as a tree, and how it is written. Equal trees mean the same; positions do not count."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from runstore.query.fields import FIELDS, PREFIXES

Space = Literal["field", "param", "metric", "tag", "any"]

_SPECIAL = re.compile(r'[\s"()|:=<>!]|^[-/]')


@dataclass(frozen=True, slots=True)
class Text:
    """A word or a phrase; one in quotes is meant literally: no number, no glob."""

    text: str
    quoted: bool = False
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return quote(self.text) if self.quoted else self.text

    @property
    def is_glob(self) -> bool:
        """Whether it holds ``*`` or ``?`` that stand for other characters."""
        return not self.quoted and ("*" in self.text or "?" in self.text)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, as written between the slashes."""

    pattern: str
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return "/{}/".format(self.pattern.replace("/", "\\/"))


@dataclass(frozen=True, slots=True)
class Name:
    """What is compared: a field of every run, or a parameter, metric or tag of this name (``any``: which there is)."""

    space: Space
    name: str
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        if self.space == "field":
            return self.name
        if self.space != "any":
            return f"{self.space}.{quote(self.name) if _SPECIAL.search(self.name) or not self.name else self.name}"
        taken = self.name.casefold() in FIELDS or self.name.casefold().startswith(tuple(PREFIXES))
        return quote(self.name) if taken or _SPECIAL.search(self.name) or not self.name else self.name


@dataclass(frozen=True, slots=True)
class Find:
    """A word, phrase, glob or pattern to be found in what names and tags a run."""

    value: Text | Pattern

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Compare:
    """``name operator value``."""

    name: Name
    operator: str
    value: Text | Pattern
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.name}{self.operator}{self.value}"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    node: Node

    def __str__(self) -> str:
        return f"-({self.node})" if isinstance(self.node, (And, Or)) else f"-{self.node}"


@dataclass(frozen=True, slots=True)
class And:
    """All of them; no nodes at all are true of every run."""

    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(f"({node})" if isinstance(node, Or) else str(node) for node in self.nodes)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of them."""

    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return " | ".join(map(str, self.nodes))


Node = Find | Compare | Not | And | Or


def quote(text: str) -> str:
    """``text`` in quotes."""
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


def quoted_if_needed(text: str) -> str:
    """``text`` as a value that means just this text: in quotes where it would mean something else without."""
    plain = text and not re.search(r'[\s"()|*?]|^[/:=<>!]', text)
    return text if plain else quote(text)
