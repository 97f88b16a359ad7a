"""W&B: offline runs of its SDK, read by its own `wandb leet inspect`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import wandb

_run: Any


def begin() -> None:
    global _run
    _run = wandb.init(project="bench", mode="offline")


def one(points: Iterable[tuple[int, str]]) -> None:
    for step, name in points:
        _run.log({name: 0.5 + step})


def at_once(steps: Iterable[int], metrics: dict[str, float]) -> None:
    for _ in steps:
        _run.log(metrics)


def finish() -> None:
    _run.finish()


def kept() -> list[int]:
    [log] = Path().glob("wandb/offline-run-*/run-*.wandb")
    command: list[str | Path] = [Path(sys.executable).with_name("wandb"), "leet", "inspect", "--json", log]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    records = [json.loads(line) for line in told.splitlines()]
    items = [record["history"]["item"] for record in records if record["type"] == "history"]
    return [item["_step"] for item in items if "loss" in item]
