"""Damage to files as disks, copies, other programs and ill will do it: drawn by chance, written down, done again."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from typing import NamedTuple

Files = Mapping[str, bytes]
"""The content of each file by its path below a folder, with ``/``."""

_LENGTHS = (b"\xff" * 8, b"\xff" * 4, b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\xff" * 9 + b"\x01", b"\0\0\0\0\0\0\x40\0")
_NUMBERS = (
    *(b"1e400", b"-1e400", b"1e-400", b"9" * 400, b"-1", b"0", b"NaN", b"-Infinity", b"1e5000", b"0x10", b"1_000"),
    *(b"18446744073709551616", b"9223372036854775808", b"1.7976931348623157e308"),
    *(b"\xd9\xa3", b"\xc2\xb2", b"true", b"null"),
)
_VALUES = (
    *(b"null", b"true", b"[]", b"{}", b'""', b"[[[[[[]]]]]]", b'{"a":{"a":{"a":[]}}}', b'"\\ud800"', b'"\\u0000"'),
    *(b'"\x1b[2J"', b'"../../etc/passwd"', b"[" * 3000, b'{"a":' * 3000, b"1e400", b"9" * 5000, b'{"float":"NaN"}'),
)
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_VALUE = re.compile(rb'(?<=[:,\[])\s*(?:"[^"]{0,80}"|-?[\d.e+-]+|null|true|false|\[[^\[\]]{0,80}\]|\{[^{}]{0,80}\})')
_PAGES = (512, 4096)


class Damage(NamedTuple):
    """One damage: in ``file``, ``size`` bytes from ``at`` are replaced by ``data``.

    ``file`` alone (``at`` < 0): it is gone. ``kind`` says how it came to be, for people.
    """

    kind: str
    file: str
    at: int
    size: int
    data: bytes

    def written(self) -> str:
        """As a line of JSON."""
        return json.dumps([self.kind, self.file, self.at, self.size, self.data.hex()])

    @classmethod
    def read(cls, fields: list[str | int]) -> Damage:
        """The inverse of `written`, of what JSON says."""
        kind, file, at, size, data = fields
        return cls(str(kind), str(file), int(at), int(size), bytes.fromhex(str(data)))


def done(files: Files, damages: list[Damage]) -> dict[str, bytes | None]:
    """The files that are other ones after the damages; None for one that is gone."""
    changed: dict[str, bytes | None] = {}
    for _, name, at, size, data in damages:
        content = changed.get(name, files.get(name))
        if at < 0 or content is None:
            changed[name] = None
        else:
            changed[name] = content[:at] + data + content[at + size :]
    return changed


def drawn(files: Files, chance: random.Random) -> list[Damage]:
    """One to four damages, mostly to one file."""
    names = sorted(files)
    # The large files are the ones of which a reader makes most; a small one is drawn now and then.
    weights = [len(files[name]) + 500 for name in names]
    (name,) = chance.choices(names, weights)
    found = []
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        if chance.random() < 0.2:
            name = chance.choice(names)
        found.append(_one(files, name, chance))
    return found


def _one(files: Files, name: str, chance: random.Random) -> Damage:
    content = files[name]
    size = len(content)
    at = chance.randrange(size + 1)
    # A damage in the first bytes, where the frame of a format begins, or near the end is drawn more often.
    at = chance.choice((at, at, at, min(at, chance.randrange(64)), max(size - chance.randrange(64), 0)))
    some = min(chance.choice((1, 4, 7, 8, 16, 64, 512, 5000)), size - at)
    kind = chance.choice(_KINDS)
    if kind == "flip" and at < size:
        return Damage(kind, name, at, 1, bytes([content[at] ^ 1 << chance.randrange(8)]))
    if kind == "bytes":
        return Damage(kind, name, at, some, chance.randbytes(some))
    if kind == "cut":
        return Damage(kind, name, at, size - at, b"")
    if kind == "remove":
        return Damage(kind, name, at, some, b"")
    if kind == "insert":
        return Damage(kind, name, at, 0, chance.randbytes(chance.randint(1, 40)))
    if kind == "repeat":
        return Damage(kind, name, at, 0, content[at : at + some] * chance.choice((1, 1, 2, 50)))
    if kind == "splice":
        other = files[chance.choice(sorted(files))]
        start = chance.randrange(len(other) + 1)
        return Damage(kind, name, at, some, other[start : start + max(some, 8)])
    if kind == "zero":
        return Damage(kind, name, at, some, bytes(some))
    if kind == "page":
        page = chance.choice(_PAGES)
        at = at // page * page
        return Damage(kind, name, at, min(page, size - at), bytes(min(page, size - at)))
    if kind == "length":
        data = chance.choice(_LENGTHS)
        return Damage(kind, name, at, min(len(data), size - at), data)
    if kind in ("number", "value"):
        return _told(kind, name, content, chance) or Damage("flip", name, 0, min(1, size), b"\xff")
    if kind == "swap":
        return Damage(kind, name, 0, size, files[chance.choice(sorted(files))])
    if kind == "gone":
        return Damage(kind, name, -1, 0, b"")
    return Damage("cut", name, 0, size, b"")


_KINDS = (
    *("flip", "flip", "bytes", "cut", "cut", "remove", "insert", "repeat", "splice", "zero", "page", "length"),
    *("number", "number", "value", "value", "value", "swap", "gone", "empty"),
)


def _told(kind: str, name: str, content: bytes, chance: random.Random) -> Damage | None:
    """A number, or a value of JSON, that is an odd one now."""
    pattern, odd = (_NUMBER, _NUMBERS) if kind == "number" else (_VALUE, _VALUES)
    start = chance.randrange(len(content) + 1)
    match = pattern.search(content, start) or pattern.search(content)
    if match is None:
        return None
    return Damage(kind, name, match.start(), match.end() - match.start(), chance.choice(odd))
