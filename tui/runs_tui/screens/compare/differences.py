"""The tab with the table of what differs between runs."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from runs_tui import keys
from runs_tui.model.compared import Compared
from runs_tui.model.compared_fact import Fact
from runs_tui.model.text_diff import differences
from runs_tui.screens.tabs import StatusChanged
from runs_tui.widgets.difference_table import DifferenceTable
from runs_tui.widgets.moving import Motions, Movable
from runs_tui.widgets.prompt_line import PromptLine
from runs_tui.widgets.text_difference import TextDifference


class DifferencesPane(Motions, Widget):
    """Shows facts as a table; of long texts also the differences line by line."""

    SCOPE = "differences"
    BINDINGS = keys.bindings("differences")
    can_focus = True
    DEFAULT_CSS = """
    DifferencesPane { layout: vertical; width: 1fr; height: 1fr; }
    """

    class RunOpened(Message):
        """The run or group of the column under the cursor is asked for."""

        def __init__(self, column: Compared) -> None:
            super().__init__()
            self.column = column

    def __init__(self) -> None:
        super().__init__()
        self._columns: Sequence[Compared] = ()
        self._facts: Sequence[Fact] = ()
        self._everything = False
        self._words = ""
        self._sort: tuple[str, str] | None = None
        self._first = ""
        self._filter: PromptLine | None = None
        self._table = DifferenceTable()
        self._text = TextDifference()

    def compose(self) -> ComposeResult:
        """The table, and the text that takes its place."""
        self._table.can_focus = self._text.can_focus = False
        self._text.display = False
        yield self._table
        yield self._text

    # ---- what the Compare screen asks for

    def show(self, columns: Sequence[Compared], facts: Sequence[Fact]) -> None:
        """Show these facts: a value for each of the columns."""
        self._columns, self._facts = columns, facts
        self._draw()

    def status_text(self) -> str:
        """How many lines of how many, and which runs are on the screen."""
        shown = len(self._shown())
        parts = [f"{shown} of {len(self._facts)} lines" if self._facts else "reading"]
        parts += [f"/{self._words}"] if self._words and self._filter is None else []
        parts += [f"by {self._sort[1]}"] if self._sort is not None else []
        where = self._text.place if self._text.display else self._table.where and f"runs {self._table.where}"
        return " · ".join([*parts, where] if where else parts)

    async def back(self) -> bool:
        """Close the prompt or the text; whether there was one."""
        if self._filter is not None:
            await self._close_filter()
        elif self._text.display:
            self._text.display, self._table.display = False, True
            self.post_message(StatusChanged())
        else:
            return False
        return True

    async def interrupt(self) -> bool:
        """Empty the prompt, or close an empty one; else drop the filter; else as `back`."""
        if self._filter is not None and self._filter.clear():
            return True
        if self._filter is None and self._words:
            self._filter_by("")
            return True
        return await self.back()

    # ---- drawing

    def _shown(self) -> list[Fact]:
        wanted = self._words.casefold().split()
        return [
            fact
            for fact in self._facts
            if (self._everything or fact.differs) and _matches(f"{fact.kind} {fact.name}".casefold(), wanted)
        ]

    def _order(self) -> list[int]:
        """The places of the columns: the one that was put first, then by the fact that they are sorted by."""
        order = list(range(len(self._columns)))
        by = next((fact for fact in self._facts if (fact.kind, fact.name) == self._sort), None)
        if by is not None:
            order = by.order()
        return sorted(order, key=lambda place: self._columns[place].key != self._first)

    def _draw(self) -> None:
        self._table.show(self._columns, self._shown(), self._order())
        self.post_message(StatusChanged())

    def on_difference_table_moved(self) -> None:
        """Other runs may be on the screen."""
        self.post_message(StatusChanged())

    def on_difference_table_opened(self) -> None:
        """A second click opens."""
        self.action_open()

    # ---- keys

    def moved(self) -> Movable:
        """The keys move the table, or the text in its place."""
        return self._text if self._text.display else self._table

    def action_left(self) -> None:
        """The column to the left."""
        self._table.move_sideways(-1)

    def action_right(self) -> None:
        """The column to the right."""
        self._table.move_sideways(1)

    def action_far_left(self) -> None:
        """The first column."""
        self._table.move_sideways(-len(self._columns))

    def action_far_right(self) -> None:
        """The last column."""
        self._table.move_sideways(len(self._columns))

    def action_everything(self) -> None:
        """All lines, or only those that differ."""
        self._everything = not self._everything
        self._draw()

    def action_sort(self) -> None:
        """Order the columns by the line under the cursor, or as they were given."""
        fact = self._table.fact
        if fact is not None:
            by = (fact.kind, fact.name)
            self._sort = None if self._sort == by else by
            self._draw()

    def action_first_column(self) -> None:
        """Put the column under the cursor first, or let it go back."""
        column = self._table.column
        if column is not None:
            self._first = "" if self._first == column.key else column.key
            self._draw()

    def action_wrap(self) -> None:
        """Fold long values, or cut them."""
        self._table.toggle_wrap()

    def action_diff(self) -> None:
        """The text under the cursor against that of the first column."""
        fact, (first, place) = self._table.fact, self._table.places
        if fact is None or self._text.display:
            return
        if first == place and len(self._columns) > 1:
            place = self._order()[1]
        lines = differences(fact.text(first), fact.text(place))
        self._text.show(fact.name, self._columns[first].name, self._columns[place].name, lines)
        self._text.display, self._table.display = True, False
        self.post_message(StatusChanged())

    def action_open(self) -> None:
        """Open the run of the column under the cursor."""
        column = self._table.column
        if column is not None:
            self.post_message(self.RunOpened(column))

    def action_copy(self) -> None:
        """Copy the value under the cursor."""
        fact, (_, place) = self._table.fact, self._table.places
        if fact is not None:
            self.app.copy_to_clipboard(fact.text(place))
            say = getattr(self.screen, "say", None)
            if say is not None:
                say(f"copied {fact.name} of {self._columns[place].name}")

    async def action_filter(self) -> None:
        """Open the prompt of the filter."""
        if self._filter is None:
            hint = "words of the line's name; -word without it"
            self._filter = PromptLine("/", self._words, hint, submit=self._close_filter, changed=self._filter_by)
            await self.mount(self._filter)
            self.screen.set_focus(self._filter.prompt)
            self._filter_by(self._words)

    def _filter_by(self, words: str) -> None:
        self._words = words
        self._draw()
        if self._filter is not None:
            self._filter.say(f"{len(self._shown())} of {len(self._facts)}")

    async def _close_filter(self) -> None:
        if self._filter is not None:
            line, self._filter = self._filter, None
            self.screen.set_focus(self)
            await line.remove()
            self.post_message(StatusChanged())


def _matches(name: str, wanted: Sequence[str]) -> bool:
    return all(word[1:] not in name if word[0] == "-" and word[1:] else word in name for word in wanted)
