"""What to look for in text: words in smart case, regular expressions, and the marks of errors."""

from __future__ import annotations

import re
from typing import Callable, Protocol

from runstore.exceptions import UserErrorException
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
        self._fold: Callable[[str], str] = str if words != words.lower() else _lower
        self._words = words

    def places(self, text: str) -> list[int]:
        """See ``Pattern``."""
        return [start for start, _ in _occurrences(self._fold(text), self._words)]

    def spans(self, shown: str) -> list[tuple[int, int]]:
        """See ``Pattern``."""
        return _occurrences(self._fold(shown), self._words)


class Expression:
    """A regular expression (Python's), matched line by line. Case counts once it holds a capital letter."""

    def __init__(self, expression: str) -> None:
        """Raises UserErrorException when it cannot be understood."""
        named = re.sub(r"\\[^xuUN0-7]", "", expression, flags=re.S)  # \W and \S are no capital letters
        folded = named == named.lower()
        # Python looks for a lower case expression in lower case text ten times faster than case by case; only
        # where the expression names characters by their codes may these be capitals.
        self._fold: Callable[[str], str] = _lower if folded and "\\" not in named else str
        flags = re.MULTILINE | (re.IGNORECASE if folded and self._fold is str else 0)
        try:
            self._expression = re.compile(expression, flags)
        except (re.error, RecursionError, OverflowError) as error:
            raise UserErrorException(f"/{expression}/ is no regular expression: {error}") from None

    def places(self, text: str) -> list[int]:
        """See ``Pattern``."""
        found, at = [], 0
        text = self._fold(text)
        while at <= len(text) and (match := self._expression.search(text, at)):
            begin = text.rfind("\n", 0, match.start()) + 1
            end = text.find("\n", match.start())
            end = len(text) if end < 0 else end
            # An expression such as [^a]* runs over the end of a line: it has to match within it.
            if self._expression.search(text[begin:end]):
                found.append(match.start())
            at = end + 1
        return found

    def spans(self, shown: str) -> list[tuple[int, int]]:
        """See ``Pattern``."""
        return [match.span() for match in self._expression.finditer(self._fold(shown))]


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
        candidates = {begin for word in self._WORDS for begin in _line_begins(text, word)}
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


def _lower(text: str) -> str:
    """Lower case of the same length: positions must stay what they are (the Turkish dotted I has a longer one)."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join([c if len(c.lower()) > 1 else c.lower() for c in text])


def _occurrences(text: str, words: str) -> list[tuple[int, int]]:
    found = []
    at = text.find(words) if words else -1
    while at >= 0:
        found.append((at, at + len(words)))
        at = text.find(words, at + len(words))
    return found


def _line_begins(text: str, word: str) -> list[int]:
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


def _is_indented_before(text: str, begin: int) -> bool:
    """Whether the line before the one at ``begin`` starts with a blank."""
    if begin == 0:
        return False
    return text[text.rfind("\n", 0, begin - 1) + 1] in " \t"
