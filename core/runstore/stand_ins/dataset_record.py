"""What is kept of a dataset: whether a record is one that was written here. Its file may have been changed since."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ID = re.compile(r"[0-9a-f][0-9a-f-]{1,63}\Z")  # it names a folder of the cache
_TEXT: tuple[type, ...] = (str, type(None))
_FLAG: tuple[type, ...] = (bool, int, str, type(None))  # what a script gave; only whether it is true counts
_FORMATS = {"file": (None,), "tabular": ("delimited", "parquet", "json")}
_OPTIONS: dict[str, tuple[type, ...]] = {
    "separator": _TEXT,
    "encoding": _TEXT,
    "timestamp": _TEXT,
    "header": _FLAG,
    "include_path": _FLAG,
    "infer_column_types": _FLAG,
    "empty_as_string": _FLAG,
    "types": (dict, type(None)),
}
_STEPS: dict[str, tuple[tuple[type, ...], ...]] = {
    "take": ((int,),),
    "skip": ((int,),),
    "sample": ((int, float), (int,)),
    "split": ((int, float), (int,), _FLAG),
    "keep": ((list,),),
    "drop": ((list,),),
    "between": ((str,), _TEXT, _TEXT, _FLAG),
    "recent": ((str,), (int, float)),
}
_PLACES = ({"url"}, {"path"}, {"root", "datastore", "path"})


def is_whole(entry: dict[str, Any]) -> bool:
    """Whether the record has all that a dataset needs, each of its type."""
    identity, version = entry.get("id"), entry.get("version")
    return (
        isinstance(identity, str)
        and _ID.match(identity) is not None
        and isinstance(entry.get("name"), _TEXT)
        and isinstance(entry.get("description"), _TEXT)
        and (version is None or type(version) is int)
        and isinstance(entry.get("tags"), (dict, type(None)))
        and _is_definition(entry.get("definition"))
    )


def _is_definition(definition: Any) -> bool:
    if not isinstance(definition, dict):
        return False
    kind, sources, options, steps = (definition.get(key) for key in ("kind", "sources", "options", "steps"))
    return (
        isinstance(kind, str)
        and kind in _FORMATS
        and isinstance(sources, list)
        and bool(sources)
        and all(map(_is_source, sources))
        and isinstance(options, dict)
        and options.get("format") in _FORMATS[kind]
        and all(isinstance(options[key], kinds) for key, kinds in _OPTIONS.items() if key in options)
        and all(map(_is_type, (options.get("types") or {}).values()))
        and isinstance(steps, list)
        and all(map(_is_step, steps))
    )


def _is_source(source: Any) -> bool:
    return isinstance(source, dict) and set(source) in _PLACES and all(type(each) is str for each in source.values())


def _is_type(column_type: Any) -> bool:
    """``[kind, settings]``, as ``DataType.definition`` makes it."""
    if not isinstance(column_type, list) or len(column_type) != 2:
        return False
    kind, settings = column_type
    return isinstance(kind, str) and isinstance(settings, dict) and all(map(_is_setting, settings.values()))


def _is_setting(value: Any) -> bool:
    return isinstance(value, _TEXT) or (isinstance(value, list) and all(type(each) is str for each in value))


def _is_step(step: Any) -> bool:
    kinds = _STEPS.get(step[0]) if isinstance(step, list) and step and isinstance(step[0], str) else None
    return kinds is not None and len(step) == 1 + len(kinds) and all(map(isinstance, step[1:], kinds))
