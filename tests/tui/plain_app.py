"""The app on a store, with Textual's own way to the terminal when PLAIN is set: what the lean one is held to."""

from __future__ import annotations

import os
import sys
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


if __name__ == "__main__":
    feed = start_feed([sys.argv[1]])
    try:
        (PlainApp if os.environ.get("PLAIN") else RunsApp)(feed).run()
    finally:
        feed.close()
