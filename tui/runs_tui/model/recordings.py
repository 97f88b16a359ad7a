"""What a run recorded beside series of numbers, in words: for the list of the Records tab and for ``show``."""

from __future__ import annotations

from collections.abc import Iterable

from runs_tui.model import words
from runstore.reading.recorded import Recorded
from runstore.series import natural_key

_WORDS = {
    "list": "list",
    "values": "text",
    "image": "image",
    "confusion_matrix": "confusion matrix",
    "accuracy_table": "accuracy table",
    "residuals": "residuals",
    "predictions": "predictions",
}


def in_order(items: Iterable[Recorded]) -> list[Recorded]:
    """By name, as people count."""
    return sorted(items, key=lambda item: natural_key(item.name))


def kind_words(item: Recorded) -> str:
    """What it is and how much of it: ``table 20 x 3``, ``list 500``, ``3 images``, ``confusion matrix 10``."""
    if item.kind == "table":
        return f"table {words.count(item.rows)} x {len(item.columns)}"
    if item.kind == "list":
        return f"list {words.count(len(item.values))}"
    several = len(item.values)
    if item.kind in ("image", "values"):
        return _WORDS[item.kind] if several == 1 else f"{several} {_WORDS[item.kind]}s"
    return _WORDS.get(item.kind, item.kind) + (f" ({several})" if several > 1 else "")
