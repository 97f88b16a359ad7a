"""What scripts tell of the packages that they were written for."""

from __future__ import annotations

import os
import re

_GONE = re.compile(rb"\b(?:np|numpy)\.(?:bool|complex|float|int|long|object|str|unicode)\b")
_LONGEST = 1 << 20  # bytes of a script that are looked at
_MOST = 500  # scripts


def old_numpy_name(folder: str) -> str | None:
    """The first name in the scripts of a folder that NumPy 1.24 took away, such as ``np.float``; else None."""
    seen = 0
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if not name.endswith(".py"):
                continue
            seen += 1
            if seen > _MOST:
                return None
            try:
                with open(os.path.join(place, name), "rb") as file:
                    found = _GONE.search(file.read(_LONGEST))
            except OSError:
                continue
            if found:
                return found.group().decode()
    return None
