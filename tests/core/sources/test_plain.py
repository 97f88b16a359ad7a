"""Files of output, JSON lines and tables of numbers as runs."""

import copy
import csv
import json
import logging
import os
import time
from pathlib import Path

import pytest

from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.foreign.scan import find_places
from runstore.sources.plain.ending import ending_of

STAMP = 1_714_557_600.0


def readers(top: Path) -> dict[str, ForeignReader]:
    """A refreshed reader for each run below a folder, by the file of the run."""
    found = {}
    for place in find_places(str(top)):
        reader = kind_of(place.kind).open(place)
        reader.refresh()
        found[os.path.relpath(place.key, top)] = reader
    return found


def values(reader: ForeignReader, name: str) -> list[tuple[int, float]]:
    series = reader.series(name)
    return list(zip(series.steps.tolist(), series.values.tolist(), strict=True))


def append(path: Path, text: str) -> None:
    with open(path, "a") as file:
        file.write(text)


# ---- output


@pytest.mark.feature("foreign", 78, "open a folder of .log, .out and slurm-*.out files as runs", "runs-tui PATH")
def test_files_of_output_are_runs(tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "slurm-42210.out").write_text("step 1 loss 0.5\nstep 2 loss 0.4\n")
    (tmp_path / "jobs" / "slurm-42211.out").write_text("nothing to see\n")
    (tmp_path / "jobs" / "slurm-42211.err").write_text("step 7 loss 0.3\n")
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "train.log").write_text("epoch 1 | val_acc 0.5\n")
    (tmp_path / "notes.txt").write_text("buy milk\n")
    (tmp_path / "printed.txt").write_text("step 1 loss 0.5\n")
    (tmp_path / "core.log").write_bytes(b"\x7fELF\0\0" * 100)
    (tmp_path / "empty.log").write_text("")
    found = readers(tmp_path)
    assert {key: (reader.experiment, reader.id) for key, reader in found.items()} == {
        "jobs/slurm-42210.out": ("jobs", "slurm-42210.out"),
        "jobs/slurm-42211.out": ("jobs", "slurm-42211.out"),
        "a/b/train.log": ("a", "b"),
        "printed.txt": (tmp_path.name, "printed.txt"),
    }
    assert values(found["jobs/slurm-42210.out"], "loss") == [(1, 0.5), (2, 0.4)]
    assert values(found["jobs/slurm-42211.out"], "loss") == [(7, 0.3)]
    assert found["jobs/slurm-42211.out"].manifest["number"] == 42211
    assert found["a/b/train.log"].manifest["metrics"] == {"val_acc": {"source": "output"}}
    (log,) = found["jobs/slurm-42211.out"].consoles()
    assert (log.out, log.err) == (
        str(tmp_path / "jobs" / "slurm-42211.out"),
        str(tmp_path / "jobs" / "slurm-42211.err"),
    )
    assert log.size == sum(os.path.getsize(path) for path in (log.out, log.err) if path)


def test_a_growing_log_is_read_on_from_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "run-1.log"
    path.write_text("step 1 loss 0.5\nstep 2 lo")
    (reader,) = readers(tmp_path).values()
    assert values(reader, "loss") == [(1, 0.5)]
    assert reader.refresh() is False
    twin = copy.deepcopy(reader)
    append(path, "ss 0.4\nstep 3 loss 0.3\n")
    assert reader.refresh() is True
    assert values(reader, "loss") == [(1, 0.5), (2, 0.4), (3, 0.3)]
    assert values(twin, "loss") == [(1, 0.5)]
    twin.refresh()
    assert values(twin, "loss") == values(reader, "loss")
    path.write_text("step 9 acc 0.1\n")
    reader.refresh()
    assert (reader.names(), values(reader, "acc")) == (["acc"], [(9, 0.1)])


def test_lines_of_logging_say_their_time(tmp_path: Path) -> None:
    path = tmp_path / "run-1.log"
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(filename)s:%(lineno)d %(message)s"))
    logger = logging.getLogger("plain.training")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    began = time.time()
    for step in range(3):
        logger.info("step %d/3 loss=%.2f", step, 1 / (step + 1))
    handler.close()
    (reader,) = readers(tmp_path).values()
    series = reader.series("loss")
    assert (series.steps.tolist(), series.values.tolist()) == ([0, 1, 2], [1.0, 0.5, 0.33])
    assert all(began - 0.01 <= moment <= time.time() for moment in series.times.tolist())
    assert reader.names() == ["loss"]


def test_reading_a_large_log_can_be_left_and_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "run-1.log"
    with open(path, "w") as file:
        file.writelines(f"step {step} loss {step / 2}\n{'x' * 400}\n" for step in range(2_000))
    (place,) = find_places(str(tmp_path))
    reader = kind_of("log").open(place)
    turns = 0
    while turns == 0 or reader.waiting:
        reader.refresh(0.0)
        turns += 1
    assert turns > 1
    assert values(reader, "loss") == [(step, step / 2) for step in range(2_000)]


SLURM = "slurmstepd: error: *** {} ON n1 CANCELLED AT 2022-04-14T16:17:16{} ***"
TRACEBACK = "Traceback (most recent call last):\n  File 'a.py', line 1\n"
ENDS = [
    ("ok\n" + SLURM.format("JOB 7", " DUE TO TIME LIMIT"), "canceled", None, "time limit"),
    (SLURM.format("STEP 7.0", "") + "\nsrun: Job step aborted", "canceled", None, "Slurm"),
    (SLURM.format("JOB 7", " DUE TO NODE FAILURE"), "failed", None, "node failure"),
    ("slurmstepd: error: Detected 1 oom-kill event(s) in step 7.batch cgroup.", "failed", None, "out of memory"),
    ("srun: error: n1: task 0: Exited with exit code 3", "failed", 3, "exit code 3"),
    ("srun: error: n1: tasks 0-3: Killed", "failed", None, "Killed"),
    (TRACEBACK + "ValueError: bad\nsrun: error: n1: task 0: Exited with exit code 1", "failed", 1, "ValueError: bad"),
    (TRACEBACK + "RuntimeError: no", "failed", None, "RuntimeError: no"),
    ("run.sh: line 3: 4711 Killed                  python train.py", "failed", None, "Killed"),
    ("Segmentation fault (core dumped)", "failed", None, "Segmentation fault"),
    (TRACEBACK + "KeyError: 1\n" + "went on\n" * 9, "growing", None, ""),
    ("step 1 loss 3\ndone", "growing", None, ""),
]


@pytest.mark.parametrize(("text", "state", "code", "error"), ENDS)
def test_the_end_of_the_output_tells_how_it_ended(
    tmp_path: Path, text: str, state: str, code: int | None, error: str
) -> None:
    (tmp_path / "job-1.out").write_text("step 1 loss 0.5\n" + text + "\n")
    (reader,) = readers(tmp_path).values()
    assert reader.state().word == state
    record = reader.manifest["exit"] or {"code": None, "error": ""}
    assert (record["code"], error in record["error"]) == (code, True)


def test_nothing_is_said_of_an_end_that_does_not_show() -> None:
    assert ending_of(b"") is None
    assert ending_of(b"\xff\xfe\0" * 100) is None


# ---- JSON lines


@pytest.mark.feature("foreign", 79, "open JSON-lines files with one object a step as runs", "runs-tui PATH")
def test_objects_on_lines_are_rows(tmp_path: Path) -> None:
    path = tmp_path / "run-1.jsonl"
    rows: list[object] = [
        {"config": {"lr": 0.1, "model": "small", "layers": [1, 2]}},
        {"iter": 1, "loss": 0.5, "ts": STAMP, "note": "x", "train": {"acc": 0.25}},
        {"iter": 2, "loss": float("nan"), "ts": STAMP + 1, "ok": True},
        {"mode": "val", "iter": 2, "bbox_mAP": 0.5, "ts": STAMP + 2},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"iter": 3, "lo')
    (reader,) = readers(tmp_path).values()
    assert reader.manifest["params"] == {"lr": 0.1, "model": "small"}
    assert reader.names() == ["loss", "train/acc", "val/bbox_mAP"]
    assert repr(values(reader, "loss")) == "[(1, 0.5), (2, nan)]"
    assert reader.series("loss").times.tolist() == [STAMP, STAMP + 1]
    append(path, 'ss": 0.25, "ts": 1714557603}\nno object\n')
    assert reader.refresh()
    assert values(reader, "loss")[2:] == [(3, 0.25)]
    assert reader.warnings == ["run-1.jsonl: 1 lines are no JSON objects"]


def test_data_sets_are_no_runs(tmp_path: Path) -> None:
    (tmp_path / "data.jsonl").write_text(json.dumps({"text": "x" * 1000, "score": 1}) + "\n")
    (tmp_path / "chat.jsonl").write_text('{"role": "user", "content": "hi"}\n')
    (tmp_path / "package.json").write_text('{\n "version": 1\n}\n')
    (tmp_path / "config.json").write_text('{"lr": 0.1, "epochs": 3}\n')
    (tmp_path / "people.csv").write_text("name,age,city\nann,31,rome\n")
    (tmp_path / "numbers.csv").write_text("1,2,3\n4,5,6\n")
    (tmp_path / "pixels.csv").write_text("label," + ",".join(f"p{n}" for n in range(50)) + "\n" + "0," * 50 + "0\n")
    assert readers(tmp_path) == {}


# ---- tables


@pytest.mark.feature("foreign", 80, "open CSV and TSV files with a row for each step or epoch as runs", "runs-tui PATH")
def test_tables_of_numbers_are_runs(tmp_path: Path) -> None:
    for folder in ("one", "two", "three"):
        (tmp_path / folder).mkdir()
    with open(tmp_path / "one" / "results.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", "   train/loss", "val/acc", "note"])
        writer.writerows([[1, 0.5, "", "a, b"], [2, "nan", 0.75, "c"]])
    (tmp_path / "two" / "run-2.tsv").write_text(f"step\ttimestamp\tloss\n10\t{STAMP}\t0.5\n20\t{STAMP + 5}\t0.25\n")
    (tmp_path / "three" / "a.csv").write_text("loss;acc\n0,5;1\n0.5;2\n")
    found = readers(tmp_path)
    one, two = found["one/results.csv"], found["two/run-2.tsv"]
    assert (one.experiment, one.id, two.experiment, two.id) == (tmp_path.name, "one", "two", "run-2.tsv")
    assert repr(values(one, "train/loss")) == "[(1, 0.5), (2, nan)]"
    assert values(one, "val/acc") == [(2, 0.75)]
    assert one.names() == ["train/loss", "val/acc"]
    assert (values(two, "loss"), two.series("loss").times.tolist()) == ([(10, 0.5), (20, 0.25)], [STAMP, STAMP + 5])
    assert values(found["three/a.csv"], "acc") == [(0, 1.0), (1, 2.0)]


def test_a_table_that_grows_and_one_with_a_new_first_line(tmp_path: Path) -> None:
    path = tmp_path / "run-1.csv"
    path.write_text("step,loss\n1,0.5\n2,0.")
    (reader,) = readers(tmp_path).values()
    assert values(reader, "loss") == [(1, 0.5)]
    append(path, "4\n")
    reader.refresh()
    assert values(reader, "loss") == [(1, 0.5), (2, 0.4)]
    path.write_text("step,loss,acc\n1,0.5,\n2,0.4,\n3,0.3,0.9\n")
    reader.refresh()
    assert (values(reader, "loss"), values(reader, "acc")) == ([(1, 0.5), (2, 0.4), (3, 0.3)], [(3, 0.9)])
    os.unlink(path)
    reader.refresh()
    assert reader.gone
    assert values(reader, "acc") == [(3, 0.9)]
