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
    """Of true classes, and those taken for them, or the probabilities of each class.

    With ``class_names`` classes are the numbers of their names; without, they may be texts, too.
    """
    if preds is None:
        preds = [max(range(len(row)), key=list(row).__getitem__) for row in ([] if probs is None else probs)]
    pairs = list(zip(_classes(y_true), _classes(preds)))
    if class_names is None:
        found = sorted({each for pair in pairs for each in pair})
        labels = [each if isinstance(each, str) else "Class_{}".format(place + 1) for place, each in enumerate(found)]
    else:
        labels = [str(name) for name in class_names]
        found = list(range(len(labels)))
    places = {each: place for place, each in enumerate(found)}
    matrix = [[0] * len(labels) for _ in labels]
    for pair in pairs:
        for each in pair:
            if each not in places:
                raise ValueError("there is a class {!r}, but there are {} names".format(each, len(labels)))
        matrix[places[pair[0]]][places[pair[1]]] += 1
    return ConfusionMatrix(labels, matrix)


def _classes(given: Iterable[Any] | None) -> list[Any]:
    """Each as what can be compared: scalars of an array or a tensor, alone or in a list, as those of Python."""
    return [each.item() if hasattr(each, "item") else each for each in ([] if given is None else given)]


def line(table: Table, *_args: Any, **_kwargs: Any) -> Table:
    """The numbers of a line."""
    return table


scatter = bar = histogram = line


def plot_table(
    vega_spec_name: str,
    data_table: Table,
    fields: dict[str, Any],
    string_fields: dict[str, Any] | None = None,
    split_table: bool = False,
) -> Table:
    """The numbers of a chart of one's own."""
    return data_table


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
