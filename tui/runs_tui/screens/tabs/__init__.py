"""The tabs of the Run screen, and what a tab's pane must offer.

A pane is a focusable Textual widget. It takes its keys by ``BINDINGS = keys.bindings(SCOPE)`` and is created
when its tab is opened for the first time.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.message import Message

if TYPE_CHECKING:
    from runstore.reading.reader import Reader
    from runstore.reading.row import RunRow


class Pane(Protocol):
    """What the Run screen asks of a tab's widget."""

    SCOPE: str
    """The scope of its keys in the registry."""

    def show(self, reader: Reader, row: RunRow) -> None:
        """Show this run. Called on the app's thread when a run is opened or changed to, and again after each
        refresh of the reader; repaints only what changed. A new ``row.key`` means another run."""
        ...

    def status_text(self) -> str:
        """A few words for the right end of the rule below the header, such as ``1-6 of 14 · x step``."""
        ...


@runtime_checkable
class FamilyPane(Protocol):
    """A pane that shows the runs below the run, too."""

    def show_family(self, family: tuple[RunRow, ...]) -> None:
        """All runs below the run that is shown next, oldest first; called before each `Pane.show`."""
        ...


class StatusChanged(Message):
    """A pane posts this when its `Pane.status_text` has changed."""


@runtime_checkable
class MomentPane(Protocol):
    """A pane that can show what was at a time: a line of output, a place in charts."""

    def show_moment(self, time: float) -> None:
        """Go to what was at this time, unix seconds. The run is shown already, but may not be read yet."""
        ...


class MomentAsked(Message):
    """A pane asks to show in another tab what was at a time, unix seconds: from charts to output and back."""

    def __init__(self, time: float) -> None:
        super().__init__()
        self.time = time


class ChildOpened(Message):
    """A pane asks to show a child of the run in tab ``digit``; ``siblings``: its parent's children, in order."""

    def __init__(self, row: RunRow, digit: int, siblings: list[str]) -> None:
        super().__init__()
        self.row = row
        self.digit = digit
        self.siblings = siblings


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
    Tab(4, "r", "records", "runs_tui.screens.tabs.records:RecordsPane"),
    Tab(5, "f", "files", "runs_tui.screens.tabs.files:FilesPane"),
    Tab(6, "k", "children", "runs_tui.screens.tabs.children:ChildrenPane"),
)
"""Digits are permanent; only tabs that exist are listed (7 is system)."""


def pane_class(tab: Tab) -> type[Pane]:
    """The class of a tab's pane."""
    module, _, name = tab.pane.partition(":")
    found: type[Pane] = getattr(importlib.import_module(module), name)
    return found
