"""``runs-tui [ROOT...]``: open the app."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

import click

from runs_tui.cli import completing

if TYPE_CHECKING:
    from runs_tui.cli.errors import Problem
    from runs_tui.model.view import View


@click.command("open", hidden=True)
@click.argument("roots", nargs=-1, metavar="[PATH...]", shell_complete=completing.folders)
@click.option(
    "--run", "run", metavar="RUN", shell_complete=completing.runs, help="Open this run at once: an id, a name, 'last'."
)
@click.option("--view", "view_name", metavar="NAME", help="Begin with this saved view.")
@click.option(
    "--mouse/--no-mouse", default=None, help="Take the mouse, or leave it to the terminal, so that it can select text."
)
@click.option("--utc", is_flag=True, help="Show times in UTC.")
@click.option("--ascii", "plain", is_flag=True, help="Draw with ASCII characters alone.")
@click.option("--theme", metavar="NAME", help="Colours: runs-dark, runs-light, runs-colourblind, ansi-dark ...")
def command(
    roots: tuple[str, ...],
    run: str | None,
    view_name: str | None,
    mouse: bool | None,
    utc: bool,
    plain: bool,
    theme: str | None,
) -> None:
    """Open the monitor on PATH..., or on the current run store.

    A PATH is a run store, or a folder with runs of other tools: TensorBoard, W&B offline, MLflow, logs, CSV ...
    """
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.settings import settings_for_the_monitor
    from runstore.sources import early

    early.prepare(roots)
    chosen, others = _roots(roots)
    view = _view(chosen, view_name) if view_name is not None else None
    if not sys.stdout.isatty() or not sys.stdin.isatty():
        raise Problem("the monitor needs a terminal; 'runs-tui ls' lists the runs without one")
    settings = settings_for_the_monitor(plain)
    first_run = _run_in(chosen, run) if run is not None else None
    gc.disable()  # nothing made while starting is garbage; the app turns it on again
    from runs_tui.model.feed import start_feed
    from runstore.jobs.submit.starter import keep_queue_going

    feed = start_feed(chosen, view)  # reads while Textual is imported
    for each in chosen:
        keep_queue_going(each)
    try:
        from runs_tui.cli.lean_import import import_textual

        import_textual()
        from runs_tui.app import run_app

        code = run_app(
            chosen,
            others,
            mouse=settings.mouse if mouse is None else mouse,
            utc=utc or settings.utc,
            theme=theme or settings.theme or None,
            feed=feed,
            first_run=first_run,
        )
    except ValueError as error:
        raise Problem(str(error)) from error
    finally:
        feed.close()
    sys.exit(code)


def _run_in(roots: list[str], text: str) -> str:
    """The key of the run that ``text`` means, in any of the roots; raises `Problem` for none."""
    from runs_tui.cli.resolve import find_in, rows_in, store
    from runstore.sources.opening import only_run

    if not os.path.isdir(roots[0]):
        store(roots[0])  # says that there is none
    only = only_run(roots[0]) if text == "last" and len(roots) == 1 else None
    return only or find_in(rows_in(roots), text).key


def _view(roots: list[str], name: str) -> View:
    """The saved view of this name; raises `Problem` for none."""
    from runs_tui.cli.errors import Problem
    from runs_tui.model.text import safe
    from runs_tui.model.views import Views

    views = Views(roots)
    view = views.saved(name)
    if view is None:
        known = ", ".join(safe(each, 60) for each in views.names)
        hint = f"there are {known}" if known else "none is saved yet: w, then s, in the monitor saves what is shown"
        raise Problem(f"there is no view {name!r}; {hint}")
    return view


def _roots(given: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The roots to open and the other known ones, absolute. Each that was given must exist."""
    from runs_tui.cli.errors import Problem
    from runstore.layout import roots
    from runstore.layout.rights import why_not_look
    from runstore.sources.opening import roots_in

    for root in given:
        if not os.path.exists(os.path.expanduser(root)):
            raise _missing(root)
    chosen = [each for root in given for each in roots_in(root)] or [_current_root()]
    for root in chosen:
        closed = why_not_look(root) if os.path.isdir(root) else ""
        if closed:
            raise Problem(closed)
    return list(dict.fromkeys(chosen)), [root for root in reversed(roots.known_roots()) if root not in chosen]


def _current_root() -> str:
    """The run store to open when none is named; where there is none yet, the runs of other tools in this folder."""
    from runstore.layout.roots import current_folder, resolve_root
    from runstore.sources.opening import is_foreign

    root, here = resolve_root(), current_folder()
    return here if not os.path.isdir(root) and is_foreign(here) else root


def _missing(root: str) -> Problem:
    import difflib

    from runs_tui.cli.errors import Problem
    from runs_tui.cli.main import COMMANDS

    near = difflib.get_close_matches(root, COMMANDS, n=1)
    hint = f"did you mean 'runs-tui {near[0]}'?" if near else f"'runs-tui init {root}' makes a run store there"
    return Problem(f"there is no file or folder {root!r}; {hint}")
