"""Where lines come from and go to when only a part of x is looked at: the nearest points outside of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from runs_tui.plotting.axes import Limits
from runs_tui.plotting.curve import Lines, Plotted, Point
from runstore.series.reduction import Reducer

_FAR = 1e12  # columns beyond which a line comes in level

Place = tuple[int, float]
"""A column beyond the reduced ones (below 0, or from their number on), and a value."""


class Ends(NamedTuple):
    """Where a line comes from and goes to; None where it begins or ends among the columns."""

    before: Place | None = None
    after: Place | None = None


INSIDE = Ends()


def ends_of(
    curves: Sequence[Plotted], lines: Sequence[Lines], x: Limits, columns: int, log: bool, log_x: bool
) -> dict[int, Ends]:
    """The ends of those parts of the curves' lines, by the `id` of the reduced part, that go on beyond ``x``."""
    found: dict[int, Ends] = {}
    for curve, line in zip(curves, lines, strict=True):
        before, first = curve.last_before(x[0]), curve.first_from(x[0])
        last, after = curve.last_before(x[1], inclusive=True), curve.first_from(math.nextafter(x[1], math.inf))
        for parts, raw in ((line.now, False), (line.raw, True)):
            drawn = [(int(at[0]), int(at[-1]), part) for part in parts if len(at := np.flatnonzero(part.count))]
            if not drawn:
                continue
            comes = _place(before, first, x, columns, raw, log, log_x)
            goes = _place(after, last, x, columns, raw, log, log_x)
            leftmost, rightmost = min(drawn, key=lambda each: each[0]), max(drawn, key=lambda each: each[1])
            if comes and leftmost[2].joined[leftmost[0]]:
                _put(found, leftmost[2], before=comes)
            if goes:
                _put(found, rightmost[2], after=goes)
    return found


def _put(found: dict[int, Ends], part: Reducer, before: Place | None = None, after: Place | None = None) -> None:
    ends = found.get(id(part), INSIDE)
    found[id(part)] = Ends(before or ends.before, after or ends.after)


def _place(
    outside: Point | None, inside: Point | None, x: Limits, columns: int, raw: bool, log: bool, log_x: bool
) -> Place | None:
    """The place of a point outside, if it is joined to its neighbour inside: both have a place on the axes."""
    if outside is None or inside is None or (log_x and outside.x <= 0):
        return None
    value = _value(outside, raw)
    if not all(math.isfinite(each) and (each > 0 or not log) for each in (value, _value(inside, raw))):
        return None
    at, low, high = (math.log10(each) for each in (outside.x, *x)) if log_x else (outside.x, *x)
    column = math.floor(max(-_FAR, min((at - low) / (high - low) * columns, _FAR)))
    return (min(column, -1) if outside.x < x[0] else max(column, columns)), value


def _value(point: Point, raw: bool) -> float:
    return point.value if raw or math.isnan(point.smoothed) else point.smoothed
