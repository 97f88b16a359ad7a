"""What is known of a value in a script that is only read: which module, class or object of the drop-in it is.

Values of two kinds are never equal, whatever they hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class _AtPath:
    path: str


class Module(_AtPath):
    """``azureml.core``, whether it exists here or not."""


class Other(_AtPath):
    """A module of another package."""


@dataclass(frozen=True)
class Absent(_AtPath):
    """A name that can be imported and raises when it is used."""

    advice: str


@dataclass(frozen=True)
class _OfType:
    type: type


class Class(_OfType):
    """A class of the drop-in, not yet called."""


class Object(_OfType):
    """An instance of a class of the drop-in."""


@dataclass(frozen=True)
class Function:
    """A function or method of the drop-in, with the class it was reached through."""

    function: Any
    owner: type | None


@dataclass(frozen=True)
class _Holding:
    of: Kind


class Many(_Holding):
    """A list or an iterator of values of one kind."""


class Mapping(_Holding):
    """A dict whose values are of one kind."""


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
