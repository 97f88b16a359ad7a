"""Charts as pictures: that SVG and pixels show the same, where it belongs, and nothing a run wrote gets out of hand."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

import numpy as np
import pytest
import resvg_py
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from runs_tui.images.png import decode_png
from runs_tui.plotting.band import Band
from runs_tui.plotting.histogram import histogram
from runs_tui.plotting.look import Look, Title
from runs_tui.plotting.pictures import SCALE, Panel, default_size, png_of, svg_of
from runs_tui.plotting.pictures.bitmap import Bitmap
from runs_tui.plotting.pictures.canvas import LOOSE, Canvas
from runs_tui.plotting.pictures.font import text_pixels, text_width
from runs_tui.plotting.pictures.inks import inks
from runs_tui.plotting.pictures.svg import Svg
from runs_tui.plotting.pictures.trace import Box, Trace
from tests.tui.plotting.series_of import curve

NAMES = {"svg": "http://www.w3.org/2000/svg"}
STEP = re.compile(r"([Mlvhz])([^Mlvhz]*)")
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
COLOUR = inks(light=True).series[0]
USUAL = Look()


def panel(values: Sequence[float], look: Look = USUAL, name: str = "loss") -> Panel:
    return Panel([curve(values)], Title(name), look)


def points_of(path: str) -> list[tuple[float, float]]:
    """The corners of SVG path data as we write it, by the standard's rules."""
    x = y = 0.0
    found = []
    for letter, rest in STEP.findall(path):
        numbers = [float(number) for number in NUMBER.findall(rest)]
        if letter == "M":
            x, y = numbers
        elif letter == "l":
            x, y = x + numbers[0], y + numbers[1]
        elif letter == "v":
            y += numbers[0]
        elif letter == "h":
            x += numbers[0]
        found.append((x, y))
    return found


def texts(svg: str) -> dict[str, tuple[float, float]]:
    """Where each text of a picture stands."""
    elements = ET.fromstring(svg).iterfind(".//svg:text", NAMES)
    return {element.text or "": (float(element.get("x", 0)), float(element.get("y", 0))) for element in elements}


def strokes(svg: str, colour: str = COLOUR) -> list[ET.Element]:
    """The lines in a colour."""
    return [path for path in ET.fromstring(svg).iterfind(".//svg:path", NAMES) if path.get("stroke") == colour]


def test_a_line_goes_through_its_values_as_the_labels_of_the_axes_place_them() -> None:
    values = [0.0, 3.0, 1.0, 4.0, 2.0]
    svg = svg_of([panel(values)], 700, 400)
    elements = list(ET.fromstring(svg).iterfind(".//svg:text", NAMES))
    at_y = {float(each.text or 0): float(each.get("y", 0)) for each in elements if each.get("text-anchor") == "end"}
    at_x = {float(each.text or 0): float(each.get("x", 0)) for each in elements if each.get("text-anchor") == "middle"}
    (line,) = strokes(svg)
    corners = points_of(line.get("d", ""))
    assert len(corners) == len(values)
    a_unit_up, a_step = at_y[0.0] - at_y[1.0], at_x[3.0] - at_x[2.0]
    for step, (value, (x, y)) in enumerate(zip(values, corners, strict=True)):
        assert x == pytest.approx(at_x[1.0] + (step - 1) * a_step, abs=1)
        assert y == pytest.approx(at_y[0.0] - value * a_unit_up, abs=5)  # a label stands half a letter below its line


def test_on_log_axes_decades_are_even() -> None:
    svg = svg_of([panel([1e-3, 1e-2, 1e-1, 1.0], Look(log=True))], 700, 400)
    (line,) = strokes(svg)
    heights = [y for _, y in points_of(line.get("d", ""))]
    gaps = np.diff(heights)
    assert np.allclose(gaps, gaps[0], atol=0.2)
    assert gaps[0] < -20
    over = [10.0 ** (at / 4) for at in range(13)]
    made = curve([float(at) for at in range(13)], steps=[round(x * 1000) for x in over])
    svg = svg_of([Panel([made], Title("t"), Look(log_x=True))], 700, 400)
    (line,) = strokes(svg)
    places = [x for x, _ in points_of(line.get("d", ""))]
    assert np.allclose(np.diff(places), np.diff(places)[0], atol=1)


def test_one_point_among_many_is_seen() -> None:
    values = np.full(200_000, 1.0)
    values[123_456] = 9.0
    svg = svg_of([panel(values.tolist())], 600, 300)
    (line,) = strokes(svg)
    corners = points_of(line.get("d", ""))
    assert max(y for _, y in corners) - min(y for _, y in corners) > 150
    pixels = decode_png(png_of([panel(values.tolist())], 1200, 600))[:, :, :3]
    column = (np.abs(pixels.astype(int) - rgb(COLOUR)).sum(axis=2) < 90).any(axis=1)
    assert column.sum() > 300


def test_limits_that_were_typed_cut_the_line() -> None:
    look = Look(x_limits=(2.0, 4.0), y_limits=(0.0, 5.0))
    svg = svg_of([panel([0, 100, 1, 2, 3, 4, 1e300], look)], 700, 400)
    clip = ET.fromstring(svg).find(".//svg:clipPath/svg:rect", NAMES)
    (line,) = strokes(svg)
    assert clip is not None
    assert line.get("clip-path") == "url(#c0)"
    left, width = float(clip.get("x", 0)), float(clip.get("width", 0))
    assert all(left <= x <= left + width for x, _ in points_of(line.get("d", "")))
    assert max(map(len, line.get("d", "").split())) < 200


@pytest.mark.parametrize("log_x", [False, True])
def test_a_line_goes_on_to_the_edges_of_a_part_of_x(log_x: bool) -> None:
    steps = [1, 100, 200, 1000]
    made = curve([0.0, 0.0, 4.0, 4.0], steps=steps)
    look = Look(x_limits=(90.0, 250.0), y_limits=(0.0, 8.0), log_x=log_x)
    svg = svg_of([Panel([made], Title("loss"), look)], 700, 400)
    clip = ET.fromstring(svg).find(".//svg:clipPath/svg:rect", NAMES)
    assert clip is not None
    left, width = float(clip.get("x", 0)) + LOOSE, float(clip.get("width", 0)) - 2 * LOOSE
    bottom = float(clip.get("y", 0)) + float(clip.get("height", 0)) - LOOSE
    middle = bottom - (float(clip.get("height", 0)) - 2 * LOOSE) / 2
    (line,) = strokes(svg)
    corners = points_of(line.get("d", ""))
    assert corners[0] == pytest.approx((left, bottom), abs=1)
    assert corners[-1] == pytest.approx((left + width, middle), abs=1)
    pixels = decode_png(png_of([Panel([made], Title("loss"), look)], 1400, 800))[:, :, :3]
    lit = np.flatnonzero((np.abs(pixels.astype(int) - rgb(COLOUR)).sum(axis=2) < 90).any(axis=0)) / SCALE
    assert lit.min() == pytest.approx(left, abs=2)
    assert lit.max() == pytest.approx(left + width, abs=2)


def test_a_line_to_a_point_far_beyond_a_part_of_x_keeps_its_slope() -> None:
    made = curve([0.0, 1.0, 2.0, 1_000_000.0], steps=[0, 1, 2, 1_000_000])
    svg = svg_of([Panel([made], Title("loss"), Look(x_limits=(1.0, 3.0), y_limits=(0.0, 4.0)))], 700, 400)
    (line,) = strokes(svg)
    (x1, y1), (x2, y2), (x3, y3) = points_of(line.get("d", ""))[-3:]
    assert (y3 - y2) / (x3 - x2) == pytest.approx((y2 - y1) / (x2 - x1), rel=0.01)


def test_what_is_not_finite_is_marked_and_breaks_the_line() -> None:
    svg = svg_of([panel([1, 2, math.nan, 2, math.inf, 3, 4])], 600, 300)
    found = texts(svg)
    assert {"×", "↑", "NaN at 2"} <= set(found)
    assert found["×"][0] < found["↑"][0]
    parts = sum(path.get("d", "").count("M") for path in strokes(svg))
    assert parts == 4  # the single point between two gaps is a dot, too


def test_a_legend_names_each_curve_once_and_says_what_it_has_no_room_for() -> None:
    few = Panel([curve([1, 2]), curve([2, 1])], Title("a"), Look(names=("fox", "owl"), hues=(3, 4)))
    svg = svg_of([few, few._replace(title=Title("b"))], 800, 400)
    assert svg.count(">fox<") == svg.count(">owl<") == 1
    many = tuple(f"run-with-a-name-{number}" for number in range(300))
    svg = svg_of([Panel([curve([1, 2])] * 300, Title("a"), Look(names=many))], 600, 300)
    said = re.search(r"and (\d+) more", svg)
    assert said
    assert svg.count(">run-with-a-name-") + int(said[1]) == 300
    assert all(y < 300 for _, y in texts(svg).values())


@pytest.mark.parametrize("name", ["<script>&\"'", "\x1b[2J\0\x7f", "a\nb", "日本語" * 60, "\ud800", "x" * 5000])
def test_hostile_names_are_only_text(name: str) -> None:
    shown = Panel([curve([1, 2])], Title(name, name, name), Look(names=(name,)))
    svg = svg_of([shown], 600, 300)
    tree = ET.fromstring(svg.encode())
    assert {element.tag.rpartition("}")[2] for element in tree.iter()} <= {
        "svg", "title", "defs", "clipPath", "rect", "text", "path"
    }  # fmt: skip
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", svg)
    assert "http" not in svg.replace(NAMES["svg"], "")
    assert len(png_of([shown], 600, 300)) > 100


@pytest.mark.parametrize("size", [(120, 120), (121, 640), (2000, 130), (3000, 2000)])
@pytest.mark.parametrize("count", [1, 5, 30])
def test_any_size_and_number_of_charts(size: tuple[int, int], count: int) -> None:
    panels = [panel([1, 2, 3], name=f"chart {number}") for number in range(count)]
    ET.fromstring(svg_of(panels, *size))
    if size[0] * size[1] < 500_000:
        assert decode_png(png_of(panels, *size)).shape[:2] == (size[1], size[0])


@pytest.mark.parametrize("values", [[], [5.0], [7.0] * 9, [math.nan], [1e308, -1e308], [5e-324, 0.0], [-1.0, -2.0]])
@pytest.mark.parametrize("log", [False, True])
def test_no_series_is_too_odd(values: list[float], log: bool) -> None:
    shown = [panel(values, Look(log=log)), Panel(histogram(np.array(values)), Title("h"), Look())]
    ET.fromstring(svg_of(shown, *default_size(2)))
    png_of(shown, 400, 300)


def test_bars_have_the_heights_of_their_counts() -> None:
    bins = histogram(np.array([1.0] * 6 + [2.0] * 3 + [3.0]))
    rects = ET.fromstring(svg_of([Panel(bins, Title("h"), Look())], 600, 400)).iterfind(".//svg:rect", NAMES)
    heights = [float(rect.get("height", 0)) for rect in rects if rect.get("fill") == COLOUR]
    assert len(heights) == 3
    assert np.allclose(np.array(heights) / heights[2], [6, 3, 1], rtol=0.02)


def test_a_band_is_an_area_around_a_line() -> None:
    band = Band([curve([1.0, 2, 3]), curve([3.0, 4, 5])])
    svg = svg_of([Panel([band], Title("b"), Look())], 600, 400)
    areas = [path for path in ET.fromstring(svg).iterfind(".//svg:path", NAMES) if path.get("fill-opacity")]
    assert len(areas) == 1
    ends = points_of(areas[0].get("d", ""))
    line = points_of(strokes(svg)[0].get("d", ""))
    assert min(y for _, y in ends) < min(y for _, y in line)
    assert max(y for _, y in ends) > max(y for _, y in line)


# Pixels against another renderer


def rgb(colour: str) -> NDArray[np.int64]:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])


def both(draw: list[tuple[str, Trace, float]], box: Box, width: int, height: int) -> tuple[NDArray, NDArray]:
    """The same shapes as our pixels, and as another program draws our SVG."""
    svg, bitmap = Svg(width, height, "#ffffff", "t"), Bitmap(int(width * SCALE), int(height * SCALE), "#ffffff")
    canvas: Canvas
    for canvas in (svg, bitmap):
        for kind, trace, opacity in draw:
            if kind == "area":
                canvas.area(trace, box, "#0000ff", opacity)
            else:
                canvas.line(trace, box, "#000000", 1.6, opacity)
    other = resvg_py.svg_to_bytes(svg_string=svg.document(), zoom=int(SCALE))
    return decode_png(bitmap.png())[:, :, :3].astype(int), decode_png(bytes(other))[:, :, :3].astype(int)


HEIGHTS = st.lists(st.floats(-30, 130), min_size=1, max_size=12)


@settings(max_examples=10, deadline=None)
@given(HEIGHTS, st.data())
def test_pixels_of_a_line_are_those_that_another_renderer_draws(heights: list[float], data: st.DataObject) -> None:
    box = Box(10, 10, 100, 80)
    x = np.linspace(12, 108, len(heights))
    y = np.array(heights)
    joined = np.array(data.draw(st.lists(st.booleans(), min_size=len(y), max_size=len(y))))
    reach = np.array(data.draw(st.lists(st.floats(0, 20), min_size=len(y), max_size=len(y))))
    trace = Trace(x, y, y, y - reach, y + reach, joined)
    ours, other = both([("line", trace, 1.0)], box, 120, 100)
    differs = np.abs(ours - other).max(axis=2)
    assert (differs > 160).mean() < 0.001
    assert differs.mean() < 1.5


def test_pixels_of_an_area_are_those_that_another_renderer_draws() -> None:
    x = np.linspace(10, 110, 40)
    middle = 50 + 20 * np.sin(x / 9)
    trace = Trace(x, middle, middle, middle - 8, middle + x / 10, np.ones(40, dtype=np.bool_))
    ours, other = both([("area", trace, 0.5), ("line", trace, 0.4)], Box(10, 10, 100, 80), 120, 100)
    assert np.abs(ours - other).mean() < 1.0
    assert np.abs(ours - other).max() < 130


def test_letters_are_drawn_where_they_are_measured() -> None:
    wide = text_pixels("Wide 123 λ é")
    assert wide.shape[1] == pytest.approx(text_width("Wide 123 λ é") * 24)
    assert wide.any(axis=0).mean() > 0.6
    assert (text_pixels("日") == text_pixels("?")).all()
    assert text_pixels("").shape[1] == 0
    assert not (text_pixels("a") == text_pixels("b")).all()
