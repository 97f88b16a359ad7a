"""Plain logging: a handler that writes lines of CSV, flushed as `logging` does after each."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterable
from pathlib import Path

_log = logging.getLogger("bench")
_handler: logging.Handler


def begin() -> None:
    global _handler
    Path("run").mkdir(exist_ok=True)
    _handler = logging.FileHandler("run/metrics.csv")
    _handler.setFormatter(logging.Formatter("%(created)f,%(message)s"))
    _log.addHandler(_handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False
    _log.info("step,name,value")


def one(points: Iterable[tuple[int, str]]) -> None:
    for step, name in points:
        _log.info("%d,%s,%r", step, name, 0.5 + step)


def at_once(steps: Iterable[int], metrics: dict[str, float]) -> None:
    for step in steps:
        for name, value in metrics.items():
            _log.info("%d,%s,%r", step, name, value)


def finish() -> None:
    _log.removeHandler(_handler)
    _handler.close()


def kept() -> list[int]:
    with open("run/metrics.csv", newline="") as file:
        return [int(row[1]) for row in csv.reader(file) if len(row) == 4 and row[2] == "loss"]
