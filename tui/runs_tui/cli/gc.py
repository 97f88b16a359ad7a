"""``runs-tui gc``: old runs to the trash, and what nobody needs any more away."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from runs_tui.cli import completing
from runs_tui.cli.ages import age
from runs_tui.cli.options import root_option
from runs_tui.cli.query_command import QueryCommand

if TYPE_CHECKING:
    from runstore.reading.row import RunRow
    from runstore.upkeep.garbage import Garbage

_MONTH = "30d"


@click.command("gc", cls=QueryCommand)
@click.argument("query", nargs=-1, metavar="[QUERY]", shell_complete=completing.queries)
@click.option("--older", metavar="AGE", type=age, help="Runs that ended longer ago: 12h, 30d, 2w.")
@click.option("--keep-best", type=click.IntRange(min=1), metavar="N", help="Not the N best runs of each experiment.")
@click.option(
    "--metric",
    metavar="NAME",
    shell_complete=completing.metrics,
    help="The metric that tells the best; else the most telling one.",
)
@click.option("--trash", "trash_age", metavar="AGE", type=age, default=_MONTH, show_default=True,
              help="Delete for good what has been in the trash for longer.")  # fmt: skip
@click.option("--unused", metavar="AGE", type=age, default=_MONTH, show_default=True,
              help="Delete environments in which no run has begun for longer.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only show what would be done.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="As JSON: what was done, or with --dry-run would be.")
def command(
    query: tuple[str, ...],
    older: float | None,
    keep_best: int | None,
    metric: str | None,
    trash_age: float,
    unused: float,
    dry_run: bool,
    yes: bool,
    root: str | None,
    as_json: bool,
) -> None:
    """Clean a run store up; show what and how many bytes, and ask.

    With QUERY, --older or --keep-best: move the runs that fit all of them to the trash, from which 'runs-tui undo'
    brings them back. Never runs that live, are pinned or tagged 'keep', nor families with such a run. In any case:
    delete for good old trash, snapshots that no run has, environments that none uses, and what was left half made.
    """
    from runs_tui.cli.choosing import ask
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.resolve import all_rows, store
    from runs_tui.cli.rows import print_json
    from runstore.upkeep.garbage import garbage
    from runstore.upkeep.sizes import run_size

    if as_json and not (yes or dry_run):
        raise Problem("--json goes with --yes or --dry-run: there is no list to answer a question about")
    folder, now = store(root), time.time()
    rows = [row for row in all_rows(root) if not row.source]  # what other tools wrote is not ours to delete
    going: list[RunRow] = []
    if query or older is not None or keep_best is not None:
        going = _going(folder, rows, query, now - (older or 0.0), keep_best, metric)
    sizes = {row.key: run_size(row.key).total for row in going}
    found, remarks = garbage(folder, trash_before=now - trash_age, unused_before=now - unused)
    for remark in remarks:
        click.echo(f"runs-tui: {remark}", err=True)
    if not as_json:
        _show(going, sizes, found, now)
    if not dry_run and (going or found):
        if not yes:
            ask("go on?", [])
        found = _act(folder, going, found)
    if as_json:
        print_json(_content(going, sizes, found, dry_run))
    elif not dry_run and (going or found):
        _tell(going, sizes, found)


def _going(
    folder: str, rows: list[RunRow], query: Sequence[str], before: float, keep_best: int | None, metric: str | None
) -> list[RunRow]:
    """The runs that are to go to the trash."""
    from runs_tui.cli.selection import matching
    from runs_tui.model.choices import Choices
    from runstore.layout.rights import why_not_delete
    from runstore.upkeep.expendable import expendable

    meant = {row.key for row in matching(rows, query)}
    pinned = Choices(folder).pinned
    return expendable(
        rows,
        lambda row: row.key in meant and not why_not_delete(row.key),
        before=before,
        best=_best(rows, keep_best, metric) if keep_best is not None else None,
        pinned=[row.key for row in rows if row.id in pinned],
    )


def _best(rows: list[RunRow], count: int, metric: str | None) -> dict[str, list[str]]:
    """The runs of each experiment to keep: its best ones, or all where no metric tells which these are."""
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.goals import goal_of
    from runs_tui.model.columns import pick_metrics
    from runstore.layout.printable import printable
    from runstore.upkeep.expendable import best_of

    experiments: dict[str, list[RunRow]] = {}
    for row in rows:
        experiments.setdefault(row.experiment, []).append(row)
    kept, goals = {}, {}
    for name, runs in experiments.items():
        telling = metric or next(iter(pick_metrics(runs, 1)), None)
        try:
            if telling is None:
                raise Problem("no run has a metric")
            if not any(telling in row.metrics for row in runs):
                raise Problem(f"no run has a metric {telling!r}")
            if telling not in goals:
                goals[telling] = goal_of(rows, telling)
            kept[name] = best_of(runs, telling, goals[telling], count)
        except Problem as problem:
            click.echo(f"{printable(name)}: all runs stay: {problem.message}", err=True)
            kept[name] = [row.key for row in runs]
    return kept


def _show(going: list[RunRow], sizes: dict[str, int], found: list[Garbage], now: float) -> None:
    """What is to be done, each thing with its bytes."""
    from runs_tui.cli.each import name_of
    from runs_tui.cli.tables import print_table
    from runs_tui.model.words import age as ago
    from runs_tui.model.words import size
    from runstore.layout.printable import printable
    from runstore.upkeep.expendable import last_sign

    if not going and not found:
        click.echo("nothing to clean up")
        return
    lines = [
        ["to the trash", name_of(row), row.state.word, ago(now - last_sign(row)), size(sizes[row.key])] for row in going
    ]
    lines += [
        [f"delete {each.kind}", printable(each.name, 80), "", ago(now - each.used), size(each.size)] for each in found
    ]
    freed = sum(each.size for each in found)
    lines.append(["all", "", "", "", size(sum(sizes.values()) + freed)])
    print_table(["", "what", "state", "used", "size"], lines, numbers=(4,), narrow=(1,))


def _act(folder: str, going: list[RunRow], found: list[Garbage]) -> list[Garbage]:
    """Do it; what was deleted for good."""
    from runs_tui.actions import Refused
    from runs_tui.actions.trash import delete
    from runs_tui.cli.errors import Problem
    from runstore.layout.printable import printable
    from runstore.upkeep.garbage import remove

    try:
        if going:
            delete(going)
    except Refused as error:
        raise Problem(str(error)) from error
    gone = []
    for each in found:
        if remove(folder, each):
            gone.append(each)
        else:
            click.echo(f"runs-tui: {printable(each.name, 80)} stays: in use, or not all of it can be deleted", err=True)
    return gone


def _tell(going: list[RunRow], sizes: dict[str, int], found: list[Garbage]) -> None:
    from runs_tui.cli.choosing import counted
    from runs_tui.model.words import size

    if going:
        moved, back = size(sum(sizes.values())), "it" if len(going) == 1 else "them"
        click.echo(f"{counted(len(going))} moved to the trash, {moved}; 'runs-tui undo' brings {back} back")
    if found:
        click.echo(f"{size(sum(each.size for each in found))} given back")


def _content(going: list[RunRow], sizes: dict[str, int], found: list[Garbage], dry_run: bool) -> dict[str, Any]:
    runs = [{"id": row.id, "experiment": row.experiment, "name": row.name, "size": sizes[row.key]} for row in going]
    deleted = [{"kind": each.kind, "name": each.name, "path": each.path, "size": each.size} for each in found]
    return {"dry_run": dry_run, "trashed": runs, "deleted": deleted, "freed": sum(each.size for each in found)}
