"""A thin curve shows what all points show, from a fraction of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.plotting.band import Band
from runs_tui.plotting.curve import Curve
from runs_tui.plotting.limits import OPEN
from runs_tui.plotting.raster import stretches
from runs_tui.plotting.thin import PARTS, ThinCurve
from runstore.reading.series_data import Series
from tests.reduced import reduce_columns

COLUMNS = (PARTS, PARTS // 4, PARTS // 40)
"""Numbers of columns of which each holds whole parts."""


def curve_of(values: np.ndarray, weight: float = 0.0) -> Curve:
    steps = np.arange(len(values))
    curve = Curve("step", weight)
    curve.update(Series("m", 0, "f", steps, 1e9 + steps * 0.5, values, values, 0))
    return curve


@st.composite
def walks(draw: st.DrawFn) -> np.ndarray:
    """A random walk with spikes, flat stretches, and stretches of NaN."""
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    size = draw(st.integers(2, 6000))
    values = np.cumsum(chance.normal(0, 1, size)).astype(np.float32).astype(np.float64)
    for _ in range(draw(st.integers(0, 3))):
        start = chance.integers(0, size)
        values[start : start + chance.integers(1, 200)] = draw(st.sampled_from([np.nan, 0.0, 1e6, -1e6]))
    return values


@given(walks(), st.sampled_from(COLUMNS), st.sampled_from([0.0, 0.6]))
def test_columns_are_as_from_all_points(values: np.ndarray, columns: int, weight: float) -> None:
    full = curve_of(values, weight)
    thin = ThinCurve(full)
    x, now = full.points().x, full.points().now
    finite = x[np.isfinite(now)]
    if len(finite) < 2:
        return
    span = float(finite[0]), float(finite[-1])
    (drawn,) = thin.lines(*span, columns).now
    wanted = reduce_columns(x, now.astype(np.float32).astype(np.float64), *span, columns)
    for name in ("first", "last", "low", "high", "joined"):
        np.testing.assert_array_equal(getattr(drawn, name), getattr(wanted, name), name)
    assert (drawn.count > 0).tolist() == (wanted.count > 0).tolist()
    np.testing.assert_array_equal(stretches(drawn.nan, drawn.count > 0), stretches(wanted.nan, wanted.count > 0))
    assert thin.span() == full.span()
    assert thin.first_nan == full.first_nan
    assert len(thin) <= 5 * PARTS + 2 + 2 * 6


@given(walks())
def test_range_and_cursor_are_those_of_the_curve(values: np.ndarray) -> None:
    full = curve_of(values)
    thin = ThinCurve(full)
    whole = 0.0, float(len(values))
    assert thin.range(*whole, 100) == full.range(*whole, 100)
    assert thin.first_from(-1) == pytest.approx(full.first_from(-1)._replace(smoothed=np.nan), nan_ok=True)
    last, wanted = thin.last_before(np.inf), full.last_before(np.inf)
    assert last is not None
    assert (last.x, last.step) == (wanted.x, wanted.step)
    assert last.time == pytest.approx(wanted.time)
    assert thin.last_before(0.0) is None


@pytest.mark.parametrize("weight", [0.0, 0.6])
@pytest.mark.parametrize("lost", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_is_marked_for_what_it_is(lost: float, weight: float) -> None:
    values = np.concatenate([np.ones(30), np.full(10, lost), np.ones(20)])
    full = curve_of(values, weight)
    (drawn,), (wanted,) = ThinCurve(full).lines(0, 59, 60).marks, full.lines(0, 59, 60).marks
    for name in ("nan", "above", "below"):
        np.testing.assert_array_equal(getattr(drawn, name) > 0, getattr(wanted, name) > 0, name)


def test_the_mean_of_thin_curves_is_that_of_all_points() -> None:
    chance = np.random.default_rng(5)
    fall = np.exp(-np.arange(10_000) / 3000)
    noisy = [fall + chance.exponential(0.2, 10_000) for _ in range(4)]  # no symmetric noise: extremes would mislead
    span = 0.0, 9_999.0
    (full,) = Band([curve_of(values) for values in noisy]).lines(*span, 50).now
    (thin,) = Band([ThinCurve(curve_of(values)) for values in noisy]).lines(*span, 50).now
    np.testing.assert_allclose(thin.last[1:-1], full.last[1:-1], atol=0.01)


def test_points_without_a_line() -> None:
    empty = ThinCurve(curve_of(np.empty(0)))
    assert (empty.span(), empty.range(0, 1, 5), empty.first_from(0), len(empty)) == (None, None, None, 0)
    assert not empty.lines(0, 1, 5).now[0].count.any()
    nothing = ThinCurve(curve_of(np.full(1000, np.nan)))
    assert nothing.range(0, 1000, 5) is None
    assert nothing.lines(0, 999, 5).marks[0].nan.any()
    assert nothing.first_nan == 0.0
    single = ThinCurve(curve_of(np.array([3.0])))
    assert single.span() == (0.0, 0.0)
    assert single.range(-1, 1, 5) == (3.0, 3.0)


@given(st.integers(2, 40), st.floats(0.0, 1.0), st.sampled_from([0.0, 0.6]))
def test_a_part_of_x_is_as_from_all_points(zoom: int, place: float, weight: float) -> None:
    full = curve_of(np.random.default_rng(zoom).normal(0, 1, 20_000).astype(np.float32).astype(np.float64), weight)
    low = place * 20_000 * (1 - 1 / zoom)
    bounds = low, low + 20_000 / zoom
    thin = ThinCurve(full, bounds)
    assert thin.fine_for(bounds)
    assert len(thin) <= 4 * 4 * PARTS
    columns = 100
    (drawn,) = thin.lines(*bounds, columns).now
    points = full.points()
    wanted = reduce_columns(points.x, points.now.astype(np.float32).astype(np.float64), *bounds, columns)
    for name in ("high", "low"):  # at its borders a column may have lost a point to its neighbour
        found, all_of_them = getattr(drawn, name), getattr(wanted, name)
        assert np.mean(found == all_of_them) > 0.9, name
    assert drawn.count.all()
    assert thin.span() == full.span()


def test_what_is_too_coarse_says_so() -> None:
    full = curve_of(np.random.default_rng(1).normal(0, 1, 20_000))
    thin = ThinCurve(full)
    assert thin.fine_for(OPEN)
    assert thin.fine_for((30_000.0, 40_000.0))  # nothing is there
    assert not thin.fine_for((1_000.0, 2_000.0))
    assert not thin.fine_for((None, 2_000.0))
    near = ThinCurve(full, (1_000.0, 2_000.0))
    assert near.fine_for((1_000.0, 2_000.0))
    assert near.fine_for((750.0, 1_750.0))  # a step aside
    assert not near.fine_for((2_000.0, 3_000.0))
    assert not near.fine_for((1_200.0, 1_500.0))
    assert near.fine_for(OPEN)
    few = ThinCurve(curve_of(np.arange(300.0)))
    assert few.fine_for((10.0, 12.0))  # all points are kept
