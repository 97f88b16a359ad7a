"""The run table: a cursor over runs and groups, marks, and clicks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from operator import attrgetter, indexOf
from time import monotonic

from textual import events
from textual.message import Message

from runs_tui.model.groups import Group, Line
from runs_tui.model.snapshot import Snapshot
from runs_tui.widgets.moving import Wheel
from runs_tui.widgets.run_columns import GUTTER, name_width
from runs_tui.widgets.run_lines import RunLines
from runstore.reading.row import RunRow

_FILLING = 3.0
"""Seconds in which a list fills: what the index did not know comes in above what it knew."""


class RunTable(Wheel, RunLines):
    """Shows `Snapshot.lines`. The cursor stays on its run or group when the order changes."""

    can_focus = True

    class Moved(Message):
        """The cursor is on another run, or on none: on a group."""

        def __init__(self, key: str | None) -> None:
            super().__init__()
            self.key = key

    class Opened(Message):
        """A click asks to open the run under the cursor, or to fold the group."""

    class TitleClicked(Message):
        """A click asks for the order of a column."""

        def __init__(self, order: str) -> None:
            super().__init__()
            self.order = order

    def __init__(self) -> None:
        super().__init__()
        self._key: str | None = None
        self._filled = 0.0
        self._moved = False

    @property
    def current(self) -> Line | None:
        """The run or group under the cursor."""
        lines = self._snapshot.lines
        return lines[self._cursor] if self._cursor < len(lines) else None

    @property
    def row(self) -> RunRow | None:
        """The run under the cursor."""
        line = self.current
        return line if isinstance(line, RunRow) else None

    @property
    def group(self) -> Group | None:
        """The group under the cursor, or of the run under it."""
        lines = self._snapshot.lines if self._snapshot.view.group else ()
        before = (lines[place] for place in range(min(self._cursor, len(lines) - 1), -1, -1))
        return next((line for line in before if isinstance(line, Group)), None)

    @property
    def chosen(self) -> Sequence[RunRow]:
        """The run under the cursor, or all of the group."""
        line = self.current
        return line.rows if isinstance(line, Group) else () if line is None else (line,)

    @property
    def snapshot(self) -> Snapshot:
        """What is shown."""
        return self._snapshot

    @property
    def shows_order(self) -> bool:
        """Whether the title of a column shows how the runs are sorted."""
        return self._sort in ("attention", "name") or any(
            each.field.order == self._sort for each in self._layout.columns
        )

    @property
    def shown_fields(self) -> tuple[str, ...]:
        """The ids of the columns on the screen, from the left."""
        return tuple(column.field.id for column in self._layout.columns)

    @property
    def orders(self) -> tuple[str, ...]:
        """The orders of the columns on the screen, from the left."""
        return tuple(column.field.order for column in self._layout.columns)

    @property
    def page(self) -> int:
        """Lines on the screen."""
        return max(self.content_size.height - 1, 1)

    @property
    def shown_rows(self) -> Sequence[RunRow]:
        """The runs on the screen."""
        lines = self._snapshot.lines[self._top : self._top + self.page]
        return [line for line in lines if isinstance(line, RunRow)]

    def show(self, snapshot: Snapshot) -> None:
        """Show other lines; the cursor keeps its run if it is still there, else its place.

        While the list fills, and nobody has moved it or asked for another view, it stays on the first line.
        """
        lines, before = snapshot.lines, self._snapshot
        if lines and not self._filled:
            self._filled = monotonic() + _FILLING
        elif snapshot.view != before.view:
            self._moved = True
        if not self._moved and monotonic() < self._filled:
            self._key = None
        if self._key is not None and not (self._cursor < len(lines) and lines[self._cursor].key == self._key):
            place = _place(lines, self._key)
            if place is not None:
                self._cursor = place
            elif snapshot.view != before.view:
                self._cursor = 0
        if snapshot.view.columns != before.view.columns:
            self._first = 0
        self._snapshot = snapshot
        self._settle()

    def reveal(self, id_: str) -> None:
        """Show as many columns further to the right as it takes to see this one, if it is among them."""
        for _ in self._snapshot.view.columns:
            if id_ not in self.shown_fields:
                self.shift(1)

    def shift(self, by: int) -> None:
        """Show the columns that many places further to the right, or to the left when negative."""
        if by < 0 or self._layout.after:
            self._first = max(self._first + by, 0)
            self.repaint()

    def go(self, key: str) -> None:
        """Put the cursor on this run, or on its group if that is folded."""
        place = _place(self._snapshot.lines, key)
        if place is not None:
            self._moved = True
            self._cursor = place
            self._settle()

    def go_to(self, group: Group) -> None:
        """Put the cursor on this group."""
        self.go(group.key)

    def move(self, by: int) -> None:
        """Move the cursor."""
        self._moved = True
        self._cursor += by
        self._settle()

    def mark(self) -> None:
        """Mark or unmark the run or group under the cursor, and go to the next."""
        keys = frozenset(row.key for row in self.chosen)
        if keys:
            self.marked = self.marked - keys if keys <= self.marked else self.marked | keys
            self.move(1)

    def unmark(self) -> bool:
        """Take all marks away; whether there were any."""
        had = bool(self.marked)
        self.marked = frozenset()
        self.repaint()
        return had

    def _settle(self) -> None:
        """Keep cursor and top inside, say where the cursor is, and repaint."""
        last = max(len(self._snapshot.lines) - 1, 0)
        self._cursor = max(min(self._cursor, last), 0)
        self._top = max(min(self._top, self._cursor, last + 1 - self.page), self._cursor - self.page + 1, 0)
        key = self.current.key if self.current is not None else None
        if key != self._key:
            self._key = key
            self.post_message(self.Moved(self.row.key if self.row is not None else None))
        self.repaint()

    def on_resize(self) -> None:
        """Keep the cursor on the screen."""
        self._settle()

    def on_click(self, event: events.Click) -> None:
        """The clicked line gets the cursor; a second click opens the run, or folds the group."""
        place = self._top + event.y - 1
        if event.y == 0:
            self._click_title(event.x)
        elif place < len(self._snapshot.lines):
            again = place == self._cursor
            self.move(place - self._cursor)
            if again:
                self.post_message(self.Opened())

    def _click_title(self, x: int) -> None:
        columns = self._layout.columns
        x -= GUTTER + name_width(self.content_size.width, columns)
        if x < 0:
            self.post_message(self.TitleClicked("name"))
            return
        for column in columns:
            x -= column.width
            if x < 0:
                self.post_message(self.TitleClicked(column.field.order))
                return


def _place(lines: Sequence[Line], key: str) -> int | None:
    """Where a run or group stands, or the group that holds the run."""
    keys = attrgetter("key")
    with suppress(ValueError):
        return indexOf(map(keys, lines), key)
    groups = ((place, line) for place, line in enumerate(lines) if isinstance(line, Group) and line.folded)
    return next((place for place, group in groups if key in map(keys, group.rows)), None)
