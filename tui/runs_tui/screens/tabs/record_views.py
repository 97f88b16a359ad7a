"""The pages of what a run recorded under one name: charts first where there is something to draw, then the numbers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from runs_tui.images.picture import load_picture
from runs_tui.model import evaluations, words
from runs_tui.model.evaluations import MOST_CLASSES, Line
from runs_tui.plotting.chart import Title
from runs_tui.plotting.curve import Curve
from runs_tui.plotting.histogram import histogram, histogram_in
from runs_tui.plotting.pairs import Floats, curve_of, indexed, numbers
from runs_tui.widgets.pages import Page
from runs_tui.widgets.pages.matrix import Form, MatrixPage
from runs_tui.widgets.pages.plot import BarsPage, PlotPage
from runs_tui.widgets.pages.plots import PlotsPage
from runs_tui.widgets.pages.table import TablePage
from runs_tui.widgets.pages.words import WordsPage
from runstore.reading.recorded import Recorded

_WIDE = 12.0
"""Times that the largest column of a table may be larger than the smallest, to be drawn in one chart with it."""
_MOST_CHARTS = 60
_MANY = 20
"""Numbers of a list from which on it is also shown how they are spread."""
_FEW = 12
"""Classes up to which the numbers of a confusion matrix come before its map."""


class View(NamedTuple):
    """One way to look at it."""

    name: str
    page: Page


def views_of(item: Recorded, index: int, read: Callable[[str], bytes]) -> list[View]:
    """All ways to look at ``item``; of several images or evaluations at the one at ``index``, -1 for the newest.

    ``read`` gives the content of an artifact. May take long: call it on a thread. Never raises for what a run wrote.
    """
    if item.kind == "table":
        return _table(item)
    if item.kind == "list":
        return _list(item)
    if item.kind == "values":
        return [View("text", _values(item))]
    if not item.values:
        return [View("nothing", WordsPage("Nothing was recorded."))]
    index = index if -len(item.values) <= index < len(item.values) else -1
    if item.kind == "image":
        return [View("image", _image(item, index, read))]
    try:
        return _EVALUATIONS[item.kind](item.name, evaluations.checked(item.kind, item.values[index]))
    except (ValueError, TypeError, OverflowError) as error:
        return [View("problem", WordsPage(f"It cannot be shown: {error}."))]


def _table(item: Recorded) -> list[View]:
    """A first column of numbers is x, the other columns of numbers are lines over it."""
    columns = dict(list(item.columns.items()))
    views = [View("table", TablePage(columns, item.rows))]
    bins = histogram_in(columns)
    if bins is not None:
        return [View("histogram", BarsPage(*bins, Title("count"))), *views]
    found = {name: column for name, cells in columns.items() if (column := numbers(cells[: item.rows])) is not None}
    names = list(found)
    if len(names) < 2 or names[0] != next(iter(columns)) or item.rows < 2:
        return views
    lines = [(name, curve_of(found[names[0]], found[name])) for name in names[1 : _MOST_CHARTS + 1]]
    one = PlotPage(lines[:MOST_CLASSES], Title(names[1]) if len(lines) == 1 else None, f"over {names[0]}")
    charts = [View("chart", one)] if len(lines) <= MOST_CLASSES else []
    if len(lines) > 1:
        several = View("charts", PlotsPage(lines))
        charts = [several, *charts] if _differ_widely([found[name] for name in names[1:]]) else [*charts, several]
    return [*charts, *views]


def _differ_widely(columns: list[Floats]) -> bool:
    """Whether the smaller ones would be flat lines in a chart of all."""
    spans = [float(np.nanmax(np.abs(column[np.isfinite(column)]))) for column in columns]
    return len(spans) > MOST_CLASSES or max(spans) > _WIDE * (min(spans) or max(spans))


def _list(item: Recorded) -> list[View]:
    values = item.values[:]
    views = [View("values", TablePage({item.name: values}, len(values)))]
    column = numbers(values)
    if column is not None and len(column) > 1:
        last = words.number(values[-1])
        views.insert(0, View("chart", PlotPage([("", indexed(column))], Title("value", last))))
        bins = histogram(column)
        if len(column) >= _MANY and len(bins.counts) > 1:
            note = f"{words.count(bins.left_out)} not finite" if bins.left_out else ""
            bars = BarsPage(bins.edges.tolist(), bins.counts.tolist(), Title("count", "", note))
            views.insert(1, View("histogram", bars))
    return views


def _values(item: Recorded) -> Page:
    if len(item.values) == 1 and item.steps[0] is None:
        return WordsPage(str(item.values[0]))
    columns: dict[str, Sequence[Any]] = {"time": [_clock(moment) for moment in item.times], "value": item.values[:]}
    if any(step is not None for step in item.steps):
        columns = {"step": item.steps[:], **columns}
    return TablePage(columns, len(item.values), stepped="step" in columns)


def _image(item: Recorded, index: int, read: Callable[[str], bytes]) -> Page:
    from runs_tui.widgets.pages.picture import PicturePage

    name = str(item.values[index])
    try:
        return PicturePage(load_picture(read(name)))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        return WordsPage(f"{name}: {why}.", "The Files tab (5) shows where it is.")


def _confusion_matrix(name: str, data: dict[str, Any]) -> list[View]:
    labels = [str(label) for label in data["class_labels"]]
    forms: tuple[Form, ...] = ("counts", "shares", "map") if len(labels) <= _FEW else ("map", "counts", "shares")
    return [View(form, MatrixPage(labels, data["matrix"], form)) for form in forms]


def _accuracy_table(name: str, data: dict[str, Any]) -> list[View]:
    more = len(data["class_labels"]) - MOST_CLASSES
    note = f"{more} more classes" if more > 0 else ""
    chance = ("chance", curve_of(np.array([0.0, 1.0]), np.array([0.0, 1.0])))
    table = evaluations.threshold_table(data)
    return [
        View("ROC", PlotPage([chance, *_curves(evaluations.roc(data))], Title("true positive rate"),
                             f"over false positive rate  {note}")),
        View("precision", PlotPage(_curves(evaluations.precision_recall(data)), Title("precision"),
                                   f"over recall  {note}")),
        View("table", TablePage(table, len(table["class"]))),
    ]  # fmt: skip


def _residuals(name: str, data: dict[str, Any]) -> list[View]:
    table = evaluations.bin_table(data)
    bars = BarsPage(data["bin_edges"], data["bin_counts"], Title("count"))
    return [View("histogram", bars), View("table", TablePage(table, len(table["from"])))]


def _predictions(name: str, data: dict[str, Any]) -> list[View]:
    table = evaluations.bin_table(data)
    lines = _curves(evaluations.predicted_against_true(data))
    return [
        View("chart", PlotPage(lines, Title("predicted"), "over true")),
        View("histogram", BarsPage(data["bin_edges"], data["bin_counts"], Title("count"))),
        View("table", TablePage(table, len(table["from"]))),
    ]


_EVALUATIONS: dict[str, Callable[[str, dict[str, Any]], list[View]]] = {
    "confusion_matrix": _confusion_matrix,
    "accuracy_table": _accuracy_table,
    "residuals": _residuals,
    "predictions": _predictions,
}


def _curves(lines: Sequence[Line]) -> list[tuple[str, Curve]]:
    return [(line.name, curve_of(line.x, line.y)) for line in lines]


def _clock(moment: float) -> str:
    try:
        return time.strftime("%H:%M:%S", time.localtime(moment))
    except (OverflowError, ValueError, OSError):
        return "-"
