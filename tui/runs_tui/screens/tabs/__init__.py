"""The tabs of the Run screen, and what a tab's pane must offer.

A pane is a focusable Textual widget. It takes its keys by ``BINDINGS = keys.bindings(SCOPE)`` and is created
when its tab is opened for the first time.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from textual.message import Message

if TYPE_CHECKING:
    from runstore.reading.row import RunRow
    from runstore.reading.run import RunReader


class Pane(Protocol):
    """What the Run screen asks of a tab's widget."""

    SCOPE: str
    """The scope of its keys in the registry."""

    def show(self, reader: RunReader, row: RunRow) -> None:
        """Show this run. Called on the app's thread when a run is opened or changed to, and again after each
        refresh of the reader; repaints only what changed. A new ``row.key`` means another run."""
        ...

    def status_text(self) -> str:
        """A few words for the right end of the rule below the header, such as ``1-6 of 14 · x step``."""
        ...


class StatusChanged(Message):
    """A pane posts this when its `Pane.status_text` has changed."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: its permanent digit, its name, and where its pane class is."""

    digit: int
    letter: str
    """Its form on narrow screens."""
    name: str
    pane: str
    """``module:class``, imported when the tab is first opened."""


TABS: tuple[Tab, ...] = (
    Tab(1, "o", "overview", "runs_tui.screens.tabs.overview:OverviewPane"),
    Tab(2, "c", "charts", "runs_tui.screens.tabs.charts:ChartsPane"),
    Tab(3, "t", "output", "runs_tui.screens.tabs.output:OutputPane"),
)
"""Digits are permanent; only tabs that exist are listed (4 to 7 are records, files, children, system)."""


def pane_class(tab: Tab) -> type[Pane]:
    """The class of a tab's pane."""
    module, _, name = tab.pane.partition(":")
    found: type[Pane] = getattr(importlib.import_module(module), name)
    return found
