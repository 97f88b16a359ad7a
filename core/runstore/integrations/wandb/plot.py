"""Charts that scripts make for ``log``: the numbers of each are kept, a confusion matrix as one."""

from __future__ import annotations

from runstore.integrations.wandb.media import Media, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from runstore.runs.run import Run


class ConfusionMatrix(Media):
    """How often each class was taken for which."""

    def __init__(self, labels: list[str], matrix: list[list[int]]) -> None:
        self.labels = labels
        self.matrix = matrix

    def keep(self, run: Run, name: str, step: int) -> None:
        """As a confusion matrix of the run."""
        data = {"class_labels": self.labels, "matrix": self.matrix}
        value = {"schema_type": "confusion_matrix", "schema_version": "1.0.0", "data": data}
        run.log_confusion_matrix(name, value)


def confusion_matrix(
    probs: Any = None,
    y_true: Iterable[Any] | None = None,
    preds: Iterable[Any] | None = None,
    class_names: list[str] | None = None,
    title: str | None = None,
    **_ignored: Any,
) -> ConfusionMatrix:
    """Of true classes (numbers), and those taken for them, or the probabilities of each class."""
    if preds is None:
        preds = [max(range(len(row)), key=list(row).__getitem__) for row in ([] if probs is None else probs)]
    pairs = [(int(true), int(taken)) for true, taken in zip(y_true or [], preds)]
    classes = max([max(pair) + 1 for pair in pairs], default=0)
    labels = list(class_names or ["Class_{}".format(number + 1) for number in range(classes)])
    matrix = [[0] * len(labels) for _ in labels]
    for true, taken in pairs:
        if max(true, taken) >= len(labels):
            raise ValueError("a class has the number {}, but there are {} names".format(max(true, taken), len(labels)))
        matrix[true][taken] += 1
    return ConfusionMatrix([str(label) for label in labels], matrix)


def line(table: Table, *_args: Any, **_kwargs: Any) -> Table:
    """The numbers of a line."""
    return table


scatter = bar = histogram = line


def line_series(xs: Any, ys: Any, keys: list[str] | None = None, *_args: Any, **_kwargs: Any) -> Table:
    """The numbers of several lines."""
    several = list(ys)
    shared = not any(isinstance(each, (list, tuple)) for each in xs)
    rows = [
        [x, str(keys[number]) if keys else "key_{}".format(number), y]
        for number, line in enumerate(several)
        for x, y in zip(xs if shared else list(xs)[number], line)
    ]
    return Table(columns=["step", "lineKey", "lineVal"], data=rows)


class Curve(Media):
    """A curve over thresholds."""


def pr_curve(*_args: Any, **_kwargs: Any) -> Media:
    """Precision over recall: not kept."""
    return Curve()


roc_curve = pr_curve
