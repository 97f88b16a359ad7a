"""The app on a store, with Textual's own way to the terminal when PLAIN is set: what the lean one is held to.

When STRAY is set, its text is written to descriptor 2 again and again, as a library in C does, and once at the end.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

from rich.console import RenderableType
from textual.app import App
from textual.screen import Screen

from runs_tui.app import RunsApp
from runs_tui.model.feed import start_feed


class PlainApp(RunsApp):
    """Sends what Textual sends."""

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        App._display(self, screen, renderable)


def stray(text: bytes, enough: threading.Event) -> None:
    """Write to descriptor 2 until it is enough."""
    while not enough.wait(0.02):
        os.write(2, text)


if __name__ == "__main__":
    feed = start_feed([sys.argv[1]])
    enough = threading.Event()
    text = os.environ.get("STRAY", "").encode()
    try:
        app = (PlainApp if os.environ.get("PLAIN") else RunsApp)(feed)
        if text:
            app.call_later(threading.Thread(target=stray, args=(text, enough)).start)
        app.run()
    finally:
        enough.set()
        feed.close()
    if text:
        os.write(2, b"left: " + text)
