"""How logs were looked at last, kept for each run store."""

from __future__ import annotations

from runs_tui.model.kept import Kept


class LogLook:
    """Whether long lines were folded, and which time stood before each line."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._kept = Kept(root, "output")
        content = self._kept.read()
        self.wrapped = content.get("wrapped") is True
        clock = content.get("clock")
        self.clock = clock if isinstance(clock, str) else ""

    def keep(self, wrapped: bool, clock: str) -> None:
        """Remember this, if it is another look than the one before."""
        if (wrapped, clock) != (self.wrapped, self.clock):
            self.wrapped, self.clock = wrapped, clock
            self._kept.write({"wrapped": wrapped, "clock": clock})
