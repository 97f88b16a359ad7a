"""Charts: from arrays to cells, whole, zoomed, and while a series grows; smoothing; many runs together."""

from __future__ import annotations

import itertools
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from runs_tui.plotting.band import Band
from runs_tui.plotting.chart import Look, Title, draw_chart
from runs_tui.plotting.curve import Curve
from runstore.reading.series_data import Series
from runstore.series.smoothing import smooth
from tests.bench.table import row, spread
from tests.reduced import reduce_columns

FULL = (200, 47)
TILE = (66, 15)


def noisy(points: int) -> Series:
    """A falling loss with noise."""
    steps = np.arange(points)
    values = np.exp(-steps / (points / 3)) + np.random.default_rng(1).normal(0, 0.05, points)
    return Series("loss", 0, "f", steps, steps.astype(np.float64), values, values, 0)


def head(series: Series, points: int) -> Series:
    """The first points of a series, as a reader has them earlier."""
    return series._replace(steps=series.steps[:points], times=series.times[:points], values=series.values[:points])


def milliseconds(work: Callable[[], object], rounds: int = 9) -> list[float]:
    """How long it takes, several times."""
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        found.append((time.perf_counter() - begun) * 1e3)
    return found


def drawn(series: Series, weight: float, size: tuple[int, int] = FULL) -> None:
    """A curve read, smoothed, reduced and drawn from nothing."""
    curve = Curve("step", weight)
    curve.update(series)
    draw_chart([curve], *size, Title("loss"))


def main() -> None:
    """Print the figures."""
    for points in (1_000, 1_000_000, 10_000_000):
        series = noisy(points)
        curve = Curve("step", 0.6)
        curve.update(series)
        for what, work in {
            "reduced to 400 columns": lambda s=series: reduce_columns(s.times, s.values, 0, len(s.steps), 400),
            "smoothed": lambda s=series: smooth(s.values, 0.6),
            "drawn from nothing, 200x47": lambda s=series: drawn(s, 0.0),
            "the same, smoothed": lambda s=series: drawn(s, 0.6),
            "zoomed by a key, 200x47": zooming(curve, points),
            "zoomed by a key, without outliers, log x": zooming(curve, points, log_x=True, robust=True),
        }.items():
            row(f"{points:.0e} points: {what}", spread(milliseconds(work), " ms"))
    together()
    for points in (10_000, 1_000_000):
        row(f"{points:.0e} points, live: a frame of one chart, 66x15", spread(live(points), " ms"))


def zooming(curve: Curve, points: int, *, log_x: bool = False, robust: bool = False) -> Callable[[], object]:
    """A chart that shows another part of the curve at each call."""
    centres = itertools.count(1)

    def zoom() -> None:
        centre = points * (0.3 + 0.01 * next(centres))
        window = max(centre - points / 8, 1.0), centre + points / 8
        draw_chart([curve], *FULL, Title("loss"), Look(x_limits=window, log_x=log_x, robust=robust))

    return zoom


def together(runs: int = 300, points: int = 10_000) -> None:
    """What the curves of many runs take, and how long they take to be drawn as lines and as a band."""
    curves = [Curve("step", 0.6) for _ in range(runs)]
    series = noisy(points)
    tracemalloc.start()
    for curve in curves:
        curve.update(series._replace(steps=series.steps + 0, times=series.times + 0.0, values=series.values * 1.0))
    whole = tracemalloc.get_traced_memory()[0]
    for curve in curves:
        curve.compact()
    compact = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    what = f"{runs} curves of {points:,} points"
    row(f"{what}: memory, compact", f"{compact / 1e6:.0f} MB, whole {whole / 1e6:.0f}", "100 MB")
    band = Band(curves)
    for kind, drawn in (("lines", curves), ("a band", [band])):
        windows = itertools.count(points // 2)
        row(
            f"{what}: drawn as {kind}, 200x47",
            spread(
                milliseconds(
                    lambda d=drawn, w=windows: draw_chart(d, *FULL, Title("loss"), Look(x_limits=(0, next(w)))), 5
                ),
                " ms",
            ),
        )


def live(points: int) -> list[float]:
    """Frames of a chart to which five points come each time, as from a run of 20 steps a second."""
    series, known = noisy(2 * points), points
    curve = Curve("step", 0.6)

    def frame() -> None:
        nonlocal known
        known += 5
        curve.update(head(series, known))
        draw_chart([curve], *TILE, Title("loss"), Look(live=True))

    frame()
    return milliseconds(frame, 200)
