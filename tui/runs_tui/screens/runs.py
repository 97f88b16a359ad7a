"""The Runs screen: experiments, run table and preview, as many side by side as the width allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.timer import Timer

from runs_tui import keys
from runs_tui.model.feed import Feed
from runs_tui.model.snapshot import Snapshot
from runs_tui.model.states import LIVE
from runs_tui.model.view import SORTS, View
from runs_tui.screens.acting import Acting
from runs_tui.widgets.edge import Edge
from runs_tui.widgets.experiments import Experiments
from runs_tui.widgets.hints import Hints
from runs_tui.widgets.moving import Motions, Movable
from runs_tui.widgets.preview import Preview
from runs_tui.widgets.run_table import RunTable
from runs_tui.widgets.runs_header import RunsHeader
from runs_tui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from runs_tui.actions.plans import Outcome
    from runs_tui.widgets.filter_line import FilterLine
    from runstore.reading.row import RunRow

TWO_PANES, THREE_PANES = 116, 150
"""Columns from which there are two and three panes."""
_EXPERIMENTS = 25
_PATIENCE = 0.3
"""Seconds that a key may wait for the worker."""
_AGE = 0.9
"""Seconds after which ages are drawn anew, if no snapshot came."""
_ROOMY = 12
"""Lines from which there are rules and a preview."""


class RunsScreen(Acting, Motions, Screen[None], inherit_bindings=False):
    """Home."""

    BINDINGS = keys.bindings("runs")
    DEFAULT_CSS = """
    RunsScreen { layout: vertical; }
    RunsScreen #panes { height: 1fr; }
    """
    keys_screen = "runs"

    def __init__(self, feed: Feed, others: Sequence[str] = ()) -> None:
        """``others``: known roots that are not open."""
        super().__init__()
        self._feed = feed
        self._snapshot = Snapshot()
        self._view = View()
        self._header = RunsHeader(feed.roots, len(others))
        self._experiments = Experiments()
        self._table = RunTable()
        self._preview = Preview()
        self._edges = Edge(), Edge()
        self._welcome = Welcome(feed.roots, others)
        self._hints = Hints("runs")
        self._filter: FilterLine | None = None
        self._junctions: tuple[int, ...] = ()
        self._clock: Timer | None = None
        self._shown_at = 0.0

    def compose(self) -> ComposeResult:
        """All panes; the size tells which of them are shown, and where."""
        yield self._header
        yield self._hints
        with Container(id="panes"):
            yield self._experiments
            yield self._edges[0]
            yield self._table
            yield self._welcome
            yield self._edges[1]
            yield self._preview

    def on_mount(self) -> None:
        """The keys go to the table; ages tick while something lives."""
        self._clock = self.set_interval(1.0, self._tick, pause=True)
        self._table.focus()
        self._snapshot = self._feed.take() or self._snapshot
        self._arrange(self.app.size.width, self.app.size.height)
        self.show_snapshot(self._snapshot)

    def on_resize(self, event: events.Resize) -> None:
        """Other panes for another size."""
        self._arrange(event.size.width, event.size.height)

    def _arrange(self, width: int, height: int) -> None:
        roomy, empty = height >= _ROOMY, self._snapshot.total == 0
        three, side = width >= THREE_PANES, width >= TWO_PANES
        beside = max(min(width * 36 // 100, 48), 38) if not three else max(width * 24 // 100, 38)
        self.query_one("#panes").styles.layout = "horizontal" if side else "vertical"
        self._header.styles.height = 2 if roomy else 1
        self._hints.styles.height = 2 if roomy else 1
        self._experiments.display = three and not empty
        self._experiments.styles.width = _EXPERIMENTS
        self._table.display, self._welcome.display = not empty, empty
        self._preview.display = roomy and not empty
        self._edges[0].display = self._experiments.display
        self._edges[1].display = side and self._preview.display
        self._preview.set_side(side=side)
        self._preview.styles.width = beside if side else "1fr"
        self._preview.styles.height = "1fr" if side else max(min(height // 4, 14), 6)
        places = (_EXPERIMENTS, width - beside - 1)
        self._junctions = tuple(place for place, edge in zip(places, self._edges, strict=True) if edge.display)
        self._header.show(self._snapshot, self._junctions)
        self._hints.join(self._junctions)
        self._hints.only_help(empty)
        if self.focused is None or not self.focused.display:
            (self._welcome if empty else self._table).focus()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the newest state of all runs; repaints what differs."""
        self._shown_at = monotonic()
        before, self._snapshot = self._snapshot, snapshot
        if snapshot.view.archived and not snapshot.total and not snapshot.loading:
            self._look(replace(self._view, archived=False))  # the last one was put back
            return
        if (before.total == 0) != (snapshot.total == 0) or before.loading != snapshot.loading:
            self._arrange(self.size.width, self.size.height)
        self._header.show(snapshot, self._junctions)
        self._experiments.show(snapshot)
        self._welcome.show(snapshot.loading)
        self._table.show(snapshot)
        self._show_preview()
        self._show_filter()
        self._feed.visible(row.key for row in self._table.shown_rows)
        if self._clock is not None:
            (
                self._clock.resume
                if any(row.state.word in LIVE for row in self._table.shown_rows)
                else self._clock.pause
            )()

    def _show_preview(self) -> None:
        self._preview.show(self._table.row, self._snapshot.shown)

    def _show_filter(self) -> None:
        shown, total = len(self._snapshot.rows), self._snapshot.total
        if self._filter is not None:
            self._filter.count(shown, total)
        marked = len(self._table.marked)
        words = f"/{self._view.words}  {shown} of {total}" if self._view.words else ""
        kept = "archived" if self._view.archived else ""
        order = "" if self._table.shows_order else f"by {self._sort_name}{', reversed' if self._view.reverse else ''}"
        marks = f"{marked} marked" if marked else ""
        self._hints.lead("   ".join(part for part in (kept, words, order, marks) if part))

    def _tick(self) -> None:
        if monotonic() - self._shown_at < _AGE:
            return
        self._table.repaint()
        self._preview.repaint()

    def _look(self, view: View) -> None:
        """Show another view, at once if the worker is not too busy: the next key may be about it."""
        self._view = view
        snapshot = self._feed.wait_for_view(view, _PATIENCE)
        if snapshot is not None:
            self.show_snapshot(snapshot)

    def moved(self) -> Movable:
        """The keys move the list that has the focus."""
        return self._experiments if self._experiments.has_focus else self._table

    def _returned(self, key: str | None) -> None:
        """Put the cursor on the run that was open last."""
        if key is not None:
            self._table.go(key)

    def on_screen_suspend(self) -> None:
        """Another screen is open: Textual would paint it whole again for each tick of a screen below it."""
        if self._clock is not None:
            self._clock.pause()

    def on_screen_resume(self) -> None:
        """Back on the screen: what has changed meanwhile, and the run under the cursor for the preview."""
        self.show_snapshot(self._feed.latest)
        row = self._table.row
        self._feed.focus(row.key if row is not None else None)

    def on_run_table_moved(self, event: RunTable.Moved) -> None:
        """Read the run under the cursor for the preview."""
        if self.is_current:
            self._feed.focus(event.key)
            self._feed.visible(row.key for row in self._table.shown_rows)
        self._show_preview()

    async def on_run_table_opened(self) -> None:
        """A second click opens."""
        await self.action_open()

    def on_experiments_chosen(self, event: Experiments.Chosen) -> None:
        """Show only its runs."""
        self._look(replace(self._view, experiment=event.name))

    def _filter_changed(self, words: str) -> None:
        """Show only what matches, as it is typed."""
        self._look(replace(self._view, words=words))

    async def action_filter(self) -> None:
        """Open the filter prompt."""
        if self._filter is None:
            from runs_tui.widgets.filter_line import FilterLine

            self._filter = FilterLine(self._view.words, self._filter_changed, self._close_filter)
            await self.mount(self._filter)
            self.set_focus(self._filter.prompt)
            self._show_filter()

    async def _close_filter(self) -> None:
        """Close the prompt; the words stay in force."""
        if self._filter is not None:
            line, self._filter = self._filter, None
            self.set_focus(self._table)
            await line.remove()
            self._show_filter()

    async def action_open(self, digit: int = 0) -> None:
        """Open the run under the cursor: at its charts, or without metrics at its children or its output."""
        row = self._table.row
        if row is not None:
            digit = digit or (2 if row.metrics else 6 if row.children else 3)
            self._feed.looked_at(row.key)
            from runs_tui.screens.run import RunScreen

            await self.app.push_screen(RunScreen(self._feed, row.key, digit), self._returned)

    async def open_run(self, key: str) -> None:
        """Put the cursor on a run and open it; nothing if it is not in the list."""
        self._table.go(key)
        if self._table.row is not None and self._table.row.key == key:
            await self.action_open()

    async def action_output(self) -> None:
        """Open the run at its output."""
        await self.action_open(3)

    def action_mark(self) -> None:
        """Mark the run."""
        self._table.mark()
        self._show_filter()

    def acted_on(self) -> Sequence[RunRow]:
        """The marked runs, else the one under the cursor."""
        marked = [row for row in self._snapshot.rows if row.key in self._table.marked]
        return marked or ([self._table.row] if self._table.row is not None else [])

    def acted(self, outcome: Outcome) -> None:
        """Say what was done; runs that left the list are no longer marked."""
        if outcome.left:
            self._table.unmark()
            self._show_filter()
        self.say(outcome.message)

    def action_archived(self) -> None:
        """The archived runs instead of the others, or the others again."""
        if self._view.archived or self._snapshot.archived:
            self._look(replace(self._view, archived=not self._view.archived, experiment=None))
        else:
            self.say("no run is archived")

    def action_sort(self) -> None:
        """The next order."""
        orders = [order for order in SORTS if not order.startswith("metric") or self._metric(order)]
        place = orders.index(self._view.sort) if self._view.sort in orders else 0
        self._look(replace(self._view, sort=orders[(place + 1) % len(orders)], reverse=False))
        self._say_sort()

    def action_reverse(self) -> None:
        """The other direction."""
        self._look(replace(self._view, reverse=not self._view.reverse))
        self._say_sort()

    def _metric(self, order: str) -> str | None:
        place = 1 if order.endswith("2") else 0
        return self._snapshot.metrics[place] if place < len(self._snapshot.metrics) else None

    @property
    def _sort_name(self) -> str:
        view = self._view
        return (self._metric(view.sort) if view.sort.startswith("metric") else None) or view.sort

    def _say_sort(self) -> None:
        self.say(f"sorted by {self._sort_name}{', reversed' if self._view.reverse else ''}")

    def action_copy_id(self) -> None:
        """Copy the id of the run under the cursor, or of all marked ones."""
        ids = [row.id for row in self.acted_on()]
        if ids:
            self.app.copy_to_clipboard("\n".join(ids))
            self.say(f"copied {ids[0]}" if len(ids) == 1 else f"copied {len(ids)} ids")

    def action_next_experiment(self) -> None:
        """Show the runs of the next experiment."""
        self._experiments.move(1)

    def action_previous_experiment(self) -> None:
        """Show the runs of the experiment before, or of all."""
        self._experiments.move(-1)

    def say(self, message: str) -> None:
        """A message in place of the hints, for a short while."""
        self._hints.say(message)
        if message:
            self.set_timer(2.5, lambda: self._hints.say("") if self._hints.message == message else None)

    async def back(self) -> bool:
        """``q`` leaves the app."""
        self.app.exit()
        return True

    async def escape(self) -> bool:
        """Close the prompt, else drop the filter, else the marks; whether there was any of them."""
        if self._filter is not None:
            await self._close_filter()
            return True
        if self._view.words or self._view.experiment is not None or self._view.archived:
            self._look(replace(self._view, words="", experiment=None, archived=False))
            return True
        if self._table.unmark():
            self._show_filter()
            return True
        return False

    async def interrupt(self) -> bool:
        """ctrl+c: empty the prompt, or close an empty one; else as `escape`."""
        if self._filter is not None and self._filter.clear():
            return True
        return await self.escape()
