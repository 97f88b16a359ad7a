"""The ``meta.yaml`` of MLflow's folders: one mapping of plain values, in the few forms that its writers use."""

from __future__ import annotations

import os
import re

from runstore.reading.growing import read_small

NAME = "meta.yaml"
_LARGEST = 1 << 20
_KEY = re.compile(r"([A-Za-z_][\w.\-]*):(?:[ \t]+(.*)|$)")
_FOLD = re.compile(r"[ \t]*\n((?:[ \t]*\n)*)[ \t]*")
_IN_QUOTES = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(\n[ \t]*)|(.))|" + _FOLD.pattern, re.DOTALL
)
_ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b"}
_ESCAPES |= {"N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029"}
_NULL = ("", "~", "null")


def read_meta(folder: str) -> dict[str, str | None]:
    """The values in the ``meta.yaml`` of ``folder``, as texts; raises OSError and ValueError."""
    return parse_meta(read_small(os.path.join(folder, NAME), _LARGEST).decode("utf-8", "replace"))


def parse_meta(text: str) -> dict[str, str | None]:
    """The values of one block mapping, as texts, None for null; of what is nested, the text that stands there.

    Raises ValueError when it is no mapping.
    """
    found: dict[str, str | None] = {}
    name, lines = "", [""]
    for line in [*text.replace("\r\n", "\n").split("\n"), "end:"]:
        key = _KEY.fullmatch(line)
        if key is None:
            lines.append(line)
            continue
        if name:
            found[name] = _value("\n".join(lines))
        elif any(each.strip() and not each.startswith(("#", "---")) for each in lines):
            raise ValueError("not a mapping of names and values")
        name, lines = key[1], [key[2] or ""]
    return found


def _value(text: str) -> str | None:
    """The value that begins beside its key and may go on in lines that are indented."""
    text = text.rstrip(" \t\n")  # other spaces are text
    if text[:1] == '"':
        found = _IN_QUOTES.sub(_unescaped, text[1 : max(text.rfind('"'), 1)])
        return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # JSON escapes an emoji as a pair
    if text[:1] == "'":
        return _FOLD.sub(_folded, text[1 : max(text.rfind("'"), 1)]).replace("''", "'")
    whole = _FOLD.sub(_folded, text)
    return None if whole in _NULL else whole


def _folded(match: re.Match[str]) -> str:
    """An end of line is a space, but each empty line stands for one."""
    return "\n" * match[match.re.groups].count("\n") or " "


def _unescaped(match: re.Match[str]) -> str:
    if match[6] is not None:
        return _folded(match)
    digits = match[1] or match[2] or match[3]
    if digits:
        code = int(digits, 16)
        return chr(code) if code < 0x110000 else "\ufffd"
    return "" if match[4] else _ESCAPES.get(match[5], match[5])
