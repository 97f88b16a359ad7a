"""What a person has chosen for a root, kept between sessions: one small JSON file for each kind of choice."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from typing import Any

from runstore.layout.roots import state_folder


class Kept:
    """``<state folder>/<kind>/<hash of the roots>.json``, replaced whole; the same whatever links lead to them.

    Never raises: a damaged file counts as none, and a state folder that cannot be written only forgets.
    """

    def __init__(self, roots: str | Iterable[str], kind: str) -> None:
        real = sorted(map(os.path.realpath, [roots] if isinstance(roots, str) else roots))
        name = hashlib.sha256("\n".join(real).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self._path = os.path.join(state_folder(), kind, f"{name}.json")

    def read(self) -> dict[str, Any]:
        """What was written last; nothing if that cannot be read."""
        try:
            with open(self._path, encoding="utf-8") as file:
                content = json.load(file)
        except (OSError, ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}

    def write(self, content: dict[str, Any]) -> None:
        """Keep ``content`` in place of what there was."""
        temporary = f"{self._path}.{os.getpid()}"
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            with open(temporary, "w", encoding="utf-8") as file:
                json.dump({"v": 1, **content}, file)
            os.replace(temporary, self._path)
        except (OSError, ValueError):
            pass
