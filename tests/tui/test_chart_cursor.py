"""The cursor of a chart, against what a list says."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.plotting.curve import Curve
from runs_tui.plotting.look import Frame
from runs_tui.screens.charts import cursor
from runstore.reading.series_data import Series

STEPS = st.lists(st.integers(0, 500), min_size=1, max_size=30, unique=True).map(sorted)


def curve_of(steps: list[int], seconds: list[float] | None = None) -> Curve:
    values = np.arange(len(steps), dtype=float)
    times = np.asarray(seconds if seconds is not None else [1000.0 + step for step in steps])
    made = Curve("step")
    made.update(Series("m", 0, "f", np.asarray(steps, dtype=np.int64), times, values, values, 1))
    return made


@given(STEPS, st.integers(1, 80), st.integers(1, 12), st.data())
def test_a_step_goes_to_the_next_value_so_many_cells_on(
    steps: list[int], width: int, by: int, data: st.DataObject
) -> None:
    frame = Frame(0, width, 0.0, 501.0)
    here = data.draw(st.sampled_from(steps))
    right = cursor.moved([curve_of(steps)], frame, here, by)
    beyond = [step for step in steps if step >= frame.edge(frame.cell(here) + by)]
    assert right == (min(beyond) if beyond else steps[-1])
    left = cursor.moved([curve_of(steps)], frame, here, -by)
    before = [step for step in steps if step < frame.edge(frame.cell(here) - by + 1)]
    assert left == (max(before) if before else steps[0])


@given(STEPS, st.integers(1, 80))
def test_every_value_or_cell_is_visited(steps: list[int], width: int) -> None:
    frame = Frame(0, width, 0.0, 501.0)
    curve = curve_of(steps)
    seen = [cursor.outermost([curve], frame, first=True)]
    while seen[-1] != steps[-1]:
        seen.append(cursor.moved([curve], frame, seen[-1], 1))
    assert len(seen) == len(set(seen))
    assert {frame.cell(step) for step in seen if step is not None} == {frame.cell(step) for step in steps}


@given(STEPS, STEPS, st.floats(-10, 600))
def test_the_nearest_value_of_any_curve(one: list[int], other: list[int], x: float) -> None:
    found = cursor.nearest([curve_of(one), curve_of(other)], x)
    assert found is not None
    assert abs(found - x) == min(abs(step - x) for step in one + other)


@given(STEPS, st.floats(-50, 650))
def test_a_time_finds_the_value_logged_last(steps: list[int], after: float) -> None:
    time = 1000.0 + after
    earlier = [step for step in steps if 1000.0 + step <= time]
    assert cursor.at_time([curve_of(steps)], time) == (earlier[-1] if earlier else steps[0])


@given(STEPS, st.data())
def test_there_and_back(steps: list[int], data: st.DataObject) -> None:
    curve = curve_of(steps)
    x = data.draw(st.sampled_from(steps))
    time = cursor.time_at([curve], x)
    assert time == 1000.0 + x
    assert cursor.at_time([curve], time) == x


def test_only_what_is_in_sight_is_visited() -> None:
    frame = Frame(0, 40, 100.0, 200.0)
    curve = curve_of([0, 120, 150, 400])
    assert cursor.outermost([curve], frame, first=True) == 120
    assert cursor.moved([curve], frame, None, -1) == 150
    assert cursor.moved([curve], frame, 150.0, 5) == 150
    assert cursor.moved([curve], frame, 120.0, -5) == 120


def test_nothing_to_visit() -> None:
    assert cursor.moved([], None, None, 1) is None
    assert cursor.at_time([], 5.0) is None
    assert cursor.time_at([curve_of([5])], 4.0) is None
    assert cursor.nearest([Curve()], 0.0) is None


def test_a_cursor_stays_before_the_chart_is_drawn() -> None:
    assert cursor.moved([curve_of([1, 2])], None, 1.0, 1) == 1.0


@given(st.sampled_from([50, 100, 200, 1000, 10_000]), st.integers(20, 240))
def test_no_value_holds_the_cursor(span: int, width: int) -> None:
    """Where values lie on the edges of cells, which floats hit only nearly."""
    steps = list(range(0, span + 1, max(span // 100, 1)))
    frame, curve = Frame(0, width, 0.0, float(span)), curve_of(steps)
    at: float | None = 0.0
    for _ in steps:
        before, at = at, cursor.moved([curve], frame, at, 1)
        assert at is not None
        assert before is not None
        assert at > before or at == span
    assert at == span
