"""A panel at the lower end of the screen, over the screen below it, which stays as it is."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget

from runs_tui.widgets.hints import Hints
from runs_tui.widgets.titled_rule import TitledRule

Result = TypeVar("Result")


class PanelScreen(Screen[Result], inherit_bindings=False):
    """A title, what `body` gives, and the hints; as high as the body asks for, as far as there is room."""

    DEFAULT_CSS = """
    PanelScreen { background: transparent; &:ansi { background: transparent; } }
    PanelScreen #panel { dock: bottom; background: $background; }
    """
    keys_screen: ClassVar[str]

    def __init__(self, title: str, about: str, hints: list[tuple[str, str]] | None = None) -> None:
        """``about``: whom it concerns; ``hints``: as for `Hints`."""
        super().__init__()
        self._title = TitledRule(title, about)
        self._hints = Hints(self.keys_screen, hints)

    def body(self) -> list[Widget]:
        """The widgets between title and hints, from above; the first takes the room that the others leave."""
        raise NotImplementedError

    def lines_wanted(self) -> int:
        """How many lines the body would fill."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The panel."""
        with Vertical(id="panel"):
            yield self._title
            yield from self.body()
            yield self._hints

    def on_mount(self) -> None:
        """Its height."""
        self._arrange(self.app.size.height)

    def on_resize(self, event: events.Resize) -> None:
        """The room is another."""
        self._arrange(event.size.height)

    def _arrange(self, height: int) -> None:
        self._hints.styles.height = 1
        self.query_one("#panel").styles.height = max(min(self.lines_wanted() + 2, height - 1), 3)

    async def back(self) -> bool:
        """Close; nothing is done."""
        self.dismiss(None)
        return True

    escape = back
    interrupt = back

    def say(self, message: str) -> None:
        """A message in place of the hints."""
        self._hints.say(message)
