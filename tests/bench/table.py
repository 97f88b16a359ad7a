"""Medians, spreads, and lines of a table of figures."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence

from tests.bench.kept import Line, keep


def row(what: str, figure: str, budget: str = "") -> None:
    """Print one line: what was measured, the figure, and what it should be."""
    keep(Line(what, figure, budget))
    print(f"{what:<58} {figure:>24}   {budget}", flush=True)


def number(value: float) -> str:
    """Three significant digits, all those before the point, thousands apart."""
    digits = f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:.2g}" if "e" in digits else digits


def figures(values: Sequence[float]) -> str:
    """``median (least-most)``; the median alone where all are equal."""
    middle, least, most = number(statistics.median(values)), number(min(values)), number(max(values))
    return middle if least == most else f"{middle} ({least}–{most})"


def spread(values: Sequence[float], unit: str = "", digits: int = 2) -> str:
    """``median unit (min-max)``."""
    middle = statistics.median(values)
    return f"{middle:.{digits}f}{unit} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of them lie, nearest rank."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def interleaved(ways: Mapping[str, Callable[[], float]], rounds: int = 7) -> dict[str, list[float]]:
    """Each way's results over ``rounds`` rounds, the ways taken in turn so that the machine's drift hits all."""
    results: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            results[name].append(way())
    return results


def ratios(results: Mapping[str, Sequence[float]], name: str, base: str) -> list[float]:
    """Round by round, how many times ``base`` takes ``name``."""
    return [one / other for one, other in zip(results[name], results[base], strict=True)]
