"""One line of output, as a terminal shows it: the reference is a terminal emulator, pyte."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runstore.reading.text import screen_line

COLUMNS = 400

MOVING = st.sampled_from(
    [
        "\r",
        "\b",
        "\x1b[K",
        "\x1b[1K",
        "\x1b[2K",
        "\x1b[J",
        "\x1b[G",
        "\x1b[7G",
        "\x1b[3C",
        "\x1b[C",
        "\x1b[2D",
        "\x1b[4X",
    ]
)
HARMLESS = st.sampled_from(
    ["\x1b[31m", "\x1b[0m", "\x1b[1;38;5;200m", "\x1b]0;a title\x07", "\x1b]8;;http://x\x1b\\", "\a"]
)
TEXT = st.text("abc  █░é⣿", max_size=12)
PIECES = st.lists(TEXT | MOVING | HARMLESS, max_size=20)


def emulated(text: str) -> str:
    """The first row of a terminal that was sent ``text``."""
    screen = pyte.Screen(COLUMNS, 2)
    pyte.Stream(screen).feed(text)
    return screen.display[0].rstrip()


@settings(max_examples=400, deadline=None)
@given(PIECES)
@example(["aaaa", "\r", "b"])
def test_moves_and_erasures_equal_a_terminal(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert screen_line(text).text.rstrip() == emulated(text)


@settings(max_examples=400, deadline=None)
@given(st.text() | st.text("\x1b[]()P_X;:mKHJ01\x07\x9b\x9d\\\u202e\u200b\r\b\t ab", max_size=60))
def test_nothing_that_acts_on_a_terminal_is_left(text: str) -> None:
    shown = screen_line(text)
    assert all(char == " " or not ("\x00" <= char <= "\x1f" or "\x7f" <= char <= "\x9f") for char in shown.text)
    assert not set(shown.text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200f\ufeff")
    assert all(set(sgr) <= set("0123456789;:") for sgr in shown.sgrs)
    assert all(0 <= mark <= len(shown.sgrs) for _, mark in shown.spans)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain", "plain"),
        ("windows\r", "windows"),
        ("  0%|  |\r 50%|█ |\r100%|██|", "100%|██|"),
        ("\r\x1b[2K\x1b[1mdone\x1b[0m", "done"),
        ("Downloading\rDone", "Doneloading"),
        ("あ\bb", " b"),
        ("ab界\x1b[D\x1b[K", "ab"),
        ("あい\rx", "x い"),
        ("e\u0301x\ry", "yx"),
        ("a\tb\t\x1b[31mc", "a       b       c"),
        ("あ\tb", "あ      b"),
        ("an \x1b]0;evil title\x07end", "an end"),
        ("an \x1b]8;;http://example\x1b\\link\x1b]8;;\x1b\\", "an link"),
        ("never ended \x1b]0;title", "never ended 0;title"),
        ("\x1bP1;2|data\x1b\\after", "after"),
        ("\x1b[?1049h\x1b[2J\x1b[Hhome", "home"),
        ("\x1bc\x1b(0reset\x1b7\x1b8", "reset"),
        ("nul \x00 here", "nul \u2400 here"),
        ("eight bit \x9b31m", "eight bit \ufffd31m"),
    ],
)
def test_what_is_kept(raw: str, text: str) -> None:
    assert screen_line(raw).text == text


def test_colours_are_kept_apart_and_in_order() -> None:
    shown = screen_line("a\x1b[31mb\x1b[mc\x1b[1;4m")
    assert shown.spans == [("a", 0), ("b", 1), ("c", 2)]
    assert shown.sgrs == ["31", "", "1;4"]


def test_a_bar_written_over_keeps_the_colour_each_cell_was_written_in() -> None:
    shown = screen_line("\x1b[31maaaa\r\x1b[32mbb")
    assert shown.spans == [("bb", 2), ("aa", 1)]
