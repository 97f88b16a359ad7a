"""The columns before the lines of a log: marks, and when each line was printed."""

from __future__ import annotations

from enum import Enum

from runs_tui.model import words
from runstore.reading.text import TextFile

_MARK = "◆ "


class Clock(Enum):
    """Which time stands before a line; the value is what the line above the log calls it."""

    NONE = ""
    DAY = "time of day"
    RUN = "time since the start"

    @property
    def following(self) -> Clock:
        """The next one in turn."""
        order = list(Clock)
        return order[(order.index(self) + 1) % len(order)]


class Gutter:
    """What stands before the lines of ``file``."""

    def __init__(self, file: TextFile) -> None:
        self.clock = Clock.NONE
        self.marks: set[int] = set()
        """Starts of the lines that are marked."""
        self.begun: float | None = None
        """When the run started, unix seconds."""
        self._file = file
        self._times = file.times()

    @property
    def width(self) -> int:
        """Cells of it; 0 when there is nothing to say."""
        return (len(_MARK) if self.marks else 0) + {Clock.NONE: 0, Clock.DAY: 15, Clock.RUN: 11}[self.clock]

    def time_of(self, start: int) -> float | None:
        """When the line was printed."""
        return self._times.time_of(start)

    def start_at(self, moment: float) -> int | None:
        """The start of the first line that was printed at that time or later, as far as is known."""
        offset = self._times.offset_at(moment)
        found = None if offset is None else self._file.start_from(offset)
        return self._file.last() if found is None and offset is not None else found

    def text(self, start: int, row: int) -> str:
        """Before row ``row`` of the line at ``start``, exactly as wide as all are."""
        if row:
            return " " * self.width
        mark = (_MARK if start in self.marks else " " * len(_MARK)) if self.marks else ""
        return mark + self._clock_text(start)

    def _clock_text(self, start: int) -> str:
        if self.clock is Clock.NONE:
            return ""
        moment = self.time_of(start)
        if self.clock is Clock.DAY:
            return f"{words.moment(moment)[5:]:<14} " if moment is not None else f"{'-':<15}"
        first = self.begun if self.begun is not None else self.time_of(0)
        if moment is None or first is None:
            return f"{'-':>10} "
        return f"{since(moment - first):>10} "


def since(seconds: float) -> str:
    """``+0:02:13``; from a hundred hours on without the seconds: ``+5d 02:13``."""
    sign, whole = ("-", -seconds) if seconds < -0.5 else ("+", seconds)
    minutes, second = divmod(int(abs(whole)), 60)
    hours, minute = divmod(minutes, 60)
    if hours < 100:
        return f"{sign}{hours}:{minute:02}:{second:02}"
    return f"{sign}{hours // 24}d {hours % 24:02}:{minute:02}"
