"""What is drawn of a sweep: a metric against one parameter, or all parameters side by side."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from runs_tui.model import words
from runs_tui.model.compared_fact import Fact, number_of
from runs_tui.model.sweep import Factor
from runs_tui.plotting.look import Look, Title
from runs_tui.plotting.parallel import Across, Upright, draw_parallel
from runs_tui.plotting.scatter import Dot, draw_scatter
from runs_tui.widgets.drawing import Drawing

_BEST = 0.2
"""The part of the runs whose lines are seen first."""


def points_of(metric: Fact, factor: Factor, hues: Mapping[int, int]) -> list[tuple[int, Dot]]:
    """(run, its point) of the runs that have both values, by x; ``hues``: the colours of the runs to show."""
    found = []
    for run, hue in hues.items():
        x, y = factor.at[run], finite(metric, run)
        if x is not None and y is not None:
            found.append((run, Dot(x, y, hue, run in metric.best)))
    return sorted(found, key=lambda each: each[1][:2])


def show_scatter(
    drawing: Drawing, points: Sequence[tuple[int, Dot]], metric: Fact, factor: Factor, cursor: int | None, look: Look
) -> None:
    """The metric against the parameter; ``cursor`` is a run."""
    how = {1: "rises with it", -1: "falls with it", 0: "differs with it"}[factor.sign]
    strength = f"{how} {factor.strength:.2f}" if factor.strength else ""
    title = Title(f"{name_of(metric)} against {factor.name}", strength)
    at = next((place for place, (run, _) in enumerate(points) if run == cursor), None)
    look = Look(log=look.log, log_x=look.log_x, cursor=at, focus=True, glyphs=look.glyphs)
    dots = [dot for _, dot in points]
    drawing.show(
        (dots, title, look, factor.labels),
        lambda width, height: draw_scatter(dots, width, height, title, look, factor.labels),
    )


def show_parallel(
    drawing: Drawing, order: Sequence[int], metric: Fact, factors: Sequence[Factor], hues: Mapping[int, int],
    cursor: int | None, look: Look
) -> None:  # fmt: skip
    """An axis for each parameter, the metric last; ``order``: the runs to show that have a value of it, best first."""
    shown = frozenset(order)
    axes = [*(_upright(_among(factor, shown)) for factor in factors), _metric_axis(metric, shown)]
    best = max(round(len(order) * _BEST), 1)
    lines = [Across(run, hues[run], place < best) for place, run in enumerate(order)]
    title = Title(f"{len(factors)} parameters and {name_of(metric)}")
    look = Look(cursor=cursor, focus=True, glyphs=look.glyphs)
    drawing.show(
        (axes, lines, title, look), lambda width, height: draw_parallel(axes, lines, width, height, title, look)
    )


def name_of(metric: Fact) -> str:
    """``loss best``: which value of a metric it is."""
    return f"{metric.name} best" if metric.kind == "best" else metric.name


def finite(metric: Fact, run: int) -> float | None:
    """The value of a run, None if there is none that is finite."""
    value = number_of(metric.values[run])
    return value if value is not None and math.isfinite(value) else None


def _among(factor: Factor, runs: Collection[int]) -> Factor:
    """The values of these runs alone: what others have takes no room on an axis."""
    at = tuple(value if run in runs else None for run, value in enumerate(factor.at))
    if not factor.labels:
        return factor._replace(at=at)
    used = sorted({value for value in at if value is not None})
    places = {value: float(place) for place, value in enumerate(used)}
    return factor._replace(
        at=tuple(None if value is None else places[value] for value in at),
        labels=tuple(factor.labels[int(value)] for value in used),
    )


def _upright(factor: Factor) -> Upright:
    if factor.labels:
        return Upright(factor.name, factor.at, tuple((float(at), label) for at, label in enumerate(factor.labels)))
    values = sorted({value for value in factor.at if value is not None})
    shown = values if len(values) <= 6 else [values[0], values[-1]]
    return Upright(factor.name, factor.at, tuple((value, words.setting(value)) for value in shown), factor.log)


def _metric_axis(metric: Fact, runs: Collection[int]) -> Upright:
    at = tuple(finite(metric, run) if run in runs else None for run in range(len(metric.values)))
    known = [value for value in at if value is not None]
    ends = sorted({min(known), max(known)}) if known else []
    return Upright(name_of(metric), at, tuple((value, words.number(value)) for value in ends))
