"""Whole charts: what a person sees, at every size."""

from __future__ import annotations

import math
import sys
from datetime import UTC

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from runs_tui.plotting.axes import Bounds, XKind
from runs_tui.plotting.cells import Cells, Role
from runs_tui.plotting.chart import Look, Title, draw_chart
from runs_tui.plotting.curve import Curve
from runs_tui.plotting.glyphs import ASCII
from runs_tui.plotting.pictures import Panel, svg_of
from runs_tui.plotting.thin import ThinCurve
from runs_tui.screens.charts.cursor import moved
from tests.tui.plotting.series_of import curve, series
from tests.tui.plotting.test_cells import HOSTILE, harmless


def picture(made: Curve, width: int, height: int, look: Look | None = None) -> list[str]:
    """The chart as text."""
    return draw_chart([made], width, height, Title("loss", "0.5"), look or Look())[0].lines()


def cells_with(cells: Cells, role: int) -> set[tuple[int, int]]:
    """(row, column) of the cells of one role."""
    return {(int(row), int(column)) for row, column in zip(*np.nonzero(cells.roles == role), strict=True)}


def test_a_falling_line_with_its_axes() -> None:
    assert picture(curve([4, 2, 1, 0.5, 0.25, 0]), 30, 8) == [
        " loss  0.5 ───────────────────",
        "   4┤⠑⢄                       ",
        "    │ ⠈⠢⡀                     ",
        "    │   ⠈⢢                    ",
        "   2┤     ⠉⠒⠤⡀                ",
        "    │        ⠈⠑⠢⠤⢄⣀           ",
        "   0┤              ⠉⠉⠑⠒⠒⠒⠤⠤⠤⣀⣀",
        "    └0─────────2─────────4────",
    ]


def test_without_unicode() -> None:
    assert picture(curve([0, 1, 2, 3]), 20, 6, look=Look(glyphs=ASCII)) == [
        " loss  0.5 ---------",
        "    |            ..'",
        "   2+        ..''   ",
        "    |    ..''       ",
        "   0+..''           ",
        "    +0---------2----",
    ]


def test_nan_is_marked_where_it_is_and_named() -> None:
    lines = picture(curve([1, 2, math.nan, math.nan] + [math.nan] * 40), 60, 8)
    assert "× NaN at 2 ××××" in lines[1]
    at = lines[1].index("×")
    assert all(character >= "⠀" or character == " " for character in lines[3][6:at])
    assert lines[3][at + 1 :].strip() == ""


def test_infinities_point_out_of_the_picture() -> None:
    lines = picture(curve([1, math.inf, 2, -math.inf, 3]), 40, 8)
    assert "↑" in lines[1]
    assert "↓" in lines[6]


def test_on_a_log_axis_what_has_no_place_is_at_the_bottom() -> None:
    cells, _ = draw_chart([curve([0.0, 1.0, 10.0, 100.0])], 40, 9, Title("loss"), Look(log=True))
    lines = cells.lines()
    assert [line[:4].strip() for line in lines[1:8] if line[4] == "┤"] == ["100", "10", "1"]
    assert "↓" in lines[7]
    assert not cells_with(cells, Role.MARK)


@pytest.mark.parametrize(
    ("values", "log", "words"),
    [([], False, "no points yet"), ([math.nan], False, "no finite value"), ([-1.0, 0.0], True, "nothing above 0")],
)
def test_a_chart_without_a_line_says_why(values: list[float], log: bool, words: str) -> None:
    assert words in "\n".join(picture(curve(values), 40, 9, look=Look(log=log)))


def test_a_single_point_is_seen() -> None:
    cells, _ = draw_chart([curve([0.5], [7])], 40, 9, Title("loss"))
    assert "•" in "".join(cells.lines())
    assert "7" in cells.lines()[8]


def test_a_constant_is_a_level_line() -> None:
    lines = picture(curve([3e-4] * 100), 40, 9)
    drawn = [line for line in lines[1:8] if any("⠀" < c <= "⣿" for c in line)]
    assert len(drawn) == 1
    assert len(set(drawn[0][6:])) == 1


def test_one_spike_among_a_million_is_seen_through_the_smoothing() -> None:
    values = np.ones(1_000_000)
    values[654_321] = 9.0
    cells, frame = draw_chart([curve(values.tolist(), weight=0.99)], 80, 20, Title("loss"))
    assert frame is not None
    column = frame.left + frame.cell(654_321)
    assert (1, column) in cells_with(cells, Role.FAINT)
    assert len([place for place in cells_with(cells, Role.FAINT) if place[0] < 10]) == 9


def test_the_line_before_smoothing_lies_behind_the_smoothed_one() -> None:
    values = [math.sin(n) for n in range(400)]
    cells, _ = draw_chart([curve(values, weight=0.99)], 60, 12, Title("m"))
    raw, smooth = cells_with(cells, Role.FAINT), cells_with(cells, Role.LINE)
    assert raw
    assert min(raw)[0] < min(smooth)[0]
    assert max(raw)[0] > max(smooth)[0]
    assert not cells_with(draw_chart([curve(values)], 60, 12, Title("m"))[0], Role.FAINT)


def test_what_a_resumed_run_replaced_is_drawn_apart_and_loses() -> None:
    values = [1.0] * 100 + [1.0 - n / 100 for n in range(50)]
    cells, frame = draw_chart([curve(values, [*range(100), *range(50, 100)])], 60, 12, Title("m"))
    assert frame is not None
    old, now = cells_with(cells, Role.OLD), cells_with(cells, Role.LINE)
    assert {row for row, _ in old} == {1}
    assert min(column for _, column in old) >= frame.left + frame.cell(50)
    assert len({row for row, _ in now}) > 3


def test_the_cursor_marks_one_column_and_hides_no_dot() -> None:
    made = curve([0.0, 1.0, 2.0, 1.0, 0.0] * 20)
    plain, _ = draw_chart([made], 60, 12, Title("m"))
    cells, frame = draw_chart([made], 60, 12, Title("m"), Look(cursor=42.0))
    assert frame is not None
    different = np.flatnonzero((cells.chars != plain.chars).any(axis=0) | (cells.roles != plain.roles).any(axis=0))
    assert different.tolist() == [frame.left + frame.cell(42.0)]
    dots = cells_with(plain, Role.LINE)
    assert all(cells.chars[place] == plain.chars[place] for place in dots)


def test_an_unchanged_axis_keeps_all_but_the_end_of_the_line() -> None:
    """What makes a live chart cheap: a new point changes cells near the end of the line only."""
    values = [math.exp(-n / 300) for n in range(1000)]
    before, frame = draw_chart([curve(values[:905])], 80, 20, Title("m"), Look(live=True))
    after, _ = draw_chart([curve(values[:945])], 80, 20, Title("m"), Look(live=True))
    assert frame is not None
    columns = np.flatnonzero((before.chars != after.chars).any(axis=0))
    assert len(columns) > 0
    assert columns.min() >= frame.left + frame.cell(904) - 1


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=20),
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=20, max_size=20),
    st.integers(1, 60),
    st.integers(1, 20),
    HOSTILE,
    st.sampled_from(["step", "relative", "wall"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.0, 0.6]),
)
def test_any_series_under_any_name_fills_exactly_its_place(
    values: list[float], steps: list[int], width: int, height: int, name: str, kind: XKind, log: bool, live: bool,
    weight: float,
) -> None:  # fmt: skip
    made = curve(values, steps[: len(values)], [1.79e9 + n for n in range(len(values))], kind, weight)
    look = Look(log=log, live=live, focus=True, zone=UTC, cursor=5.0)
    cells, frame = draw_chart([made], width, height, Title(name, "0.5", "rank 0 of 4"), look)
    lines = cells.lines()
    assert len(lines) == height
    assert all(cell_len(line) == width and harmless(line) for line in lines)
    if frame is not None:
        assert 0 <= frame.left < width
        assert frame.left + frame.width == width


def test_without_axes_there_are_a_title_and_a_line_only() -> None:
    cells, _ = draw_chart([curve([4, 2, 1, 0.5, 0.25, 0])], 20, 4, Title("loss", "0"), Look(axes=False))
    assert cells.lines() == [
        " loss  0            ",
        "⠑⠢⣀                 ",
        "   ⠑⠤⢄⣀             ",
        "       ⠉⠉⠒⠒⠒⠤⠤⠤⠤⠤⣀⣀⣀",
    ]


EXTREME = st.sampled_from([5e-324, 1e-305, 1e-300, 0.0, 1.0, 3.0, 1e300, 1e308, sys.float_info.max]).flatmap(
    lambda value: st.sampled_from([value, -value])
)
BOUNDS = st.tuples(st.none() | EXTREME, st.none() | EXTREME).map(
    lambda ends: ends if None in ends or ends[0] < ends[1] else (None, None)
)


@given(
    st.lists(st.tuples(EXTREME, EXTREME | st.sampled_from([math.nan, math.inf])), min_size=1, max_size=8),
    BOUNDS, BOUNDS, st.booleans(), st.booleans(), st.booleans(), st.sampled_from([1, 7, 60]),
)  # fmt: skip
def test_the_largest_and_the_least_numbers_can_be_drawn(
    points: list[tuple[float, float]], x: Bounds, y: Bounds, log: bool, log_x: bool, thin: bool, width: int
) -> None:
    xs, ys = ([point[axis] for point in points] for axis in (0, 1))
    whole = Curve("value")
    whole.update(series(ys), series(xs))
    made = ThinCurve(whole, x) if thin else whole
    look = Look(x_limits=x, y_limits=y, log=log, log_x=log_x, cursor=xs[0])
    cells, frame = draw_chart([made], width, 12, Title("m"), look)
    assert (cells.width, cells.height) == (width, 12)
    if frame is not None:
        assert frame.low < frame.high
        assert math.isfinite(frame.edge(-20))
        assert math.isfinite(frame.edge(frame.width + 20))
        for by in (1, -1):
            there = moved([made], frame, xs[0], by)
            assert there is None or math.isfinite(there)
    svg_of([Panel((made,), Title("m"), look)], 300, 200, light=False)


def test_times_that_are_none_are_brought_to_where_an_axis_can_have_them() -> None:
    made = curve([1, 2, 3], times=[-1e308, 0, 1e308], kind="relative")
    assert made.span() == (-1e300, 1e300)
    assert "└" in "\n".join(picture(made, 40, 8))
