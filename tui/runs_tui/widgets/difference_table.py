"""A table with a line for each fact and a column for each run; a cursor on one line and one column."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from runs_tui.model.compared import Compared
from runs_tui.model.compared_fact import Fact
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.moving import Wheel

_HEADS = {
    "param": "parameters",
    "best": "best values",
    "metric": "last values",
    "run": "run",
    "tag": "tags",
    "property": "properties",
    "environment": "environment",
    "package": "packages",
}
"""Over the lines of each kind, in the order in which they are shown."""
_NARROW, _WIDE = 8, 26
"""Cells of a column at least and at most."""
_LONG = 15
"""Cells that a long text may ask for."""
_NAME = 30
"""Cells of the names of facts at most."""
_GAP = "  "


class DifferenceTable(Wheel, Canvas):
    """The first column stays where the others scroll."""

    can_focus = True

    class Moved(Message):
        """Another part of the table is on the screen, or the cursor is elsewhere."""

    class Opened(Message):
        """A second click on a run."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: Sequence[Compared] = ()
        self._order: list[int] = []
        self._rows: list[Fact | str] = []
        self._place = 1
        self._top = 0
        self._column = 0
        self._first = 1
        self._shown: list[tuple[int, int]] = []
        self._widths: dict[int, int] = {}

    # ---- what is shown

    def show(self, columns: Sequence[Compared], facts: Sequence[Fact], order: Sequence[int]) -> None:
        """Show these facts of the columns, which stand in ``order``; the cursor keeps its fact and its column."""
        fact, column = self.fact, self.column
        if [each.name for each in columns] != [each.name for each in self._columns] or list(order) != self._order:
            self._first = 1
        self._columns, self._order, self._widths = columns, list(order), {}
        self._rows = []
        for kind, head in _HEADS.items():
            found = [each for each in facts if each.kind == kind]
            self._rows += [head, *found] if found else []
        keys = [columns[place].key for place in self._order]
        self._column = keys.index(column.key) if column is not None and column.key in keys else 0
        if fact is not None:
            self._place = next(
                (place for place, each in enumerate(self._rows) if _name(each) == _name(fact)), self._place
            )
        self._settle()

    @property
    def fact(self) -> Fact | None:
        """The fact under the cursor."""
        row = self._rows[self._place] if self._place < len(self._rows) else None
        return row if isinstance(row, Fact) else None

    @property
    def column(self) -> Compared | None:
        """The run or group under the cursor."""
        return self._columns[self._order[self._column]] if self._column < len(self._order) else None

    @property
    def places(self) -> tuple[int, int]:
        """Of the first column and the one under the cursor: whose values they are in a fact."""
        return (self._order[0], self._order[self._column]) if self._order else (0, 0)

    @property
    def where(self) -> str:
        """``runs 1-6 of 20``; nothing where all are on the screen."""
        if len(self._shown) >= len(self._order) or not self._shown:
            return ""
        last = self._shown[-1][0]
        return f"{self._first + 1}-{last + 1} of {len(self._order)}"

    # ---- moving

    @property
    def page(self) -> int:
        """Facts on the screen."""
        return max(self.content_size.height - 1, 1)

    def move(self, by: int) -> None:
        """Down by so many lines, up when negative; heads are stepped over."""
        last = len(self._rows) - 1
        place = max(min(self._place + by, last), 0)
        if place <= last and isinstance(self._rows[place], str):
            place += 1 if by > 0 or place == 0 else -1
        self._place = place
        self._settle()

    def move_sideways(self, by: int) -> None:
        """To the right by so many columns."""
        self._column = max(min(self._column + by, len(self._order) - 1), 0)
        self._settle()

    def _settle(self) -> None:
        last = len(self._rows) - 1
        self._place = max(min(self._place, last), 0)
        if self._rows and isinstance(self._rows[self._place], str):
            self._place += 1
        # The head over the first fact of its kind comes into sight with it.
        first = self._place - (self._place > 0 and isinstance(self._rows[self._place - 1], str))
        self._top = max(min(self._top, first, last + 1 - self.page), self._place - self.page + 1, 0)
        self._follow_column(self.content_size.width)
        self.repaint()
        self.post_message(self.Moved())

    def _follow_column(self, width: int) -> None:
        """Scroll until the column under the cursor is on the screen."""
        if 0 < self._column < self._first:
            self._first = self._column
        while True:
            self._shown = self._fitting(width)
            if self._column <= self._shown[-1][0] if self._shown else True:
                return
            self._first += 1

    def on_resize(self) -> None:
        """Keep the cursor on the screen."""
        self._settle()

    # ---- drawing

    def _name_width(self, width: int) -> int:
        names = (fit.cell_len(fit.safe(row.name, 200)) for row in self._rows if isinstance(row, Fact))
        return min(max(names, default=8) + 2, _NAME, max(width // 3, 10))

    def _width(self, place: int) -> int:
        """Cells of a column: what its values and its name need, within bounds."""
        known = self._widths.get(place)
        if known is None:
            facts = [row for row in self._rows if isinstance(row, Fact)]
            wanted = max(
                (
                    min(fit.cell_len(fit.safe(fact.short(place), 60)), _LONG if fact.long else _WIDE) + 1
                    for fact in facts
                ),
                default=0,
            )
            name = min(fit.cell_len(fit.safe(self._columns[place].name, 200)) + 1, _WIDE)
            known = self._widths[place] = min(max(wanted, name, _NARROW), _WIDE)
        return known

    def _fitting(self, width: int) -> list[tuple[int, int]]:
        """(place in the order, width) of the columns on the screen: the first, and those from `_first` on."""
        if not self._order:
            return []
        first = self._width(self._order[0])
        room = width - 3 - self._name_width(width) - first - len(_GAP)
        shown = [(0, first)]
        for at in range(max(self._first, 1), len(self._order)):
            wide = self._width(self._order[at]) + len(_GAP)
            if room < wide and len(shown) > 1:
                break
            shown.append((at, min(wide - len(_GAP), max(room - len(_GAP), 1))))
            room -= wide
            if room <= 0:
                break
        return shown

    def draw(self, width: int, height: int) -> list[Strip]:
        """The names of the runs, and the facts around the cursor."""
        if not self._rows:
            alone = len(self._columns) == 1
            why = "one run is shown, and has nothing to differ from" if alone else "nothing differs"
            return [fit.line((f" {why}", self.ink.dim))]
        self._shown = self._fitting(width)
        lines = [self._title(width)]
        for place in range(self._top, min(self._top + height - 1, len(self._rows))):
            row = self._rows[place]
            if isinstance(row, str):
                lines.append(fit.line((f" {row}", self.ink.accent)))
                continue
            strip = self._line(row, width, here=place == self._place)
            lines.append(strip.apply_style(self.ink.cursor) if place == self._place else strip)
        return lines

    def _title(self, width: int) -> Strip:
        ink = self.ink
        parts: list[fit.Part] = [" " * (3 + self._name_width(width))]
        for at, wide in self._shown:
            column = self._columns[self._order[at]]
            colour = ink.series[column.hue % len(ink.series)]
            many = f" ×{len(column.rows)}" if len(column.rows) > 1 else ""
            name = fit.safe(column.name, 200)
            name = fit.middle(name, min(fit.cell_len(name), max(wide - 1 - len(many), 1))) + many
            style = colour + Style(bold=True, underline=True) if at == self._column else colour
            parts += [_GAP, " " * max(wide - 1 - fit.cell_len(name), 0), (name, style), " "]
        return fit.line(*parts).adjust_cell_length(width, Style.null())

    def _line(self, fact: Fact, width: int, *, here: bool) -> Strip:
        ink, names = self.ink, self._name_width(width)
        name = fit.safe(fact.name, 200)
        parts: list[fit.Part] = [
            (" ▸ " if here else "   ", ink.accent),
            (fit.left(fit.middle(name, min(fit.cell_len(name), names)), names), ink.text if here else ink.dim),
        ]
        for at, wide in self._shown:
            place = self._order[at]
            best = place in fact.best
            text = fit.right(fit.safe(fact.short(place), 100), wide - 1)
            missing = fact.values[place] is None
            style = ink.good if best else ink.dim if missing else ink.text
            parts += [_GAP, (text, style + Style(bold=True) if best else style), ("*" if best else " ", ink.good)]
        return fit.line(*parts).adjust_cell_length(width, Style.null())

    # ---- mouse

    def on_click(self, event: events.Click) -> None:
        """The clicked fact and column get the cursor; a second click opens the run."""
        before = self._place, self._column
        place = self._top + event.y - 1
        if event.y and place < len(self._rows) and isinstance(self._rows[place], Fact):
            self._place = place
        left = 3 + self._name_width(self.content_size.width)
        for at, wide in self._shown:
            left += len(_GAP) + wide
            if event.x < left:
                self._column = at
                break
        self._settle()
        if before == (self._place, self._column):
            self.post_message(self.Opened())


def _name(row: Fact | str) -> tuple[str, str]:
    return (row.kind, row.name) if isinstance(row, Fact) else ("", row)
