"""The parts of the chart widgets that are plain functions: shapes of pages, and what differs between two pictures."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.plotting.cells import Cells, Role
from runs_tui.plotting.styles import styles
from runs_tui.themes import ink
from runs_tui.widgets.cell_view import changed_regions, to_strip
from runs_tui.widgets.chart_grid import GAP, MOST, grid_shape, parts_of


@given(st.integers(0, 500), st.integers(0, 200), st.integers(0, 5000))
def test_a_page_has_no_empty_row_or_column(width: int, height: int, count: int) -> None:
    columns, rows = grid_shape(width, height, count)
    shown = min(max(count, 1), columns * rows)
    assert 1 <= columns * rows <= MOST
    assert (rows - 1) * columns < shown
    assert (columns - 1) * rows < shown
    assert columns == 1 or width // columns >= 38
    assert rows == 1 or height // rows >= 9


@given(st.integers(112, 400), st.integers(1, 8))
def test_charts_side_by_side_are_equal_parts_of_the_width(width: int, parts: int) -> None:
    found = parts_of(width, parts)
    assert found[0][0] == 0
    assert sum(found[-1]) == width
    assert all(start + cells + GAP == other for (start, cells), (other, _) in pairwise(found))
    assert max(cells for _, cells in found) - min(cells for _, cells in found) <= 1


def test_few_charts_share_the_whole_page() -> None:
    assert grid_shape(80, 21, 1) == (1, 1)
    assert grid_shape(160, 42, 2) == (2, 1)
    assert grid_shape(200, 47, 100) == (3, 3)


CHANGES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 39), st.sampled_from("ab─")), max_size=12)


@given(CHANGES, CHANGES)
def test_what_is_repainted_covers_all_that_differs(
    first: list[tuple[int, int, str]], second: list[tuple[int, int, str]]
) -> None:
    before, after = Cells(40, 5), Cells(40, 5)
    for cells, changes in ((before, first), (after, second)):
        for row, column, character in changes:
            cells.put(row, column, character, Role.TITLE)
    covered = np.zeros((5, 40), dtype=bool)
    for region in changed_regions(before, after):
        assert region.height == 1
        assert not covered[region.y, region.x : region.right].any()
        covered[region.y, region.x : region.right] = True
    differs = (before.chars != after.chars) | (before.roles != after.roles)
    assert (covered >= differs).all()
    assert (covered.any(axis=1) == differs.any(axis=1)).all()
    for row in np.flatnonzero(covered.any(axis=1)):
        assert np.flatnonzero(covered[row])[[0, -1]].tolist() == np.flatnonzero(differs[row])[[0, -1]].tolist()


def test_each_role_has_a_style_and_lines_have_colours_of_their_own() -> None:
    for theme in ("runs-dark", "runs-light", "ansi-dark", "textual-light"):
        by_role = styles(theme)
        assert len(by_role) == 256
        assert by_role[Role.FAINT] != by_role[Role.LINE] == ink(theme).series[0]
        assert len(set(by_role[Role.LINE : Role.LINE + len(ink(theme).series)])) == len(ink(theme).series)


def test_a_strip_is_as_wide_as_its_cells() -> None:
    cells = Cells(10, 1)
    cells.put(0, 0, "日本", Role.TITLE)
    strip = to_strip(cells, 0, "runs-dark")
    assert (strip.cell_length, strip.text) == (10, "日本      ")
