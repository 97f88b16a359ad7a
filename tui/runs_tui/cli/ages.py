"""Ages on the command line: ``90s``, ``30m``, ``12h``, ``30d``, ``2w``."""

from __future__ import annotations

import re

import click

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_AGE = re.compile(r"(\d+(?:\.\d+)?)([smhdw])\Z")


def age(text: str) -> float:
    """Seconds, from a number and a unit: the ``type`` of an option. Raises `click.BadParameter`."""
    found = _AGE.match(text)
    if found is None:
        raise click.BadParameter(f"{text!r} is no age: give a number and a unit, such as 12h, 30d or 2w")
    return float(found[1]) * _UNITS[found[2]]
