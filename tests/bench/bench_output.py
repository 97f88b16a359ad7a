"""Output: a log of 1 GB opened, counted and searched; a writer of 100,000 lines a second followed; colours parsed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
from rich.text import Text

from runs_tui.ansi import PLAIN, segments_of
from runstore.reading.text import Errors, Search, TextFile, decode, parse_pattern, screen_line
from tests.bench.peers.readers.store import peak
from tests.bench.table import percentile, row, spread
from tests.terminal import PtyApp
from tests.tui.output_host import PrintedRun

SIZE = (200, 50)
GIGABYTE = 1 << 30

WRITER = """
import sys, time
log = open(sys.argv[1], "ab", buffering=0)
begun, number = time.time(), 0
while True:
    due = int((time.time() - begun) * 100_000)
    lines = [b"step %9d loss 0.31250 grad_norm 1.20400 lr 0.00030 tokens/s 123456 now %.3f\\n" % (each, time.time())
             for each in range(number, due)]
    log.write(b"".join(lines))
    number = due
    time.sleep(0.01)
"""


def big_log(path: Path) -> None:
    """A gigabyte of training output."""
    block = b"".join(
        b"2026-11-24 12:00:%02d step %6d loss %.6f grad_norm %.4f lr 3e-4 tokens/s 12345\n"
        % (each % 60, each, 1 / (each + 1), each * 0.1)
        for each in range(20_000)
    )
    with path.open("wb") as log:
        while log.tell() < GIGABYTE:
            log.write(block)
        log.write(b"the very last line\n")


def timed(work: Callable[[], object], rounds: int = 5) -> list[float]:
    """Seconds of each round."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return times


def big_file(path: str) -> None:
    """The file by itself, in this process."""

    def open_at_end() -> None:
        file = TextFile(path)
        start = file.last()
        for _ in range(50):
            assert start is not None
            screen_line(decode(file.line(start)))
            start = file.before(start)
        file.close()

    row("1 GB: open and read the last 50 lines", spread([t * 1e3 for t in timed(open_at_end)], " ms"), "50 ms")
    import numpy as np  # noqa: F401 - loaded before memory is measured

    Path("/proc/self/clear_refs").write_text("5")  # the highest size begins anew
    before = peak()
    file = TextFile(path)

    def count() -> None:
        file._start_over()
        file.refresh()
        while not file.index(0.01):
            pass

    row("1 GB: count lines, find tracebacks and what was redrawn", spread(timed(count, 3), " s"), "0.6 s")
    row("1 GB: memory for that", f"{peak() - before:.1f} MB", "20 MB")

    for typed in ("nowhere", "Nowhere", "/no+where/", "/No+where/"):
        search = Search(file, parse_pattern(typed))
        row(f"1 GB: search in vain for {typed}", spread(timed(partial(walk, search), 2), " s"))
    row("1 GB: search in vain for errors", spread(timed(partial(walk, Search(file, Errors())), 2), " s"))
    file.close()


def walk(search: Search) -> None:
    """From the first match on to the next, of which there is none."""
    for _ in search.after(-1):
        pass


def colours() -> None:
    """Microseconds for one line, and how many times Rich takes."""
    plain = "2026-11-24 12:00:00 step 18400 loss 0.3180 grad_norm 1.2"
    coloured = "\x1b[32mINFO\x1b[0m 12:00 \x1b[1mstep\x1b[0m \x1b[36m18400\x1b[0m loss \x1b[38;5;208m0.318\x1b[0m"
    bar = "".join(f"\r {each}%|██████▏   | {each}/100 [21:03<13:15, 14.6it/s]" for each in range(100))
    hostile = "\x1b[31m\r\x1b[5C\x1b[Kx\b" * 900
    for name, text in (("plain", plain), ("coloured", coloured), ("bar of 100 states", bar), ("hostile", hostile)):

        def ours(text: str = text) -> None:
            for _ in range(100):
                segments_of(screen_line(text), PLAIN)

        def richs(text: str = text) -> None:
            for _ in range(10):
                Text.from_ansi(text)

        one, other = min(timed(ours)) / 100, min(timed(richs)) / 10
        row(
            f"a {name} line of {len(text)} characters",
            f"{one * 1e6:.0f} us",
            f"rich.Text.from_ansi {other / one:.1f} x",
        )


def open_in_app(root: Path) -> None:
    """From the key to the last line on the screen."""
    delays = []
    with PtyApp([sys.executable, "-m", "runs_tui", str(root)], *SIZE) as app:
        app.wait_for("running", timeout=30)
        app.wait_quiet(1.0, timeout=30)
        for _ in range(5):
            begun = time.perf_counter()
            app.press("t")
            app.wait_for("std_log", timeout=30)
            app.wait_for("the very last line", timeout=30)
            delays.append(time.perf_counter() - begun)
            app.wait_for("12 1", timeout=30)  # all lines counted
            app.press("q")
            app.wait_quiet(0.5, timeout=30)
        row("1 GB: key to the last page in the app", spread([t * 1e3 for t in delays], " ms"))
        row("1 GB: memory of the app", f"{app.rss() / 1e6:.0f} MB")


def follow_in_app(root: Path, run: PrintedRun, seconds: float = 10.0) -> None:
    """A writer of 100,000 lines a second on the screen."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(run.path())])
    try:
        with PtyApp([sys.executable, "-m", "runs_tui", str(root)], *SIZE) as app:
            app.wait_for("running", timeout=30)
            app.press("t")
            app.wait_for("following", timeout=30)
            time.sleep(2)
            cpu, sent, begun, lags = app.cpu_seconds(), app.bytes_out, time.monotonic(), []
            while time.monotonic() - begun < seconds:
                shown = re.findall(rb"now (\d+\.\d{3})", app.text().encode())
                if shown:
                    lags.append(time.time() - max(map(float, shown)))
                time.sleep(0.05)
            passed = time.monotonic() - begun
            row("app following 100,000 lines/s: CPU", f"{(app.cpu_seconds() - cpu) / passed * 100:.1f} %", "8 %")
            row("the same: lag, median and p99", f"{percentile(lags, 0.5):.2f} s, {percentile(lags, 0.99):.2f} s")
            row("the same: bytes/s to the terminal", f"{(app.bytes_out - sent) / passed:.0f}")
    finally:
        writer.kill()
        writer.wait()


def follow_in_pipe(command: list[str], run: PrintedRun, what: str, seconds: float = 10.0) -> None:
    """The same writer through a command into a pipe."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(run.path())])
    reader = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert reader.stdout is not None
    try:
        usage, lags, begun, lines = psutil.Process(reader.pid), [], 0.0, 0
        started = time.monotonic()
        cpu = 0.0
        while time.monotonic() - started < seconds + 2:
            data = os.read(reader.stdout.fileno(), 1 << 20)
            if not begun and time.monotonic() - started > 2:
                begun, cpu = time.monotonic(), sum(usage.cpu_times()[:2])
            if begun:
                lines += data.count(b"\n")
                lags += [time.time() - float(each) for each in re.findall(rb"now (\d+\.\d{3})\n", data)[-1:]]
        passed = time.monotonic() - begun
        row(f"{what}: lines/s", f"{lines / passed:.0f}", "100000")
        row(f"{what}: CPU", f"{(sum(usage.cpu_times()[:2]) - cpu) / passed * 100:.1f} %")
        row(f"{what}: lag, median and p99", f"{percentile(lags, 0.5):.2f} s, {percentile(lags, 0.99):.2f} s")
    finally:
        for process in (reader, writer):
            process.kill()
            process.wait()


def main() -> None:
    """Measure and print."""
    colours()
    with tempfile.TemporaryDirectory() as name:
        big = PrintedRun(Path(name) / "big")
        big_log(big.path())
        big_file(str(big.path()))
        open_in_app(Path(name) / "big")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        run = PrintedRun(root, r0_out=b"start\n")
        follow_in_app(root, run)
        os.environ["RUNSTORE_ROOT"] = name
        follow_in_pipe(["tail", "-f", str(run.path())], run, "tail -f, the same")
        follow_in_pipe([sys.executable, "-m", "runs_tui", "tail", "-f", "last"], run, "runs-tui tail -f, the same")


if __name__ == "__main__":
    main()
