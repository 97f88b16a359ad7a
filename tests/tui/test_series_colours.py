"""The colours of lines: seen on their background, apart from each other for every kind of eye and terminal."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color, ColorSystem
from rich.style import Style
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from runs_tui.themes import HUES, ink
from tests.tui.test_themes import SEEN, seen

BACKGROUNDS = {"dark": ("#000000", "#2d2d2d"), "light": ("#ffffff", "#eeeeee")}
THEMES = ("runs-dark", "runs-light", "runs-colourblind", "runs-colourblind-light")


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """CIEDE2000, as Sharma, Wu and Dalal (2005) write it."""
    middle = np.hypot(*np.array([one[1:], other[1:]]).T).mean()
    g = 0.5 * (1 - np.sqrt(middle**7 / (middle**7 + 25.0**7)))
    (l1, a1, b1), (l2, a2, b2) = (point * (1, 1 + g, 1) for point in (one, other))
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    hue = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = 1 - 0.17 * cos(hue - 30) + 0.24 * cos(2 * hue) + 0.32 * cos(3 * hue + 6) - 0.20 * cos(4 * hue - 63)
    square = (lightness - 50) ** 2
    d_l = (l2 - l1) / (1 + 0.015 * square / np.sqrt(20 + square))
    d_c = (c2 - c1) / (1 + 0.045 * chroma)
    d_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * t)
    bend = -np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    bend *= 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    return float(np.sqrt(d_l**2 + d_c**2 + d_h**2 + bend * d_c * d_h))


def cos(degrees: float) -> float:
    """The cosine of an angle in degrees."""
    return float(np.cos(np.radians(degrees)))


def contrast(style: Style, background: str) -> float:
    """The contrast of WCAG, from 1 to 21."""
    assert style.color is not None
    light, dark = sorted((luminance(style.color), luminance(Color.parse(background))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: Color) -> float:
    """The relative luminance of sRGB."""
    rgb = np.array(color.get_truecolor(DEFAULT_TERMINAL_THEME)) / 255
    return float(np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_measure_gives_the_published_differences(
    one: tuple[float, ...], other: tuple[float, ...], published: float
) -> None:
    assert difference(np.array(one), np.array(other)) == pytest.approx(published, abs=1e-4)


@pytest.mark.feature("charts", 20, "tell lines apart, also colour-blind and with 16 colours", "themes")
@pytest.mark.parametrize("kind", SEEN)
@pytest.mark.parametrize("name", THEMES)
def test_any_two_lines_are_told_apart(name: str, kind: str) -> None:
    points = [seen(style.color, kind) for style in ink(name).series if style.color]
    assert min(difference(one, other) for one, other in combinations(points, 2)) > 11


@pytest.mark.parametrize("name", THEMES)
def test_with_16_colours_each_line_has_another_one(name: str) -> None:
    colours = ink(name)
    lines, faint = (
        [style.color.downgrade(ColorSystem.STANDARD).number for style in styles if style.color]
        for styles in (colours.series, colours.faint)
    )
    assert len(set(lines)) == len(lines) >= 7
    assert sum(line == shade for line, shade in zip(lines, faint, strict=True)) <= 1, "there is no darker yellow"


@pytest.mark.parametrize("name", THEMES)
def test_lines_are_seen_and_their_faint_shades_less(name: str) -> None:
    colours = ink(name)
    for background in BACKGROUNDS["light" if name.endswith("light") else "dark"]:
        for line, faint in zip(colours.series, colours.faint, strict=True):
            assert contrast(line, background) > 2.95
            assert 1.25 < contrast(faint, background) < contrast(line, background) / 1.25


RUNS = st.lists(st.uuids().map(str), max_size=30, unique=True)


@given(RUNS, st.sampled_from([*THEMES, "runs-mono", "textual-dark"]))
def test_runs_of_one_chart_share_no_colour_while_there_are_enough(runs: list[str], name: str) -> None:
    colours = ink(name)
    count = len(colours.series)
    hues = colours.apart(runs)
    assert all(0 <= hue < HUES for hue in hues)
    used = Counter(hue % count for hue in hues)
    assert max(used.values(), default=0) - min(used.values(), default=0) <= 1 or len(used) < count
    assert max(used.values(), default=0) <= -(-len(runs) // count)
    assert hues[: len(runs) // 2] == colours.apart(runs[: len(runs) // 2]), "more runs change no colour"
    if runs:
        assert colours.series[hues[0] % count] == colours.run(runs[0])
