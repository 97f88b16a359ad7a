"""Files of ./logs of a run of this process are in the run while they grow."""

from __future__ import annotations

from pathlib import Path

import pytest

from runstore import Experiment, Workspace
from tests.core.jobs.supervised import wait_until


@pytest.fixture
def experiment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    (tmp_path / "logs" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("runstore.writing.heartbeat.INTERVAL", 0.02)  # in place of 5 s
    return Experiment(Workspace(root=tmp_path / "root"), "exp")


def test_logs_grow_in_the_run_as_they_are_written(experiment: Experiment, tmp_path: Path) -> None:
    (tmp_path / "logs" / "old").write_text("of an earlier run")
    (tmp_path / "logs" / "continued").write_text("before ")
    with experiment.start_logging(snapshot_directory=None) as run:
        kept = Path(run._folder, "files", "logs")

        def reads(name: str, text: str) -> bool:
            path = kept / name
            return path.is_file() and path.read_text() == text

        with open("logs/deep/a.log", "w", buffering=1, encoding="utf-8") as log:
            log.write("one\n")
            wait_until(lambda: reads("deep/a.log", "one\n"), "the first line")
            log.write("two\n")
            wait_until(lambda: reads("deep/a.log", "one\ntwo\n"), "what was added")
            with open("logs/continued", "a", encoding="utf-8") as continued:
                continued.write("and after")
            wait_until(lambda: reads("continued", "before and after"), "a file of before that has changed")
            log.truncate(0)
            log.seek(0)
            log.write("new\n")
            wait_until(lambda: reads("deep/a.log", "new\n"), "a file that was begun anew")
            log.write("last\n")
    assert reads("deep/a.log", "new\nlast\n")
    assert run.get_file_names()[:2] == ["logs/continued", "logs/deep/a.log"]
    assert not (kept / "old").exists()


def test_a_deleted_run_is_not_brought_back_by_its_logs(experiment: Experiment, tmp_path: Path) -> None:
    run = experiment.start_logging(snapshot_directory=None)
    run.log("a", 1)
    (tmp_path / "logs" / "a.log").write_text("x")
    wait_until(lambda: "logs/a.log" in run.get_file_names(), "the file")
    run.delete(force=True)
    (tmp_path / "logs" / "b.log").write_text("y")
    run.complete()
    assert not Path(run._folder).exists()
