"""The last line of a file without a newline: waited for while the file is young, taken once it is silent."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runstore.export.whole import read_whole
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.foreign.scan import find_places
from runstore.sources.foreign.source import ForeignSource
from runstore.sources.opening import rows_of

META = "run_id: {0}\nrun_name: m\nexperiment_id: '1'\nstatus: 1\nlifecycle_stage: active\n"


def table(top: Path) -> Path:
    return written(top / "train-a.csv", "step,loss\n0,1.0\n1,0.5\n2,0.2")


def json_lines(top: Path) -> Path:
    return written(top / "train-b.jsonl", '{"step":0,"loss":1.0}\n{"step":1,"loss":0.5}\n{"step":2,"loss":0.2')


def output(top: Path) -> Path:
    return written(top / "train-c.log", "step 0 loss 1.0\nstep 1 loss 0.5\nstep 2 loss 0.2")


def lightning(top: Path) -> Path:
    return written(top / "metrics.csv", "step,epoch,loss\r\n0,0,1.0\r\n1,0,0.5\r\n2,0,0.2")


def dvclive(top: Path) -> Path:
    written(top / "plots" / "metrics" / "acc.tsv", "step\tacc\n0\t1\n")
    return written(top / "plots" / "metrics" / "loss.tsv", "step\tloss\n0\t1.0\n1\t0.5\n2\t0.2")


def mlflow(top: Path) -> Path:
    run = top / ("ab" * 16)
    written(run / "meta.yaml", META.format("ab" * 16))
    return written(run / "metrics" / "loss", "1700000000000 1.0 0\n1700000001000 0.5 1\n1700000002000 0.2 2")


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


KINDS: dict[Callable[[Path], Path], str] = {
    table: "5\n3,0.125\n",
    json_lines: '5}\n{"step":3,"loss":0.125}\n',
    output: "5\nstep 3 loss 0.125\n",
    lightning: "5\r\n3,0,0.125\r\n",
    dvclive: "5\n3\t0.125\n",
    mlflow: "5 2\n1700000003000 0.125 3\n",
}
"""What makes a run of three rows, and what comes later."""
kinds = pytest.mark.parametrize("make", list(KINDS), ids=lambda make: make.__name__)
ALL = [(0, 1.0), (1, 0.5), (2, 0.2)]


def grown(make: Callable[[Path], Path], path: Path) -> None:
    text = KINDS[make].encode()
    if make is mlflow:  # its torn line said the step already
        text = text.replace(b"5 2\n", b"\n")
    with path.open("ab") as file:
        file.write(text)


def whole(make: Callable[[Path], Path]) -> list[tuple[int, float]]:
    return [*ALL[:2], (2, 0.2 if make is mlflow else 0.25), (3, 0.125)]


def opened(top: Path) -> ForeignReader:
    (place,) = find_places(str(top))
    reader = kind_of(place.kind).open(place)
    reader.refresh()
    return reader


def points(reader: ForeignReader) -> list[tuple[int, float]]:
    series = reader.series("loss")
    return list(zip(series.steps.tolist(), series.values.tolist(), strict=True))


def age(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


@kinds
def test_it_is_waited_for_while_the_file_is_young(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    reader = opened(tmp_path)
    assert points(reader) == ALL[:2]
    assert not reader.is_due()
    grown(make, path)
    reader.refresh()
    assert points(reader) == whole(make)
    assert (reader.series("loss").generation, reader.warnings) == (opened(tmp_path).series("loss").generation, [])


@kinds
def test_it_is_taken_when_the_file_is_silent(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    if make is json_lines:
        path.write_text(path.read_text() + "}")
    age(path, 3600)
    reader = opened(tmp_path)
    assert (points(reader), reader.warnings) == (ALL, [])
    assert not reader.refresh()
    assert points(reader) == ALL, "once"
    (row,) = rows_of(str(tmp_path))
    assert row.metrics["loss"].last == 0.2


@kinds
def test_what_goes_on_after_all_is_read_anew(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    age(path, 3600)
    reader = opened(tmp_path)
    assert bool(reader.warnings) == (make is json_lines)
    grown(make, path)
    assert reader.refresh()
    assert (points(reader), reader.warnings) == (whole(make), [])


def test_it_is_taken_in_the_list_when_the_file_turns_silent(tmp_path: Path) -> None:
    path = table(tmp_path)
    source = ForeignSource(str(tmp_path))
    while not source.listed:
        source.changes(0.05)
    (row,) = source.rows()
    reader = source.open(row.key)
    reader.refresh()
    assert row.metrics["loss"].n == 2
    age(path, 179)  # of 180 s
    deadline = time.monotonic() + 15
    while source.rows()[0].metrics["loss"].n < 3:
        assert time.monotonic() < deadline
        source.changes(0.1)
    reader.refresh()
    assert points(reader) == ALL
    source.close()


def test_an_export_takes_it_at_once(tmp_path: Path) -> None:
    table(tmp_path)
    (row,) = rows_of(str(tmp_path))
    assert row.metrics["loss"].n == 2
    assert read_whole(row).series("loss").values.tolist() == [1.0, 0.5, 0.2]


def test_output_that_tells_nothing_is_not_read_anew(tmp_path: Path) -> None:
    path = written(tmp_path / "a.log", "step 1 loss 0.5\nSaving the model ... ")
    age(path, 3600)
    reader = opened(tmp_path)
    before = reader.series("loss").generation
    with path.open("a") as file:
        file.write("done\nstep 2 loss 0.25\n")
    reader.refresh()
    assert points(reader) == [(1, 0.5), (2, 0.25)]
    assert reader.series("loss").generation == before
