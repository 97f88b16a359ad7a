"""All metrics of a run in the shapes of Azure ML's ``get_metrics``; with NumPy, or slower without it."""

from __future__ import annotations

from array import array
from itertools import accumulate
from typing import Any, Iterator, NamedTuple

from runstore.reading.plain_points import LoggedValues, logged_values
from runstore.reading.run import RunReader
from runstore.records.manifest import PRINTED
from runstore.records.special import SCHEMAS, special_metric

_SHAPES = {
    "scalar": "vector",
    "list": "vector",
    "row": "table",
    "table": "table",
    "image": "image",
    **dict.fromkeys(SCHEMAS, "special"),
}


class _Entry(NamedTuple):
    seq: int
    time: float
    kind: str
    value: Any
    step: int = 0
    artifact: Any = None


def get_metrics(reader: RunReader, name: str | None = None, populate: bool = False) -> dict[str, Any]:
    """The metrics of the run of ``reader`` as last refreshed, or only ``name`` (absent: nothing).

    Logged once: the bare value; several times, or a list: the values in order of time, then of writer; inside one
    writer in the order of its calls. Rows and tables: a dict of columns, with bare values when there is one row. An
    image: its address; a confusion matrix and its kin too, or with ``populate`` a `SpecialMetric`, which has ``data``.
    A name that was logged as several kinds is what it was first. What was read from output was not logged.
    """
    entries: dict[str, dict[str, list[_Entry]]] = {}
    defined = reader.manifest.get("metrics", {})
    for points in _points(reader, name):
        if defined.get(points.name, {}).get("source") == PRINTED:
            continue
        found = entries.setdefault(points.name, {}).setdefault(points.writer, [])
        found.extend(map(_Entry, points.seqs, points.times, ["scalar"] * len(points.seqs), points.values))
    for record in reader.records():
        kind, logged = record["kind"], record.get("name")
        if kind in _SHAPES and isinstance(logged, str) and name in (None, logged):
            entry = _Entry(
                record["seq"], record["time"], kind, record.get("value"), artifact=record.get("artifact", logged)
            )
            entries.setdefault(logged, {}).setdefault(record["writer"], []).append(entry)
    ordered = {metric: _in_order(writers) for metric, writers in entries.items()}
    names = sorted(ordered, key=lambda metric: (ordered[metric][0].time, ordered[metric][0].seq, metric))
    return {metric: _shaped(ordered[metric], reader.id, populate) for metric in names}


def series_of(reader: RunReader, name: str, rank: int | None = None) -> tuple[Any, Any, Any] | None:
    """Steps, times and values of a metric of one rank, all attempts; None for a name without points.

    Arrays of NumPy, or of `array` where there is no NumPy.
    """
    try:
        if name not in reader.names() or (rank is not None and rank not in reader.ranks(name)):
            return None
    except ImportError:
        return _plain_series(list(logged_values(reader.paths.points, name)), rank)
    series = reader.series(name, rank)
    return series.steps, series.times, series.values


def _plain_series(found: list[LoggedValues], rank: int | None) -> tuple[array[int], array[float], array[float]] | None:
    ranks = {points.rank for points in found}
    rank = min(ranks, default=-1) if rank is None else rank
    if rank not in ranks:
        return None
    writers: dict[str, list[_Entry]] = {}
    for points in found:
        if points.rank == rank:
            kinds = ["scalar"] * len(points.seqs)
            entries = map(_Entry, points.seqs, points.times, kinds, points.values, points.steps)
            writers.setdefault(points.writer, []).extend(entries)
    ordered = _in_order(writers)
    return (
        array("q", [entry.step for entry in ordered]),
        array("d", [entry.time for entry in ordered]),
        array("d", [entry.value for entry in ordered]),
    )


def _points(reader: RunReader, name: str | None) -> Iterator[LoggedValues]:
    try:
        names = reader.names() if name is None else [name]
        reader.load(names)
        columns = [(metric, column) for metric in names for column in reader.columns(metric)]
    except ImportError:  # no NumPy
        yield from logged_values(reader.paths.points, name)
        return
    for metric, column in columns:
        kept = column.rows.columns(column.position)
        values = kept.values[column.column].view.tolist()
        if column.kind == "b":
            values = [bool(value) for value in values]
        seqs, times = kept.seqs.view.tolist(), kept.times.view.tolist()
        yield LoggedValues(metric, column.writer.name, column.writer.rank, seqs, [], times, values)


def _in_order(writers: dict[str, list[_Entry]]) -> list[_Entry]:
    """The entries of all writers: by time, where a clock that steps back in one writer does not count, then writer."""
    keyed: list[tuple[float, str, _Entry]] = []
    for writer, entries in writers.items():
        entries.sort(key=lambda entry: entry.seq)
        latest = accumulate((entry.time for entry in entries), max)
        keyed.extend((moment, writer, entry) for moment, entry in zip(latest, entries))
    if len(writers) > 1:
        keyed.sort(key=lambda each: each[:2])
    return [entry for _, _, entry in keyed]


def _shaped(entries: list[_Entry], run_id: str, populate: bool) -> Any:
    shape = _SHAPES[entries[0].kind]
    entries = [entry for entry in entries if _SHAPES[entry.kind] == shape]
    if shape == "table":
        return _table(entries)
    values: list[Any] = []
    for entry in entries:
        if shape == "image":
            values.append(_address(run_id, entry.value))
        elif shape == "special":
            values.append(_special(entry) if populate else _address(run_id, entry.artifact))
        elif entry.kind == "list" and isinstance(entry.value, list):
            values.extend(entry.value)
        else:
            values.append(entry.value)
    return values[0] if len(values) == 1 else values


def _address(run_id: str, artifact: Any) -> str:
    return "aml://artifactId/ExperimentRun/dcid.{}/{}".format(run_id, artifact)


def _special(entry: _Entry) -> Any:
    try:
        return special_metric(entry.kind, entry.value)
    except ValueError:  # not written by this library
        return entry.value


def _table(entries: list[_Entry]) -> dict[str, Any]:
    """One dict of columns for all rows; a cell that a row does not have is None."""
    columns: dict[str, list[Any]] = {}
    rows = 0
    for entry in entries:
        if not isinstance(entry.value, dict):
            continue
        cells = {
            column: each if entry.kind == "table" and isinstance(each, list) else [each]
            for column, each in entry.value.items()
        }
        added = max((len(each) for each in cells.values()), default=0)
        for column, each in cells.items():
            known = columns.setdefault(column, [])
            known.extend([None] * (rows - len(known)))
            known.extend(each)
        rows += added
    for known in columns.values():
        known.extend([None] * (rows - len(known)))
    return {column: known[0] if rows == 1 else known for column, known in columns.items()}
