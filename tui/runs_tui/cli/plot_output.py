"""What ``runs-tui plot`` writes: figures as text, pictures, numbers as CSV or JSON."""

from __future__ import annotations

import csv
import io
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from runs_tui.cli.errors import Problem
from runs_tui.cli.output_file import output_file
from runs_tui.cli.plot_asked import Asked
from runs_tui.cli.plot_charts import Chart, Drawn
from runs_tui.cli.plot_text import WIDEST, figures, for_terminal
from runstore.layout.printable import printable


def write_charts(charts: Sequence[Chart], asked: Asked) -> None:
    """Write the charts in the form and to the place asked for; raises `Problem` where that cannot be."""
    if asked.format == "png" and asked.output == "-" and sys.stdout.isatty():
        raise Problem("a PNG picture is not for a terminal: give -o FILE.png")
    if asked.format == "txt" and asked.output == "-":
        for line in figures(charts, asked, *for_terminal(asked)):
            click.echo(line, color=True)
        return
    pieces = _pieces(charts, asked)
    if asked.output == "-":
        for piece in pieces:
            sys.stdout.buffer.write(_safe(piece) if sys.stdout.isatty() else piece)
        return
    with output_file(os.path.expanduser(asked.output)) as file:
        file.writelines(pieces)
    click.echo(printable(f"{asked.output}: {_said(charts)}"), err=True)


def _said(charts: Sequence[Chart]) -> str:
    lines = sum(len(chart.lines) for chart in charts)
    names = ", ".join(chart.metric for chart in charts[:3]) + (" ..." if len(charts) > 3 else "")
    return names if not lines else f"{names}, {lines} {'line' if lines == 1 else 'lines'}"


def _safe(piece: bytes) -> bytes:
    """Whole lines such that no character of a run acts on the terminal."""
    return "".join(printable(line) + "\n" for line in piece.decode().splitlines()).encode()


def _pieces(charts: Sequence[Chart], asked: Asked) -> Iterator[bytes]:
    """The file, in pieces of whole lines where it is text."""
    from runs_tui.plotting import pictures

    if asked.kind == "bars" and asked.format == "csv":
        yield from _bars_csv(charts)
        return
    panels = [chart.panel(asked) for chart in charts]
    if asked.format == "csv":
        yield from (piece.encode("utf-8", "replace") for piece in pictures.csv_of(panels))
        return
    if asked.format == "txt":
        yield from (f"{line}\n".encode("utf-8", "replace") for line in figures(charts, asked, None, 80))
        return
    width, height = _picture_size(len(panels), asked)
    light = asked.theme.endswith("-light")
    if asked.format == "svg":
        yield pictures.svg_of(panels, width, height, light=light).encode("utf-8", "replace")
    else:
        yield pictures.png_of(panels, width, height, light=light)


def _bars_csv(charts: Sequence[Chart]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("metric", "run", "experiment", "name", "last"))
    for chart in charts:
        writer.writerows((chart.metric, row.id, row.experiment, row.name, bar.value) for row, bar in chart.bars)
    yield text.getvalue().encode("utf-8", "replace")


def _picture_size(panels: int, asked: Asked) -> tuple[int, int]:
    """Pixels; what was not given keeps its proportion to what was."""
    from runs_tui.plotting.pictures import SCALE, default_size, least_size

    scale = SCALE if asked.format == "png" else 1
    usual, least = ([round(size * scale) for size in sizes] for sizes in (default_size(panels), least_size(panels)))
    width = asked.width or (asked.height * usual[0] // usual[1] if asked.height else usual[0])
    height = asked.height or width * usual[1] // usual[0]
    if width < least[0] or height < least[1]:
        what = "a chart" if panels == 1 else f"{panels} charts"
        raise Problem(f"{what} cannot be drawn on {width} x {height} pixels, only on {least[0]} x {least[1]} or more")
    return width, height


def print_charts_json(charts: Sequence[Chart], asked: Asked) -> None:
    """The metrics reduced to columns, or the bins of histograms."""
    from runs_tui.cli.rows import plain, print_json

    if asked.kind == "bars":
        print_json({"charts": [
            {"metric": chart.metric, "runs": [
                {"id": row.id, "experiment": row.experiment, "name": row.name, "last": plain(bar.value)}
                for row, bar in chart.bars
            ]} for chart in charts
        ]})  # fmt: skip
        return
    if asked.kind == "hist":
        print_json({"charts": [
            {"metric": chart.metric, "edges": chart.bins.edges.tolist(), "counts": chart.bins.counts.tolist(),
             "left_out": chart.bins.left_out}
            for chart in charts if chart.bins is not None
        ]})  # fmt: skip
        return
    width = asked.width or min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    runs = [
        {"metric": chart.metric, **_reduced(member, width, asked), "group": line.name if asked.by else None}
        for chart in charts for line in chart.lines for member in line.members
    ]  # fmt: skip
    print_json({
        "metric": charts[0].metric, "x": asked.along or asked.x, "smooth": asked.smooth, "log": asked.log,
        "log_x": asked.log_x, "runs": plain(runs),
    })  # fmt: skip


def _reduced(drawn: Drawn, width: int, asked: Asked) -> dict[str, Any]:
    """One run: columns that hold no point are left out."""
    import numpy as np

    from runs_tui.plotting.scales import scales_of

    row, stats, curve = drawn.row, drawn.stats, drawn.curve
    columns: dict[str, list[Any]] = {name: [] for name in ("x", "n", "first", "last", "min", "max", "smoothed")}
    scales = scales_of([curve], width, 1, asked.look)
    if scales is not None:
        lines = curve.lines(*scales.x, width, asked.log, log_x=scales.log_x)
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
        "rank": drawn.rank,
        "points": stats.total,
        "finite": stats.finite,
        **{name: getattr(stats, field) for name, field in (
            ("first", "first"), ("last", "last"), ("min", "low"), ("max", "high"), ("mean", "mean"),
            ("deviation", "deviation"),
        )},
        "columns": columns,
    }  # fmt: skip
