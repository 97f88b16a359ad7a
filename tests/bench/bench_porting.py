"""A million points on their way to other tools and back: what export and import cost."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from runstore.importing.points import write_points
from runstore.reading.series_data import Series
from runstore.writing.create import create_run
from tests.bench.table import row

_METRICS, _STEPS = 10, 100_000
_TOOLS = ("tensorboard", "mlflow", "csv")


def big_run(root: Path) -> None:
    """A run with a million points; each metric has times of its own."""
    folder = create_run(str(root), "big", display_name="big", status="Completed", started=1.7e9, ended=1.7e9 + _STEPS)
    steps = np.arange(_STEPS)
    values = np.random.default_rng(0).random((_METRICS, _STEPS))
    series = (
        Series(f"m{number}", 0, "f", steps, 1.7e9 + steps + number / 100, column, column, 0)
        for number, column in enumerate(values)
    )
    write_points(f"{folder}/points", 0, 1.7e9, series)


def command(*arguments: str | Path) -> str:
    """Call the program; what it took, start included."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "runs_tui", *map(str, arguments)], stdout=-3, stderr=-3)
    _, state, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if state:
        raise RuntimeError(f"{arguments} ended with {state}")
    return f"{seconds:6.2f} s, CPU {usage.ru_utime + usage.ru_stime:5.2f} s, {usage.ru_maxrss / 1024:4.0f} MB"


def main() -> None:
    """Export to each tool, import from those that have all of it, and each once more with nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        os.environ.update(XDG_STATE_HOME=f"{top}/state", XDG_CACHE_HOME=f"{top}/cache")
        big_run(top / "store")
        for tool in _TOOLS:
            export = ("export", "--root", top / "store", "--to", tool, top / tool)
            row(f"export 1e6 points to {tool}", command(*export))
            row("once more, nothing has changed", command(*export))
        for tool in _TOOLS[:2]:
            bring = ("import", top / tool, "--root", top / f"from-{tool}")
            row(f"import 1e6 points from {tool}", command(*bring))
            row("once more, nothing has changed", command(*bring))
