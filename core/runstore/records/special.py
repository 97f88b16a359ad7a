"""Metrics that are drawn as charts of their own: confusion matrix, accuracy table, residuals, predictions.

Each is a record in ``records/`` whose kind is the schema type and whose value is an object ``{"schema_type",
"schema_version", "data"}``. The same object lies as JSON among the run's files, under the name in ``artifact``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMAS = {
    "confusion_matrix": ("1.0.0", ("class_labels", "matrix")),
    "accuracy_table": (
        "1.0.1",
        (
            *("probability_tables", "percentile_tables"),
            *("probability_thresholds", "percentile_thresholds", "class_labels"),
        ),
    ),
    "residuals": ("1.0.0", ("bin_edges", "bin_counts")),
    "predictions": ("1.0.0", ("bin_averages", "bin_errors", "bin_counts", "bin_edges")),
}
"""Schema type -> (version, keys of the data)."""


class SpecialMetric:
    """The content of such a metric: ``schema_type``, ``schema_version`` and ``data``, a dict of lists."""

    def __init__(self, schema_type: str, schema_version: str, data: dict[str, Any]) -> None:
        self.schema_type = schema_type
        self.schema_version = schema_version
        self.data = data

    def as_dict(self) -> dict[str, Any]:
        """The object as it is stored."""
        return {"schema_type": self.schema_type, "schema_version": self.schema_version, "data": self.data}

    def __repr__(self) -> str:
        return "SpecialMetric({}, version {}: {})".format(
            self.schema_type, self.schema_version, ", ".join(sorted(self.data))
        )


def special_metric(kind: str, value: Any) -> SpecialMetric:
    """``value``, a dict of plain Python values, as a metric of this kind; raises `ValueError` when it is none."""
    version, keys = SCHEMAS[kind]
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object")
    if value.get("schema_type", kind) != kind:
        raise ValueError("its schema_type is {!r}, not {!r}".format(value["schema_type"], kind))
    data = value.get("data")
    if not isinstance(data, dict):
        raise ValueError(
            "it has no 'data'; give {{'schema_type', 'schema_version', 'data': {{{}}}}}".format(_names(keys))
        )
    absent = [key for key in keys if not isinstance(data.get(key), list)]
    if absent:
        raise ValueError("its data lacks {}, each of them a list".format(_names(absent)))
    _CHECKS[kind](data)
    return SpecialMetric(kind, str(value.get("schema_version") or version), data)


def _check_matrix(data: dict[str, Any]) -> None:
    size = len(data["class_labels"])
    rows = data["matrix"]
    if len(rows) != size or any(not isinstance(row, list) or len(row) != size for row in rows):
        raise ValueError("its matrix must have as many rows and columns as there are class_labels, {}".format(size))
    _numbers("matrix", rows)


def _check_accuracy(data: dict[str, Any]) -> None:
    for name in ("probability", "percentile"):
        tables, thresholds = data[name + "_tables"], data[name + "_thresholds"]
        _numbers(name + "_thresholds", thresholds)
        _numbers(name + "_tables", tables)
        fits = len(tables) == len(data["class_labels"]) and all(
            isinstance(table, list)
            and len(table) == len(thresholds)
            and all(isinstance(cells, list) and len(cells) == 4 for cells in table)
            for table in tables
        )
        if not fits:
            raise ValueError(
                "its {0}_tables must hold for each of the {1} class_labels and each of the {2} {0}_thresholds the four "
                "counts TP, FP, TN, FN".format(name, len(data["class_labels"]), len(thresholds))
            )


def _check_residuals(data: dict[str, Any]) -> None:
    _check_bins(data, ("bin_counts",))


def _check_predictions(data: dict[str, Any]) -> None:
    _check_bins(data, ("bin_averages", "bin_errors", "bin_counts"))


def _check_bins(data: dict[str, Any], columns: tuple[str, ...]) -> None:
    _numbers("bin_edges", data["bin_edges"])
    for name in columns:
        _numbers(name, data[name])
        if len(data["bin_edges"]) != len(data[name]) + 1:
            raise ValueError(
                "{} bin_edges do not go with {} {}: there is one edge more than bins".format(
                    len(data["bin_edges"]), len(data[name]), name
                )
            )


def _numbers(name: str, values: list[Any]) -> None:
    for each in values:
        if isinstance(each, list):
            _numbers(name, each)
        elif not isinstance(each, (int, float)):
            raise ValueError("its {} holds {!r}, which is no number".format(name, each))


_CHECKS = {
    "confusion_matrix": _check_matrix,
    "accuracy_table": _check_accuracy,
    "residuals": _check_residuals,
    "predictions": _check_predictions,
}


def _names(keys: Any) -> str:
    return ", ".join(repr(key) for key in keys)
