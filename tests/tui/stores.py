"""Real run stores for the tests of the monitor, written as scripts and supervisors write them."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from runstore.layout.paths import RunPaths
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter

LONG_AGO = 1_700_000_000.0
"""14 November 2023: long enough ago that the screen shows it as a month."""


def make_run(
    root: Path | str,
    experiment: str = "resnet-lr",
    name: str = "brave-fox-12",
    *,
    steps: int = 20,
    status: str = "Completed",
    exit: dict[str, Any] | None = None,
    created: float = LONG_AGO,
    took: float = 600.0,
    metrics: tuple[str, ...] = ("loss", "val/acc"),
    printed: bytes = b"",
    **fields: Any,
) -> str:
    """A run that has ended with ``status``, with ``steps`` points of each metric; returns its folder.

    A status that is not final leaves the run to this process, so that it lives as long as the test.
    """
    folder = create_run(
        str(root), experiment, fields.pop("run_id", None), display_name=name, status="Running", **fields
    )
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.update(created=created, started=None if status == "Queued" else created)
    log(folder, steps, metrics)
    if printed:
        (Path(RunPaths(folder).console) / "0-1a2b3c4d.out").write_bytes(printed)
    if status in ("Completed", "Failed", "Canceled"):
        owner.finish(status, exit=exit)
        owner.update(ended=created + took)
    else:
        owner.update(status=status)
    return folder


def log(folder: str, steps: int, metrics: tuple[str, ...] = ("loss", "val/acc"), start: int = 0) -> None:
    """Log so many steps of falling and rising metrics into a run."""
    writer = RunWriter(folder)
    for step in range(start, start + steps):
        fall = math.exp(-step / 10)
        writer.log_metrics({name: fall if "loss" in name else 1 - fall for name in metrics}, step=step)
    writer.close()


def dead_run(root: Path | str, experiment: str = "resnet-lr", name: str = "lost-owl-3") -> str:
    """A run whose process is gone without a word."""
    script = (
        "import os, sys\n"
        "from runstore.writing.create import create_run\n"
        "from runstore.writing.owner import RunOwner\n"
        "folder = create_run(sys.argv[1], sys.argv[2], display_name=sys.argv[3])\n"
        "owner = RunOwner(folder)\n"
        "owner.begin_attempt()\n"
        "owner.update(status='Running', started=owner.manifest['created'])\n"
        "print(folder, flush=True)\n"
        "os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, os.fspath(root), experiment, name], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def some_runs(root: Path | str) -> None:
    """A small store with one of each: waiting, completed, failed, canceled; in three experiments. Ids do not change."""

    def make(experiment: str, name: str, **fields: Any) -> None:
        make_run(root, experiment, name, run_id=str(uuid.uuid5(uuid.NAMESPACE_URL, name)), **fields)

    make("resnet-lr", "calm-owl-11", params={"lr": 1e-3, "batch": 256}, created=LONG_AGO + 3000)
    make("resnet-lr", "brave-fox-12", params={"lr": 3e-4, "batch": 256}, created=LONG_AGO + 2000)
    make(
        "resnet-lr",
        "lr-3e-2",
        status="Failed",
        exit={"code": 1, "signal": None, "error": "RuntimeError: CUDA out of memory"},
        created=LONG_AGO + 1000,
        params={"lr": 3e-2, "batch": 256},
        tags={"kind": "sweep"},
    )
    make("bert-small", "seed-2", status="Canceled", created=LONG_AGO + 500)
    make("bert-small", "queued-1", status="Queued", steps=0, created=LONG_AGO + 4000)
    make("ridge-alpha", "sweep-0.40", metrics=("mse",), created=LONG_AGO)
