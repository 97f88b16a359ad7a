"""The demo: what happens in it, and that nothing of it is left, however it ends."""

import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from runs_tui.demo.timetable import TIMETABLE
from runstore import Workspace
from runstore.reading.catalog import list_rows
from runstore.reading.run import RunReader
from tests.terminal import PtyApp

DEMO = [sys.executable, "-m", "runs_tui", "demo"]


def start(*options: str, **env: str) -> subprocess.Popen[str]:
    """A demo without a terminal."""
    return subprocess.Popen(
        [*DEMO, *options], env={**os.environ, **env},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def store_named_in(line: str) -> Path:
    found = re.search(r"real trainings in (\S+)", line)
    assert found, line
    return Path(found[1])


def processes_of(store: Path) -> list[str]:
    """The living processes that write to the store or direct those that do."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and (
                str(store) in process.cmdline() or process.environ().get("RUNSTORE_ROOT") == str(store)
            ):
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            pass
    return found


def wait_until(condition, timeout: float = 15.0) -> bool:
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A whole demo, its store kept, its output: (store, text)."""
    store = tmp_path_factory.mktemp("demo") / "store"
    demo = start("--root", str(store), "--seconds", "22")
    text, _ = demo.communicate(timeout=90)
    assert demo.returncode == 0, text
    return store, text


def rows_of(store: Path):
    return {f"{row.experiment}/{row.name}": row for row in list_rows(str(store), cache=False)}


def reader_of(store: Path, name: str) -> RunReader:
    reader = RunReader(rows_of(store)[name].key)
    reader.refresh()
    return reader


def console_of(reader: RunReader) -> str:
    return b"".join(path.read_bytes() for path in Path(reader.folder, "console").glob("*.out")).decode()


def manifest_of(store: Path, name: str):
    return json.loads(Path(rows_of(store)[name].key, "run.json").read_text())


def test_the_live_trainings_log_many_metrics_and_draw_a_progress_bar(story):
    reader = reader_of(story[0], "spirals/lr-0.003")
    assert len(reader.names()) == 10
    losses = reader.series("loss").values
    assert len(losses) > 100
    assert losses[-50:].mean() < losses[:50].mean()
    assert re.search(r"\rspirals +\d+%\|\x1b\[32m█", console_of(reader))


def test_one_training_diverges_after_it_had_learned(story):
    series = reader_of(story[0], "factors/peak-lr-0.11").series("loss")
    first = next(place for place, value in enumerate(series.values) if math.isnan(value))
    assert min(series.values[:first]) < 0.5 * series.values[0]
    assert rows_of(story[0])["factors/peak-lr-0.11"].metrics["loss"].n > first


def test_one_training_crashes_with_its_traceback(story):
    store, _ = story
    row = rows_of(store)["characters/hidden-64"]
    assert row.status == "Failed"
    assert row.exit["code"] == 1
    assert "ValueError" in row.error
    assert "Traceback (most recent call last)" in console_of(reader_of(store, "characters/hidden-64"))


def test_one_training_is_killed_with_its_supervisor(story):
    store, _ = story
    manifest = manifest_of(store, "logistic/batch-64")
    assert manifest["status"] == "Running", "nobody was left to record the end"
    assert rows_of(store)["logistic/batch-64"].state.word == "dead"


def test_they_come_in_the_order_that_is_told(story):
    store, _ = story
    begins = {f"{training.experiment}/{training.name}": training.start for training in TIMETABLE}

    def when(name: str, step: int) -> float:
        return begins[name] + step / 20  # the pace, which a busy machine does not keep

    diverging = reader_of(store, "factors/peak-lr-0.11").series("loss")
    first_nan = next(i for i, value in enumerate(diverging.values) if math.isnan(value))
    diverged = when("factors/peak-lr-0.11", diverging.steps[first_nan])
    crashed = when("characters/hidden-64", rows_of(store)["characters/hidden-64"].metrics["loss"].step)
    [killed] = [training.killed for training in TIMETABLE if training.killed is not None]
    assert 9 < diverged < 11 < 14 < crashed < 16 < killed


def test_the_sweep_is_done_before_anything_is_shown(story):
    store, text = story
    sweep = {name: row for name, row in rows_of(store).items() if row.experiment == "ridge-alpha"}
    assert len(sweep) == 21
    assert {row.status for row in sweep.values()} == {"Completed"}
    assert sorted(row.params["alpha"] for row in sweep.values() if row.params) == pytest.approx(
        [0.05 * place for place in range(20)]
    )
    first_list = text.split(" s\n")[1]
    assert "alpha-0.95" in first_list

    run = Workspace(root=store).get_run(sweep["ridge-alpha/all-alphas"].id)
    metrics = run.get_metrics()
    assert len(metrics["alpha"]) == len(metrics["mse"]) == 20
    assert len([name for name in run.get_file_names() if name.startswith("outputs/ridge_")]) == 20


def test_a_kept_store_stays_and_its_processes_end(story):
    store, text = story
    assert f"runs-tui {store}" in text
    assert processes_of(store) == []


@pytest.fixture(scope="module")
def brief(tmp_path_factory):
    """A short demo in a store of its own, and a folder for what is remembered: (text, folder)."""
    remembered = tmp_path_factory.mktemp("remembered")
    demo = start("--seconds", "4", XDG_STATE_HOME=str(remembered / "state"), XDG_CACHE_HOME=str(remembered / "cache"))
    text, _ = demo.communicate(timeout=60)
    assert demo.returncode == 0, text
    return text, remembered


def test_without_a_terminal_it_prints_the_list_and_the_readers_command(brief):
    text, _ = brief
    assert "alpha-0.95" in text
    assert re.search(r"● running +\d", text)  # a step of a training that lives
    assert "\x1b" not in text
    assert re.search(r"^ +(\S+/)?runs-tui run -- python train\.py$", text, re.M)
    store = store_named_in(text)
    assert processes_of(store) == []
    assert not store.parent.exists()


def test_a_temporary_demo_is_not_among_the_known_stores(brief):
    text, remembered = brief
    assert "real trainings" in text
    assert list(remembered.rglob("*")) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda n: n.name)
def test_no_process_is_left_when_the_demo_is_ended_by(number):
    demo = start("--seconds", "60")
    assert demo.stdout is not None
    store = store_named_in(demo.stdout.readline())
    live = [training for training in TIMETABLE if training.start < 1 and not training.opening]
    assert wait_until(lambda: len(processes_of(store)) > 2 * len(live)), "supervisors, their commands and the director"
    demo.send_signal(number)
    demo.communicate(timeout=30)
    assert demo.returncode != 0
    if number != signal.SIGKILL:
        assert processes_of(store) == [], "the demo ends after its trainings"
    assert wait_until(lambda: not processes_of(store)), processes_of(store)
    assert wait_until(lambda: not store.parent.exists())


@pytest.mark.feature("commands", 40, "watch small real trainings", "demo")
def test_in_a_terminal_it_opens_the_app_and_ends_everything_when_it_is_closed():
    with PtyApp(DEMO, cols=120, rows=35) as app:
        app.wait_for("real trainings in")
        store = store_named_in(app.text())
        app.wait_for("alpha-0.05", timeout=30)
        app.wait_for(lambda screen: re.search(r"\d+/\d+ \[", screen.text()), timeout=30)
        app.press("q")
        assert app.wait(timeout=30) == 0
        assert "run -- python train.py" in app.text()
        assert processes_of(store) == []
        assert not store.parent.exists()


def test_no_process_is_left_when_the_terminal_goes_away():
    app = PtyApp(DEMO, cols=80, rows=24)
    app.wait_for("real trainings in")
    store = store_named_in(app.text())
    app.wait_for("alpha-", timeout=30)
    app.close(timeout=20)  # the director gives its trainings five seconds to end
    assert wait_until(lambda: not processes_of(store)), processes_of(store)
    assert wait_until(lambda: not store.parent.exists())


def test_it_does_not_mix_with_runs_that_are_there(tmp_path):
    (tmp_path / "mine").mkdir()
    demo = start("--root", str(tmp_path))
    text, _ = demo.communicate(timeout=30)
    assert demo.returncode == 2
    assert "is not empty" in text
    assert os.listdir(tmp_path) == ["mine"]


def test_a_place_where_no_folder_can_be_is_told(tmp_path):
    (tmp_path / "file").touch()
    demo = start("--root", str(tmp_path / "file" / "runs"))
    text, _ = demo.communicate(timeout=30)
    assert demo.returncode == 2
    assert text == f"runs-tui: {tmp_path / 'file' / 'runs'}: Not a directory\n"
