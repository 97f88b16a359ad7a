"""A second log below the first one, kept at the same time: stdout above, stderr below."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from runs_tui.widgets.log_gutter import Clock
from runs_tui.widgets.log_search import LogSearch
from runs_tui.widgets.log_view import LogView
from runs_tui.widgets.titled_rule import TitledRule


class LogLane(Vertical):
    """A log that goes where another one is: to its end while that follows, else to the time of its focal line."""

    DEFAULT_CSS = """
    LogLane { height: 40%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rule = TitledRule("")
        self._view = LogSearch()
        self._moment: float | None = None
        self.path: str | None = None
        """The file that is shown."""
        self.display = False

    def compose(self) -> ComposeResult:
        """Name and log."""
        yield self._rule
        yield self._view

    def open(self, name: str, path: str) -> None:
        """Show this log."""
        self.path, self._moment, self.display = path, None, True
        self._rule.say(name, "")
        self._view.open(path)

    def close(self) -> None:
        """Show none."""
        if self.path is not None:
            self.path, self.display = None, False
            self._view.open(None)

    def go_with(self, view: LogView, clock: Clock, begun: float | None) -> None:
        """To where ``view`` is; its lines have the same times before them."""
        if self.path is None:
            return
        self._view.begin_at(begun)
        if self._view.clock is not clock:
            self._view.show_clock(clock)
        self._view.look_again()
        if view.following:
            if not self._view.following:
                self._view.follow()
            self._moment = None
        elif (moment := view.time_shown) is not None and moment != self._moment:
            self._moment = moment
            self._view.go_to_time(moment)
