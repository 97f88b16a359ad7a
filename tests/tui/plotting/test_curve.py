"""Curves: points in drawing order, resumed runs, and growth."""

from __future__ import annotations

import math
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from runs_tui.plotting.axes import XKind
from runs_tui.plotting.curve import Curve, Lines
from runstore.records.points import NO_STEP
from runstore.series.smoothing import smooth
from tests.reduced import reduce_columns
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


@pytest.mark.feature("charts", 3, "of a resumed run see the later part as the line, and faintly what it replaced", "")
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


def test_a_nan_that_a_resumed_run_has_replaced_is_not_named() -> None:
    steps, values = [0, 1, 2, 3, 1, 2, 3, 4], [1.0, 1.0, math.nan, 1.0, 1.0, 1.0, 1.0, math.nan]
    made = Curve()
    made.update(series(values[:4], steps[:4]))
    assert made.first_nan == 2.0
    made.update(series(values[:7], steps[:7]))
    assert made.first_nan is None
    made.update(series(values, steps))
    assert made.first_nan == 4.0


@given(STEPS.filter(lambda steps: NO_STEP not in steps), st.sampled_from([-1.0, 0.0, 3.5, 7.0, 30.0, 31.0]))
def test_a_cursor_finds_the_neighbouring_points_that_hold(steps: list[int], x: float) -> None:
    """Against the plain definition: a point holds unless a later part of the run began before its step."""
    made = curve([float(at) for at in range(len(steps))], steps)
    starts = [at for at in range(1, len(steps)) if steps[at] < steps[at - 1]]
    if len(starts) > 8 and len(starts) * 10 > len(steps):
        held = list(steps)  # in no order
    else:
        held = [step for at, step in enumerate(steps) if all(step <= steps[start] for start in starts if start > at)]
    first, last, at = made.first_from(x), made.last_before(x), made.last_before(x, inclusive=True)
    assert (first and first.x) == min((step for step in held if step >= x), default=None)
    assert (last and last.x) == max((step for step in held if step < x), default=None)
    assert (at and at.x) == max((step for step in held if step <= x), default=None)


@pytest.mark.feature("charts", 4, "smooth a resumed run without what it was taken back from, such as a divergence", "")
def test_what_a_resumed_run_replaced_has_no_influence_on_its_smoothing() -> None:
    """0 to 9, of which the last diverged, resumed at 6: there the average goes on from step 5."""
    values = [*(1.0 + 0.1 * step for step in range(6)), 1e3, 1e6, 1e9, math.inf, 1.6, 1.7, 1.8]
    steps = [*range(10), 6, 7, 8]
    resumed = curve(values, steps, weight=0.9)
    straight = curve([*values[:6], *values[10:]], weight=0.9)
    for step in range(9):
        found, wanted = resumed.last_before(step, inclusive=True), straight.last_before(step, inclusive=True)
        assert found is not None
        assert found == pytest.approx(wanted._replace(time=found.time) if wanted else None)


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 8)), min_size=1, max_size=8), st.data())
def test_a_resumed_run_is_smoothed_as_if_it_had_run_through(parts: list[tuple[int, int]], data: st.DataObject) -> None:
    """Each part has some steps and goes some steps back first; against the plain sum over what is left of it."""
    steps: list[int] = []
    for size, back in parts:
        first = steps[-1] - back if steps else 100
        steps += range(first, first + size)
    backs = [at for at in range(1, len(steps)) if steps[at] < steps[at - 1]]
    assume(len(backs) <= 8)
    number = st.floats(-10, 10) | st.sampled_from([math.nan, math.inf])
    values = data.draw(st.lists(number, min_size=len(steps), max_size=len(steps)))
    left: dict[int, float] = {}
    for at, (step, value) in enumerate(zip(steps, values, strict=True)):
        if at in backs:
            left = {known: old for known, old in left.items() if known < step}
        left[step] = value
    numbers = [left[step] for step in sorted(left)]
    grown = Curve("step", 0.8)
    for cut in sorted(data.draw(st.lists(st.integers(0, len(steps)), max_size=3))):
        grown.update(series(values[:cut], steps[:cut]))
    grown.update(series(values, steps))
    last = grown.last_before(math.inf)
    assert last is not None
    expected = smooth(np.array(numbers), 0.8)[sorted(left).index(last.x)]
    assert last.smoothed == pytest.approx(expected, abs=1e-9, nan_ok=True)


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


@given(STEPS, st.sampled_from([0.0, 0.6]), st.booleans(), st.booleans(), st.data())
def test_a_compact_curve_draws_and_says_the_same(
    steps: list[int], weight: float, log: bool, log_x: bool, data: st.DataObject
) -> None:
    number = st.floats(-10, 10) | st.floats(-10, 10, width=32) | st.just(math.nan)
    values = data.draw(st.lists(number, min_size=len(steps), max_size=len(steps)))
    kind: XKind = data.draw(st.sampled_from(["step", "relative", "wall"]))
    wide, small = (curve(values, steps, kind=kind, weight=weight) for _ in range(2))
    version = small.version
    small.compact()
    assert (small.version, small.span(), small.span(log=True), small.first_nan, len(small)) == (
        version, wide.span(), wide.span(log=True), wide.first_nan, len(wide),
    )  # fmt: skip
    for x in (-1.0, 0.0, 5.0, 50.0):
        for one, other in ((wide.first_from(x), small.first_from(x)), (wide.last_before(x), small.last_before(x))):
            assert (one is None) == (other is None)
            assert one is None or one == pytest.approx(other, rel=1e-5, abs=1e-5, nan_ok=True)
    found, wanted = (each.lines(0.5, 40.0, 25, log, log_x=log_x) for each in (small, wide))
    for one, other in zip((*found.now, *found.raw, *found.old), (*wanted.now, *wanted.raw, *wanted.old), strict=True):
        for field in ("count", "joined", "nan", "above", "below"):
            np.testing.assert_array_equal(getattr(one, field), getattr(other, field))
        np.testing.assert_allclose(one.high, other.high, rtol=1e-5, atol=1e-4)


def test_a_compact_curve_takes_less_memory_and_goes_on_with_the_next_update() -> None:
    values = np.random.default_rng(1).normal(size=10_000).astype(np.float32).tolist()
    tracemalloc.start()
    try:
        made = curve(values, weight=0.6)
        before = tracemalloc.get_traced_memory()[0]
        made.compact()
        assert tracemalloc.get_traced_memory()[0] < before - 100_000
    finally:
        tracemalloc.stop()
    made.update(series([*values, 9.0]))
    last = made.last_before(math.inf)
    assert last is not None
    assert (last.x, last.value) == (10_000, 9.0)


@pytest.mark.feature("charts", 5, "draw over the epoch or any other metric", "x, m")
def test_x_can_be_another_metric() -> None:
    epoch = series([0.0, 0.5, 1.0, 1.5], [0, 10, 20, 30])
    made = Curve("value")
    made.update(series([5, 4, 3], [0, 10, 20]), epoch)
    assert (made.span(), len(made)) == ((0.0, 1.0), 3)
    version = made.version
    made.update(series([5, 4, 3], [0, 10, 20]), epoch)
    assert made.version == version
    made.update(series([5, 4, 3, 2], [0, 10, 20, 30]), epoch)
    point = made.last_before(math.inf)
    assert point is not None
    assert (point.x, point.step, point.value) == (1.5, 30, 2)


def test_points_without_an_x_are_left_out_but_not_out_of_the_smoothing() -> None:
    loss, axis = series([8.0, 4.0, 2.0], [0, 1, 2]), series([math.nan, 7.0], [0, 1], [0, 1])
    made = Curve("value", 0.5)
    made.update(loss, axis)
    whole = curve([8.0, 4.0, 2.0], weight=0.5)
    points = [each.last_before(math.inf) for each in (made, whole)]
    assert len(made) == 2
    assert points[0] is not None
    assert points[1] is not None
    assert (points[0].x, points[0].smoothed) == (7.0, points[1].smoothed)


def test_without_the_other_metric_there_are_no_points() -> None:
    made = Curve("value")
    made.update(series([1.0, 2.0]))
    assert (made.span(), len(made)) == (None, 0)
    made.update(series([1.0, 2.0]), series([3.0, 4.0]))
    assert made.span() == (3.0, 4.0)


def test_a_metric_in_no_order_is_drawn_sorted_and_one_that_was_resumed_in_parts() -> None:
    falling = Curve("value")
    falling.update(series([1, 2, 3], [0, 1, 2]), series([9.0, 8.0, 8.5], [0, 1, 2]))
    lines = falling.lines(8.0, 9.0, 3)
    assert (len(lines.now), lines.now[0].first.tolist(), lines.old) == (1, [2, 3, 1], [])
    resumed = Curve("value")
    steps = [0, 1, 2, 3, 1, 2]
    resumed.update(series([1, 1, 1, 1, 5, 5], steps), series([0.0, 0.1, 0.2, 0.3, 0.1, 0.2], steps))
    assert (len(resumed.lines(0.0, 0.3, 9).now), len(resumed.lines(0.0, 0.3, 9).old)) == (2, 1)
    assert resumed.span() == (0.0, 0.3)


@given(STEPS, st.lists(st.integers(0, 40), max_size=4), st.data())
def test_a_curve_over_another_metric_that_grew_is_drawn_like_one_read_at_once(
    steps: list[int], cuts: list[int], data: st.DataObject
) -> None:
    """Also where the other metric is read later than the one that is drawn."""
    values = data.draw(st.lists(st.floats(-10, 10), min_size=len(steps), max_size=len(steps)))
    places = data.draw(st.lists(st.integers(0, 9) | st.just(math.nan), max_size=len(steps)))
    ends = sorted(min(cut, len(steps)) for cut in [*cuts, len(steps)])
    grown, whole = Curve("value", 0.6), Curve("value", 0.6)
    for end in ends:
        known = min(data.draw(st.integers(0, end)), len(places)) if end < ends[-1] else len(places)
        grown.update(series(values[:end], steps[:end]), series(places[:known], steps[:known]))
        grown.lines(0.0, 9.0, 25)
    whole.update(series(values, steps), series(places, steps[: len(places)]))
    assert tables(grown.lines(0.0, 9.0, 25)) == tables(whole.lines(0.0, 9.0, 25))
    assert (grown.span(), grown.span(log=True)) == (whole.span(), whole.span(log=True))


@pytest.mark.feature("charts", 10, "zoom into ten million points as fast as into a thousand", "z, Z")
def test_a_long_curve_is_reduced_like_its_points() -> None:
    """From so many points on, what is drawn comes from blocks."""
    rng = np.random.default_rng(4)
    values = rng.normal(size=500_000)
    values[[7, 250_000, 499_999]] = math.nan, 90.0, math.inf
    steps = np.concatenate((np.arange(300_000), np.arange(150_000, 350_000)))
    made = curve(values, steps, weight=0.9)
    for start, stop in ((0.0, 350_000.0), (149_000.0, 151_000.0), (240_000.0, 260_000.0)):
        lines = made.lines(start, stop, 120)
        for part, slice_ in ((lines.raw[0], slice(0, 150_001)), (lines.raw[1], slice(300_000, 500_000))):
            wanted = reduce_columns(steps[slice_].astype(float), values[slice_], start, stop, 120)
            for field in FIELDS:
                np.testing.assert_array_equal(getattr(part, field), getattr(wanted, field), err_msg=field)


def test_outliers_can_be_left_out_of_the_range() -> None:
    made = curve([1.0, 2.0, 1.5, 1.2, 1.8, 900.0, 1.1, 1.7])
    assert made.range(0.0, 7.0, 8) == (1.0, 900.0)
    low, high = made.range(0.0, 7.0, 8, robust=True) or (0.0, 0.0)
    assert low == 1.0
    assert 2.0 <= high < 5.0
    assert made.range(0.0, 4.0, 8, robust=True) == (1.0, 2.0)


@pytest.mark.feature("charts", 6, "draw over a logarithmic x axis", "L")
def test_on_a_logarithmic_x_axis_only_what_is_above_0_has_a_place() -> None:
    made = curve([1, 2, 3, 4], [0, 1, 20, 100])
    assert (made.span(), made.span(log=True)) == ((0.0, 100.0), (1.0, 100.0))
    line = made.lines(1.0, 100.0, 2, log_x=True).now[0]
    assert (line.first.tolist(), line.last.tolist()) == ([2, 3], [2, 4])
    assert curve([1.0], [0]).span(log=True) is None


def test_a_curve_can_be_drawn_while_another_thread_adds_to_it() -> None:
    made = Curve("step", 0.6)
    done = threading.Event()

    def draw() -> None:
        while not done.is_set():
            lines = made.lines(0.0, 5_000.0, 50)
            for now, raw in zip(lines.now, lines.raw, strict=True):
                assert (now.count == raw.count).all()
            made.last_before(math.inf)

    with ThreadPoolExecutor(1) as pool:
        drawing = pool.submit(draw)
        for count in range(0, 5_000, 20):
            made.update(series([1.0] * count))
        done.set()
        drawing.result(10)
