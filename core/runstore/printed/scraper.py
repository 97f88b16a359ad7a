"""`Scraper`: the metrics in a program's output, line by line."""

from __future__ import annotations

from typing import NamedTuple

from runstore.printed.clocks import time_in
from runstore.printed.lines import may_tell, text_of
from runstore.printed.names import is_evaluated
from runstore.printed.objects import object_in, row_of
from runstore.printed.shapes import Told, told_in
from runstore.printed.steps import Said, Steps, said_in
from runstore.printed.tables import Box, Table


class Printed(NamedTuple):
    """Metrics of one line: at which step, when (unix seconds, None where it does not say), their values."""

    step: int
    time: float | None
    values: dict[str, float]


_LONGEST_TEXT = 4096
_TRACEBACK = "Traceback (most recent call last)"


class Scraper:
    """Takes the lines of one program in their order. It can be copied."""

    def __init__(self) -> None:
        self._steps = Steps()
        self._table = Table()
        self._box = Box()
        self._rows = 0
        self._failing = False
        self._last: Printed | None = None
        self._shown: dict[bool, dict[str, float]] = {False: {}, True: {}}
        """What the last bar, and the last line beside bars, has shown."""

    @property
    def in_table(self) -> bool:
        """Whether lines without any mark may matter: those of a table, of a traceback."""
        return self._table.open or self._box.open or self._failing

    def read(self, line: bytes) -> Printed | None:
        """The metrics in a line, None where there are none, or they are those of the line before."""
        if not self.in_table and not may_tell(line):
            return None
        text = text_of(line)
        if self._in_traceback(text):
            return None
        told = self._of_box(text)
        if told is None and "{" in text and text.rstrip().endswith("}"):
            told = self._of_object(text)
        elif told is None and len(text) <= _LONGEST_TEXT:
            told = self._of_text(text)
        if told is None:
            return None
        step = self._steps.see(told.said, bool(told.values))
        if not told.values:
            return None
        if step is None:
            step = self._rows
            self._rows += 1
        last = self._last
        if last is not None and last.step == step and last.values == told.values:
            return None
        self._last = row = Printed(step, told.time, told.values)
        return row

    def _of_box(self, text: str) -> Told | None:
        if not self._box.open and not text.startswith("|"):
            return None
        said = Said()
        values = self._box.take(text, said)
        return None if values is None else Told(said, values, False, None)

    def _of_object(self, text: str) -> Told:
        found = object_in(text)
        if found is None:
            return self._of_text(text[:_LONGEST_TEXT])
        before, content = found
        said = said_in(before[-_LONGEST_TEXT:]) if before else Said()
        row = row_of(content)
        if row.step is not None:
            said.count, said.total, said.absolute, said.sure = row.step, 0, True, True
        if row.epoch is not None:
            said.epoch = row.epoch
        return Told(said, row.values, False, row.time if row.time is not None else time_in(text))

    def _of_text(self, text: str) -> Told:
        told = told_in(text)
        said = told.said
        if self._table.open:
            values = self._table.row(text, said)
            if values is not None:
                return Told(said, values, False, time_in(text) if values else None)
        if not told.values:
            self._table.header(text)
        elif told.bar or (not said.sure and said.count is None):
            told.values = self._fresh(told.values, told.bar)
        return told

    def _fresh(self, values: dict[str, float], bar: bool) -> dict[str, float]:
        """``values`` without those of an evaluation that a bar only shows again, at each step until the next one."""
        before, self._shown[bar] = self._shown[bar], values
        return {name: value for name, value in values.items() if before.get(name) != value or not is_evaluated(name)}

    def _in_traceback(self, text: str) -> bool:
        """Whether the line belongs to a traceback: its code is full of names and numbers."""
        if _TRACEBACK in text:
            self._failing = True
        elif self._failing and not text.startswith((" ", "\t")):
            self._failing = False
            return True
        return self._failing
