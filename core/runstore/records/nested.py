"""Nested dictionaries under flat names."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DEEPEST = 16


def flat(values: dict[Any, Any], separator: str = ".", prefix: str = "", deep: int = 0) -> dict[str, Any]:
    """``{"a": {"b": 1}}`` as ``{"a.b": 1}``; what is nested more than 16 times stays so."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        name = "{}{}".format(prefix, key)
        if isinstance(value, dict) and value and deep < _DEEPEST:
            found.update(flat(value, separator, name + separator, deep + 1))
        else:
            found[name] = value
    return found
