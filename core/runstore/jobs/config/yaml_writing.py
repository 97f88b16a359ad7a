"""Values as YAML text, of the kind that `runstore.records.yaml_reading` reads."""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_AMBIGUOUS = re.compile(r"(yes|no|on|off|y|n|true|false|null|~|<<|=|[-+.\d].*)\Z", re.I)
_NOT_SHOWN = re.compile(r"[^\x20-\x7e]")
_PLAIN_TEXT = re.compile(r"[A-Za-z0-9_./-][A-Za-z0-9_./=<>!~+@ -]*\Z")


def write_yaml(value: Any, indent: int = 0) -> str:
    """``value`` (dicts, lists, text, numbers, booleans, None) as YAML, in the order given."""
    pad = " " * indent
    lines = []
    if isinstance(value, dict) and value:
        for key, item in value.items():
            if isinstance(item, (dict, list)) and item:
                lines.append("{}{}:\n{}".format(pad, _scalar(str(key)), write_yaml(item, indent + 2)))
            else:
                lines.append("{}{}: {}\n".format(pad, _scalar(str(key)), _scalar(item)))
    elif isinstance(value, list) and value:
        for item in value:
            if isinstance(item, (dict, list)) and item:
                lines.append("{}- {}".format(pad, write_yaml(item, indent + 2)[indent + 2 :]))
            else:
                lines.append("{}- {}\n".format(pad, _scalar(item)))
    else:
        lines.append("{}{}\n".format(pad, _scalar(value)))
    return "".join(lines)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        plain = _PLAIN_TEXT.match(value) and not _AMBIGUOUS.match(value) and value == value.strip()
        return value if plain else _NOT_SHOWN.sub(_escape, json.dumps(value, ensure_ascii=False))
    if isinstance(value, float):
        text = repr(value)
        if "e" in text and "." not in text:
            text = text.replace("e", ".0e")  # 1e+20 would be text
        return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}.get(text, text)
    return json.dumps(value)


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return character if character.isprintable() else "\\U{:08X}".format(ord(character))
