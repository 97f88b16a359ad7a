"""TensorBoard: its own writer, and the accumulator with which scripts read event files, with all points kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tests.bench.peers.readers.store import Store, main, values_of


class TensorboardStore(Store):
    """A folder with a folder of event files for each run."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.opened: dict[str, EventAccumulator] = {}
        self.writers: dict[str, EventFileWriter] = {}

    def write(self, runs: int, metrics: int, steps: int) -> None:
        for number in range(runs):
            self._append(f"run-{number}", [(step, values_of(metrics, step, steps)) for step in range(steps)])

    def _append(self, run: str, logs: list[tuple[int, dict[str, float]]]) -> None:
        writer = EventFileWriter(str(Path(self.folder, run)))
        for step, values in logs:
            for name, value in values.items():
                writer.add_event(_event(name, step, value))
        writer.close()

    def add(self) -> None:
        self._append("run-new", [(0, values_of(1, 0, 1))])

    def run_ids(self) -> list[str]:
        return sorted(path.name for path in Path(self.folder).iterdir())

    def _events(self, run: str) -> EventAccumulator:
        """Read up to now."""
        events = self.opened.get(run)
        if events is None:
            events = self.opened[run] = EventAccumulator(str(Path(self.folder, run)), size_guidance={"scalars": 0})
        return events.Reload()

    def everything(self, run: str) -> int:
        events = self._events(run)
        return sum(len(events.Scalars(name)) for name in events.Tags()["scalars"])

    def series(self, run: str, name: str) -> Sequence[object]:
        found: Sequence[object] = self._events(run).Scalars(name)
        return found

    def log(self, run: str, name: str, step: int, value: float) -> None:
        if run not in self.writers:
            self.writers[run] = EventFileWriter(str(Path(self.folder, run)))
        self.writers[run].add_event(_event(name, step, value))

    def flush(self) -> None:
        for writer in self.writers.values():
            writer.flush()

    def rows(self) -> list[tuple[dict[str, object], dict[str, float]]]:
        raise NotImplementedError


def _event(name: str, step: int, value: float) -> Event:
    return Event(summary=Summary(value=[Summary.Value(tag=name, simple_value=value)]), wall_time=time.time(), step=step)


if __name__ == "__main__":
    main(TensorboardStore)
