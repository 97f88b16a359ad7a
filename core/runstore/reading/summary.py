"""The summary that a run's owner leaves in ``run.json``: a hint for fast lists, which readers can make themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runstore.reading.run import RunReader
from runstore.reading.series_data import MetricStat
from runstore.reading.usage import usage_of

if TYPE_CHECKING:
    from runstore.reading.reader import Reader

_FIELDS = MetricStat._fields[:-1]

BEYOND = 2**63
"""What no row can hold: with whole numbers from there on nothing can be calculated."""


def summary_of(folder: str) -> dict[str, Any]:
    """``{"metrics": {name: {"n", "first", "last", "min", "max", "step", "time"}}}`` of the run in ``folder``.

    Where its machine was sampled there is ``usage``, too: the fields of `Usage`.
    """
    reader = RunReader(folder)
    reader.refresh()
    return summary_by(reader)


def summary_by(reader: Reader) -> dict[str, Any]:
    """`summary_of` the run whose reader was refreshed."""
    summary: dict[str, Any] = {"metrics": {name: dict(zip(_FIELDS, stat)) for name, stat in reader.metrics.items()}}
    usage = usage_of(reader.resources.metrics)
    return {**summary, "usage": usage._asdict()} if usage is not None else summary


def statistics_in(manifest: dict[str, Any]) -> dict[str, MetricStat] | None:
    """The statistics in a manifest's summary; None where there is none that can be used."""
    metrics = (manifest["summary"] or {}).get("metrics")
    if not isinstance(metrics, dict):
        return None
    found = {}
    for name, fields in metrics.items():
        if not isinstance(fields, dict):
            return None
        n, first, last, low, high, step, time = map(fields.get, _FIELDS)
        if not (type(n) is int and (step is None or type(step) is int)):
            return None
        for number in (n, step or 0, first, last, low, high, time):
            if not (isinstance(number, float) or (isinstance(number, int) and -BEYOND <= number < BEYOND)):
                return None
        found[name] = MetricStat(n, first, last, low, high, step, time)  # type: ignore[arg-type]  # just looked at
    return found
