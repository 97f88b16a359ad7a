"""What is drawn of confusion matrices, accuracy tables, residuals and predictions; checked, since a run wrote them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runstore.records.special import special_metric

Floats = NDArray[np.float64]
MOST_CLASSES = 7
"""Lines in one chart; more cannot be told apart."""


class Line(NamedTuple):
    """A named line."""

    name: str
    x: Floats
    y: Floats


def checked(kind: str, data: Any) -> dict[str, Any]:
    """``data`` of an evaluation if it is what its kind asks for; raises `ValueError` saying what is wrong."""
    return special_metric(kind, {"data": data}).data


def roc(data: dict[str, Any]) -> list[Line]:
    """True positive over false positive rate, a line for each class, its area in the name."""
    lines = []
    for label, tables in _classes(data):
        tp, fp, tn, fn = tables.T
        x, y = _ratio(fp, fp + tn), _ratio(tp, tp + fn)
        order = np.lexsort((y, x))
        x, y = x[order], y[order]
        area = float(np.sum((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2))
        lines.append(Line(f"{label} {area:.3f}", x, y))
    return lines


def precision_recall(data: dict[str, Any]) -> list[Line]:
    """Precision over recall, a line for each class; where nothing is called positive there is no precision."""
    lines = []
    for label, tables in _classes(data):
        tp, fp, _, fn = tables.T
        recall, precision = _ratio(tp, tp + fn), _ratio(tp, tp + fp)
        called = tp + fp > 0
        order = np.argsort(recall[called], kind="stable")
        lines.append(Line(label, recall[called][order], precision[called][order]))
    return lines


def threshold_table(data: dict[str, Any]) -> dict[str, list[Any]]:
    """The counts by class and threshold, as columns of a table."""
    columns: dict[str, list[Any]] = {"class": [], "threshold": [], "TP": [], "FP": [], "TN": [], "FN": []}
    for label, rows in zip(data["class_labels"], data["probability_tables"], strict=True):
        for threshold, counts in zip(data["probability_thresholds"], rows, strict=True):
            for name, value in zip(columns, (str(label), threshold, *counts), strict=True):
                columns[name].append(value)
    return columns


def predicted_against_true(data: dict[str, Any]) -> list[Line]:
    """The mean prediction of each bin of true values, one error up and down, and what would be right."""
    edges = np.array(data["bin_edges"], np.float64)
    means, errors = (np.array(data[name], np.float64) for name in ("bin_averages", "bin_errors"))
    middles = (edges[1:] + edges[:-1]) / 2
    some = np.array(data["bin_counts"], np.float64) > 0
    middles, means, errors = middles[some], means[some], errors[some]
    return [
        Line("true", edges, edges),
        Line("- error", middles, means - errors),
        Line("+ error", middles, means + errors),
        Line("predicted", middles, means),
    ]


def bin_table(data: dict[str, Any]) -> dict[str, list[Any]]:
    """The bins as columns of a table."""
    edges = data["bin_edges"]
    named = {"average": "bin_averages", "error": "bin_errors", "count": "bin_counts"}
    return {"from": edges[:-1], "to": edges[1:], **{name: data[key] for name, key in named.items() if key in data}}


def _classes(data: dict[str, Any]) -> list[tuple[str, Floats]]:
    """(label, thresholds x TP FP TN FN) of the first classes."""
    pairs = zip(data["class_labels"], data["probability_tables"], strict=True)
    return [(str(label), np.array(rows, np.float64).reshape(-1, 4)) for label, rows in list(pairs)[:MOST_CLASSES]]


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
