"""Files of JSON objects, one a line, with numbers of a training in them."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from runstore.printed.objects import row_of
from runstore.sources.foreign.folder import Folder
from runstore.sources.foreign.kind import Found, Place
from runstore.sources.plain.jsonl_reader import JsonlReader
from runstore.sources.plain.naming import places_of

_ENDS = (".jsonl", ".ndjson", ".json", ".log", ".txt")
_HEAD, _LONG_HEAD = 512, 32 << 10
_FIRST = 8
"""Lines that are looked at: the first ones may be settings."""
_LONGEST_TEXT = 400
"""Characters of a text in an object; a longer one is in a data set."""


class JsonLines:
    """One run for each file."""

    name: ClassVar[str] = "jsonl"
    title: ClassVar[str] = "JSON lines"
    flush: ClassVar[float] = 60.0

    def find(self, folder: Folder) -> Found | None:
        """The runs in this folder."""
        names = [name for name in sorted(folder.files) if name.lower().endswith(_ENDS) and _is_log(folder, name)]
        return Found(places_of(self.name, folder, names), frozenset(names)) if names else None

    def open(self, place: Place, keep: bool = True) -> JsonlReader:
        """A reader of the run."""
        return JsonlReader(place, keep, self.flush)


def _is_log(folder: Folder, name: str) -> bool:
    if not folder.head(name, _HEAD).lstrip().startswith(b"{"):
        return False
    head = folder.head(name, _LONG_HEAD)
    *lines, _ = head.split(b"\n")
    found = False
    for number, line in enumerate(lines[:_FIRST]):
        content = _object(line)
        if content is None:
            if not number:
                return False
            continue
        if any(isinstance(each, str) and len(each) > _LONGEST_TEXT for each in content.values()):
            return False
        row = row_of(content)
        found |= bool(row.values)
    return found


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
