"""Numbers, times and texts as they stand on the screen."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from runs_tui.model import text, words
from runs_tui.widgets.spark import sparkline


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.3125, "0.3125"), (1.904, "1.904"), (3295.71, "3295.7"), (12.345, "12.35"), (0.0, "0"), (3e-4, "3.0e-4"),
        (-1.5e12, "-1.5e12"), (float("nan"), "NaN"), (float("inf"), "Inf"), (float("-inf"), "-Inf"), (20, "20"),
        (10**30, "1.0e30"), (-(10**400), "-1.0e400"), (True, "True"), (None, "-"), ("adam", "adam"),
    ],
)  # fmt: skip
def test_numbers_are_short(value: object, shown: str) -> None:
    assert words.number(value) == shown


@given(st.floats())
def test_every_number_fits_its_column(value: float) -> None:
    assert len(words.number(value)) <= 9


@pytest.mark.parametrize(
    ("value", "shown"), [(3e-4, "3e-4"), (0.001, "0.001"), (256, "256"), (0.1, "0.1"), (1e-10, "1e-10"), (None, "None")]
)
def test_parameters_are_exact_enough(value: object, shown: str) -> None:
    assert words.setting(value) == shown


def test_ages_change_seldom() -> None:
    assert [words.age(seconds) for seconds in (0, 4.9, 5, 9, 10, 19, 59, 61, 3700, 90_000)] == [
        "now", "now", "5s ago", "5s ago", "10s ago", "10s ago", "50s ago", "1m ago", "1h01 ago", "25h ago",
    ]  # fmt: skip


def test_durations() -> None:
    assert [words.span(seconds) for seconds in (-3, 45, 1300, 3720, 36_000, 200_000)] == [
        "0s", "45s", "21m", "1h02", "10h", "2d",
    ]  # fmt: skip
    assert words.long_span(3725) == "1h 02m"


def test_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    words.use_utc()
    now = 1_700_000_000.0  # 22:13:20 on 14 November 2023
    assert words.clock(now - 3600, now) == "21:13"
    assert words.clock(now - 86_400 * 2, now) == "12 Nov"
    assert words.clock(now - 86_400 * 400, now) == "Oct 2022"
    assert words.clock(None, now) == "-"
    assert words.clock(1e300, now) == "-"
    assert words.moment(now) == "2023-11-14 22:13:20"
    monkeypatch.undo()
    time.tzset()


TEXTS = st.text(st.characters(codec="utf-8"), max_size=60).map(text.safe)


@given(TEXTS, st.integers(0, 30))
def test_fitted_text_has_the_width_asked_for(some: str, width: int) -> None:
    for fitted in (text.left(some, width), text.right(some, width), text.middle(some, width)):
        assert cell_len(fitted) == width
    assert cell_len(text.right_end(some, max(width, 1))) <= max(width, 1)


@given(TEXTS, st.integers(2, 30))
def test_folded_text_fits_and_loses_only_spaces(some: str, width: int) -> None:
    lines = text.wrap(some, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == some.replace(" ", "")


def test_text_is_folded_between_words() -> None:
    assert text.wrap("the age of the last record", 12) == ["the age of", "the last", "record"]


def test_long_names_keep_both_ends() -> None:
    assert text.middle("resnet50-imagenet-seed-17", 11) == "resne…ed-17"
    assert text.right_end("train/epoch/loss", 8) == "…ch/loss"


@given(st.lists(st.floats(), max_size=40), st.integers(1, 12))
def test_a_trend_fills_its_cells(values: list[float], width: int) -> None:
    assert cell_len(sparkline(values, width)) == width


def test_a_trend_falls() -> None:
    assert sparkline([4, 3, 2, 1], 2) == "⣷⣄"
    assert sparkline([1.0], 3) == "   "
    assert sparkline([2, 2, 2, 2], 2) == "⣀⣀"
