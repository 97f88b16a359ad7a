"""Stores to measure on, made by the real writers."""

from __future__ import annotations

import json
import math
import os
import random
import time
from pathlib import Path

from runstore.reading.summary import summary_of
from runstore.records.identity import host_name
from runstore.writing.create import create_run
from runstore.writing.facts import user_name
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter

METRICS = ("loss", "val/acc", "val/loss", "lr", "grad_norm", "epoch")


def fill(root: Path, runs: int, points: int = 20, experiments: int = 12) -> None:
    """``runs`` ended runs of ``points`` steps with six metrics and four parameters each, half an hour apart."""
    chance = random.Random(7)
    for number in range(runs):
        learning_rate = 10 ** chance.uniform(-5, -1)
        folder = create_run(
            str(root),
            f"experiment-{number % experiments}",
            started=time.time(),
            status="Running",
            host=host_name(),
            user=user_name(),
            params={"lr": learning_rate, "batch": chance.choice((32, 64, 128)), "seed": number, "model": "resnet18"},
            tags={"team": "vision"} if number % 3 else {},
        )
        owner = RunOwner(folder)
        owner.begin_attempt()
        writer = RunWriter(folder)
        for step in range(points):
            loss = math.exp(-step / points) + chance.gauss(0, 0.02)
            values = (loss, 1 - loss, loss * 1.1, learning_rate, 1.0, step // 10)
            writer.log_metrics(dict(zip(METRICS, values, strict=True)), step)
        writer.close()
        failed = number % 9 == 0
        error = "RuntimeError: CUDA out of memory" if failed else None
        exit_record = {"code": int(failed), "signal": None, "error": error}
        owner.finish("Failed" if failed else "Completed", exit_record, summary_of(folder))
        ended = time.time() - (runs - number) * 1800 - 2 * 86_400
        owner.update(created=ended - 1200, started=ended - 1190, ended=ended)


def fill_by_copying(root: Path, runs: int, first: int = 100, points: int = 20) -> None:
    """As `fill`, where only the ``first`` runs were written by our writer: the others are copies of them."""
    fill(root, first, points)
    for number, manifest in enumerate(sorted(root.glob("*/*/run.json"))):
        copies(manifest.parent, (runs - number - 1) // first, f"copied-run-{number:03}")


def long_run(root: Path, points: int = 1_000_000, metrics: int = 20) -> str:
    """One ended run of ``points`` points over ``metrics`` metrics with a spike in each; returns its folder."""
    chance = random.Random(3)
    folder = create_run(str(root), "long", display_name="a-million-points", started=time.time(), status="Running")
    owner = RunOwner(folder)
    owner.begin_attempt()
    writer = RunWriter(folder)
    names = [f"train/m{index}" for index in range(metrics)]
    steps = points // metrics
    for step in range(steps):
        base = math.exp(-3 * step / steps) + chance.gauss(0, 0.03)
        writer.log_metrics({name: base + 0.1 * index for index, name in enumerate(names)}, step)
        if step == steps // 2:
            writer.log_metrics(dict.fromkeys(names, 9.0), step)
    writer.close()
    owner.finish("Completed", {"code": 0, "signal": None, "error": None}, summary_of(folder))
    return folder


def copies(folder: Path, count: int, name: str = "copied-run") -> None:
    """``count`` more runs like the ended one in ``folder``, beside it, each with its own id and a second older."""
    manifest = json.loads((folder / "run.json").read_bytes())
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("*/*") if path.is_file()}
    folders = {os.path.dirname(path) for path in files}
    for number in range(2, count + 2):
        run = {**manifest, "id": f"{name}-{number:06}", "number": number, "display_name": f"{name}-{number}"}
        for moment in ("created", "started", "ended"):
            run[moment] = manifest[moment] - number
        copied = os.path.join(folder.parent, run["id"])
        os.mkdir(copied)
        for each in folders:
            os.mkdir(os.path.join(copied, each))
        for path, content in {**files, "run.json": json.dumps(run).encode()}.items():
            descriptor = os.open(os.path.join(copied, path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            os.write(descriptor, content)
            os.close(descriptor)
