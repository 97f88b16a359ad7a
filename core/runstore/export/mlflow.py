"""Runs as MLflow's store of files (``mlruns``), without MLflow."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from runstore.reading.reader import Reader
from runstore.reading.row import RunRow
from runstore.reading.series_data import Series
from runstore.records import status
from runstore.records.lines import dumps
from runstore.records.points import NO_STEP
from runstore.sources.mlflow.meta import NAME as META
from runstore.sources.mlflow.meta import read_meta

_SYSTEM = "system/"
"""What MLflow's own names of machine samples begin with."""
_RUN_ID = re.compile(r"[a-zA-Z0-9][\w\-]{0,255}", re.ASCII)
_NOT_IN_NAMES = re.compile(r"[^\w.\- :/]")
_STATUSES = {status.COMPLETED: 3, status.FAILED: 4, status.CANCELED: 5}
_RUNNING, _SCHEDULED = 1, 2
_LONGEST_PARAM, _LONGEST_TAG = 6000, 8000
_LONGEST_NAME = 200
"""Bytes of the name of a file."""
_BLOCK = 1 << 16
_UNESCAPED = frozenset(map(chr, range(32, 127))) - {'"', "\\"}
"""What stands for itself in YAML's double quotes."""
_LATEST = 1 << 52
"""Seconds, of which the milliseconds still fit into 64 bits."""


class MlflowStore:
    """The folder of a store, which may have experiments already; those of the same name are used."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._experiments: dict[str, str] = {}
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            called = _name_in(os.path.join(folder, name))
            if called is not None:
                self._experiments.setdefault(called, name)

    def place(self, row: RunRow) -> str:
        """Where the run is, ``<experiment id>/<run id>``; the experiment is made if there is none. Raises OSError."""
        experiment = self._experiments.get(row.experiment)
        if experiment is None:
            experiment = self._experiments[row.experiment] = _number_of(row.experiment)
            folder = os.path.join(self.folder, experiment)
            os.makedirs(folder, exist_ok=True)
            fields: dict[str, Any] = {
                "artifact_location": _uri(folder),
                "creation_time": _milliseconds(row.created),
                "experiment_id": experiment,
                "last_update_time": _milliseconds(row.created),
                "lifecycle_stage": "active",
                "name": row.experiment,
            }
            _write_yaml(os.path.join(folder, META), fields)
        return f"{experiment}/{run_id(row.id)}"

    def write_run(self, folder: str, place: str, row: RunRow, reader: Reader, wanted: Callable[[str], bool]) -> None:
        """Make ``folder``, which is to be at ``place``: the ``wanted`` metrics, parameters, tags and small files."""
        for name in ("metrics", "params", "tags", "artifacts"):
            os.makedirs(os.path.join(folder, name))
        there = os.path.join(self.folder, *place.split("/"))
        facts: dict[str, Any] = {
            "artifact_uri": _uri(os.path.join(there, "artifacts")),
            "end_time": _milliseconds(row.ended),
            "entry_point_name": "",
            "experiment_id": place.partition("/")[0],
            "lifecycle_stage": "deleted" if row.archived else "active",
            "run_id": run_id(row.id),
            "run_name": row.name,
            "source_name": "",
            "source_type": 4,
            "source_version": "",
            "start_time": _milliseconds(row.started or row.created),
            "status": _STATUSES.get(row.status or "", _SCHEDULED if row.status in status.WAITING else _RUNNING),
            "tags": [],
            "user_id": row.user or "",
        }
        _write_values(os.path.join(folder, "params"), row.params, _LONGEST_PARAM)
        tags = {name: "" if value is None else value for name, value in row.tags.items()}
        _write_values(os.path.join(folder, "tags"), {**tags, **_own_tags(row, reader)}, _LONGEST_TAG)
        samples = reader.resources
        series = [reader.series(name) for name in reader.names() if wanted(name)]
        series += [
            samples.series(name)._replace(name=_SYSTEM + name) for name in samples.names() if wanted(_SYSTEM + name)
        ]
        names = _file_names(each.name for each in series)
        for each in series:
            _write_series(_inside(os.path.join(folder, "metrics"), names[each.name]), each)
        _copy_images(os.path.join(folder, "artifacts"), reader)
        _write_yaml(os.path.join(folder, META), facts)  # last: what has none is no run for MLflow


def run_id(own: str) -> str:
    """The id of a run as MLflow allows it: our own where it does, without dashes where it is a UUID."""
    plain = own.replace("-", "")
    if re.fullmatch(r"[0-9a-f]{32}", plain):
        return plain
    return own if _RUN_ID.fullmatch(own) else hashlib.sha256(own.encode("utf-8", "replace")).hexdigest()[:32]


def _own_tags(row: RunRow, reader: Reader) -> dict[str, Any]:
    """What MLflow keeps in tags of its own."""
    manifest = reader.manifest
    command = manifest["command"]
    found = {
        "mlflow.runName": row.name,
        "mlflow.user": row.user,
        "mlflow.note.content": row.description,
        "mlflow.parentRunId": run_id(row.parent) if row.parent else None,
        "mlflow.source.git.commit": row.commit,
        "mlflow.source.name": " ".join(map(str, command)) if isinstance(command, list) else None,
    }
    return {name: value for name, value in found.items() if value}


def _write_values(folder: str, values: Mapping[str, Any], longest: int) -> None:
    names = _file_names(map(str, values))
    for name, value in values.items():
        text = value if isinstance(value, str) else str(value) if _is_plain(value) else dumps(value).decode()
        with open(_inside(folder, names[str(name)]), "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text[:longest])


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float))


def _write_series(path: str, series: Series) -> None:
    """A line ``<milliseconds> <value> <step>`` for each point; those without a step are numbered."""
    with open(path, "w", encoding="ascii") as file:
        for start in range(0, len(series.steps), _BLOCK):
            part = slice(start, start + _BLOCK)
            lines = zip(
                series.times[part].tolist(), series.values[part].tolist(), series.steps[part].tolist(), strict=True
            )
            file.writelines(
                f"{_milliseconds(time) or 0} {value} {number if step == NO_STEP else step}\n"
                for number, (time, value, step) in enumerate(lines, start)
            )


def _file_names(names: Iterable[str]) -> dict[str, str]:
    """The file of each name: as MLflow allows it, and none of them inside another, since each is a file."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    folders: set[str] = set()
    for name in sorted(set(names), key=lambda each: (each.count("/"), each)):
        wanted = [part for part in _NOT_IN_NAMES.sub("_", name).split("/") if part not in ("", ".", "..")] or ["_"]
        parts = [_cut(part) for part in wanted]
        file = "/".join(parts)
        above = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
        if taken.intersection(above):
            file = _cut(".".join(wanted))
            above = []
        while file in taken or file in folders:
            file += "_"
        found[name] = file
        taken.add(file)
        folders.update(above)
    return found


def _cut(part: str) -> str:
    """As much of a name as a file may have, with some bytes to spare, on any file system."""
    return part.encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore")


def _inside(folder: str, name: str) -> str:
    path = os.path.join(folder, *name.split("/"))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def _copy_images(folder: str, reader: Reader) -> None:
    """The images that the run logged, as artifacts; what is no longer there is left out."""
    names = [record["value"] for record in reader.records("image") if isinstance(record.get("value"), str)]
    for name, file in _file_names(names).items():
        try:
            content = reader.artifact(name)
        except (OSError, ValueError):
            continue
        with open(_inside(folder, file), "wb") as target:
            target.write(content)


def _number_of(experiment: str) -> str:
    """An id for an experiment, always the same for a name: 18 digits, as MLflow gives them."""
    digest = hashlib.sha256(experiment.encode("utf-8", "replace")).digest()
    return str(10**17 + int.from_bytes(digest[:8], "big") % (9 * 10**17))


def _name_in(folder: str) -> str | None:
    """The name of the experiment in the folder."""
    try:
        return read_meta(folder).get("name")
    except (OSError, ValueError):
        return None


def _write_yaml(path: str, fields: Mapping[str, Any]) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.writelines(f"{name}: {_yaml(value)}\n" for name, value in fields.items())


def _yaml(value: Any) -> str:
    """Text in double quotes. JSON's would not do: it escapes an emoji as two halves, which are none in YAML."""
    if not isinstance(value, str):
        return json.dumps(value)
    text = value.encode("utf-8", "replace").decode()
    return '"{}"'.format("".join(char if char in _UNESCAPED else f"\\U{ord(char):08x}" for char in text))


def _uri(path: str) -> str:
    from pathlib import Path

    return Path(os.path.abspath(path)).as_uri()


def _milliseconds(time: float | None) -> int | None:
    """None also for a damaged time: infinite, NaN, or beyond what MLflow holds in 64 bits."""
    return int(time * 1000) if time is not None and abs(time) < _LATEST else None
