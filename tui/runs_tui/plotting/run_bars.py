"""One value of each of several runs as bars below each other, drawn by plotext for a terminal that scrolls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem

from runs_tui.plotting.axes import Axis, x_axis, x_limits
from runs_tui.plotting.cells import Role, fit
from runs_tui.plotting.styles import styles

_LEAST = 10
"""Cells that the bars keep beside long names."""


class Bar(NamedTuple):
    """A run's name, its value, the value in words, and the number of its colour."""

    name: str
    value: float
    said: str
    hue: int


def draw_run_bars(bars: Sequence[Bar], width: int, theme: str | None) -> list[str]:
    """A bar of one line for each, from 0 on, and below them the axis: ``width`` cells wide, one string a line.

    ``theme`` gives the colours, as codes for a terminal. A value that is not finite has a line without a bar.
    """
    finite = [bar.value for bar in bars if math.isfinite(bar.value)]
    limits = x_limits(min(0.0, *finite), max(0.0, *finite), "value", live=False) if finite else (0.0, 1.0)
    said = max((cell_len(bar.said) for bar in bars), default=0)
    named = max((cell_len(bar.name) for bar in bars), default=0)
    room = max(min(named, width - said - _LEAST - 3), 4)
    labels = [_padded(fit(bar.name, room), room) + bar.said.rjust(said + 2) for bar in bars]
    axis = x_axis(limits, max(width - room - said - 3, _LEAST), "value")
    return _plot(labels, [bar.value for bar in bars], axis, width, [_number(theme, bar.hue) for bar in bars])


def _plot(
    labels: Sequence[str], values: Sequence[float], axis: Axis, width: int, colours: Sequence[int | None]
) -> list[str]:
    """A line for each value, and two for the axis."""
    import plotext

    plotext.terminal.limit(False, False)  # the size is as asked for, also in a pipe
    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, len(values) + 2)
    plotext.add_theme("runs", text=plotext.pixel())  # else it paints white behind what has no background of its own
    figure.theme("runs")
    for name, side in (("x", "upper"), ("y", "right")):
        figure.axes(active=False, axis=name, side=side)
    figure.ruler("x").lim(axis.low, axis.high)
    figure.ruler("x").ticks([tick.at for tick in axis.ticks], [tick.label for tick in axis.ticks])
    figure.ruler("y").lim(*((1, len(values)) if len(values) > 1 else (0, 2)))  # the middles of its outermost rows
    places = range(len(values), 0, -1)
    drawn = [each for each in zip(places, values, colours, strict=True) if math.isfinite(each[1])]
    if drawn:
        markers = [plotext.marker("full", *([colour] if colour is not None else [])) for _, _, colour in drawn]
        figure.draw(figure.bar([place for place, _, _ in drawn], [value for _, value, _ in drawn],
                               orientation="horizontal", width=0.01, marker=markers))  # fmt: skip
    figure.ruler("y").ticks(list(places), list(labels))  # a bar brings ticks of its own
    text: str = figure.build().string(colorless=all(colour is None for colour in colours))
    return [line.rstrip() for line in text.splitlines()]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _number(theme: str | None, hue: int) -> int | None:
    """The number of a colour in the palette of 256."""
    colour = styles(theme)[Role.LINE + hue].color if theme else None
    return colour.downgrade(ColorSystem.EIGHT_BIT).number if colour is not None else None
