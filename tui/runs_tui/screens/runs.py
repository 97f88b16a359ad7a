"""The Runs screen: experiments, run table and preview, as many side by side as the width allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.timer import Timer

from runs_tui import keys
from runs_tui.model.feed import Feed
from runs_tui.model.fields import field
from runs_tui.model.groups import Group
from runs_tui.model.snapshot import Snapshot
from runs_tui.model.states import LIVE
from runs_tui.model.views import Views
from runs_tui.screens.acting import Acting
from runs_tui.screens.arranging import Arranging
from runs_tui.screens.panel import PanelScreen
from runs_tui.screens.panes import ROOMY, Panes
from runs_tui.widgets.experiments import Experiments
from runs_tui.widgets.hints import Hints
from runs_tui.widgets.lines import Covered
from runs_tui.widgets.moving import Motions, Movable
from runs_tui.widgets.run_table import RunTable
from runs_tui.widgets.runs_header import RunsHeader

if TYPE_CHECKING:
    from runs_tui.actions.plans import Outcome
    from runs_tui.widgets.query_line import QueryLine
    from runstore.reading.row import RunRow

_AGE = 0.9
"""Seconds after which ages are drawn anew, if no snapshot came."""


class RunsScreen(Acting, Arranging, Motions, Covered, Screen[None], inherit_bindings=False):
    """Home."""

    BINDINGS = keys.bindings("runs")
    DEFAULT_CSS = """
    RunsScreen { layout: vertical; }
    """
    keys_screen = "runs"

    def __init__(self, feed: Feed, others: Sequence[str] = ()) -> None:
        """``others``: known roots that are not open."""
        super().__init__()
        self._feed = feed
        self._snapshot = Snapshot()
        self._view = feed.first_view
        self._views = Views(feed.roots)
        self._header = RunsHeader(feed.roots, len(others))
        self._panes = Panes(feed.roots, others)
        self._experiments, self._table = self._panes.experiments, self._panes.table
        self._preview, self._welcome = self._panes.preview, self._panes.welcome
        self._hints = Hints("runs")
        self._filter: QueryLine | None = None
        self._junctions: tuple[int, ...] = ()
        self._clock: Timer | None = None
        self._shown_at = 0.0

    def compose(self) -> ComposeResult:
        """Header, panes, hints."""
        yield self._header
        yield self._hints
        yield self._panes

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
        empty = self._snapshot.total == 0
        self._header.styles.height = self._hints.styles.height = 2 if height >= ROOMY else 1
        self._junctions = self._panes.place(width, height, empty=empty)
        self._header.show(self._snapshot, self._junctions)
        self._hints.join(self._junctions)
        if self._filter is not None:
            self._filter.place(width, self._junctions, roomy=height >= ROOMY)
        self._hints.only_help(empty)
        if self.focused is None or not self.focused.display:
            (self._welcome if empty else self._table).focus()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the newest state of all runs; repaints what differs."""
        self._shown_at = monotonic()
        before, self._snapshot = self._snapshot, snapshot
        if snapshot.view.archived and not snapshot.total and snapshot.whole:
            self._look(replace(self._view, archived=False))  # the last one was put back, or there never was one
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
        line = self._table.current
        if isinstance(line, Group):
            self._preview.show_group(line, self._view.group)
        else:
            self._preview.show(line, self._snapshot.shown)

    def _show_filter(self) -> None:
        shown, total = len(self._snapshot.rows), self._snapshot.total
        if self._filter is not None:
            self._filter.count(shown, total)
        marked = len(self._table.marked)
        words = f"/{self._view.words}  {shown} of {total}" if self._view.words else ""
        kept = "archived" if self._view.archived else ""
        by = field(self._view.group)
        groups = f"grouped by {by.title}" if by is not None else ""
        left_out = self._snapshot.left_out
        hidden = f"{left_out} hidden{' shown' if self._view.hidden else ''}" if left_out else ""
        order = "" if self._table.shows_order else f"by {self.sort_name}"
        marks = f"{marked} marked" if marked else ""
        name = self._views.name_of(self._view)
        self._panes.show_views(self._views.names, name)
        parts = f"view {name}" if name is not None else "", kept, words, groups, order, hidden, marks
        self._hints.lead("   ".join(part for part in parts if part))

    def _tick(self) -> None:
        if monotonic() - self._shown_at < _AGE:
            return
        self._table.repaint()
        self._preview.repaint()

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
        if not self._in_sight:  # a run was opened before this came
            return
        self._feed.follow(())
        self.show_snapshot(self._feed.latest)
        row = self._table.row
        self._feed.focus(row.key if row is not None else None)

    @property
    def _in_sight(self) -> bool:
        """Whether nothing or only a panel is open over this screen."""
        stack = self.app.screen_stack  # empty while the app is left
        return stack[-1:] == [self] or (stack[-2:-1] == [self] and isinstance(stack[-1], PanelScreen))

    def on_run_table_moved(self, event: RunTable.Moved) -> None:
        """Read the run under the cursor for the preview."""
        if not self._in_sight:  # the run that is open is read
            return
        self._feed.focus(event.key)
        if self.is_current:
            self._feed.visible(row.key for row in self._table.shown_rows)
        self._show_preview()

    def show_below(self, snapshot: Snapshot) -> None:
        """Below a menu the states of the runs, all else only until it has been read: Textual would paint the whole
        screen again for each tick."""
        news = not self._snapshot.whole or self._snapshot.counts != snapshot.counts
        if self._in_sight and news and snapshot.view == self._view:
            self.show_snapshot(snapshot)
            return
        row, shown = self._table.row, snapshot.shown
        if row is not None and shown is not None and shown.row.key == row.key and self._preview.waits:
            self._preview.show(row, shown)

    async def on_run_table_opened(self) -> None:
        """A second click opens."""
        await self.action_open()

    def on_experiments_chosen(self, event: Experiments.Chosen) -> None:
        """Show only its runs."""
        self._look(replace(self._view, experiment=event.name))

    def on_runs_header_states_clicked(self, event: RunsHeader.StatesClicked) -> None:
        """Show only the runs in these states, or all again."""
        words = "|".join(f'state:"{state}"' if " " in state else f"state:{state}" for state in event.states)
        self._look(replace(self._view, words="" if self._view.words == words else words))

    def on_runs_header_best_clicked(self, event: RunsHeader.BestClicked) -> None:
        """Go to the best run."""
        self._table.go(event.key)

    async def action_filter(self) -> None:
        """Open the filter prompt."""
        if self._filter is None:
            from runs_tui.model.filter_history import FilterHistory
            from runs_tui.widgets.query_line import QueryLine

            names, history = self._feed.names(), FilterHistory(self._feed.roots)
            line = QueryLine(self._view.words, self._filter_changed, self._close_filter, names, history)
            self._filter = line
            line.place(self.size.width, self._junctions, roomy=self.size.height >= ROOMY)
            await self.mount(line)
            self.set_focus(line.prompt)
            self._show_filter()

    async def _close_filter(self) -> None:
        """Close the prompt; the words stay in force."""
        if self._filter is not None:
            line, self._filter = self._filter, None
            self.set_focus(self._table)
            await line.remove()
            self._show_filter()

    async def action_open(self, digit: int = 0) -> None:
        """Open the run under the cursor: at its charts, or without metrics at its children or its output.

        A group is folded or unfolded.
        """
        row, line = self._table.row, self._table.current
        if isinstance(line, Group):
            self._flip(line)
        if row is not None:
            await self._open(row, digit)

    async def _open(self, row: RunRow, digit: int = 0) -> None:
        # Most runs of other tools have metrics, though nothing of them may be read yet.
        unread = row.source not in ("", "log") and row.status is None
        digit = digit or (2 if row.metrics or unread else 6 if row.children else 3)
        self._feed.looked_at(row.key)
        from runs_tui.screens.run import RunScreen

        await self.app.push_screen(RunScreen(self._feed, row.key, digit), self._returned)

    async def open_run(self, row: RunRow) -> None:
        """Open a run; the cursor goes to it, if the list shows it."""
        self._table.go(row.key)
        await self._open(row)

    async def action_output(self) -> None:
        """Open the run at its output."""
        await self.action_open(3)

    async def action_compare(self) -> None:
        """Compare the marked runs, else the one under the cursor with the best of its experiment."""
        from runs_tui.screens.compare.choosing import choose

        await self.compare(choose(self._snapshot, self._table.current, self._table.marked))

    async def action_compare_all(self) -> None:
        """Compare the runs of the list."""
        from runs_tui.screens.compare.choosing import first_of

        await self.compare(first_of(self._snapshot.rows))

    def action_mark(self) -> None:
        """Mark the run."""
        self._table.mark()
        self._show_filter()

    def acted_on(self) -> Sequence[RunRow]:
        """The marked runs, else the one under the cursor, or those of the group."""
        marked = [row for row in self._snapshot.rows if row.key in self._table.marked]
        return marked or self._table.chosen

    def acted(self, outcome: Outcome) -> None:
        """Say what was done; runs that left the list are no longer marked."""
        if outcome.left:
            self._table.unmark()
            self._show_filter()
        self.say(outcome.message)

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
        view = self._view
        if view.words or view.experiment is not None or view.archived or view.hidden:
            self._look(replace(view, words="", experiment=None, archived=False, hidden=False))
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
