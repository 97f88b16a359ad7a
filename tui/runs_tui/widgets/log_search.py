"""The view of a log with its search: words, expressions, errors, one after the other, and how many there are."""

from __future__ import annotations

from runs_tui.widgets.log_finder import LogFinder
from runs_tui.widgets.log_rows import LogRows, Place
from runs_tui.widgets.log_view import LogView
from runstore.reading.text import parse_pattern


class LogSearch(LogView):
    """A `LogView` that looks for things; what it looks for is kept from log to log."""

    def __init__(self) -> None:
        super().__init__()
        self.sought = ""
        """What the search is for, as typed; empty without one."""
        self.answer = ""
        """What the last search or jump came to, if it found nothing."""
        self._finder: LogFinder | None = None
        self._or_above: int | None = None  # where to look upwards from if there is nothing below
        self._no_hit = ""
        self._for_errors = False

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
            self._take(self._finder.looked(message))
            self._renew()

    def on_log_finder_counted(self, message: LogFinder.Counted) -> None:
        """A thread has counted."""
        if message.finder is self._finder:
            self._finder.counted(message)
            self.post_message(self.Changed())

    def _apply(self) -> None:
        self.answer, self._spot = "", None
        if self._finder is None or self._rows is None:
            return
        self._rows.pattern = parse_pattern(self.sought) if self.sought else None
        self._rows.forget()
        self._finder.search(self._rows.pattern)

    def _look_on(self, back: bool, errors: bool) -> None:
        """From what was found last if it is on the screen, else from the edge of the screen."""
        if self._finder is None:
            return
        self._or_above = None
        found = self._finder.found
        if found is not None and self._top.start <= found <= self._bottom:
            self._look(found, back, errors)
        elif back and self.following:
            self._look(self._bottom + 1, back, errors)
        else:
            self._look(self._top.start - (0 if back else 1), back, errors)

    def _look(self, start: int, back: bool, errors: bool = False) -> None:
        assert self._finder is not None
        self._no_hit = f"no {'error' if errors else 'match'} {'above' if back else 'below'}"
        self.answer = ""
        self._for_errors = errors
        self._take(self._finder.look(start, back, errors))

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

    def _go_to_found(self) -> None:
        """Bring the found line, and what matches in it, onto the screen."""
        rows, finder = self._rows, self._finder
        if rows is None or finder is None or finder.found is None:
            return
        self.following, self._spot = False, finder.found
        place = rows.place_of_match(finder.found) if rows.file.tall and not self._for_errors else Place(finder.found, 0)
        if place.row or not self._top.start <= finder.found <= self._bottom:
            self._top = rows.back(place, self.page // 3)
        if rows.pattern is not None and not self._wrap:
            column = rows.column_of_match(finder.found)
            width = self._page_size.width
            if column is not None and not self._left <= column < self._left + width - 1:
                self._left = 0 if column < width - 1 else column - width // 2
