"""What a row tells of the machine, the code, and of how far the run is."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from runstore.reading.catalog import list_rows
from runstore.reading.progress import NOTHING, Progress, measured
from runstore.reading.row import RunRow
from runstore.reading.series_data import MetricStat
from runstore.reading.summary import summary_of
from runstore.reading.usage import Usage
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter


def only_row(root: Path) -> RunRow:
    (row,) = list_rows(str(root))
    return row


def sampled_run(root: Path, *samples: dict[str, float]) -> tuple[str, RunOwner]:
    """A live run whose machine was sampled."""
    folder = create_run(str(root), "e", status="Running", git={"commit": "abc", "dirty": True})
    owner = RunOwner(folder)
    owner.begin_attempt()
    writer = RunWriter(folder, kind="resources")
    for sample in samples:
        writer.log_metrics(sample)
    writer.close()
    points = RunWriter(folder)
    points.log_metrics({"loss": 1.0}, 0)
    points.close()
    return folder, owner


@pytest.mark.feature("runs", 16, "see what runs use of CPU, memory and GPUs", "v")
def test_the_last_sample_of_live_and_ended_runs(tmp_path: Path) -> None:
    first = {"cpu_percent": 10.0, "memory_mb": 5.0, "gpu0_util_percent": 1.0}
    last = {
        "cpu_percent": 250.0, "memory_mb": 900.0, "host_cpu_percent": 99.0,
        "gpu0_util_percent": 80.0, "gpu0_memory_mb": 1000.0, "gpu3_util_percent": 40.0, "gpu3_memory_mb": 500.0,
    }  # fmt: skip
    folder, owner = sampled_run(tmp_path, first, last)
    expected = Usage(250.0, 900.0, 60.0, 1500.0)
    assert only_row(tmp_path).usage == expected
    owner.finish("Completed", {"code": 0}, summary_of(folder))
    assert only_row(tmp_path).usage == expected
    assert only_row(tmp_path).usage == expected  # from the index now
    row = only_row(tmp_path)
    assert (row.attempts, row.commit, row.dirty) == (1, "abc", True)


def test_without_gpus_nothing_is_said_of_them(tmp_path: Path) -> None:
    sampled_run(tmp_path, {"cpu_percent": 10.0, "gpux_util_percent": 1.0})
    assert only_row(tmp_path).usage == Usage(cpu=10.0)


def test_a_run_that_was_not_sampled(tmp_path: Path) -> None:
    folder, owner = sampled_run(tmp_path)
    assert only_row(tmp_path).usage is None
    assert "usage" not in summary_of(folder)
    owner.finish("Completed", {"code": 0}, {"metrics": {}, "usage": {"cpu": "much"}})
    assert only_row(tmp_path).usage is None


def metric(last: float, most: float, time: float) -> MetricStat:
    return MetricStat(3, 0.0, last, 0.0, most, None, time)


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        ({}, NOTHING),
        ({"loss": metric(0.5, 1.0, 10.0)}, NOTHING),
        ({"progress": metric(0.25, 0.25, 110.0)}, Progress(0.25, 300.0)),
        ({"train/Progress": metric(25.0, 25.0, 110.0)}, Progress(0.25, 300.0)),
        ({"progress": metric(1.0, 1.0, 110.0)}, Progress(1.0, 0.0)),
        ({"progress": metric(0.0, 0.0, 110.0)}, Progress(0.0, None)),
        ({"progress": metric(0.5, 0.5, 9.0)}, Progress(0.5, None)),
        ({"progress": metric(-1.0, 0.5, 110.0)}, NOTHING),
        ({"progress": metric(2e9, 2e9, 110.0)}, NOTHING),
        ({"progress": metric(float("nan"), float("nan"), 110.0)}, NOTHING),
    ],
)
def test_a_metric_of_the_progress(metrics: dict[str, MetricStat], expected: Progress) -> None:
    assert measured(metrics, 10.0) == expected


@pytest.mark.feature("runs", 17, "see the time left, from a total, a metric `progress` or a progress bar", "")
def test_a_run_with_a_metric_of_its_progress_has_an_eta(tmp_path: Path) -> None:
    folder = create_run(str(tmp_path), "e", status="Running")
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.update(started=time.time() - 100)
    writer = RunWriter(folder)
    writer.log_metrics({"progress": 0.5})
    writer.close()
    row = only_row(tmp_path)
    assert row.progress == 0.5
    assert row.eta == pytest.approx(100, abs=20)
