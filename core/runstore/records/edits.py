"""Edit files: changes to a run by anybody but its owner, one file each, ``edit-<time_ns>-<rand>.json``."""

from __future__ import annotations

import json
import os

from runstore.layout.paths import EDIT_PREFIX
from runstore.records.lines import dumps, original

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMAT_VERSION = 1


def edit_file_name(time_ns: int) -> str:
    """The name of a new edit file; names sort in order of time."""
    return "{}{:020d}-{}.json".format(EDIT_PREFIX, time_ns, os.urandom(4).hex())


def is_edit_file(name: str) -> bool:
    """Whether a file of a run folder is an edit."""
    return name.startswith(EDIT_PREFIX) and name.endswith(".json")


def encode_edit(changes: list[dict[str, Any]], time: float, user: str, host: str) -> bytes:
    """The bytes of an edit file; ``changes`` have the shapes of `runstore.records.manifest.apply_change`."""
    return dumps({"v": FORMAT_VERSION, "time": time, "user": user, "host": host, "changes": changes}) + b"\n"


def decode_edit(content: bytes) -> dict[str, Any]:
    """The edit; raises `ValueError` when it is none."""
    try:
        edit = original(json.loads(content))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(edit, dict) or not isinstance(edit.get("changes"), list):
        raise ValueError("not an edit")
    edit["changes"] = [change for change in edit["changes"] if isinstance(change, dict)]
    return edit
