"""All metrics of a run in the shapes of Azure ML's ``get_metrics``."""

from __future__ import annotations

from itertools import accumulate
from typing import Any, NamedTuple

from runstore.reading.run import RunReader

_VECTOR = {"scalar": "vector", "list": "vector", "row": "table", "table": "table", "image": "image"}


class _Entry(NamedTuple):
    seq: int
    time: float
    kind: str
    value: Any


def get_metrics(reader: RunReader, name: str | None = None) -> dict[str, Any]:
    """The metrics of the run of ``reader`` as last refreshed, or only ``name`` (absent: nothing).

    Logged once: the bare value; several times, or a list: the values in order of time, then of writer; inside one
    writer in the order of its calls. Rows and tables: a dict of columns, with bare values when there is one row. An
    image: its address. A name that was logged as several kinds is what it was first.
    """
    entries: dict[str, dict[str, list[_Entry]]] = {}
    for metric in reader.names() if name is None else [name]:
        for column in reader.columns(metric):
            kept = column.rows.columns(column.position)
            values = kept.values[column.column].view.tolist()
            if column.kind == "b":
                values = [bool(value) for value in values]
            found = entries.setdefault(metric, {}).setdefault(column.writer.name, [])
            seqs, times = kept.seqs.view.tolist(), kept.times.view.tolist()
            found.extend(map(_Entry, seqs, times, ["scalar"] * len(seqs), values))
    for record in reader.records():
        kind, logged = record["kind"], record.get("name")
        if kind in _VECTOR and isinstance(logged, str) and name in (None, logged):
            entry = _Entry(record["seq"], record["time"], kind, record.get("value"))
            entries.setdefault(logged, {}).setdefault(record["writer"], []).append(entry)
    ordered = {metric: _in_order(writers) for metric, writers in entries.items()}
    names = sorted(ordered, key=lambda metric: (ordered[metric][0].time, ordered[metric][0].seq))
    return {metric: _shaped(ordered[metric], reader.id) for metric in names}


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


def _shaped(entries: list[_Entry], run_id: str) -> Any:
    shape = _VECTOR[entries[0].kind]
    entries = [entry for entry in entries if _VECTOR[entry.kind] == shape]
    if shape == "table":
        return _table(entries)
    if shape == "image":
        address = "aml://artifactId/ExperimentRun/dcid.{}/{}"
        values = [address.format(run_id, entry.value) for entry in entries]
    else:
        values = []
        for entry in entries:
            if entry.kind == "list" and isinstance(entry.value, list):
                values.extend(entry.value)
            else:
                values.append(entry.value)
    return values[0] if len(values) == 1 else values


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
