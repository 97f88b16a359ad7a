"""One line as a terminal shows it, as segments."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style

from runs_tui.ansi.sgr import Sgr, apply, style_of
from runstore.reading.text import ScreenLine


def segments_of(
    line: ScreenLine, state: Sgr, marks: Sequence[tuple[int, int]] = (), mark: Style | None = None
) -> tuple[list[Segment], Sgr]:
    """The segments of ``line``, and the state after it, when ``state`` was in force before it.

    ``marks``: ascending, disjoint spans of characters that get the style ``mark`` over their own.
    """
    states = [state]
    for parameters in line.sgrs:
        states.append(apply(states[-1], parameters))
    segments = [Segment(text, style_of(states[index])) for text, index in line.spans]
    return (marked(segments, marks, mark) if marks else segments), states[-1]


def marked(segments: list[Segment], marks: Sequence[tuple[int, int]], mark: Style | None) -> list[Segment]:
    """``segments`` with the style ``mark`` over their own in ascending, disjoint spans of characters."""
    found: list[Segment] = []
    pending = iter(marks)
    start, end = next(pending)
    at = 0  # characters before the present segment
    for text, style, _ in segments:
        done = 0
        while done < len(text):
            here = at + done
            while end <= here:
                start, end = next(pending, (1 << 60, 1 << 60))
            if here < start:
                stop, look = min(start - at, len(text)), style
            else:
                stop, look = min(end - at, len(text)), (style or Style.null()) + mark
            found.append(Segment(text[done:stop], look))
            done = stop
        at += len(text)
    return found
