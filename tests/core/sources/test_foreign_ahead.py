"""Long runs of other tools are read by a process of their own, and what it has read is handed over."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from runstore.reading.build import full_row
from runstore.sources.foreign import ForeignReader, Place, handover
from runstore.sources.foreign.ahead import LONG
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
            if "runstore.sources.foreign.ahead" in child.cmdline():
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
