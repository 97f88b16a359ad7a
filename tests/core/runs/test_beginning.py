"""A run of a script begins with its first record: once, however many threads and forked processes make that record."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from runstore import Run, Workspace


def finished(tmp_path: Path, code: str, **variables: str) -> str:
    script = tmp_path / "train.py"
    script.write_text(textwrap.dedent(code))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RUNSTORE_")}
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env={**environment, "RUNSTORE_ROOT": str(tmp_path / "root"), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def only_run(tmp_path: Path) -> Run:
    experiments = Workspace(root=tmp_path / "root").experiments.values()
    (run,) = [run for experiment in experiments for run in experiment.get_runs()]
    return run


MADE_BY_RUN = """
    from runstore import Run
    run = Run.get_context()
    log = run.log
"""
MADE_BY_WRITER = """
    from runstore.tensorboard import SummaryWriter
    writer = SummaryWriter("runs/x")
    log = writer.add_scalar
"""


@pytest.mark.parametrize("made", [MADE_BY_RUN, MADE_BY_WRITER], ids=["Run", "SummaryWriter"])
def test_forked_workers_that_log_first_log_into_one_run(tmp_path: Path, made: str) -> None:
    code = """
        import multiprocessing
        def work(number):
            log("a", number)
            return number
        if __name__ == "__main__":
            with multiprocessing.get_context("fork").Pool(2) as pool:
                print(sum(pool.map(work, range(4), 1)))
            log("b", 1)
    """
    assert finished(tmp_path, textwrap.dedent(made) + textwrap.dedent(code)) == "6\n"
    run = only_run(tmp_path)
    assert run.get_status() == "Completed"
    metrics = run.get_metrics()
    assert sorted(metrics["a"]) == [0, 1, 2, 3]
    assert metrics["b"] == 1


GETS_IT = "log = Run.get_context().log"
HAS_IT = "log = run.log"
HAS_A_WRITER = "log = writer.add_scalar"


@pytest.mark.parametrize(
    ("before", "first"),
    [
        ("from runstore import Run", GETS_IT),
        ("from runstore import Run; run = Run.get_context()", HAS_IT),
        ("from runstore.tensorboard import SummaryWriter; writer = SummaryWriter('runs/x')", HAS_A_WRITER),
    ],
    ids=["get_context", "log", "SummaryWriter"],
)
def test_threads_that_log_first_log_into_one_run(tmp_path: Path, before: str, first: str) -> None:
    code = """
        import threading
        together, failed = threading.Barrier(8), []
        def work():
            together.wait()
            try:
                {first}
                for step in range(10):
                    log("a", step)
            except BaseException as error:
                failed.append(repr(error))
        threads = [threading.Thread(target=work) for _ in range(8)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        print(failed)
    """
    assert finished(tmp_path, before + textwrap.dedent(code).replace("{first}", first)) == "[]\n"
    assert len(only_run(tmp_path).get_metrics()["a"]) == 80


def test_a_child_that_is_forked_while_another_thread_begins_the_run_logs_into_it(tmp_path: Path) -> None:
    code = """
        import os, threading
        from runstore import Run
        run = Run.get_context()
        thread = threading.Thread(target=lambda: run.log("a", 1))
        thread.start()
        child = os.fork()
        if child == 0:
            run.log("b", 2)
            os._exit(0)
        os.waitpid(child, 0)
        thread.join()
    """
    finished(tmp_path, code, PYTHONWARNINGS="ignore")
    assert only_run(tmp_path).get_metrics() == {"a": 1, "b": 2}
