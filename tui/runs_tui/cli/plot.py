"""``runs-tui plot``: metrics of runs, drawn once: as text, as a picture, as numbers."""

from __future__ import annotations

from typing import Any

import click

from runs_tui.cli import completing
from runs_tui.cli.options import FiniteRange, root_option
from runs_tui.cli.query_command import QueryCommand

_LOG_AXES = ("x", "y", "xy")


class _PlotCommand(QueryCommand):
    """``--log`` alone means ``--log y``; what follows it is its value only if it names axes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Join ``--log`` with its value."""
        own: list[str] = []
        for word in args:
            if own and own[-1] == "--log":
                own[-1] = f"--log={word if word in _LOG_AXES else 'y'}"
                if word in _LOG_AXES:
                    continue
            own.append(word)
        if own and own[-1] == "--log":
            own[-1] = "--log=y"
        return super().parse_args(ctx, own)


@click.command("plot", cls=_PlotCommand)
@click.argument(
    "words", nargs=-1, required=True, metavar="RUN... METRIC", shell_complete=completing.runs_query_or_metric
)
@click.option("-m", "--metric", "metrics", multiple=True, metavar="METRIC", shell_complete=completing.metrics,
              help="In place of METRIC at the end; can be repeated, and be a pattern: 'val/*'.")  # fmt: skip
@click.option("-o", "--output", default="-", metavar="FILE", shell_complete=completing.files,
              help="FILE.svg, .png, .csv or .txt; by default stdout.")  # fmt: skip
@click.option("--format", "format_", type=click.Choice(["txt", "svg", "png", "csv"]),
              help="Else as FILE ends; txt on stdout.")  # fmt: skip
@click.option("--smooth", type=FiniteRange(0, 1, max_open=True), default=0.0, metavar="W",
              help="Smooth by a moving average of this weight, 0 to 0.999; the line before stays, faint.")  # fmt: skip
@click.option("--x", "x", default="step", show_default=True, metavar="AXIS", shell_complete=completing.axes,
              help="What x is: step, relative (time since the start), wall (time of day), or a metric.")  # fmt: skip
@click.option("--log", type=click.Choice(_LOG_AXES), metavar="[x|y|xy]", help="Logarithmic axes; without a value: y.")
@click.option("--limits", default="", metavar="TEXT", help="What the axes span: 'x=0:5000 y=0.1:2', 'y=:1'.")
@click.option("--no-outliers", "robust", is_flag=True, help="Leave outliers out of what y spans.")
@click.option("-g", "--group-by", metavar="NAME", shell_complete=completing.columns,
              help="For each value of a parameter, tag or fact the mean of its runs, and their deviation.")  # fmt: skip
@click.option("--ranks", type=click.Choice(["first", "lines", "band"]), default="first", show_default=True,
              help="Of a metric of several ranks: the lowest, a line for each, or their mean and range.")  # fmt: skip
@click.option("--kind", type=click.Choice(["line", "hist", "bars"]), default="line", show_default=True,
              help="hist: how last values of the runs, or all of one run, are spread; bars: last values.")  # fmt: skip
@click.option("--width", type=click.IntRange(20, 8000), metavar="N",
              help="Columns, of a picture pixels; else those of the terminal.")  # fmt: skip
@click.option("--height", type=click.IntRange(5, 8000), metavar="N", help="Lines of a figure, of a picture pixels.")
@click.option("--theme", type=click.Choice(["light", "dark"]), help="The colours; of pictures light.")
@click.option("--utc", is_flag=True, help="Show times in UTC.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="As JSON: the metric reduced to WIDTH columns, no value lost.")
def command(words: tuple[str, ...], metrics: tuple[str, ...], root: str | None, as_json: bool, **given: Any) -> None:
    """Draw METRIC of each RUN: an id or its start, a name, experiment/name, 'last', or the runs of a query."""
    from runs_tui.cli import plot_output
    from runs_tui.cli.choosing import choose
    from runs_tui.cli.plot_asked import asked_of, metrics_of
    from runs_tui.cli.plot_charts import charts_of

    if not metrics and len(words) < 2:
        raise click.UsageError(
            "Missing argument 'METRIC': the last word is the metric, those before it say which runs."
        )
    rows, by_query = choose(root, words if metrics else words[:-1])
    asked = asked_of(rows, given, exact=as_json)
    names = metrics_of(rows, metrics or words[-1:])
    charts = charts_of(rows, names, asked, skip=by_query)
    if as_json:
        plot_output.print_charts_json(charts, asked)
    else:
        plot_output.write_charts(charts, asked)
