"""Files that were being written, to be renamed into place, when their process was killed or the disk was full."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from functools import partial

from runstore.layout.rights import is_own
from runstore.upkeep.checks.finding import Finding

HALF_MADE = 86_400.0
"""Seconds after which nobody is at it any more."""
_TEMPORARY = re.compile(r"\.tmp-[0-9a-f]{12}")


def check_half_written(folder: str) -> Iterator[Finding]:
    """What lies right in ``folder``, of a run or an experiment, where there are no files of users."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(
                entry.path
                for entry in entries
                if _TEMPORARY.fullmatch(entry.name)
                and entry.is_file(follow_symlinks=False)
                and time.time() - entry.stat(follow_symlinks=False).st_mtime > HALF_MADE
            )
        mine = is_own(folder)
    except OSError:
        return
    for path in found:
        text = "whoever wrote it was killed before it was whole; readers leave it out"
        yield Finding("note", "half written", path, text, repair=partial(_delete, path) if mine else None)


def _delete(path: str) -> str:
    os.unlink(path)
    return "deleted"
