"""TensorBoard's own writer: `EventFileWriter` with summaries of scalars, as PyTorch's `SummaryWriter` uses it."""

from __future__ import annotations

import time
from collections.abc import Iterable

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

_writer: EventFileWriter


def begin() -> None:
    global _writer
    _writer = EventFileWriter("run")


def _add(name: str, value: float, step: int) -> None:
    summary = Summary(value=[Summary.Value(tag=name, simple_value=value)])
    _writer.add_event(Event(summary=summary, wall_time=time.time(), step=step))


def one(points: Iterable[tuple[int, str]]) -> None:
    for step, name in points:
        _add(name, 0.5 + step, step)


def at_once(steps: Iterable[int], metrics: dict[str, float]) -> None:
    for step in steps:
        for name, value in metrics.items():
            _add(name, value, step)


def finish() -> None:
    _writer.close()


def kept() -> list[int]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator("run", size_guidance={"scalars": 0}).Reload()
    return [event.step for event in events.Scalars("loss")] if "loss" in events.Tags()["scalars"] else []
