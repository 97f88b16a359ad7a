"""Metrics as TensorBoard's event files, and a TensorBoard over the log folders of runs."""

from __future__ import annotations

import math
import sys
import urllib.request
from pathlib import Path

import pytest

from runstore import Experiment, Run, Workspace
from runstore.exceptions import UserErrorException
from runstore.export.tensorboard.record import masked_checksum
from runstore.integrations.tensorboard import Tensorboard, export_to_tensorboard
from runstore.integrations.tensorboard.event_file import EventFile
from tests.core.integrations.event_files import crc32c, scalars, unmasked
from tests.core.jobs.supervised import wait_until

# Answers to every address, as much of TensorBoard as a start needs.
SERVER = """
import sys
from http.server import HTTPServer, SimpleHTTPRequestHandler
from functools import partial
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
handler = partial(SimpleHTTPRequestHandler, directory=options["--logdir"])
HTTPServer((options["--host"], int(options["--port"])), handler).serve_forever()
"""


@pytest.fixture
def experiment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return Experiment(Workspace(root=tmp_path / "root"), "exp")


def run_of(experiment: Experiment) -> Run:
    return experiment.start_logging(snapshot_directory=None)


def test_checksums_are_those_of_the_format() -> None:
    assert crc32c(b"123456789") == 0xE3069283
    for data in (b"", b"123456789", bytes(range(256))):
        assert unmasked(masked_checksum(data)) == crc32c(data)


def test_numbers_of_every_size_come_back(tmp_path: Path) -> None:
    points = [(0, 0.5), (1, math.inf), (2, -math.inf), (300, 1e300), (2**40, -1.0)]
    with EventFile(str(tmp_path)) as file:
        for step, value in points:
            file.scalar("loss/größe", value, step, 1.0)
    read = scalars(tmp_path)["loss/größe"]
    assert read == [(0, 0.5), (1, math.inf), (2, -math.inf), (300, math.inf), (2**40, -1.0)]


def test_a_run_is_exported_under_its_id(experiment: Experiment, tmp_path: Path) -> None:
    run = run_of(experiment)
    for number in range(3):
        run.log("a", number / 4)
        run.log("b", number * 2)
    run.log("text", "no number")
    run.log_list("list", [5, 6])
    run.log_row("row", x=7, y="text")
    run.complete()
    export_to_tensorboard(run, str(tmp_path / "logs"))
    read = scalars(tmp_path / "logs" / run.id)
    assert read["a"] == [(0, 0.0), (2, 0.25), (4, 0.5)]  # two metrics in turn are numbered through
    assert read["b"] == [(1, 0.0), (3, 2.0), (5, 4.0)]
    assert [value for _, value in read["list"]] == [5.0, 6.0]
    assert [value for _, value in read["row/x"]] == [7.0]
    assert set(read) == {"a", "b", "list", "row/x"}


def test_numbers_beyond_floats_are_infinite(experiment: Experiment, tmp_path: Path) -> None:
    run = run_of(experiment)
    run.log_list("huge", [1, 10**400, -(10**400)])
    run.complete()
    export_to_tensorboard(run, tmp_path)
    assert [value for _, value in scalars(tmp_path / run.id)["huge"]] == [1.0, math.inf, -math.inf]


def test_steps_that_were_given_are_kept(experiment: Experiment, tmp_path: Path) -> None:
    run = run_of(experiment)
    for step in (10, 20, 30):
        run.log("loss", 1 / step, step=step)
    run.complete()
    export_to_tensorboard([run], tmp_path)
    assert [step for step, _ in scalars(tmp_path / run.id)["loss"]] == [10, 20, 30]


def test_children_and_whole_experiments_are_exported(experiment: Experiment, tmp_path: Path) -> None:
    parent = run_of(experiment)
    child = parent.child_run("c")
    child.log("x", 1)
    child.complete()
    parent.complete()
    other = run_of(experiment)
    other.complete()
    export_to_tensorboard(parent, tmp_path / "one")
    assert {path.name for path in (tmp_path / "one").iterdir()} == {parent.id, child.id}
    export_to_tensorboard(parent, tmp_path / "alone", recursive=False)
    assert {path.name for path in (tmp_path / "alone").iterdir()} == {parent.id}
    export_to_tensorboard(experiment, tmp_path / "all")
    assert {path.name for path in (tmp_path / "all").iterdir()} == {parent.id, child.id, other.id}


def test_what_is_no_run_is_refused(experiment: Experiment, tmp_path: Path) -> None:
    for wrong in ([], "run", [1], experiment):
        with pytest.raises(UserErrorException, match="give a run"):
            export_to_tensorboard(wrong, tmp_path)
    with pytest.raises(UserErrorException, match="give a run"):
        Tensorboard(["run"])


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "installed" / "tensorboard"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "main.py").write_text(SERVER)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.syspath_prepend(package.parent)


@pytest.mark.usefixtures("installed")
def test_a_tensorboard_follows_the_logs_of_a_submitted_run_to_its_end(experiment: Experiment) -> None:
    run = run_of(experiment)
    work, files = Path(run._folder, "work", "logs"), Path(run._folder, "files", "logs")
    work.mkdir(parents=True)
    (work / "events").write_text("grows")
    board = Tensorboard(run, port=16026)

    def shown() -> bytes:
        try:
            with urllib.request.urlopen(f"{address}/{run.id}/events", timeout=10) as answer:
                return bytes(answer.read())
        except OSError:
            return b""

    try:
        address = board.start()
        assert shown() == b"grows"
        files.parent.mkdir(exist_ok=True)
        work.rename(files)
        wait_until(lambda: shown() == b"grows", "the logs at their new place")
    finally:
        board.stop()
        run.complete()


@pytest.mark.usefixtures("installed")
def test_a_tensorboard_shows_the_logs_of_runs(experiment: Experiment, tmp_path: Path) -> None:
    run = run_of(experiment)
    (tmp_path / "note.txt").write_text("hello")
    run.upload_file("logs/note.txt", tmp_path / "note.txt")
    run.complete()
    board = Tensorboard([run], port=16006)
    second = Tensorboard(run, port=16006)
    try:
        address = board.start()
        with urllib.request.urlopen(f"{address}/{run.id}/note.txt", timeout=10) as answer:
            assert answer.read() == b"hello"
        assert second.start() != address  # the next free port
    finally:
        board.stop()
        second.stop()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address, timeout=10)


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """TensorBoard is not installed."""
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "tensorboard", raising=False)
    sys.path_importer_cache.clear()


@pytest.mark.usefixtures("nowhere")
def test_runs_of_one_name_have_a_link_each_and_what_others_have_stays(experiment: Experiment, tmp_path: Path) -> None:
    shown = tmp_path / "shown"
    shown.mkdir()
    (tmp_path / "mine").mkdir()
    (shown / "mine").symlink_to("../mine")
    runs = []
    for name in ("same", "same", "mine"):
        run = experiment.start_logging(snapshot_directory=None, outputs=False, display_name=name)
        run.complete()
        runs.append(run)
    expected = {
        "same": runs[0]._folder,
        f"same-{runs[1].id[:8]}": runs[1]._folder,
        f"mine-{runs[2].id[:8]}": runs[2]._folder,
    }
    for _ in range(2):  # the second session finds its links
        Tensorboard(runs, local_root=str(shown), use_display_name=True).start()
        links = {path.name: str(path.readlink()) for path in shown.iterdir()}
        assert links.pop("mine") == "../mine"
        assert links == {name: f"{folder}/files/logs" for name, folder in expected.items()}


@pytest.mark.usefixtures("nowhere")
def test_a_link_of_an_earlier_session_is_renewed(experiment: Experiment, tmp_path: Path) -> None:
    run = run_of(experiment)
    work = Path(run._folder, "work", "logs")
    work.mkdir(parents=True)
    link = tmp_path / "shown" / run.id
    Tensorboard(run, local_root=str(link.parent)).start()
    assert link.readlink() == work
    work.rename(Path(run._folder, "files", "logs"))
    run.complete()
    Tensorboard(run, local_root=str(link.parent)).start()
    assert link.readlink() == Path(run._folder, "files", "logs")
    link.unlink()
    link.symlink_to(f"/where/the/store/was/{run.id}/files/logs")
    Tensorboard(run, local_root=str(link.parent)).start()
    assert link.readlink() == Path(run._folder, "files", "logs")


@pytest.mark.usefixtures("nowhere")
def test_without_tensorboard_a_folder_of_exported_logs_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = Tensorboard([], local_root=str(tmp_path / "exported"))
    assert board.start() == f"file://{tmp_path}/exported"
    board.stop()
    assert "pip install tensorboard" in capsys.readouterr().err
