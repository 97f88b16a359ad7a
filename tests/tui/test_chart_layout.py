"""Where charts are on a board: order, sections, rows, pages."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from runs_tui.screens.charts.layout import Entry, Fold, Layout, entries_of, in_order, section_of
from runs_tui.screens.charts.source import Item
from runs_tui.screens.charts.view import ChartView

NAMES = st.lists(
    st.builds("{}{}".format, st.sampled_from(["", "train/", "val/", "a/b/"]), st.sampled_from("xyzuvw")),
    unique=True, max_size=24,
)  # fmt: skip
VIEWS = st.builds(
    ChartView,
    sections=st.booleans(),
    pins=st.lists(st.sampled_from(["x", "val/x", "train/y", "gone"]), unique=True).map(tuple),
    folded=st.lists(st.sampled_from(["", "train", "val", "pinned", "gone"]), unique=True).map(tuple),
)


def items_of(names: list[str]) -> list[Item]:
    return [Item(name) for name in names]


@given(NAMES, VIEWS)
def test_order_loses_no_chart(names: list[str], view: ChartView) -> None:
    found = in_order(items_of(names), view)
    assert sorted(found) == sorted(items_of(names))
    pinned = [name for name in view.pins if name in names]
    assert [item.name for item in found[: len(pinned)]] == pinned
    if view.sections:
        sections = [section_of(item, view) for item in found]
        starts = [n for n, section in enumerate(sections) if n == 0 or section != sections[n - 1]]
        assert len({sections[start] for start in starts}) == len(starts)
    else:
        rest = [name for name in names if name not in view.pins]
        assert [item.name for item in found[len(pinned) :]] == rest


@given(NAMES, VIEWS)
def test_a_folded_section_is_one_entry(names: list[str], view: ChartView) -> None:
    entries = entries_of(items_of(names), view)
    folded = {entry.section: entry.charts for entry in entries if isinstance(entry, Fold)}
    shown = [entry for entry in entries if isinstance(entry, Item)]
    assert len(shown) + sum(folded.values()) == len(names)
    if view.sections:
        assert not any(section_of(item, view) in view.folded for item in shown)
        assert all(section in view.folded for section in folded)
    else:
        assert not folded


def layout_of(names: list[str], view: ChartView, columns: int, lines: int, height: int) -> Layout:
    return Layout(entries_of(items_of(names), view), view, columns, lines, max(height, lines))


SHAPES = st.integers(1, 5), st.integers(1, 12), st.integers(1, 50)


@given(NAMES, VIEWS, *SHAPES)
def test_each_entry_is_on_one_page(names: list[str], view: ChartView, columns: int, lines: int, height: int) -> None:
    layout = layout_of(names, view, columns, lines, height)
    seen: list[int] = []
    for number in range(len(layout.pages)):
        rows = list(layout.on_page(number))
        assert sum(row.lines for _, row in rows) <= layout.height
        for (line, row), (below, _) in pairwise(rows):
            assert line + row.lines == below
        for _, row in rows:
            assert 1 <= row.stop - row.start <= columns
            seen += range(row.start, row.stop)
        assert [*layout.span_of(number)] == [place for _, row in rows for place in range(row.start, row.stop)]
        assert all(layout.page_of(place) == number for place in layout.span_of(number))
    assert seen == list(range(len(layout.entries)))
    assert layout.charts_before(len(layout.entries)) == len(names)


@given(NAMES, VIEWS, *SHAPES, st.integers(-3, 3))
def test_keys_stay_among_the_entries(
    names: list[str], view: ChartView, columns: int, lines: int, height: int, by: int
) -> None:
    layout = layout_of(names, view, columns, lines, height)
    for place in range(len(layout.entries)):
        assert 0 <= layout.above(place, by) < len(layout.entries)
        assert 0 <= layout.turned(place, by) < len(layout.entries)
        there = layout.above(place, 1)
        assert layout.row_of(there) == max(layout.row_of(place) - 1, 0)


def test_heads_stand_where_a_section_begins() -> None:
    names = ["lr", "train/a", "train/b", "train/c", "val/a"]
    layout = layout_of(names, ChartView(sections=True), 2, 5, 20)
    assert [(row.head, row.stop - row.start) for row in layout.rows] == [("", 1), ("train", 2), ("", 1), ("val", 1)]


def test_a_pin_comes_first_and_goes_back() -> None:
    items = items_of(["a", "b", "c"])
    view = ChartView().pinned("c").pinned("b")
    assert [item.name for item in in_order(items, view)] == ["c", "b", "a"]
    assert [item.name for item in in_order(items, view.pinned("c"))] == ["b", "a", "c"]


def test_what_is_folded_opens_again() -> None:
    items = items_of(["train/a", "train/b"])
    view = replace(ChartView(), sections=True).fold("train")
    folded: list[Entry] = [Fold("train", 2)]
    assert entries_of(items, view) == folded
    assert entries_of(items, view.fold("train")) == items
