"""The part of YAML that conda specifications and run configurations are written in.

Block mappings and sequences, flow ones, quoted and plain scalars of one line, block scalars, comments. Anchors, tags,
several documents and scalars folded over lines are refused by name rather than misread.
"""

from __future__ import annotations

import re

from runstore.exceptions import RunConfigurationException
from runstore.layout.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_INTEGER = re.compile(r"[-+]?(0|[1-9]\d{0,999})\Z")  # Python refuses to read much longer ones
_FLOAT = re.compile(r"[-+]?(\d+\.\d*|\.\d+)([eE][-+]\d+)?\Z")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_PLAIN_KEY = re.compile(r"((?:[^\s#&*!|>'\"%@`{}\[\],?:-]|[?:-](?=\S))(?:[^:#]|:(?=\S)|(?<=\S)#)*?):(?=\s|\Z)")
_BLOCK_SCALAR = re.compile(r"[|>]([1-9]?)([-+]?)([1-9]?)\s*(#.*)?\Z")
_ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
            "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028",
            "P": "\u2029"}  # fmt: skip
_HEX = {"x": 2, "u": 4, "U": 8}
_SINGLE_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_DOUBLE_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_ESCAPED = re.compile(r"\\(.)([0-9A-Fa-f]{0,8})", re.S)
_PLAIN_FLOW = re.compile(r"(?:[^,\[\]{}:#]|:(?=[^\s,\[\]{}])|(?<=\S)#)+")
_INDICATOR = re.compile(r"[?-](\s|\Z)")
_SPACES = re.compile(r"\s*")
_TOLD = 200
"""Characters of what cannot be read that are told."""


def read_yaml(text: str, source: str = "YAML text") -> Any:
    """The value that ``text`` describes; raises `RunConfigurationException` that names ``source`` and the line."""
    reader = _Reader(text, source)
    try:
        return reader.document()
    except RecursionError:
        raise reader.error("nested too deeply") from None


def _resolve(text: str) -> Any:
    """What a plain scalar means: null, a boolean, a number, else text."""
    if text.lower() in _WORDS and (text.islower() or text.istitle() or text.isupper() or not text.isalpha()):
        return _WORDS[text.lower()]
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    if text.lower().lstrip("+-") in (".inf", ".nan"):
        return float(text.lower().replace(".", ""))
    return text


class _Unfinished(Exception):
    """A flow collection goes on where there are no more lines."""


class _Reader:
    """Reads one document, line by line."""

    def __init__(self, text: str, source: str) -> None:
        self._lines = text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
        self._next = 0
        self._source = source
        self._flowing, self._at = "", 0  # the line of a flow collection, and how far it is read

    def error(self, what: str) -> RunConfigurationException:
        where = "{}, line {}".format(self._source, min(self._next + 1, len(self._lines)))
        return RunConfigurationException("{}: {}".format(printable(where, 300), printable(what, 200)))

    def document(self) -> Any:
        line = self._peek()
        if line is not None and (line[1] == "---" or line[1].startswith("--- ")):
            self._lines[self._next] = "    " + line[1][4:] if line[1][4:] else ""
            line = self._peek()
        value = None if line is None else self._block(line[0])
        rest = self._peek()
        if rest is not None and rest[1] != "...":
            raise self.error("not expected here: {}".format(rest[1]))
        return value

    def _peek(self) -> tuple[int, str] | None:
        """Indentation and content of the next line that says something."""
        while self._next < len(self._lines):
            content = self._lines[self._next].strip()
            if content and not content.startswith("#"):
                line = self._lines[self._next].rstrip()
                indent = len(line) - len(line.lstrip(" "))
                if line[indent] == "\t":
                    raise self.error("indented with a tab; YAML takes spaces only")
                return indent, line[indent:]
            self._next += 1
        return None

    def _block(self, indent: int) -> Any:
        line = self._peek()
        assert line is not None
        content = line[1]
        if content == "-" or content.startswith("- "):
            return self._sequence(indent)
        if self._key(content) is not None:
            return self._mapping(indent)
        return self._value(content, indent)

    def _sequence(self, indent: int) -> list[Any]:
        items = []
        while True:
            line = self._peek()
            if line is None or line[0] != indent or not (line[1] == "-" or line[1].startswith("- ")):
                break
            rest = line[1][1:]
            inner = rest.lstrip(" ")
            if inner and not inner.startswith("#") and (inner.startswith("- ") or self._key(inner) is not None):
                column = indent + 1 + len(rest) - len(inner)
                self._lines[self._next] = " " * column + inner  # a collection that begins beside its dash
                items.append(self._block(column))
            else:
                items.append(self._value(inner, indent))
        self._refuse_deeper(indent)
        return items

    def _mapping(self, indent: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        while True:
            line = self._peek()
            if line is None or line[0] != indent or line[1] == "...":
                break
            key = self._key(line[1])
            if key is None:
                break
            name, rest = key
            if name in found:
                raise self.error("the key {!r} comes twice".format(name))
            found[name] = self._value(rest, indent, under_key=True)
        self._refuse_deeper(indent)
        return found

    def _refuse_deeper(self, indent: int) -> None:
        line = self._peek()
        if line is not None and line[0] > indent:
            raise self.error("not expected here: {}".format(line[1]))

    def _key(self, content: str) -> tuple[Any, str] | None:
        """The key with which ``content`` begins and what comes after its colon; None for no key."""
        if content[0] in "'\"":
            try:
                name, end = self._quoted(content)
            except RunConfigurationException:
                return None
            rest = content[end:].lstrip()
            return (name, rest[1:].strip()) if rest[:1] == ":" and rest[1:2] in ("", " ", "\t") else None
        match = _PLAIN_KEY.match(content)
        return (_resolve(match.group(1).strip()), content[match.end() :].strip()) if match else None

    def _value(self, text: str, indent: int, under_key: bool = False) -> Any:
        """The value that begins with ``text``, on the line of a key or a dash at ``indent``, or below it."""
        if not text or text.startswith("#"):
            self._next += 1
            line = self._peek()
            if line is None or line[1] == "...":
                return None
            dash_beside_key = under_key and line[0] == indent and (line[1] == "-" or line[1].startswith("- "))
            return self._block(line[0]) if line[0] > indent or dash_beside_key else None
        if text[0] in "|>":
            return self._block_scalar(text, indent)
        if text[0] in "[{":
            value, rest = self._whole_flow(text)
        elif text[0] in "'\"":
            value, end = self._quoted(text)
            rest = text[end:]
        else:
            if text[0] in "&*!%@`" or text.startswith("? "):
                raise self.error("anchors, aliases, tags and the like are not supported: {}".format(text))
            value, rest = _resolve(re.split(r"\s#", text, maxsplit=1)[0].strip()), ""
        if rest.strip() and not re.match(r"\s+#", rest):
            raise self.error("not expected after the value: {}".format(rest.strip()))
        self._next += 1
        return value

    def _quoted(self, text: str, at: int = 0) -> tuple[str, int]:
        """The quoted text at this place, and where it ends."""
        single = text[at] == "'"
        match = (_SINGLE_QUOTED if single else _DOUBLE_QUOTED).match(text, at)
        if not match:
            raise self.error("a quoted text that does not end on its line: {}".format(text[at : at + _TOLD]))
        content = match.group(1)
        return content.replace("''", "'") if single else _ESCAPED.sub(self._unescape, content), match.end()

    def _unescape(self, match: re.Match[str]) -> str:
        code, digits = match.groups()
        if code in _HEX:
            count = _HEX[code]
            number = int(digits[:count], 16) if len(digits) >= count else -1
            if not 0 <= number < 0x110000:
                raise self.error("not a character: \\{}{}".format(code, digits))
            return chr(number) + digits[count:]
        if code not in _ESCAPES:
            raise self.error("unknown escape \\{}".format(code))
        return _ESCAPES[code] + digits

    def _whole_flow(self, text: str) -> tuple[Any, str]:
        """The flow collection that begins with ``text`` and may go on over lines, and what follows it."""
        self._flowing, self._at = text, 0
        try:
            value = self._flow()
        except _Unfinished:
            raise self.error("a bracket that is not closed: {}".format(text[:_TOLD])) from None
        return value, self._flowing[self._at :]

    def _ahead(self) -> str:
        """The next character of the flow collection, on one of the next lines perhaps."""
        while True:
            self._at = _SPACES.match(self._flowing, self._at).end()  # type: ignore[union-attr]  # it always matches
            if self._at < len(self._flowing):
                return self._flowing[self._at]
            if self._next + 1 >= len(self._lines):
                raise _Unfinished
            self._next += 1
            self._flowing, self._at = self._lines[self._next], 0

    def _flow(self) -> Any:
        """The flow value that comes next; raises `_Unfinished` at the end of all lines."""
        first = self._ahead()
        if first == "[":
            items = []
            self._at += 1
            while self._ahead() != "]":
                items.append(self._flow())
                self._after_item("]")
            self._at += 1
            return items
        if first == "{":
            found: dict[Any, Any] = {}
            self._at += 1
            while self._ahead() != "}":
                key, value = self._flow(), None
                if self._ahead() == ":":
                    self._at += 1
                    value = self._flow() if self._ahead() not in ",}" else None
                if isinstance(key, (list, dict)):
                    raise self.error("a collection cannot be a key")
                if key in found:
                    raise self.error("the key {!r} comes twice".format(key))
                found[key] = value
                self._after_item("}")
            self._at += 1
            return found
        if first in "'\"":
            text, self._at = self._quoted(self._flowing, self._at)
            return text
        return self._plain_flow()

    def _plain_flow(self) -> Any:
        """A scalar without quotes, whose words may stand on several lines."""
        if self._flowing[self._at] in "&*!%@`|>" or _INDICATOR.match(self._flowing, self._at):
            raise self.error("cannot be read: {}".format(self._flowing[self._at : self._at + _TOLD]))
        words: list[str] = []
        while True:
            match = _PLAIN_FLOW.match(self._flowing, self._at)
            if match:
                words.append(match.group().strip())
                self._at = match.end()
            elif not words:
                raise self.error("cannot be read: {}".format(self._flowing[self._at : self._at + _TOLD]))
            if not match or self._at < len(self._flowing):
                return _resolve(" ".join(words))
            self._ahead()

    def _after_item(self, end: str) -> None:
        following = self._ahead()
        if following == ",":
            self._at += 1
        elif following != end:
            rest = self._flowing[self._at : self._at + _TOLD]
            raise self.error("expected ',' or '{}' here: {}".format(end, rest))

    def _block_scalar(self, text: str, indent: int) -> str:
        """Literal (``|``) or folded (``>``) text in the deeper lines below."""
        match = _BLOCK_SCALAR.match(text)
        if not match:
            raise self.error("cannot be read: {}".format(text))
        own = int(match.group(1) or match.group(3) or 0)
        self._next += 1
        taken: list[str] = []
        depth = indent + own if own else 0
        while self._next < len(self._lines):
            line = self._lines[self._next]
            here = len(line) - len(line.lstrip(" "))
            if line.strip(" "):
                if not depth and here > indent:
                    depth = here
                if not depth or here < depth:
                    break
            taken.append(line[depth:] if depth else "")
            self._next += 1
        if self._next == len(self._lines) and taken[-1:] == [""]:
            taken.pop()  # what follows the last line's end
        whole = "".join(line + "\n" for line in taken)
        body = whole.rstrip("\n")
        ending = whole[len(body) :]
        if text[0] == ">":
            body = re.sub(r"(?<=[^\n])\n(\n*)(?=[^\s])", lambda gap: gap.group(1) or " ", body)
        return body + {"-": "", "+": ending}.get(match.group(2), ending[:1] if body else "")
