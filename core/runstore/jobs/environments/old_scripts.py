"""What scripts tell of the packages that they were written for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

_GONE = re.compile(rb"\b(?:np|numpy)\.(?:bool|complex|float|int|long|object|str|unicode)\b")
_PANDAS = re.compile(rb"^[ \t]*(?:import|from)[ \t]+pandas\b", re.M)
_LONGEST = 1 << 20  # bytes of a script that are looked at
_MOST = 500  # scripts


def old_numpy_name(folder: str) -> str | None:
    """The first name in the scripts of a folder that NumPy 1.24 took away, such as ``np.float``; else None."""
    found = next((match for match in map(_GONE.search, _scripts(folder)) if match), None)
    return found.group().decode() if found else None


def imports_pandas(folder: str) -> bool:
    """Whether a script of the folder imports pandas, which Azure ML's own packages brought along."""
    return any(map(_PANDAS.search, _scripts(folder)))


def _scripts(folder: str) -> Iterator[bytes]:
    seen = 0
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if not name.endswith(".py"):
                continue
            seen += 1
            if seen > _MOST:
                return
            try:
                with open(os.path.join(place, name), "rb") as file:
                    yield file.read(_LONGEST)
            except OSError:
                continue
