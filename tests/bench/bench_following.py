"""A run that is written meanwhile: what following it costs, and how soon a change is told; and runs of odd shapes."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from runstore.layout.paths import RunPaths
from runstore.reading.build import full_row
from runstore.reading.recorded import Recordings
from runstore.reading.run import RunReader
from runstore.records.lines import encode_line
from runstore.records.manifest import encode_manifest, new_manifest
from runstore.records.points import Schema, encode_header, encode_schema
from runstore.records.rows import row_dtype
from runstore.sources import NativeSource
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter
from tests.bench.stores import fill
from tests.bench.table import percentile, row, spread

LIVE = """
import sys, time
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter
folder = create_run(sys.argv[1], "live", status="Running", started=time.time())
owner = RunOwner(folder)
owner.begin_attempt()
owner.update()
writer = RunWriter(folder)
writer.log("m0", 0.0, 0)
print(folder, flush=True)
for step, line in enumerate(sys.stdin, 1):
    if line == "train\\n":
        while True:
            step += 1
            for index in range(12):
                writer.log(f"m{index}", step / (index + 1), step)
            time.sleep(0.05)
    now = time.monotonic()
    writer.log("m0", 1 / step, step)
    print(now, flush=True)
"""


def many_points(root: Path, name: str, width: int, schemas: int, rows: int) -> str:
    """A run of ``rows`` rows of ``width`` values, the schemas taken in turn."""
    folder = root / "big" / name
    (folder / "points").mkdir(parents=True)
    (folder / "run.json").write_bytes(encode_manifest(new_manifest(id=name, experiment="big", status="Completed")))
    table = np.zeros(rows, row_dtype(width))
    table["schema"] = np.arange(rows) % schemas + 1
    table["seq"] = np.arange(1, rows + 1)
    table["step"] = np.arange(rows) // schemas
    table["value"] = np.random.default_rng(0).random((rows, width))
    table["time"] = 1.7e9 + np.arange(rows) / 1000
    table.tofile(folder / "points" / f"0-aa.{width}.rows")
    with open(folder / "points" / "0-aa.schema.jsonl", "wb") as file:
        file.write(encode_header("0-aa", 0, 1, 1, 1.7e9, {}))
        for schema in range(schemas):
            names = tuple(f"m{schema}.{column}" for column in range(width))
            file.write(encode_schema(Schema(schema + 1, width, names, "f" * width)))
    return str(folder)


def bench_points(root: Path) -> None:
    """Statistics and series of large runs whose rows hold one value each."""
    for what, width, schemas, count in (
        ("1e7 points, one metric", 1, 1, 10_000_000),
        ("1e7 points, 1,000 metrics", 1, 1000, 10_000_000),
        ("1e6 points, 10 metrics", 1, 10, 1_000_000),
    ):
        folder = many_points(root, f"{width}-{schemas}-{count}", width, schemas, count)
        reader = RunReader(folder)
        start = time.perf_counter()
        reader.refresh()
        read = time.perf_counter()
        reader.series(reader.names()[0])
        row(f"{what}: statistics of all", f"{(read - start) * 1e3:.0f} ms")
        row(f"{what}: one series besides", f"{(time.perf_counter() - read) * 1e3:.0f} ms")


def bench_rows(root: Path) -> None:
    """A run that recorded very many rows: how long until there is something to see, and until all is there."""
    count = 200_000
    folder = create_run(str(root), "rows", status="Completed")
    with open(os.path.join(RunPaths(folder).records, "0-aa.jsonl"), "wb") as file:
        for number in range(count):
            value = {"epoch": number, "loss": 1 / (number + 1), "phase": "train"}
            record = {"seq": number, "time": 1.7e9 + number, "kind": "row", "name": "curve", "value": value}
            file.write(encode_line(record))
    reader = RunReader(folder)
    start = time.perf_counter()
    reader.refresh()
    read = time.perf_counter()
    recordings = Recordings(reader)
    recordings.refresh(0)
    seen = time.perf_counter()
    recordings.refresh()
    row(f"{count:,} rows recorded: facts of the run", f"{(read - start) * 1e3:.0f} ms")
    row(f"{count:,} rows recorded: first rows", f"{(seen - read) * 1e3:.0f} ms")
    row(f"{count:,} rows recorded: all rows", f"{(time.perf_counter() - read) * 1e3:.0f} ms")


def microseconds(before: Callable[[], object], call: Callable[[], object], count: int = 400) -> list[float]:
    """How long ``call`` takes each time, after ``before``."""
    taken = []
    for _ in range(count):
        before()
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1e6)
    return taken


def bench_growth(root: Path) -> None:
    """A live run that grows a little."""
    folder = create_run(str(root), "growing", status="Running", started=time.time())
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.update()
    writer = RunWriter(folder)

    def log(count: int) -> None:
        for index in range(count):
            writer.log(f"m{index}", 0.5, 1)

    def grow() -> None:
        log(12)
        reader.refresh()

    for _ in range(20):
        log(12)
    reader = RunReader(folder)
    reader.refresh()
    time.sleep(2.1)  # until folders need not be listed each time
    for what, before, call in (
        ("nothing new", lambda: None, reader.refresh),
        ("12 points of 12 metrics more", lambda: log(12), reader.refresh),
        ("statistics of those 12", grow, lambda: reader.metrics),
        ("the row of the list, statistics included", grow, lambda: full_row(reader, "")),
        ("whether it lives", lambda: None, reader.life),
    ):
        row(f"a live run: {what}", spread(microseconds(before, call), " us", 0))
    writer.close()


def until(source: NativeSource, key: str, found: Callable[[object], bool]) -> float:
    """When the row of ``key`` is as wanted."""
    while True:
        source.changes(5)
        now = time.monotonic()
        if any(each.key == key and found(each) for each in source.rows()):
            return now


def bench_source(root: Path) -> None:
    """From log() to the changed row, from kill -9 to its state, and what waiting costs."""
    source = NativeSource(str(root))
    process = subprocess.Popen(
        [sys.executable, "-c", LIVE, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    key = process.stdout.readline().strip()
    source.focus([key])
    until(source, key, lambda found: True)
    delays = []
    for step in range(1, 101):
        source.changes(0.07)
        print("point", file=process.stdin, flush=True)
        logged = float(process.stdout.readline())
        delays.append(until(source, key, lambda found, step=step: found.step == step) - logged)  # type: ignore[misc]
    row("log() to changed row, in focus: median", f"{statistics.median(delays) * 1e3:.0f} ms")
    row("log() to changed row, in focus: p99", f"{percentile(delays, 0.99) * 1e3:.0f} ms")
    for what, word in (("quiet", ""), ("20 Hz x 12 metrics", "train")):
        if word:
            print(word, file=process.stdin, flush=True)
        end, used, shown = time.monotonic() + 10, time.process_time(), 0.0
        while (now := time.monotonic()) < end:
            if source.changes(0.25) and now - shown > 0.25:
                shown = now
                source.rows()
        row(f"CPU of the source, a live run in focus, {what}", f"{(time.process_time() - used) * 10:.2f} %")
    killed = time.monotonic()
    os.kill(process.pid, signal.SIGKILL)
    seen = until(source, key, lambda found: found.state.word == "dead")  # type: ignore[attr-defined]
    row("kill -9 to dead", f"{(seen - killed) * 1e3:.0f} ms", "2,000 ms")
    process.communicate()
    used = time.process_time()
    end = time.monotonic() + 10
    while time.monotonic() < end:
        source.changes(2)
    row("CPU of the source, 2,000 runs, nothing happens", f"{(time.process_time() - used) * 10:.2f} %", "0.5 %")
    source.close()


def main() -> None:
    """Print all figures."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_CACHE_HOME"] = os.environ["XDG_STATE_HOME"] = os.path.join(place, "home")
        bench_growth(Path(place, "growth"))
        fill(Path(place, "list"), 2000)
        bench_source(Path(place, "list"))
        bench_rows(Path(place, "rows"))
        bench_points(Path(place))
