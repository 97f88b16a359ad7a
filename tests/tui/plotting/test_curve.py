"""Curves: points in drawing order, resumed runs, and growth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.plotting.axes import XKind
from runs_tui.plotting.curve import Curve, Lines
from runstore.records.points import NO_STEP
from tests.tui.plotting.series_of import curve, series

FIELDS = ("count", "first", "last", "low", "high", "joined", "nan", "above", "below")
STEPS = st.lists(st.integers(0, 30) | st.just(NO_STEP), max_size=40)


def tables(lines: Lines) -> list[list[list[str]]]:
    """All numbers of reduced lines as text, so that NaN compares and the last bits of a sum do not."""
    return [
        [[f"{round(value, 9) + 0.0:.9g}" for value in getattr(part, field).tolist()] for field in FIELDS]
        for parts in lines
        for part in parts
    ]


@given(STEPS, st.lists(st.integers(0, 40), max_size=4), st.sampled_from([0.0, 0.6]), st.booleans(), st.data())
def test_a_curve_that_grew_is_drawn_like_one_read_at_once(
    steps: list[int], cuts: list[int], weight: float, log: bool, data: st.DataObject
) -> None:
    values = data.draw(st.lists(st.floats(-10, 10) | st.just(math.nan), min_size=len(steps), max_size=len(steps)))
    times = sorted(data.draw(st.lists(st.floats(0, 100), min_size=len(steps), max_size=len(steps))))
    kind: XKind = data.draw(st.sampled_from(["step", "relative", "wall"]))
    grown = Curve(kind, weight)
    for cut in sorted(min(cut, len(steps)) for cut in [*cuts, len(steps)]):
        grown.update(series(values[:cut], steps[:cut], times[:cut]))
        grown.lines(0.0, 40.0, 25, log)
        grown.range(0.0, 40.0, 7, log)
    whole = curve(values, steps, times, kind, weight)
    assert tables(grown.lines(0.0, 40.0, 25, log)) == tables(whole.lines(0.0, 40.0, 25, log))
    assert grown.range(0.0, 40.0, 3, log) == pytest.approx(whole.range(0.0, 40.0, 60, log))
    assert grown.span() == whole.span()
    assert grown.first_nan == whole.first_nan


def test_of_a_resumed_run_the_later_part_holds() -> None:
    """Steps 0 to 9, then resumed from step 5 with other values: what it replaced is kept apart."""
    resumed = curve([1.0] * 10 + [9.0] * 3, [*range(10), 5, 6, 7])
    lines = resumed.lines(0.0, 10.0, 11)
    now = np.fmax.reduce([part.last for part in lines.now])
    assert now[:5].tolist() == [1.0] * 5
    assert now[6:8].tolist() == [9.0] * 2
    assert np.isnan(now[8:]).all()
    old = np.flatnonzero(np.nansum([part.count for part in lines.old], axis=0)).tolist()
    assert old == [5, 6, 7, 8, 9]
    assert resumed.range(6.0, 10.0, 1) == (9.0, 9.0)


def test_a_cursor_walks_the_values_that_hold() -> None:
    resumed = curve([0, 1, 2, 3, 4, 50, 60], [0, 1, 2, 3, 4, 2, 3])
    seen, point = [], resumed.first_from(-1.0)
    while point is not None:
        seen.append(point.value)
        point = resumed.first_from(point.x + 0.5)
    assert seen == [0, 1, 2, 60]
    back, point = [], resumed.last_before(100.0)
    while point is not None:
        back.append(point.value)
        point = resumed.last_before(point.x)
    assert back == [60, 50, 1, 0]


def test_steps_in_no_order_are_drawn_sorted() -> None:
    steps = [step for pair in zip(range(0, 200, 2), range(1, 201, 2), strict=True) for step in reversed(pair)]
    lines = curve([float(step) for step in steps], steps).lines(0.0, 199.0, 200)
    assert len(lines.now) == 1
    assert lines.now[0].last.tolist() == list(range(200))
    assert lines.now[0].joined[1:].all()


def test_points_without_steps_are_counted() -> None:
    assert curve([1, 2, 3], [NO_STEP] * 3).span() == (0.0, 2.0)
    assert curve([1, 2, 3, 4], [NO_STEP, 10, NO_STEP, NO_STEP]).span() == (0.0, 12.0)


def test_a_clock_that_steps_back_does_not_break_a_line_over_time() -> None:
    line = curve([1, 2, 3, 4], times=[0, 10, 9.5, 20], kind="relative")
    assert line.span() == (0.0, 20.0)
    assert len(line.lines(0.0, 20.0, 5).now) == 1


def test_a_rewritten_series_starts_anew() -> None:
    made = curve([1, 2, 3])
    version = made.version
    made.update(series([7.0], generation=1))
    assert (len(made), made.span()) == (1, (0.0, 0.0))
    assert made.version > version
    version = made.version
    made.update(series([7.0], generation=1))
    assert made.version == version


def test_a_point_is_read_with_its_value_before_smoothing() -> None:
    point = curve([0.0, 1.0], times=[100.0, 101.0], weight=0.5).last_before(5.0)
    assert point is not None
    assert (point.step, point.time, point.value) == (1.0, 101.0, 1.0)
    assert math.isclose(point.smoothed, (0.5 * 0.5 * 0.0 + 0.5 * 1.0) / (1 - 0.25))
