"""``runs-tui tail``: print the output of runs, and follow it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from runs_tui.cli import completing
from runs_tui.cli.ages import moment
from runs_tui.cli.options import root_option
from runs_tui.cli.pipes import closed_within, forget_stdout
from runstore.layout.printable import printable

if TYPE_CHECKING:
    from runs_tui.cli.tail_print import Printer
    from runs_tui.cli.tail_run import RunTail, Wanted

_POLL = 0.1
"""Seconds between two looks at the logs."""
_NOTHING = {
    "output": "no captured output",
    "stderr": "no stderr log of its own",
    "logging": "no records of Python's logging",
}


@click.command("tail")
@click.argument("runs", nargs=-1, required=True, metavar="RUN...", shell_complete=completing.runs)
@click.option("--follow", "-f", is_flag=True, help="Go on with what is printed, until the runs end.")
@click.option("--lines", "-n", "count", type=click.IntRange(min=0), metavar="N",
              help="How many lines of the end to begin with; 10, with --since all.")  # fmt: skip
@click.option("--grep", metavar="PATTERN",
              help="Only lines with these words, or with /expression/; with a ! before it those without.")  # fmt: skip
@click.option("--since", metavar="WHEN", help="Nothing older: an age such as 90s or 2h, or a time as 2026-11-24T14:30.")
@click.option("--rank", type=click.IntRange(min=0), metavar="N", help="The log of this rank.")
@click.option("--stderr", is_flag=True, help="The log of stderr, where a run keeps it apart.")
@click.option("--logging", is_flag=True, help="The records of Python's logging.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="Each line as a JSON object.")
def command(
    runs: tuple[str, ...],
    follow: bool,
    count: int | None,
    grep: str | None,
    since: str | None,
    rank: int | None,
    stderr: bool,
    logging: bool,
    root: str | None,
    as_json: bool,
) -> None:
    """Print the last lines that RUN printed: an id, the start of one, a name, or 'last'.

    Progress bars are shown in their last state. Colours are kept on a terminal. Of a run with several ranks it is
    the lowest one. With --follow it waits for runs that are yet to start, and ends when all have ended.
    """
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.resolve import all_rows, find_in
    from runs_tui.cli.tail_print import JsonPrinter, TextPrinter
    from runs_tui.cli.tail_run import RunTail, Wanted
    from runstore.exceptions import UserErrorException
    from runstore.reading.text import parse_filter

    if stderr and logging:
        raise Problem("--stderr and --logging are two logs: choose one")
    try:
        pattern = parse_filter(grep) if grep else None
    except UserErrorException as error:
        raise Problem(error.message) from None
    wanted = Wanted(
        "stderr" if stderr else "logging" if logging else "output",
        10 if count is None and since is None else count,
        rank,
        moment(since) if since is not None else None,
        pattern,
    )
    rows = all_rows(root)
    chosen = {row.key: row for row in (find_in(rows, text) for text in runs)}
    tails = [RunTail(row, wanted) for row in chosen.values()]
    printer = JsonPrinter() if as_json else TextPrinter([tail.row for tail in tails])
    try:
        if follow:
            _follow(tails, printer)
        else:
            _print_once(tails, printer, wanted)
    except KeyboardInterrupt:
        printer.close()
        sys.exit(130)
    except BrokenPipeError:
        forget_stdout()
        sys.exit(0)


def _print_once(tails: list[RunTail], printer: Printer, wanted: Wanted) -> None:
    for tail in tails:
        if tail.log is None:
            of_rank = ""
            if wanted.rank is not None:
                known = ", ".join(map(str, tail.ranks)) or "none"
                of_rank = f" of rank {wanted.rank} (ranks with output: {known})"
            click.echo(f"{printer.name(tail.row)}: {_NOTHING[wanted.log]}{of_rank}", err=True)
        printer.print_new(tail)
        printer.end(tail)
    printer.close()


def _follow(tails: list[RunTail], printer: Printer) -> None:
    open_tails = list(tails)
    while open_tails:
        for tail in list(open_tails):
            other_log = tail.look()
            printer.print_new(tail)
            if other_log:
                printer.end(tail)
                tail.switch()
                printer.print_new(tail)
            elif tail.has_ended:
                # What it printed last may have come after the lines were read.
                printer.print_new(tail)
                printer.end(tail)
                printer.flush()
                click.echo(f"{printer.name(tail.row)}: {printable(tail.end)}", err=True)
                open_tails.remove(tail)
        printer.show_partial(open_tails)
        printer.flush()
        if open_tails and closed_within(_POLL):
            raise BrokenPipeError
    printer.close()
