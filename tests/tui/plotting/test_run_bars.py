"""Bars of runs: as long as their values, whatever these and the names are."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.plotting.run_bars import Bar, draw_run_bars

NUMBERS = st.floats(-1e12, 1e12) | st.sampled_from([math.nan, math.inf, -math.inf])
NAMES = st.text(max_size=40)


def test_a_bar_goes_from_zero_to_its_value() -> None:
    lines = draw_run_bars([Bar("up", 2.0, "2", 0), Bar("down", -1.0, "-1", 1), Bar("none", 0.0, "0", 2)], 70, None)
    up, down, none = (line.partition("┤")[2] for line in lines[:3])
    zero = len(up) - len(up.lstrip())
    assert abs(len(up.strip()) - 2 * len(down.strip())) <= 2
    assert down.startswith("█")
    assert abs(len(down) - zero) <= 1
    assert none.strip() in ("", "█")


@given(st.lists(st.tuples(NAMES, NUMBERS), min_size=1, max_size=12), st.integers(24, 120))
def test_whatever_the_values_each_run_has_a_line(runs: list[tuple[str, float]], width: int) -> None:
    lines = draw_run_bars([Bar(name, value, f"{value:.3g}", 0) for name, value in runs], width, None)
    assert len(lines) == len(runs) + 2
    for line, (_, value) in zip(lines, runs, strict=False):
        label, _, bar = line.partition("┤")
        assert f"{value:.3g}" in label
        assert ("█" in bar) <= math.isfinite(value)


@pytest.mark.parametrize("theme", ["runs-dark", "runs-light"])
def test_colours_are_those_of_the_theme(theme: str) -> None:
    one, other = draw_run_bars([Bar("a", 1.0, "1", 0), Bar("b", 1.0, "1", 1)], 40, theme)[:2]
    assert "\x1b[38;5;" in one
    assert one.split("┤")[1] != other.split("┤")[1]
