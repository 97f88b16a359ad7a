"""W&B LEET and the runs that it reads, written by its own SDK in offline mode."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.bench.peers.setup import peer
from tests.terminal import PtyApp

VERSION = "0.31.0"
SIZE = (200, 50)

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
            copied = first.with_name(f"offline-run-20260101_{number:06d}-r{number:07d}")
            copied.mkdir()
            shutil.copyfile(log, copied / f"run-r{number:07d}.wandb")

    def write(self, name: str, steps: int, pause: float) -> subprocess.Popen[bytes]:
        """A process that logs 12 metrics at once, with a pause after each step; it has begun when this returns."""
        writer = subprocess.Popen(
            [self._programs / "python", "-c", WRITER, name, str(steps), str(pause)],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        return writer

    def app(self, home: Path) -> PtyApp:
        """LEET on all runs of the folder."""
        environment = {"HOME": str(home), "COLORTERM": "truecolor", "WANDB_MODE": "offline"}
        return PtyApp([self._programs / "wandb", "leet", self.folder / "wandb"], *SIZE, env=environment)
