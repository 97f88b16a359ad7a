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


_PROGRAM = """
import atexit, os, sys
from runs_tui.__main__ import main
highest = lambda: next(line.split()[1] for line in open("/proc/self/status", "rb") if line.startswith(b"VmHWM"))
atexit.register(lambda: os.write(3, highest()))
main()
"""
"""Tells the most memory that it had; what `os.wait4` tells is no less than that of the process that started it."""


def command(*arguments: str | Path) -> str:
    """Call the program; what it took, start included."""
    reader, writer = os.pipe()
    began = time.perf_counter()
    process = subprocess.Popen(
        ["bash", "-c", 'exec "$@" 3>&1 >/dev/null', "bash", sys.executable, "-c", _PROGRAM, *map(str, arguments)],
        stdout=writer, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writer)
    _, state, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    with open(reader) as told:
        memory = told.read()
    if state:
        raise RuntimeError(f"{arguments} ended with {state}")
    return f"{seconds:6.2f} s, CPU {usage.ru_utime + usage.ru_stime:5.2f} s, {int(memory) / 1024:4.0f} MB"


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
