"""The chooser of columns: which are shown, in which order, and by which the runs are sorted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from textual.containers import Horizontal
from textual.widget import Widget

from runs_tui import keys
from runs_tui.model.fields import Field, field
from runs_tui.model.known_fields import known_fields
from runs_tui.model.order import sorted_by
from runs_tui.model.snapshot import Snapshot
from runs_tui.model.view import View
from runs_tui.screens.panel import PanelScreen
from runs_tui.widgets.field_list import FieldList
from runs_tui.widgets.moving import FAR, Motions, Movable
from runs_tui.widgets.note import Note
from runs_tui.widgets.prompt import Prompt
from runs_tui.widgets.run_table import RunTable

_LEAST_TABLE = 6
"""Lines of the table that stay in sight above the panel, where the screen has them."""


class ColumnsScreen(Motions, PanelScreen[None], inherit_bindings=False):
    """Shown by ``v``, over the lower part of the table, which follows each change at once."""

    BINDINGS = keys.bindings("columns")
    AUTO_FOCUS = ""  # a key that comes early is no text for the prompt
    DEFAULT_CSS = """
    ColumnsScreen #filter { height: 1; display: none; }
    ColumnsScreen #filter Note { width: 3; }
    """
    keys_screen = "columns"

    def __init__(
        self, table: RunTable, view: View, look: Callable[[View], None], show: Callable[[Snapshot], None]
    ) -> None:
        """``look`` shows another view than this one in the table, ``show`` a snapshot that comes later."""
        super().__init__("columns", _about(view))
        self._table = table
        self._view = view
        self._show_view = look
        self._show_below = show
        self._known: list[tuple[Field, str]] = []
        """All columns that there can be, each with the text in which words are looked for."""
        self._is_whole = False
        """Whether all runs had been read when those were looked up."""
        self._words: list[str] = []
        self._list = FieldList(table.row)
        self._prompt = Prompt("", "words of the name, or its kind", changed=self._search, submit=self._leave_prompt)

    def body(self) -> list[Widget]:
        """The list, and the prompt of its filter."""
        return [self._list, Horizontal(Note(" / ", "accent"), self._prompt, id="filter")]

    def lines_wanted(self) -> int:
        """As many as leave some of the table in sight."""
        return max(self.app.size.height - _LEAST_TABLE - 3, 3)

    def on_mount(self) -> None:
        """The keys go to the list; what it holds is found out beside."""
        super().on_mount()
        self.set_focus(self._list)
        self._show()
        self.run_worker(self._look_up(), exclusive=True)

    async def _look_up(self) -> None:
        rows, self._is_whole = self._table.snapshot.rows, self._table.snapshot.whole
        self._known = await asyncio.to_thread(lambda: [(each, _searched(each)) for each in known_fields(rows)])
        self._show()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what was asked for, if it took its time, and what has come while the list was still read; nothing else,
        which would paint the whole screen."""
        if self._table.snapshot.whole and not self._is_whole:
            self.run_worker(self._look_up(), exclusive=True)
        if snapshot.view == self._view != self._table.snapshot.view:
            self._show_below(snapshot)
            self._show()

    def moved(self) -> Movable:
        """The keys move the cursor of the list."""
        return self._list

    @property
    def _shown(self) -> tuple[str, ...]:
        """The ids of the chosen columns, else of those on the screen."""
        return self._view.columns or self._table.shown_fields

    @property
    def _sort(self) -> str:
        return sorted_by(self._view.sort, self._table.snapshot.metrics)

    def _show(self) -> None:
        shown = dict.fromkeys(self._shown)
        first = [(each, _searched(each)) for each in map(field, shown) if each is not None]
        rest = [(each, searched) for each, searched in self._known if each.id not in shown]
        listed = [each for each, searched in first + rest if all(word in searched for word in self._words)]
        self._list.show(listed, tuple(shown), self._sort, "▼" if self._table.snapshot.falls else "▲")

    def _look(self, view: View) -> None:
        self._view = view
        self._show_view(view)
        self._title.say("columns", _about(view))
        self._show()

    def _arrange_as(self, shown: Sequence[str]) -> None:
        self._look(replace(self._view, columns=tuple(shown)))

    def action_show(self) -> None:
        """Show or hide the column under the cursor, and go to the next."""
        here = self._list.field
        if here is None:
            return
        if here.id == "state":
            self.say("the state is always shown")
        elif here.id in self._shown:
            self._arrange_as([id_ for id_ in self._shown if id_ != here.id])
        else:
            self._arrange_as([*self._shown, here.id])
            self._table.reveal(here.id)
            self._list.move(1)

    on_field_list_toggled = action_show

    def action_later(self) -> None:
        """One place to the right."""
        self._shift(1)

    def action_earlier(self) -> None:
        """One place to the left."""
        self._shift(-1)

    def _shift(self, by: int) -> None:
        here = self._list.field
        if here is None or here.id not in self._shown:
            self.say("only a shown column has a place: space shows it")
            return
        shown = list(self._shown)
        place = shown.index(here.id)
        shown.insert(max(place + by, 0), shown.pop(place))
        self._arrange_as(shown)
        self._table.reveal(here.id)
        self._list.go(here.id)

    def action_automatic(self) -> None:
        """No columns of one's own."""
        self._look(replace(self._view, columns=()))
        self.say("the columns are chosen by what tells most about the runs")

    def action_sort(self) -> None:
        """Sort by the column under the cursor; by the same again, the other way round."""
        here = self._list.field
        if here is not None:
            same = self._sort == here.order
            self._look(replace(self._view, sort=here.order, reverse=same and not self._view.reverse))

    def action_reverse(self) -> None:
        """The other direction."""
        self._look(replace(self._view, reverse=not self._view.reverse))

    def action_filter(self) -> None:
        """Open the prompt of the filter."""
        self.query_one("#filter").display = True
        self.set_focus(self._prompt)

    async def _leave_prompt(self) -> None:
        """Back to the list; the words stay in force until they are dropped."""
        self.query_one("#filter").display = bool(self._words)
        self.set_focus(self._list)

    def _search(self, typed: str) -> None:
        self._words = typed.casefold().split()
        self._show()
        self._list.move(-FAR)

    def action_done(self) -> None:
        """Close."""
        self.dismiss(None)

    async def back(self) -> bool:
        """Drop the filter, or close."""
        if self._words or self._prompt.has_focus:
            self._prompt.value = ""
            await self._leave_prompt()
        else:
            self.dismiss(None)
        return True

    escape = back
    interrupt = back


def _searched(each: Field) -> str:
    return f"{each.title} {each.kind} {each.id}".casefold()


def _about(view: View) -> str:
    return f"{len(view.columns)} chosen" if view.columns else "automatic"
