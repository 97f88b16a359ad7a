"""Scripts that only print: what they print becomes metrics of the run, and never a burden."""

import os
import time
from types import SimpleNamespace

import pytest

from runstore.jobs.scraping import Scraping
from runstore.reading.run import RunReader
from runstore.writing.create import create_run
from runstore.writing.writer import RunWriter
from tests.core.jobs.submitting import Submitter, ended
from tests.core.jobs.supervised import PYTHON, Store

PRINTS = """
import sys
print("Namespace(lr=0.1, epochs=2)")
for epoch in (1, 2):
    print(f"Epoch {epoch}/2")
    for n in (1, 2, 3):
        sys.stderr.write(f"\\r {n * 33}%|##| {n}/3 [00:0{n}<00:01, 1.00it/s, loss={1 / (3 * epoch + n):.4f}]")
    print(f"\\nval_acc: {epoch / 4}")
"""
LOGS_TOO = """
import time
from runstore import Run
run = Run.get_context()
for step in range(3):
    print(f"step {step} loss {step / 2} speed {step}", flush=True)
time.sleep(0.3)
for step in range(3):
    run.log("loss", step / 2, step=step)
    print(f"step {step + 3} loss {step} speed {step}", flush=True)
"""


def points(folder: str) -> dict[str, list[tuple[int, float]]]:
    reader = RunReader(folder)
    reader.refresh()
    assert reader.warnings == []
    found = {}
    for name in reader.names():
        series = reader.series(name)
        found[name] = list(zip(series.steps.tolist(), series.values.tolist(), strict=True))
    return found


def definitions(folder: str) -> dict[str, object]:
    reader = RunReader(folder)
    reader.refresh()
    return {name: each.get("source") for name, each in reader.manifest["metrics"].items()}


@pytest.mark.feature("foreign", 76, "run a script that only prints: its numbers become metrics, live", "runs-tui run")
def test_what_a_script_prints_is_its_metrics(store: Store) -> None:
    result = store.run(PYTHON, store.script(PRINTS))
    assert result.code == 0
    assert points(store.folder()) == {
        "loss": [(3 * epoch - 3 + n, float(f"{1 / (3 * epoch + n):.4f}")) for epoch in (1, 2) for n in (1, 2, 3)],
        "val_acc": [(3, 0.25), (6, 0.5)],
    }
    assert definitions(store.folder()) == {"loss": "output", "val_acc": "output"}
    assert store.manifest()["warnings"] == []


@pytest.mark.feature("foreign", 77, "leave what a script prints alone", "--no-scrape, RUNSTORE_SCRAPE=0")
def test_it_can_be_left_alone(store: Store) -> None:
    store.run(PYTHON, store.script(PRINTS), options=("--no-scrape",))
    store.run(PYTHON, store.script(PRINTS), env={"RUNSTORE_SCRAPE": "0"})
    assert [points(folder) for folder in store.folders()] == [{}, {}]


def test_what_the_script_logs_itself_is_never_doubled(store: Store) -> None:
    result = store.run(PYTHON, store.script(LOGS_TOO))
    assert result.code == 0
    found = points(store.folder())
    assert found == {"loss": [(0, 0.0), (1, 0.5), (2, 1.0)]}
    assert [name for name, source in definitions(store.folder()).items() if source] == []


def test_the_output_of_submitted_scripts_is_read_too(submitter: Submitter) -> None:
    run = submitter.submit("for step in range(3):\n    print(f'step {step} loss {step / 2}')\n")
    assert ended(run)["status"] == "Completed"
    assert points(run._folder) == {"loss": [(0, 0.0), (1, 0.5), (2, 1.0)]}
    assert run.get_metrics() == {}, "what it logged, as of old"


@pytest.fixture
def folder(tmp_path) -> str:
    return create_run(str(tmp_path / "store"), "demo", "one")


@pytest.mark.parametrize("early", [True, False])
def test_a_reader_sees_what_was_taken_back(folder: str, early: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it, or from one that has long printed what it logs itself."""
    monkeypatch.setattr("runstore.jobs.scraping._EARLY", 60.0 if early else 0.0)
    scraping = Scraping(folder, 1)
    take = scraping.stream()
    take(b"step 1 loss 1 acc 3\nstep 2 loss 2 acc 4\n")
    reader = RunReader(folder)
    reader.refresh()
    assert {name: stat.last for name, stat in reader.metrics.items()} == {"loss": 2.0, "acc": 4.0}
    assert reader.series("loss").values.tolist() == [1.0, 2.0]
    own = RunWriter(folder)
    own.log("loss", 7.0, step=9)
    assert scraping.close() == ""
    own.close()
    reader.refresh()
    left = {} if early else {"acc": [3.0, 4.0]}
    assert {name: reader.series(name).values.tolist() for name in reader.names()} == {"loss": [7.0], **left}
    assert {name: stat.n for name, stat in reader.metrics.items()} == {"loss": 1, **dict.fromkeys(left, 2)}


def test_lines_that_come_together_after_a_point_are_not_read(folder: str) -> None:
    """As a script prints into a pipe: all of it at its end."""
    scraping = Scraping(folder, 1)
    take = scraping.stream()
    own = RunWriter(folder)
    own.log("loss", 7.0, step=9)
    take(b"step 0 loss 0\nstep 1 loss 1\nstep 2 loss 2")
    assert scraping.close() == ""
    own.close()
    assert points(folder) == {"loss": [(9, 7.0)]}
    assert definitions(folder) == {}


@pytest.mark.parametrize("early", [True, False])
def test_what_is_given_up_is_not_taken_up_again(folder: str, early: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a script logs and prints the same, it leaves no more than a few writers."""
    monkeypatch.setattr("runstore.jobs.scraping._EARLY", 60.0 if early else 0.0)
    monkeypatch.setattr("runstore.jobs.scraping._LOOK", 0.01)
    scraping = Scraping(folder, 1)
    take = scraping.stream()
    take(b"step 0 loss 0 acc 3\n")
    own = RunWriter(folder)
    for step in range(1, 9):
        own.log("loss", float(step), step=step)
        time.sleep(0.02)
        for line in (b"step %d loss %d\n" % (step, step), b"step %d acc %d\n" % (step, step + 3)):
            take(line + b"loss %d\n" % step)
    assert scraping.close() == ""
    own.close()
    left = {} if early else {"acc": [(step, step + 3.0) for step in range(9)]}
    assert points(folder) == {"loss": [(step, float(step)) for step in range(1, 9)], **left}
    writers = [name for name in os.listdir(os.path.join(folder, "points")) if name.endswith(".schema.jsonl")]
    assert len(writers) == (2 if early else 4), "ours before, ours moved and ours after, its own"


def test_parameters_and_tags_alone_take_nothing_back(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runstore.jobs.scraping._LOOK", 0.0)
    scraping = Scraping(folder, 1)
    take = scraping.stream()
    take(b"step 0 loss 0\n")
    own = RunWriter(folder)
    own.record("params", value={"lr": 0.1})
    take(b"step 1 loss 1\n")
    scraping.turn()
    assert points(folder) == {"loss": [(0, 0.0), (1, 1.0)]}
    own.log("speed", 3.0, step=1)  # and it is the same writer that logs later on
    take(b"step 2 loss 2\n")
    assert scraping.close() == ""
    own.close()
    assert points(folder) == {"speed": [(1, 3.0)]}


def test_a_step_too_large_for_the_record_is_passed_over(folder: str) -> None:
    scraping = Scraping(folder, 1)
    take = scraping.stream()
    take(b'{"step": 1e30, "loss": 0.5}\n{"step": 1, "loss": 0.25, "time": 1%s}\n' % (b"0" * 400))
    assert scraping.close() == ""
    assert points(folder) == {"loss": [(1, 0.25)]}


def test_a_flood_is_thinned_out_and_that_is_said(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own_time = SimpleNamespace(monotonic=time.thread_time, thread_time=time.thread_time)
    monkeypatch.setattr("runstore.jobs.scraping.time", own_time)  # as on a machine that does nothing else
    scraping = Scraping(folder, 1)
    take = scraping.stream()
    block = b"".join(b"step %d loss %d.5 acc 0.25 lr 1e-3\n" % (step, step) for step in range(50))
    began = time.thread_time()
    for _ in range(1000):
        take(block)
    spent = time.thread_time() - began
    said = scraping.close()
    reader = RunReader(folder)
    reader.refresh()
    read = reader.metrics["loss"].n
    assert 0 < read < 50_000
    left_out = int(said.split()[0].replace(",", ""))
    assert left_out + read <= 50_000
    assert left_out > 0, spent


def test_the_end_of_a_bar_that_stands_still_is_read_at_the_next_turn(folder: str) -> None:
    scraping = Scraping(folder, 1)
    take = scraping.stream()
    take(b"\r 10%|#   | 10/100 [00:03<00:20,  4.5it/s, loss=0.3]")
    scraping.turn()
    reader = RunReader(folder)
    reader.refresh()
    assert reader.metrics["loss"].last == 0.3
    scraping.turn()
    take(b"\r 11%|#   | 11/100 [00:03<00:20,  4.5it/s, loss=0.2]\n")
    scraping.close()
    reader.refresh()
    assert reader.series("loss").values.tolist() == [0.3, 0.2]


def test_a_bar_is_read_once_however_much_another_stream_says_meanwhile(folder: str) -> None:
    scraping = Scraping(folder, 1)
    out, err = scraping.stream(), scraping.stream()
    err(b"\r 10%|#   | 10/100 [00:03<00:20,  4.5it/s, loss=0.3]")
    out(b"\r 50%|##  | 5/10 [00:03<00:20,  4.5it/s, acc=0.5]")
    for n in range(3):
        scraping.turn()
        out(b"\nval_f1: 0.%d\n" % n)
        scraping.turn()
    err(b"\r 11%|#   | 11/100 [00:03<00:20,  4.5it/s, loss=0.2]")
    scraping.turn()
    out(b"val_f1: 0.9\n")
    assert scraping.close() == ""
    values = {name: [value for _, value in found] for name, found in points(folder).items()}
    assert values == {"loss": [0.3, 0.2], "acc": [0.5], "val_f1": [0.0, 0.1, 0.2, 0.9]}


def test_a_line_that_is_no_bar_is_read_when_it_is_whole(folder: str) -> None:
    scraping = Scraping(folder, 1)
    take = scraping.stream()
    for step in range(2):
        take(b"step %d train_acc=[0.%d]" % (step, step))
        scraping.turn()
        take(b" val_loss=0.%d\n" % (step + 5))
    assert scraping.close() == ""
    assert points(folder) == {"train_acc": [(0, 0.0), (1, 0.1)], "val_loss": [(0, 0.5), (1, 0.6)]}


def test_trouble_with_the_record_is_said_and_goes_no_further(folder: str) -> None:
    scraping = Scraping(folder, 1)
    take = scraping.stream()
    take(b"step 1 loss 1\n")
    os.rename(os.path.join(folder, "points"), os.path.join(folder, "away"))
    with open(os.path.join(folder, "points"), "w"):
        pass
    for step in range(3):
        take(b"step %d loss 1 acc %d\n" % (step, step))
    scraping.turn()
    scraping.close()


def test_names_without_end_are_cut_off(folder: str) -> None:
    scraping = Scraping(folder, 1)
    take = scraping.stream()
    for number in range(300):
        take(b"step 1 a%d_loss=1\n" % number)
        scraping._allowed = 1.0
    scraping.close()
    reader = RunReader(folder)
    reader.refresh()
    assert len(reader.names()) == 200
