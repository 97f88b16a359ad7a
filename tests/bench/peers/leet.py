"""W&B LEET and the runs that it reads, written by its own SDK in offline mode."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.bench.peers.setup import peer
from tests.terminal import PtyApp

VERSION = "0.31.0"
SIZE = (200, 50)
PATIENCE = 60.0
"""Seconds that it has to end in."""

WRITER = """
import math, sys, time
import wandb
kind, steps, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
run = wandb.init(project="bench", name=kind, dir=".", mode="offline", settings=wandb.Settings(silent=True))
names = ["loss", "acc", *("train/m%d" % index for index in range(10))]
print("ready", flush=True)
for step in range(steps):
    run.log({name: math.exp(-step / 500) + index / 10 for index, name in enumerate(names)}, step=step)
    time.sleep(pause)
run.finish()
"""

ON_DEMAND = """
import sys, time
import wandb
settings = wandb.Settings(silent=True, x_disable_stats=True)
run = wandb.init(project="bench", name="on-demand", dir=".", mode="offline", settings=settings)
run.log({"loss": 1.0})
print("ready", flush=True)
for line in sys.stdin:
    run.log({"loss": float(line)})
    print(time.monotonic(), flush=True)
"""

PRINTER = """
import sys, time
import wandb
settings = wandb.Settings(silent=True, console="wrap")
wandb.init(project="bench", name="printing", dir=".", mode="offline", settings=settings)
print("ready", flush=True)
begun, number = time.time(), 0
while True:
    due = int((time.time() - begun) * float(sys.argv[1]))
    for each in range(number, due):
        print("step %9d loss 0.31250 grad_norm 1.20400 lr 0.00030 now %.3f" % (each, time.time()), flush=True)
    number = due
    time.sleep(0.01)
"""

# A log is a header and records in blocks of 32 kB, split where a block ends: crc32 over kind and data, length, kind.
LENGTHENER = """
import math, random, struct, sys, zlib
from wandb.proto import wandb_internal_pb2
BLOCK, WHOLE, FIRST, MIDDLE, LAST = 32768, 1, 2, 3, 4
source, target, steps = sys.argv[1], sys.argv[2], int(sys.argv[3])
log = open(source, "rb").read()
head, at, pieces, records = log[:7], 7, [], []
while at + 7 <= len(log):
    room = BLOCK - at % BLOCK
    if room < 7:
        at += room
        continue
    _, size, kind = struct.unpack_from("<IHB", log, at)
    pieces.append(log[at + 7 : at + 7 + size])
    at += 7 + size
    if kind in (WHOLE, LAST):
        records.append(wandb_internal_pb2.Record.FromString(b"".join(pieces)))
        pieces = []
history = [record for record in records if record.WhichOneof("record_type") == "history"][-1]
with open(target, "wb") as file:
    file.write(head)
    def write(record):
        data, kind = record.SerializeToString(), FIRST
        while True:
            room = BLOCK - file.tell() % BLOCK
            if room < 7:
                file.write(bytes(room))
                room = BLOCK
            piece, data = data[: room - 7], data[room - 7 :]
            if not data:
                kind = WHOLE if kind == FIRST else LAST
            file.write(struct.pack("<IHB", zlib.crc32(bytes([kind]) + piece), len(piece), kind) + piece)
            if not data:
                return
            kind = MIDDLE
    for record in records:
        kind = record.WhichOneof("record_type")
        if kind == "exit":
            items = history.history.item
            for step in range(steps):
                history.history.step.num = step
                for index, item in enumerate(items):
                    if item.nested_key[0] == "_step":
                        item.value_json = str(step)
                    elif item.nested_key[0][0] != "_":
                        item.value_json = repr(math.exp(-3 * step / steps) + index / 10)
                row = wandb_internal_pb2.Record()
                row.CopyFrom(history)
                del row.history.item[:]
                row.history.item.extend(random.sample(list(items), len(items)))  # the SDK keeps no order
                write(row)
        if kind not in ("history", "summary"):
            write(record)
"""


class Leet:
    """A folder of W&B offline runs, and the program that shows it."""

    def __init__(self, folder: Path) -> None:
        self._programs = peer(f"wandb=={VERSION}")
        self.folder = folder
        folder.mkdir(parents=True)

    def fill(self, runs: int, points: int = 20) -> None:
        """``runs`` ended runs: one that the SDK wrote, and copies of it under names of their own."""
        writer = self.write("ended", points, 0.0)
        if writer.wait():
            raise RuntimeError("the W&B SDK could not write an offline run")
        [first] = self.folder.glob("wandb/offline-run-*")
        for link in (path for path in self.folder.glob("wandb/*") if path.is_symlink()):
            link.unlink()
        [log] = first.glob("run-*.wandb")
        for number in range(1, runs):
            self._copy(log, f"20260101_{number:06d}", f"r{number:07d}")

    def add(self, moment: str) -> None:
        """One more ended run like the first, of a ``moment`` such as ``20270101_000000``, which stands in its name."""
        self._copy(next(self.folder.glob("wandb/offline-run-*/run-*.wandb")), moment, "r" + moment.replace("_", ""))

    def _copy(self, log: Path, moment: str, run: str) -> None:
        copied = self.folder / "wandb" / f"offline-run-{moment}-{run}"
        copied.mkdir()
        shutil.copyfile(log, copied / f"run-{run}.wandb")

    def long_run(self, steps: int) -> None:
        """One ended run with 12 metrics of so many steps: the records of a short one of the SDK, with more history."""
        self.fill(1)
        [log] = self.folder.glob("wandb/offline-run-*/run-*.wandb")
        longer = log.with_suffix(".longer")
        command: list[str | Path] = [self._programs / "python", "-c", LENGTHENER, log, longer, str(steps)]
        subprocess.run(command, check=True)
        longer.replace(log)

    def write(self, name: str, steps: int, pause: float) -> subprocess.Popen[bytes]:
        """A process that logs 12 metrics at once, with a pause after each step; it has begun when this returns."""
        writer = self._start(WRITER, name, str(steps), str(pause))
        assert writer.stdout is not None
        writer.stdout.readline()
        return writer

    def log_on_demand(self) -> subprocess.Popen[bytes]:
        """A process that logs a number for each line that it is given, and says when it has; it has begun by now."""
        logger = self._start(ON_DEMAND, stdin=subprocess.PIPE)
        assert logger.stdout is not None
        logger.stdout.readline()
        return logger

    def print_lines(self, rate: int) -> subprocess.Popen[bytes]:
        """A process that prints so many lines a second, for whoever reads its stdout."""
        return self._start(PRINTER, str(rate))

    def _start(self, script: str, *arguments: str, stdin: int | None = None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self._programs / "python", "-c", script, *arguments],
            cwd=self.folder,
            env={**os.environ, "TMPDIR": str(self.folder)},  # what it leaves there when it is killed goes with the rest
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def app(self, home: Path, size: tuple[int, int] = SIZE) -> PtyApp:
        """LEET on all runs of the folder."""
        environment = {"HOME": str(home), "COLORTERM": "truecolor", "WANDB_MODE": "offline"}
        return PtyApp(
            [self._programs / "wandb", "leet", self.folder / "wandb"], *size, env=environment, patience=PATIENCE
        )
