"""A log of 1 GB in the Output tab beside less, lnav and tail: to its end, a search through all of it, memory.

less and lnav (Debian) are measured where they are installed. All of them on a terminal of 200x50, each fresh.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.bench_output import SIZE, big_log
from tests.bench.table import row, spread
from tests.terminal import PtyApp
from tests.tui.output_host import PrintedRun

ROUNDS = 2
NEEDLE = "the first line of all"
LAST = "the very last line"


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure(name: str, command: list[str], open_keys: list[str], search_keys: list[str]) -> None:
    """Open at the end, look for the first line, and memory after both."""
    opened, found, memory, sent = [], [], 0.0, 0
    for _ in range(ROUNDS):
        with PtyApp(command, *SIZE) as app:
            if open_keys:  # a program that is on the screen already: from the key
                app.wait_for("running", timeout=60)
                app.wait_quiet(1.0, timeout=60)
            before = app.bytes_out
            begun = time.perf_counter()
            if open_keys:
                app.press(*open_keys)
                app.wait_for("std_log", timeout=60)
            app.wait_for(LAST, timeout=120)
            opened.append(time.perf_counter() - begun)
            app.wait_quiet(1.0, timeout=60)
            sent = app.bytes_out - before
            if search_keys:
                app.press(*search_keys)
                found.append(seconds(lambda app=app: app.wait_for(NEEDLE + " " * 20, timeout=300)))  # type: ignore[misc]
            memory = app.rss() / 1e6
    row(f"{name}: to the last page", spread([each * 1e3 for each in opened], " ms", 0))
    row(f"{name}: bytes to the terminal for that", str(sent))
    if found:
        row(f"{name}: search from the end to the first line", spread(found, " s"))
    row(f"{name}: memory", f"{memory:.0f} MB")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        run = PrintedRun(Path(name) / "store")
        path = run.path()
        big_log(path)
        with path.open("r+b") as log:
            log.write(NEEDLE.encode() + b" " * 30)
        app = [sys.executable, "-m", "runs_tui", str(Path(name) / "store")]
        measure("the Output tab", app, ["t"], ["/", *NEEDLE, "enter"])
        if shutil.which("less"):
            measure("less", ["less", "-n", "+G", str(path)], [], ["?", *NEEDLE, "enter"])
        if shutil.which("lnav"):
            measure("lnav", ["lnav", str(path)], [], ["/", *NEEDLE, "enter", "N"])
        measure("tail -n 50", ["sh", "-c", f"tail -n 50 {path}; sleep 3"], [], [])


if __name__ == "__main__":
    main()
