"""runs-tui: the reader and the list behind the app, the command line and the API."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import runstore.reading.points  # noqa: F401 - imports are not timed, those at the first use neither
from runstore import Experiment, Run, Workspace
from runstore.layout.paths import find_run
from runstore.reading.catalog import Catalog
from runstore.reading.index import index_path
from runstore.reading.run import RunReader
from runstore.writing.writer import RunWriter
from tests.bench.peers.readers.store import PARAMETERS, Store, main, values_of
from tests.bench.stores import copies

_EXPERIMENT = "bench"


class OurStore(Store):
    """A root."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.catalog = Catalog(folder)
        self.known: dict[str, tuple[dict[str, object], dict[str, float]]] = {}
        self.readers: dict[str, RunReader] = {}
        self.writers: dict[str, RunWriter] = {}

    def write(self, runs: int, metrics: int, steps: int) -> None:
        run = self._write(metrics, steps)
        copies(Path(self.folder, _EXPERIMENT, run.id), runs - 1)

    def _write(self, metrics: int, steps: int) -> Run:
        experiment = Experiment(Workspace(root=self.folder), _EXPERIMENT)
        run = experiment.start_logging(snapshot_directory=None, outputs=False)
        run.log_params(PARAMETERS)
        for step in range(steps):
            run.log_metrics(values_of(metrics, step, steps), step=step)
        run.complete()
        return run

    def add(self) -> None:
        self._write(1, 1)

    def run_ids(self) -> list[str]:
        return [run.id for run in Experiment(Workspace(root=self.folder), _EXPERIMENT).get_runs()]

    def _reader(self, run: str) -> RunReader:
        """Read up to now."""
        reader = self.readers.get(run)
        if reader is None:
            reader = self.readers[run] = RunReader(self._place(run))
        reader.refresh()
        return reader

    def _place(self, run: str) -> str:
        folder = find_run(self.folder, run)
        assert folder is not None
        return folder

    def everything(self, run: str) -> int:
        reader = self._reader(run)
        reader.load()
        return sum(len(reader.series(name).values) for name in reader.names())

    def series(self, run: str, name: str) -> Sequence[object]:
        series = self._reader(run).series(name)
        assert len(series.steps) == len(series.times) == len(series.values)
        return series.values

    def log(self, run: str, name: str, step: int, value: float) -> None:
        if run not in self.writers:
            self.writers[run] = RunWriter(self._place(run))
        self.writers[run].log(name, value, step)

    def rows(self) -> list[tuple[dict[str, object], dict[str, float]]]:
        self._take_news()
        self.catalog.save()
        return list(self.known.values())

    def forget(self) -> None:
        Path(index_path(self.folder)).unlink(missing_ok=True)

    def count_again(self) -> int:
        self._take_news()
        return len(self.known)

    def _take_news(self) -> None:
        self.catalog.refresh()
        self.catalog.read_more()
        for key, row in self.catalog.news().items():
            if row is None:
                self.known.pop(key, None)
            else:
                self.known[key] = row.params, {name: stat.last for name, stat in row.metrics.items()}


if __name__ == "__main__":
    main(OurStore)
