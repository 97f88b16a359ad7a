"""The columns before the lines of a log: marks, and when each line was printed."""

from __future__ import annotations

import time
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
        self._dated = True
        self._dated_for: tuple[float, float | None] = (0, None)

    @property
    def width(self) -> int:
        """Cells of it; 0 when there is nothing to say."""
        marks = len(_MARK) if self.marks else 0
        if self.clock is Clock.NONE:
            return marks
        return marks + (11 if self.clock is Clock.RUN else 15 if self._is_dated() else 9)

    def _is_dated(self) -> bool:
        """Whether the times of day need their day: not where all was printed today. Looked at once a minute."""
        now, first = time.time(), self.begun if self.begun is not None else self.time_of(0)
        if (now // 60, first) != self._dated_for:
            self._dated_for = now // 60, first
            self._dated = first is None or words.moment(first)[:10] != words.moment(now)[:10]
        return self._dated

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
            width, begin = (14, 5) if self._is_dated() else (8, 11)
            return f"{words.moment(moment)[begin:] if moment is not None else '-':<{width}} "
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
