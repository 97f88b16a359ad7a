"""Points over two axes: where each is drawn, and what stands around them."""

from __future__ import annotations

import math
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.plotting.cells import Role
from runs_tui.plotting.glyphs import ASCII
from runs_tui.plotting.look import Look, Title
from runs_tui.plotting.scatter import Dot, draw_scatter

TITLE = Title("loss against lr")
numbers = st.floats(-1e6, 1e6) | st.integers(-5, 5).map(float)
dots = st.builds(Dot, numbers, numbers, st.integers(0, 7), st.booleans())


@given(st.lists(dots, min_size=1, max_size=30), st.integers(1, 120), st.integers(1, 40), st.booleans())
def test_every_size_can_be_drawn(found: list[Dot], width: int, height: int, log: bool) -> None:
    cells = draw_scatter(found, width, height, TITLE, Look(log=log, log_x=log, cursor=0))
    assert (cells.width, cells.height) == (width, height)
    assert all(len(line) == width for line in cells.lines())


@given(st.lists(dots, min_size=2, max_size=12))
def test_points_stand_in_the_order_of_their_values(found: list[Dot]) -> None:
    found = [Dot(dot.x, dot.y, place) for place, dot in enumerate(found)]
    cells = draw_scatter(found, 100, 30, TITLE, Look())
    at = {}
    for row, column in zip(*(cells.roles >= Role.LINE).nonzero(), strict=True):
        at[int(cells.roles[row, column]) - Role.LINE] = (int(column), int(row))
    assert at
    for one, (column, row) in at.items():
        for other, (its_column, its_row) in at.items():
            if found[one].x < found[other].x:
                assert column <= its_column
            if found[one].y < found[other].y:
                assert row >= its_row


def test_a_logarithmic_axis_spreads_what_lies_in_decades() -> None:
    found = [Dot(10.0**-power, 1.0, power) for power in range(5)]
    cells = draw_scatter(found, 100, 20, TITLE, Look(log_x=True))
    columns = sorted(int(column) for column in (cells.roles >= Role.LINE).nonzero()[1])
    gaps = [right - left for left, right in pairwise(columns)]
    assert len(columns) == 5
    assert max(gaps) - min(gaps) <= 1
    cells = draw_scatter([Dot(0.0, 1.0, 0), Dot(1.0, -1.0, 1)], 60, 20, TITLE, Look(log=True, log_x=True))
    assert "nothing above 0" in "\n".join(cells.lines())
    assert "no run has both values" in "\n".join(draw_scatter([], 60, 20, TITLE, Look()).lines())


@pytest.mark.parametrize("look", [Look(), Look(glyphs=ASCII)])
def test_words_have_places_of_their_own(look: Look) -> None:
    found = [Dot(float(place), 1.0 + place, place) for place in range(3)]
    lines = draw_scatter(found, 80, 20, TITLE, look, ("adam", "a-very-long-name-of-an-optimizer-indeed", "sgd")).lines()
    where = [lines[-1].index(word) for word in ("adam", "a-very", "sgd")]
    assert where == sorted(where)
    for place, line in enumerate(reversed([line for line in lines[1:-1] if look.glyphs.point in line[5:]])):
        assert abs(line.index(look.glyphs.point, 5) - (5 + 75 * (place + 0.5) / 3)) <= 2


def test_the_best_is_seen_and_the_cursor_marks_its_point() -> None:
    found = [Dot(1.0, 1.0, 0), Dot(1.0, 1.0, 1, True), Dot(2.0, 2.0, 2)]
    cells = draw_scatter(found, 60, 20, TITLE, Look(cursor=2))
    text = "\n".join(cells.lines())
    assert text.count("*") == 1
    assert (cells.roles == Role.POINT + 2).sum() == 1
    column = (cells.roles == Role.POINT + 2).nonzero()[1][0]
    assert (cells.roles[:, column] == Role.CURSOR).sum() > 5
    assert not math.isnan(column)


EXTREME = st.sampled_from([5e-324, 1e-308, 1e-300, 0.0, 1.0, 1e299, 1e300, 1e308, sys.float_info.max]).flatmap(
    lambda value: st.sampled_from([value, -value])
)


@given(st.lists(st.builds(Dot, EXTREME, EXTREME, st.just(0)), min_size=1, max_size=6), st.booleans(), st.booleans())
def test_the_largest_and_the_least_numbers_can_be_drawn(found: list[Dot], log: bool, log_x: bool) -> None:
    cells = draw_scatter(found, 60, 16, TITLE, Look(log=log, log_x=log_x, cursor=0))
    shown = any((dot.x > 0 or not log_x) and (dot.y > 0 or not log) for dot in found)
    assert bool((cells.roles >= Role.LINE).any()) == shown
