"""``runs-tui ls``: the list of runs."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from runstore.reading.row import RunRow


@click.command("ls")
@click.argument("words", nargs=-1)
@click.option("--root", metavar="DIR", help="The run store; else the current one.")
@click.option("-n", "most", type=click.IntRange(min=1), metavar="N", help="At most N runs.")
@click.option("--experiment", "-e", metavar="NAME", help="Only runs of this experiment.")
@click.option("--state", metavar="WORD", help="Only runs in this state: running, failed, completed, stalled, dead ...")
@click.option("--best", metavar="METRIC", help="Best value of METRIC first.")
@click.option("--archived", is_flag=True, help="The archived runs instead of the others.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(
    words: tuple[str, ...],
    root: str | None,
    most: int | None,
    experiment: str | None,
    state: str | None,
    best: str | None,
    archived: bool,
    as_json: bool,
) -> None:
    """List runs, newest first. WORDS must be found in name, experiment, state or tags; -WORD must not (after --)."""
    from runs_tui.cli.resolve import all_rows
    from runs_tui.cli.rows import print_json, row_json
    from runstore.query import matcher

    matches = matcher(" ".join(words))
    rows = [
        row
        for row in all_rows(root)
        if row.archived == archived
        and experiment in (None, row.experiment)
        and (state is None or state.casefold() in (row.state.word, row.state.status.casefold()))
        and matches(row)
    ]
    goal = None
    if best is not None:
        goal = _goal(rows, best)
        rows = sorted((row for row in rows if best in row.metrics), key=lambda row: _badness(row, best, goal))
    rows = rows[:most]
    if as_json:
        print_json({"runs": [row_json(row) for row in rows]})
        return
    if not rows:
        click.echo(
            "no runs" if words or experiment or state or archived else "no runs yet: runs-tui run -- python train.py",
            err=True,
        )
        return
    click.echo("\n".join(_table(rows, best, goal)))


def _goal(rows: list[RunRow], metric: str) -> str:
    """Whether less (min) or more (max) of ``metric`` is better, as the runs say or its name suggests.

    A guess is said on stderr. Raises `Problem` when no run has the metric or its direction is not known.
    """
    from runs_tui.cli.errors import Problem
    from runstore.series import guess_goal

    having = [row for row in rows if metric in row.metrics]
    if not having:
        known = sorted({name for row in rows for name in row.metrics})[:12]
        raise Problem(f"no run has a metric {metric!r}" + (f"; there are {', '.join(known)}" if known else ""))
    said = next((row.goals[metric] for row in having if metric in row.goals), None)
    goal = said or guess_goal(metric)
    if goal is None:
        raise Problem(f"is less or more of {metric!r} better? say so: run.define_metric({metric!r}, goal='min')")
    if said is None:
        click.echo(f"{metric}: {goal} is taken for best, by its name", err=True)
    return goal


def _best(row: RunRow, metric: str, goal: str | None) -> float | None:
    stat = row.metrics[metric]
    return stat.min if goal == "min" else stat.max


def _badness(row: RunRow, metric: str, goal: str | None) -> float:
    """Sort key: the best value first, runs without a finite value last."""
    value = _best(row, metric, goal)
    if value is None or value != value:
        return float("inf")
    return value if goal == "min" else -value


def _state(row: RunRow) -> str:
    """Sign, word and reason."""
    from runs_tui.model.family import failed_words
    from runs_tui.model.states import ALARMS

    short = row.state.text.removeprefix(row.state.word).strip()
    if not row.error or row.state.word not in ALARMS:
        failed = failed_words(row)
        return f"{row.state.glyph} {row.state.text}" + (f", {failed}" if failed else "")
    exit_code = f" {short}" if short.startswith(("exit", "SIG")) else ""
    return f"{row.state.glyph} {row.state.word}{exit_code}: {row.error}"


def _table(rows: list[RunRow], best: str | None, goal: str | None) -> list[str]:
    """Aligned columns; cut to the terminal's width when there is one, whole when piped."""
    import shutil

    from runs_tui.model import text as fit
    from runs_tui.model import words
    from runs_tui.model.columns import pick_metrics
    from runs_tui.model.roster import duration_of
    from runs_tui.model.states import LIVE

    now = time.time()
    metrics = [best] if best else list(pick_metrics(rows, 2))
    titles = ["run", "experiment", "state", "step", *metrics, "took", "when", "id"]
    table = []
    for row in rows:
        took = duration_of(row)
        moment = row.active if row.state.word in LIVE else row.ended or row.active or row.created
        if best:
            values = [words.number(_best(row, best, goal))]
        else:
            values = [words.number(stat.last) if stat else "-" for stat in map(row.metrics.get, metrics)]
        table.append(
            [
                fit.safe(row.name, 40),
                fit.safe(row.experiment, 30),
                fit.safe(_state(row), 60),
                words.count(row.step),
                *values,
                words.span(took) if took is not None else "-",
                words.age(now - moment) if moment else "-",
                fit.safe(row.id, 60),
            ]
        )
    numbers = {3, *range(4, 5 + len(metrics))}
    widths = [max(fit.cell_len(line[place]) for line in [titles, *table]) for place in range(len(titles))]
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    if room:
        _fit(widths, room)
    lines = []
    for cells in [titles, *table]:
        line = "  ".join(
            fit.right(cell, widths[place]) if place in numbers else fit.left(cell, widths[place])
            for place, cell in enumerate(cells[: len(widths)])
        ).rstrip()
        lines.append(fit.left(line, room).rstrip() if room else line)
    return lines


def _fit(widths: list[int], room: int) -> None:
    """Make columns narrower until they fit: the end of the id gives way first, then the reason, then names.

    The id goes when even that is too wide: every command takes names, too.
    """
    for place, least in ((len(widths) - 1, 9), (2, 14), (1, 8), (0, 12)):
        too_much = sum(widths) + 2 * (len(widths) - 1) - room
        widths[place] = max(widths[place] - max(too_much, 0), min(widths[place], least))
    if sum(widths) + 2 * (len(widths) - 1) > room:
        widths.pop()
