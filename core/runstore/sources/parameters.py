"""Parameters in the YAML and JSON files that other tools leave beside their numbers, under flat names."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from runstore.exceptions import AzureMLException
from runstore.reading.growing import read_small
from runstore.records.nested import flat
from runstore.records.yaml_reading import read_yaml
from runstore.sources.foreign.files import leads_away

_LARGEST = 4 << 20
_ENTRY = re.compile(r"""(?=[^\s#\-.])[^\n]*?:(?:\s|\Z)""")
_TAG = re.compile(r"""(?<=[\s:\-])(!!?[\w./:]+|&\w+)(?=\s|\Z)""")


def read_parameters(path: str, separator: str = ".") -> dict[str, Any]:
    """The parameters in a file of YAML or JSON; of one that is neither, none.

    Nested ones have names such as ``model.layers``, with the ``separator``. What YAML of Python objects has beyond
    plain values is left out, and of a value that cannot be read its text is kept. Raises OSError as `read_small` does,
    and ValueError for a link that leads out of the folder.
    """
    if leads_away(path, os.path.dirname(path)):
        raise ValueError("it is a link that leads out of the run's folder")
    text = read_small(os.path.realpath(path), _LARGEST).decode("utf-8", "replace")
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        read = _entries(text)
    return flat(read, separator) if isinstance(read, dict) else {}


def _entries(text: str) -> dict[str, Any]:
    """The mapping that YAML text is, read entry by entry: one that cannot be read takes no other with it."""
    blocks: list[list[str]] = []
    for line in text.splitlines():
        if _ENTRY.match(line):
            blocks.append([line])
        elif blocks and not line.startswith(("---", "...")):
            blocks[-1].append(line)
    found: dict[str, Any] = {}
    for lines in blocks:
        block = _TAG.sub("", "\n".join(lines)) + "\n"
        try:
            read = read_yaml(block)
        except AzureMLException:
            name, _, value = block.partition(":")
            read = {name.strip(): value.strip()}
        if isinstance(read, dict):
            found.update(read)
    return found
