"""An edit of a run by a process that does not own it: one small file, renamed into place."""

from __future__ import annotations

import os
import time

from runstore.records.edits import edit_file_name, encode_edit
from runstore.records.identity import host_name
from runstore.writing.create import write_atomically
from runstore.writing.facts import user_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def write_edit(folder: str, *changes: dict[str, Any]) -> None:
    """Record ``changes`` (see `runstore.records.manifest.apply_change`) of the run in ``folder``; raises OSError."""
    if not os.path.isdir(folder):
        raise FileNotFoundError(2, "the run was deleted", folder)
    content = encode_edit(list(changes), time.time(), user_name(), host_name())
    write_atomically(os.path.join(folder, edit_file_name(time.time_ns())), content)
