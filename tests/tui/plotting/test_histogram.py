"""Histograms: every value in one bin, round edges, and what is no number left out."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.plotting.histogram import count_axis, histogram, histogram_in

VALUES = st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=60)


@given(VALUES)
def test_every_finite_value_is_counted_where_it_lies(values: list[float]) -> None:
    found = histogram(np.array(values, np.float64))
    finite = [value for value in values if np.isfinite(value)]
    assert found.left_out == len(values) - len(finite)
    assert int(found.counts.sum()) == len(finite)
    if not finite:
        return
    edges = found.edges.tolist()
    assert edges == sorted(set(edges))
    assert len(found.counts) == len(edges) - 1 <= 100
    for number, count in enumerate(found.counts.tolist()):
        last = number == len(edges) - 2
        inside = [v for v in finite if edges[number] <= v and (v < edges[number + 1] or (last and v == edges[-1]))]
        assert len(inside) == count


@pytest.mark.parametrize("spread", [1e-9, 1.0, 37.0, 1e12])
def test_bins_are_wide_by_round_numbers(spread: float) -> None:
    values = np.random.default_rng(1).standard_normal(500) * spread
    found = histogram(values)
    assert 8 <= len(found.counts) <= 60
    width = Decimal(f"{found.edges[1] - found.edges[0]:.6g}")
    assert width.normalize().as_tuple().digits in ((1,), (2,), (5,))


def test_whole_numbers_lie_in_the_middle_of_their_bins() -> None:
    found = histogram(np.array([1.0, 2, 2, 3, 3, 3, 5]))
    assert found.edges.tolist() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
    assert found.counts.tolist() == [1, 2, 3, 0, 1]


def test_one_value_many_times_is_one_bin() -> None:
    for value in (0.0, -3.0, 1e300):
        found = histogram(np.full(5, value))
        assert found.counts.tolist() == [5]
        assert found.edges[0] < value < found.edges[1]


@pytest.mark.parametrize("rows", [2, 7, 16, 60])
@pytest.mark.parametrize("high", [1, 3, 10, 12_345])
def test_counts_have_whole_ticks(high: int, rows: int) -> None:
    ticks = count_axis(np.array([0.0, high]), rows).ticks
    assert len(ticks) >= 2
    assert all(tick.at == int(tick.at) and "." not in tick.label.removesuffix("k") for tick in ticks)


def test_a_table_that_is_a_histogram_is_told_from_others() -> None:
    assert histogram_in({"counts": [1, 2, None], "bin_edges": [0, 0.5, 1]}) == ([0, 0.5, 1], [1, 2])
    assert histogram_in({"bins": [0, 1, 2], "Values": [4, 0]}) == ([0, 1, 2], [4, 0])
    for columns in (
        {"counts": [1, 2, 3], "bin_edges": [0, 1, 2]},
        {"counts": [1, 2], "bin_edges": [0, 2, 1]},
        {"counts": [1, -2], "bin_edges": [0, 1, 2]},
        {"counts": ["a", "b"], "bin_edges": [0, 1, 2]},
        {"counts": [1, 2], "bin_edges": [0, 1, 2], "more": [1]},
        {"x": [1, 2], "y": [0, 1, 2]},
    ):
        assert histogram_in(columns) is None
