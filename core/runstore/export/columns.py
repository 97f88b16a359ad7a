"""The columns of an exported table."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from runstore.reading.row import RunRow
from runstore.series import natural_key


@dataclass(frozen=True, slots=True)
class Columns:
    """``run``, ``experiment``, ``name``, a ``param.`` column for each parameter, ``step``, ``time``, and then
    ``metric`` and ``value`` in the long form, a ``metric.`` column for each metric in the wide one."""

    params: tuple[str, ...]
    metrics: tuple[str, ...] | None
    """None: the long form."""

    @property
    def names(self) -> tuple[str, ...]:
        """The titles, in order."""
        fixed = ("run", "experiment", "name", *(f"param.{name}" for name in self.params), "step", "time")
        if self.metrics is None:
            return (*fixed, "metric", "value")
        return (*fixed, *(f"metric.{name}" for name in self.metrics))

    def of_run(self, row: RunRow) -> list[Any]:
        """What stands in each line of a run before the step; parameters that it has not are None."""
        return [row.id, row.experiment, row.name, *(_scalar(row.params.get(name)) for name in self.params)]


def columns_of(rows: Iterable[RunRow], metrics: Collection[str] | None) -> Columns:
    """The columns that these runs need; ``metrics``: of the wide form."""
    params = dict.fromkeys(str(name) for row in rows for name in row.params)
    return Columns(tuple(sorted(params, key=natural_key)), None if metrics is None else tuple(metrics))


def _scalar(value: Any) -> Any:
    """Lists and objects as JSON."""
    return value if value is None or isinstance(value, (str, int, float)) else json.dumps(value, default=str)
