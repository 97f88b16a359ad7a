"""The colours: enough of them, apart from each other, and in two themes also as colour-blind people see."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.color import Color
from rich.style import Style
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from runs_tui.themes import ink, theme_for, themes

OURS = [theme.name for theme in themes()]
# What is seen without one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1), on linear RGB.
SEEN = {
    "all": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ],
}  # fmt: skip
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def seen(color: Color, kind: str) -> NDArray[np.float64]:
    """The colour in L*a*b*, in which distances are what an eye tells apart."""
    rgb = np.array(color.get_truecolor(DEFAULT_TERMINAL_THEME)) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(np.array(SEEN[kind]) @ linear, 0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def nearest(styles: list[Style], kind: str) -> float:
    """The distance of the two that are hardest to tell apart."""
    points = [seen(style.color, kind) for style in styles if style.color is not None]
    return min(float(np.linalg.norm(one - other)) for one, other in combinations(points, 2))


@pytest.mark.parametrize("name", ["runs-dark", "runs-light", "runs-colourblind", "runs-colourblind-light"])
def test_lines_of_a_chart_are_told_apart(name: str) -> None:
    assert len(ink(name).series) >= 7
    assert nearest(list(ink(name).series), "all") > 14


@pytest.mark.feature("runs", 65, "choose colours, also for colour-blind people", "--theme runs-colourblind")
@pytest.mark.parametrize("kind", SEEN)
@pytest.mark.parametrize("name", ["runs-colourblind", "runs-colourblind-light"])
def test_colour_blind_people_tell_them_apart_too(name: str, kind: str) -> None:
    colours = ink(name)
    assert nearest(list(colours.series), kind) > 20
    assert nearest([colours.live, colours.warn, colours.bad, colours.dim], kind) > 20


@pytest.mark.parametrize("name", OURS)
def test_a_theme_is_complete(name: str) -> None:
    colours = ink(name)
    for word in ("running", "stalled", "failed", "dead", "lost", "completed"):
        assert isinstance(colours.state(word), Style)
    assert colours.state("running") != colours.state("failed") or name == "runs-mono"
    assert len({*colours.series}) == len(colours.series)


def test_the_terminal_chooses_where_the_user_does_not() -> None:
    assert theme_for({}) == "runs-dark"
    assert theme_for({"COLORFGBG": "0;15"}) == "runs-light"
    environ = {"NO_COLOR": "1", "COLORFGBG": "0;15"}
    assert theme_for(environ) == "runs-mono"
    assert environ == {"COLORFGBG": "0;15"}, "Textual must not see it"
    assert theme_for({"NO_COLOR": "1"}, "runs-light") == "runs-light"
