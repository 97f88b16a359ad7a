"""The charts of the notebook view keep extremes and gaps."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from runstore.widget.line_chart import HEIGHT, WIDTH, line_chart

FLOATS = st.floats(allow_nan=True, allow_infinity=True)


def drawn(svg: str) -> list[tuple[float, float]]:
    """All corners and points of a chart."""
    root = ElementTree.fromstring(svg)
    found = []
    for element in root.iter():
        if element.tag.endswith("polyline"):
            found += [tuple(map(float, pair.split(","))) for pair in element.attrib["points"].split()]
        elif element.tag.endswith("circle"):
            found.append((float(element.attrib["cx"]), float(element.attrib["cy"])))
    return found


@given(st.lists(st.tuples(st.floats(allow_nan=False, allow_infinity=False), FLOATS), max_size=40))
def test_all_that_is_drawn_is_inside(points: list[tuple[float, float]]) -> None:
    svg = line_chart("name", [x for x, _ in points], [y for _, y in points])
    for x, y in drawn(svg):
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT


def test_a_spike_among_many_points_is_seen() -> None:
    values = [0.0] * 100_000
    values[54_321] = 1.0
    corners = drawn(line_chart("loss", range(len(values)), values))
    assert len(corners) < 2000
    assert min(y for _, y in corners) < 10 < max(y for _, y in corners)


def test_a_line_is_broken_where_a_value_is_not_finite() -> None:
    svg = line_chart("loss", range(7), [1.0, 2.0, 3.0, math.nan, 2.0, 1.0, 0.0])
    assert svg.count("<polyline") == 2
    assert "1 NaN or infinite" in svg


def test_one_value_is_a_dot_and_none_is_said() -> None:
    assert "<circle" in line_chart("loss", [3], [1.0])
    assert "no finite value" in line_chart("loss", [0, 1], [math.nan, math.inf])
    assert "no finite value" in line_chart("loss", [], [])


def test_a_title_is_no_markup() -> None:
    assert not re.search(r"<script|onload", line_chart("'/><script>x</script>", [0, 1], [0.0, 1.0]).replace("&lt;", ""))
