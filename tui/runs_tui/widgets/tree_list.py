"""A list to choose from, with indents: names on the left, a few words on each at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.moving import Wheel


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``name`` and ``words`` may be text of a run; ``sign`` stands before the name."""

    key: str
    name: str
    words: str = ""
    depth: int = 0
    sign: str = ""
    dim: bool = False


class TreeList(Wheel, Canvas):
    """A cursor over entries; it stays on its entry when others come and go."""

    notch = 1

    class Moved(Message):
        """The cursor is on another entry."""

    class Opened(Message):
        """A click asks to open the entry under the cursor."""

    def __init__(self, words_of: Callable[[Entry], str] | None = None) -> None:
        """``words_of``: gives the words of an entry once it is on the screen, if that is dear."""
        super().__init__()
        self._entries: Sequence[Entry] = ()
        self._words_of = words_of
        self._cursor = self._top = self._height = 0
        self._ahead = 0  # moves that came before there was anything to move over
        self._empty = ""

    @property
    def chosen(self) -> Entry | None:
        """The entry under the cursor."""
        return self._entries[self._cursor] if self._cursor < len(self._entries) else None

    @property
    def count(self) -> int:
        """How many entries there are."""
        return len(self._entries)

    @property
    def page(self) -> int:
        """Lines on the screen."""
        return max(self.content_size.height, 1)

    @property
    def place(self) -> str:
        """``3 of 12``."""
        return f"{self._cursor + 1} of {len(self._entries)}" if self._entries else ""

    def offer(self, entries: Sequence[Entry], empty: str = "", key: str | None = None) -> None:
        """Show these, with the cursor on ``key`` or where it was; ``empty`` is said when there are none."""
        wanted = key or (self.chosen.key if self.chosen else None)
        self._entries, self._empty = entries, empty
        if not (self.chosen and self.chosen.key == wanted):
            self._cursor = next((at for at, each in enumerate(entries) if each.key == wanted), self._cursor)
        self._cursor = max(min(self._cursor + self._ahead, len(entries) - 1), 0)
        self._ahead = 0
        self.repaint()

    def go(self, key: str) -> None:
        """The cursor to this entry."""
        place = next((at for at, each in enumerate(self._entries) if each.key == key), None)
        if place is not None:
            self.move(place - self._cursor)

    def move(self, by: int) -> None:
        """Move the cursor; of a list that is still empty, once it is filled."""
        if not self._entries:
            self._ahead += by
            return
        there = max(min(self._cursor + by, len(self._entries) - 1), 0)
        if there != self._cursor:
            self._cursor = there
            self.repaint()
            self.post_message(self.Moved())

    def draw(self, width: int, height: int) -> list[Strip]:
        """The entries around the cursor."""
        if not self._entries:
            return [fit.line((f"  {part}", self.ink.dim)) for part in fit.wrap(self._empty, max(width - 3, 4))]
        last = len(self._entries) - 1
        grown = max(height - self._height, 0)  # more room first shows again what is above
        self._height = height
        self._top = max(min(self._top - grown, self._cursor, last + 1 - height), self._cursor - height + 1, 0)
        return [
            self._line(each, width, here=at == self._cursor)
            for at, each in enumerate(self._entries[self._top : self._top + height], self._top)
        ]

    def _line(self, entry: Entry, width: int, *, here: bool) -> Strip:
        ink = self.ink
        words = fit.safe(entry.words or (self._words_of(entry) if self._words_of else ""), 60)
        words = fit.left(words, min(fit.cell_len(words), max(width // 2, 8)))
        head = f" {'▸' if here else ' '} {'  ' * min(entry.depth, 12)}{entry.sign}"
        room = max(width - fit.cell_len(head) - fit.cell_len(words) - 2, 1)
        name = fit.safe(entry.name, 400)
        strip = fit.line(
            (head, ink.accent if here else ink.dim),
            (fit.middle(name, room), ink.dim if entry.dim else Style.null()),
            (f" {words} ", ink.dim),
        )
        return strip.adjust_cell_length(width, Style.null()).apply_style(ink.cursor) if here else strip

    def on_click(self, event: events.Click) -> None:
        """The clicked entry gets the cursor; a second click opens it."""
        place = self._top + event.y
        if place < len(self._entries):
            if place == self._cursor:
                self.post_message(self.Opened())
            self.move(place - self._cursor)
