"""The numbers of foreign runs: statistics, points and sparklines do not depend on how the points came in."""

from __future__ import annotations

import copy
import itertools
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from runstore.records.points import NO_STEP
from runstore.sources.foreign.numbers import Numbers

VALUES = st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=300)


def _blocks(values: list[float], cuts: list[int]) -> list[list[float]]:
    edges = [0, *sorted({cut % len(values) for cut in cuts}), len(values)]
    return [values[start:stop] for start, stop in itertools.pairwise(edges)]


def _added(values: list[float], cuts: list[int], by_rows: bool) -> Numbers:
    numbers, place = Numbers(), 0
    for block in _blocks(values, cuts):
        steps = np.arange(place, place + len(block), dtype=np.int64)
        if by_rows:
            for step, value in zip(steps.tolist(), block, strict=True):
                numbers.add_row(step, 100.0 + step, {"loss": value})
        else:
            numbers.add("loss", steps, 100.0 + steps, np.array(block))
        place += len(block)
    return numbers


def _same(one: float, other: float) -> bool:
    return one == other or (one != one and other != other)


@given(VALUES, st.lists(st.integers(0, 1000), max_size=5), st.booleans())
def test_statistics_and_points_are_those_of_all_values(values: list[float], cuts: list[int], by_rows: bool) -> None:
    numbers = _added(values, cuts, by_rows)
    stat, series = numbers.statistics()["loss"], numbers.series("loss")
    numbered = [value for value in values if value == value]
    assert series is not None
    assert np.array_equal(series.values, np.array(values), equal_nan=True)
    assert series.steps.tolist() == list(range(len(values)))
    assert (stat.n, stat.step, stat.time) == (len(values), len(values) - 1, 99.0 + len(values))
    assert _same(stat.first, values[0])
    assert _same(stat.last, values[-1])
    assert _same(stat.min, min(numbered, default=math.nan))
    assert _same(stat.max, max(numbered, default=math.nan))


@given(VALUES, st.lists(st.integers(0, 1000), max_size=5), st.lists(st.integers(0, 1000), max_size=5))
def test_the_sparkline_does_not_depend_on_the_blocks(values: list[float], one: list[int], other: list[int]) -> None:
    first, second = (_added(values, cuts, False).statistics()["loss"].trend for cuts in (one, other))
    assert first == second


def test_a_sparkline_is_short_and_ends_with_the_last_value() -> None:
    for count in (1, 2, 31, 32, 33, 63, 64, 65, 1_000, 100_000):
        numbers = Numbers(keep=False)
        numbers.add("loss", None, np.arange(count, dtype=float), np.arange(count, dtype=float))
        line = numbers.statistics()["loss"].sparkline
        assert len(line) <= 33
        assert len(line) >= min(count, 16)
        assert line[-1] == count - 1
        assert list(line) == sorted(line)


def test_without_keeping_there_are_statistics_alone() -> None:
    numbers = Numbers(keep=False)
    numbers.add("loss", None, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    stat = numbers.statistics()["loss"]
    assert (stat.n, stat.last, stat.step, stat.time) == (2, 4.0, None, 2.0)
    assert numbers.series("loss") is None


def test_a_copy_goes_on_by_itself() -> None:
    numbers = Numbers()
    numbers.add_row(1, 10.0, {"loss": 1.0, "acc": 0.5})
    other = copy.deepcopy(numbers)
    numbers.add_row(2, 20.0, {"loss": 2.0})
    other.add_row(7, 70.0, {"loss": 7.0})
    other.add_row(8, 80.0, {"loss": 8.0})
    for each, expected in ((numbers, [1.0, 2.0]), (other, [1.0, 7.0, 8.0])):
        series = each.series("loss")
        assert series is not None
        assert series.values.tolist() == expected
        assert each.statistics()["loss"].last == expected[-1]
        assert each.names() == ["acc", "loss"]


def test_what_is_cleared_is_gone_and_its_series_are_other_ones() -> None:
    numbers = Numbers()
    numbers.add_row(None, 1.0, {"a": 1.0, "b": 2.0})
    before = numbers.series("b")
    numbers.clear(["a"])
    assert numbers.names() == ["b"]
    assert list(numbers.statistics()) == ["b"]
    numbers.clear()
    numbers.add_row(None, 2.0, {"b": 3.0})
    after = numbers.series("b")
    assert before is not None
    assert after is not None
    assert after.values.tolist() == [3.0]
    assert after.steps.tolist() == [NO_STEP]
    assert after.generation != before.generation


def test_steps_beyond_64_bits_are_none() -> None:
    numbers = Numbers()
    numbers.add_row(1 << 70, 1.0, {"a": 1.0})
    assert numbers.statistics()["a"].step is None


def test_the_pace_is_that_of_the_metric_that_was_logged_last() -> None:
    numbers = Numbers()
    for step in range(11):
        numbers.add_row(step, 100.0 + 2 * step, {"loss": 1.0})
    numbers.add_row(0, 50.0, {"val": 1.0})
    numbers.add_row(1, 60.0, {"val": 1.0})
    assert numbers.seconds_a_step() == 2.0
    assert Numbers().seconds_a_step() is None


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.floats(allow_nan=False)), max_size=200))
def test_rows_of_different_metrics_stay_in_order(rows: list[dict[str, float]]) -> None:
    numbers = Numbers()
    for step, row in enumerate(rows):
        numbers.add_row(step, 100.0 + step, row)
    assert numbers.points == sum(map(len, rows))
    for name in "abc":
        series = numbers.series(name)
        expected = [(step, row[name]) for step, row in enumerate(rows) if name in row]
        found = list(zip(series.steps.tolist(), series.values.tolist(), strict=True)) if series is not None else []
        assert found == expected
        assert series is None or series.times.tolist() == [100.0 + step for step, _ in expected]
