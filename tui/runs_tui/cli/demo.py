"""``runs-tui demo``: small real trainings, made for it, to look at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import TYPE_CHECKING

import click

from runs_tui.cli.options import FiniteRange

if TYPE_CHECKING:
    from runs_tui.demo.session import Demo

_EVERY_SECONDS = 2.0
_LINES = "12"


@click.command("demo")
@click.option("--no-app", is_flag=True, help="Print the list of runs instead of opening the app.")
@click.option(
    "--seconds",
    metavar="N",
    type=FiniteRange(0),
    default=10.0,
    show_default=True,
    help="How long to print without the app.",
)
@click.option(
    "--root",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Keep the runs in this new folder; otherwise they are gone at the end.",
)
def command(no_app: bool, seconds: float, root: str | None) -> None:
    """Watch small trainings that learn, diverge, crash and are killed, for about three minutes.

    They are real, written with NumPy alone, in a store of their own. They end when the app is closed.
    """
    from runs_tui.cli.errors import Problem
    from runs_tui.demo.session import Demo, own_command

    if root is not None:
        root = os.path.abspath(os.path.expanduser(root))
        if os.path.isdir(root) and os.listdir(root):
            raise Problem(f"{root} is not empty; the demo wants a new folder")
        os.makedirs(root, exist_ok=True)  # or it is told now why that cannot be
    show = _show_list if no_app or not (sys.stdin.isatty() and sys.stdout.isatty()) else _show_app
    with Demo(root) as demo:
        click.echo(f"demo: real trainings in {demo.root}")
        code = show(demo, seconds)
    kept = f"Its runs are kept: runs-tui {root}" if root else "Its runs are gone"
    click.echo(f"The demo is over and its processes have ended. {kept}.\n")
    click.echo(f"Your own script, without changing it:\n\n    {own_command()}\n")
    sys.exit(code)


def _show_app(demo: Demo, _seconds: float) -> int:
    """The app, until it is left; its exit code."""
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.settings import settings_for_the_monitor

    settings = settings_for_the_monitor()
    from runs_tui.app import run_app  # before the wait: both take time

    _wait(demo)
    try:
        return run_app([demo.root], mouse=settings.mouse, utc=settings.utc, theme=settings.theme or None)
    except ValueError as error:
        raise Problem(str(error)) from error


def _show_list(demo: Demo, seconds: float) -> int:
    """The newest runs as ``runs-tui ls`` prints them, every two seconds, for ``seconds``."""
    # A signal becomes an exception, so that the end is said only when the trainings have ended.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    _wait(demo)
    began = time.monotonic()
    while True:
        passed = time.monotonic() - began
        click.echo(f"\n{passed:.0f} s")
        command = [sys.executable, "-m", "runs_tui", "ls", "--root", demo.root, "-n", _LINES]
        subprocess.run(command, check=False)
        if passed >= seconds:
            return 0
        time.sleep(max(0.0, min(_EVERY_SECONDS, seconds - passed)))


def _wait(demo: Demo) -> None:
    from runs_tui.cli.errors import Problem

    problem = demo.wait_until_ready()
    if problem is not None:
        raise Problem(f"the demo cannot run its trainings:\n{problem}")


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
