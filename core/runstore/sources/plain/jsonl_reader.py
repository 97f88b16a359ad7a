"""A file of JSON objects as a run: each line is a row of numbers, with its step and time."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from typing import Any

from runstore.printed.objects import row_of
from runstore.printed.steps import Said, Steps
from runstore.reading.growing import GONE, REPLACED
from runstore.reading.lines import GrowingLines
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.last_line import LastLine

_LONGEST = 1 << 20


class JsonlReader(ForeignReader):
    """Rows without a time have that of the file's last change; rows before any step count as parameters."""

    def _begin(self) -> None:
        self._lines = GrowingLines(os.path.realpath(self.place.path), _LONGEST)
        self._last = LastLine()
        self._steps = Steps()
        self._rows = self._garbage = 0

    def _paths(self) -> Iterable[str]:
        return [self.place.path]

    def _read(self, stop: float | None) -> bool:
        state = self._lines.look()
        if state == REPLACED or self._last.went_on(self._lines):
            self._restart()
            state = self._lines.look()
        changed = self.waiting = False
        while state != GONE:
            found = [line for _, line in self._lines.next_lines()] or self._last_line()
            if not found:
                break
            changed = True
            for line in found:
                self._take(line)
            if stop is not None and time.monotonic() >= stop:
                self.waiting = self._lines.offset < self._lines.size
                break
        self._warn(self.place.path, self._problem() if state != GONE else "")
        return changed

    def _last_line(self) -> list[bytes]:
        """What stands behind the last newline, once the file is over."""
        lines = self._lines
        left = lines.size - lines.offset
        if not 0 < left <= _LONGEST or not self._is_over(lines.mtime):
            return []
        line = lines.read(lines.offset, left)
        if len(line) < left:
            return []
        self._last.take(lines)
        return [line]

    def _problem(self) -> str:
        said = [self._lines.problem] if self._lines.problem else []
        if self._garbage:
            said.append(f"{self._garbage} lines are no JSON objects")
        if self._lines.passed_over:
            said.append(f"{self._lines.passed_over} lines over {_LONGEST >> 20} MB")
        return "; ".join(said)

    def _take(self, line: bytes) -> None:
        try:
            content: Any = json.loads(line)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            self._garbage += bool(line.strip())
            return
        row = row_of(content, any_name=True)
        said = Said()
        said.epoch = row.epoch
        if row.step is not None:
            said.count, said.absolute = row.step, True
        if not self._rows and not (said.absolute or said.epoch or row.time or row_of(content).values):
            self._set(params={**self.manifest["params"], **_settings(content)})
            return
        step = self._steps.see(said, bool(row.values))
        if row.values:
            self.numbers.add_row(self._rows if step is None else step, row.time or self._lines.mtime, row.values)
            self._rows += 1


def _settings(content: dict[str, Any]) -> dict[str, Any]:
    """What a line of settings before the first row says."""
    plain = (str, int, float, bool)
    inner = next((each for each in content.values() if isinstance(each, dict)), None)
    chosen = inner if inner is not None and len(content) == 1 else content
    return {str(name): value for name, value in chosen.items() if isinstance(value, plain)}
