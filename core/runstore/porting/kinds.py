"""What is known of a value in a script that is only read: which module, class or object of the drop-in it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Module:
    """``azureml.core``, whether it exists here or not."""

    path: str


@dataclass(frozen=True)
class Class:
    """A class of the drop-in, not yet called."""

    type: type


@dataclass(frozen=True)
class Object:
    """An instance of a class of the drop-in."""

    type: type


@dataclass(frozen=True)
class Other:
    """A module of another package."""

    path: str


@dataclass(frozen=True)
class Absent:
    """A name that can be imported and raises when it is used."""

    path: str
    advice: str


@dataclass(frozen=True)
class Function:
    """A function or method of the drop-in, with the class it was reached through."""

    function: Any
    owner: type | None


@dataclass(frozen=True)
class Many:
    """A list or an iterator of values of one kind."""

    of: Kind


@dataclass(frozen=True)
class Mapping:
    """A dict whose values are of one kind."""

    of: Kind


@dataclass(frozen=True)
class Several:
    """A tuple: what is known of each part."""

    parts: tuple[Kind | None, ...]


@dataclass(frozen=True)
class Constant:
    """A text, a number, True, False or None that stands in the script."""

    value: object


@dataclass(frozen=True)
class Unreached:
    """What a use that stops would have given: all that is done with it is not reached."""


@dataclass(frozen=True)
class Own:
    """``self`` in a class of the script; what was assigned to its attributes."""

    attributes: dict[str, Kind | None]

    def __hash__(self) -> int:
        return id(self)


Kind = Module | Other | Absent | Class | Object | Function | Many | Mapping | Several | Constant | Unreached | Own
"""None stands for a value of which nothing is known."""
