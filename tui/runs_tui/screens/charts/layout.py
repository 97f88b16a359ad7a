"""Where each chart of a board is: in rows and pages, with the heads of sections, some of them folded."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from runs_tui.screens.charts.source import Item
from runs_tui.screens.charts.view import ChartView

PINNED = "pinned"
"""The section of the charts that are pinned."""


class Fold(NamedTuple):
    """A folded section: one line in place of its charts."""

    section: str
    charts: int


Entry = Item | Fold
"""What the user goes through."""


class Row(NamedTuple):
    """Charts side by side, or a folded section: the entries from ``start`` to ``stop``, under a head or none."""

    start: int
    stop: int
    head: str
    lines: int


def section_of(item: Item, view: ChartView) -> str:
    """The first part of a chart's name; empty if it has but one."""
    if item.shown in view.pins:
        return PINNED
    section, slash, _ = item.shown.partition("/")
    return section if slash else ""


def in_order(items: Sequence[Item], view: ChartView) -> list[Item]:
    """The pinned ones first, as they were pinned; with sections those of one section together."""
    places = {name: place for place, name in enumerate(view.pins)}
    found = sorted(items, key=lambda item: places.get(item.shown, len(places))) if places else list(items)
    if not view.sections:
        return found
    first: dict[str, int] = {}
    for item in found:
        first.setdefault(section_of(item, view), len(first) if item.shown in places else len(first) + len(items))
    # Those without a section come right behind the pinned ones: they are the run's own.
    return sorted(found, key=lambda item: (section_of(item, view) not in ("", PINNED), first[section_of(item, view)]))


def entries_of(items: Sequence[Item], view: ChartView) -> list[Entry]:
    """What there is to go through, in order."""
    found = in_order(items, view)
    if not view.sections or not view.folded:
        return list(found)
    entries: list[Entry] = []
    for section, members in groupby(found, key=lambda item: section_of(item, view)):
        charts = list(members)
        entries += [Fold(section, len(charts))] if section in view.folded else charts
    return entries


def rows_needed(items: Sequence[Item], view: ChartView, columns: int) -> int:
    """Rows of charts that all sections take together, folded ones left out."""
    sizes = Counter(section_of(item, view) for item in items)
    return sum(-(-size // columns) for section, size in sizes.items() if section not in view.folded)


@dataclass(frozen=True)
class Layout:
    """The entries of a board in rows of ``columns`` charts, each ``lines`` high, and pages of ``height`` lines."""

    entries: Sequence[Entry]
    view: ChartView
    columns: int
    lines: int
    height: int

    @cached_property
    def rows(self) -> list[Row]:
        """All rows, of all pages."""
        if not self.view.sections:
            count = len(self.entries)
            return [Row(at, min(at + self.columns, count), "", self.lines) for at in range(0, count, self.columns)]
        rows: list[Row] = []
        start = 0
        for section, members in groupby(self.entries, key=self._section):
            stop = start + len(list(members))
            if isinstance(self.entries[start], Fold):
                rows.append(Row(start, stop, "", 1))
            else:
                rows += [
                    Row(at, min(at + self.columns, stop), section if at == start else "", self.lines)
                    for at in range(start, stop, self.columns)
                ]
            start = stop
        return rows

    @cached_property
    def pages(self) -> list[range]:
        """The rows of each page."""
        pages = []
        start = used = 0
        for place, row in enumerate(self.rows):
            if used + row.lines > self.height and place > start:
                pages.append(range(start, place))
                start, used = place, 0
            used += row.lines
        return [*pages, range(start, len(self.rows))] if self.rows else []

    def place_of(self, entry: Entry | None, before: Layout, place: int) -> int:
        """Where an entry of the layout before is now: a chart may be folded, a folded section open."""
        if entry in self.entries:
            return self.entries.index(entry)
        if isinstance(entry, Fold):
            known = set(before.entries)
            return next((at for at, each in enumerate(self.entries) if each not in known), 0)
        if entry is not None:
            section = section_of(entry, self.view)
            folds = (at for at, each in enumerate(self.entries) if isinstance(each, Fold) and each.section == section)
            place = next(folds, place)
        return max(0, min(place, len(self.entries) - 1))

    def charts_before(self, place: int) -> int:
        """How many charts come before an entry, folded ones counted."""
        if not self.view.sections or not self.view.folded:
            return place
        return place + sum(entry.charts - 1 for entry in self.entries[:place] if isinstance(entry, Fold))

    def page_of(self, place: int) -> int:
        """The number of the page on which an entry is."""
        return bisect_right(self.pages, self.row_of(place), key=lambda page: page.start) - 1 if self.pages else 0

    def row_of(self, place: int) -> int:
        """The number of the row in which an entry is."""
        return max(bisect_right(self.rows, place, key=lambda row: row.start) - 1, 0)

    def span_of(self, number: int) -> range:
        """The entries of a page."""
        page = self.pages[number] if self.pages else range(0)
        return range(self.rows[page.start].start, self.rows[page.stop - 1].stop) if page else range(0)

    def on_page(self, number: int) -> Iterator[tuple[int, Row]]:
        """(first line, row) of a page, from above."""
        line = 0
        for place in self.pages[number] if self.pages else ():
            yield line, self.rows[place]
            line += self.rows[place].lines

    def above(self, place: int, by: int) -> int:
        """The entry so many rows above (below, if negative), in the same column if the row has it."""
        if not self.rows:
            return place
        here = self.row_of(place)
        there = max(0, min(here - by, len(self.rows) - 1))
        row = self.rows[there]
        return place if there == here else min(row.start + place - self.rows[here].start, row.stop - 1)

    def turned(self, place: int, by: int) -> int:
        """The entry at the same place ``by`` pages on; beyond the last page its last one."""
        here = self.page_of(place)
        if not 0 <= here + by < len(self.pages):
            return len(self.entries) - 1 if by > 0 else 0
        there = self.span_of(here + by)
        return min(there.start + place - self.span_of(here).start, there.stop - 1)

    def _section(self, entry: Entry) -> str:
        return entry.section if isinstance(entry, Fold) else section_of(entry, self.view)
