"""`RunDetails`: a live view of a run in a notebook, and of the app in a terminal."""

from __future__ import annotations

import os
import sys
import threading
import time
from importlib import import_module

from runstore.widget import page
from runstore.widget.contents import contents_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from runstore.runs.run import Run

_TERMINAL = ("Completed", "Failed", "Canceled")
_FASTEST, _SLOWEST = 1.0, 10.0
_INTERVAL_VARIABLE = "AZUREML_OVERRIDE_ALL_WIDGET_REFRESH_TIME"


class RunDetails:
    """The view of one run. In a notebook it follows the run by itself until that has ended."""

    def __init__(self, run_instance: Run) -> None:
        """Raises TypeError for what is no run."""
        if not hasattr(run_instance, "get_details"):
            raise TypeError("RunDetails shows a Run, not {}".format(type(run_instance).__name__))
        self._run = run_instance
        self._thread: threading.Thread | None = None

    def show(self, render_lib: Any = None, widget_settings: Any = None) -> None:
        """Show the run: in a notebook below the cell, live; in an interactive terminal the app; else as text."""
        if _notebook():
            self._show_live()
        elif _interactive_terminal():
            self._open_app()
        else:
            sys.stdout.write(as_text(contents_of(self._run)))

    def get_widget_data(self, widget_settings: Any = None) -> dict[str, Any]:
        """What the view shows, as plain data."""
        return contents_of(self._run)

    def _show_live(self) -> None:
        front_end: Any = import_module("IPython.display")  # only a notebook has it

        contents = contents_of(self._run)
        parts: list[tuple[Callable[[dict[str, Any]], str], Any, str]] = []
        for draw in (page.head, page.figures, page.log):
            drawn = draw(contents)
            parts.append((draw, front_end.display(front_end.HTML(drawn), display_id=True), drawn))
        if contents["status"] not in _TERMINAL:
            self._thread = threading.Thread(
                target=self._follow, args=(_onlooker(self._run), parts, front_end.HTML), name="run-details", daemon=True
            )
            self._thread.start()

    def _follow(self, run: Run, parts: list[tuple[Any, Any, str]], html: Any) -> None:
        """Draw the parts that changed until the run has ended; a run that is quiet is looked at less often."""
        wait = _FASTEST
        while True:
            time.sleep(_interval() or wait)
            begun = time.time()
            try:
                contents = contents_of(run)
                changed = False
                for place, (draw, handle, before) in enumerate(parts):
                    drawn = draw(contents)
                    if drawn != before:
                        handle.update(html(drawn))
                        parts[place] = (draw, handle, drawn)
                        changed = changed or draw is not page.head  # its clock always moves
            except Exception as error:  # the view must never disturb the notebook: it says so once and ends
                parts[0][1].update(html("<div>the view has ended: {}</div>".format(page.escape(error))))
                return
            if contents["status"] in _TERMINAL:
                return
            # Little of the kernel's time, whatever the size of the run.
            wait = max(_FASTEST if changed else min(wait * 1.5, _SLOWEST), 10 * (time.time() - begun))

    def _open_app(self) -> None:
        import subprocess

        python = os.environ.get("RUNSTORE_PYTHON") or sys.executable
        root = os.path.dirname(os.path.dirname(self._run._folder))
        if subprocess.call([python, "-m", "runs_tui", root, "--run", self._run.id]) != 0:
            sys.stdout.write(as_text(contents_of(self._run)))


def _onlooker(run: Run) -> Run:
    """The same run with a reader of its own, which what the notebook reads meanwhile does not move."""
    from runstore.runs.run import Run

    return Run._attach(run.experiment, run._folder)


def as_text(contents: dict[str, Any]) -> str:
    """The view in lines, for where nothing can be drawn."""
    from runstore.layout.printable import printable

    lines = ["{} / {}: {}".format(contents["experiment"], contents["name"], contents["state"])]
    lines += ["  {}: {}".format(label, value) for label, value in contents["properties"].items()]
    lines += ["  {}: {}".format(name, value) for name, value in contents["values"].items()]
    lines += ["  {}: {} points, last {:.6g}".format(name, len(y), y[-1]) for name, _, y in contents["charts"] if y]
    lines += ["  child {}: {}".format(child["Run"], child["State"]) for child in contents["children"]]
    lines.append("  watch it: runs-tui {}".format(os.path.dirname(os.path.dirname(contents["folder"]))))
    return "".join(printable(line, 500) + "\n" for line in lines)


def _notebook() -> bool:
    """Whether this is a kernel with a front end that shows HTML."""
    shell = sys.modules.get("IPython")
    get = getattr(shell, "get_ipython", None)
    instance = get() if get else None
    return instance is not None and getattr(instance, "kernel", None) is not None


def _interactive_terminal() -> bool:
    """Whether a person sits at a prompt of this process."""
    try:
        here = sys.stdin.isatty() and sys.stdout.isatty()
    except (AttributeError, ValueError):
        return False
    return here and (hasattr(sys, "ps1") or "IPython" in sys.modules)


def _interval() -> float:
    text = os.environ.get(_INTERVAL_VARIABLE, "")
    try:
        return max(float(text), 0.2) if text else 0.0
    except ValueError:
        return 0.0
