"""Aim: a run with its SDK, read by `Repo`."""

from __future__ import annotations

from collections.abc import Sequence

from aim import Repo, Run
from aim.sdk.types import QueryReportMode

from tests.bench.peers.readers.store import PARAMETERS, Store, main, values_of

PLAIN = {"system_tracking_interval": None, "log_system_params": False, "capture_terminal_logs": False}


class AimStore(Store):
    """An Aim repository."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.repo = Repo.from_path(folder, init=True)

    def write(self, runs: int, metrics: int, steps: int) -> None:
        for _ in range(runs):
            self._write(metrics, steps)
        self.flush()

    def _write(self, metrics: int, steps: int) -> None:
        run = self._begin()
        run["hparams"] = PARAMETERS
        for step in range(steps):
            run.track(values_of(metrics, step, steps), step=step)
        run.close()

    def add(self) -> None:
        self._write(1, 1)

    def flush(self) -> None:
        self.repo._recreate_index()  # what `aim storage reindex` does: without it nothing is found

    def _begin(self, run: str | None = None) -> Run:
        return Run(run, repo=self.folder, **PLAIN)

    def _open(self, run: str) -> Run:
        return Run(run, repo=self.repo, read_only=True)

    def run_ids(self) -> list[str]:
        return sorted(self.repo.list_all_runs())

    def everything(self, run: str) -> int:
        found = [metric.data.numpy() for metric in self._open(run).metrics()]
        return sum(len(steps) * (len(values) == len(times) == len(steps)) for steps, (values, _, times) in found)

    def series(self, run: str, name: str) -> Sequence[object]:
        for metric in self._open(run).metrics():
            if metric.name == name:
                steps, (values, _, times) = metric.data.numpy()
                assert len(values) == len(times) == len(steps)
                found: Sequence[object] = values
                return found
        return []

    def log(self, run: str, name: str, step: int, value: float) -> None:
        writer = self._begin(run)
        writer.track(value, name=name, step=step)
        writer.close()

    def rows(self) -> list[tuple[dict[str, object], dict[str, float]]]:
        found = []
        for query in self.repo.query_runs("", report_mode=QueryReportMode.DISABLED).iter_runs():
            run = query.run
            metrics = run.collect_sequence_info("metric")["metric"]
            values = {metric["name"]: metric["values"]["last"] for metric in metrics}
            found.append((dict(run["hparams"]), values))
        return found


if __name__ == "__main__":
    main(AimStore)
