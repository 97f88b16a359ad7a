"""Several curves in one chart: colours, legend, marks, cursor; and axes that were chosen."""

from __future__ import annotations

import math
import re
from datetime import UTC

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from runs_tui.plotting.axes import Bounds, XKind
from runs_tui.plotting.cells import Cells, Role
from runs_tui.plotting.chart import Frame, Look, Title, draw_chart
from runs_tui.plotting.curve import Curve
from runs_tui.plotting.glyphs import ASCII, UNICODE
from runs_tui.themes import HUES
from tests.tui.plotting.series_of import curve
from tests.tui.plotting.test_cells import HOSTILE, harmless

NAMES = ("bert-base-lr1e-3", "bert-base-lr3e-4", "bert-large-lr1e-4")


def chart(curves: list[Curve], look: Look, width: int = 60, height: int = 14) -> tuple[Cells, Frame]:
    """The chart, which has a frame."""
    cells, frame = draw_chart(curves, width, height, Title("loss"), look)
    assert frame is not None
    return cells, frame


def labels(cells: Cells, frame: Frame) -> list[str]:
    """The labels of y from below."""
    rows = [line[: frame.left - 1].strip() for line in cells.lines()[frame.top : frame.top + frame.height]]
    return [label for label in rows[::-1] if label]


@pytest.mark.feature("charts", 21, "see several runs in one chart, each in its colour", "c")
def test_each_curve_has_its_own_colour() -> None:
    level = [curve([float(n)] * 5) for n in range(3)]
    cells, frame = chart(level, Look(hues=(7, 3, HUES + 5)))
    rows = {role: set(np.nonzero(cells.roles == Role.LINE + role)[0].tolist()) for role in (7, 3, 5)}
    assert rows == {7: {frame.top + frame.height - 1}, 3: {frame.top + frame.height // 2}, 5: {frame.top}}


def test_where_two_lines_cross_both_are_drawn_and_the_later_one_is_unbroken() -> None:
    rise, fall = curve([0.0, 1.0]), curve([1.0, 0.0])
    alone, frame = chart([rise], Look(hues=(1,)))
    other, _ = chart([fall], Look(hues=(2,)))
    both, _ = chart([rise, fall], Look(hues=(1, 2)))
    shared = (alone.roles == Role.LINE + 1) & (other.roles == Role.LINE + 2)
    assert shared.any()
    assert (both.chars[shared] == alone.chars[shared] | other.chars[shared]).all()
    assert (both.roles[other.roles == Role.LINE + 2] == Role.LINE + 2).all()
    assert frame.width == 55


@pytest.mark.feature("charts", 22, "read whose line is whose in a legend beside the plot", "c")
def test_a_legend_that_fits_is_one_row_under_the_title() -> None:
    cells, frame = chart([curve([1.0, 2.0])] * 3, Look(hues=(0, 1, 2), names=NAMES), 70)
    assert cells.lines()[1].split() == ["━━", NAMES[0], "━━", NAMES[1], "━━", NAMES[2]]
    samples = [int(cells.roles[1, match.start()]) for match in re.finditer("━━", cells.lines()[1])]
    assert samples == [Role.LINE, Role.LINE + 1, Role.LINE + 2]
    assert (frame.top, frame.height) == (2, 11)


def test_names_that_are_cut_stay_apart() -> None:
    line = chart([curve([1.0, 2.0])] * 3, Look(names=NAMES), 40, 8)[0].lines()[1]
    shown = line.replace("━━", "").split()
    assert len(set(shown)) == 3
    assert all("…" in name for name in shown)


def test_a_wide_chart_has_its_legend_on_the_right_and_says_how_many_are_left() -> None:
    names = tuple(f"run-with-a-long-name-{number}" for number in range(20))
    cells, frame = chart([curve([1.0, 2.0])] * 20, Look(names=names), 120, 16)
    right = [line[frame.left + frame.width :].strip() for line in cells.lines()]
    assert right[1:14] == [f"━━ {name}" for name in names[:13]]
    assert right[14] == "+7 more"
    assert frame.left + frame.width <= 120 - 26


def test_a_small_chart_with_many_runs_shows_some_names() -> None:
    names = tuple(f"run-with-a-long-name-{number}" for number in range(20))
    cells, frame = chart([curve([1.0, 2.0])] * 20, Look(names=names), 60, 16)
    assert frame.top == 3
    legend = " ".join(cells.lines()[1:3])
    shown, rest = legend.count("━━"), re.search(r"\+(\d+) more", legend)
    assert rest is not None
    assert shown + int(rest[1]) == 20
    assert draw_chart([curve([1.0])], 60, 6, Title("m"), Look(names=("a",)))[0].lines()[1].find("━━") < 0


@pytest.mark.feature("charts", 23, "see NaN and infinities of each run in its colour, and where the first NaN was", "2")
def test_marks_have_the_colour_of_their_curve() -> None:
    good, bad = curve([0.0] * 50), curve([1.0] * 10 + [0.5] * 20 + [math.nan] * 10 + [math.inf] + [0.5] * 9)
    cells, frame = chart([good, bad], Look(hues=(4, 9), names=("a", "b")))
    row = cells.lines()[frame.top]
    assert "b NaN at 30" in row
    for mark in "×↑":
        at = {column for column, character in enumerate(row) if character == mark}
        assert at
        assert {int(cells.roles[frame.top, column]) for column in at} == {Role.LINE + 9}


@pytest.mark.feature("charts", 24, "see at the cursor which point of each run is read", "h l")
def test_the_cursor_shows_the_point_of_each_curve_that_is_read() -> None:
    one, two = curve([0.0, 1.0, 2.0, 3.0], weight=0.5), curve([3.0, 2.5, 2.0], [0, 1, 2])
    plain, frame = chart([one, two], Look(hues=(1, 2)))
    cells, _ = chart([one, two], Look(hues=(1, 2), cursor=3.0))
    places = {hue: np.argwhere(cells.roles == Role.POINT + hue).tolist() for hue in (1, 2)}
    smoothed = one.last_before(3.0, inclusive=True)
    assert smoothed is not None
    assert 2.0 < smoothed.smoothed < 2.5
    [[row, column]] = places[1]
    assert column == frame.left + frame.cell(3.0)
    assert row == frame.top + round((3.0 - smoothed.smoothed) / 3.0 * (4 * frame.height - 1)) // 4
    assert [column for _, column in places[2]] == [frame.left + frame.cell(2.0)], "its last point is before the cursor"
    assert (cells.chars[plain.roles >= Role.LINE] == plain.chars[plain.roles >= Role.LINE]).all()


@pytest.mark.feature("charts", 25, "look at chosen limits, and see where lines leave them", "X")
def test_limits_of_y_hold_as_typed_and_arrows_show_what_lies_beyond() -> None:
    made = curve([0.0, 1.0, 50.0, 1.0, -50.0, 1.0] + [1.0] * 30)
    cells, frame = chart([made], Look(y_limits=(0.5, 2.25)))
    assert labels(cells, frame)[0] == "0.50"
    assert labels(cells, frame)[-1] == "2.25"
    lines = cells.lines()
    for row, arrow, x in ((frame.top, "▴", 2.0), (frame.top + frame.height - 1, "▾", 4.0)):
        at = [column - frame.left for column, character in enumerate(lines[row]) if character == arrow]
        assert frame.cell(x) in at
        assert all(frame.cell(x - 1) <= cell <= frame.cell(x + 1) for cell in at if arrow == "▴")
    free, _ = chart([made], Look())
    assert not {"▴", "▾"} & set("".join(free.lines()))


@pytest.mark.parametrize(
    ("limits", "log", "ends"),
    [
        ((None, 1.5), False, ("0", "1.5")), ((0.5, None), False, ("0.5", "3.0")), ((-1.0, 0.0), True, ("1", "2")),
        ((2.0, 1.0), False, ("0", "3")), ((math.nan, math.inf), False, ("0", "3")), ((5.0, None), False, ("5", "10")),
    ],
)  # fmt: skip
def test_limits_that_are_left_open_or_impossible_are_those_of_the_values(
    limits: Bounds, log: bool, ends: tuple[str, str]
) -> None:
    cells, frame = chart([curve([0.0, 1.0, 2.0, 3.0])], Look(y_limits=limits, log=log))
    found = labels(cells, frame)
    assert (found[0], found[-1]) == ends


@pytest.mark.parametrize(
    ("limits", "span"),
    [
        ((10.0, 20.0), (10.0, 20.0)), ((None, 20.0), (0.0, 20.0)), ((90.0, None), (90.0, 99.0)),
        ((500.0, None), (500.0, 1000.0)), ((30.0, 20.0), (0.0, 99.0)), ((5.0, 5.0), (0.0, 99.0)),
    ],
)  # fmt: skip
def test_limits_of_x(limits: Bounds, span: tuple[float, float]) -> None:
    cells, frame = chart([curve([float(n) for n in range(100)])], Look(x_limits=limits))
    assert (frame.low, frame.high) == span
    assert ("no points here" in "".join(cells.lines())) == (limits[0] == 500.0)


@pytest.mark.feature("charts", 27, "follow a line beyond the part that is looked at: it comes in and goes out", "z")
def test_a_line_comes_in_from_the_point_before_and_goes_out_to_the_one_after() -> None:
    made = curve([0.0, 4.0, 0.0, math.nan, 4.0, 4.0], [0, 100, 200, 300, 400, 500])
    cells, frame = chart([made], Look(x_limits=(50.0, 150.0), y_limits=(0.0, 4.0)))
    rows, columns = np.nonzero(cells.roles == Role.LINE)
    assert set(columns.tolist()) == set(range(frame.left, frame.left + frame.width))
    for edge in (frame.left, frame.left + frame.width - 1):
        assert frame.top + (frame.height - 1) // 2 in rows[columns == edge], "2.0 is in the middle"
    cells, frame = chart([made], Look(x_limits=(350.0, 450.0)))
    assert (cells.roles == Role.LINE)[:, : frame.left + frame.cell(399)].sum() == 0, "NaN breaks the line"


@pytest.mark.feature("charts", 26, "see x by its logarithm", "L")
def test_a_log_axis_of_x_gives_each_decade_the_same_room() -> None:
    cells, frame = chart([curve([1.0] * 1001)], Look(log_x=True), 65)
    assert (frame.low, frame.high) == (1.0, 1000.0)
    assert [frame.cell(x) for x in (1, 10, 100, 1000)] == [0, 20, 40, 59]
    assert [round(frame.edge(cell), 9) for cell in (0, 20, 40, 60)] == [1, 10, 100, 1000]
    assert re.findall(r"\d+k?", cells.lines()[-1]) == ["1", "10", "100", "1k"]
    assert draw_chart([curve([1.0])], 60, 9, Title("m"), Look(log_x=True))[0].lines()[4].strip() == "no x above 0"


def test_a_wall_clock_has_no_logarithm() -> None:
    made = curve([1.0, 2.0], None, [1.79e9, 1.79e9 + 3600], "wall")
    assert chart([made], Look(log_x=True, zone=UTC))[0].lines() == chart([made], Look(zone=UTC))[0].lines()


NUMBERS = st.none() | st.floats() | st.floats(-10, 10)


@given(
    st.lists(st.lists(st.floats() | st.floats(-5, 5), max_size=12), min_size=1, max_size=9), st.integers(1, 110),
    st.integers(1, 20), st.lists(HOSTILE, max_size=9), st.sampled_from(["step", "relative", "wall"]),
    st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, NUMBERS), st.tuples(*[st.booleans()] * 5),
)  # fmt: skip
def test_any_curves_with_any_look_fill_exactly_their_place(
    values: list[list[float]], width: int, height: int, names: list[str], kind: XKind, x: Bounds, y: Bounds,
    flags: tuple[bool, ...],
) -> None:  # fmt: skip
    log, log_x, robust, live, plain = flags
    look = Look(
        log=log, log_x=log_x, robust=robust, live=live, x_limits=x, y_limits=y, names=tuple(names), zone=UTC,
        cursor=x[0] if x[0] is not None and math.isfinite(x[0]) else 3.0, glyphs=ASCII if plain else UNICODE,
    )  # fmt: skip
    made = [curve(some, None, [1.79e9 + n for n in range(len(some))], kind, 0.6) for some in values]
    cells, frame = draw_chart(made, width, height, Title("loss", "0.5", "rank 0 of 4"), look)
    lines = cells.lines()
    assert len(lines) == height
    assert all(cell_len(line) == width and harmless(line) for line in lines)
    if frame is not None:
        assert 0 <= frame.left < frame.left + frame.width <= width
        assert 1 <= frame.top < frame.top + frame.height <= height
        assert frame.low < frame.high
        assert all(0 <= frame.cell(frame.edge(cell)) < frame.width for cell in range(frame.width + 1))
