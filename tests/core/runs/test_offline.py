"""Runs that store nothing, on request: Azure ML's offline run, which prints, and those of RUNSTORE_MODE=off."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

LACKS = (
    *("experiment", "parent", "name", "type", "number", "display_name", "status", "get_status", "tags", "get_tags"),
    *("properties", "get_properties", "get_metrics", "get_details", "wait_for_completion", "get_file_names"),
    *("download_file", "register_model", "input_datasets", "create_children", "get_children", "get_portal_url"),
    *("take_snapshot", "get_secret"),
)


def output(tmp_path: Path, code: str, **variables: str) -> str:
    script = tmp_path / "train.py"
    script.write_text("from runstore import Run\nrun = Run.get_context()\n" + textwrap.dedent(code))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RUNSTORE_")}
    done = subprocess.run(
        [sys.executable, script],
        env={**environment, "RUNSTORE_ROOT": str(tmp_path / "root"), **variables},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("setting", [{"RUNSTORE_OFFLINE": "azure"}, {"RUNSTORE_MODE": "offline"}])
def test_each_call_is_printed_and_nothing_is_stored(tmp_path: Path, setting: dict[str, str]) -> None:
    out = output(
        tmp_path,
        """
        run.log("loss", 0.5)
        run.log_list("l", [1, 2])
        run.log_row("r", x=1)
        run.log_residuals("res", {})
        run.tag("a", "b")
        run.upload_file("name", "path")
        with run:
            print("inside")
        run.complete(); run.cancel(); run.flush()
        """,
        **setting,
    )
    assert out.splitlines()[:8] == [
        *("Attempted to log scalar metric loss:", "0.5"),
        *("Attempted to log list metric l:", "[1, 2]"),
        *("Attempted to log row metric r:", "{'x': 1}"),
        *("Attempted to log residual metric res:", "{}"),
    ]
    assert "Attempted to add tag" in out
    assert "Attempted to track" in out
    assert out.endswith("[START]\ninside\n[STOP]\n")
    assert not (tmp_path / "root").exists()


def test_it_is_told_from_other_runs_in_the_usual_ways(tmp_path: Path) -> None:
    out = output(
        tmp_path,
        f"""
        from runstore.runs.offline import _OfflineRun
        print(isinstance(run, _OfflineRun), run.id.startswith("OfflineRun_"), Run.get_context() is run)
        print([name for name in {LACKS!r} if hasattr(run, name)])
        for wrong in (lambda: run.log("x", 1, step=1), lambda: run.upload_files(names=[], paths=[])):
            try:
                wrong()
            except TypeError:
                print("TypeError")
        child = run.child_run("fold")
        print(child.id == run.id + ".fold", run.child_run().id.startswith(run.id + "."))
        """,
        RUNSTORE_OFFLINE="azure",
    )
    assert out.splitlines() == ["True True True", "[]", "TypeError", "TypeError", "True True"]


def test_by_default_an_unlaunched_run_is_no_offline_run(tmp_path: Path) -> None:
    out = output(
        tmp_path,
        f"""
        from runstore.runs.offline import _OfflineRun
        print(isinstance(run, _OfflineRun), run.id.startswith("OfflineRun"))
        print([name for name in {LACKS!r} if not hasattr(run, name)])
        """,
    )
    assert out.splitlines() == ["False False", "[]"]


def test_with_mode_off_every_call_that_a_run_takes_is_taken_and_nothing_is_stored(tmp_path: Path) -> None:
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "m.pkl").write_text("model")
    out = output(
        tmp_path,
        """
        from runstore import Experiment, Workspace
        experiment = Experiment(Workspace.from_config(), "exp")
        experiment.tag("a", "b")
        for run in (run, experiment.start_logging(params={"a": 1}, tags={"b": "c"})):
            with run:
                run.log("x", 1)
                run.upload_file("data/m.pkl", "outputs/m.pkl")
                run.upload_folder("outputs", "outputs")
                model = run.register_model("m", "data/m.pkl", tags={"a": "b"})
                print(model.name, model.version, run.register_model("n", "outputs/none.pkl").id)
                print(run.id.startswith("OfflineRun_"), run.child_run("a").get_metrics(), run.get_metrics())
            run.complete()
            run.delete()
        print(list(experiment.get_runs()), experiment.tags, run.experiment.name)
        """,
        RUNSTORE_MODE="off",
    )
    assert out.splitlines() == [*("m 1 n:1", "True {} {}") * 2, "[] {} exp"]
    assert not (tmp_path / "root").exists()
