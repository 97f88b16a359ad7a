"""runs-tui: an interactive run in a store of its own."""

from __future__ import annotations

from collections.abc import Iterable

from runstore import Experiment, Run, Workspace

_run: Run


def begin() -> None:
    global _run
    _run = Experiment(Workspace(root="store"), "bench").start_logging()


def one(points: Iterable[tuple[int, str]]) -> None:
    log = _run.log
    for step, name in points:
        log(name, 0.5 + step, step=step)


def at_once(steps: Iterable[int], metrics: dict[str, float]) -> None:
    for step in steps:
        _run.log_metrics(metrics, step=step)


def finish() -> None:
    _run.complete()


def kept() -> list[int]:
    [run] = Experiment(Workspace(root="store"), "bench").get_runs()
    return [int(value - 0.5) for value in run.get_metrics("loss")["loss"]]
