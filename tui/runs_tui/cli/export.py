"""``runs-tui export``: the logged numbers of runs as one table for other programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import IO, TYPE_CHECKING

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option
from runs_tui.cli.query_command import QueryCommand

if TYPE_CHECKING:
    from runstore.export.columns import Columns
    from runstore.export.tidy import Piece
    from runstore.reading.row import RunRow

_FORMATS = ("csv", "jsonl", "parquet")
_TO = ("tensorboard", "mlflow", "csv", "parquet")


@click.command("export", cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[RUN... | QUERY]", shell_complete=completing.runs_or_query)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    shell_complete=completing.files,
    default="-",
    help="FILE.csv, .jsonl or .parquet; by default stdout.",
)
@click.option("--format", "format_", type=click.Choice(_FORMATS), help="Else as FILE ends; csv on stdout.")
@click.option(
    "--wide", is_flag=True, help="A line for each step and a column for each metric; else one for each value."
)
@click.option("-m", "--metric", "metrics", metavar="NAME", multiple=True, shell_complete=completing.metrics,
              help="Only this metric; can be repeated, and be a pattern: 'val/*'.")  # fmt: skip
@click.option(
    "--to",
    nargs=2,
    type=(click.Choice(_TO), click.Path()),
    metavar="TOOL DIR",
    help="Each run into DIR for TOOL: tensorboard, mlflow, csv, parquet; again only what has changed.",
)
@root_option
def command(
    words: tuple[str, ...],
    output: str,
    format_: str | None,
    wide: bool,
    metrics: tuple[str, ...],
    to: tuple[str, str] | None,
    root: str | None,
) -> None:
    """Write what runs logged as tidy data: of those that RUN or QUERY means, else of all.

    Columns are run, experiment, name, a param.NAME for each parameter, step, time, metric and value. With --to TOOL DIR
    each run becomes a folder or file of its own, as that tool keeps them.
    """
    from runs_tui.cli.choosing import choose, counted
    from runs_tui.cli.errors import Problem

    if to is not None:
        if output != "-" or format_ or (wide and to[0] not in ("csv", "parquet")):
            raise Problem(f"--to {to[0]} DIR says what is written and where: leave --output, --format and --wide out")
        _write_each(choose(root, words, bare=True).rows, *to, metrics, wide)
        return
    ending = output.rpartition(".")[2].lower() if "." in os.path.basename(output) else ""
    chosen = format_ or (ending if ending in _FORMATS else "csv" if output == "-" else "")
    if not chosen:
        raise Problem(f"{output}: give a name that ends in .csv, .jsonl or .parquet, or --format")
    rows = choose(root, words, bare=True).rows
    wanted = _wanted(metrics)
    if metrics and not any(wanted(name) for row in rows for name in row.metrics):
        raise Problem(f"none of {counted(len(rows))} has a metric {' or '.join(metrics)}")
    columns, pieces = _table(rows, wanted, wide)
    if output == "-":
        if chosen == "parquet" and sys.stdout.isatty():
            raise Problem("Parquet is not for a terminal: give -o FILE.parquet")
        _write(sys.stdout.buffer, chosen, columns, rows, pieces, safe=sys.stdout.isatty())
        return
    lines = _write_file(os.path.expanduser(output), chosen, columns, rows, pieces)
    click.echo(f"{output}: {counted(lines, 'line')} of {counted(len(rows))}", err=True)


def _write_each(rows: list[RunRow], tool: str, folder: str, metrics: tuple[str, ...], wide: bool) -> None:
    """Write each run below the folder. Raises `Problem`."""
    from runs_tui.cli.choosing import counted
    from runs_tui.cli.each import name_of
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.progress_line import ProgressLine
    from runstore.export.parquet import NoParquet
    from runstore.export.runs import export_runs

    folder = os.path.expanduser(folder)
    written = 0
    options = " ".join(sorted(metrics))
    try:
        with ProgressLine("exporting") as progress:
            done = export_runs(rows, tool, folder, wanted=_wanted(metrics), wide=wide, options=options)
            for row, is_new in done:
                progress.tell(name_of(row))
                written += is_new
    except NoParquet as error:
        raise Problem(str(error)) from error
    except OSError as error:
        raise Problem(f"cannot write {error.filename or folder}: {error.strerror or error}") from error
    same = len(rows) - written
    click.echo(f"{folder}: {counted(written)} written" + (f", {same} as before" if same else ""), err=True)


def _wanted(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    from fnmatch import fnmatchcase

    return lambda name: not patterns or any(name == each or fnmatchcase(name, each) for each in patterns)


def _table(rows: list[RunRow], wanted: Callable[[str], bool], wide: bool) -> tuple[Columns, Iterable[Piece]]:
    from runstore.export.columns import columns_of
    from runstore.export.tidy import long_pieces, wide_pieces
    from runstore.series import natural_key

    if not wide:
        return columns_of(rows, None), long_pieces(rows, wanted)
    names = sorted({name for row in rows for name in row.metrics if wanted(name)}, key=natural_key)
    return columns_of(rows, names), wide_pieces(rows, frozenset(names).__contains__)


def _write_file(path: str, format_: str, columns: Columns, rows: list[RunRow], pieces: Iterable[Piece]) -> int:
    """Write the file; how many lines it has. Raises `Problem`."""
    from runs_tui.cli.output_file import output_file

    lines = 0

    def counting() -> Iterable[Piece]:
        nonlocal lines
        for piece in pieces:
            lines += len(piece.steps)
            yield piece

    with output_file(path) as file:
        _write(file, format_, columns, rows, counting(), safe=False)
    return lines


def _write(
    file: IO[bytes], format_: str, columns: Columns, rows: list[RunRow], pieces: Iterable[Piece], *, safe: bool
) -> None:
    """``safe``: for a terminal, on which no character of a run may act."""
    from runs_tui.cli.errors import Problem
    from runstore.export.parquet import NoParquet, write_parquet
    from runstore.export.text import csv_text, json_lines
    from runstore.layout.printable import printable

    if format_ == "parquet":
        try:
            write_parquet(file, columns, rows, pieces)
        except NoParquet as error:
            raise Problem(str(error)) from error
        return
    for text in (csv_text if format_ == "csv" else json_lines)(columns, pieces):
        if safe:
            text = "".join(printable(line) + "\n" for line in text.splitlines())
        file.write(text.encode("utf-8", "replace"))
