"""Lines as dots, dot by dot against a slow reference that knows only the points."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from runs_tui.plotting.axes import y_axis
from runs_tui.plotting.glyphs import ASCII, UNICODE, Glyphs, glyphs_for
from runs_tui.plotting.raster import bits_between, lonely, reach, stretches
from runstore.series.reduction import Reducer
from tests.reduced import reduce_columns

ROWS = 32
Points = list[tuple[int, float]]
POINTS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(-6, ROWS + 5).map(float) | st.just(math.nan)), max_size=60
).map(lambda points: sorted(points, key=lambda point: point[0]))


def reference(points: Points, start: int, stop: int, columns: int) -> set[tuple[int, int]]:
    """(row, column) of each dot, on rows where the value v belongs to row ROWS - 1 - v."""

    def column_of(x: float) -> int | None:
        edges = [start + (stop - start) * (column / columns) for column in range(columns)]
        inside = start <= x <= stop
        return max(column for column in range(columns) if edges[column] <= x) if inside else None

    def row_of(value: float) -> int:
        return min(max(round(ROWS - 1 - value), -1), ROWS)

    dots: set[tuple[int, int]] = set()
    reach: dict[int, list[int]] = {}  # the rows of the points in each column
    previous: tuple[int, int, float] | None = None  # index, column and value of the last point of the line
    for index, (x, value) in enumerate(points):
        column = column_of(x)
        if column is None or math.isnan(value):
            continue
        reach.setdefault(column, []).append(row_of(value))
        if previous is not None and previous[0] == index - 1 and previous[1] != column:
            _, before, left = previous
            rows = [
                row_of(left + (value - left) * ((c - before) / (column - before))) for c in range(before, column + 1)
            ]
            for at in range(column - before):
                dots |= link(before + at, rows[at], rows[at + 1])
        previous = index, column, value
    for column, rows in reach.items():
        dots |= {(row, column) for row in range(min(rows), max(rows) + 1)}
    return {(row, column) for row, column in dots if 0 <= row < ROWS}


def dots_of_line(line: Reducer, low: float, high: float, rows: int, log: bool = False) -> NDArray[np.bool_]:
    """The dots of a line, of shape (rows, columns)."""
    upper, lower = reach(line, low, high, rows, log)
    row = np.arange(rows)[:, None]
    return (row >= upper) & (row <= lower)


def link(column: int, here: int, there: int) -> set[tuple[int, int]]:
    """Dots that join a dot in ``column`` with one in the next column: the rows between, half in each."""
    middle = (here + there) // 2
    dots = {(here, column), (there, column + 1)}
    for row in range(min(here, there), max(here, there) + 1):
        upper_half = row <= middle
        dots.add((row, column if upper_half == (here <= there) else column + 1))
    return dots


@given(POINTS, st.integers(1, 40), st.integers(0, 20), st.integers(1, 60))
def test_each_dot_is_where_the_reference_has_it(points: Points, columns: int, start: int, span: int) -> None:
    x = np.array([point[0] for point in points], dtype=np.float64)
    y = np.array([point[1] for point in points], dtype=np.float64)
    line = reduce_columns(x, y, start, start + span, columns)
    dots = dots_of_line(line, 0.0, ROWS - 1.0, ROWS)
    drawn = {(int(row), int(column)) for row, column in zip(*np.nonzero(dots), strict=True)}
    assert drawn == reference(points, start, start + span, columns)


@given(st.lists(st.floats(-1e299, 1e299), min_size=2, max_size=40), st.integers(1, 30), st.integers(1, 40))
def test_a_line_leaves_no_column_out_and_has_no_gap(values: list[float], columns: int, rows: int) -> None:
    x = np.arange(len(values), dtype=np.float64)
    low, high = y_axis(min(values), max(values), rows)[:2]
    line = reduce_columns(x, np.array(values), 0.0, len(values) - 1.0, columns)
    dots = dots_of_line(line, low, high, rows)
    reach = [np.flatnonzero(dots[:, column]) for column in range(columns)]
    assert all(len(found) and found[-1] - found[0] == len(found) - 1 for found in reach)
    for left, right in pairwise(reach):
        assert left[0] <= right[-1] + 1
        assert right[0] <= left[-1] + 1


def test_a_log_line_falls_evenly_by_decades() -> None:
    values = 10.0 ** -np.arange(4.0)
    line = reduce_columns(np.arange(4.0), values, 0.0, 3.0, 4, 0.0)
    dots = dots_of_line(line, 1e-3, 1.0, 4, log=True)
    assert dots.tolist() == np.eye(4, dtype=bool).tolist()


def test_a_point_without_neighbours_is_found() -> None:
    y = np.array([1.0, np.nan, 2.0, 3.0, np.nan, 4.0])
    assert lonely(reduce_columns(np.arange(6.0), y, 0.0, 5.0, 6)).tolist() == [0, 5]
    assert lonely(reduce_columns(np.arange(2.0), np.array([1.0, 2.0]), 0.0, 1.0, 9)).tolist() == []
    assert lonely(reduce_columns(np.array([3.0]), np.array([1.0]), 0.0, 5.0, 6)).tolist() == [3]


def dots_of(character: str) -> set[int]:
    """The numbers of the raised dots of a braille character, by its name in Unicode (the blank cell is a space)."""
    return {bit + 1 for bit in range(8) if (ord(character) - 0x2800) >> bit & 1} if character != " " else set()


# Braille numbers its dots down the left column, then down the right one, and the fourth row last.
NUMBERING = {(0, 0): 1, (1, 0): 2, (2, 0): 3, (0, 1): 4, (1, 1): 5, (2, 1): 6, (3, 0): 7, (3, 1): 8}


@given(st.lists(st.booleans(), min_size=8, max_size=8))
def test_braille_shows_each_dot_at_its_place(flat: list[bool]) -> None:
    places = [(row, column) for row in range(4) for column in range(2)]
    bits = sum(1 << at for at, dot in enumerate(flat) if dot)
    raised = {NUMBERING[place] for place, dot in zip(places, flat, strict=True) if dot}
    assert dots_of(chr(UNICODE.patterns[bits])) == raised


def test_without_unicode_two_dots_make_a_cell() -> None:
    assert "".join(map(chr, ASCII.patterns)) == " '.:"


@given(st.integers(1, 6), st.integers(1, 6), st.sampled_from([UNICODE, ASCII]), st.data())
def test_bits_are_the_dots_of_each_cell(width: int, height: int, glyphs: Glyphs, data: st.DataObject) -> None:
    rows, columns = height * glyphs.down, width * glyphs.across
    edge = st.lists(st.integers(-1, rows + 1), min_size=columns, max_size=columns)
    upper, lower = data.draw(edge), data.draw(edge)
    lower = [max(a, b) for a, b in zip(upper, lower, strict=True)]
    bits = bits_between(np.array(upper), np.array(lower), height, glyphs)
    for row in range(height):
        for column in range(width):
            for at in range(glyphs.down * glyphs.across):
                down, across = divmod(at, glyphs.across)
                dot, place = row * glyphs.down + down, column * glyphs.across + across
                assert bool(bits[row, column] >> at & 1) == (upper[place] <= dot <= lower[place])


def test_both_sets_of_characters_are_complete() -> None:
    for glyphs in (UNICODE, ASCII):
        check_complete(glyphs)
    assert all(chr(code) < "\x7f" for code in ASCII.patterns)


@pytest.mark.parametrize(
    ("environ", "glyphs"),
    [
        ({}, UNICODE),
        ({"TERM": "xterm-256color", "LANG": "C"}, UNICODE),
        ({"TERM": "tmux-256color", "LANG": "de_DE.UTF-8"}, UNICODE),
        ({"TERM": "linux", "LANG": "de_DE.UTF-8"}, ASCII),
        ({"TERM": "xterm", "LANG": "en_US.ISO-8859-1"}, ASCII),
        ({"TERM": "xterm", "LC_ALL": "en_US.utf8", "LANG": "en_US.ISO-8859-1"}, UNICODE),
    ],
)
def test_the_terminal_decides_which_are_used(environ: dict[str, str], glyphs: Glyphs) -> None:
    assert glyphs_for(environ) is glyphs


def check_complete(glyphs: Glyphs) -> None:
    """One character for each pattern, all different."""
    assert len(glyphs.patterns) == len(set(glyphs.patterns.tolist())) == 2 ** (glyphs.across * glyphs.down)


def test_marks_of_neighbouring_points_make_one_stretch() -> None:
    flags = np.array([1, 0, 0, 1, 0, 0, 1, 0], dtype=bool)
    points = np.array([0, 0, 0, 0, 1, 0, 0, 0], dtype=bool)
    assert stretches(flags, points).astype(int).tolist() == [1, 1, 1, 1, 0, 0, 1, 0]
    assert stretches(np.zeros(3, dtype=bool), points[:3]).tolist() == [False] * 3
