"""``runs-tui tail``: print the output of runs, and follow it."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import click

from runstore.layout.printable import printable

if TYPE_CHECKING:
    from runs_tui.cli.tail_print import Printer
    from runs_tui.cli.tail_run import RunTail

_POLL = 0.1
"""Seconds between two looks at the logs."""


@click.command("tail")
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@click.option("--follow", "-f", is_flag=True, help="Go on with what is printed, until the runs end.")
@click.option("--lines", "-n", "count", type=click.IntRange(min=0), default=10, show_default=True, metavar="N",
              help="How many lines of the end to begin with.")  # fmt: skip
@click.option("--stderr", is_flag=True, help="The log of stderr, where a run keeps it apart.")
@click.option("--root", metavar="DIR", help="The run store; else the current one.")
@click.option("--json", "as_json", is_flag=True, help="Each line as a JSON object.")
def command(runs: tuple[str, ...], follow: bool, count: int, stderr: bool, root: str | None, as_json: bool) -> None:
    """Print the last lines that RUN printed: an id, the start of one, a name, or 'last'.

    Progress bars are shown in their last state. Colours are kept on a terminal. Of a run with several ranks it is
    the lowest one; with --follow and no output yet, it waits for some.
    """
    from runs_tui.cli.resolve import all_rows, find_in
    from runs_tui.cli.tail_print import JsonPrinter, TextPrinter
    from runs_tui.cli.tail_run import RunTail

    rows = all_rows(root)
    chosen = {row.key: row for row in (find_in(rows, text) for text in runs)}
    tails = [RunTail(row, count, stderr) for row in chosen.values()]
    printer = JsonPrinter() if as_json else TextPrinter([tail.row for tail in tails])
    try:
        if follow:
            _follow(tails, printer)
        else:
            _print_once(tails, printer, stderr)
    except KeyboardInterrupt:
        printer.close()
        sys.exit(130)
    except BrokenPipeError:
        # Nobody reads any more. Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _print_once(tails: list[RunTail], printer: Printer, stderr: bool) -> None:
    for tail in tails:
        if tail.log is None:
            what = "no stderr log of its own" if stderr else "no captured output"
            click.echo(f"{printer.name(tail.row)}: {what}", err=True)
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
        if open_tails:
            _wait(_POLL)
    printer.close()


def _wait(seconds: float) -> None:
    """Sleep, but not when nobody reads what is printed any more: then raise BrokenPipeError."""
    import select

    poll = select.poll()
    try:
        poll.register(sys.stdout.fileno(), 0)
    except (OSError, ValueError):
        time.sleep(seconds)
        return
    if any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(seconds * 1000)):
        raise BrokenPipeError
