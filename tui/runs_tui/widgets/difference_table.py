"""A table with a line for each fact and a column for each run; a cursor on one line and one column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from runs_tui.model.compared import Compared
from runs_tui.model.compared_fact import Fact
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.difference_columns import GAP, MARGIN, DifferenceColumns
from runs_tui.widgets.folding import folded
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
        self._facts: Sequence[Fact] = ()
        self._order: list[int] = []
        self._rows: list[Fact | str] = []
        self._place = 1
        self._top = 0
        self._column = 0
        self._first = 1
        self._shown: list[tuple[int, int]] = []
        self._fit = DifferenceColumns()
        self._folds = False
        self._folded: dict[int, list[list[str]]] = {}

    # ---- what is shown

    def show(self, columns: Sequence[Compared], facts: Sequence[Fact], order: Sequence[int]) -> None:
        """Show these facts of the columns, which stand in ``order``; the cursor keeps its fact and its column."""
        fact, column = self.fact, self.column
        if [each.name for each in columns] != [each.name for each in self._columns] or list(order) != self._order:
            self._first = 1
        self._columns, self._order, self._facts = columns, list(order), facts
        self._lay_out()
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
        """Facts on the screen; where they are folded, as many as leave none out on the way to the next page."""
        shown = self._on_screen()
        if not self._folds or not shown:
            return self._room
        below, above = range(shown[-1] + 1, len(self._rows)), range(self._top - 1, -1, -1)
        return max(min(len(shown), self._fitting(below), self._fitting(above)), 1)

    @property
    def _room(self) -> int:
        """Lines for facts."""
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

    def toggle_wrap(self) -> None:
        """Fold long values into several lines, or cut them."""
        self._folds = not self._folds
        self._lay_out()
        self._settle()

    def _lay_out(self) -> None:
        """Columns of other widths."""
        self._fit = DifferenceColumns(self._columns, self._order, self._facts, self._folds)

    def _settle(self) -> None:
        last = len(self._rows) - 1
        self._place = max(min(self._place, last), 0)
        if self._rows and isinstance(self._rows[self._place], str):
            self._place += 1
        # The head over the first fact of its kind comes into sight with it.
        first = self._place - (self._place > 0 and isinstance(self._rows[self._place - 1], str))
        self._follow_column(self.content_size.width)
        self._folded = {}
        self._top = max(min(self._top, first, self._top_above(max(last, 0))), self._top_above(self._place))
        self.repaint()
        self.post_message(self.Moved())

    def _top_above(self, row: int) -> int:
        """The first line with which ``row`` is the last one on the screen."""
        return max(row + 1 - self._fitting(range(row, -1, -1)), 0)

    def _fitting(self, rows: Iterable[int]) -> int:
        """How many of these rows there is room for; each line that is left is room for another one."""
        room, count = self._room, 0
        for row in rows:
            room -= self._height(row)
            if room < 0:
                return count
            count += 1
        return count + room

    def _on_screen(self) -> list[int]:
        """The rows that are on the screen, the last one perhaps not to its end."""
        found, room = [], self._room
        for row in range(self._top, len(self._rows)):
            if room <= 0:
                break
            found.append(row)
            room -= self._height(row)
        return found

    def _height(self, row: int) -> int:
        """Lines of a row."""
        fact = self._rows[row] if row < len(self._rows) else ""
        return max(map(len, self._cells(row, fact))) if self._folds and isinstance(fact, Fact) else 1

    def _cells(self, row: int, fact: Fact) -> list[list[str]]:
        """The lines of its name and of each value that is on the screen, where they are folded."""
        known = self._folded.get(row)
        if known is None:
            values = [(fact.text(self._order[at]), wide - 1) for at, wide in self._shown]
            name = fact.name, self._fit.name_width(self.content_size.width)
            known = self._folded[row] = [folded(text, wide, self._room) for text, wide in (name, *values)]
        return known

    def _follow_column(self, width: int) -> None:
        """Scroll until the column under the cursor is on the screen."""
        if 0 < self._column < self._first:
            self._first = self._column
        while True:
            self._shown = self._fit.fitting(width, self._first)
            if self._column <= self._shown[-1][0] if self._shown else True:
                return
            self._first += 1

    def on_resize(self) -> None:
        """Keep the cursor on the screen."""
        self._settle()

    # ---- drawing

    def draw(self, width: int, height: int) -> list[Strip]:
        """The names of the runs, and the facts around the cursor."""
        if not self._rows:
            alone = len(self._columns) == 1
            why = "one run is shown, and has nothing to differ from" if alone else "nothing differs"
            return [fit.line((f" {why}", self.ink.dim))]
        shown = self._fit.fitting(width, self._first)
        if shown != self._shown:  # drawn for another size before it was told of it
            self._shown, self._folded = shown, {}
        lines = [self._title(width)]
        for place in self._on_screen():
            row, here = self._rows[place], place == self._place
            if isinstance(row, str):
                lines.append(fit.line((f" {row}", self.ink.accent)))
                continue
            strips = self._folded_lines(place, row, width, here) if self._folds else [self._line(row, width, here=here)]
            lines += [strip.apply_style(self.ink.cursor) for strip in strips] if here else strips
        return lines[:height]

    def _title(self, width: int) -> Strip:
        ink = self.ink
        parts: list[fit.Part] = [" " * (MARGIN + self._fit.name_width(width))]
        for at, wide in self._shown:
            column = self._columns[self._order[at]]
            colour = ink.series[column.hue % len(ink.series)]
            many = f" ×{len(column.rows)}" if len(column.rows) > 1 else ""
            name = fit.safe(column.name, 200)
            name = fit.middle(name, min(fit.cell_len(name), max(wide - 1 - len(many), 1))) + many
            style = colour + Style(bold=True, underline=True) if at == self._column else colour
            parts += [GAP, " " * max(wide - 1 - fit.cell_len(name), 0), (name, style), " "]
        return fit.line(*parts).adjust_cell_length(width, Style.null())

    def _line(self, fact: Fact, width: int, *, here: bool) -> Strip:
        names = self._fit.name_width(width)
        name = fit.safe(fact.name, 200)
        name = fit.left(fit.middle(name, min(fit.cell_len(name), names)), names)
        texts = [fit.right(fit.safe(fact.short(self._order[at]), 100), wide - 1) for at, wide in self._shown]
        return self._strip(fact, name, texts, width, here=here)

    def _folded_lines(self, row: int, fact: Fact, width: int, here: bool) -> list[Strip]:
        """Values of one line stand to the right as they do where nothing is folded, those of several to the left."""
        name, *values = self._cells(row, fact)
        found = []
        for at in range(self._height(row)):
            texts = [
                (fit.right if len(lines) == 1 else fit.left)(lines[at] if at < len(lines) else "", wide - 1)
                for lines, (_, wide) in zip(values, self._shown, strict=True)
            ]
            head = fit.left(name[at] if at < len(name) else "", self._fit.name_width(width))
            found.append(self._strip(fact, head, texts, width, here=here, first=at == 0))
        return found

    def _strip(
        self, fact: Fact, name: str, texts: Sequence[str], width: int, *, here: bool, first: bool = True
    ) -> Strip:
        ink = self.ink
        parts: list[fit.Part] = [
            (" ▸ " if here and first else "   ", ink.accent),
            (name, ink.text if here else ink.dim),
        ]
        for (at, _), text in zip(self._shown, texts, strict=True):
            place = self._order[at]
            best = place in fact.best
            style = ink.good if best else ink.dim if fact.values[place] is None else ink.text
            mark = "*" if best and first else " "
            parts += [GAP, (text, style + Style(bold=True) if best else style), (mark, ink.good)]
        return fit.line(*parts).adjust_cell_length(width, Style.null())

    # ---- mouse

    def on_click(self, event: events.Click) -> None:
        """The clicked fact and column get the cursor; a second click opens the run."""
        before = self._place, self._column
        place = self._row_at(event.y - 1)
        if place is not None and isinstance(self._rows[place], Fact):
            self._place = place
        left = MARGIN + self._fit.name_width(self.content_size.width)
        for at, wide in self._shown:
            left += len(GAP) + wide
            if event.x < left:
                self._column = at
                break
        self._settle()
        if before == (self._place, self._column):
            self.post_message(self.Opened())

    def _row_at(self, line: int) -> int | None:
        """The row on this line below the names of the runs."""
        for row in self._on_screen() if line >= 0 else ():
            line -= self._height(row)
            if line < 0:
                return row
        return None


def _name(row: Fact | str) -> tuple[str, str]:
    return (row.kind, row.name) if isinstance(row, Fact) else ("", row)
