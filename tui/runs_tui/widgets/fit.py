"""Lines of the screen from pieces of text; the text itself is fitted to cells by `runs_tui.model.text`."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from runs_tui.model.text import cell_len, left, middle, right, right_end, safe, wrap

__all__ = ["both_ends", "cell_len", "left", "line", "middle", "right", "right_end", "safe", "wrap"]

Part = tuple[str, Style] | str
"""A piece of a line; a plain string has no style of its own."""


def line(*parts: Part) -> Strip:
    """A strip of (text, style) pieces; a plain string has no style of its own."""
    return Strip(
        [Segment(part, Style.null()) if isinstance(part, str) else Segment(*part) for part in parts if part and part[0]]
    )


def both_ends(start: Iterable[Part], end: Iterable[Part], width: int) -> Strip:
    """A strip with pieces at its left and right end; the left ones give way."""
    tail = line(*end)
    head = line(*start).adjust_cell_length(max(width - tail.cell_length, 0), Style.null())
    return Strip([*head, *tail]).adjust_cell_length(width, Style.null())
