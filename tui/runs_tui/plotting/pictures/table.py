"""The numbers of charts as CSV, at full resolution: what holds, in the order in which it is drawn."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from runs_tui.plotting.band import Band
from runs_tui.plotting.curve import Curve, Plotted
from runs_tui.plotting.histogram import Histogram
from runs_tui.plotting.pictures.layout import Panel
from runstore.records.points import NO_STEP
from runstore.series.averages import averages, values_at

_POINTS = ("chart", "line", "x", "step", "time", "value", "smoothed")
_BANDS = ("chart", "line", "x", "runs", "mean", "deviation", "low", "high")
_BINS = ("chart", "from", "to", "count")
_PIECE = 10_000
"""Lines that are made at once."""

Cells = Sequence[object]


def csv_of(panels: Sequence[Panel]) -> Iterator[str]:
    """CSV in pieces of whole lines, titles first. Floats may be ``nan``, ``inf`` and ``-inf``.

    Each point of a curve is a line, with its unix time; of a band each x of one of its curves; of a histogram each
    bin. A file has lines of one kind: with a band those of bands. Raises `ValueError` for panels of which not
    `has_all_points`.
    """
    if not has_all_points(panels):
        raise ValueError("of a curve among these only the line is kept")
    content = panels[0].content if panels else ()
    if isinstance(content, Histogram):
        yield _lines([_BINS])
        for panel in panels:
            if isinstance(panel.content, Histogram):
                yield _lines(_bins(panel.title.name, panel.content))
        return
    bands = any(isinstance(curve, Band) for panel in panels for _, curve in _named(panel))
    yield _lines([_BANDS if bands else _POINTS])
    for panel in panels:
        for name, curve in _named(panel):
            if isinstance(curve, Band):
                yield from _spots(panel.title.name, name, curve)
            elif isinstance(curve, Curve):
                yield from _points(panel.title.name, name, curve, bands=bands)


def has_all_points(panels: Sequence[Panel]) -> bool:
    """Whether all curves have the points of which they were made: those of very many runs have not."""
    curves = [curve for panel in panels for _, curve in _named(panel)]
    single = [one for curve in curves for one in (curve.curves if isinstance(curve, Band) else (curve,))]
    return all(isinstance(curve, Curve) for curve in single)


def _named(panel: Panel) -> Iterator[tuple[str, Plotted]]:
    if not isinstance(panel.content, Histogram):
        for number, curve in enumerate(panel.content):
            yield panel.look.names[number] if number < len(panel.look.names) else "", curve


def _points(chart: str, name: str, curve: Curve, *, bands: bool) -> Iterator[str]:
    points = curve.points()
    head = _lines([(chart, name)])[:-1]
    for start in range(0, len(points.x), _PIECE):
        x, raw, now, times, steps = (each[start : start + _PIECE].tolist() for each in points)
        if bands:  # one run alone has no edges
            yield "".join(f"{head},{at},1,{value},,{value},{value}\n" for at, value in zip(x, now, strict=True))
            continue
        smoothed = now if curve.weight else [""] * len(now)
        numbered = ["" if step == NO_STEP else step for step in steps]
        rows = zip(x, numbered, times, raw, smoothed, strict=True)
        yield "".join([f"{head},{at},{step},{time},{value},{smooth}\n" for at, step, time, value, smooth in rows])


def _spots(chart: str, name: str, band: Band) -> Iterator[str]:
    held = [curve.holding() for curve in band.curves]
    places = np.unique(np.concatenate([x for x, _ in held]))
    for start in range(0, len(places), _PIECE):
        at = places[start : start + _PIECE]
        found = averages(np.array([values_at(*each, at) for each in held]))
        yield _lines(
            (chart, name, *cells) for cells in zip(at.tolist(), *(each.tolist() for each in found), strict=True)
        )


def _bins(chart: str, bins: Histogram) -> Iterator[Cells]:
    edges = bins.edges.tolist()
    for start, stop, count in zip(edges, edges[1:], bins.counts.tolist(), strict=False):
        yield chart, start, stop, count


def _lines(lines: Iterable[Cells]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()
