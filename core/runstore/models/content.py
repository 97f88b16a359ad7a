"""What model.json holds: made from the arguments of a call, compared with filters, read back."""

from __future__ import annotations

from runstore.exceptions import UserErrorException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Tuple

    Pair = Tuple[Any, Any]


def content_of(
    tags: Any = None,
    properties: Any = None,
    description: str | None = None,
    datasets: Any = None,
    framework: Pair = (None, None),
    samples: Pair = (None, None),
    resources: Any = None,
) -> dict[str, Any]:
    """The arguments of `Model.register` as they stand in model.json; data sets by name.

    ``framework`` is its name and version, ``samples`` the data sets of inputs and of outputs. Raises
    `UserErrorException` for what is of another form.
    """
    try:
        named = [[str(purpose), _name_of(each)] for purpose, each in datasets or ()]
    except (TypeError, ValueError):
        raise UserErrorException("datasets are pairs: [('training', dataset)]") from None
    return {
        "description": as_text(description),
        "tags": strings(tags or {}),
        "properties": strings(properties or {}),
        "framework": as_text(framework[0]),
        "framework_version": as_text(framework[1]),
        "datasets": named,
        "sample_input": None if samples[0] is None else _name_of(samples[0]),
        "sample_output": None if samples[1] is None else _name_of(samples[1]),
        "resources": _numbers_and_texts(resources),
    }


def strings(entries: Any) -> dict[str, Any]:
    """Tags or properties as they are kept: values are strings or None. Raises `UserErrorException` for no dict."""
    if not isinstance(entries, dict):
        raise UserErrorException("tags and properties are dicts, not {}".format(type(entries).__name__))
    return {str(key): None if value is None else str(value) for key, value in entries.items()}


def _numbers_and_texts(configuration: Any) -> dict[str, Any] | None:
    """Of a dict all, of an object such as Azure ML's ResourceConfiguration the numbers and texts that it holds."""
    if configuration is None or isinstance(configuration, dict):
        return configuration
    held = getattr(configuration, "__dict__", {})
    return {key: each for key, each in held.items() if key[0] != "_" and isinstance(each, (int, float, str))}


def _name_of(dataset: Any) -> str:
    name = getattr(dataset, "name", None) or getattr(dataset, "id", None)
    return str(name or dataset)


def version_number(version: Any) -> int | None:
    """The version that was asked for, None for the newest."""
    if version is None:
        return None
    try:
        return int(version)
    except (TypeError, ValueError):
        return -1  # there is no such version, which is what will be said


def matches(entries: dict[str, Any], wanted: Any) -> bool:
    """Whether tags or properties fit the filter of a call: keys that must exist, or pairs of key and value.

    ``"a"``, ``["a", ["b", "1"]]`` and ``{"b": 1}`` are filters; no filter fits all.
    """
    conditions = [wanted] if isinstance(wanted, str) else wanted.items() if isinstance(wanted, dict) else wanted or ()
    for condition in conditions:
        key, *value = condition if isinstance(condition, (list, tuple)) else [condition]
        if key not in entries or (value and entries[key] != as_text(value[0])):
            return False
    return True


def as_dict(value: Any) -> dict[str, Any]:
    """``value`` if it is a dict, else an empty one: model.json may have been written by anybody."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str | None:
    """``value`` as text; None stays None."""
    return None if value is None else str(value)
