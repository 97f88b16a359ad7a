"""``runs-tui [ROOT...]``: open the app."""

from __future__ import annotations

import gc
import os
import sys

import click


@click.command("open", hidden=True)
@click.argument("roots", nargs=-1, metavar="[ROOT...]")
@click.option("--run", "run", metavar="RUN", help="Open this run at once: an id, a name, 'last'.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal, so that it can select text.")
@click.option("--utc", is_flag=True, help="Show times in UTC.")
@click.option("--theme", metavar="NAME", help="Colours: runs-dark, runs-light, ansi-dark, ansi-light ...")
def command(roots: tuple[str, ...], run: str | None, no_mouse: bool, utc: bool, theme: str | None) -> None:
    """Open the monitor on the run stores ROOT..., or on the current one."""
    from runs_tui import keys
    from runs_tui.cli.errors import Problem

    chosen, others = _roots(roots)
    if not sys.stdout.isatty() or not sys.stdin.isatty():
        raise Problem("the monitor needs a terminal; 'runs-tui ls' lists the runs without one")
    first_run = None
    if run is not None:
        from runs_tui.cli.resolve import find_row

        first_run = find_row(chosen[0], run).key
    try:
        keys.check()
    except keys.KeyConfigError as error:
        raise Problem(str(error)) from error

    gc.disable()  # nothing made while starting is garbage; the app turns it on again
    from runs_tui.model.feed import start_feed
    from runstore.jobs.submit.starter import keep_queue_going

    feed = start_feed(chosen)  # reads while Textual is imported
    for each in chosen:
        keep_queue_going(each)
    try:
        from runs_tui.app import run_app

        code = run_app(chosen, others, mouse=not no_mouse, utc=utc, theme=theme, feed=feed, first_run=first_run)
    except ValueError as error:
        raise Problem(str(error)) from error
    finally:
        feed.close()
    sys.exit(code)


def _roots(given: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The roots to open and the other known ones, absolute. Each that was given must exist."""
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.main import COMMANDS
    from runs_tui.cli.resolve import store_in
    from runstore.layout import roots

    for root in given:
        if not os.path.isdir(os.path.expanduser(root)):
            import difflib

            near = difflib.get_close_matches(root, COMMANDS, n=1)
            hint = f"did you mean 'runs-tui {near[0]}'?" if near else f"'runs-tui init {root}' makes a run store there"
            raise Problem(f"there is no folder {root!r}; {hint}")
    chosen = [store_in(root) for root in given] or [roots.resolve_root()]
    return list(dict.fromkeys(chosen)), [root for root in reversed(roots.known_roots()) if root not in chosen]
