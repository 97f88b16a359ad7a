"""Means of several series against their plain definition, and ranges without outliers."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runstore.series.averages import averages, column_means
from runstore.series.outliers import fences, without_outliers

VALUES = st.floats(-1e6, 1e6) | st.sampled_from([math.nan, math.inf, -math.inf])
POINTS = st.lists(st.tuples(st.integers(0, 20), VALUES), max_size=30).map(
    lambda found: sorted(found, key=lambda p: p[0])
)


def mean_in(points: list[tuple[float, float]], left: float, right: float, last: bool) -> float:
    """The mean of the points in a column, else what the line between the points around its middle has there."""
    points = [(x, y) for x, y in points if math.isfinite(y)]
    inside = [y for x, y in points if left <= x and (x < right or (last and x == right))]
    if inside:
        return statistics.fmean(inside)
    middle = (left + right) / 2
    before, after = [p for p in points if p[0] <= middle], [p for p in points if p[0] > middle]
    if not before or not after:
        return math.nan
    (x0, y0), (x1, y1) = before[-1], after[0]
    return y0 + (y1 - y0) * (middle - x0) / (x1 - x0)


@given(POINTS, st.integers(1, 15), st.integers(-4, 10), st.integers(1, 20))
def test_a_column_has_the_mean_of_its_points_or_of_the_line_through_it(
    points: list[tuple[int, float]], columns: int, start: int, span: int
) -> None:
    x, y = (np.array([point[axis] for point in points], dtype=np.float64) for axis in (0, 1))
    edges = start + span * np.arange(columns + 1) / columns
    wanted = [mean_in(points, edges[at], edges[at + 1], at == columns - 1) for at in range(columns)]
    np.testing.assert_allclose(column_means(x, y, edges), wanted, rtol=1e-9, atol=1e-6)


@given(st.lists(st.lists(st.floats(-1e6, 1e6) | st.just(math.nan), min_size=3, max_size=3), min_size=1, max_size=6))
def test_mean_and_sample_deviation_of_each_column(rows: list[list[float]]) -> None:
    found = averages(np.array(rows))
    for column in range(3):
        known = [row[column] for row in rows if not math.isnan(row[column])]
        assert found.n[column] == len(known)
        if not known:
            assert math.isnan(found.mean[column])
            assert math.isnan(found.deviation[column])
            continue
        assert (found.low[column], found.high[column]) == (min(known), max(known))
        assert found.mean[column] == pytest.approx(statistics.fmean(known), rel=1e-9, abs=1e-6)
        wanted = statistics.stdev(known) if len(known) > 1 else 0.0
        assert found.deviation[column] == pytest.approx(wanted, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("size", [1e-300, 1.0, 1.7e308])
def test_means_of_huge_and_tiny_values_are_finite(size: float) -> None:
    edges = np.array([0.0, 3.0])
    assert column_means(np.arange(3.0), np.full(3, size), edges).tolist() == [pytest.approx(size)]
    found = averages(np.array([[size], [-size]]))
    assert (found.mean[0], found.deviation[0]) == (
        0.0,
        pytest.approx(math.sqrt(2.0) * size) if size < 1e308 else math.inf,
    )


def test_a_constant_with_one_spike_is_a_constant() -> None:
    for count in (4, 10, 99, 100_000):
        values = np.full(count, 0.25)
        values[count // 3] = 1e9
        assert without_outliers(values, 0.25, 1e9) == (0.25, 0.25)


@pytest.mark.feature("charts", 7, "leave outliers out of the y axis without cutting a series that has none", "o")
def test_spikes_in_noise_are_outliers_and_the_noise_is_not() -> None:
    values = np.random.default_rng(1).normal(10.0, 1.0, 5_000)
    clean = float(values.min()), float(values.max())
    values[[100, 2_000]] = 500.0, -300.0
    low, high = without_outliers(values, -300.0, 500.0)
    assert clean[0] - 2.0 < low <= clean[0]
    assert clean[1] <= high < clean[1] + 2.0


@pytest.mark.parametrize("log", [False, True])
def test_a_clean_loss_is_left_as_it_is(log: bool) -> None:
    values = 3.0 * np.exp(-np.arange(1_000) / 300) + 0.1
    limits = float(values.min()), float(values.max())
    assert without_outliers(values, *limits, log) == limits


def test_on_a_logarithmic_axis_decades_decide() -> None:
    """A fall over four decades has outliers by value, and none by logarithm."""
    values = np.logspace(0, -4, 200)
    assert without_outliers(values, 1e-4, 1.0)[1] < 0.5
    assert without_outliers(values, 1e-4, 1.0, log=True) == (1e-4, 1.0)


def test_a_metric_that_is_mostly_0_keeps_what_happens_often() -> None:
    values = np.zeros(1_000)
    values[::10] = 5.0
    values[7] = 1e6
    assert without_outliers(values, 0.0, 1e6) == (0.0, 5.0)


@given(st.lists(VALUES, max_size=40))
def test_fences_keep_the_middle_half(values: list[float]) -> None:
    found = fences(np.array(values))
    finite = sorted(v for v in values if math.isfinite(v))
    if len(finite) < 4:
        assert found is None
        return
    assert found is not None
    kept = [v for v in finite if found[0] <= v <= found[1]]
    assert len(kept) >= len(finite) / 2
    assert without_outliers(np.array(values), finite[0], finite[-1])[0] >= finite[0]
