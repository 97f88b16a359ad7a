"""What MLflow says of a run, in the terms of our own manifest."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from runstore.records import status

_STATUS = {
    "1": status.RUNNING,
    "2": status.NOT_STARTED,
    "3": status.COMPLETED,
    "4": status.FAILED,
    "5": status.CANCELED,
    "RUNNING": status.RUNNING,
    "SCHEDULED": status.NOT_STARTED,
    "FINISHED": status.COMPLETED,
    "FAILED": status.FAILED,
    "KILLED": status.CANCELED,
}
_OWN = "mlflow."
_FIELDS = ("runName", "note.content", "parentRunId", "user", "source.name")
"""Tags of MLflow's own that become fields of the manifest."""
_GIT = {"source.git.commit": "commit", "source.git.branch": "branch", "source.git.repoURL": "repository"}
_BULKY = ("log-model.history", "loggedArtifacts", "loggedImages")
"""... and those that list files."""
SYSTEM = "system/"
"""What the names of MLflow's samples of the machine begin with."""
_SAMPLES = {"cpu_utilization_percentage": "host_cpu_percent", "system_memory_usage_percentage": "host_memory_percent"}
_GPU = re.compile(r"gpu_(\d+)_(utilization_percentage|memory_usage_megabytes|memory_usage_gigabytes)")
_OF_GPU = {
    "utilization_percentage": ("util_percent", 1.0),
    "memory_usage_megabytes": ("memory_mb", 1.0),
    "memory_usage_gigabytes": ("memory_mb", 1000.0),
}


class Info(NamedTuple):
    """What MLflow keeps of a run itself. Times are in milliseconds; ``state`` is a number in files, else a word."""

    run_id: str
    name: str | None
    state: object
    start: object
    end: object
    stage: object
    user: object
    artifacts: str
    experiment: str


def status_of(state: object) -> str:
    """Our status for MLflow's, a number or a word; running where it says nothing that is known."""
    return _STATUS.get(str(state).upper(), status.RUNNING)


def fields_of(
    info: Info, tags: Mapping[str, str], params: Mapping[str, str], datasets: Iterable[str]
) -> dict[str, Any]:
    """The fields of the manifest."""
    own = {name[len(_OWN) :]: text for name, text in tags.items() if name.startswith(_OWN)}
    properties = {_OWN + name: own[name] for name in own if name not in (*_FIELDS, *_GIT, *_BULKY)}
    used = ", ".join(datasets)
    if used:
        properties["datasets"] = used
    if info.artifacts:
        properties["artifact_uri"] = info.artifacts
    git = {ours: own[name] for name, ours in _GIT.items() if own.get(name)}
    state = status_of(info.state)
    error = {"code": None, "signal": None, "error": "MLflow says that it failed", "details": None}
    return {
        "id": info.run_id,
        "experiment": info.experiment,
        "display_name": info.name or own.get("runName") or info.run_id,
        "description": own.get("note.content") or None,
        "parent": own.get("parentRunId") or None,
        "user": own.get("user") or (str(info.user) if info.user else None),
        "command": [own["source.name"]] if own.get("source.name") else None,
        "git": {"repository": None, "branch": None, "commit": None, "dirty": None, **git} if git else None,
        "created": seconds(info.start),
        "started": seconds(info.start),
        "ended": seconds(info.end),
        "status": state,
        "exit": error if state == status.FAILED else None,
        "archived": info.stage == "deleted",
        "params": {name: typed(text) for name, text in params.items()},
        "tags": {name: text for name, text in tags.items() if not name.startswith(_OWN)},
        "properties": properties,
    }


def seconds(milliseconds: object) -> float | None:
    """A time of MLflow's in unix seconds; None for none."""
    if isinstance(milliseconds, int) and 0 < milliseconds < 1 << 53:
        return milliseconds / 1000
    return None


def typed(text: str) -> object:
    """What a value was before MLflow made text of it, where that is sure: a number, a boolean; else the text."""
    if text in ("True", "False"):
        return text == "True"
    if len(text) > 25:
        return text
    for kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            continue
        if str(value) == text and math.isfinite(value):
            return value
    return text


def sample_of(name: str) -> tuple[str, float]:
    """What we call a sample of the machine whose name follows `SYSTEM`, and by how much its values are multiplied."""
    gpu = _GPU.fullmatch(name)
    if gpu is None:
        return _SAMPLES.get(name, name), 1.0
    ours, factor = _OF_GPU[gpu[2]]
    return f"gpu{gpu[1]}_{ours}", factor


def local_path(address: str) -> str:
    """The folder that an address of artifacts means on this machine; empty when they are elsewhere, or in no folder."""
    if "://" not in address and not address.startswith("file:"):
        return address if "\0" not in address else ""
    scheme, path = _split(address)
    return path if scheme == "file" else ""


def place_beside(address: str, folder: str) -> str:
    """Where artifacts lie that were copied together with the database in ``folder``; empty where no name tells it.

    Beside it MLflow has them in ``mlruns``, and its server in ``mlartifacts``.
    """
    scheme, path = _split(address) if "://" in address or address.startswith("mlflow-artifacts:") else ("", "")
    parts = ["mlartifacts", *path.split("/")] if scheme == "mlflow-artifacts" else local_path(address).split("/")
    starts = [place for place, part in enumerate(parts) if part in ("mlruns", "mlartifacts")]
    return os.path.join(folder, *filter(None, parts[starts[-1] :])) if starts else ""


def _split(address: str) -> tuple[str, str]:
    """The scheme and the path of an address on this machine, or of a server's default; empty for others."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    path = unquote(parts.path)
    here = parts.scheme == "mlflow-artifacts" or parts.netloc in ("", "localhost")
    return (parts.scheme, path) if here and "\0" not in path else ("", "")
