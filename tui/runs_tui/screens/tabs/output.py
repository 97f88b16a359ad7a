"""The Output tab: what the run printed, followed live."""

from __future__ import annotations

import os

from textual.app import ComposeResult

from runs_tui import keys
from runs_tui.model import words
from runs_tui.model.log_look import LogLook
from runs_tui.model.logs import Log, files_of, first_choice, logs_of, other_stream, why_empty
from runs_tui.model.states import LIVE
from runs_tui.screens.tabs.log_actions import LogActions
from runs_tui.widgets.log_gutter import Clock
from runs_tui.widgets.log_header import LogHeader, LogStatus
from runs_tui.widgets.log_lane import LogLane
from runs_tui.widgets.log_lines import LogLines
from runs_tui.widgets.log_pace import Pace
from runs_tui.widgets.log_picker import Choice, LogPicker
from runs_tui.widgets.log_view import LogView
from runs_tui.widgets.moving import Motions, Movable
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow
from runstore.reading.text import TextFile


class OutputPane(Motions, LogActions, can_focus=True):
    """One log, the line above it, and on demand the list of logs and the prompt for a search.

    Without a choice of the user's it shows the newest log of the lowest rank, also when a new one appears.
    """

    SCOPE = "output"
    BINDINGS = keys.bindings("output")
    DEFAULT_CSS = """
    OutputPane { layout: vertical; width: 1fr; height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._header = LogHeader()
        self._view = LogLines()
        self._lane = LogLane()
        self._picker = LogPicker()
        self._reader: Reader | None = None
        self._row: RunRow | None = None
        self._logs: list[Log] = []
        self._path: str | None = None
        self._chosen = False
        self._moment: float | None = None  # to go to when the run is shown
        self._pace = Pace(self, self.look_again)
        self._look: LogLook | None = None

    def compose(self) -> ComposeResult:
        """Line and log."""
        yield self._header
        yield self._view
        yield self._lane
        self._picker.display = False
        yield self._picker

    # -- what the Run screen asks for

    def show(self, reader: Reader, row: RunRow) -> None:
        """Show the output of this run."""
        if self._row is None or row.key != self._row.key:
            self._chosen = False
            self._close_picker()
        self._reader, self._row = reader, row
        self._restore_look(row.root)
        self._view.begin_at(row.started)
        self._logs = self._all_logs(reader)
        self._chosen = self._chosen and self._log is not None
        log = self._log if self._chosen else first_choice(reader.consoles(), self._logs)
        if (log.path if log is not None else None) != self._path:
            self._open(log)
        elif not self._pace.is_on and self._view.look_again() and self._view.following:
            self._pace.start()
        if self._lane.path is not None and self._lane.path not in (log.path for log in self._logs):
            self._lane.close()
        if self._picker.display:
            self._picker.offer(self._choices())
        if self._moment is not None:
            self.show_moment(self._moment)
        self._say_state()

    def _restore_look(self, root: str) -> None:
        """As logs of this root were looked at last."""
        if self._look is None or self._look.root != root:
            self._look = look = LogLook(root)
            self._view.wrap(look.wrapped)
            self._view.show_clock(next((clock for clock in Clock if clock.value == look.clock), Clock.NONE))

    def _keep_look(self) -> None:
        if self._look is not None:
            self._look.keep(self._view.wrapped, self._view.clock.value)

    def look_again(self) -> bool:
        """See what is new in the log; whether it grows and is followed. Calls of `show` come too seldom for that."""
        if not self.display or not self.screen.is_current or getattr(self.app, "is_paused", False):
            return False
        grown = self._view.look_again()
        if self._lane.path is not None:
            self._say_state()
        return grown and self._view.following

    def show_moment(self, time: float) -> None:
        """Go to what was printed at this time, when there is a log."""
        self._moment = time if self._path is None else None
        if self._path is not None and not self._view.go_to_time(time):
            self.said("no times were kept for this log")

    def _all_logs(self, reader: Reader) -> list[Log]:
        """Files under ``logs/`` are looked for only when they are to be chosen from, or one is shown."""
        found = logs_of(reader)
        return found + files_of(reader) if self._chosen or self._picker.display or not found else found

    @property
    def _log(self) -> Log | None:
        """The log that is shown."""
        return next((log for log in self._logs if log.path == self._path), None)

    def _open(self, log: Log | None) -> None:
        self._path = log.path if log is not None else None
        self._pace.stop()
        self._lane.close()
        self._view.open(self._path, form=log.form if log is not None else TextFile)

    def status_text(self) -> str:
        """Nothing: the line above the log says it."""
        return ""

    async def back(self) -> bool:
        """Close the prompt or the list, or give up a search under way; whether there was any of them."""
        if await self.close_prompt():
            return True
        view = self._view
        if self._picker.display:
            self._close_picker()
        elif view.is_looking:
            view.stop_looking()
        elif view.is_selecting:
            view.select()
        elif view.keeping:
            view.keep("")
        else:
            return False
        return True

    async def interrupt(self) -> bool:
        """Empty the prompt, or do as `back`, or forget the search."""
        if self.clear_prompt():
            return True
        if await self.back():
            return True
        sought = bool(self._view.sought)
        if sought:
            self._view.search("")
        return sought

    # -- moving

    def moved(self) -> Movable:
        """The keys move the list of logs if it is open, else the log."""
        return self._picker if self._picker.display else self._view

    def action_follow(self) -> None:
        """To the end, and follow."""
        if self._picker.display:
            self.action_last()
        else:
            self._view.follow()

    def action_left(self) -> None:
        """To the left."""
        self._view.move_sideways(-1)

    def action_right(self) -> None:
        """To the right."""
        self._view.move_sideways(1)

    def action_wrap(self) -> None:
        """Fold long lines or not."""
        self._view.toggle_wrap()
        self._keep_look()

    def action_show_time(self) -> None:
        """Another time before each line."""
        super().action_show_time()
        self._keep_look()

    def action_lanes(self) -> None:
        """The other stream of the same process below this one, or no more."""
        log = self._log
        other = other_stream(log, self._logs) if log is not None else None
        if self._lane.path is not None:
            self._lane.close()
        elif other is None:
            self.said("stdout and stderr of this run are one log")
        else:
            self._lane.open(other.name, other.path)
            self._say_state()

    # -- searching

    def searched(self) -> LogLines:
        """The log."""
        return self._view

    def said(self, answer: str) -> None:
        """Say this above the log, until something else is to be said."""
        self._view.answer = answer
        self._say_state()

    def suggested_name(self) -> str:
        """Of the run and of the log."""
        log = self._log
        return f"{self._row.name if self._row is not None else ''}-{log.name if log is not None else 'log'}"

    async def action_search(self) -> None:
        """Ask what to look for."""
        self._close_picker()
        await super().action_search()

    def action_next_error(self) -> None:
        """The next error."""
        self._view.next_error()

    def action_previous_error(self) -> None:
        """The error before."""
        self._view.next_error(back=True)

    # -- choosing a log

    def action_choose_log(self) -> None:
        """Open the list of logs, or close it."""
        if self._reader is not None:
            self._logs = logs_of(self._reader) + files_of(self._reader)
        if self._picker.display:
            self._close_picker()
        elif len(self._logs) > 1 or (self._logs and self._path is None):
            self._view.display = self._lane.display = False
            self._picker.display = True
            self._picker.offer(self._choices(), self._path)
        else:
            self._view.answer = "there is no other log"
            self._say_state()

    def action_choose(self) -> None:
        """Show the log under the cursor, or open or close a traceback."""
        if not self._picker.display:
            if not self._view.toggle_fold():
                self.said("no traceback here: e goes to the next one")
            return
        chosen = self._picker.chosen
        self._close_picker()
        if chosen is not None and chosen.key != self._path:
            self._chosen = True
            self._open(next((log for log in self._logs if log.path == chosen.key), None))
            self._say_state()

    def _close_picker(self) -> None:
        if self._picker.display:
            self._picker.display = False
            self._view.display = True
            self._lane.display = self._lane.path is not None

    def _choices(self) -> list[Choice]:
        return [Choice(log.path, log.name, self._words_on(log)) for log in self._logs]

    @staticmethod
    def _words_on(log: Log) -> str:
        try:
            size = words.size(os.stat(log.path).st_size)
        except OSError:
            size = "gone"
        return f"rank {log.rank}  {size}" if log.rank is not None else size

    # -- the line above

    def on_log_view_changed(self, event: LogView.Changed) -> None:
        """The view has something new to say."""
        event.stop()
        self._say_state()

    def _say_state(self) -> None:
        reader, row, view = self._reader, self._row, self._view
        if reader is None or row is None:
            return
        self._lane.go_with(view, view.clock, row.started)
        file = view.file
        problem = file.problem if file is not None else ""
        others = len(self._logs) - (1 if self._path is not None else 0)
        if file is None or not file.size:
            view.say_when_empty(why_empty(reader, row, others, problem))
        log = self._log
        ranks = {each.rank for each in self._logs if each.rank is not None}
        self._header.show(
            LogStatus(
                name=log.name if log is not None else "no output",
                rank=log.rank if log is not None else None,
                ranks=len(ranks),
                several=others > 0,
                lines=view.lines,
                following=view.following,
                live=row.state.word in LIVE,
                line=view.line_number,
                left=view.left,
                wrapped=view.wrapped,
                trouble="deleted" if file is not None and file.gone else problem,
                selected=view.is_selecting,
                keeping=view.keeping,
                kept=view.kept,
                sought=view.sought,
                matches=view.matches,
                match=view.match_number,
                looking=view.is_looking,
                answer=view.answer,
            )
        )
