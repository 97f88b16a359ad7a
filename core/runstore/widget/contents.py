"""What the view shows of a run, as plain data."""

from __future__ import annotations

import time

from runstore.reading.states import reader_state
from runstore.reading.tails import last_output
from runstore.records import status
from runstore.records.moments import date_of
from runstore.records.special import SCHEMAS, special_metric

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.reading.run import RunReader
    from runstore.reading.states import State
    from runstore.runs.run import Run

_LINES = 200
_BLOCK = 64 << 10
_MOST_CHILDREN = 50
_BEYOND_FLOATS = 1 << 1023


def contents_of(run: Run) -> dict[str, Any]:
    """The run as it is now: ``properties`` and ``values`` (label -> text), ``charts``, ``tables``, ``images``,
    ``evaluations``, ``logs`` (name -> lines), ``children``, and its state."""
    reader = run._reader()
    manifest = reader.manifest
    state = reader_state(reader)
    metrics = _metrics(run)
    return {
        "name": run.display_name,
        "experiment": run.experiment.name,
        "id": run.id,
        "folder": run._folder,
        "word": state.word,
        "state": state.text,
        "status": state.status,
        "properties": _properties(reader, state),
        "values": {name: value for name, value in metrics.items() if not isinstance(value, (list, dict))},
        "charts": _charts(reader, metrics),
        "tables": {name: value for name, value in metrics.items() if isinstance(value, dict) and not _is_curve(value)},
        "evaluations": _evaluations(reader),
        "images": _images(run),
        "logs": {log.name: last_output([log], _LINES, _BLOCK) for log in reader.consoles() if log.size},
        "children": _children(run),
        "error": (manifest["exit"] or {}).get("error"),
        "warnings": list(manifest["warnings"]),
    }


def _properties(reader: RunReader, state: State) -> dict[str, str]:
    manifest = reader.manifest
    started = manifest["started"] or manifest["created"]
    definition = manifest["definition"]
    arguments = definition.get("arguments") if isinstance(definition, dict) else None
    found = {
        "Started": time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(started)) if date_of(started) else "",
        "Duration": _lasted(reader, state),
        "Compute target": str(manifest["target"] or ""),
        "Host": str(manifest["host"] or ""),
        "Run id": str(manifest["id"] or ""),
        "Arguments": " ".join(map(str, arguments)) if isinstance(arguments, list) else "",
        "Parameters": ", ".join("{}={}".format(key, value) for key, value in manifest["params"].items()),
        "Tags": ", ".join(
            key if value is None else "{}={}".format(key, value) for key, value in manifest["tags"].items()
        ),
    }
    return {label: text for label, text in found.items() if text}


def _lasted(reader: RunReader, state: State) -> str:
    """Until now while it goes on; of a run that died without a word until it was heard of last."""
    manifest = reader.manifest
    started = manifest["started"] or manifest["created"]
    if not started:
        return ""
    over = state.status in status.TERMINAL
    end = manifest["ended"] or (reader.last_activity or started if over else time.time())
    return duration(end - started)


def duration(seconds: float) -> str:
    """Hours, minutes and seconds."""
    minutes, left = divmod(int(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return "{}:{:02}:{:02}".format(hours, minutes, left)


def _metrics(run: Run) -> dict[str, Any]:
    try:
        return run.get_metrics()
    except ImportError:  # numbers need NumPy, which this interpreter does not have
        return {}


def _charts(reader: RunReader, metrics: dict[str, Any]) -> list[tuple[str, list[float], list[float]]]:
    """(name, x, y) of each metric that is a curve, by name whatever its case."""
    found = []
    for name in sorted(metrics, key=str.casefold):
        value = metrics[name]
        if isinstance(value, dict) and _is_curve(value):
            x, y = value.values()
            found.append((name, list(map(float, x)), list(map(float, y))))
        elif isinstance(value, list) and all(map(_is_number, value)):
            found.append((name, _places(reader, name, len(value)), list(map(float, value))))
    return found


def _places(reader: RunReader, name: str, count: int) -> list[float]:
    """The steps of a metric's points where each has one, else 0, 1, 2 ..."""
    try:
        steps = reader.series(name).steps.tolist()
    except (KeyError, ImportError):
        steps = []
    if len(steps) != count or any(step < -(1 << 62) for step in steps):
        return list(map(float, range(count)))
    return list(map(float, steps))


def _is_curve(table: dict[str, Any]) -> bool:
    """Whether a table is two columns of numbers: the first is x."""
    columns = list(table.values())
    return len(columns) == 2 and all(isinstance(each, list) and all(map(_is_number, each)) for each in columns)


def _is_number(value: Any) -> bool:
    """Whether it can be drawn: whole numbers beyond floats cannot."""
    return isinstance(value, float) or (type(value) is int and abs(value) < _BEYOND_FLOATS)


def _evaluations(reader: RunReader) -> list[tuple[str, str, dict[str, Any]]]:
    """(name, kind, data) of the newest of each confusion matrix, accuracy table ..."""
    found: dict[str, tuple[str, str, dict[str, Any]]] = {}
    for record in reader.records():
        if record["kind"] not in SCHEMAS:
            continue
        try:
            metric = special_metric(record["kind"], record.get("value"))
        except ValueError:  # a damaged or foreign record: the others are shown
            continue
        name = str(record.get("name"))
        found[name] = (name, metric.schema_type, metric.data)
    return list(found.values())


def _images(run: Run) -> list[tuple[str, str]]:
    """(metric, artifact name) of the logged images, newest last."""
    return [
        (record["name"], record["value"])
        for record in run._reader().records("image")
        if isinstance(record.get("name"), str) and isinstance(record.get("value"), str)
    ]


def _children(run: Run) -> list[dict[str, str]]:
    found = []
    for child in run.get_children():
        reader = child._reader()
        state = reader_state(reader)
        found.append(
            {
                "Run": child.display_name,
                "Number": str(reader.manifest["number"] or ""),
                "State": state.text,
                "Duration": _lasted(reader, state),
                "Run id": child.id,
            }
        )
        if len(found) == _MOST_CHILDREN:
            break
    return found
