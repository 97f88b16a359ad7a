"""Confusion matrices and their kin as figures of the notebook view."""

from __future__ import annotations

from html import escape as _escape

from runstore.layout.printable import printable
from runstore.widget.line_chart import line_chart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MOST_CLASSES = 20
_MOST_CURVES = 3


def evaluation_figures(name: str, kind: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    """(title, HTML) of each figure of one such metric; empty for what is none of them."""
    draw = _FIGURES.get(kind)
    return draw(name, data) if draw else []


def _matrix(name: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    labels, rows = data["class_labels"][:_MOST_CLASSES], data["matrix"][:_MOST_CLASSES]
    highest = max((cell for row in rows for cell in row), default=0) or 1
    cell = "<td style='text-align:right;padding:2px 8px;background:rgba(42,120,214,{:.2f})'>{}</td>"
    head = "".join("<th style='padding:2px 8px'>{}</th>".format(_text(label)) for label in labels)
    parts = ["<table style='border-collapse:collapse'><tr><th>true \\ predicted</th>{}</tr>".format(head)]
    for label, row in zip(labels, rows):
        cells = "".join(
            cell.format(0.75 * max(value, 0) / highest, _text("{:g}".format(value))) for value in row[:_MOST_CLASSES]
        )
        parts.append("<tr><th style='text-align:left'>{}</th>{}</tr>".format(_text(label), cells))
    parts.append("</table>")
    left = len(data["class_labels"]) - len(labels)
    if left > 0:
        parts.append("<div>{} more classes in runs-tui</div>".format(left))
    return [(name, "".join(parts))]


def _roc(name: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    """True against false positive rate of the first classes."""
    found = []
    for label, table in list(zip(data["class_labels"], data["probability_tables"]))[:_MOST_CURVES]:
        x, y = [], []
        for true_positive, false_positive, true_negative, false_negative in table:
            x.append(false_positive / ((false_positive + true_negative) or 1))
            y.append(true_positive / ((true_positive + false_negative) or 1))
        title = "{} · ROC of {}".format(name, label)
        found.append((title, line_chart(title, x, y)))
    return found


def _residuals(name: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    title = "{} · residuals".format(name)
    return [(title, line_chart(title, _centres(data), data["bin_counts"]))]


def _predictions(name: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    title = "{} · predicted over true".format(name)
    return [(title, line_chart(title, _centres(data), data["bin_averages"]))]


def _centres(data: dict[str, Any]) -> list[float]:
    edges = data["bin_edges"]
    return [(low + high) / 2 for low, high in zip(edges, edges[1:])]


def _text(value: Any) -> str:
    return _escape(printable(value, 40), quote=True)


_FIGURES = {
    "confusion_matrix": _matrix,
    "accuracy_table": _roc,
    "residuals": _residuals,
    "predictions": _predictions,
}
