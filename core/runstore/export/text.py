"""Tidy data as text: CSV and JSON lines."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from runstore.export.columns import Columns
from runstore.export.tidy import Piece, Values
from runstore.records.points import NO_STEP

Encode = Callable[[Columns, Iterable[Piece]], Iterator[str]]
"""Text in pieces, whole lines each."""


def csv_text(columns: Columns, pieces: Iterable[Piece]) -> Iterator[str]:
    """CSV with a line of titles. What is missing is empty; floats may be ``nan``, ``inf`` and ``-inf``."""
    yield _csv_cells(columns.names) + "\n"
    key, head = "", ""
    for piece in pieces:
        if piece.row.key != key:
            key, head = piece.row.key, _csv_cells(columns.of_run(piece.row))
        steps = ["" if step == NO_STEP else step for step in piece.steps.tolist()]
        times = piece.times.tolist()
        if columns.metrics is None:
            ((name, (values, _)),) = piece.metrics.items()
            title = _csv_cells([name])
            lines = zip(steps, times, values.tolist(), strict=True)
            yield "".join([f"{head},{step},{time},{title},{value}\n" for step, time, value in lines])
        else:
            cells = [_cells(piece.metrics.get(name), len(steps), "") for name in columns.metrics]
            yield "".join(
                [
                    f"{head},{step},{time},{','.join(map(str, rest))}\n"
                    for step, time, *rest in zip(steps, times, *cells, strict=True)
                ]
            )


def json_lines(columns: Columns, pieces: Iterable[Piece]) -> Iterator[str]:
    """One JSON object a line, with the columns as keys; what is missing is left out.

    Floats that JSON cannot hold are the strings "NaN", "Infinity" and "-Infinity".
    """
    key, head = "", ""
    for piece in pieces:
        if piece.row.key != key:
            fixed = {
                name: value
                for name, value in zip(columns.names, columns.of_run(piece.row), strict=False)
                if value is not None
            }
            key, head = piece.row.key, ", ".join(f"{_json(name)}: {_json(value)}" for name, value in fixed.items())
        steps = ["" if step == NO_STEP else f', "step": {step}' for step in piece.steps.tolist()]
        if columns.metrics is None:
            ((name, (values, _)),) = piece.metrics.items()
            title = _json(name)
            rests = [f', "metric": {title}, "value": {_number(value)}' for value in values.tolist()]
        else:
            titles = {name: _json(f"metric.{name}") for name in columns.metrics}
            cells = [
                ["" if value is None else f", {title}: {_number(value)}" for value in column]
                for title, column in (
                    (titles[name], _cells(piece.metrics.get(name), len(steps), None)) for name in columns.metrics
                )
            ]
            rests = ["".join(each) for each in zip(*cells, strict=True)] if cells else [""] * len(steps)
        lines = zip(steps, piece.times.tolist(), rests, strict=True)
        yield "".join([f'{{{head}{step}, "time": {time}{rest}}}\n' for step, time, rest in lines])


def _cells(column: Values | None, count: int, missing: Any) -> list[Any]:
    if column is None:
        return [missing] * count
    values: list[Any] = column.values.tolist()
    if column.present is None or column.present.all():
        return values
    return [value if is_there else missing for value, is_there in zip(values, column.present.tolist(), strict=True)]


def _csv_cells(cells: Iterable[Any]) -> str:
    """Cells without the end of their line; csv.writer quotes what holds a character of that end, so it has both."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()[:-2]


def _json(value: Any) -> str:
    return _number(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    return '"NaN"' if value != value else '"Infinity"' if value > 0 else '"-Infinity"'
