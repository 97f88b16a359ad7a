"""A reduction by blocks against one of all points."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runstore.series.blocks import Blocks
from runstore.series.reduction import Reducer

FIELDS = ("count", "first", "last", "low", "high", "joined", "nan", "above", "below")
VALUES = st.floats(-1e6, 1e6) | st.sampled_from([math.nan, math.inf, -math.inf, 0.0])
POINTS = st.lists(st.tuples(st.integers(0, 40), VALUES), max_size=80).map(
    lambda found: sorted(found, key=lambda p: p[0])
)


def assert_same(found: Reducer, wanted: Reducer) -> None:
    """All that a reducer says, and what it needs to go on."""
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name), err_msg=name)
    assert found.unbroken == wanted.unbroken


@given(POINTS, st.integers(1, 30), st.integers(-5, 20), st.integers(1, 45), st.booleans(), st.integers(1, 7), st.data())
def test_a_reduction_by_blocks_is_the_plain_one(
    points: list[tuple[int, float]], columns: int, start: int, span: int, positive: bool, size: int, data: st.DataObject
) -> None:
    x, y = (np.array([point[axis] for point in points], dtype=np.float64) for axis in (0, 1))
    floor = 0.0 if positive else -math.inf
    blocks = Blocks(floor, size)
    for cut in sorted(data.draw(st.lists(st.integers(0, len(y)), max_size=3))):
        blocks.extend(y[:cut])
    blocks.extend(y)
    begin = data.draw(st.integers(0, len(y)))
    end = data.draw(st.integers(begin, len(y)))
    found, wanted = (Reducer(start, start + span, columns, floor) for _ in range(2))
    blocks.reduce(found, x, y, begin, end)
    wanted.extend(x[begin:end], y[begin:end])
    assert_same(found, wanted)


@pytest.mark.parametrize("log", [False, True])
def test_a_long_series_with_gaps_is_reduced_by_blocks_as_point_by_point(log: bool) -> None:
    rng = np.random.default_rng(3)
    y = rng.normal(size=50_000).cumsum() + (50.0 if log else 0.0)
    y[rng.integers(0, len(y), 200)] = np.nan
    y[10_000:11_000] = np.inf
    x = np.sort(rng.uniform(0.5, 1e4, len(y)))
    floor = 0.0 if log else -math.inf
    blocks = Blocks(floor)
    blocks.extend(y)
    for start, stop in ((0.5, 1e4), (0.5, 3.0), (4e3, 4.1e3), (1e4, 2e4), (0.1, 1e5)):
        found, wanted = (Reducer(start, stop, 90, floor, log=log) for _ in range(2))
        blocks.reduce(found, x, y, 0, len(y))
        wanted.extend(x, y)
        assert_same(found, wanted)


def test_one_spike_in_the_middle_of_a_block_is_kept() -> None:
    y = np.zeros(1_000_000)
    y[123_456] = 7.0
    blocks = Blocks()
    blocks.extend(y)
    reduced = Reducer(0.0, 999_999.0, 60)
    blocks.reduce(reduced, np.arange(1_000_000.0), y, 0, len(y))
    assert np.flatnonzero(reduced.high == 7.0).tolist() == [7]


def test_parts_that_are_equal_in_the_logarithm() -> None:
    reducer = Reducer(1.0, 1e4, 4, log=True)
    np.testing.assert_allclose(reducer.edges, [1.0, 10.0, 100.0, 1e3, 1e4])
    reducer.extend(np.array([-3.0, 0.0, 0.9, 1.0, 5.0, 50.0, 1e4, 2e4]), np.arange(8.0))
    assert reducer.count.tolist() == [2, 1, 0, 1]
    assert reducer.joined.tolist() == [True, True, False, True]


@pytest.mark.parametrize("start", [0.0, -1.0])
def test_a_logarithmic_axis_begins_above_0(start: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Reducer(start, 5.0, 3, log=True)
