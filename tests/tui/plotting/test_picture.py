"""Whole plots, cell by cell against a slow picture from the definition."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from runs_tui.plotting.axes import Bounds, Limits, XKind
from runs_tui.plotting.border import plot_of
from runs_tui.plotting.chart import Look, Title, draw_chart
from runs_tui.plotting.curve import Curve, Lines, Point
from runs_tui.plotting.glyphs import ASCII, UNICODE
from runs_tui.plotting.scales import scales_of
from runstore.series.reduction import Reducer
from tests.tui.plotting.series_of import curve
from tests.tui.plotting.slow_picture import Near, Shown, SlowPicture


class Areas:
    """A curve with an area about it, of at most a few points."""

    weight, version = 0.0, 0
    kind: XKind = "relative"

    def __init__(self, made: Curve, band: list[tuple[float, float, float]]) -> None:
        self._curve, self._band = made, band
        self.first_nan = made.first_nan

    def span(self, log: bool = False) -> Limits | None:
        """That of the curve."""
        return self._curve.span(log)

    def range(
        self, start: float, stop: float, columns: int, log: bool = False, *, log_x: bool = False, robust: bool = False
    ) -> Limits | None:
        """That of the curve."""
        return self._curve.range(start, stop, columns, log, log_x=log_x, robust=robust)

    def lines(self, start: float, stop: float, columns: int, log: bool = False, *, log_x: bool = False) -> Lines:
        """The curve's lines and the area."""
        area = Reducer(start, stop, columns, log=log_x)
        for x, low, high in self._band:
            area.extend(np.array([x, x]), np.array([low, high]))
        return self._curve.lines(start, stop, columns, log, log_x=log_x)._replace(band=[area])

    def first_from(self, x: float) -> Point | None:
        """That of the curve."""
        return self._curve.first_from(x)

    def last_before(self, x: float, inclusive: bool = False) -> Point | None:
        """That of the curve."""
        return self._curve.last_before(x, inclusive)


def smoothed(values: list[float], weight: float) -> list[float]:
    """The debiased mean by its direct formula; NaN where there is no value."""
    found, total, share = [], 0.0, 0.0
    for value in values:
        if math.isfinite(value):
            total, share = total * weight + value, share * weight + 1
        found.append(total / share if math.isfinite(value) else value)
    return found


# Odd numbers: what lies in the middle between two dots is left out.
VALUES = st.integers(-20_000, 50_000).map(lambda n: n * 1.00137e-4 + 3.1e-5) | st.sampled_from(
    [math.nan, math.inf, -math.inf]
)
PLACES = st.lists(st.integers(100, 60_000), max_size=25, unique=True).map(
    lambda places: [n * 1.00137e-3 for n in sorted(places)]
)
LIMITS: st.SearchStrategy[Bounds] = st.sampled_from(
    [(None, None), (None, None), (-3.3, 4.1), (None, 1.7), (0.31, None), (0.21, 7.7)]
)


@st.composite
def curves(draw: st.DrawFn) -> tuple[Shown, Areas]:
    """What a curve shows, and the curve."""
    xs = draw(PLACES)
    values = draw(st.lists(VALUES, min_size=len(xs), max_size=len(xs)))
    weight = draw(st.sampled_from([0.0, 0.0, 0.6]))
    made = curve(values, None, xs, "relative", weight)
    shown = Shown(list(zip(xs, values, strict=True)))
    if weight:
        shown = Shown(list(zip(xs, smoothed(values, weight), strict=True)), shown.now)
    shown.band = [
        (x, value - spread, value + spread)
        for x, value in shown.now
        if math.isfinite(value) and (spread := draw(st.sampled_from([0.0, 1.7])))
    ]
    return shown, Areas(made, shown.band)


@settings(max_examples=60)
@given(
    st.lists(curves(), min_size=1, max_size=3), st.integers(8, 40), st.integers(3, 12), st.booleans(), st.booleans(),
    LIMITS, st.sampled_from([None, (3.21, 17.9), (10.3, None)]), st.booleans(), st.booleans(),
)  # fmt: skip
def test_each_cell_is_what_the_slow_picture_has(
    made: list[tuple[Shown, Areas]], width: int, height: int, log: bool, log_x: bool, y_limits: Bounds,
    x_limits: Bounds | None, plain: bool, robust: bool,
) -> None:  # fmt: skip
    look = Look(
        axes=False, log=log, log_x=log_x, y_limits=y_limits, x_limits=x_limits, robust=robust, hues=(3, 1, 7),
        glyphs=ASCII if plain else UNICODE,
    )  # fmt: skip
    plotted = [areas for _, areas in made]
    cells, frame = draw_chart(plotted, width, height, Title("m"), look)
    assume(frame is not None)
    assert frame is not None
    scales = scales_of(plotted, width * look.glyphs.across, height - 1, look)
    assert scales is not None
    assume(scales.y is not None and any(part.count.any() for c in plotted for part in c.lines(*scales.x, 9, log).now))
    assert scales.y is not None
    try:
        expected = SlowPicture(frame, scales.y, look).plot([shown for shown, _ in made])
    except Near:
        assume(False)
    chars, roles = plot_of(cells, frame)
    found = {
        (row, column): (chr(chars[row, column]), int(roles[row, column]))
        for row in range(frame.height)
        for column in range(frame.width)
        if roles[row, column]
    }
    assert found == expected
