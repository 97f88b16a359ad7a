"""Tables in output: rows beneath a line of names, and boxes with one name and number a line."""

from __future__ import annotations

import re

from runstore.printed.names import context_in, in_context, sort_of, tidy
from runstore.printed.numbers import number_in
from runstore.printed.steps import Said

_CELLS = re.compile(r"\s*\|\s*|\t+|\s{2,}")
_NAME = re.compile(r"[A-Za-z#][\w@./()%# -]{0,31}$")
_BAR = re.compile(r":?(?<!\s)\s+[0-9]{1,3}%.*$")
_OF = re.compile(r"([0-9]{1,9})/([0-9]{1,9})$")
_EPOCHS, _COUNTS = ("epoch", "e", "epochs"), ("step", "#", "iter", "iteration", "it", "steps")
_RULE = re.compile(r"^[\s|+:=-]{5,}$")
_BOX = re.compile(r"^\|\s+(?P<name>[\w./][\w./ ]{0,59}?)\s*\|(?:\s*(?P<cell>[^\s|][^|]{0,39}?))?\s*\|$")
_PATIENCE = 3
"""Lines that may stand between a header and its first row, or between two rows."""


class Table:
    """The table that the last lines belong to, if any."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._wide = False
        """Whether more than one space parts the cells."""
        self._patience = 0
        self._subject: str | None = None
        """What the rows are about, where their first cell is a word: ``all`` classes; None before the first row."""
        self._at = -1, -1
        """The epoch and the step that rows have come to; -1 where none says it."""

    @property
    def open(self) -> bool:
        """Whether the next line may be a row."""
        return self._patience > 0

    def header(self, line: str) -> bool:
        """Take the line for the names of the columns, if it can be that."""
        if not _NAME.match(line.strip().strip("|").strip()[:1]):
            return False
        text = _BAR.sub("", line).strip().strip("|").strip()
        if any(sign in text for sign in "=[]{},;") or len(text) > 400:
            return False
        cells = _CELLS.split(text)
        wide = len(cells) >= 3
        if not wide:
            cells = text.split()
        if len(cells) < 3 or not all(_NAME.match(cell) for cell in cells):
            return False
        if any(number_in(cell) is not None for cell in cells) or not any(sort_of(_clean(c)) == "metric" for c in cells):
            return False
        self._names, self._wide, self._patience = [_clean(cell) for cell in cells], wide, _PATIENCE
        self._subject, self._at = None, (-1, -1)
        return True

    def row(self, line: str, said: Said) -> dict[str, float] | None:
        """The numbers of the line, None where it is no row; its step goes to ``said``.

        Empty for a row that is about something else and no further: one class of all, which would be taken for all.
        The row of a validation has its context before its names.
        """
        if _RULE.match(line):
            return None
        self._patience -= 1
        text = _BAR.sub("", line).strip().strip("|").strip()
        cells = text.split()
        if len(cells) != len(self._names):
            cells = _CELLS.split(text)
        if len(cells) != len(self._names):
            return None
        subject = cells[0] if cells[0][:1].isalpha() and number_in(cells[0]) is None else ""
        context = context_in(subject)
        values: dict[str, float] = {}
        epoch = count = -1
        for name, cell in zip(self._names, cells):
            number = number_in(cell.rstrip("%"))
            of = _OF.match(cell)
            if name.lower() in _EPOCHS and (of is not None or _whole(number)):
                said.epoch = epoch = int(of.group(1)) if of is not None else int(number or 0)
            elif name.lower() in _COUNTS and _whole(number):
                count = int(number or 0)
                said.count, said.total, said.sure = count, 0, True
            elif number is not None and sort_of(name) != "noise":
                values[in_context(name, context)] = number
        if not any(sort_of(name) == "metric" for name in values):
            return None
        self._patience = _PATIENCE
        if context:
            return values
        further = (epoch, count) > self._at
        if not further and self._subject not in (None, "", subject):
            return {}
        if further or self._subject is None:
            self._subject = subject
        self._at = max(self._at, (epoch, count))
        return values


class Box:
    """Lines ``|  name  |  number  |`` between two rules, the names under headings that end with ``/``."""

    def __init__(self) -> None:
        self._section = ""
        self._values: dict[str, float] = {}
        self.open = False
        """Whether the last lines were of a box."""

    def take(self, line: str, said: Said) -> dict[str, float] | None:
        """The numbers of a box that ends with this line; empty inside of one; None for a line of no box."""
        found = _BOX.match(line)
        if found is None:
            if not self.open:
                return None
            self.open = False
            values, self._values = self._values, {}
            count = next((values.pop(name) for name in list(values) if name.endswith("total_timesteps")), None)
            if count is not None and _whole(count):
                said.count, said.absolute, said.sure = int(count), True, True
            return {name: value for name, value in values.items() if sort_of(name) != "noise"}
        name, cell = found["name"], found["cell"] or ""
        if not cell and name.endswith("/"):
            self._section, self.open = name, True
            return {}
        if not self.open:
            return None
        number = number_in(cell)
        if number is not None:
            self._values[self._section + tidy(name)] = number
        return {}


def _clean(cell: str) -> str:
    return cell if cell == "#" else tidy(cell.replace("(", "/").replace(")", ""))


def _whole(number: float | None) -> bool:
    return number is not None and number - number == 0 and number == int(number) >= 0
