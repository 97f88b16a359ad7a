"""The workspace of the current folder, for calls that name none."""

from __future__ import annotations

import os

from runstore.layout.roots import resolve_root


class Here:
    """As much of a workspace as the stand-ins need: its root and its name."""

    def __init__(self, root: str | None = None) -> None:
        self.root = root or resolve_root()
        self.name = os.path.basename(self.root.rstrip(os.sep))
