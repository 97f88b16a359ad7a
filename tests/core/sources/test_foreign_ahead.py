"""Long runs of other tools are read by a process of their own, and what it has read is handed over."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from runstore.reading.build import full_row
from runstore.sources.early import LONG, has_long_file, prepare
from runstore.sources.foreign import ForeignReader, Place, handover
from runstore.sources.foreign.ahead import ReadingAhead
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import find_places
from runstore.sources.foreign.source import ForeignSource

GOLDEN = Path(__file__).parent / "golden"
HEAD, LINE = "step,loss,acc\n", "{},{:.12f},{:.12f}\n"
ROWS = LONG // 36


@pytest.fixture(scope="module")
def long_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table that is long enough for a process of its own."""
    path = tmp_path_factory.mktemp("long") / "metrics.csv"
    path.write_text(HEAD + "".join(LINE.format(step + 100_000, 1 / (step + 1), step / ROWS) for step in range(ROWS)))
    assert path.stat().st_size > LONG
    return path


def opened(path: Path) -> ForeignReader:
    [place] = find_places(str(path.parent))
    return kind_of(place.kind).open(place)


def read(reader: ForeignReader, each: Callable[[], object] = lambda: None) -> None:
    """Read as the monitor does, a little at a time."""
    deadline = time.monotonic() + 60
    reader.refresh(0.05)
    while reader.waiting:
        assert time.monotonic() < deadline
        each()
        reader.refresh(0.05)


def processes() -> list[psutil.Process]:
    """Those that read ahead for this one."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):  # it has just ended
            while not (command := child.cmdline()) and child.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.001)  # a program that has just begun has no command line yet
            if "runstore.sources.foreign.ahead" in command:
                found.append(child)
    return found


def same(one: ForeignReader, other: ForeignReader) -> None:
    """Both have read the same."""
    assert repr(sorted(one.metrics.items())) == repr(sorted(other.metrics.items()))
    assert repr(full_row(one, "/").state) == repr(full_row(other, "/").state)
    assert repr(one.manifest) == repr(other.manifest)
    assert one.names() == other.names()
    for name in one.names():
        for field in ("steps", "times", "values"):
            ours, theirs = getattr(one.series(name), field), getattr(other.series(name), field)
            assert ours.tobytes() == theirs.tobytes()
    assert repr(one.records()) == repr(other.records())
    assert one.resources.names() == other.resources.names()


def test_a_long_run_is_read_by_another_process_and_goes_on_here(long_table: Path) -> None:
    alone = opened(long_table)
    alone.refresh()
    reader = opened(long_table)
    seen = []
    read(reader, lambda: seen.extend(processes()))
    assert seen
    assert not processes()
    same(reader, alone)
    assert reader.metrics["loss"].n == ROWS
    assert not reader.refresh(0.05)
    with long_table.open("a") as file:
        file.write(LINE.format(ROWS + 200_000, 0.5, 0.25))
    read(reader)
    assert (reader.metrics["loss"].n, reader.metrics["loss"].last) == (ROWS + 1, 0.5)
    assert not processes()


def test_what_is_wanted_whole_and_what_is_short_is_read_here(long_table: Path, tmp_path: Path) -> None:
    reader = opened(long_table)
    reader.refresh()
    assert reader.metrics["loss"].n >= ROWS
    short = tmp_path / "metrics.csv"
    short.write_text(HEAD + LINE.format(1, 2.0, 3.0))
    reader = opened(short)
    reader.refresh(5.0)
    assert reader.metrics["loss"].last == 2.0
    assert not processes()


def test_when_the_other_process_is_killed_the_run_is_read_here(long_table: Path) -> None:
    reader = opened(long_table)
    reader.refresh(0.0)
    [process] = processes()
    process.send_signal(signal.SIGKILL)
    read(reader)
    assert reader.metrics["loss"].n >= ROWS
    assert reader.warnings == []
    assert not processes()


def test_a_reader_that_nobody_needs_any_more_ends_its_process(long_table: Path) -> None:
    reader = opened(long_table)
    reader.refresh(0.0)
    [process] = processes()
    del reader
    process.wait(10)
    assert not processes()


def test_runs_that_are_read_here_and_elsewhere_are_all_listed(long_table: Path, tmp_path: Path) -> None:
    for name in ("long", "short"):
        (tmp_path / name).mkdir()
    (tmp_path / "short" / "metrics.csv").write_text(HEAD + LINE.format(1, 2.0, 3.0))
    shutil.copyfile(long_table, tmp_path / "long" / "metrics.csv")
    source = ForeignSource(str(tmp_path))
    deadline = time.monotonic() + 60
    while not source.listed or len(source.rows()) < 2:
        assert time.monotonic() < deadline
        source.changes(0.05)
    assert {row.metrics["loss"].n for row in source.rows()} == {1, sum(1 for _ in long_table.open()) - 1}
    source.close()


def followed(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[ForeignSource, ForeignReader, psutil.Process]:
    """The source of a long run, a reader for the screen that was opened early, and the process, stopped, that reads."""
    monkeypatch.setattr("runstore.sources.foreign.entry._PATIENCE", 0.0)
    source = ForeignSource(str(path.parent))
    deadline = time.monotonic() + 60
    while not processes():
        assert time.monotonic() < deadline
        source.changes(0.05)
    [process] = processes()
    process.suspend()
    assert source.is_ready(str(path))
    return source, source.open(str(path)), process


def test_a_run_that_is_read_for_the_list_is_not_read_twice_for_the_screen(
    long_table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, reader, process = followed(long_table, monkeypatch)
    for _ in range(5):
        source.changes(0.05)
        reader.refresh(0.3)
        assert reader.waiting
        assert not reader.metrics
        assert processes() == [process]
    process.resume()
    read(reader, lambda: source.changes(0.05))
    alone = opened(long_table)
    alone.refresh()
    same(reader, alone)
    assert not processes()
    source.close()
    assert not reader.refresh(0.05)
    with long_table.open("a") as file:
        file.write(LINE.format(ROWS + 300_000, 0.125, 0.25))
    read(reader)
    assert reader.metrics["loss"].last == 0.125


def test_when_nobody_reads_for_the_list_any_more_the_reader_for_the_screen_reads_on(
    long_table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, reader, process = followed(long_table, monkeypatch)
    source.close()
    reader.refresh(0.05)
    assert reader.waiting
    monkeypatch.setattr("runstore.sources.foreign.following._SILENCE", 0.0)
    read(reader)
    assert reader.metrics["loss"].n >= ROWS
    process.kill()


def test_when_the_process_is_killed_both_go_on_from_what_is_read_here(
    long_table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, reader, process = followed(long_table, monkeypatch)
    process.kill()
    read(reader, lambda: source.changes(0.05))
    alone = opened(long_table)
    alone.refresh()
    same(reader, alone)
    source.close()


def test_a_process_that_was_prepared_reads_the_next_run(long_table: Path) -> None:
    prepare([str(long_table)])
    prepared = processes()
    assert len(prepared) == (1 if (os.cpu_count() or 1) > 1 else 0)
    reader = opened(long_table)
    reader.refresh(0.0)
    assert processes() == prepared or not prepared
    read(reader)
    assert reader.metrics["loss"].n >= ROWS
    assert not processes()


def test_a_process_that_was_prepared_and_has_ended_is_replaced(long_table: Path) -> None:
    ReadingAhead.prepare()
    [prepared] = processes()
    prepared.kill()
    prepared.wait(10)
    reader = opened(long_table)
    read(reader)
    assert reader.metrics["loss"].n >= ROWS
    assert reader.warnings == []
    assert not processes()


def test_a_process_that_nobody_tells_what_to_read_ends_with_the_one_that_prepared_it() -> None:
    command = [sys.executable, "-m", "runstore.sources.foreign.ahead", "0"]
    ended = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, b"")


@pytest.mark.parametrize(
    ("name", "size", "found"),
    [
        ("wandb/run-1/run-1.wandb", LONG, True),
        ("a/b/c/events.out.tfevents.1.host", LONG, True),
        ("mlflow.db", LONG, True),
        ("mlflow.db", LONG - 1, False),
        ("model.pt", LONG, False),
        (".runstore/index.db", LONG, False),
    ],
)
def test_a_short_look_tells_whether_a_long_run_may_be_there(name: str, size: int, found: bool, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)
    assert has_long_file(str(tmp_path)) is found
    if path.parent == tmp_path:
        assert has_long_file(str(path)) is found


def test_a_short_look_stays_short_and_follows_no_link(tmp_path: Path) -> None:
    long = tmp_path / "long" / "mlflow.db"
    long.parent.mkdir()
    with long.open("wb") as file:
        file.truncate(LONG)
    other = tmp_path / "other"
    other.mkdir()
    (other / "link").symlink_to(long.parent)
    (other / "mlflow.db").symlink_to(long)
    assert not has_long_file(str(other))
    for number in range(300):
        (tmp_path / "many" / str(number)).mkdir(parents=True)
    long.rename(tmp_path / "many" / "0" / "mlflow.db")
    assert not has_long_file(str(tmp_path / "many"))


@pytest.mark.parametrize(
    "place", [pytest.param(each, id=each.key[len(str(GOLDEN)) :]) for each in find_places(str(GOLDEN))]
)
def test_what_was_read_can_be_handed_over(place: Place) -> None:
    reader, other = kind_of(place.kind).open(place), kind_of(place.kind).open(place)
    reader.refresh()
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(b"what was there before")
        state = handover.read(file, handover.write(file, reader.__getstate__()))
    other.__dict__.update(state)
    same(other, reader)
    assert not other.refresh()
    assert other.warnings == reader.warnings


class Hostile:
    """What runs a program when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("made",)


@pytest.mark.parametrize(
    "what", [Hostile(), os.mkdir, os.path.join, np.save, np.fromfile, pytest.fail, ForeignSource.close, find_places]
)
def test_nothing_but_readers_is_taken_over(what: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with tempfile.TemporaryFile(buffering=0) as file:
        places = handover.write(file, {"numbers": what})
        with pytest.raises(pickle.UnpicklingError, match="no part of a reader"):
            handover.read(file, places)
    assert not (tmp_path / "made").exists()
