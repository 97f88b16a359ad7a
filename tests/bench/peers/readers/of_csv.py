"""Plain CSV files: a line a step, read with the standard library."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.peers.readers.store import PARAMETERS, Store, main, name_of, values_of


class CsvStore(Store):
    """A folder of runs, each with ``metrics.csv`` and ``params.json``."""

    def write(self, runs: int, metrics: int, steps: int) -> None:
        for number in range(runs):
            self._write(f"run-{number:06}", metrics, steps)

    def _write(self, name: str, metrics: int, steps: int) -> None:
        folder = Path(self.folder, name)
        folder.mkdir()
        (folder / "params.json").write_text(json.dumps(PARAMETERS))
        with (folder / "metrics.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["step", *map(name_of, range(metrics))])
            writer.writerows([step, *values_of(metrics, step, steps).values()] for step in range(steps))

    def add(self) -> None:
        self._write(f"run-{time.time_ns()}", 1, 1)

    def run_ids(self) -> list[str]:
        return sorted(path.name for path in Path(self.folder).iterdir())

    def _columns(self, run: str) -> dict[str, list[float]]:
        with Path(self.folder, run, "metrics.csv").open(newline="") as file:
            names, *rows = csv.reader(file)
        return {
            name: [float(value) for value in column if value]
            for name, column in zip(names, zip(*rows, strict=True), strict=True)
        }

    def everything(self, run: str) -> int:
        return sum(len(values) for name, values in self._columns(run).items() if name != "step")

    def series(self, run: str, name: str) -> Sequence[object]:
        return self._columns(run)[name]

    def log(self, run: str, name: str, step: int, value: float) -> None:
        path = Path(self.folder, run, "metrics.csv")
        with path.open(newline="") as file:
            names = next(csv.reader(file))
        with path.open("a", newline="") as file:
            csv.writer(file).writerow([step, *(value if each == name else "" for each in names[1:])])

    def rows(self) -> list[tuple[dict[str, object], dict[str, float]]]:
        found = []
        for run in self.run_ids():
            parameters = json.loads(Path(self.folder, run, "params.json").read_text())
            found.append((parameters, {name: values[-1] for name, values in self._columns(run).items()}))
        return found


if __name__ == "__main__":
    main(CsvStore)
