"""Run.get_context in scripts that nobody launched, and in the processes that they start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from runstore import Experiment, Run, Workspace
from runstore.reading.catalog import list_rows


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


def start(root: Path, code: str, *arguments: str, name: str = "train.py", **variables: str) -> subprocess.Popen[str]:
    script = root.parent / name
    script.write_text(textwrap.dedent(code))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RUNSTORE_")}
    return subprocess.Popen(
        [sys.executable, str(script), *arguments],
        cwd=root.parent,
        env={**environment, "RUNSTORE_ROOT": str(root), **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str], code: int = 0) -> tuple[str, str]:
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    return out, err


def runs_in(root: Path) -> list[Run]:
    return [run for experiment in Workspace(root=root).experiments.values() for run in experiment.get_runs()]


def only_run(root: Path) -> Run:
    (run,) = runs_in(root)
    return run


def test_the_script_gets_a_run_named_after_it(root: Path) -> None:
    code = """
        from runstore import Run
        run = Run.get_context()
        assert Run.get_context() is run
        run.log("loss", 0.5, step=1)
        print(run.id, run.experiment.name, run.get_status())
        run.complete()
        run.complete()
    """
    out, _ = finished(start(root, code, name="my train.py"))
    run = only_run(root)
    assert out.split() == [run.id, "my-train", "Running"]
    assert run.get_status() == "Completed"
    assert "warnings" not in run.get_details()
    assert run.get_metrics() == {"loss": 0.5}


def test_a_script_that_records_nothing_leaves_nothing(root: Path) -> None:
    finished(start(root, "from runstore import Run\nrun = Run.get_context()\nprint(run.id)"))
    assert runs_in(root) == []


def test_the_experiment_can_be_given(root: Path) -> None:
    code = "from runstore import Run\nRun.get_context().log('x', 1)"
    finished(start(root, code, RUNSTORE_EXPERIMENT="given"))
    assert list(Workspace(root=root).experiments) == ["given"]


@pytest.mark.parametrize(
    ("ending", "exit_code", "status"),
    [
        ("", 0, "Completed"),
        ("import sys; sys.exit(0)", 0, "Completed"),
        ("import sys; sys.exit(3)", 3, "Failed"),
        ("import sys\ntry: sys.exit(3)\nexcept SystemExit as error: kept = error", 0, "Completed"),
        ("import sys\ntry: sys.exit(3)\nfinally: print('end')", 3, "Failed"),
        ("import sys, threading as t; a = t.Thread(target=sys.exit, args=[3]); a.start(); a.join()", 0, "Completed"),
        ("raise ValueError('bad shape (3, 4)')", 1, "Failed"),
        ("import os; os._exit(0)", 0, "Failed"),  # nobody could tell how it ended: its process is gone
    ],
)
def test_how_the_script_ends_is_the_status(root: Path, ending: str, exit_code: int, status: str) -> None:
    finished(start(root, f"from runstore import Run\nRun.get_context().log('x', 1)\n{ending}"), exit_code)
    run = only_run(root)
    assert run.get_status() == status
    assert run.get_metrics() == {"x": 1}
    if "ValueError" in ending:
        assert run.get_details()["error"]["error"]["message"].endswith("ValueError: bad shape (3, 4)")


def test_a_killed_script_is_failed_at_once_and_all_is_there(root: Path) -> None:
    code = """
        from runstore import Run
        import time
        run = Run.get_context()
        for step in range(100):
            run.log("x", step, step=step)
        print("ready", flush=True)
        time.sleep(60)
    """
    process = start(root, code)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    run = only_run(root)
    assert run.get_status() == "Running"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert run.get_status() == "Failed"
    assert run.get_metrics()["x"] == list(range(100))


def test_child_processes_join_as_ranks(root: Path) -> None:
    code = """
        import os, subprocess, sys
        from runstore import Run
        run = Run.get_context()
        if len(sys.argv) == 1:
            run.log("parent", 1)
            children = [
                subprocess.Popen([sys.executable, __file__, "child"], env={**os.environ, "RANK": rank})
                for rank in "0123"
            ]
            assert [child.wait() for child in children] == [0] * 4
        else:
            for step in range(50):
                run.log("loss", float(os.environ["RANK"]), step=step)
            run.complete()
    """
    finished(start(root, code))
    run = only_run(root)
    assert run.get_status() == "Completed"
    assert len(run.get_metrics()["loss"]) == 200
    for rank in range(4):
        steps, _, values = run.get_series("loss", rank=rank)
        assert list(steps) == list(range(50))
        assert set(values) == {float(rank)}
    assert set(run.get_series("loss")[2]) == {0.0}


def test_a_run_begins_and_ends_in_a_folder_that_was_deleted(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(
        "import os, tempfile\nfolder = tempfile.mkdtemp()\nos.chdir(folder)\nos.rmdir(folder)\n"
        "from runstore import Experiment, Run, Workspace\n"
        "run = Run.get_context()\nrun.log('a', 1)\nrun.complete()\nprint(run.get_status(), run.get_metrics())\n"
        "with Experiment(Workspace.from_config(), 'e').start_logging() as other: other.log('b', 2)\n"
        "child = other.child_run('c')\nchild.complete()\nprint(other.get_status(), child.get_status())\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.stdout == "Completed {'a': 1}\nCompleted Completed\n", done.stderr


def test_a_run_can_be_copied_and_sent_to_other_processes(root: Path) -> None:
    code = """
        import copy, multiprocessing, pickle
        from runstore import Experiment, Run, Workspace
        def work(run, value):
            run.log("there", value)
        if __name__ == "__main__":
            run = Run.get_context()
            run.log("here", 1)
            other = Experiment(Workspace.from_config(), "other").start_logging(outputs=False, snapshot_directory=None)
            for each in (run, other):
                assert copy.copy(each) is each and copy.deepcopy({"run": each})["run"] is each
                pickle.loads(pickle.dumps(each)).log("back", 2)
            context = multiprocessing.get_context("spawn")
            process = context.Process(target=work, args=(run, 3))
            process.start()
            process.join()
            print(process.exitcode, run.get_metrics(), other.get_metrics())
        """
    out, _ = finished(start(root, code))
    assert out == "0 {'here': 1, 'back': 2, 'there': 3} {'back': 2}\n"
    off, _ = finished(
        start(
            root,
            "import pickle\nfrom runstore import Run\n"
            "print(pickle.loads(pickle.dumps(Run.get_context())).get_status())",
            RUNSTORE_MODE="off",
        )
    )
    assert off == "Running\n"


@pytest.mark.parametrize("leave", ["exit(3)", "quit(3)", "import sys; sys.exit(3)"])
def test_a_failing_exit_is_a_failed_run(root: Path, leave: str) -> None:
    process = start(root, f"from runstore import Run\nRun.get_context().log('a', 1)\n{leave}\n")
    finished(process, 3)
    (run,) = Workspace(root=root).experiments["train"].get_runs()
    assert run.get_status() == "Failed"
    assert run.get_details()["error"]["error"]["message"] == "exit code 3"


def test_a_second_interrupt_while_the_first_is_told_is_no_clean_end(root: Path) -> None:
    code = """
        import traceback
        from runstore import Run
        run = Run.get_context()
        run.log("a", 1)
        def interrupted(*_): raise KeyboardInterrupt
        traceback.format_exception = interrupted
        raise KeyboardInterrupt
        """
    start(root, code).communicate(timeout=60)
    (run,) = Workspace(root=root).experiments["train"].get_runs()
    assert run.get_status() == "Canceled"


def test_mode_off_stores_nothing_and_breaks_nothing(root: Path) -> None:
    code = """
        from runstore import Run
        run = Run.get_context()
        run.log("x", 1); run.log_list("l", [1]); run.log_metrics({"a": 1}); run.tag("a", "b"); run.log_params({"lr": 1})
        run.upload_file("x", __file__); run.get_metrics(); run.get_details(); run.get_file_names(); print(run.id)
        run.complete()
    """
    out, _ = finished(start(root, code, RUNSTORE_MODE="off"))
    assert out.startswith("OfflineRun_")
    assert not root.exists()


def test_offline_can_be_refused(root: Path) -> None:
    code = "from runstore import Run\nRun.get_context(allow_offline=False)"
    _, err = finished(start(root, code), 1)
    assert "RunEnvironmentException" in err
    assert "runs-tui run -- python" in err


def test_a_root_that_cannot_be_written_does_not_stop_the_script(root: Path) -> None:
    root.write_text("a file in the way")
    temporary = root.parent / "tmp"
    code = "from runstore import Run\nrun = Run.get_context()\nrun.log('x', 1)\nprint('trained')"
    out, err = finished(start(root, code, TMPDIR=str(temporary)))
    assert out == "trained\n"
    assert err.count("cannot write run records to") == 1
    (folder,) = temporary.iterdir()
    assert only_run(folder).get_metrics() == {"x": 1}


def test_no_place_at_all_does_not_stop_the_script(root: Path) -> None:
    root.write_text("a file in the way")
    code = """
        from runstore import Run
        run = Run.get_context()
        for step in range(1000):
            run.log("x", step)
        run.tag("a", "b")
        run.upload_file("x", __file__)
        run.complete()
        print("trained")
    """
    out, err = finished(start(root, code, TMPDIR=str(root)))
    assert out == "trained\n"
    assert "cannot write run records to" in err


def test_a_run_folder_deleted_meanwhile_does_not_stop_the_script(root: Path) -> None:
    code = """
        import shutil, os
        from runstore import Run
        run = Run.get_context()
        run.log("x", 1)
        shutil.rmtree(os.environ["RUNSTORE_RUN_DIR"])
        for step in range(1000):
            run.log("x", step)
        run.log("new", 1)
        run.tag("a", "b")
        run.complete()
        print("trained")
    """
    out, _ = finished(start(root, code))
    assert out == "trained\n"
    assert runs_in(root) == []


def test_a_busy_script_is_seen_running_by_others(root: Path) -> None:
    code = """
        from runstore import Run
        run = Run.get_context()
        step = 0
        while True:
            run.log("x", step, step=step)
            step += 1
    """
    process = start(root, code)
    try:
        deadline = time.monotonic() + 30
        seen: list[Any] = []
        while time.monotonic() < deadline and len(seen) < 3:
            seen += [(run.get_status(), run.get_series("x")[2]) for run in runs_in(root) if run.get_metrics()]
            time.sleep(0.05)
        assert [status for status, _ in seen] == ["Running"] * 3
        assert len(seen[0][1]) < len(seen[2][1])
        assert list(seen[2][1]) == list(range(len(seen[2][1])))
    finally:
        process.kill()
        process.communicate()


def test_mode_off_has_all_that_other_runs_have(root: Path) -> None:
    code = """
        from runstore import Run
        run = Run.get_context()
        with run.child_run("a") as child:
            child.log("x", 1)
        for each in run.create_children(count=2):
            each.complete()
        assert list(run.get_children(recursive=True)) == [] and run.parent is None
        assert run.get_metrics("x", recursive=True) == {} and run.get_file_names() == [] and run.get_all_logs() == []
        run.take_snapshot("."); run.log_residuals("r", {"data": {"bin_edges": [0, 1], "bin_counts": [1]}}); run.clean()
        run.cancel(); run.fail("x"); run.get_detailed_status(); run.get_details_with_logs(); run._repr_html_()
        run.log_image("i", path="x.png"); run.display_name = "n"; run.description = "d"; run.add_properties({"a": "b"})
        assert run.get_status() == "Running"
        print("done")
    """
    (root.parent / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    out, _ = finished(start(root, code, RUNSTORE_MODE="off"))
    assert out == "done\n"
    assert not root.exists()
    assert sorted(os.listdir(root.parent)) == ["train.py", "x.png"]


@pytest.mark.parametrize("block", [False, True])
def test_a_script_that_is_asked_to_end_is_canceled(root: Path, block: bool) -> None:
    code = """
        from runstore import Experiment, Workspace
        import time
        run = Experiment(Workspace.from_config(), "exp").start_logging(snapshot_directory=None)
        run.log("x", 1)
        print("ready", flush=True)
        time.sleep(60)
    """
    if block:
        code = code.replace("run.log", "with run:\n            run.log").replace("print(", "    print(")
        code = code.replace("time.sleep", "    time.sleep")
    process = start(root, code)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    run = only_run(root)
    run.cancel()
    process.communicate(timeout=30)
    assert run.get_status() == "Canceled"
    assert run.get_metrics() == {"x": 1}
    run.cancel()
    run.fail("too late")
    assert run.get_status() == "Canceled"


@pytest.mark.parametrize(
    ("ending", "status"), [("raise ValueError('x')", "Failed"), ("import sys; sys.exit(2)", "Failed")]
)
def test_an_interactive_run_fails_with_its_script(root: Path, ending: str, status: str) -> None:
    code = f"""
        from runstore import Experiment, Workspace
        run = Experiment(Workspace.from_config(), "exp").start_logging(snapshot_directory=None)
        {ending}
    """
    process = start(root, code)
    process.communicate(timeout=30)
    assert process.returncode in (1, 2)
    run = only_run(root)
    assert run.get_status() == status
    assert run.get_details()["error"]["error"]["message"] in (
        "User program failed with ValueError: x",
        "exit code 2",
    )


def test_ctrl_c_cancels(root: Path) -> None:
    process = start(
        root, "import time; from runstore import Run; Run.get_context().log('x', 1); print(); time.sleep(60)"
    )
    assert process.stdout is not None
    deadline = time.monotonic() + 30
    while not runs_in(root) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert only_run(root).get_status() == "Canceled"


def test_children_join_the_newest_run_that_goes_on(root: Path) -> None:
    code = """
        import os, subprocess, sys
        from runstore import Experiment, Workspace
        def joined():
            code = "from runstore import Run; run = Run.get_context(); run.log('x', 1); print(run.id)"
            return subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True).stdout.strip()
        experiment = Experiment(Workspace.from_config(), "exp")
        one, two, three = (experiment.start_logging(snapshot_directory=None) for _ in range(3))
        found = [joined()]
        two.complete()
        three.complete()
        found.append(joined())
        one.complete()
        assert found == [three.id, one.id], found
        assert "RUNSTORE_RUN_ID" not in os.environ and os.environ["RUNSTORE_ROOT"], os.environ
    """
    finished(start(root, code))


def test_what_a_rank_says_after_the_end_is_in_every_list(root: Path) -> None:
    workspace = Workspace(root=root)
    run = Experiment(workspace, "exp").start_logging(snapshot_directory=None, outputs=False)
    code = """
        import sys
        from runstore import Run
        run = Run.get_context()
        run.tag("early", "1")
        print(flush=True)
        sys.stdin.readline()
        run.tag("late", "2")
        run.remove_tags(["early"])
        run.description = "late"
    """
    rank = start(root, code, RUNSTORE_RUN_DIR=str(root / "exp" / run.id), RANK="1")
    assert rank.stdout is not None
    rank.stdout.readline()
    assert run.tags == {"early": "1"}
    run.complete()
    _, err = rank.communicate("\n", timeout=60)
    assert rank.returncode == 0, err
    assert run.tags == {"late": "2"}
    assert [each.id for each in Experiment(workspace, "exp").get_runs(tags={"late": "2"})] == [run.id]
    (row,) = list_rows(str(root))
    assert (row.tags, row.description, row.state.word) == ({"late": "2"}, "late", "completed")
