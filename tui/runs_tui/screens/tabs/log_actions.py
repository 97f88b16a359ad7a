"""What is done with the lines of a log by keys: filter, times, selection, marks, copies, other programs."""

from __future__ import annotations

import os
import re
from functools import partial

from runs_tui.model import words
from runs_tui.model.log_text import Replaced, write_text
from runs_tui.screens.tabs import MomentAsked
from runs_tui.screens.tabs.other_program import editor, pager, show_in
from runs_tui.screens.tabs.searching import Searching
from runs_tui.screens.to_the_end import to_the_end
from runs_tui.widgets.log_lines import LogLines
from runs_tui.widgets.search_line import SearchLine
from runstore.exceptions import UserErrorException
from runstore.reading.text import ShownText

_MOST_COPIED = 74_000
"""Bytes: some terminals drop a longer OSC 52."""


class LogActions(Searching):
    """The actions of the Output tab on the lines of the log that `searched` gives."""

    def searched(self) -> LogLines:
        """The log."""
        raise NotImplementedError

    def said(self, answer: str) -> None:
        """Say this above the log."""
        raise NotImplementedError

    def suggested_name(self) -> str:
        """A name for a file with what is shown."""
        raise NotImplementedError

    # -- filter

    async def action_keep(self) -> None:
        """Ask which lines are to be kept."""
        hint = "words, /expression/, !words for lines without; nothing: all lines"
        await self.ask(SearchLine(self._keep, "&", hint, self.searched().keeping))

    async def _keep(self) -> None:
        try:
            self.searched().keep(self.typed)
        except UserErrorException as error:
            self.complain(error.message)
            return
        await self.close_prompt()

    # -- times

    def action_show_time(self) -> None:
        """Another time before each line."""
        view = self.searched()
        view.show_clock(view.clock.following)
        if view.clock.value and view.file is not None and view.file.size and view.time_shown is None:
            self.said("no times were kept for this log")

    def action_link(self) -> None:
        """The charts at the time of the line."""
        moment = self.searched().time_shown
        if moment is None:
            self.said("no times were kept for this log")
        else:
            self.post_message(MomentAsked(moment))

    # -- selection and marks

    def action_select(self) -> None:
        """Begin to select lines, or no more."""
        self.searched().select()

    def action_copy_lines(self) -> None:
        """Copy what is selected."""
        lines, size, left = [], 0, 0
        for line in self.searched().selected_lines():
            size += len(line.encode("utf-8", "replace")) + 1
            if size <= _MOST_COPIED:
                lines.append(line)
            else:
                left += 1
                if left > 1:
                    break
        if left and not lines:
            self.said("too long to copy: W writes it out")
        elif lines:
            self.app.copy_to_clipboard("\n".join(lines))
            noun = "line" if len(lines) == 1 else "lines"
            more = ", no more fit: W writes all" if left else ""
            self.said(f"copied {words.count(len(lines))} {noun}{more}")
            if self.searched().is_selecting:
                self.searched().select()

    def action_mark(self) -> None:
        """Mark the line or not."""
        self.said("marked" if self.searched().toggle_mark() else "")

    def action_next_mark(self) -> None:
        """To the next mark."""
        if not self.searched().next_mark():
            self.said("no marks yet: m marks a line")

    # -- out

    async def action_write_out(self) -> None:
        """Ask for the file to write into."""
        view = self.searched()
        if view.file is None or not view.file.size:
            self.said("there is nothing to write")
        elif view.kept is not None and view.kept[1] < 1:
            self.said("not all lines are looked through yet")
        else:
            name = re.sub(r"[^\w.-]+", "-", self.suggested_name()).strip("-.") or "log"
            await self.ask(SearchLine(self._write_out, "write into ", "a new file", f"{name}.txt"))

    async def _write_out(self) -> None:
        path = os.path.expanduser(self.typed.strip())
        span = self.searched().span()
        if not path:
            self.complain("give a name for the file")
        elif os.path.lexists(path):
            self.complain("it exists: another name")
        elif span is not None:
            await self.close_prompt()
            self.said("writing")
            span[0].file.hold()  # the log may be left while it is written
            self.run_worker(self._write(path, *span), group="write", exit_on_error=False)

    async def _write(self, path: str, text: ShownText, first: int, last: int) -> None:
        self.said(await to_the_end(partial(_written, path, text, first, last)))

    def action_open_pager(self) -> None:
        """The log in the pager."""
        self._open_in(pager())

    def action_open_editor(self) -> None:
        """The log in the editor."""
        self._open_in(editor())

    def _open_in(self, command: str) -> None:
        view = self.searched()
        if view.file is None or view.file.gone:
            self.said("there is no file to open")
        else:
            self.said(show_in(self.app, command, view.file.path, view.spot_number))


def _written(path: str, text: ShownText, first: int, last: int) -> str:
    """Write, and let go of the log: what came of it."""
    try:
        return f"wrote {words.size(write_text(path, text, first, last))} into {os.path.abspath(path)}"
    except OSError as error:
        return f"cannot write {path}: {error.strerror}"
    except Replaced:
        return f"nothing written into {path}: the log was replaced"
    finally:
        text.file.release()
