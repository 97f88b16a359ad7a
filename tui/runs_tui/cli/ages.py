"""Ages on the command line, ``90s``, ``30m``, ``12h``, ``30d``, ``2w``, and moments."""

from __future__ import annotations

import re
import time

import click

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_AGE = re.compile(r"(\d+(?:\.\d+)?)([smhdw])\Z")


def age(text: str) -> float:
    """Seconds, from a number and a unit: the ``type`` of an option. Raises `click.BadParameter`."""
    found = _AGE.match(text)
    if found is None:
        raise click.BadParameter(f"{text!r} is no age: give a number and a unit, such as 12h, 30d or 2w")
    return float(found[1]) * _UNITS[found[2]]


def moment(text: str) -> float:
    """Unix seconds, from an age or a time such as ``2026-11-24T14:30`` or ``14:30`` (today). Raises `BadParameter`."""
    from datetime import datetime  # costs what --help is to do without

    if _AGE.match(text):
        return time.time() - age(text)
    today = datetime.now().strftime("%Y-%m-%dT") if re.match(r"\d\d?:\d\d", text) else ""
    try:
        return datetime.fromisoformat(today + text.strip().zfill(5 if today else 0)).timestamp()
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"{text!r} is no age or time: give such as 90s, 2h, 14:30 or 2026-11-24T14:30"
        ) from None
