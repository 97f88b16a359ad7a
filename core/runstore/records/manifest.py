"""``run.json``: who and what a run is and how it stands. A dictionary, so that unknown keys are kept on rewrite."""

from __future__ import annotations

import json

from runstore.records import status
from runstore.records.lines import original, plain
from runstore.records.moments import seconds_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMAT_VERSION = 1
PRINTED = "output"
"""What the definition of a metric has as ``source`` when nobody logged it: it was read from what the run printed."""

_EMPTY: dict[str, Any] = {
    "v": FORMAT_VERSION,
    "id": "",
    "number": None,
    "experiment": "",
    "display_name": None,
    "description": None,
    "type": None,
    "target": None,
    "created": None,
    "started": None,
    "ended": None,
    "status": None,
    "attempts": [],
    "exit": None,
    "archived": False,
    "host": None,
    "user": None,
    "command": None,
    "cwd": None,
    "git": None,
    "definition": None,
    "parent": None,
    "params": {},
    "tags": {},
    "properties": {},
    "snapshot": None,
    "warnings": [],
    "summary": None,
}
_CONTAINERS = [(key, type(empty)) for key, empty in _EMPTY.items() if isinstance(empty, (dict, list))]


def new_manifest(**fields: Any) -> dict[str, Any]:
    """A manifest with every key of the format, ``fields`` filled in."""
    manifest = _EMPTY.copy()
    for key, kind in _CONTAINERS:
        manifest[key] = kind()
    manifest.update(fields)
    return manifest


def encode_manifest(manifest: dict[str, Any]) -> bytes:
    """The bytes of run.json: indented for people, non-finite floats as in records."""
    text = json.dumps(plain(manifest), indent=1, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "replace") + b"\n"


def decode_manifest(content: bytes) -> dict[str, Any]:
    """The manifest with every key of the format present and of a usable type; raises `ValueError` if it is none."""
    try:
        fields = json.loads(content)
        if b'"float"' in content:
            fields = original(fields)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(fields, dict):
        raise ValueError("not an object")
    manifest = new_manifest()
    manifest.update(fields)
    for key, kind in _CONTAINERS:
        if not isinstance(manifest[key], kind):
            manifest[key] = kind()
    return manifest


def apply_change(manifest: dict[str, Any], change: dict[str, Any]) -> None:
    """Apply one change, from an edit file or from ``records/``, to ``manifest`` in place; unknown kinds are ignored.

    Kinds: ``tags`` and ``params`` (value: dict to set, remove: list of keys), ``properties`` (value: dict; the first
    value of a key stays), ``display_name``, ``description``, ``archived``, ``snapshot`` (value), ``metric`` (name and
    its definition), ``warning`` (value: text), ``cancel``, ``end`` (value: the final status, error), ``late``
    (something was logged after the end, of which the summary knows nothing).
    """
    kind = change.get("kind")
    value = change.get("value")
    if kind in ("tags", "params"):
        entries = manifest[kind]
        if isinstance(value, dict):
            entries.update(value)
        removed = change.get("remove")
        for key in removed if isinstance(removed, list) else ():
            if isinstance(key, str):
                entries.pop(key, None)
    elif kind == "properties":
        if isinstance(value, dict):
            for key, each in value.items():
                manifest["properties"].setdefault(key, each)
    elif kind in ("display_name", "description"):
        if value is None or isinstance(value, str):
            manifest[kind] = value
    elif kind == "archived":
        manifest["archived"] = bool(value)
    elif kind == "snapshot":
        manifest["snapshot"] = value
    elif kind == "metric":
        name = change.get("name")
        definition = {key: each for key, each in change.items() if key not in ("kind", "name", "seq", "time")}
        if isinstance(name, str):
            defined = manifest.get("metrics")
            if not isinstance(defined, dict):
                defined = manifest["metrics"] = {}
            defined.setdefault(name, {}).update(definition)
    elif kind == "warning":
        if isinstance(value, str):
            manifest["warnings"].append(value)
    elif kind == "late":
        known = manifest["summary"]
        dropped = known.get("dropped") if isinstance(known, dict) else None
        manifest["summary"] = {"dropped": dropped} if dropped else None
    elif kind == "cancel":
        manifest["cancel_requested"] = change.get("time") or True
    elif kind == "end" and isinstance(value, str) and value in status.TERMINAL:
        manifest["end_requested"] = {key: change.get(key) for key in ("value", "error", "time")}


def folded_until(manifest: dict[str, Any]) -> float:
    """The end of the last attempt that has ended: what ``records/`` said up to then is in the manifest already.

    A tag that was removed since must not come back.
    """
    ends = [attempt.get("end") for attempt in manifest["attempts"] if isinstance(attempt, dict)]
    return max((float(end) for end in ends if isinstance(end, (int, float)) and 0 < end < 1e300), default=0.0)


def folded_records(manifest: dict[str, Any]) -> dict[str, int] | None:
    """How many bytes of each file in ``records/`` are in the manifest already, by name.

    None where that was not noted: then `folded_until` tells it by time, which a clock that was set back makes wrong.
    """
    sizes = manifest.get("folded_records")
    if not isinstance(sizes, dict):
        return None
    return {name: size for name, size in sizes.items() if type(size) is int}


def folded_edits(manifest: dict[str, Any]) -> set[str]:
    """The names of edit files that are in the manifest already, though they were not, or could not be, removed."""
    names = manifest.get("folded")
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()


def moment_in(manifest: dict[str, Any], now: float) -> float:
    """The time of what is said of the present attempt ``now``, by a clock that may have been set back since it began.

    What is said of an attempt counts only from its start on: see `requested_end` and `cancel_requested`.
    """
    attempts = manifest["attempts"]
    began = seconds_of(attempts[-1].get("start")) if attempts and isinstance(attempts[-1], dict) else None
    return now if began is None else max(now, began)


def requested_end(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """The fields status, ended and exit that an ``end`` of the present attempt asks for; None without one."""
    wanted = manifest.get("end_requested")
    if not isinstance(wanted, dict) or not isinstance(wanted.get("value"), str):
        return None
    attempts = manifest["attempts"]
    began = seconds_of(attempts[-1].get("start")) if attempts and isinstance(attempts[-1], dict) else None
    asked, error = seconds_of(wanted.get("time")), wanted.get("error")
    if asked is None or (began is not None and asked < began):
        return None
    record = None
    if isinstance(error, dict):
        record = {"code": None, "signal": None, "error": str(error.get("message") or "failed"), "details": error}
    return {"status": wanted["value"], "ended": asked, "exit": record}


def cancel_requested(manifest: dict[str, Any]) -> bool:
    """Whether the present attempt was asked to end."""
    asked = manifest.get("cancel_requested")
    attempts = manifest["attempts"]
    began = attempts[-1].get("start") if attempts and isinstance(attempts[-1], dict) else None
    if isinstance(asked, (int, float)) and not isinstance(asked, bool) and isinstance(began, (int, float)):
        return bool(asked >= began)
    return bool(asked)
