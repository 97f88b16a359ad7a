"""The charts of ``runs-tui plot``: from runs to curves, bands and histograms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import click

from runs_tui.cli.errors import Problem
from runs_tui.cli.plot_asked import Asked
from runs_tui.model import words
from runs_tui.model.compared import Compared, compared_lines, distinct_hues
from runs_tui.plotting.axes import XKind
from runs_tui.plotting.band import Band
from runs_tui.plotting.curve import Curve, Plotted
from runs_tui.plotting.histogram import Histogram, histogram
from runs_tui.plotting.look import Title
from runs_tui.plotting.pairs import Floats, numbers
from runs_tui.plotting.pictures import Panel
from runs_tui.plotting.run_bars import Bar
from runs_tui.screens.charts.source import SYSTEM
from runs_tui.themes import ink
from runstore.layout.printable import printable
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow
from runstore.reading.series_data import Series
from runstore.series.statistics import Statistics, statistics

_MANY = 20
"""Runs from which on memory counts."""


class Drawn(NamedTuple):
    """A curve of one run and rank, and what is said of the series that it was made of; ``last`` as it was logged."""

    row: RunRow
    rank: int
    last: object
    stats: Statistics
    curve: Curve


class Line(NamedTuple):
    """What is drawn in one colour: a curve, or a band of several."""

    name: str
    hue: int
    shown: Plotted
    members: tuple[Drawn, ...]


class Chart(NamedTuple):
    """A chart of one metric: its lines, a histogram, or a bar for each run."""

    metric: str
    note: str
    lines: tuple[Line, ...] = ()
    bins: Histogram | None = None
    bars: tuple[tuple[RunRow, Bar], ...] = ()

    def panel(self, asked: Asked) -> Panel:
        """What is drawn."""
        title = Title(self.metric, "", "   ".join([*asked.words, *([self.note] if self.note else [])]))
        if self.bins is not None:
            return Panel(self.bins, title, asked.look)
        look = replace(asked.look, hues=tuple(line.hue for line in self.lines),
                       names=tuple(line.name for line in self.lines))  # fmt: skip
        return Panel([line.shown for line in self.lines], title, look)


def charts_of(rows: Sequence[RunRow], metrics: Sequence[str], asked: Asked, *, skip: bool) -> list[Chart]:
    """A chart for each metric. ``skip``: runs without it are left out with a word; else they are a `Problem`."""
    if asked.kind == "bars":
        return [_bars(rows, metric, asked) for metric in metrics]
    if asked.kind == "hist":
        return [_histogram(rows, metric, asked) for metric in metrics]
    colours = len(ink(asked.theme).series)
    lines = compared_lines(rows, asked.by, colours)
    drawn: dict[str, dict[str, list[Drawn]]] = {metric: {} for metric in metrics}
    for row in rows:
        reader = _opened(row)
        there = [metric for metric in metrics if _has(reader, metric, asked)]
        if not skip and not there:
            raise _missing(row, metrics[0], asked)
        reader.load([*there, *([asked.along] if asked.along else [])])
        for metric in there:
            drawn[metric][row.key] = found = list(_drawn(row, reader, metric, asked))
            for each in found if len(rows) > _MANY and not asked.exact else ():
                each.curve.compact()
    charts = []
    for metric in metrics:
        shown = [line for each in lines for line in _lines(each, drawn[metric], asked, colours)]
        if not shown:
            raise _missing(rows[0], metric, asked)
        without = len(rows) - len(drawn[metric])
        if without:
            lacking = f"{metric!r} over {asked.along!r}" if asked.along else repr(metric)
            click.echo(printable(f"{without} of {len(rows)} runs have no {lacking}"), err=True)
        charts.append(Chart(metric, "", tuple(shown)))
    return charts


def _opened(row: RunRow) -> Reader:
    from runs_tui.cli.resolve import opened

    reader = opened(row)
    reader.refresh()
    return reader


def _has(reader: Reader, metric: str, asked: Asked) -> bool:
    """Whether there is such a metric or sample, and what is to be x."""
    if metric.startswith(SYSTEM) and metric.removeprefix(SYSTEM) in reader.resources.names():
        return True
    return metric in reader.names() and (not asked.along or asked.along in reader.names())


def _drawn(row: RunRow, reader: Reader, metric: str, asked: Asked) -> Iterator[Drawn]:
    """The curves of one metric of one run: one, or one for each rank."""
    if metric not in reader.names():
        series = reader.resources.series(metric.removeprefix(SYSTEM))
        # Samples have no steps.
        yield _curve(row, series, None, "relative" if asked.x in ("step", "value") else asked.x, asked)
        return
    ranks = reader.ranks(metric)
    for rank in ranks if asked.ranks != "first" else ranks[:1]:
        along = None
        if asked.x == "value":
            along = reader.series(asked.along, rank if rank in reader.ranks(asked.along) else None)
        yield _curve(row, reader.series(metric, rank), along, asked.x, asked)


def _curve(row: RunRow, series: Series, along: Series | None, x: XKind, asked: Asked) -> Drawn:
    first = float(series.times[0]) if len(series.times) else 0.0
    curve = Curve(x, asked.smooth, row.started or row.created or first)
    curve.update(series, along)
    last = series.exact[-1].item() if len(series.exact) else None
    return Drawn(row, series.rank, last, statistics(series.values), curve)


def _lines(line: Compared, drawn: dict[str, list[Drawn]], asked: Asked, colours: int) -> Iterator[Line]:
    """What is drawn for a run, or for a group of runs."""
    members = [each for row in line.rows for each in drawn.get(row.key, ())]
    if not members:
        return
    if asked.ranks == "lines" and len(members) > 1:
        hues = distinct_hues([f"{line.key} {each.rank}" for each in members], colours)
        for each, hue in zip(members, hues, strict=True):
            yield Line(f"{line.name} rank {each.rank}", hue, each.curve, (each,))
        return
    if len(members) == 1:
        yield Line(line.name, line.hue, members[0].curve, tuple(members))
        return
    of_ranks = asked.by is None
    band = Band([each.curve for each in members], "extremes" if of_ranks else "deviation")
    count = words.count(len(members))
    yield Line(f"{line.name}, {count} ranks" if of_ranks else f"{line.name} ×{count}", line.hue, band, tuple(members))


def _missing(row: RunRow, metric: str, asked: Asked) -> Problem:
    """What to say of a run without the metric, or without the one that is to be x: what there is instead."""
    import difflib

    names = _opened(row).names()
    if not names:
        return Problem(f"{row.experiment}/{row.name} has no metrics")
    why = ""
    if metric in names and asked.along:
        metric, why = asked.along, " to be x (--x)"
    near = difflib.get_close_matches(metric, names, n=3, cutoff=0.4)
    said = f"did you mean {' or '.join(map(repr, near))}?" if near else f"it has {', '.join(names[:12])}"
    return Problem(f"{row.experiment}/{row.name} has no metric {metric!r}{why}; {said}")


def _histogram(rows: Sequence[RunRow], metric: str, asked: Asked) -> Chart:
    """Of several runs the last values, of one run all values: of a metric, or of a list that it recorded."""
    import numpy as np

    if len(rows) == 1:
        values, note = _values(rows[0], metric, asked), "values"
    else:
        values = np.array([row.metrics[metric].last for row in rows if metric in row.metrics], np.float64)
        if not len(values):
            raise _missing(rows[0], metric, asked)
        note = f"last values of {words.count(len(rows))} runs"
    bins = histogram(values)
    counted = f"{words.count(int(bins.counts.sum()))} {note}" if len(rows) == 1 else note
    left_out = f", {words.count(bins.left_out)} not finite" if bins.left_out else ""
    return Chart(metric, counted + left_out, bins=bins)


def _bars(rows: Sequence[RunRow], metric: str, asked: Asked) -> Chart:
    """The last value of each run that has the metric, the highest first."""
    there = [row for row in rows if metric in row.metrics]
    if not there:
        raise _missing(rows[0], metric, asked)
    hues = {each.key: each.hue for each in compared_lines(there, None, len(ink(asked.theme).series))}
    values = {row.key: row.metrics[metric].last for row in there}
    ordered = sorted(there, key=lambda row: (values[row.key] != values[row.key], -values[row.key]))
    bars = tuple(
        (row, Bar(row.name, float(values[row.key]), words.number(values[row.key]), hues[row.key])) for row in ordered
    )
    without = f", {words.count(len(rows) - len(there))} runs have none" if len(there) < len(rows) else ""
    return Chart(metric, f"last values{without}", bars=bars)


def _values(row: RunRow, name: str, asked: Asked) -> Floats:
    from runstore.reading.recorded import Recordings

    reader = _opened(row)
    if name in reader.names():
        return reader.series(name).values
    if _has(reader, name, asked):
        return reader.resources.series(name.removeprefix(SYSTEM)).values
    recordings = Recordings(reader)
    recordings.refresh()
    item = recordings.items.get(name)
    values = numbers(item.values) if item is not None and item.kind == "list" else None
    if values is None:
        raise _missing(row, name, asked)
    return values
