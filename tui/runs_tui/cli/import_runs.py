"""``runs-tui import``: runs of other tools, copied into the run store."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option

if TYPE_CHECKING:
    from runstore.importing.bring import Outcome
    from runstore.sources.foreign import Place

_NAMED = 12
"""Runs that could not be read which are named."""


@click.command("import", no_args_is_help=True)
@click.argument("path", metavar="PATH", shell_complete=completing.files)
@click.option("-e", "--experiment", metavar="NAME", shell_complete=completing.experiments,
              help="Where new runs go; by default each to one called as the folder that it comes from.")  # fmt: skip
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--large-files", is_flag=True, help="Copy files of more than 100 MB, too.")
@root_option
def command(path: str, experiment: str | None, dry_run: bool, large_files: bool, root: str | None) -> None:
    """Copy the runs that other tools wrote at PATH, a folder or file, into the run store.

    TensorBoard, W&B, MLflow, trackio, Lightning, DVCLive, trainer states, tables and logs. Numbers, parameters, tags,
    output, samples, images and files come along. Once more it copies what is new or has changed since, and nothing
    twice.
    """
    from runs_tui.cli.choosing import counted
    from runs_tui.cli.progress_line import ProgressLine
    from runstore.importing.bring import (
        CHANGED,
        EMPTY,
        LARGEST,
        NEW,
        SAME,
        import_runs,
        plan_import,
        runs_at,
    )
    from runstore.layout.names import check_experiment_name
    from runstore.layout.printable import printable
    from runstore.layout.roots import resolve_root

    if experiment is not None:
        check_experiment_name(experiment)
    there, largest = resolve_root(root), sys.maxsize if large_files else LARGEST
    places = runs_at(os.path.expanduser(path))
    if dry_run:
        for outcome in plan_import(there, places, largest):
            click.echo(f"{outcome.word:9}{outcome.place.kind:12} {_name_of(outcome.place)}")
        return
    done: list[Outcome] = []
    with ProgressLine("importing") as progress:
        # raises what becomes a Problem
        done.extend(
            import_runs(
                there,
                places,
                experiment=experiment,
                largest=largest,
                told=lambda place: progress.tell(_name_of(place)),
            )
        )
    wrong = [outcome for outcome in done if outcome.why]
    words = [outcome.word for outcome in done if not outcome.why]
    parts = [f"imported {counted(words.count(NEW))} into {printable(there, 300)}"]
    for word, said in ((CHANGED, "copied anew, since changed"), (SAME, "as before"), (EMPTY, "with nothing in it")):
        parts += [f"{words.count(word)} {said}"] if word in words else []
    click.echo(", ".join(parts))
    for outcome in wrong[:_NAMED]:
        click.echo(f"left out {_name_of(outcome.place)}: {printable(outcome.why, 300)}", err=True)
    if len(wrong) > _NAMED:
        click.echo(f"and {counted(len(wrong) - _NAMED, 'more run')} left out", err=True)
    if wrong:
        sys.exit(1)


def _name_of(place: Place) -> str:
    from runstore.layout.printable import printable

    return printable(f"{place.experiment}/{place.name}", 200)
