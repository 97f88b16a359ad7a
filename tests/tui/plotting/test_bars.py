"""Histograms, pairs of columns as curves, axes of any numbers, and lines that share a cell."""

from __future__ import annotations

import numpy as np
import pytest

from runs_tui.plotting.axes import x_axis, x_limits
from runs_tui.plotting.bars import draw_bars
from runs_tui.plotting.cells import Role
from runs_tui.plotting.chart import Look, Title, draw_chart
from runs_tui.plotting.glyphs import ASCII
from runs_tui.plotting.pairs import curve_of, indexed, numbers
from tests.tui.plotting.series_of import curve


def heights(lines: list[str], signs: str = "▁▂▃▄▅▆▇█") -> list[int]:
    """Filled cells of each column."""
    return [sum(line[column] in signs for line in lines) for column in range(len(lines[0]))]


def test_bars_are_as_high_as_their_counts_and_as_wide_as_their_bins() -> None:
    lines = draw_bars([0, 1, 3, 4], [8, 4, 0], 45, 18, Title("count"), Look()).lines()
    plot = [line[5:] for line in lines[1:-1]]
    found = heights(plot)
    assert found[0] == 16
    assert found[15] == 8
    assert found[35] == 0
    assert found.count(16) * 2 == pytest.approx(found.count(8), abs=2)


def test_a_small_count_is_seen_and_none_is_not() -> None:
    lines = draw_bars([0, 1, 2, 3], [10_000, 1, 0], 46, 12, Title("n"), Look()).lines()
    found = heights([line[6:] for line in lines[1:-1]])
    assert (found[20], found[35]) == (1, 0)


def test_the_highest_of_bins_that_share_a_cell_is_seen() -> None:
    counts = [1.0] * 500
    counts[123] = 90.0
    lines = draw_bars(list(range(501)), counts, 46, 12, Title("n"), Look()).lines()
    assert max(heights([line[6:] for line in lines[1:-1]])) >= 9


@pytest.mark.parametrize("edges", [[], [0], [0, float("nan")], [1, 1]])
def test_senseless_bins_are_no_bars(edges: list[float]) -> None:
    for width, height in ((40, 12), (3, 2), (1, 1)):
        assert draw_bars(edges, [1.0], width, height, Title("n"), Look()).width == width


def test_senseless_counts_are_none() -> None:
    lines = draw_bars([0, 1, 2, 3], [float("nan"), -5, float("inf")], 40, 10, Title("n"), Look()).lines()
    assert sum(heights([line[5:] for line in lines[1:-1]])) == 0


def test_bars_without_unicode() -> None:
    text = "".join(draw_bars([0, 1], [5], 30, 8, Title("n"), Look(glyphs=ASCII)).lines())
    assert text.isascii()
    assert "#" in text


def test_columns_as_numbers() -> None:
    assert numbers([1, 2.5, None]).tolist()[:2] == [1.0, 2.5]
    assert np.isnan(numbers([1, None])[1])
    assert numbers([10**400, 1]).tolist() == [float("inf"), 1.0]
    for cells in ([1, "a"], [True, False], [], [None, float("nan")]):
        assert numbers(cells) is None


def test_pairs_are_drawn_in_order_of_x() -> None:
    made = curve_of(np.array([3.0, 1.0, np.nan, 2.0]), np.array([30.0, 10.0, 99.0, 20.0]))
    assert made.span() == (1.0, 3.0)
    assert [made.first_from(x).value for x in (0.0, 1.5, 2.5)] == [10.0, 20.0, 30.0]
    assert indexed(np.array([5.0, 6.0])).span() == (0.0, 1.0)


def test_an_axis_of_any_numbers_has_fractions() -> None:
    limits = x_limits(0.0, 1.0, "value", live=False)
    assert limits == (0.0, 1.0)
    assert "0.4" in [tick.label for tick in x_axis(limits, 60, "value").ticks]


def test_two_lines_in_one_cell_show_the_dots_of_both() -> None:
    high, low = curve([1.0] * 10 + [0.0]), curve([0.98] * 10 + [0.0])
    both, one, other = (draw_chart(some, 60, 20, Title("t"), Look())[0] for some in ([high, low], [high], [low]))
    shared = (one.roles == Role.LINE) & (other.roles == Role.LINE) & (one.chars != other.chars)
    assert shared.any()
    assert (both.chars[shared] == (one.chars | other.chars)[shared]).all()
    assert (both.roles[shared] == Role.LINE + 1).all()
