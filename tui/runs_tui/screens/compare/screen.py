"""The Compare screen: several runs, a header, tabs, and the list of the runs as a legend."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Mapping, Sequence
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.screen import Screen
from textual.widget import Widget

from runs_tui import keys
from runs_tui.model.compared import Compared, compared_lines
from runs_tui.model.compared_fact import Fact, grouped
from runs_tui.model.comparison import compared
from runs_tui.model.feed import Feed
from runs_tui.model.fields import field
from runs_tui.model.kept import Kept
from runs_tui.model.snapshot import Snapshot
from runs_tui.model.states import LIVE
from runs_tui.plotting.glyphs import glyphs_for
from runs_tui.screens.charts.source import Item
from runs_tui.screens.compare.board import ComparedBoard
from runs_tui.screens.compare.curves import ComparedCurves
from runs_tui.screens.compare.differences import DifferencesPane
from runs_tui.screens.compare.sweep import SweepPane
from runs_tui.screens.tabs import MomentAsked, StatusChanged
from runs_tui.themes import ink_of
from runs_tui.widgets.compare_header import CompareHeader
from runs_tui.widgets.hints import Hints
from runs_tui.widgets.run_legend import RunLegend
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow

TABS = ((1, "c", "charts"), (2, "d", "differences"), (3, "s", "sweep"))
"""Digit, letter, and name of each tab."""
_WIDE = 110
"""Columns from which on the list of runs stands beside the charts."""


class CompareScreen(Screen[None], inherit_bindings=False):
    """Shows what several runs have in common and where they differ; those that go on are followed."""

    BINDINGS = keys.bindings("compare")
    DEFAULT_CSS = """
    CompareScreen { layout: vertical; }
    CompareScreen #body { height: 1fr; }
    CompareScreen #panes { width: 1fr; height: 1fr; }
    CompareScreen RunLegend { height: 1fr; margin-left: 2; }
    """

    def __init__(self, feed: Feed, rows: Sequence[RunRow], said: str = "") -> None:
        """``rows``: two runs or more, in the order in which they are to stand; ``said``: why these, in words."""
        super().__init__()
        self._feed = feed
        self._rows = {row.key: row for row in rows}
        self._said = said
        self._kept = Kept(rows[0].root, "compare")
        self._by = self._kept_grouping()
        self._hidden: frozenset[str] = frozenset()
        self._lines: tuple[Compared, ...] = ()
        self._readers: dict[str, Reader] = {}
        self._known: dict[str, RunRow] = {}
        self._curves = ComparedCurves(rows, feed.open)
        self._looking = self._look_again = False
        self._digit = 1
        self._header = CompareHeader(TABS)
        self._board = ComparedBoard()
        self._differences = DifferencesPane()
        self._sweep = SweepPane()
        self._panes: dict[int, Widget] = {1: self._board, 2: self._differences, 3: self._sweep}
        self._legend = RunLegend(glyphs_for(os.environ))
        self._asked_for_legend = False
        self._hints = Hints("compare/charts")

    @property
    def keys_screen(self) -> str:
        """The name of this screen, with what has the focus, in the registry of keys."""
        if self._legend.has_focus:
            return "compare/legend"
        return f"compare/{TABS[self._digit - 1][2]}"

    @property
    def busy(self) -> bool:
        """Whether something is still to be read, or drawn."""
        return self._board.busy or self._looking

    def compose(self) -> ComposeResult:
        """Header, panes, legend, hints."""
        yield self._header
        with Horizontal(id="body"):
            with Container(id="panes"):
                yield from self._panes.values()
            yield self._legend
        yield self._hints

    def on_mount(self) -> None:
        """The first tab."""
        self._feed.visible(key for key, row in self._rows.items() if row.state.word in LIVE)
        self.action_tab(1)
        self.say(self._said)

    def on_unmount(self) -> None:
        """Nothing more is to be read."""
        self._curves.stop()

    def on_resize(self, event: events.Resize) -> None:
        """There may be room for the list of runs."""
        self._place(event.size.width)

    def _place(self, width: int) -> None:
        """The table has the names of the runs over its columns: there the list comes only when it is asked for."""
        self._legend.display = self._asked_for_legend or (width >= _WIDE and self._digit != 2)
        self._legend.styles.width = max(min(width // 3, 36), 20)
        self._curves.named = not self._legend.display

    # ---- what is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the newest state of the runs."""
        before = list(self._rows.values())
        rows = snapshot.renewed(before)
        if any(now is not row for now, row in zip(rows, before, strict=True)):
            self._rows = {row.key: row for row in rows}
            self._arrange(at_once=False)

    def on_screen_resume(self) -> None:
        """On the screen, or back there: what has changed meanwhile."""
        self._feed.visible(key for key, row in self._rows.items() if row.state.word in LIVE)
        self._feed.follow(self._rows)
        self.show_snapshot(self._feed.latest)

    def _arrange(self, *, at_once: bool = True) -> None:
        """Put the runs together as they are to be, and show them in the open tab."""
        self._lines = compared_lines(list(self._rows.values()), field(self._by), len(ink_of(self.app).series))
        groups = frozenset(line.key for line in self._lines)
        self._hidden &= groups
        if self._hidden == groups:  # as runs ended, one that was hidden has taken in all others
            self._hidden = frozenset()
        self._show(at_once=at_once)

    @property
    def _shown(self) -> list[Compared]:
        return [line for line in self._lines if line.key not in self._hidden]

    def _show(self, *, at_once: bool = True) -> None:
        """``at_once``: the user asked for it."""
        shown = self._shown
        self._curves.show(shown)
        if self._digit == 1:
            self._board.show_source(self._curves, at_once=at_once)
        else:
            self._look_again = True
            if not self._looking:
                self._looking = True
                self.run_worker(self._look_up())
        self._show_legend()
        self._show_header()

    async def _look_up(self) -> None:
        """Read the records of the runs, beside: they may be many. What changes meanwhile is read afterwards.

        Each reading is shown: of many runs of which one is live, none might be done before that one has changed again.
        """
        try:
            while self._look_again:
                self._look_again = False
                rows = list(self._rows.values())
                facts = await asyncio.to_thread(self._read, rows)
                shown = self._shown
                self._sweep.show(rows, shown, facts)
                places = {row.key: place for place, row in enumerate(rows)}
                groups = [[places[row.key] for row in line.rows] for line in shown]
                self._differences.show(shown, grouped(facts, groups))
        finally:
            self._looking = False

    def _read(self, rows: Sequence[RunRow]) -> list[Fact]:
        return compared(rows, [self._manifest(row) for row in rows])

    def _manifest(self, row: RunRow) -> Mapping[str, Any]:
        """The record of a run; empty where that was gone before it was read."""
        reader = self._readers.get(row.key)
        if reader is None:
            try:
                reader = self._readers[row.key] = self._feed.open(row)
            except LookupError:
                return {}
        if self._known.get(row.key) is not row:
            reader.refresh_facts()
            self._known[row.key] = row
        return reader.manifest

    def _show_legend(self) -> None:
        """Names with values of the metric that is looked at: the last ones, or those at the cursor, the best first."""
        item, cursor = self._board.chosen, self._board.cursor
        if self._digit != 1:
            item, cursor = Item(self._sweep.metric) if self._digit == 3 else None, None
        found = self._curves.values(item, cursor) if item is not None else []
        values = {line.key: text.partition(" ")[0] for line, text in found}
        lines = self._lines
        if cursor is not None:
            ranked = [line for line, _ in found]
            lines = (*ranked, *(line for line in lines if line.key not in values))
        self._legend.show(lines, self._hidden, values)

    def on_compared_board_read(self) -> None:
        """Other values are read."""
        self._show_legend()

    def _show_header(self) -> None:
        runs, hidden = len(self._rows), len(self._lines) - len(self._shown)
        by = field(self._by)
        groups = "1 group" if len(self._lines) == 1 else f"{len(self._lines)} groups"
        what = f"{runs} runs" if by is None else f"{groups} of {runs} runs"
        pane: Any = self._panes[self._digit]
        self._header.show(
            what + (f", {hidden} hidden" if hidden else ""),
            by.title if by is not None else "",
            self._digit,
            pane.status_text(),
        )

    def on_status_changed(self, _event: StatusChanged) -> None:
        """A pane has other words for the header, or shows another metric."""
        self._show_legend()
        self._show_header()

    def on_moment_asked(self, event: MomentAsked) -> None:
        """Each run has an output of its own."""
        event.stop()
        legend, link = keys.shown_key("compare", "legend"), keys.shown_key("charts", "link")
        self.say(f"{legend} chooses a run to open; {link} in its charts shows its output")

    def say(self, message: str) -> None:
        """A message in place of the hints, for a short while."""
        self._hints.say(message)
        if message:
            self.set_timer(2.5, lambda: self._hints.say("") if self._hints.message == message else None)

    # ---- tabs and focus

    def action_tab(self, digit: int) -> None:
        """Open a tab."""
        self._digit = digit
        self._place(self.size.width or self.app.size.width)
        for other, pane in self._panes.items():
            pane.display = other == digit
        self.set_focus(self._panes[digit])
        self._arrange()

    def on_descendant_focus(self) -> None:
        """The keys are those of what has the focus."""
        self._hints.show_screen(self.keys_screen)

    def action_legend(self) -> None:
        """To the list of runs, or back to what is beside it."""
        self._asked_for_legend = not self._legend.has_focus
        self._place(self.size.width)
        self.set_focus(self._legend if self._asked_for_legend else self._panes[self._digit])

    # ---- groups

    def _kept_grouping(self) -> str:
        """What was grouped by last, where that puts some of these runs together."""
        by = self._kept.read().get("group")
        found = field(by) if isinstance(by, str) else None
        if found is None:
            return ""
        values = {str(found.value(row)) for row in self._rows.values()}
        return found.id if len(values) < len(self._rows) and values != {"None"} else ""

    async def action_group(self) -> None:
        """Choose what to group by."""
        from runs_tui.screens.group import GroupScreen

        def chosen(by: str | None) -> None:
            if by is not None and by != self._by:
                self._by, self._hidden = by, frozenset()
                self._kept.write({"group": by})
                self._arrange()

        await self.app.push_screen(GroupScreen(list(self._rows.values()), self._by), chosen)

    # ---- the list of runs

    def on_run_legend_toggled(self, event: RunLegend.Toggled) -> None:
        """Leave a line out of charts and tables, or take it in again; one stays."""
        hidden = self._hidden ^ {event.line.key}
        if len(hidden) < len(self._lines):
            self._hidden = hidden
            self._show()

    def on_run_legend_only(self, event: RunLegend.Only) -> None:
        """Leave all others out, or take all in again."""
        others = frozenset(line.key for line in self._lines) - {event.line.key}
        self._hidden = frozenset() if self._hidden == others else others
        self._show()

    async def on_run_legend_opened(self, event: RunLegend.Opened) -> None:
        """Asked for in the list."""
        await self.open_line(event.line)

    async def open_line(self, line: Compared) -> None:
        """Open a run; a group has to be taken apart first."""
        if len(line.rows) > 1:
            self.say(f"{len(line.rows)} runs: {keys.shown_key('compare', 'group')} shows them one by one")
        else:
            await self.open_run(line.rows[0])

    async def open_run(self, row: RunRow) -> None:
        """Open a run at its charts."""
        from runs_tui.screens.run import RunScreen

        self._feed.looked_at(row.key)
        await self.app.push_screen(RunScreen(self._feed, row.key, 2))

    async def on_differences_pane_run_opened(self, event: DifferencesPane.RunOpened) -> None:
        """Asked for in the table."""
        await self.open_line(event.column)

    async def on_sweep_pane_run_opened(self, event: SweepPane.RunOpened) -> None:
        """Asked for in the picture."""
        await self.open_run(event.row)

    # ---- the way out

    async def back(self) -> bool:
        """From the list to the charts, from one chart to all, from here to where it came from."""
        if self._legend.has_focus:
            self.action_legend()
        elif not await self._ask_pane("back"):
            self.dismiss(None)
        return True

    escape = back

    async def interrupt(self) -> bool:
        """Clear a prompt or a filter; whether there was one."""
        return await self._ask_pane("interrupt")

    async def _ask_pane(self, name: str) -> bool:
        answer = getattr(self._panes[self._digit], name)()
        return bool(await answer if inspect.isawaitable(answer) else answer)
