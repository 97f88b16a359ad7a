"""Deleting runs and experiments, and bringing them back."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from runstore import Experiment, Run, Workspace
from runstore.exceptions import UserErrorException, WorkspaceException
from runstore.reading.catalog import list_rows
from runstore.runs.trash import (
    StillRunning,
    entries,
    newest,
    purge,
    restore,
    trash_experiment,
    trash_run,
    trash_runs,
)
from runstore.writing.create import create_run


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.chdir(tmp_path)
    return Workspace(root=tmp_path / "root")


def ended(workspace: Workspace, experiment: str, run_id: str | None = None) -> Run:
    run = Experiment(workspace, experiment).start_logging(run_id=run_id, outputs=False, snapshot_directory=None)
    run.log("loss", 0.5)
    run.complete()
    return run


def ids(workspace: Workspace, experiment: str, children: bool = True) -> list[str]:
    found = workspace.experiments.get(experiment)
    return sorted(run.id for run in found.get_runs(include_children=children)) if found else []


def test_a_deleted_run_is_gone_and_comes_back_whole(workspace: Workspace) -> None:
    kept, run = ended(workspace, "exp", "kept"), ended(workspace, "exp", "gone")
    entry = trash_run(workspace.root, run._folder)
    assert ids(workspace, "exp") == [kept.id]
    with pytest.raises(UserErrorException, match="no run 'gone'"):
        workspace.get_run("gone")
    assert (entry.kind, entry.title, entry.experiment, entry.runs) == ("run", run_name(entry.path), "exp", 1)
    assert [each.name for each in entries(workspace.root)] == [entry.name]
    assert restore(workspace.root, entry) == [run._folder]
    assert workspace.get_run("gone").get_metrics() == {"loss": 0.5}
    assert entries(workspace.root) == []
    assert os.listdir(Path(workspace.root, ".runstore", "trash")) == []


def test_a_run_deletes_itself_when_it_has_ended(workspace: Workspace) -> None:
    run = Experiment(workspace, "exp").start_logging(outputs=False, snapshot_directory=None)
    with pytest.raises(StillRunning, match="is running: cancel it first"):
        run.delete()
    run.complete()
    run.delete()
    assert ids(workspace, "exp") == []
    with pytest.raises(UserErrorException):
        run.delete()
    run = Experiment(workspace, "exp").start_logging(outputs=False, snapshot_directory=None)
    run.delete(force=True)
    run.log("x", 1)  # the program goes on
    run.complete()
    assert ids(workspace, "exp") == []


def run_name(entry: str) -> str:
    (folder,) = Path(entry, "content").glob("*/*")
    return Run._attach(Experiment._attach(Workspace(root=entry), "exp", ""), str(folder)).display_name


def test_undo_takes_the_newest_first(workspace: Workspace) -> None:
    for name in ("a", "b", "c"):
        trash_run(workspace.root, ended(workspace, "exp", name)._folder)
    assert newest(workspace.root) is not None
    for count, name in enumerate("cba", 1):
        entry = newest(workspace.root)
        assert entry is not None
        restore(workspace.root, entry.name)
        assert name in ids(workspace, "exp")
        assert len(ids(workspace, "exp")) == count
    assert newest(workspace.root) is None


def test_runs_deleted_together_come_back_together(workspace: Workspace) -> None:
    runs = [ended(workspace, experiment, experiment + "-run") for experiment in ("one", "two")]
    entry = trash_runs(workspace.root, [run._folder for run in runs])
    assert entry.title == "2 runs"
    assert ids(workspace, "one") == ids(workspace, "two") == []
    restore(workspace.root, entry)
    assert ids(workspace, "one") + ids(workspace, "two") == ["one-run", "two-run"]


def test_children_go_with_their_parent(workspace: Workspace) -> None:
    parent = ended(workspace, "exp", "parent")
    for child, above in (("child", "parent"), ("grandchild", "child"), ("stranger", "other"), ("tagged", None)):
        create_run(workspace.root, "exp", child, parent=above, status="Completed", tags={"parent": None})
    entry = trash_run(workspace.root, parent._folder)
    assert entry.runs == 3
    assert ids(workspace, "exp") == ["stranger", "tagged"]
    restore(workspace.root, entry)
    assert ids(workspace, "exp") == ["child", "grandchild", "parent", "stranger", "tagged"]


def test_a_living_run_is_not_deleted_unless_forced(workspace: Workspace) -> None:
    code = """
        import sys, time
        from runstore import Experiment, Workspace
        run = Experiment(Workspace(root=sys.argv[1]), "exp").start_logging(run_id="live", snapshot_directory=None)
        print("ready", flush=True)
        time.sleep(60)
    """
    script = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), workspace.root], stdout=subprocess.PIPE, text=True
    )
    try:
        assert script.stdout is not None
        assert script.stdout.readline() == "ready\n"
        run = workspace.get_run("live")
        with pytest.raises(StillRunning, match="run live is running: cancel it first"):
            trash_run(workspace.root, run._folder)
        with pytest.raises(StillRunning):
            trash_experiment(workspace.root, "exp")
        assert ids(workspace, "exp") == ["live"]
        entry = trash_run(workspace.root, run._folder, force=True)
        assert ids(workspace, "exp") == []
        restore(workspace.root, entry)
    finally:
        script.kill()
        script.communicate()
    trash_run(workspace.root, run._folder)  # its process is gone
    assert ids(workspace, "exp") == []


@pytest.mark.parametrize(("recorded", "refused"), [("NotStarted", False), ("Queued", True), ("Failed", False)])
def test_a_run_that_waits_for_its_turn_lives(workspace: Workspace, recorded: str, refused: bool) -> None:
    folder = create_run(workspace.root, "exp", "run", status=recorded)
    if refused:
        with pytest.raises(StillRunning, match="queued"):
            trash_run(workspace.root, folder)
    else:
        trash_run(workspace.root, folder)
    assert os.path.isdir(folder) is refused


def test_a_damaged_run_can_be_deleted(workspace: Workspace) -> None:
    run = ended(workspace, "exp")
    Path(run._folder, "run.json").write_text("{")
    restore(workspace.root, trash_run(workspace.root, run._folder))
    assert Path(run._folder, "run.json").read_text() == "{"


def test_an_experiment_goes_and_comes_back_with_its_runs(workspace: Workspace) -> None:
    run = ended(workspace, "exp", "first")
    experiment = workspace.experiments["exp"]
    entry = trash_experiment(workspace.root, "exp")
    assert (entry.kind, entry.title, entry.runs) == ("experiment", "exp", 1)
    assert "exp" not in workspace.experiments
    restore(workspace.root, entry)
    assert workspace.experiments["exp"].id == experiment.id
    assert workspace.get_run("first").number == run.number


def test_an_experiment_comes_back_into_one_of_the_same_name(workspace: Workspace) -> None:
    ended(workspace, "exp", "old")
    entry = trash_experiment(workspace.root, "exp")
    ended(workspace, "exp", "new")
    anew = workspace.experiments["exp"].id
    restore(workspace.root, entry)
    assert ids(workspace, "exp") == ["new", "old"]
    assert workspace.experiments["exp"].id == anew


def numbers(workspace: Workspace) -> dict[str, int]:
    return {row.id: row.number for row in list_rows(workspace.root, cache=False)}


def test_runs_that_come_back_into_an_experiment_made_anew_have_numbers_of_their_own(workspace: Workspace) -> None:
    for name in ("old1", "old2", "old3", "old4"):
        ended(workspace, "exp", name)
    single = trash_run(workspace.root, workspace.get_run("old4")._folder)
    entry = trash_experiment(workspace.root, "exp")
    ended(workspace, "exp", "new1")
    restore(workspace.root, entry)
    assert numbers(workspace) == {"new1": 1, "old1": 4, "old2": 2, "old3": 3}
    restore(workspace.root, single)
    ended(workspace, "exp", "new2")
    assert numbers(workspace) == {"new1": 1, "old1": 4, "old2": 2, "old3": 3, "old4": 5, "new2": 6}
    restore(workspace.root, trash_run(workspace.root, workspace.get_run("old4")._folder))
    assert numbers(workspace)["old4"] == 5, "in its own experiment a run keeps its number"


def test_a_number_that_came_back_is_not_given_again(workspace: Workspace) -> None:
    for name in ("first", "second"):
        ended(workspace, "exp", name)
    entry = trash_run(workspace.root, workspace.get_run("second")._folder)
    trash_experiment(workspace.root, "exp")
    restore(workspace.root, entry)
    ended(workspace, "exp", "third")
    restore(workspace.root, newest(workspace.root))
    ended(workspace, "exp", "fourth")
    assert numbers(workspace) == {"first": 1, "second": 2, "third": 3, "fourth": 4}


def test_a_run_comes_back_although_its_experiment_went_too(workspace: Workspace) -> None:
    run = ended(workspace, "exp", "run")
    entry = trash_run(workspace.root, run._folder)
    trash_experiment(workspace.root, "exp")
    restore(workspace.root, entry)
    assert ids(workspace, "exp") == ["run"]
    assert workspace.experiments["exp"].id != "exp"  # it has its file


def test_nothing_is_written_over(workspace: Workspace) -> None:
    run = ended(workspace, "exp", "run")
    entry = trash_run(workspace.root, run._folder)
    ended(workspace, "exp", "run").tag("which", "second")
    with pytest.raises(UserErrorException, match="exists already"):
        restore(workspace.root, entry)
    assert workspace.get_run("run").tags == {"which": "second"}
    assert newest(workspace.root) is not None


def test_only_runs_of_the_root_are_deleted(workspace: Workspace, tmp_path: Path) -> None:
    run = ended(workspace, "exp")
    outside = tmp_path / "outside" / "precious"
    outside.mkdir(parents=True)
    for folder in (
        outside,
        Path(workspace.root, ".runstore", "trash"),
        Path(run._folder, "files"),
        Path(workspace.root, "exp"),
        Path(workspace.root, "exp", "..", "..", "outside"),
        Path(workspace.root, "exp", "absent"),
    ):
        with pytest.raises(UserErrorException, match="no run of"):
            trash_run(workspace.root, str(folder))
    with pytest.raises(UserErrorException, match="no experiment"):
        trash_experiment(workspace.root, "absent")
    with pytest.raises(UserErrorException, match="no experiment"):
        trash_experiment(workspace.root, str(outside))
    with pytest.raises(UserErrorException, match="not in the trash"):
        restore(workspace.root, "../../outside")
    assert outside.is_dir()
    assert os.path.isdir(run._folder)


def test_an_entry_without_its_description_can_be_brought_back(workspace: Workspace) -> None:
    run = ended(workspace, "exp")
    entry = trash_run(workspace.root, run._folder)
    for content in ("[", "{}", '{"time": "x", "runs": null, "kind": 3}'):
        Path(entry.path, "entry.json").write_text(content)
        assert [each.name for each in entries(workspace.root)] == [entry.name]
    assert restore(workspace.root, entry.name) == [run._folder]


def test_what_cannot_be_read_is_not_deleted_as_if_it_had_come_back(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ended(workspace, "exp")
    entry = trash_run(workspace.root, run._folder)
    closed, listed = os.path.join(entry.path, "content", "exp"), os.scandir

    def failing(path: str = ".") -> object:
        if path == closed:
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)
        return listed(path)

    with monkeypatch.context() as context:
        context.setattr(os, "scandir", failing)
        with pytest.raises(WorkspaceException, match=f"cannot bring back .*{closed}: Input/output error"):
            restore(workspace.root, entry.name)
    assert restore(workspace.root, entry.name) == [run._folder]


def test_an_undo_deletes_no_run_that_is_just_being_deleted(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where another program still moves the runs of a long deletion into the entry."""
    first, second = ended(workspace, "exp", "first"), ended(workspace, "exp", "second")
    entry, rename = trash_run(workspace.root, first._folder), os.rename

    def both(source: str, target: str) -> None:
        rename(source, target)
        if target == first._folder:
            rename(second._folder, os.path.join(entry.path, "content", "exp", "second"))

    with monkeypatch.context() as context:
        context.setattr(os, "rename", both)
        assert restore(workspace.root, entry) == [first._folder]
    assert restore(workspace.root, entry.name) == [second._folder]
    assert os.listdir(Path(workspace.root, ".runstore", "trash")) == []


def test_what_was_purged_is_gone_for_good(workspace: Workspace) -> None:
    entry = trash_run(workspace.root, ended(workspace, "exp")._folder)
    purge(workspace.root, entry)
    assert entries(workspace.root) == []
    with pytest.raises(UserErrorException, match="not in the trash"):
        restore(workspace.root, entry)
