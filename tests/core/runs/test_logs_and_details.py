"""Logs under the names that people know, details, what is shown of a run."""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from runstore import Experiment, Run, Workspace, get_run
from runstore.exceptions import SnapshotException, UserErrorException
from runstore.writing.create import create_run


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return Workspace(root=tmp_path / "root")


@pytest.fixture
def run(workspace: Workspace) -> Iterator[Run]:
    run = Experiment(workspace, "exp").start_logging(snapshot_directory=None)
    yield run
    run.complete()


def printed(workspace: Workspace) -> Run:
    with Experiment(workspace, "exp").start_logging(snapshot_directory=None) as run:
        print("to stdout")
        print("to stderr", file=sys.stderr)
        os.mkdir("logs")
        Path("logs/own.txt").write_text("my own log")
        run.log("x", 1)
    return run


def test_logs_lie_apart_and_have_their_text(workspace: Workspace) -> None:
    run = printed(workspace)
    assert run.get_details_with_logs()["logFiles"] == {
        "user_logs/std_log.txt": "to stdout\n",
        "user_logs/std_log_err.txt": "to stderr\n",
        "logs/own.txt": "my own log",
    }
    names = ["logs/own.txt", "user_logs/std_log.txt", "user_logs/std_log_err.txt"]
    assert run.get_file_names() == names


def test_all_logs_are_copied(workspace: Workspace, tmp_path: Path) -> None:
    run = printed(workspace)
    copies = run.get_all_logs()
    assert [os.path.relpath(copy) for copy in copies] == [
        f"assets/{run.id}/user_logs/std_log.txt",
        f"assets/{run.id}/user_logs/std_log_err.txt",
        f"assets/{run.id}/logs/own.txt",
    ]
    assert Path(copies[0]).read_text() == "to stdout\n"
    (given,) = (copy for copy in run.get_all_logs(destination=tmp_path / "new" / "place") if copy.endswith("own.txt"))
    assert given == str(tmp_path / "new" / "place" / "logs" / "own.txt")
    with pytest.raises(UserErrorException, match="is a file"):
        run.get_all_logs(destination=copies[0])


@pytest.mark.parametrize(
    "name",
    [
        *("user_logs/std_log.txt", "user_logs/std_log_process_00.txt", "logs/user_log.txt"),
        *(
            "azureml-logs/70_driver_log.txt",
            "azureml-logs/70_driver_log_0.txt",
            "azureml-logs/70_driver_log_rank_0.txt",
        ),
    ],
)
def test_a_log_can_be_downloaded_by_its_names_of_all_times(workspace: Workspace, name: str) -> None:
    run = printed(workspace)
    run.download_file(name)
    assert Path(os.path.basename(name)).read_text() == "to stdout\n"
    with pytest.raises(UserErrorException, match=r"no file 'user_logs/std_log_process_01\.txt'"):
        run.download_file("user_logs/std_log_process_01.txt")


def test_a_long_log_is_cut_in_the_details_only(workspace: Workspace) -> None:
    line = "x" * 1023 + "\n"
    with Experiment(workspace, "exp").start_logging(snapshot_directory=None) as run:
        sys.stdout.write(line * 5 * 1024)
    text = run.get_details_with_logs()["logFiles"]["user_logs/std_log.txt"]
    first, _, rest = text.partition("\n")
    assert first == "[the first 1 MB are left out]"
    assert rest == line * 4 * 1024


def test_names_given_twice_and_lists_that_do_not_fit(run: Run, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text(name)
    paths = [str(tmp_path / "a"), str(tmp_path / "b")]
    run.upload_files(["one.txt", "./one.txt"], paths)
    assert run.get_file_names() == ["one.txt"]
    run.download_file("one.txt", "copy.txt")
    assert Path("copy.txt").read_text() == "a"
    assert "given twice" in run.get_details()["warnings"][0]["message"]
    with pytest.raises(TypeError, match="1 names for 2 paths"):
        run.upload_files(["x"], paths)


def test_snapshots_are_taken_once_and_restored(run: Run, workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(SnapshotException, match="no snapshot"):
        run.get_snapshot_id()
    Path("train.py").write_text("print(1)")
    snapshot = run.take_snapshot(".")
    assert run.get_snapshot_id() == snapshot == run.properties["ContentSnapshotId"]
    with pytest.raises(SnapshotException, match="cannot be replaced"):
        run.take_snapshot(".")
    path = run.restore_snapshot(path=str(tmp_path / "restored"))
    assert path == str(tmp_path / "restored" / f"{snapshot}.zip")
    assert b"train.py" in Path(path).read_bytes()
    assert os.path.basename(run.restore_snapshot(snapshot)) == f"{snapshot}.zip"


def test_how_a_run_shows(run: Run) -> None:
    assert repr(run) == f"Run(Experiment: exp,\nId: {run.id},\nType: None,\nStatus: Running)"
    html = run._repr_html_()
    for part in ("Experiment", "Details Page", "Docs Page", run.id, "Running", f'href="{run.get_portal_url()}"'):
        assert part in html
    run.display_name = "<script>"
    assert "<script>" not in run._repr_html_()


def test_runs_come_back_as_the_class_for_their_type(workspace: Workspace) -> None:
    from runstore.runs.script_run import ScriptRun

    experiment = Experiment(workspace, "exp")
    create_run(workspace.root, "exp", "submitted", type="azureml.scriptrun", target="local")
    create_run(workspace.root, "exp", "special", type="my.type", tags={"a": "b"})
    assert isinstance(workspace.get_run("submitted"), ScriptRun)
    assert isinstance(get_run(experiment, "submitted"), Run)

    class Mine(Run):
        pass

    Run.add_type_provider("my.type", lambda experiment, dto: Mine(experiment, dto.run_id))
    (found,) = experiment.get_runs(type="my.type")
    assert type(found) is Mine
    assert found.tags == {"a": "b"}

    class Target:
        name = "local"

    target = Target()
    target.workspace = workspace  # type: ignore[attr-defined]
    assert [run.id for run in Run.list_by_compute(target)] == ["submitted"]


def test_a_run_whose_process_is_gone_has_an_error(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)  # other tests may have made this process a notebook
    pid = os.fork()
    if pid == 0:
        run = Experiment(workspace, "exp").start_logging(snapshot_directory=None)
        run.log("x", 1)
        os._exit(0)
    os.waitpid(pid, 0)
    (run,) = workspace.experiments["exp"].get_runs()
    details = run.get_details()
    assert (details["status"], details["error"]["error"]["code"]) == ("Failed", "ProcessLost")
    assert run.get_metrics() == {"x": 1}
    run.complete()  # nobody else can say any more how it ended
    assert run.get_status() == "Completed"
    assert "error" not in run.get_details()


def test_a_forked_child_does_not_end_its_parents_run(run: Run) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            run.tag("from", "fork")
            run.log("x", 1)
            run.complete()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    assert run.get_status() == "Running"
    run.tag("own", "yes")
    run.complete()
    assert run.tags == {"from": "fork", "own": "yes"}
    assert run.get_metrics() == {"x": 1}


def test_what_several_threads_print_is_kept_and_no_file_stays_open(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stdout", shown)
    experiment = Experiment(workspace, "exp")
    with experiment.start_logging(snapshot_directory=None):
        pass  # what is opened once is open
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        together = threading.Barrier(6)

        def work(number: int, together: threading.Barrier = together) -> None:
            together.wait()
            for _ in range(50):
                print("x" * number)

        with experiment.start_logging(snapshot_directory=None, outputs=False) as run:
            threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 7)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        log = run.get_details_with_logs()["logFiles"]["user_logs/std_log.txt"]
        assert (log.count("x"), log.count("\n")) == (50 * 21, 300)
    assert len(os.listdir("/proc/self/fd")) < before + 10  # other tests may have left some in this process
