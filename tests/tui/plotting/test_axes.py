"""Limits: around the values, and calm while a series grows."""

from __future__ import annotations

from datetime import UTC
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len

from runs_tui.plotting.axes import TINY, XKind, cell_of, label_places, row_of, x_axis, x_limits, y_axis

KINDS: st.SearchStrategy[XKind] = st.sampled_from(["step", "relative", "wall"])


@given(st.floats(-1e299, 1e299), st.floats(-1e299, 1e299), st.integers(1, 60))
def test_the_y_axis_holds_all_values_and_wastes_little(a: float, b: float, rows: int) -> None:
    low, high = sorted((a, b))
    axis = y_axis(low, high, rows)
    hair = (axis.high - axis.low) * 1e-12
    assert axis.low - hair <= low <= high <= axis.high + hair
    assert axis.low < axis.high
    assert all(axis.low <= tick.at <= axis.high for tick in axis.ticks)
    assert len(axis.ticks) <= max(rows, 2) + 1
    if high - low > max(max(abs(low), abs(high)) * 1e-6, TINY):  # what is nearer together is one value
        assert axis.high - axis.low <= (high - low) * 1.3


@given(st.floats(-299, 299), st.floats(0, 300), st.integers(1, 60))
def test_the_log_axis_holds_all_values(first: float, decades: float, rows: int) -> None:
    low, high = 10.0**first, 10.0 ** min(first + decades, 299)
    axis = y_axis(low, high, rows, log=True)
    assert 0 < axis.low <= low * (1 + 1e-9)
    assert axis.high >= high * (1 - 1e-9)
    assert axis.low < axis.high


@pytest.mark.parametrize("value", [0.0, 1.0, -3.0, 1e-320, 1e300, 3e-4])
def test_a_constant_lies_inside_of_its_axis(value: float) -> None:
    axis = y_axis(value, value, 8)
    assert axis.low <= value <= axis.high
    assert axis.low < axis.high
    assert axis.ticks


def test_rounding_errors_do_not_make_a_constant_series_a_mountain() -> None:
    assert y_axis(0.1, 0.1 + 1e-16, 8).ticks == y_axis(0.1, 0.1, 8).ticks


@given(st.integers(0, 10**6), st.integers(1, 10**7), KINDS, st.booleans())
def test_the_x_axis_holds_all_points(low: int, span: int, kind: XKind, live: bool) -> None:
    limits = x_limits(low, low + span, kind, live)
    assert limits[0] <= low < low + span <= limits[1]
    if not live:
        assert limits[1] == low + span
    assert limits[1] - limits[0] <= span * (1.7 if live else 1.3) + 2


def test_a_live_axis_moves_rarely() -> None:
    """Over a whole run, from 100 to 100,000 steps: each move redraws a chart, and each point must not."""
    limits = [x_limits(0, step, "step", live=True) for step in range(100, 100_000)]
    moves = sum(a != b for a, b in pairwise(limits))
    assert moves < 50
    assert len({tuple(axis) for axis in (y_axis(0.0, 1.0 + n / 10_000, 12)[:2] for n in range(10_000))}) < 12


@given(st.integers(0, 10**6), st.integers(1, 10**7), st.integers(1, 200), KINDS)
def test_labels_of_x_stay_inside_and_apart(low: int, span: int, cells: int, kind: XKind) -> None:
    axis = x_axis(x_limits(low, low + span, kind, False), cells, kind, UTC)
    places = label_places(axis, cells)
    ends = [place + cell_len(tick.label) for place, tick in zip(places, axis.ticks, strict=True)]
    assert all(place >= 0 for place in places)
    assert all(end <= cells for end in ends)
    assert all(start - end >= 3 for end, start in zip(ends, places[1:], strict=False))


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(0, 1), st.integers(1, 300))
def test_each_x_lies_in_a_cell(low: float, span: float, share: float, cells: int) -> None:
    assume(low + span > low)
    assert 0 <= cell_of(low + span * share, low, low + span, cells) < cells


@given(st.integers(1, 10**6), st.integers(1, 10**7), st.sampled_from(["step", "relative", "value"]), st.booleans())
def test_a_log_axis_of_x_holds_all_points_and_wastes_little(low: int, span: int, kind: XKind, live: bool) -> None:
    first, last = x_limits(low, low + span, kind, live, log=True)
    assert 0 < first <= low * (1 + 1e-9)
    assert last >= (low + span) * (1 - 1e-9)
    if not live:
        assert (first, last) == (low, low + span)


@given(st.floats(1e-3, 1e6), st.floats(1.001, 1e9), st.floats(0, 1), st.integers(1, 300))
def test_cells_of_a_log_axis_are_even_in_the_logarithm(low: float, times: float, share: float, cells: int) -> None:
    cell = cell_of(low * times**share, low, low * times, cells, log=True)
    assert abs(cell - share * cells) <= 1 + 1e-6
    assert 0 <= cell < cells
    assert cell_of(0.0, low, low * times, cells, log=True) == 0


@given(st.floats(0.5, 1e6), st.floats(1.2, 1e9), st.integers(30, 200), st.sampled_from(["step", "relative", "value"]))
def test_labels_of_a_log_axis_stay_inside_and_apart(low: float, times: float, cells: int, kind: XKind) -> None:
    axis = x_axis((low, low * times), cells, kind, UTC, log=True)
    places = label_places(axis, cells)
    ends = [place + cell_len(tick.label) for place, tick in zip(places, axis.ticks, strict=True)]
    assert all(place >= 0 for place in places)
    assert all(end <= cells for end in ends)
    assert all(start - end >= 3 for end, start in zip(ends, places[1:], strict=False))
    if times >= 1000 and cells >= 40:
        assert len(axis.ticks) >= 2


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(-9999, 9999), st.integers(1, 500), st.integers(4, 60))
def test_limits_that_were_typed_are_the_ends_and_named(
    low: float, span: float, bottom: int, more: int, rows: int
) -> None:
    axis = y_axis(low, low + span, rows, typed=(bottom / 100, (bottom + more) / 100))
    assert (axis.low, axis.high) == (bottom / 100, (bottom + more) / 100)
    labels = [float(tick.label.replace("k", "e3")) for tick in axis.ticks]
    assert [tick.at for tick in axis.ticks] == labels == sorted(labels)
    assert {axis.low, axis.high} <= set(labels)
    places = [row_of(tick.at, axis, rows, 4) for tick in axis.ticks]
    assert len(set(places)) == len(places)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(-1e6, 1e6), st.booleans())
def test_one_typed_limit_holds_whatever_the_values_are(low: float, span: float, limit: float, upper: bool) -> None:
    axis = y_axis(low, low + span, 10, typed=(None, limit) if upper else (limit, None))
    assert limit == (axis.high if upper else axis.low)
    assert axis.low < axis.high
