"""Several curves as a mean with an area."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.plotting.band import Band
from runs_tui.plotting.curve import Curve
from tests.tui.plotting.series_of import curve, series

RUN = st.dictionaries(st.integers(0, 30), st.floats(-100, 100), min_size=1, max_size=12)


def of(runs: list[dict[int, float]]) -> list[Curve]:
    """A curve of each run, given as values by step."""
    return [curve([run[step] for step in sorted(run)], sorted(run)) for run in runs]


def value_at(run: dict[int, float], x: float) -> float | None:
    """On the straight line between the points of a run."""
    before, after = [step for step in run if step <= x], [step for step in run if step >= x]
    if not before or not after:
        return None
    left, right = max(before), min(after)
    return run[left] if left == right else run[left] + (run[right] - run[left]) * (x - left) / (right - left)


@pytest.mark.feature("charts", 8, "see runs of a group as their mean with a band of its sample deviation", "b")
@given(st.lists(RUN, min_size=1, max_size=5), st.sampled_from(["deviation", "extremes"]))
def test_each_step_has_mean_and_area_of_the_curves_that_have_a_value_there(
    runs: list[dict[int, float]], spread: str
) -> None:
    band = Band(of(runs), "deviation" if spread == "deviation" else "extremes")
    lines = band.lines(-0.5, 30.5, 31)  # a column for each step, with the step in its middle
    line, areas = lines.now[0], lines.band
    for step in range(31):
        known = [value for run in runs if (value := value_at(run, step)) is not None]
        spot = band.at(step)
        assert (line.count[step] > 0, spot is not None) == (bool(known), bool(known))
        if not known or spot is None:
            continue
        mean = statistics.fmean(known)
        off = statistics.stdev(known) if len(known) > 1 else 0.0
        low, high = (mean - off, mean + off) if spread == "deviation" else (min(known), max(known))
        assert spot == (len(known), *(pytest.approx(v, abs=1e-5) for v in (mean, off, min(known), max(known))))
        assert line.first[step] == pytest.approx(mean, abs=1e-6)
        if areas and areas[0].count[step]:
            assert (areas[0].low[step], areas[0].high[step]) == (
                pytest.approx(low, abs=1e-5),
                pytest.approx(high, abs=1e-5),
            )
        else:
            assert high - low < 1e-9


@pytest.mark.feature("charts", 9, "see ranks as a band from the lowest to the highest, with every spike of one", "r")
def test_the_area_from_lowest_to_highest_keeps_a_spike_of_one_rank() -> None:
    values = np.zeros(10_000)
    values[4_321] = 50.0
    band = Band([curve(values.tolist()), curve([0.0] * 10_000)], "extremes")
    [area] = band.lines(0.0, 9_999.0, 40).band
    assert np.flatnonzero(area.high == 50.0).tolist() == [17]
    assert band.range(0.0, 9_999.0, 40) == (0.0, 50.0)


def test_where_one_run_goes_on_alone_there_is_a_mean_without_an_area() -> None:
    band = Band([curve([0, 2, 4, 6], [0, 1, 2, 3]), curve([2, 4], [0, 1])])
    lines = band.lines(-0.5, 3.5, 4)
    assert lines.now[0].first.tolist() == [1, 3, 4, 6]
    assert [area.count.tolist() for area in lines.band] == [[1, 1, 0, 0]]
    assert band.at(3.0) == (1, 6.0, 0.0, 6.0, 6.0)
    assert band.at(3.5) is None


def test_a_gap_that_no_run_covers_is_no_line() -> None:
    band = Band([curve([1, 1], [0, 1]), curve([5, 5], [8, 9])])
    line = band.lines(-0.5, 9.5, 10).now[0]
    assert line.count.tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 1, 1]
    assert line.joined[8:].tolist() == [False, True]


def test_a_cursor_visits_the_steps_of_all_runs() -> None:
    band = Band([curve([0, 2], [0, 2]), curve([10, 30], [1, 3])])
    seen, point = [], band.first_from(-math.inf)
    while point is not None:
        seen.append((point.x, point.value))
        point = band.first_from(point.x + 0.5)
    assert seen == [(0, 0), (1, 5.5), (2, 11), (3, 30)]
    last = band.last_before(math.inf)
    assert last is not None
    assert band.last_before(last.x) == pytest.approx((2, 2, math.nan, 11, math.nan), nan_ok=True)


def test_on_a_logarithmic_axis_an_area_that_reaches_0_goes_down_all_the_way() -> None:
    band = Band([curve([1.0, 1.0]), curve([9.0, 9.0])])  # 5 +- 5.66
    [area] = band.lines(0.0, 1.0, 2, log=True).band
    assert (area.low > 0.0).all()
    assert area.low.max() < 1e-300
    low, high = band.range(0.0, 1.0, 2, log=True) or (0.0, 0.0)
    assert (low, high) == (5.0, pytest.approx(5.0 + math.sqrt(32.0)))


def test_a_band_follows_its_curves() -> None:
    one, two = curve([1.0, 1.0]), curve([3.0])
    band = Band([one, two])
    version = band.version
    band.update()
    assert band.version == version
    two.update(series([3.0, 5.0]))
    band.update()
    assert band.version > version
    assert band.lines(0.0, 1.0, 2).now[0].first.tolist() == [2.0, 3.0]


def test_smoothed_runs_count_by_their_smoothed_values() -> None:
    runs = [curve([0.0, 8.0], weight=0.5), curve([4.0, 4.0], weight=0.5)]
    points = [run.last_before(9.0) for run in runs]
    smoothed = [point.smoothed for point in points if point]
    spot = Band(runs).at(1.0)
    assert spot is not None
    assert spot.mean == pytest.approx(statistics.fmean(smoothed))
    assert len(set(smoothed)) == 2
