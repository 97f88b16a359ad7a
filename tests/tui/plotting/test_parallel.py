"""Parallel coordinates: each line meets each axis at the value of its run."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.plotting.cells import Role
from runs_tui.plotting.look import Look, Title
from runs_tui.plotting.parallel import Across, Upright, draw_parallel

TITLE = Title("3 parameters and loss")
values = st.lists(st.none() | st.floats(-1e308, 1e308), min_size=3, max_size=3)


@given(st.lists(values, min_size=0, max_size=6), st.integers(1, 150), st.integers(1, 40), st.integers(0, 2))
def test_every_size_can_be_drawn(columns: list[list[float | None]], width: int, height: int, cursor: int) -> None:
    axes = [Upright(f"axis {number}", tuple(column), ((0.0, "zero"),)) for number, column in enumerate(columns)]
    lines = [Across(run, run, run == 0) for run in range(3)]
    cells = draw_parallel(axes, lines, width, height, TITLE, Look(cursor=cursor))
    assert (cells.width, cells.height) == (width, height)


@given(st.lists(st.lists(st.integers(0, 20), min_size=2, max_size=2), min_size=2, max_size=5), st.booleans())
def test_a_line_meets_each_axis_at_its_value(columns: list[list[int]], log: bool) -> None:
    axes = [Upright("a", tuple(float(each + log) for each in column), (), log) for column in columns]
    rows, width = 40, 100
    for run in range(2):
        cells = draw_parallel(axes, [Across(run, 0, True)], width, rows + 2, TITLE, Look())
        lit = cells.roles[2:] == Role.LINE
        for place, axis in enumerate(axes):
            column = 1 + round(place * (width - 3) / (len(axes) - 1))
            here, other = axis.at[run], axis.at[1 - run]
            assert here is not None
            assert other is not None
            wanted = rows / 2 if here == other else 0 if here > other else rows - 1
            assert min(abs(np.flatnonzero(lit[:, column]) - wanted)) <= 1
        crossed = lit[:, 1:-1].any(axis=0)
        assert crossed.all()  # from the first axis to the last


def test_what_is_missing_breaks_the_line_and_words_stand_at_their_values() -> None:
    axes = [
        Upright("optimizer", (0.0, 1.0, None), ((0.0, "adam"), (1.0, "sgd"))),
        Upright("lr", (1e-4, None, 1e-2), ((1e-4, "1e-4"), (1e-2, "0.01")), log=True),
        Upright("loss best", (0.5, 0.25, 0.125), ((0.125, "0.125"), (0.5, "0.5"))),
    ]
    lines = [Across(run, run, False) for run in range(3)]
    cells = draw_parallel(axes, lines, 90, 22, TITLE, Look(cursor=0))
    text = cells.lines()
    assert [text[1].index(word) for word in ("optimizer", "lr", "loss best")] == sorted(
        text[1].index(word) for word in ("optimizer", "lr", "loss best")
    )
    assert "sgd" in text[2]
    assert "0.01" in text[2]
    assert "adam" in text[-1]
    assert "1e-4" in text[-1]
    read = cells.roles == Role.POINT
    labelled = cells.roles == Role.LABEL
    assert (read | labelled)[:, 10:80].any(axis=0).all()  # the line under the cursor is whole
    assert not (cells.roles == Role.FAINT + 1)[:, 10:80].any()  # run 1 has no two values side by side
    assert (cells.roles == Role.FAINT + 2)[:, 55:80].any()
    assert not (cells.roles == Role.FAINT + 2)[:, 10:40].any()
    assert "no run has values" in "\n".join(draw_parallel(axes, [], 90, 22, TITLE, Look()).lines())


@pytest.mark.parametrize("width", [20, 30, 60])
def test_the_metric_is_there_however_few_axes_fit(width: int) -> None:
    axes = [Upright(f"p{number}", (0.0, 1.0), ()) for number in range(9)] + [Upright("loss", (0.0, 1.0), ())]
    text = "\n".join(draw_parallel(axes, [Across(0, 0, True)], width, 12, TITLE, Look()).lines())
    assert "p0" in text
    assert "loss" in text.split("\n")[1]
    assert "p8" not in text


def test_heights() -> None:
    assert Upright("a", (1.0, 2.0, 3.0, None), ()).heights().tolist()[:3] == [0.0, 0.5, 1.0]
    assert math.isnan(Upright("a", (1.0, 2.0, 3.0, None), ()).heights()[3])
    assert Upright("a", (5.0, 5.0), ()).heights().tolist() == [0.5, 0.5]
    assert Upright("a", (1e-4, 1e-2, 1e-3), (), True).heights().tolist() == pytest.approx([0, 1, 0.5])
    assert Upright("a", (-1.7e308, 1.7e308, 0.0), ()).heights().tolist() == [0.0, 1.0, 0.5]
