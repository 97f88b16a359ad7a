"""The app: the feed, the screens, and the keys that mean the same everywhere."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, runtime_checkable

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen

from runs_tui import keys
from runs_tui.app.border_colours import keep_by_colours
from runs_tui.app.frame import Frame, lean
from runs_tui.app.loop import AppLoop
from runs_tui.app.outlet import Outlet, leave_in_any_case
from runs_tui.model.feed import Feed, start_feed
from runs_tui.model.snapshot import Snapshot
from runs_tui.model.words import use_utc
from runs_tui.plain import is_plain
from runs_tui.screens.runs import RunsScreen
from runs_tui.themes import theme_for, themes


class SnapshotReady(Message):
    """The feed has a snapshot to take."""


@runtime_checkable
class OurScreen(Protocol):
    """What the app asks of each of its screens."""

    keys_screen: str
    """Its name in the registry of keys."""

    async def back(self) -> bool:
        """One level back."""
        ...

    async def escape(self) -> bool:
        """Out of what is open; whether anything was."""
        ...

    async def interrupt(self) -> bool:
        """Clear a prompt or filter; whether there was one."""
        ...

    def say(self, message: str) -> None:
        """Show a short message."""
        ...


class RunsApp(App[None], inherit_bindings=False):
    """The monitor: shows what the feed gives until it is left. Who made the feed closes it."""

    BINDINGS = keys.bindings("everywhere")
    ENABLE_COMMAND_PALETTE = False
    TITLE = "runs"

    def __init__(
        self, feed: Feed, others: Sequence[str] = (), *, theme: str | None = None, first_run: str | None = None
    ) -> None:
        """``others``: known roots that are not open; ``first_run``: the key of a run to open at once.

        Raises `ValueError` for a theme that does not exist.
        """
        name = theme_for(os.environ, theme)
        super().__init__()
        keep_by_colours()
        for made in themes():
            self.register_theme(made)
        if name not in self.available_themes:
            raise ValueError(f"there is no theme {name!r}; the themes are {', '.join(sorted(self.available_themes))}")
        self.theme = name
        self.animation_level = "none"
        self._feed = feed
        self.is_paused = False
        """Whether the screen is held still."""
        self._first_run = first_run
        self._is_shown = False
        self._frame = Frame(plain=is_plain(os.environ))
        self._outlet = Outlet(self)
        self._runs = RunsScreen(feed, others)

    def get_default_screen(self) -> RunsScreen:
        """Home."""
        return self._runs

    def get_driver_class(self) -> type[Driver]:
        """On a terminal, the driver that sleeps while nobody types."""
        usual = super().get_driver_class()
        from textual.drivers.linux_driver import LinuxDriver

        from runs_tui.app.driver import PatientDriver

        return PatientDriver if usual is LinuxDriver else usual

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send only the cells that differ from what the terminal shows, and nothing while it does not take it."""
        if renderable is not None and not self._outlet.takes_a_frame():
            return
        super()._display(screen, lean(self._frame, renderable))

    def _set_pointer_shape(self, shape: str) -> None:
        """The pointer keeps its shape: some terminals print the sequence that would change it."""

    def on_resize(self, event: events.Resize) -> None:
        """The terminal may have moved its lines, also where its size is the same in the end.

        Of another size the next frame is sent whole; one of the old size would overwrite its last line.
        """
        if event.size == self._frame.size:
            self.action_redraw()

    async def on_event(self, event: events.Event) -> None:
        """Act on keys in the order in which they come.

        Textual first hands a key to the widget that has the focus, and looks for its meaning when nobody took it; by
        then the key before it may have moved the focus, and keys typed ahead are lost.
        """
        if isinstance(event, events.Key) and self._exit:
            return  # what was typed after the key that leaves is not meant for us
        if isinstance(event, events.Key) and not event.is_forwarded:
            focused = self.focused
            text = focused is not None and focused.check_consume_key(event.key, event.character)
            insert = getattr(focused, "insert_text_at_cursor", None)
            if text and insert is not None and event.character is not None:
                insert(event.character)
                return
            if not text and await self._check_bindings(event.key):
                return
        await super().on_event(event)

    def on_mount(self) -> None:
        """Show what the feed has read meanwhile, and then whatever is new."""
        if not gc.isenabled():
            self.set_timer(1.0, _collect_again)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with suppress(NotImplementedError, RuntimeError, ValueError):  # only in the main thread
                loop.add_signal_handler(number, partial(self._end, 128 + number))
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())
        self._feed.on_ready(self._say_ready)

    def _end(self, code: int) -> None:
        """A signal asks for the end."""
        leave_in_any_case(code)
        self.exit(return_code=code)

    def _say_ready(self) -> None:
        """Called by the feed, on its thread."""
        self.post_message(SnapshotReady())

    async def on_snapshot_ready(self, _message: SnapshotReady) -> None:
        """Give the newest snapshot to the screen, unless it is held still."""
        if not self.screen_stack:  # the app is leaving
            return
        self._ring()
        if self.is_paused:
            return
        snapshot, screen = self._feed.take(), self.screen
        if snapshot is not None and screen is not self._runs:
            self._runs.show_below(snapshot)
        if snapshot is not None and hasattr(screen, "show_snapshot"):  # a protocol takes ten times as long to ask for
            screen.show_snapshot(snapshot)
            if snapshot.rows and not self._is_shown:
                self._is_shown = True
                self.call_after_refresh(self._feed.shown)
        if snapshot is not None:
            await self._open_first(snapshot)

    async def _open_first(self, snapshot: Snapshot) -> None:
        """Open the run that was asked for as soon as it is read, also where the list does not show it."""
        key = self._first_run
        if key is None:
            return
        row = snapshot.followed.get(key) or next((row for row in snapshot.rows if row.key == key), None)
        if row is not None or self.screen is not self._runs:  # or somebody has gone elsewhere meanwhile
            self._first_run = None
        else:
            self._feed.follow((key,))
        if row is not None and self.screen is self._runs:
            await self._runs.open_run(row)

    def _ring(self) -> None:
        """The bell, and what rang."""
        rung = self._feed.rung()
        if rung:
            self.bell()
            if isinstance(self.screen, OurScreen):
                more = f" and {len(rung) - 1} more" if len(rung) > 1 else ""
                self.screen.say(f"{rung[0]}{more}")

    async def action_back(self) -> None:
        """One level back."""
        if isinstance(self.screen, OurScreen):
            await self.screen.back()

    async def action_escape(self) -> None:
        """Out of what is open."""
        if isinstance(self.screen, OurScreen):
            await self.screen.escape()

    async def action_interrupt(self) -> None:
        """Clear a prompt or the filter; where there is none, say how to leave."""
        if isinstance(self.screen, OurScreen) and not await self.screen.interrupt():
            self.screen.say("q goes back, Q quits")

    def action_focus_next(self) -> None:
        """The next pane; where something is typed that can be completed, that."""
        if not self._complete(1):
            super().action_focus_next()

    def action_focus_previous(self) -> None:
        """The pane before, or the completion before."""
        if not self._complete(-1):
            super().action_focus_previous()

    def _complete(self, by: int) -> bool:
        """Complete what is typed; whether there is a prompt that can."""
        complete = getattr(self.focused, "complete", None)
        if complete is None:
            return False
        complete(by)
        return True

    def action_quit_now(self) -> None:
        """Leave the app."""
        self.exit()

    def action_help(self) -> None:
        """The keys of this screen."""
        from runs_tui.screens.help import HelpScreen

        if isinstance(self.screen, OurScreen) and self.screen.keys_screen != "help":
            self.push_screen(HelpScreen(self.screen.keys_screen))

    async def action_palette(self) -> None:
        """The actions of this screen by name."""
        from runs_tui.screens.palette import Action, PaletteScreen

        async def do(action: Action | None) -> None:
            if action is not None:
                await self.run_action(action.key.action, action.node)

        screen = self.screen
        if isinstance(screen, OurScreen) and screen.keys_screen != "palette":
            await self.push_screen(PaletteScreen(screen, screen.keys_screen), do)

    async def action_pause(self) -> None:
        """Hold the screen still, or go on."""
        self.is_paused = not self.is_paused
        if isinstance(self.screen, OurScreen):
            self.screen.say("paused: p goes on" if self.is_paused else "")
        await self.on_snapshot_ready(SnapshotReady())

    def action_suspend_process(self) -> None:
        """Back to the shell, if there is one on this terminal that can bring the app back."""
        try:
            shell = os.getsid(os.getppid()) == os.getsid(0)
        except OSError:
            shell = False
        if shell:
            super().action_suspend_process()
        elif isinstance(self.screen, OurScreen):
            self.screen.say("no shell on this terminal to go back to; q leaves")

    def action_redraw(self) -> None:
        """Send every cell again: the terminal may show something else than we think."""
        self._frame.forget()
        self.screen.refresh()


def _collect_again() -> None:
    """Collect garbage from now on, and never look again at what was made while starting."""
    gc.freeze()
    gc.enable()


def run_app(
    roots: Sequence[str],
    others: Sequence[str] = (),
    *,
    mouse: bool = True,
    utc: bool = False,
    theme: str | None = None,
    feed: Feed | None = None,
    first_run: str | None = None,
) -> int:
    """Show the monitor on these roots until it is left, and return its exit code.

    ``others``: known roots to name. ``feed``: one for ``roots`` that was started already, to save its time; it is
    closed in any case. ``first_run``: the key of a run to open at once. Raises `ValueError` for a theme that does not
    exist.
    """
    if utc:
        use_utc()
    for name in ("COLUMNS", "LINES"):  # where these are set Textual believes them, and follows no resize
        os.environ.pop(name, None)
    if feed is None:
        feed = start_feed(roots)
    try:
        app = RunsApp(feed, others, theme=theme, first_run=first_run)
        with asyncio.Runner(loop_factory=AppLoop) as runner:
            runner.run(app.run_async(mouse=mouse))
    finally:
        feed.close()
    return app.return_code or 0
