"""``runs-tui tail``: print the output of runs, and follow it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from runs_tui.cli import completing
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
@click.option("--lines", "-n", "count", type=click.IntRange(min=0), default=10, show_default=True, metavar="N",
              help="How many lines of the end to begin with.")  # fmt: skip
@click.option("--stderr", is_flag=True, help="The log of stderr, where a run keeps it apart.")
@click.option("--logging", is_flag=True, help="The records of Python's logging.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="Each line as a JSON object.")
def command(
    runs: tuple[str, ...], follow: bool, count: int, stderr: bool, logging: bool, root: str | None, as_json: bool
) -> None:
    """Print the last lines that RUN printed: an id, the start of one, a name, or 'last'.

    Progress bars are shown in their last state. Colours are kept on a terminal. Of a run with several ranks it is
    the lowest one; with --follow and no output yet, it waits for some.
    """
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.resolve import all_rows, find_in
    from runs_tui.cli.tail_print import JsonPrinter, TextPrinter
    from runs_tui.cli.tail_run import RunTail

    if stderr and logging:
        raise Problem("--stderr and --logging are two logs: choose one")
    wanted: Wanted = "stderr" if stderr else "logging" if logging else "output"
    rows = all_rows(root)
    chosen = {row.key: row for row in (find_in(rows, text) for text in runs)}
    tails = [RunTail(row, count, wanted) for row in chosen.values()]
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
            click.echo(f"{printer.name(tail.row)}: {_NOTHING[wanted]}", err=True)
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
