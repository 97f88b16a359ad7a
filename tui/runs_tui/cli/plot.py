"""``runs-tui plot``: a metric of one or more runs, drawn once."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, cast

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option

if TYPE_CHECKING:
    from runs_tui.plotting.axes import XKind
    from runs_tui.plotting.curve import Curve
    from runstore.reading.row import RunRow
    from runstore.reading.series_data import Series

_WIDEST, _HIGHEST = 1_000, 500


@click.command("plot")
@click.argument("runs", nargs=-1, required=True, metavar="RUN...", shell_complete=completing.runs_or_metric)
@click.argument("metric", shell_complete=completing.metrics)
@click.option("--smooth", type=click.FloatRange(0, 1, max_open=True), default=0.0, metavar="W",
              help="Smooth by a moving average of this weight, 0 to 0.999; the line before stays, faint.")  # fmt: skip
@click.option("--x", "kind", type=click.Choice(["step", "relative", "wall"]), default="step", show_default=True,
              help="What x is: step, time since the start, time of day.")  # fmt: skip
@click.option("--log", is_flag=True, help="Logarithmic y axis.")
@click.option("--width", type=click.IntRange(20, _WIDEST), metavar="N", help="Columns; else those of the terminal.")
@click.option("--height", type=click.IntRange(5, _HIGHEST), metavar="N", help="Lines of the figure; else 20.")
@click.option("--utc", is_flag=True, help="Show times in UTC.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="As JSON: the metric reduced to WIDTH columns, no value lost.")
def command(
    runs: tuple[str, ...],
    metric: str,
    smooth: float,
    kind: str,
    log: bool,
    width: int | None,
    height: int | None,
    utc: bool,
    root: str | None,
    as_json: bool,
) -> None:
    """Draw METRIC of each RUN: an id or its start, a name, experiment/name, or 'last'."""
    import shutil

    from runs_tui.cli.resolve import all_rows, find_in
    from runs_tui.cli.rows import print_json
    from runs_tui.plotting.curve import Curve

    rows = all_rows(root)
    found = list({row.key: row for row in (find_in(rows, text) for text in runs)}.values())
    drawn: list[tuple[RunRow, Series, Curve]] = []
    for row in found:
        series = _series(row, metric)
        curve = Curve(cast("XKind", kind), smooth, row.started or row.created or 0.0)
        curve.update(series)
        drawn.append((row, series, curve))
    width = width or min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)
    if as_json:
        content = [_reduced(row, series, curve, width, log) for row, series, curve in drawn]
        print_json({"metric": metric, "x": kind, "smooth": smooth, "log": log, "runs": content})
        return
    _print(metric, drawn, width, height or 20, log, utc)


def _series(row: RunRow, metric: str) -> Series:
    """The metric's series of the lowest rank; raises `Problem` with what there is instead."""
    import difflib

    from runs_tui.cli.errors import Problem
    from runstore.reading.run import RunReader

    reader = RunReader(row.key)
    reader.refresh()
    try:
        return reader.series(metric)
    except KeyError:
        names = reader.names()
        if not names:
            raise Problem(f"{row.experiment}/{row.name} has no metrics") from None
        near = difflib.get_close_matches(metric, names, n=3, cutoff=0.4)
        said = f"did you mean {' or '.join(map(repr, near))}?" if near else f"it has {', '.join(names[:12])}"
        raise Problem(f"{row.experiment}/{row.name} has no metric {metric!r}; {said}") from None


def _print(
    metric: str, drawn: list[tuple[RunRow, Series, Curve]], width: int, height: int, log: bool, utc: bool
) -> None:
    """The figure under the metric's name, with a line for each run."""
    import os
    import sys

    from runs_tui.model import words
    from runs_tui.plotting.cells import fit
    from runs_tui.plotting.figure import draw_figure
    from runs_tui.themes import ink, theme_for

    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    styles = ink(theme_for(os.environ)).series
    colours = [style.color.number or 0 for style in styles if style.color is not None]
    curves = [curve for _, _, curve in drawn]
    lines = draw_figure(
        curves, width, height, log=log, colours=colours if coloured else None, zone=UTC if utc else None
    )
    smooth = drawn[0][2].weight
    how = (f"   smooth {smooth:g}" if smooth else "") + ("   log" if log else "")
    click.echo(" " + fit(metric, max(width - 1 - len(how), 8)) + how)
    for line in lines:
        click.echo(line.rstrip() if not coloured else line, color=coloured)
    if not lines:
        click.echo("  nothing above 0 to draw on a log axis" if log else "  no finite value to draw")
    for number, (row, series, curve) in enumerate(drawn):
        sign = click.style("━━", fg=colours[number % len(colours)]) if coloured else _letter(number, len(drawn))
        last = words.number(series.exact[-1].item())
        broken = (
            f"  NaN at {words.count(round(curve.first_nan))}"
            if curve.first_nan is not None and curve.kind == "step"
            else ""
        )
        facts = f"  {last}  {words.count(len(series.values))} points{broken}"
        name = fit(f"{row.experiment}/{row.name}", max(width - len(facts) - 4, 8))
        click.echo(f" {sign} {name}{facts}", color=coloured)


def _letter(number: int, runs: int) -> str:
    """How a run is marked in the figure without colours."""
    return " " + chr(ord("a") + number % 26) if runs > 1 else "  "


def _reduced(row: RunRow, series: Series, curve: Curve, width: int, log: bool) -> dict[str, Any]:
    """One run for JSON: columns that hold no point are left out."""
    import numpy as np

    from runs_tui.cli.rows import plain
    from runstore.series.statistics import statistics

    stats = statistics(series.values)
    columns: dict[str, list[Any]] = {name: [] for name in ("x", "n", "first", "last", "min", "max", "smoothed")}
    span = curve.span()
    if span is not None:
        low, high = span if span[1] > span[0] else (span[0], span[0] + 1.0)
        lines = curve.lines(low, high, width, log)
        for raw, now in zip(lines.raw or lines.now, lines.now, strict=True):
            for at in np.flatnonzero(raw.count).tolist():
                columns["x"].append(float(raw.edges[at]))
                columns["n"].append(int(raw.count[at]))
                for name, values in (("first", raw.first), ("last", raw.last), ("min", raw.low), ("max", raw.high)):
                    columns[name].append(float(values[at]))
                columns["smoothed"].append(float(now.last[at]))
    return {
        "id": row.id,
        "experiment": row.experiment,
        "name": row.name,
        "rank": series.rank,
        "points": stats.total,
        "finite": stats.finite,
        **{name: plain(getattr(stats, field)) for name, field in (
            ("first", "first"), ("last", "last"), ("min", "low"), ("max", "high"), ("mean", "mean"),
            ("deviation", "deviation"),
        )},
        "columns": plain(columns),
    }  # fmt: skip
