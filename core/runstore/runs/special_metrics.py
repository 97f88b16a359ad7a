"""Metrics that are drawn as charts of their own, one mixin of `Run`: confusion matrices and their kin."""

from __future__ import annotations

import io
import json
import os
import time

from runstore.exceptions import UserErrorException
from runstore.layout.printable import printable
from runstore.records.lines import dumps
from runstore.runs.files import Files
from runstore.writing.artifacts import artifact_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable

_SHAPES = {"list": "numbers", "row": "a table", "table": "a table", "image": "an image"}


class SpecialMetrics(Files):
    """Each call takes a dict, or its JSON text: ``{"schema_type", "schema_version", "data"}``; lists or arrays inside.

    Raises `UserErrorException`, which says what is wrong, for anything else.
    """

    id: str

    def log_confusion_matrix(self, name: str, value: dict[str, Any] | str, description: str = "") -> None:
        """Log how often each class was taken for which; data: class_labels, matrix (rows: the true class)."""
        self._log_special("confusion_matrix", name, value, description)

    def log_accuracy_table(self, name: str, value: dict[str, Any] | str, description: str = "") -> None:
        """Log counts TP, FP, TN, FN by class and threshold, of which ROC, lift and calibration curves are drawn.

        data: probability_tables, percentile_tables, probability_thresholds, percentile_thresholds, class_labels.
        """
        self._log_special("accuracy_table", name, value, description)

    def log_residuals(self, name: str, value: dict[str, Any] | str, description: str = "") -> None:
        """Log a histogram of residuals; data: bin_edges (one more than bins), bin_counts."""
        self._log_special("residuals", name, value, description)

    def log_predictions(self, name: str, value: dict[str, Any] | str, description: str = "") -> None:
        """Log predicted against true values in bins; data: bin_averages, bin_errors, bin_counts, bin_edges."""
        self._log_special("predictions", name, value, description)

    def _log_special(self, kind: str, name: str, value: Any, description: str) -> None:
        from runstore.records.special import special_metric  # only here: few scripts log such

        try:
            if isinstance(value, (str, bytes)):
                value = json.loads(value)
            metric = special_metric(kind, _plain(value))
        except (ValueError, RecursionError) as error:
            raise UserErrorException("{} {!r}: {}".format(kind, printable(name, 100), error)) from None
        content = metric.as_dict()
        artifact = self._store_new(name, ".json", io.BytesIO(dumps(content) + b"\n"))
        self._record(kind, name, content, description, **({"artifact": artifact} if artifact else {}))

    def _record(self, kind: str, name: str, value: Any, description: str | None, **fields: Any) -> None:
        """Append a record of data; say so once where the name was used for another kind."""
        name = str(name)
        writer = self._writer
        writer.on_names = self._see_numbers  # from now on `log` may meet a name that is taken
        self._see_kind(name, _SHAPES.get(kind, kind))
        if description:
            fields["description"] = str(description)
        writer.record(kind, name=name, value=value, **fields)

    def _see_numbers(self, names: Iterable[str]) -> None:
        for name in names:
            self._see_kind(name, "numbers")

    def _see_kind(self, name: str, shape: str) -> None:
        """What a name was first used for decides what `Run.get_metrics` tells; of anything else somebody is told."""
        kinds: dict[str, str] = self.__dict__.setdefault("_kinds", {})
        first = kinds.setdefault(name, "numbers" if name in self._writer.names else shape)
        if first not in (shape, ""):
            from runstore.runs.session import say

            kinds[name] = ""
            text = "metric {!r} was logged as {} first and then as {}, which get_metrics leaves out; use another name"
            warning = text.format(printable(name, 100), first, shape)
            say("run {}: {}".format(self.id, warning))
            self._writer.record("warning", value=warning)

    def _store_new(self, name: str, suffix: str, source: Any) -> str | None:
        """Store an artifact ``<name>_<unix time in ms><suffix>``; None when the store cannot be written."""
        parts = [part for part in str(name).replace("\\", "/").split("/") if part not in ("", ".", "..")]
        moment = int(time.time() * 1000)
        while True:
            artifact = "{}_{}{}".format("/".join(parts) or "metric", moment, suffix)
            if not os.path.lexists(artifact_file(self._folder, artifact)):
                return self._store(artifact, source)
            moment += 1  # another call in the same millisecond


def _plain(value: Any) -> Any:
    """``value`` with arrays and scalars of NumPy and its kin as lists and Python numbers."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
