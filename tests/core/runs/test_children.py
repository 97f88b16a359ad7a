"""Runs inside runs: made by count, by tag or one by one, found again, and what a parent says of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runstore import Experiment, Run, Workspace
from runstore.exceptions import ExperimentExecutionException, UserErrorException
from runstore.writing.create import create_run


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.chdir(tmp_path)
    return Workspace(root=tmp_path / "root")


@pytest.fixture
def parent(workspace: Workspace) -> Iterator[Run]:
    run = Experiment(workspace, "exp").start_logging(display_name="top", snapshot_directory=None)
    yield run
    run.complete()


def test_a_child_runs_at_once_and_ends_by_itself(parent: Run) -> None:
    child = parent.child_run(name="fold 1")
    assert (child.get_status(), child.display_name) == ("Running", "top>fold 1")
    assert child.get_details()["target"] == "sdk"
    child.log("loss", 0.5)
    child.complete()
    assert (child.get_status(), parent.get_status()) == ("Completed", "Running")
    assert child.parent is not None
    assert child.parent.id == parent.id
    assert parent.parent is None
    assert [run.id for run in parent.experiment.get_runs()] == [parent.id]
    assert {run.id for run in parent.experiment.get_runs(include_children=True)} == {parent.id, child.id}


def test_children_by_count_and_by_tag(parent: Run) -> None:
    counted = parent.create_children(count=3)
    assert [child.tags for child in counted] == [{"azureml.batch_child_number": str(n)} for n in range(3)]
    tagged = parent.create_children(tag_key="fold", tag_values=["a", "b"])
    assert [child.tags for child in tagged] == [{"fold": "a"}, {"fold": "b"}]
    assert len({child.id for child in [*counted, *tagged]}) == 5
    for child in [*counted, *tagged]:
        child.complete()


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"count": 2, "tag_key": "a", "tag_values": ["b"]},
        {"tag_key": "a"},
        {"tag_values": ["b"]},
        {"count": 0},
        {"count": "3"},
        {"tag_key": "a", "tag_values": []},
        {"tag_key": "a", "tag_values": "abc"},
    ],
)
def test_what_makes_no_children_is_refused(parent: Run, arguments: dict[str, object]) -> None:
    with pytest.raises(UserErrorException, match="create_children"):
        parent.create_children(**arguments)  # type: ignore[arg-type]
    assert list(parent.get_children()) == []


def test_children_are_found_by_all_filters_newest_first(parent: Run) -> None:
    one, two = parent.create_children(tag_key="fold", tag_values=["1", "2"])
    deep = two.child_run(name="deep")
    one.add_properties({"kind": "x"})
    one.fail("no")
    deep.complete()
    two.complete()
    assert [run.id for run in parent.get_children()] == [two.id, one.id]
    assert [run.id for run in parent.get_children(recursive=True)] == [deep.id, two.id, one.id]
    assert [run.id for run in parent.get_children(tags={"fold": "1"})] == [one.id]
    assert [run.id for run in parent.get_children(tags="fold", status="Completed")] == [two.id]
    assert [run.id for run in parent.get_children(properties={"kind": "x"})] == [one.id]
    assert list(parent.get_children(type="azureml.scriptrun")) == []
    assert [run.id for run in Run.list(parent.experiment, status="Failed", include_children=True)] == [one.id]


def test_metrics_of_a_whole_family(parent: Run) -> None:
    parent.log("best", 1)
    one, two = parent.create_children(count=2)
    deep = one.child_run()
    one.log("loss", 0.5)
    deep.log("loss", 0.1)
    deep.log("loss", 0.2)
    for child in (one, two, deep):
        child.complete()
    assert parent.get_metrics() == {"best": 1}
    assert parent.get_metrics(recursive=True) == {
        parent.id: {"best": 1},
        one.id: {"loss": 0.5},
        deep.id: {"loss": [0.1, 0.2]},
    }
    assert parent.get_metrics(name="loss", recursive=True).keys() == {one.id, deep.id}
    assert parent.get_metrics(recursive=True, run_type="other") == {}


def test_a_parent_says_that_children_failed(parent: Run) -> None:
    assert "warnings" not in parent.get_details()
    for index, child in enumerate(parent.create_children(count=3)):
        child.fail("boom") if index == 1 else child.complete()
    parent.complete()
    assert parent.get_status() == "Completed"
    (warning,) = parent.get_details()["warnings"]
    assert warning["message"] == "1 of 3 child runs failed: top>2"
    assert parent.get_detailed_status() == {"status": "Completed", "details": "1 of 3 child runs failed: top>2"}


def test_every_object_of_an_owned_run_is_as_good_as_the_first(parent: Run, workspace: Workspace) -> None:
    parent.create_children(count=2)
    for child in parent.get_children():
        child.log("x", 1)
        child.complete()
    assert [child.get_status() for child in parent.get_children()] == ["Completed"] * 2
    again = workspace.get_run(parent.id)
    again.log("y", 2)
    again.complete()
    assert (parent.get_status(), parent.get_metrics()) == ("Completed", {"y": 2})
    assert os.environ.get("RUNSTORE_RUN_DIR") != parent._folder  # no process that is started now joins it


def test_children_of_a_launched_script_and_of_one_that_forgets_them(tmp_path: Path, workspace: Workspace) -> None:
    code = """
        import sys
        from runstore import Run
        run = Run.get_context()
        for number, child in enumerate(run.create_children(count=3)):
            child.log(name="Hello from child run", value=number)
            if number:
                child.complete()
        with run.child_run("block"):
            print("in the block")
    """
    script = tmp_path / "hello.py"
    script.write_text("\n".join(line[8:] for line in code.splitlines()))
    subprocess.run(
        [sys.executable, script],
        env={"RUNSTORE_ROOT": workspace.root, "PATH": ""},
        check=True,
        timeout=60,
        cwd=tmp_path,
    )
    (run,) = workspace.experiments["hello"].get_runs()
    children = list(run.get_children())
    assert [child.get_status() for child in children] == ["Completed"] * 4
    assert [child.get_metrics() for child in children] == [{}, *({"Hello from child run": n} for n in (2, 1, 0))]
    assert "not closed" in children[3].get_details()["warnings"][0]["message"]
    assert children[0].get_details_with_logs()["logFiles"] == {"user_logs/std_log.txt": "in the block\n"}


def test_a_failing_script_fails_the_children_it_leaves_open(tmp_path: Path, workspace: Workspace) -> None:
    code = """if True:
        from runstore import Run
        run = Run.get_context()
        run.child_run("open")
        run.child_run("done").complete()
        1 / 0
    """
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"RUNSTORE_ROOT": workspace.root, "RUNSTORE_EXPERIMENT": "exp"},
        check=False,
        timeout=60,
        capture_output=True,
    )
    assert b"ZeroDivisionError" in done.stderr
    (run,) = workspace.experiments["exp"].get_runs()
    assert run.get_status() == "Failed"
    assert {child.display_name.partition(">")[2]: child.get_status() for child in run.get_children()} == {
        "open": "Failed",
        "done": "Completed",
    }


def test_submit_child_says_what_can_be_submitted(parent: Run) -> None:
    with pytest.raises(ExperimentExecutionException, match="ScriptRunConfig"):
        parent.submit_child("train.py")

    class Config:
        def submit_to(self, experiment: Experiment, **given: object) -> Run:
            self.given = given
            return parent

    config = Config()
    assert parent.submit_child(config, tags={"a": 1}) is parent
    assert config.given == {"tags": {"a": "1"}, "parent": parent.id}


def test_a_launched_child_logs_to_its_parent(parent: Run, workspace: Workspace) -> None:
    folder = create_run(workspace.root, "exp", "launched", parent=parent.id, status="Running", type="azureml.scriptrun")
    code = "from runstore import Run; Run.get_context().parent.log('from below', 1); Run.get_context().log('own', 2)"
    environment = {"RUNSTORE_RUN_DIR": folder, "RUNSTORE_ROOT": workspace.root}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)
    assert parent.get_metrics(recursive=True) == {parent.id: {"from below": 1}, "launched": {"own": 2}}
    parent.log("own", 3)
    assert parent.get_metrics() == {"from below": 1, "own": 3}
