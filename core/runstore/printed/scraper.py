"""`Scraper`: the metrics in a program's output, line by line."""

from __future__ import annotations

from typing import NamedTuple

from runstore.printed.clocks import time_in
from runstore.printed.lines import may_tell, text_of
from runstore.printed.names import is_evaluated
from runstore.printed.objects import object_in, row_of
from runstore.printed.pairs import pairs_in
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
        said = Said()
        time: float | None = None
        boxed = self._box.take(text, said)
        values: dict[str, float] = boxed or {}
        if boxed is None and "{" in text and text.rstrip().endswith("}"):
            said, time, values = self._of_object(text)
        elif boxed is None and len(text) <= _LONGEST_TEXT:
            said, values = self._of_text(text)
        step = self._steps.see(said, bool(values))
        if not values:
            return None
        if step is None:
            step = self._rows
            self._rows += 1
        row = Printed(step, time if time is not None else time_in(text), values)
        if self._last is not None and (row.step, row.values) == (self._last.step, self._last.values):
            return None
        self._last = row
        return row

    def _of_object(self, text: str) -> tuple[Said, float | None, dict[str, float]]:
        found = object_in(text)
        if found is None:
            said, values = self._of_text(text[:_LONGEST_TEXT])
            return said, None, values
        before, content = found
        said = said_in(before[-_LONGEST_TEXT:])
        row = row_of(content)
        if row.step is not None:
            said.count, said.total, said.absolute, said.sure = row.step, 0, True, True
        if row.epoch is not None:
            said.epoch = row.epoch
        return said, row.time, row.values

    def _of_text(self, text: str) -> tuple[Said, dict[str, float]]:
        said = said_in(text)
        if self._table.open:
            values = self._table.row(text, said)
            if values:
                return said, values
        found = pairs_in(text, said)
        if not found.values:
            self._table.header(text)
        elif found.bar or (not said.sure and said.count is None):
            return said, self._fresh(found.values, found.bar)
        return said, found.values

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
