"""Reduction, smoothing and statistics against their plain definitions."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.series.growing import GrowingArray
from runstore.series.reduction import Reducer
from runstore.series.smoothing import Smoother, smooth
from runstore.series.statistics import statistics
from tests.reduced import reduce_columns

VALUES = st.floats(-1e6, 1e6) | st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0])
WEIGHTS = st.sampled_from([0.0, 0.2, 0.6, 0.9, 0.99, 0.999])


def smoothed_by_definition(values: list[float], weight: float) -> list[float]:
    """TensorBoard's loop: ``last = last * w + (1 - w) * next``, divided by ``1 - w ** n``."""
    last, count, result = 0.0, 0, []
    for value in values:
        if not math.isfinite(value):
            result.append(math.nan)
            continue
        last = last * weight + (1 - weight) * value
        count += 1
        result.append(last / (1 - weight**count))
    return result


def pieces(total: int, cuts: list[int]) -> list[slice]:
    """Consecutive slices of range(total), cut at ``cuts``."""
    at = [0, *sorted(cut % (total + 1) for cut in cuts), total]
    return [slice(a, b) for a, b in itertools.pairwise(at)]


@given(st.lists(VALUES, max_size=60), WEIGHTS)
def test_smoothing_is_the_debiased_average(values: list[float], weight: float) -> None:
    expected = smoothed_by_definition(values, weight)
    scale = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    np.testing.assert_allclose(smooth(np.array(values), weight), expected, rtol=1e-9, atol=scale * 1e-12 + 1e-300)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80), WEIGHTS)
def test_smoothing_is_a_mean_with_weights_that_fall_into_the_past(values: list[float], weight: float) -> None:
    """The same in one formula: each value is the mean of all up to it, weighted by w to the power of its age."""
    series = np.array(values)
    age = np.subtract.outer(np.arange(len(series)), np.arange(len(series)))
    shares = np.where(age >= 0, np.power(weight, np.maximum(age, 0), dtype=np.float64), 0.0)
    expected = (shares * series).sum(axis=1) / shares.sum(axis=1)
    np.testing.assert_allclose(smooth(series, weight), expected, rtol=1e-9, atol=np.abs(series).max() * 1e-11 + 1e-300)


@pytest.mark.feature(
    "charts", 1, "smooth by the debiased moving average of the whole series, as TensorBoard does", "+, -"
)
@pytest.mark.parametrize("weight", [0.0, 0.6, 0.99, 0.9999])
def test_smoothing_of_a_long_series_is_the_debiased_average(weight: float) -> None:
    values = np.random.default_rng(1).normal(3.0, 2.0, 100_000)
    values[[5, 40_000, 40_001]] = [np.nan, np.inf, np.nan]
    np.testing.assert_allclose(smooth(values, weight), smoothed_by_definition(values.tolist(), weight), rtol=1e-10)


@given(st.lists(VALUES, max_size=60), WEIGHTS, st.lists(st.integers(0, 100), max_size=5))
def test_smoothing_continues_where_it_stopped(values: list[float], weight: float, cuts: list[int]) -> None:
    series = np.array(values, dtype=np.float64)
    smoother = Smoother(weight)
    for piece in pieces(len(series), cuts):
        smoother.extend(series[piece])
    scale = np.abs(series[np.isfinite(series)]).max(initial=0.0)
    np.testing.assert_allclose(smoother.values, smooth(series, weight), rtol=1e-9, atol=scale * 1e-12 + 1e-300)


@given(st.floats(-1e300, 1e300), WEIGHTS, st.integers(1, 50))
def test_a_constant_series_is_smoothed_to_itself(value: float, weight: float, count: int) -> None:
    series = np.full(count, value)
    assert (smooth(series, weight) == series).all()


def test_a_weight_of_one_is_refused() -> None:
    with pytest.raises(ValueError, match="weight"):
        Smoother(1.0)


POINTS = st.lists(st.tuples(st.integers(0, 40), VALUES), max_size=60).map(
    lambda points: sorted(points, key=lambda point: point[0])
)


@given(POINTS, st.integers(1, 30), st.integers(-5, 20), st.integers(1, 40), st.booleans())
def test_each_column_keeps_its_extremes(
    points: list[tuple[int, float]], columns: int, start: int, span: int, positive: bool
) -> None:
    floor = 0.0 if positive else -math.inf
    x = np.array([p[0] for p in points], dtype=np.float64)
    y = np.array([p[1] for p in points], dtype=np.float64)
    reduced = reduce_columns(x, y, start, start + span, columns, floor)
    previous: int | None = None
    for column in range(columns):
        left, right, last = reduced.edges[column], reduced.edges[column + 1], column == columns - 1
        inside = [(at, v) for at, (p, v) in enumerate(points) if left <= p and (p < right or (last and p == right))]
        line = [(at, v) for at, v in inside if math.isfinite(v) and v > floor]
        assert reduced.count[column] == len(line)
        assert reduced.nan[column] == any(math.isnan(v) for _, v in inside)
        assert reduced.above[column] == any(v == math.inf for _, v in inside)
        assert reduced.below[column] == any(v <= floor for _, v in inside)
        if not line:
            assert np.isnan([reduced.first[column], reduced.last[column], reduced.low[column]]).all()
            continue
        ys = [v for _, v in line]
        assert (reduced.first[column], reduced.last[column]) == (ys[0], ys[-1])
        assert (reduced.low[column], reduced.high[column]) == (min(ys), max(ys))
        if previous is not None:
            assert reduced.joined[column] == (line[0][0] == previous + 1)
        previous = line[-1][0]


@given(POINTS, st.integers(1, 30), st.lists(st.integers(0, 100), max_size=5))
def test_reduction_in_pieces_is_reduction_at_once(
    points: list[tuple[int, float]], columns: int, cuts: list[int]
) -> None:
    x = np.array([p[0] for p in points], dtype=np.float64)
    y = np.array([p[1] for p in points], dtype=np.float64)
    whole = reduce_columns(x, y, 0.0, 40.0, columns)
    grown = Reducer(0.0, 40.0, columns)
    for piece in pieces(len(x), cuts):
        grown.extend(x[piece], y[piece])
    for name in ("count", "first", "last", "low", "high", "joined", "nan", "above", "below"):
        np.testing.assert_array_equal(getattr(grown, name), getattr(whole, name), err_msg=name)


@pytest.mark.feature("charts", 2, "see a spike of one point among a million", "")
def test_one_spike_among_a_million_is_kept() -> None:
    y = np.zeros(1_000_000)
    y[123_456] = 7.0
    reduced = reduce_columns(np.arange(1_000_000.0), y, 0.0, 999_999.0, 60)
    assert reduced.range() == (0.0, 7.0)
    assert np.flatnonzero(reduced.high == 7.0).tolist() == [7]
    assert reduced.count.sum() == 1_000_000


def test_a_series_without_a_finite_value_has_no_range() -> None:
    reduced = reduce_columns(np.arange(3.0), np.array([np.nan, np.inf, -np.inf]), 0.0, 2.0, 3)
    assert reduced.range() is None
    assert (reduced.nan.tolist(), reduced.above.tolist(), reduced.below.tolist()) == (
        [True, False, False], [False, True, False], [False, False, True],
    )  # fmt: skip


@settings(max_examples=50)
@given(st.lists(VALUES, max_size=30))
def test_statistics_are_those_of_the_finite_values(values: list[float]) -> None:
    stats = statistics(np.array(values, dtype=np.float64))
    finite = [v for v in values if math.isfinite(v)]
    assert (stats.total, stats.finite) == (len(values), len(finite))
    if not finite:
        assert math.isnan(stats.mean)
        return
    assert (stats.first, stats.low, stats.high) == (finite[0], min(finite), max(finite))
    assert stats.mean == pytest.approx(np.mean(finite), rel=1e-9, abs=1e-6)
    assert stats.deviation == pytest.approx(np.std(finite), rel=1e-6, abs=1e-6)


def test_statistics_of_huge_values_stay_finite() -> None:
    stats = statistics(np.array([1.7e308, 1.7e308]))
    assert stats.mean == pytest.approx(1.7e308)
    assert stats.deviation == pytest.approx(0.0)


def test_a_growing_array_leaves_earlier_views_alone() -> None:
    grown = GrowingArray()
    grown.extend(np.arange(50.0))
    early = grown.values
    for _ in range(100):
        grown.extend(np.full(7, -1.0))
    assert early.tolist() == list(range(50))
    assert len(grown) == 750
    assert grown.values[50:].tolist() == [-1.0] * 700
