"""Limits of axes as a person types them, and windows on an x axis: zoomed and moved."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, tzinfo
from typing import NamedTuple

from runs_tui.plotting.axes import Bounds, Limits, XKind, power, within
from runs_tui.plotting.numbers import moment

OPEN: Bounds = (None, None)
"""No limits."""
_UNITS = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?[dhms])+")
_PART = re.compile(r"([0-9.]+)([dhms])")
_CLOCK = re.compile(r"(?:([0-9]{4}-[0-9]{2}-[0-9]{2})T)?([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)")


class LimitsError(ValueError):
    """The text is no limits; says what is wrong, and with which part of it."""


class AxisLimits(NamedTuple):
    """What is typed for both axes."""

    x: Bounds = OPEN
    y: Bounds = OPEN


def parse_limits(text: str, kind: XKind, now: float = 0.0, zone: tzinfo | None = None) -> AxisLimits:
    """``x=0:5000 y=0.1:2``: either axis, either end may be left out; ``..`` may stand for the colon.

    Numbers may end in k, M, G or T. On a relative x axis there are durations (``90s``, ``1h30m``; bare numbers are
    seconds), on a wall clock times of day of the day of ``now`` (unix seconds) or of a date:
    ``x=14:30..15:00``, ``x=2026-01-31T14:30..``. Raises `LimitsError`.
    """
    found: dict[str, Bounds] = {}
    for part in text.split():
        axis, sign, ends = part.partition("=")
        if not sign or axis not in ("x", "y"):
            raise LimitsError(f"{part}: write x=LOW:HIGH or y=LOW:HIGH")
        if axis in found:
            raise LimitsError(f"{part}: {axis} is there twice")
        found[axis] = _bounds(part, ends, kind if axis == "x" else "value", now, zone)
    return AxisLimits(found.get("x", OPEN), found.get("y", OPEN))


def limits_text(limits: AxisLimits, kind: XKind, zone: tzinfo | None = None) -> str:
    """What `parse_limits` reads back."""
    parts = [bounds_text("x", limits.x, kind, zone), bounds_text("y", limits.y, "value", zone)]
    return " ".join(part for part in parts if part)


def bounds_text(axis: str, bounds: Bounds, kind: XKind, zone: tzinfo | None = None) -> str:
    """The limits of one axis, to 1/200 of what they span or better; empty for none."""
    if bounds == OPEN:
        return ""
    low, high = bounds
    grain = abs(high - low) / 200 if low is not None and high is not None else 0.0
    first, last = ("" if end is None else _end_text(end, kind, zone, grain) for end in bounds)
    return f"{axis}={first}{'..' if kind == 'wall' else ':'}{last}"


def zoomed(window: Limits, centre: float, factor: float, log: bool = False) -> Limits:
    """A window ``factor`` times as wide, in which ``centre`` stays where it is; with ``log`` in decades."""
    if log and window[0] > 0 and centre > 0:
        low, high = zoomed((math.log10(window[0]), math.log10(window[1])), math.log10(centre), factor)
        return power(low), power(high)
    low, high = window
    return within(centre - (centre - low) * factor), within(centre + (high - centre) * factor)


def moved(window: Limits, part: float, log: bool = False) -> Limits:
    """The window moved by a part of its width."""
    if log and window[0] > 0:
        low, high = moved((math.log10(window[0]), math.log10(window[1])), part)
        return power(low), power(high)
    by = (window[1] - window[0]) * part
    return within(window[0] + by), within(window[1] + by)


def _bounds(part: str, ends: str, kind: XKind, now: float, zone: tzinfo | None) -> Bounds:
    if ".." in ends:
        first, _, last = ends.partition("..")
    elif kind != "wall" and ends.count(":") == 1:
        first, _, last = ends.partition(":")
    else:
        form = "14:30..15:00" if kind == "wall" else "LOW:HIGH"
        raise LimitsError(f"{part}: write {part[:1]}={form}; an end may be left out")
    low, high = (_number(part, end, kind, now, zone) if end else None for end in (first, last))
    if low is not None and high is not None and low >= high:
        raise LimitsError(f"{part}: {first} is not below {last}")
    return low, high


def _number(part: str, text: str, kind: XKind, now: float, zone: tzinfo | None) -> float:
    if kind == "wall":
        return _moment(part, text, now, zone)
    digits, unit = (text[:-1], _UNITS[text[-1]]) if text[-1] in _UNITS else (text, 1.0)
    try:
        if kind == "relative" and _DURATION.fullmatch(text):
            value = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
        else:
            value = float(digits) * unit
    except ValueError:
        known = "a number or a duration such as 1h30m" if kind == "relative" else "a number"
        raise LimitsError(f"{part}: {text} is not {known}") from None
    if not math.isfinite(value):
        raise LimitsError(f"{part}: {text} is not finite")
    return value


def _moment(part: str, text: str, now: float, zone: tzinfo | None) -> float:
    found = _CLOCK.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        day = date.fromisoformat(found[1]) if found[1] else moment(now, zone).date()
        return datetime.combine(day, time.fromisoformat(found[2].zfill(5)), zone).timestamp()
    except (ValueError, OverflowError, OSError):
        raise LimitsError(f"{part}: {text} is no time such as 14:30 or 2026-01-31T14:30") from None


def _end_text(value: float, kind: XKind, zone: tzinfo | None, grain: float) -> str:
    if kind == "wall":
        return f"{moment(value, zone):%Y-%m-%dT%H:%M:%S}"
    grain = grain or abs(value) / 1e5
    if grain > 1e-9 and abs(value) < 1e15:
        text = f"{value:.{max(math.ceil(-math.log10(grain)), 0)}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return next(text for digits in range(3, 18) if abs(float(text := f"{value:.{digits}g}") - value) <= grain)
