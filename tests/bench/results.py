"""Measure tools beside each other, print what comes out, and keep it for RESULTS.md.

Every value is printed at once; ``python -m tests.bench --write`` also writes what was kept (`report`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from tests.bench.kept import OURS, Better, Comparison, Growth, Measurement, keep, section
from tests.bench.peers.setup import Unavailable
from tests.bench.table import figures, number

__all__ = ["compare", "compared", "grown", "measured", "section"]

_NONE: Mapping[str, str] = MappingProxyType({})


def compare(
    what: str,
    unit: str,
    ways: Mapping[str, Callable[[], float]],
    *,
    ours: str = OURS,
    rounds: int = 5,
    better: Better = "less",
    missing: Mapping[str, str] = _NONE,
    why: str = "",
) -> dict[str, list[float]]:
    """The values of each way in ``unit``, over ``rounds`` rounds in which the ways are taken in turn.

    A way that raises `Unavailable` is reported as missing. ``why`` is a note for the reader, such as why a tool is
    ahead of ours.
    """
    values: dict[str, list[float]] = {tool: [] for tool in ways}
    failed: dict[str, str] = {}
    for _ in range(rounds):
        for tool, way in ways.items():
            if tool in failed:
                continue
            try:
                values[tool].append(way())
            except Unavailable as error:
                failed[tool] = str(error)
    found = {tool: each for tool, each in values.items() if tool not in failed}
    compared(what, unit, found, ours=ours, better=better, missing={**missing, **failed}, why=why)
    return found


def compared(
    what: str,
    unit: str,
    results: Mapping[str, Sequence[float]],
    *,
    ours: str = OURS,
    better: Better = "less",
    missing: Mapping[str, str] = _NONE,
    why: str = "",
) -> None:
    """Print and keep values that are already there; see `compare`."""
    entry = Comparison(what, unit, dict(results), ours, better, dict(missing), why)
    keep(entry)
    print(f"{what} ({unit}, {better} is better)")
    for tool in entry.order():
        ratio = entry.ratio(tool)
        beside = "" if ratio is None else f"{number(ratio)} x"
        ahead = "  ahead of ours" if entry.ahead(tool) else ""
        print(f"    {tool:<24} {figures(entry.values[tool]):<32} {beside:>9}{ahead}")
    for tool, reason in entry.missing.items():
        print(f"    {tool:<24} not measured: {reason}")
    if why:
        print(f"    {why}")
    print(end="", flush=True)


def measured(what: str, unit: str, values: Sequence[float], target: str = "") -> None:
    """Print and keep ours alone, against what it should be."""
    keep(Measurement(what, unit, list(values), target))
    print(f"{what:<58} {figures(values) + ' ' + unit:>32}   {target}", flush=True)


def grown(
    what: str,
    unit: str,
    against: str,
    points: Mapping[str, Mapping[int, Sequence[float]]],
    flat: bool = False,
) -> None:
    """Print and keep how a cost grows: tool -> size -> values in ``unit``. ``flat``: ours should not grow at all."""
    entry = Growth(what, unit, against, {tool: dict(sizes) for tool, sizes in points.items()}, flat)
    keep(entry)
    print(f"{what} ({unit}) against {against}{', should be flat' if flat else ''}")
    for tool in entry.points:
        exponent = entry.exponent(tool)
        fitted = "no fit" if math.isnan(exponent) else f"exponent {exponent:.2f}"
        if judgement := entry.judgement(tool):
            fitted += f" ({judgement})"
        sizes = "  ".join(f"{size}: {number(cost)}" for size, cost in entry.medians(tool))
        print(f"    {tool:<24} {fitted:<20} {sizes}", flush=True)
