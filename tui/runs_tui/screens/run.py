"""The Run screen: one run, a header, and its tabs."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from runs_tui import keys
from runs_tui.model.feed import Feed
from runs_tui.model.snapshot import Snapshot
from runs_tui.screens.acting import Acting
from runs_tui.screens.tabs import (
    TABS,
    ChildOpened,
    FamilyPane,
    MomentAsked,
    MomentPane,
    Pane,
    StatusChanged,
    pane_class,
)
from runs_tui.widgets.hints import Hints
from runs_tui.widgets.lines import Covered
from runs_tui.widgets.run_header import RunHeader
from runstore.reading.row import RunRow

if TYPE_CHECKING:
    from runs_tui.actions.plans import Outcome

_PANES = {tab.digit: tab for tab in TABS}
_CHARTS, _OUTPUT, _CHILDREN = 2, 3, 6


class _Left(NamedTuple):
    """A run that was left for its child or parent: the way back."""

    key: str
    digit: int
    order: list[str]


class RunScreen(Acting, Covered, Screen[str], inherit_bindings=False):
    """Shows the run ``key`` in one of its tabs; a pane is created when its tab is first opened."""

    BINDINGS = keys.bindings("run")
    DEFAULT_CSS = """
    RunScreen { layout: vertical; }
    RunScreen #panes { width: 1fr; height: 1fr; layout: vertical; }
    """

    def __init__(self, feed: Feed, key: str, digit: int = 2) -> None:
        """``digit`` is that of the tab to begin with. The result is the key of the run that was shown last."""
        super().__init__()
        self._feed = feed
        self._key = key
        self._snapshot = feed.latest
        self._order = [row.key for row in self._snapshot.rows]
        self._digit = digit if digit in _PANES else TABS[0].digit
        self._panes: dict[int, Widget] = {}
        self._trail: list[_Left] = []
        self._header = RunHeader([(tab.digit, tab.letter, tab.name) for tab in TABS])
        self._hints = Hints("run/overview")

    @property
    def key(self) -> str:
        """The run that is shown."""
        return self._key

    @property
    def keys_screen(self) -> str:
        """The name of this screen, with its tab, in the registry of keys."""
        return f"run/{_PANES[self._digit].name}"

    def compose(self) -> ComposeResult:
        """Header, panes, hints."""
        yield self._header
        yield Covered(id="panes")
        yield self._hints

    async def on_mount(self) -> None:
        """Ask for the run, and open the first tab."""
        self._feed.focus(self._key)
        await self.action_tab(self._digit)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the newest state of all runs."""
        self._snapshot = snapshot
        self._show()

    async def action_tab(self, digit: int) -> None:
        """Open a tab."""
        self._digit = digit
        if digit not in self._panes:
            widget = pane_class(_PANES[digit])()
            assert isinstance(widget, Widget)
            self._panes[digit] = widget
            await self.query_one("#panes").mount(widget)
        for other, pane in self._panes.items():
            pane.display = other == digit
        self.set_focus(self._panes[digit])
        self._hints.show_screen(self.keys_screen)
        self._show()

    async def action_compare(self) -> None:
        """Compare the run with the best of its experiment."""
        from runs_tui.screens.compare.choosing import choose

        await self.compare(choose(self._snapshot, self._shown_row(), ()))

    def action_next_run(self) -> None:
        """The next run of the list, in the same tab."""
        self._step(1)

    def action_previous_run(self) -> None:
        """The run before it in the list."""
        self._step(-1)

    def action_next_experiment(self) -> None:
        """The first run of the next experiment."""
        self._step_experiment(1)

    def action_previous_experiment(self) -> None:
        """The first run of the experiment before this one."""
        self._step_experiment(-1)

    async def action_parent(self) -> None:
        """Up to the run that this one is a child of, with its children open."""
        shown = self._snapshot.shown
        parent = shown.parent if shown is not None and shown.row.key == self._key else None
        if parent is None:
            self.say("this run is no child of another")
        elif self._trail and self._trail[-1].key == parent.key:
            await self._return()
        else:
            await self._enter(parent.key, _CHILDREN, self._order)

    async def on_child_opened(self, event: ChildOpened) -> None:
        """A child takes the place of its parent; the next and previous runs are its siblings."""
        event.stop()
        await self._enter(event.row.key, event.digit, event.siblings)

    async def on_moment_asked(self, event: MomentAsked) -> None:
        """From charts to the output of that time, and back."""
        event.stop()
        await self.action_tab(_OUTPUT if self._digit == _CHARTS else _CHARTS)
        pane = self._pane
        if isinstance(pane, MomentPane):
            pane.show_moment(event.time)

    async def _enter(self, key: str, digit: int, order: list[str]) -> None:
        """Show another run, and remember the way back."""
        self._trail.append(_Left(self._key, self._digit, self._order))
        self._order = order
        self._go(key)
        await self.action_tab(digit)

    async def _return(self) -> None:
        """Back to the run that was left."""
        left = self._trail.pop()
        self._order = left.order
        self._go(left.key)
        await self.action_tab(left.digit)

    async def back(self) -> bool:
        """One level back: in the pane if it has one, from a child to its parent, else to the list of runs."""
        if await self._ask_pane("back"):
            return True
        if self._trail:
            await self._return()
        else:
            self.dismiss(self._key)
        return True

    escape = back

    async def interrupt(self) -> bool:
        """Clear a prompt of the pane; whether there was one."""
        return await self._ask_pane("interrupt")

    def say(self, message: str) -> None:
        """A message in place of the hints, for a short while."""
        self._hints.say(message)
        if message:
            self.set_timer(2.5, lambda: self._hints.say("") if self._hints.message == message else None)

    async def _ask_pane(self, name: str) -> bool:
        """Call the pane's method of this name, if it has one; true when it had something to do."""
        method = getattr(self._panes.get(self._digit), name, None)
        if method is None:
            return False
        answer = method()
        return bool(await answer if inspect.isawaitable(answer) else answer)

    def acted_on(self) -> Sequence[RunRow]:
        """The run that is shown."""
        row = self._shown_row()
        return [row] if row is not None else []

    def acted(self, outcome: Outcome) -> None:
        """Say what was done; from a run that left the list the way leads back to it."""
        if outcome.left and any(self._key in keys for keys in outcome.changed.values()):
            self.dismiss(self._key)
            self.app.call_after_refresh(self._say_below, outcome.message)
        else:
            self.say(outcome.message)

    def _say_below(self, message: str) -> None:
        say = getattr(self.app.screen, "say", None)
        if say is not None:
            say(message)

    def on_screen_resume(self) -> None:
        """Back on the screen: what has changed meanwhile."""
        self.show_snapshot(self._feed.latest)

    def on_status_changed(self, _event: StatusChanged) -> None:
        """A pane has other words for the header."""
        self._show_header()

    def _step(self, by: int) -> None:
        """Along the list as it was when the run was opened: looking at a run moves it in the list."""
        order = self._order if self._key in self._order else [row.key for row in self._snapshot.rows]
        here = order.index(self._key) if self._key in order else -1
        there = order[here + 1 :] if by > 0 else order[:here][::-1]
        there = [key for key in there if self._trail or self._row(key) is not None]  # children may be filtered out
        if there:
            self._go(there[0])

    def _row(self, key: str) -> RunRow | None:
        return next((row for row in self._snapshot.rows if row.key == key), None)

    def _shown_row(self) -> RunRow | None:
        """The run of this screen as last read."""
        shown = self._snapshot.shown
        return shown.row if shown is not None and shown.row.key == self._key else self._row(self._key)

    def _step_experiment(self, by: int) -> None:
        names = [experiment.name for experiment in self._snapshot.experiments]
        row = self._row(self._key)
        present = row.experiment if row is not None else None
        place = names.index(present) + by if present in names else 0
        while 0 <= place < len(names):
            key = next((row.key for row in self._snapshot.rows if row.experiment == names[place]), None)
            if key is not None:
                self._go(key)
                return
            place += by

    def _go(self, key: str) -> None:
        self._key = key
        self._feed.focus(key)
        self._feed.looked_at(key)
        self._show_header()

    def _show(self) -> None:
        """Give the open pane the run, if its reader is there."""
        shown = self._snapshot.shown
        if shown is not None and shown.row.key == self._key and self._digit in self._panes:
            pane = self._pane
            if isinstance(pane, FamilyPane):
                pane.show_family(shown.family)
            pane.show(shown.reader, shown.row)
        self._show_header()

    def _show_header(self) -> None:
        row = self._shown_row()
        status = self._pane.status_text() if self._digit in self._panes else ""
        self._header.show(row, self._digit, status)

    @property
    def _pane(self) -> Pane:
        pane: object = self._panes[self._digit]
        return pane  # type: ignore[return-value]
