"""Plots of what was measured, as SVG and PNG, with the project's own charts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from runs_tui.plotting.curve import Curve
from runs_tui.plotting.look import Look, Title
from runs_tui.plotting.pictures import SCALE, Panel, png_of, svg_of
from runs_tui.plotting.pictures.bitmap import Bitmap
from runs_tui.plotting.pictures.canvas import Canvas
from runs_tui.plotting.pictures.headings import LINE, Entry, draw_legend, draw_title, width_of
from runs_tui.plotting.pictures.inks import inks
from runs_tui.plotting.pictures.svg import Svg
from runs_tui.plotting.pictures.trace import Box
from runs_tui.plotting.ticks import log_ticks
from runstore.reading.series_data import Series
from tests.bench.kept import Comparison, Growth
from tests.bench.table import number

_WIDTH, _HEIGHT = 960, 540
_MARGIN, _ROW, _DOT = 16.0, 26.0, 9.0
_INKS = inks(light=True)


def draw_growth(growth: Growth, path: Path) -> Path:
    """A log-log plot of each tool's medians, with the fitted exponent in its name; returns the SVG's path."""
    curves, names, seen = [], [], []
    for tool in growth.points:
        found = [(size, cost) for size, cost in growth.medians(tool) if size > 0 and cost > 0]
        if not found:
            continue
        sizes, costs = np.array([size for size, _ in found]), np.array([cost for _, cost in found], float)
        curve = Curve()
        curve.update(Series(tool, 0, "f", sizes, sizes.astype(float), costs, costs, 0))
        curves.append(curve)
        seen += costs.tolist()
        exponent = growth.exponent(tool)
        names.append(tool if math.isnan(exponent) else f"{tool}: exponent {exponent:.2f}")
    note = f"{growth.unit}, against {growth.against}"
    look = Look(log=True, log_x=True, y_limits=_at_least_a_decade(seen), names=tuple(names))
    panel = Panel(curves, Title(growth.what, note=note), look)
    path.write_text(svg_of([panel], _WIDTH, _HEIGHT))
    path.with_suffix(".png").write_bytes(png_of([panel], int(_WIDTH * SCALE), int(_HEIGHT * SCALE)))
    return path


def _at_least_a_decade(costs: Sequence[float]) -> tuple[float | None, float | None]:
    """Limits of y that show what is flat as flat; None where the costs span more."""
    if not costs or max(costs) >= 10 * min(costs):
        return None, None
    middle = math.sqrt(min(costs) * max(costs))
    return middle / math.sqrt(10), middle * math.sqrt(10)


def draw_comparisons(title: str, entries: Sequence[Comparison], path: Path) -> Path:
    """A row for what was measured, with a dot for each tool at how many times ours it is; returns the SVG's path."""
    shown = [entry for entry in entries if any(entry.ratio(tool) for tool in entry.order())]
    height = 2 * _MARGIN + 4 * LINE + _ROW * (len(shown) + 1)
    canvas = Svg(_WIDTH, height, _INKS.paper, title)
    _dots(canvas, height, title, shown)
    path.write_text(canvas.document())
    pixels = Bitmap(int(_WIDTH * SCALE), int(height * SCALE), _INKS.paper)
    _dots(pixels, height, title, shown)
    path.with_suffix(".png").write_bytes(pixels.png())
    return path


def _dots(canvas: Canvas, height: float, title: str, entries: Sequence[Comparison]) -> None:
    box = Box(_MARGIN, _MARGIN, _WIDTH - 2 * _MARGIN, height - 2 * _MARGIN)
    tools = list(dict.fromkeys(tool for entry in entries for tool in entry.order()))
    draw_title(
        canvas,
        box,
        _INKS,
        Title(title, note="times ours, logarithmic; with a hole: the later of two tools of one colour"),
    )
    legend = Box(box.left, box.top + LINE + 6, box.width, box.height)
    taken = LINE + 6 + draw_legend(canvas, legend, _INKS, [Entry(tool, at) for at, tool in enumerate(tools)])
    names = 12 + max((width_of(entry.what) for entry in entries), default=0.0)
    plot = Box(box.left + names, box.top + taken, box.width - names - _MARGIN, _ROW * len(entries))
    place = _axis(canvas, plot, [ratio for entry in entries for tool in tools if (ratio := _shown(entry, tool))])
    for row, entry in enumerate(entries):
        middle = plot.top + (row + 0.5) * _ROW
        canvas.text(plot.left - 12, middle + 4, entry.what, _INKS.text, "end")
        canvas.rectangle(Box(plot.left, middle, plot.width, 1), _INKS.grid)
        for at, tool in enumerate(tools):
            if ratio := _shown(entry, tool):
                canvas.rectangle(Box(place(ratio) - _DOT / 2, middle - _DOT / 2, _DOT, _DOT), _INKS.curve(at))
                if at >= len(_INKS.series):  # its colour has been used: a hole tells them apart
                    canvas.rectangle(Box(place(ratio) - 1.5, middle - 1.5, 3, 3), _INKS.paper)


def _shown(entry: Comparison, tool: str) -> float | None:
    """Where the tool's dot is; right of 1 it is behind ours."""
    if tool == entry.ours:
        return 1.0
    ratio = entry.ratio(tool) if tool in entry.values else None
    return 1 / ratio if ratio and entry.better == "more" else ratio


def _axis(canvas: Canvas, plot: Box, ratios: Sequence[float]) -> Callable[[float], float]:
    """Draw the ticks of a logarithmic axis through these numbers; returns where a number lies on it."""
    low, high = min(ratios, default=1.0) / 1.3, max(ratios, default=1.0) * 1.3

    def place(ratio: float) -> float:
        return plot.left + plot.width * math.log(ratio / low) / math.log(high / low)

    for tick in log_ticks(low, high, 9):
        canvas.rectangle(Box(place(tick.at), plot.top, 1, plot.height), _INKS.rule if tick.at == 1 else _INKS.grid)
        canvas.text(place(tick.at), plot.bottom + LINE, f"{number(tick.at)} ×", _INKS.dim, "middle")
    return place
