"""What to look for in text: words in smart case, regular expressions, and the marks of errors."""

from __future__ import annotations

import re
from typing import Callable, Protocol

from runstore.reading.text.expressions import Expression, line_begins, lower
from runstore.reading.text.screen import searchable


class Pattern(Protocol):
    """Something that lines are searched for."""

    def places(self, text: str) -> list[int]:
        """Where in ``text`` (any number of lines) it may match, in order; at least once in each matching line."""
        ...

    def spans(self, shown: str) -> list[tuple[int, int]]:
        """Where it matches in one line as shown; empty when it does not."""
        ...


class Words:
    """The text as typed. Case counts once it holds a capital letter."""

    def __init__(self, words: str) -> None:
        self._fold: Callable[[str], str] = str if words != words.lower() else lower
        self._words = words

    def places(self, text: str) -> list[int]:
        """See ``Pattern``."""
        return [start for start, _ in _occurrences(self._fold(text), self._words)]

    def spans(self, shown: str) -> list[tuple[int, int]]:
        """See ``Pattern``."""
        return _occurrences(self._fold(shown), self._words)


class Errors:
    """Lines at which something went wrong: tracebacks, levels from ERROR up, and what kills a process."""

    # Looked for first, because plain words are found many times faster than any of an alternation.
    _WORDS = ("Traceback", "ERROR", "CRITICAL", "FATAL", "Error", "Exception", "panic", "fault", "Killed", "Abort")
    _LINE = re.compile(
        r"Traceback \(most recent call last\)"
        r"|\b(?:ERROR|CRITICAL|FATAL)\b"
        r"|^\s*(?:\[rank\d+\]:?\s*)?(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:Error|Exception)(?::|$)"
        r"|^(?:fatal error|panic): |Segmentation fault|Bus error|Killed$|Aborted|core dumped"
    )
    _EXCEPTION = re.compile(r"\s*(?:\[rank\d+\]:?\s*)?[\w.]*(?:Error|Exception)(?::|$)")

    def places(self, text: str) -> list[int]:
        """See ``Pattern``. The last line of a traceback is part of it, not one more error."""
        candidates = {begin for word in self._WORDS for begin in line_begins(text, word)}
        found = []
        for begin in sorted(candidates):
            end = text.find("\n", begin)
            line = text[begin : len(text) if end < 0 else end].rstrip("\r")
            if not self._LINE.search(line):
                continue
            if self._EXCEPTION.match(line) and _is_indented_before(text, begin):
                continue
            found.append(begin)
        return found

    def spans(self, shown: str) -> list[tuple[int, int]]:
        """See ``Pattern``."""
        return [match.span() for match in self._LINE.finditer(shown)]


class Without:
    """Lines in which another pattern does not match."""

    def __init__(self, pattern: Pattern) -> None:
        self._pattern = pattern

    def places(self, text: str) -> list[int]:
        """See ``Pattern``."""
        matching = set(_begins(text, self._pattern.places(text)))
        found, at = [], 0
        while at < len(text):
            if at not in matching:
                found.append(at)
            at = text.find("\n", at) + 1 or len(text)
        return found

    def spans(self, shown: str) -> list[tuple[int, int]]:
        """Nothing: what is not there cannot be pointed out."""
        return []


class Both:
    """Lines in which two patterns match."""

    def __init__(self, first: Pattern, second: Pattern) -> None:
        self._first, self._second = first, second

    def places(self, text: str) -> list[int]:
        """See ``Pattern``."""
        first = set(_begins(text, self._first.places(text)))
        seconds = self._second.places(text)
        return [at for at, begin in zip(seconds, _begins(text, seconds)) if begin in first]

    def spans(self, shown: str) -> list[tuple[int, int]]:
        """Where the second one matches."""
        return self._second.spans(shown)


def parse_filter(typed: str) -> Pattern:
    """As ``parse_pattern``; with a ``!`` before it the lines without it.

    Raises UserErrorException for an expression that cannot be understood.
    """
    if len(typed) > 1 and typed[0] == "!":
        return Without(parse_pattern(typed[1:]))
    return parse_pattern(typed)


def parse_pattern(typed: str) -> Pattern:
    """``/re/`` (the last slash may be missing) is an expression, anything else words.

    Raises UserErrorException for an expression that cannot be understood.
    """
    if len(typed) > 1 and typed[0] == "/":
        expression = typed[1:-1] if len(typed) > 2 and typed[-1] == "/" else typed[1:]
        return Expression(expression)
    return Words(typed)


def matching_lines(pattern: Pattern, block: bytes, legible: bytes) -> list[int]:
    """The offsets, in ``block`` (whole lines), of the lines in which what is shown matches.

    ``legible`` is what a person reads in place of ``block``, line for line: most often ``block`` itself.
    """
    text = searchable(legible.decode("utf-8", "replace"))
    if not block.endswith(b"\n"):
        text += "\n"  # so that a last line of which nothing is seen is a line, too
    found: list[int] = []
    counted = at = 0  # characters of `text`, bytes of `block`: both at the start of the same line
    for place in pattern.places(text):
        if place < counted:
            continue  # one more in the line before
        for _ in range(text.count("\n", counted, place)):
            at = block.find(b"\n", at) + 1
        found.append(at)
        counted, at = text.find("\n", place) + 1, block.find(b"\n", at) + 1
        if not counted:
            break
    return found


def _occurrences(text: str, words: str) -> list[tuple[int, int]]:
    found = []
    at = text.find(words) if words else -1
    while at >= 0:
        found.append((at, at + len(words)))
        at = text.find(words, at + len(words))
    return found


def _begins(text: str, places: list[int]) -> list[int]:
    """The beginnings of the lines in which these places are."""
    return [text.rfind("\n", 0, at) + 1 for at in places]


def _is_indented_before(text: str, begin: int) -> bool:
    """Whether the line before the one at ``begin`` starts with a blank."""
    if begin == 0:
        return False
    return text[text.rfind("\n", 0, begin - 1) + 1] in " \t"
