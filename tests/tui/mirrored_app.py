"""The app on a store; F5 lets it write down which cell holds what, to be held against what the terminal shows."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.strip import Strip

from runs_tui.app import RunsApp
from runs_tui.app.frame import Frame
from runs_tui.model.feed import start_feed


class CheckedFrame(Frame):
    """Notes parts of lines that are not as wide as they say: what is beside them would be moved, for one frame."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def changes(self, y: int, x: int, strips: Sequence[Strip]) -> Iterator[tuple[int, list[Segment]]]:
        self.wrong += [
            f"{y}:{x} {strip.text!r} takes {width} cells, not {strip.cell_length}"
            for strip in strips
            if (width := len(self._cells([strip])[0])) != strip.cell_length
        ]
        return super().changes(y, x, strips)


class MirroredApp(RunsApp):
    """Writes the file MIRROR anew for each F5, once everything that was typed before is on the screen."""

    _written = 0

    def on_load(self) -> None:
        self._frame: CheckedFrame = CheckedFrame()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and event.key == "f5":
            self.call_after_refresh(self._write)
            return
        await super().on_event(event)

    def _write(self) -> None:
        self._written += 1
        strips = self.screen._compositor.render_strips()
        rows = [[cell for segment in strip for cell in cells_of(segment.text)] for strip in strips]
        path = os.environ["MIRROR"]
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump([self._written, rows, self._frame.wrong], file)
        os.replace(path + ".new", path)


def cells_of(text: str) -> list[str]:
    """One entry for each cell; a text whose characters do not add up to its width in one piece."""
    sizes = [cell_len(character) for character in text]
    if 0 in sizes or sum(sizes) != cell_len(text):
        return [text, *[""] * (cell_len(text) - 1)]
    return [cell for character, size in zip(text, sizes, strict=True) for cell in (character, *[""] * (size - 1))]


if __name__ == "__main__":
    feed = start_feed([sys.argv[1]])
    try:
        MirroredApp(feed).run()
    finally:
        feed.close()
