"""The view of a log with its search and its filter: what is looked for, one after the other, and how many there are."""

from __future__ import annotations

from runs_tui.widgets.log_finder import LogFinder
from runs_tui.widgets.log_rows import LogRows, Place
from runs_tui.widgets.log_view import LogView
from runstore.reading.text import parse_filter, parse_pattern, screen_lines

_MOST_TRIES = 100
"""Hits in earlier states of what was redrawn that are passed over at once."""


class LogSearch(LogView):
    """A `LogView` that looks for things; what it looks for is kept from log to log."""

    def __init__(self) -> None:
        super().__init__()
        self.sought = ""
        """What the search is for, as typed; empty without one."""
        self.keeping = ""
        """Which lines are kept, as typed; empty when all are."""
        self.answer = ""
        """What the last search or jump came to, if it found nothing."""
        self._finder: LogFinder | None = None
        self._or_above: int | None = None  # where to look upwards from if there is nothing below
        self._no_hit = ""
        self._for_errors = self._back = False

    # -- the file

    def opened(self, rows: LogRows) -> None:
        """Count lines, and matches of what is sought."""
        self._finder = LogFinder(self, rows.file)
        self._apply()

    def changed(self, is_other: bool) -> None:
        """Count on."""
        if self._finder is not None:
            if is_other:
                self._finder.start_over()
                if self._rows is not None:
                    self._rows.text.kept = self._finder.kept
            self._finder.count()

    def close(self) -> None:
        """Let go of the file."""
        if self._finder is not None:
            self._finder.stop()
        self._finder = None
        super().close()

    def follow(self) -> None:
        """To the end, and stay there."""
        self.answer = ""
        if self._finder is not None:
            self._finder.stop()
            self._finder.found = None
        super().follow()

    # -- what it says

    @property
    def matches(self) -> tuple[int, float] | None:
        """(matching lines, part of the file that is counted); None without a search."""
        return self._finder.total if self._finder else None

    @property
    def kept(self) -> tuple[int, float] | None:
        """(lines kept, part of the file that is looked through); None when all are."""
        kept = self._finder.kept if self._finder else None
        return (kept.total, kept.progress) if kept is not None else None

    @property
    def match_number(self) -> int | None:
        """The number, from 1, of the match that the view has jumped to."""
        return self._finder.position if self._finder else None

    @property
    def is_looking(self) -> bool:
        """Whether a search is under way."""
        return self._finder is not None and self._finder.is_looking

    # -- searching

    def search(self, typed: str) -> None:
        """Look for ``typed`` on the screen, then below it, then above; with nothing typed no more.

        Raises UserErrorException for an expression that cannot be understood.
        """
        if typed:
            parse_pattern(typed)
        self.sought = typed
        self._apply()
        if typed and self._finder is not None:
            self._or_above = self._top.start
            self._look(self._top.start - 1, back=False)
        self._renew()

    def keep(self, typed: str) -> None:
        """Show only lines with ``typed``, with a ``!`` before it only those without; with nothing typed all again.

        Raises UserErrorException for an expression that cannot be understood.
        """
        if typed:
            parse_filter(typed)
        focal = self.focal
        self.keeping = typed
        self._apply()
        if not self.following and self._rows is not None and self._rows.file.size:
            self._spot = self._rows.text.nearest(focal)
            self._top = self._rows.back(Place(self._spot, 0), self.page // 3)
        self._renew()

    def stop_looking(self) -> None:
        """Give up a search under way."""
        if self._finder is not None:
            self._finder.stop()
        self._renew()

    def next_match(self, back: bool = False) -> None:
        """To the next match, or the one before."""
        if not self.sought:
            self.answer = "nothing to look for yet: / asks"
        else:
            self._look_on(back, errors=False)
        self._renew()

    def next_error(self, back: bool = False) -> None:
        """To the next error or traceback, or the one before."""
        self._look_on(back, errors=True)
        self._renew()

    def on_log_finder_found(self, message: LogFinder.Found) -> None:
        """A thread has looked."""
        if message.finder is self._finder:
            hit = self._finder.looked(message)
            if hit and self._is_overwritten():
                self._look(self._beyond(), self._back, self._for_errors)
            else:
                self._take(hit)
            self._renew()

    def on_log_finder_counted(self, message: LogFinder.Counted) -> None:
        """A thread has counted."""
        if message.finder is self._finder:
            self._finder.counted(message)
            rows = self._rows
            if rows is not None and (rows.text.tall or rows.text.kept is not None):
                self._renew()  # fewer lines where blocks were found, more where lines are kept
            else:
                self.post_message(self.Changed())

    def _apply(self) -> None:
        self.answer, self._spot = "", None
        rows, finder = self._rows, self._finder
        if finder is None or rows is None:
            return
        sought = parse_pattern(self.sought) if self.sought else None
        kept = parse_filter(self.keeping) if self.keeping else None
        rows.pattern = sought or kept
        rows.forget()
        finder.search(sought)
        finder.keep(kept)
        rows.text.kept = finder.kept

    def _look_on(self, back: bool, errors: bool) -> None:
        """From what was found last if it is on the screen, else from the edge of the screen."""
        if self._finder is None:
            return
        self._or_above = None
        found = self._finder.found
        if found is not None and self._top.start <= self._whole(found)[0] <= self._bottom:
            self._back = back
            self._look(self._beyond(), back, errors)
        elif back and self.following:
            self._look(self._whole(self._bottom)[1], back, errors)
        else:
            self._look(self._top.start - (0 if back else 1), back, errors)

    def _beyond(self) -> int:
        """From where to look on after what was found last."""
        start, end = self._whole(self._finder.found or 0) if self._finder is not None else (0, 0)
        return start if self._back else end - 1

    def _whole(self, start: int) -> tuple[int, int]:
        """From where to where a line reaches as it is shown; a traceback, open or not, is one for this."""
        text = self._rows.text if self._rows is not None else None
        block = (text.block(start) or (text.traceback(start) if self._for_errors else None)) if text else None
        return (start, start + 1) if block is None else (block.start, block.end)

    def _look(self, start: int, back: bool, errors: bool = False) -> None:
        assert self._finder is not None
        self._no_hit = f"no {'error' if errors else 'match'} {'above' if back else 'below'}"
        self.answer = ""
        self._for_errors, self._back = errors, back
        hit, tries = self._finder.look(start, back, errors), _MOST_TRIES
        while hit and self._is_overwritten() and tries:
            hit, tries = self._finder.look(self._beyond(), back, errors), tries - 1
        self._take(hit)

    def _take(self, hit: bool | None) -> None:
        """``hit``: whether something was found; None when a thread is still looking, or looked in vain."""
        if hit is None:
            return
        above, self._or_above = self._or_above, None
        if hit:
            self._go_to_found()
        elif above is not None:
            self._look(above, back=True)
            self._no_hit = "no match"
            self.answer = self.answer and self._no_hit
        else:
            self.answer = self._no_hit

    def _is_overwritten(self) -> bool:
        """Whether what was found is an earlier state of something that was redrawn, and so not to be seen."""
        rows, found = self._rows, self._finder.found if self._finder is not None else None
        if rows is None or found is None or self._for_errors or rows.pattern is None:
            return False
        block = rows.text.block(found)
        if block is None or block.lines:
            return False
        return not any(rows.pattern.spans(shown.text) for shown in screen_lines(rows.text.line(found)))

    def _go_to_found(self) -> None:
        """Bring the found line, and what matches in it, onto the screen."""
        rows, finder = self._rows, self._finder
        if rows is None or finder is None or finder.found is None:
            return
        traceback = rows.text.traceback(finder.found)
        if traceback is not None:
            rows.text.unfold(traceback)
        start = rows.text.nearest(finder.found)
        self.following, self._spot = False, start
        place = rows.place_of_match(start) if rows.text.tall and not self._for_errors else Place(start, 0)
        if place.row or not self._top.start <= start <= self._bottom:
            self._top = rows.back(place, self.page // 3)
        if rows.pattern is not None and not self._wrap:
            column = rows.column_of_match(start)
            if column is not None and not self._left <= column < self._left + self._room - 1:
                self._left = 0 if column < self._room - 1 else column - self._room // 2
