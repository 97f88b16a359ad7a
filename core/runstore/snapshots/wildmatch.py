"""Glob patterns as git matches them (its wildmatch, pathname mode), as regular expressions over bytes."""

from __future__ import annotations

import re
from itertools import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SLASH, _STAR, _QUESTION, _OPEN, _CLOSE, _BACKSLASH = (b"/", b"*", b"?", b"[", b"]", b"\\")
_SPECIAL = re.compile(rb"[*?\[\\]")
_LOWER = "abcdefghijklmnopqrstuvwxyz"  # not from the module string, which costs 2 ms to import
_DIGITS = "0123456789"
_ASCII = {
    "alnum": _LOWER + _LOWER.upper() + _DIGITS,
    "alpha": _LOWER + _LOWER.upper(),
    "blank": " \t",
    "cntrl": "".join(map(chr, range(32))) + "\x7f",
    "digit": _DIGITS,
    "graph": "".join(map(chr, range(33, 127))),
    "lower": _LOWER,
    "print": "".join(map(chr, range(32, 127))),
    "punct": "".join(char for char in map(chr, range(33, 127)) if not char.isalnum()),
    "space": " \t\n\r\f\v",
    "upper": _LOWER.upper(),
    "xdigit": _DIGITS + "abcdefABCDEF",
}


class MalformedPattern(ValueError):
    """A pattern that matches nothing: a class that does not end, a name of a class that does not exist."""


def to_regex(glob: bytes, of_name: bool = False) -> bytes:
    """The regular expression (for ``re.S``, without its end) of a glob; raises `MalformedPattern`.

    ``*``, ``?`` and classes stay inside one name; ``**`` between slashes, or at an end, spans folders. In a
    glob ``of_name``, one without a slash, ``**`` is the same as ``*``.
    """
    blocks = [[b""]]  # between what spans folders, and each between single asterisks
    spans = []
    index = 0
    while index < len(glob):
        char = glob[index : index + 1]
        if char == _STAR:
            span, index = _stars(glob, index, not of_name)
            if span:
                spans.append(span)
                blocks.append([b""])
            else:
                blocks[-1].append(b"")
            continue
        if char == _QUESTION:
            part, index = b"[^/]", index + 1
        elif char == _OPEN:
            part, index = _class(glob, index + 1)
        elif char == _BACKSLASH:
            if index + 1 == len(glob):
                raise MalformedPattern(glob)
            part, index = re.escape(glob[index + 1 : index + 2]), index + 2
        else:
            part, index = re.escape(char), index + 1
        blocks[-1][-1] += part
    names = map(b"g%d".__mod__, count())
    first, *others = [piece + _each_once([b"[^/]*?" + more for more in rest], names) for piece, *rest in blocks]
    return first + _each_once([span + block for span, block in zip(spans, others)], names)


def _each_once(parts: list[bytes], names: Iterator[bytes]) -> bytes:
    """One part after the other, all but the last only where they fit first.

    No later place is better, and to try all ways takes time without bound: ``*a*a*a*a*b`` for a name of many ``a``.
    """
    once = [b"(?=(?P<%b>%b))(?P=%b)" % (name, part, name) for part, name in zip(parts[:-1], names)]
    return b"".join(once + parts[-1:])


def _stars(glob: bytes, start: int, spans: bool) -> tuple[bytes, int]:
    """The expression of a run of asterisks that spans folders, empty for one that does not, and where to go on."""
    end = start
    while glob[end : end + 1] == _STAR:
        end += 1
    # Git compares what stands before the first special character by itself, and takes the rest for a pattern.
    begins = glob[start - 1 : start] in (b"", _SLASH) or not _SPECIAL.search(glob, 0, start)
    rest = glob[end:]
    if not spans or end - start < 2 or not begins or not (not rest or rest.startswith((_SLASH, b"\\/"))):
        return b"", end
    if rest.startswith(_SLASH):
        return b"(?:.*?/)??", end + 1
    return b".*?", end


def _class(glob: bytes, index: int) -> tuple[bytes, int]:
    """The expression of a bracket class that begins before ``index``, and where to go on."""
    negated = glob[index : index + 1] in (b"!", b"^")
    index += negated
    members: set[int] = set()
    previous = -1
    first = True
    while first or glob[index : index + 1] != _CLOSE:
        first = False
        char = glob[index : index + 1]
        if not char:
            raise MalformedPattern(glob)
        following = glob[index + 1 : index + 2]
        if char == b"-" and previous >= 0 and following and following != _CLOSE:
            index += 1
            last, index = _literal(glob, index)
            members.update(range(previous, last + 1))
            previous = -1
        elif char == _OPEN and following == b":":
            end = glob.find(_CLOSE, index + 2)
            if end < 0:
                raise MalformedPattern(glob)
            if end > index + 2 and glob[end - 1 : end] == b":":
                name = glob[index + 2 : end - 1].decode("latin-1")
                if name not in _ASCII:
                    raise MalformedPattern(glob)
                members.update(_ASCII[name].encode("ascii"))
                index, previous = end + 1, -1
            else:  # no name of a class after all
                members.add(ord(_OPEN))
                index, previous = index + 1, ord(_OPEN)
        else:
            previous, index = _literal(glob, index)
            members.add(previous)
    members = set(range(256)) - members if negated else members
    members.discard(ord(_SLASH))
    if not members:
        return b"(?!)", index + 1
    return b"[" + b"".join(b"\\x%02x" % member for member in sorted(members)) + b"]", index + 1


def _literal(glob: bytes, index: int) -> tuple[int, int]:
    """The byte at ``index`` of a class, or the one that a backslash there escapes, and where to go on."""
    if glob[index : index + 1] == _BACKSLASH:
        index += 1
    if index >= len(glob):
        raise MalformedPattern(glob)
    return glob[index], index + 1
