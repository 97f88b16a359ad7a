"""A one-line prompt in the place of the hints."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.widgets import Input

from runs_tui import keys


class Prompt(Input, inherit_bindings=False):
    """An input without border or blinking.

    The app hands it what is typed by `insert_text_at_cursor` before it looks at the next key, so that with
    ``changed`` and ``submit`` everything happens in the order in which it was typed. Without them there are the
    messages ``Input.Changed`` and ``Input.Submitted``.
    """

    BINDINGS = keys.bindings("prompt")
    DEFAULT_CSS = """
    Prompt, Prompt:focus { height: 1; border: none; padding: 0; background: transparent; width: 1fr; }
    """

    def __init__(
        self,
        value: str = "",
        placeholder: str = "",
        *,
        changed: Callable[[str], None] | None = None,
        submit: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """``changed`` is called with the text after each change, ``submit`` is awaited at Enter."""
        self._changed = changed  # before the value, which is watched
        self._submit = submit
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def on_mount(self) -> None:
        """Input has the screen call it when text is selected there, and the screen would keep it for that."""
        self._selections = self.screen.text_selection_started_signal

    def on_unmount(self) -> None:
        """The screen may forget it."""
        self._selections.unsubscribe(self)

    def watch_value(self, value: str) -> None:
        """Tell of a change."""
        if self._changed is not None and self.is_mounted:
            self._changed(value)

    async def action_submit(self) -> None:
        """The end."""
        if self._submit is not None:
            await self._submit()
        else:
            await super().action_submit()
