"""The screens to be drawn: how each is reached, and what it shows once it is there."""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.terminal import PtyApp, ScreenTimeout

SIZES = ((80, 24), (160, 45))
PROJECT = "project"
_QUIET = 0.25  # seconds without a byte: the screen is painted; live screens are never quiet for long
_PAINT = 1.0
_PASSES = 3


@dataclass(frozen=True)
class Scene:
    """One screen. The cursor goes to the run ``on``, ``keys`` are pressed, and then ``shows`` is on the screen.

    ``opens``: the folder beside the store that is opened in its place.
    """

    name: str
    title: str
    shows: str
    on: str = ""
    keys: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    opens: str = ""


SCENES = (
    Scene("runs", "Runs", "brave-fox-12", on="brave-fox-12"),
    Scene("filter", "Runs, filtered", "resnet", keys=("/", *"resnet")),
    Scene("overview", "A failed run", "CUDA out of memory", on="lr-3e-2", keys=("enter", "1")),
    Scene("charts", "The charts of a run", "train/loss", on="brave-fox-12", keys=("enter", "2")),
    Scene("chart", "One chart", "train/loss", on="brave-fox-12", keys=("enter", "2", "l", "enter")),
    Scene("sections", "Charts in sections", "train", on="brave-fox-12", keys=("enter", "2", "s")),
    Scene("x-axis", "A metric as x axis", "values of a metric", on="brave-fox-12", keys=("enter", "2", "m")),
    Scene("nan", "A loss that went NaN", "NaN", on="student-fp16", keys=("enter", "2")),
    Scene("compare", "Runs compared", "with the best by", on="lr-1e-3", keys=("c",)),
    Scene("differences", "What differs between runs", "last values", on="lr-1e-3", keys=("c", "2")),
    Scene("sweep", "A metric against a parameter", "against", on="lr-1e-3", keys=("c", "3")),
    Scene("parallel", "All parameters side by side", "parameters and", on="lr-1e-3", keys=("c", "3", "t")),
    Scene("output", "The output of a run", "following", on="brave-fox-12", keys=("enter", "3")),
    Scene("traceback", "The output of a failed run", "OutOfMemoryError", on="lr-3e-2", keys=("enter", "3")),
    Scene("records", "What a run recorded", "by epoch", on="lr-1e-3", keys=("enter", "4")),
    Scene("matrix", "A confusion matrix", "predicted", on="lr-1e-3", keys=("enter", "4", "G")),
    Scene("image", "An image", "attention", on="lr-1e-3", keys=("enter", "4", "j")),
    Scene("files", "The files of a run", "metrics.json", on="lr-1e-3", keys=("enter", "5")),
    Scene("children", "A sweep and its children", "failed", on="learning-rates", keys=("enter", "6")),
    Scene("help", "The keys", "group by experiment", keys=("?",)),
    Scene("columns", "The chooser of columns", "earlier", on="brave-fox-12", keys=("v",)),
    Scene("palette", "The actions by name", "next experiment", keys=(":", *"exp")),
    Scene("actions", "The actions on a run", "into the trash", on="lr-3e-2", keys=("a",)),
    Scene("groups", "Runs by experiment", "best", on="brave-fox-12", keys=("b", "enter")),
    Scene("foreign", "Runs of five other tools", "bold-crow-77", on="resnet18-adam", opens=PROJECT),
    Scene("ls", "runs-tui ls", "brave-fox-12", arguments=("ls", "-n", "18")),
    Scene(
        "plot",
        "runs-tui plot",
        "lr-1e-2",
        arguments=("plot", "--height", "18", "lr-1e-2", "lr-1e-3", "lr-1e-4", "val/acc"),
    ),
)


PICTURE = "picture"
"""What a file that ``runs-tui plot`` writes is called, as a scene."""
PLOTTED = ("lr-1e-2", "lr-1e-3", "lr-1e-4", "-m", "train/loss", "-m", "val/acc", "--smooth", "0.6")


def take(scene: Scene, root: Path, cols: int, rows: int) -> PtyApp:
    """The program at this scene; the caller closes it. Raises `ScreenTimeout` when it cannot be reached."""
    home = root.parent
    state = home / "states" / f"{scene.name}-{cols}x{rows}"  # nothing is kept from one picture to the next
    environment = {"HOME": str(home), "RUNSTORE_ROOT": str(root), "XDG_STATE_HOME": str(state)}
    opened = [str(home / scene.opens)] if scene.opens else []
    app = PtyApp([sys.executable, "-m", "runs_tui", *opened, *scene.arguments], cols, rows, env=environment, cwd=home)
    try:
        if scene.arguments:
            if code := app.wait(60):
                raise ScreenTimeout(f"ended with {code}\n{app.dump()}")
        else:
            # A run counts as stalled once it has been read, which live ones are first.
            first = ("growing",) if scene.opens else ("running", "stalled")
            app.wait_for(lambda app: all(word in app.text() for word in first), timeout=30)
            if scene.on:
                _move_to(app, scene.on)
        for key in scene.keys:
            app.press(key)
            _settle(app)
        app.wait_for(scene.shows, timeout=15)
        _settle(app)
    except BaseException:
        app.close()
        raise
    return app


def _move_to(app: PtyApp, run: str) -> None:
    """Move the cursor from the top of the table down to the run of this name."""
    for _ in range(_PASSES):  # the order may change on the way, as long as runs are still being read
        app.press("g")
        _settle(app)
        while (here := _under_cursor(app)) != run:
            app.press("j")
            try:
                app.wait_for(partial(_moved_from, here), timeout=3)
            except ScreenTimeout:
                break
        else:
            return
    raise ScreenTimeout(f"no run {run!r} in the table\n{app.dump()}")


def _moved_from(here: str, app: PtyApp) -> bool:
    return _under_cursor(app) not in ("", here)


def _under_cursor(app: PtyApp) -> str:
    """The name of the run under the cursor."""
    marked = [line.rpartition("▸")[2].split() for line in app.lines() if "▸" in line]
    return next((words[0] for words in marked if words and words[0] != "all"), "")


def _settle(app: PtyApp) -> None:
    """Wait until a whole frame is painted: a pause in the output, however short on a live screen."""
    try:
        app.wait_quiet(_QUIET, _PAINT)
    except ScreenTimeout:
        app.wait_quiet(_QUIET / 5, _PAINT)
