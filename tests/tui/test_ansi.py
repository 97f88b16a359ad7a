"""Colour codes: the reference is a terminal emulator."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from runs_tui.ansi import PLAIN, apply, segments_of, style_of
from runstore.reading.text import ScreenLine, screen_line
from tests.terminal.screen import Cell, Screen

SIMPLE = st.sampled_from(
    [0, 1, 2, 3, 4, 7, 9, 22, 23, 24, 27, 29, *range(30, 38), 39, *range(40, 48), 49, *range(90, 98), *range(100, 108)]
).map(str)
BYTE = st.integers(0, 255)
# The emulator tells 38;5;1 from 31, which is the same colour.
PALETTE = st.tuples(st.sampled_from(["38", "48"]), st.integers(16, 255)).map(lambda each: f"{each[0]};5;{each[1]}")
TRUE = st.tuples(st.sampled_from(["38", "48"]), BYTE, BYTE, BYTE).map(
    lambda each: f"{each[0]};2;{each[1]};{each[2]};{each[3]}"
)
CODES = st.lists(st.lists(SIMPLE | PALETTE | TRUE, max_size=4).map(";".join), max_size=6)


def through_a_terminal(text: str) -> Cell:
    screen = Screen(20, 2)
    screen.feed(text.encode())
    return screen.cells()[0][0]


@settings(max_examples=400, deadline=None)
@given(CODES)
def test_a_state_looks_as_on_a_terminal(codes: list[str]) -> None:
    state = PLAIN
    for parameters in codes:
        state = apply(state, parameters)
    style = style_of(state) or Style.null()
    rendered = style.render("x", color_system=None) if style == Style.null() else style.render("x")
    expected = through_a_terminal("".join(f"\x1b[{parameters}m" for parameters in codes) + "x")
    assert through_a_terminal(rendered) == expected


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789;:", max_size=40))
def test_senseless_codes_do_no_harm(parameters: str) -> None:
    style_of(apply(PLAIN, parameters))
    assert apply(apply(PLAIN, parameters), "0") == PLAIN


@pytest.mark.parametrize(
    ("parameters", "same"),
    [
        ("38:5:200", "38;5;200"),
        ("38:2:1:2:3", "38;2;1;2;3"),
        ("38:2::1:2:3", "38;2;1;2;3"),
        ("4:3", "4"),
        ("58;5;9;1", "1"),
        ("58:2::1:2:3;1", "1"),
        ("5;8;6", ""),
        ("38;5", ""),
        ("38;2;1;2", ""),
        ("38;9;1", "1"),
        ("48;5;300", ""),
        ("99999999999999999999;1", "1"),
        (";1", "1"),
        ("", "0"),
    ],
)
def test_forms_of_the_same(parameters: str, same: str) -> None:
    assert apply(PLAIN, parameters) == (apply(PLAIN, same) if same else PLAIN)


def test_a_state_goes_on_in_the_next_line() -> None:
    first, state = segments_of(screen_line("\x1b[31mred"), PLAIN)
    second, after = segments_of(screen_line("still \x1b[0mplain"), state)
    assert [segment.style for segment in first] == [Style(color="color(1)")]
    assert [(segment.text, segment.style) for segment in second] == [
        ("still ", Style(color="color(1)")),
        ("plain", None),
    ]
    assert after == PLAIN


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.text("abc界", min_size=1, max_size=5), st.integers(0, 2)), max_size=5),
    st.lists(st.integers(0, 20), max_size=6, unique=True).map(sorted),
)
def test_marks_lie_over_exactly_their_characters(spans: list[tuple[str, int]], edges: list[int]) -> None:
    mark = Style(bgcolor="yellow")
    marks = list(zip(edges[::2], edges[1::2], strict=False))
    line = ScreenLine(spans, ["31", "1"])
    segments, _ = segments_of(line, PLAIN, marks, mark)
    plain, _ = segments_of(line, PLAIN)
    expected = [
        (char, (style or Style.null()) + mark if any(a <= at < b for a, b in marks) else style)
        for at, (char, style) in enumerate(_by_character(plain))
    ]
    assert _by_character(segments) == expected


def _by_character(segments: list[Segment]) -> list[tuple[str, Style | None]]:
    return [(char, segment.style) for segment in segments for char in segment.text]
