"""A log of 1 GB in the Output tab beside less, lnav and tail: to its end, a search through all of it, memory; then a
growing log followed by all of them, and by the console of W&B LEET.

less and lnav (Debian) are measured where they are installed. All on a terminal of 200x50, each fresh.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.bench_output import SIZE, WRITER, big_log
from tests.bench.peers.leet import VERSION, Leet
from tests.bench.peers.setup import Unavailable
from tests.bench.table import percentile, row, spread
from tests.terminal import PtyApp, ScreenTimeout
from tests.tui.output_host import PrintedRun

ROUNDS = 2
SECONDS = 5.0
SLOW = 1_000
PATIENCE = 60.0
"""Seconds that a program has for its last page, and for each search."""
NEEDLE = "the first line of all"
LAST = "the very last line"


def ours(root: Path) -> list[str]:
    """The app on this store."""
    return [sys.executable, "-m", "runs_tui", str(root)]


def opened(name: str, command: Sequence[str], *steps: tuple[Sequence[str], str]) -> None:
    """Open at the end, press keys and wait for a text, step by step (the last one is a search), memory after all."""
    to_end: list[float] = []
    found: list[float] = []
    memory, sent = 0.0, 0
    for _ in range(ROUNDS):
        with PtyApp(command, *SIZE) as app:
            tab = "runs_tui" in command
            if tab:  # it is on the screen already
                app.wait_for("running", timeout=60)
                app.wait_quiet(1.0, timeout=60)
                app.press("t")
            before = app.bytes_out
            to_end.append(until(app, "std_log", LAST) if tab else until(app, LAST))
            app.wait_quiet(1.0, timeout=60)
            sent = app.bytes_out - before
            if steps and not found:  # once: less takes a minute
                for keys, awaited in steps:
                    app.press(*keys)
                    taken = until(app, awaited)
                found.append(taken)
            memory = max(memory, app.rss() / 1e6)
    row(f"{name}: to the last page", told(to_end, 1e3, " ms"), "500 ms" if "runs_tui" in command else "")
    row(f"{name}: bytes to the terminal for that", str(sent))
    if found:
        row(f"{name}: search through all of it", told(found, 1.0, " s"))
    row(f"{name}: memory", f"{memory:.0f} MB")


def until(app: PtyApp, *words: str) -> float:
    """Seconds until all of these are on the screen; infinite where they do not come in time."""
    begun = time.perf_counter()
    try:
        app.wait_for(lambda screen: all(word in screen.text() for word in words), timeout=PATIENCE)
    except ScreenTimeout:
        return math.inf
    return time.perf_counter() - begun


def told(seconds: Sequence[float], unit: float, name: str) -> str:
    """The seconds as a multiple of a unit, or that they were too many."""
    if math.inf in seconds:
        return f"not within {PATIENCE:.0f} s"
    return spread([each * unit for each in seconds], name, 0 if unit > 1 else 2)


def followed(name: str, app: PtyApp, on_screen: bool = True) -> None:
    """CPU, lag and bytes of a program that follows what is printed; ``on_screen``: it draws, and does not scroll by."""
    time.sleep(2)
    cpu, sent, begun = app.cpu_seconds(), app.bytes_out, time.monotonic()
    lags: list[float] = []
    while time.monotonic() - begun < SECONDS:
        seen = app.text() if on_screen else app.raw[-20_000:].decode("utf-8", "replace")
        times = re.findall(r"now (\d+\.\d{3})", seen)
        if times:
            lags.append(time.time() - max(map(float, times)))
        time.sleep(0.05)
    passed = time.monotonic() - begun
    row(f"{name}: CPU", f"{(app.cpu_seconds() - cpu) / passed * 100:.1f} %")
    lag = f"{percentile(lags, 0.5):.2f} s, {percentile(lags, 0.99):.2f} s" if lags else "nothing seen"
    row(f"{name}: lag, median and p99", lag)
    row(f"{name}: bytes/s to the terminal", f"{(app.bytes_out - sent) / passed:.0f}")


def writing(path: Path, lines: int) -> subprocess.Popen[bytes]:
    """A process that prints so many lines a second into a log."""
    return subprocess.Popen([sys.executable, "-c", WRITER.replace("100_000", str(lines)), str(path)])


def all_follow(place: Path, lines: int, programs: dict[str, list[str]]) -> None:
    """The Output tab, then ``programs``, each beside a writer of its own."""
    for number, (name, command) in enumerate({"the Output tab": [], **programs}.items()):
        root = place / f"{lines}-{number}"
        run = PrintedRun(root, r0_out=b"start\n")
        writer = writing(run.path(), lines)
        try:
            with PtyApp(ours(root) if not command else [*command, str(run.path())], *SIZE) as app:
                if not command:
                    app.wait_for("running", timeout=60)
                    app.press("t")
                    app.wait_for("following", timeout=60)
                followed(f"{lines:,} lines/s, {name}", app, on_screen=name not in ("tail -f", "less +F"))
        finally:
            writer.kill()
            writer.wait()


def leet_follows(place: Path) -> None:
    """The console of W&B LEET beside a run that prints as many lines as its SDK keeps up with."""
    try:
        leet = Leet(place / "wandb")
    except Unavailable as error:
        row("W&B LEET", "not measured", str(error))
        return
    writer = leet.print_lines(SLOW)
    assert writer.stdout is not None
    writer.stdout.readline()  # by then it has begun
    printed = threading.Thread(target=writer.stdout.read)  # it would stop when nobody takes what it prints
    printed.start()
    try:
        home = place / "home"
        home.mkdir()
        with leet.app(home) as app:
            app.wait_for("State: Running", timeout=60)
            app.press("4")
            app.wait_for("grad_norm", timeout=60)
            followed(f"{SLOW:,} lines/s, W&B LEET {VERSION}", app)
    finally:
        writer.kill()
        writer.wait()
        printed.join()


def main() -> None:
    """Measure and print."""
    less, lnav = (shutil.which(name) for name in ("less", "lnav"))
    os.environ["LESSHISTFILE"] = "-"
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "store"
        path = PrintedRun(root).path()
        big_log(path)
        with path.open("r+b") as log:
            log.write(NEEDLE.encode() + b" " * 30)
        first = NEEDLE + " " * 20
        opened("the Output tab", ours(root), (["/", *NEEDLE, "enter"], first))
        if less:  # forwards: backwards it takes minutes
            opened("less", [less, "-n", "+G", str(path)], (["g"], first), (["/", *LAST, "enter"], LAST))
        if lnav:
            opened("lnav", [lnav, str(path)], (["/", *NEEDLE, "enter", "N"], first))
        opened("tail -n 50", ["sh", "-c", f"tail -n 50 {path}; sleep 3"])
    programs = {"tail -f": ["tail", "-f"]}
    programs |= {"less +F": [less, "+F"]} if less else {}
    programs |= {"lnav": [lnav]} if lnav else {}
    with tempfile.TemporaryDirectory() as name:
        all_follow(Path(name), 100_000, programs)
        all_follow(Path(name), SLOW, {})
        leet_follows(Path(name))


if __name__ == "__main__":
    main()
