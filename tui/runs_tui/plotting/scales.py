"""What the axes of a chart span: one answer for the screen and for every file that shows the same chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from runs_tui.plotting.axes import Axis, Bounds, Limits, XKind, apart, bounds_of, x_limits, y_axis
from runs_tui.plotting.curve import Lines, Plotted
from runs_tui.plotting.look import Look


class Scales(NamedTuple):
    """``x`` and ``y`` of a plot; y is None where no value has a place on it."""

    kind: XKind
    x: Limits
    y: Axis | None
    log_x: bool


def scales_of(curves: Sequence[Plotted], columns: int, rows: int, look: Look) -> Scales | None:
    """What a plot of these curves spans on ``rows`` rows of cells; None if there is no point with a place on x.

    ``columns`` are the dots across it, as far as known: they share the work, and change no limit.
    """
    log_x = log_x_of(curves, look)
    spans = [span for curve in curves if (span := curve.span(log_x))]
    if not spans:
        return None
    kind = curves[0].kind
    low, high = x_limits(min(a for a, _ in spans), max(b for _, b in spans), kind, look.live, log_x)
    x = _within((low, high), look.x_limits or (None, None), log_x)
    ranges = [
        found for curve in curves
        if (found := curve.range(*x, columns, look.log, log_x=log_x, robust=look.robust))
    ]  # fmt: skip
    y: Axis | None = None
    bottom, top = bounds_of(look.y_limits, look.log)
    if not ranges and bottom is not None and top is not None:
        ranges = [(bottom, top)]
    if ranges:
        y = y_axis(min(a for a, _ in ranges), max(b for _, b in ranges), rows, look.log, look.y_limits)
    return Scales(kind, x, y, log_x)


def log_x_of(curves: Sequence[Plotted], look: Look) -> bool:
    """Whether x is logarithmic: it was asked for, and is no wall clock."""
    return look.log_x and bool(curves) and curves[0].kind != "wall"


def _within(found: Limits, typed: Bounds, log: bool) -> Limits:
    """The limits of the points, but for those that were typed."""
    bottom, top = bounds_of(typed, log)
    low, high = found if bottom is None else (bottom, found[1])
    if top is not None:
        high = top
    if low >= high and bottom is not None:  # all points lie before what is looked at
        high = low * 10 if log else low + (abs(low) or 1.0)
    elif low >= high:
        low = high / 10 if log else high - (abs(high) or 1.0)
    return apart(low, high, log)


def why_no_scales(curves: Sequence[Plotted]) -> str:
    """What is said in place of a plot where `scales_of` finds nothing."""
    return "no x above 0" if any(curve.span() for curve in curves) else "no points yet"


def why_empty(lines: Sequence[Lines], log: bool) -> str:
    """What is said in a plot without a line; empty if there is one."""
    if any(part.count.any() for line in lines for parts in (line.now, line.band, line.old) for part in parts):
        return ""
    marks = [part for line in lines for part in line.marks]
    if not any(flags.any() for part in marks for flags in (part.nan, part.above, part.below)):
        return "no points here"
    return "nothing above 0" if log else "no finite value"
