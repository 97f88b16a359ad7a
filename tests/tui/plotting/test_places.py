"""x of points: the value of another metric at the same step or time."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.plotting.places import along
from runstore.records.points import NO_STEP
from tests.tui.plotting.series_of import series

STEP = st.integers(0, 5) | st.just(NO_STEP)
LOGGED = st.lists(st.tuples(st.floats(0, 20), STEP), max_size=12, unique_by=lambda p: p[0]).map(sorted)


def by_definition(asks: list[tuple[float, int]], axis: list[tuple[float, int]]) -> list[float]:
    """For each point: at its step the last value up to its time, else the first after it; else the newest by time."""
    found = []
    for time, step in asks:
        same = [at for at, (_, known) in enumerate(axis) if known == step != NO_STEP]
        before = [at for at in same if axis[at][0] <= time] or same[:1]
        newest = [at for at, (when, _) in enumerate(axis) if when <= time]
        places = before or newest
        found.append(float(places[-1]) if places else math.nan)
    return found


@given(LOGGED, LOGGED)
def test_x_is_the_value_at_the_same_step_or_else_the_newest(
    asks: list[tuple[float, int]], axis: list[tuple[float, int]]
) -> None:
    asked = series([0.0] * len(asks), [step for _, step in asks], [time for time, _ in asks])
    values = series(range(len(axis)), [step for _, step in axis], [time for time, _ in axis])
    np.testing.assert_array_equal(along(asked, values), by_definition(asks, axis))


def test_metrics_of_the_same_calls_go_together_point_by_point() -> None:
    """Two calls with one step, at one time of a coarse clock: each point has the value of its own call."""
    steps, times = [3, 3, 3], [7.0, 7.0, 7.0]
    assert along(series([1, 2, 3], steps, times), series([10, 20, 30], steps, times)).tolist() == [10, 20, 30]


def test_a_metric_that_is_logged_once_an_epoch_gives_x_to_all_steps_of_it() -> None:
    loss = series([0.0] * 6, [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5])
    epoch = series([0.0, 1.0], [NO_STEP, NO_STEP], [0.5, 2.5])
    np.testing.assert_array_equal(along(loss, epoch), [math.nan, 0, 0, 1, 1, 1])
