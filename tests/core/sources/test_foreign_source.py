"""A folder with runs of other tools: found, watched, read as they grow, never written to."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from runstore.reading.row import RunRow
from runstore.sources import RunSource
from runstore.sources.foreign import folder as folders
from runstore.sources.foreign.scan import Scan, find_places, look, place_at
from runstore.sources.foreign.source import ForeignSource
from runstore.sources.opening import is_foreign, only_run, reader_of, roots_in, rows_of, source_of
from runstore.writing.create import create_run

GOLDEN = Path(__file__).parent / "golden" / "lightning" / "plain" / "version_0"


def lightning(top: Path, name: str) -> Path:
    """A run that the real logger has written, under another name."""
    shutil.copytree(GOLDEN, top / name, copy_function=shutil.copyfile)
    return top / name / "metrics.csv"


def add_row(metrics: Path, step: int, loss: float) -> None:
    """What the logger appends: its columns are comma, huge, loss, step."""
    with metrics.open("a") as file:
        file.write(f",,{loss},{step}\n")


def wait_for(source: RunSource, condition: Callable[[dict[str, RunRow]], bool], seconds: float = 15.0) -> float:
    """Seconds until the rows, by name, are so."""
    started = time.monotonic()
    while not condition({row.name: row for row in source.rows()}):
        assert time.monotonic() - started < seconds, [(row.name, row.state.text) for row in source.rows()]
        source.changes(0.05)
    return time.monotonic() - started


@pytest.fixture
def top(tmp_path: Path) -> Path:
    top = tmp_path / "top"
    lightning(top, "logs/one")
    lightning(top, "logs/two")
    return top


@pytest.fixture
def source(top: Path) -> Iterator[RunSource]:
    source = source_of(str(top))
    assert isinstance(source, ForeignSource)
    yield source
    source.close()


@pytest.mark.feature("foreign", 1, "open a folder with runs of other tools as it is", "runs-tui PATH")
def test_runs_are_found_and_read(source: RunSource, top: Path) -> None:
    wait_for(source, lambda rows: source.listed)
    rows = {row.name: row for row in source.rows()}
    assert rows.keys() == {"one", "two"}
    row = rows["one"]
    assert (row.experiment, row.source, row.root, row.step) == ("logs", "lightning", str(top), 50)
    assert (row.metrics["loss"].last, row.metrics["loss"].n) == (0.2, 5)
    assert row.params["optimizer"] == "adam"
    assert set(source.news()) == {row.key for row in rows.values()}
    assert source.news() == {}


@pytest.mark.feature("foreign", 2, "see runs of other tools come, grow and go while they are watched", "")
def test_runs_come_grow_and_go(source: RunSource, top: Path) -> None:
    wait_for(source, lambda rows: source.listed)
    metrics = lightning(top, "logs/three")
    wait_for(source, lambda rows: "three" in rows and bool(rows["three"].metrics))
    add_row(metrics, 60, 0.125)
    wait_for(source, lambda rows: rows["three"].metrics["loss"].last == 0.125)
    source.news()
    shutil.rmtree(top / "logs" / "two")
    wait_for(source, lambda rows: rows.keys() == {"one", "three"})
    gone = [key for key, row in source.news().items() if row is None]
    assert len(gone) == 1


def test_a_run_in_a_new_folder_further_down(source: RunSource, top: Path) -> None:
    wait_for(source, lambda rows: source.listed)
    lightning(top, "later/sweep/seven")
    wait_for(source, lambda rows: "seven" in rows)
    assert {row.experiment for row in source.rows()} == {"logs", "later/sweep"}


@pytest.mark.feature("foreign", 3, "be told how long the files of a run have been silent", "state:silent")
def test_liveness_is_that_of_the_files(source: RunSource, top: Path) -> None:
    old = time.time() - 7200
    for name in ("metrics.csv", "hparams.yaml"):
        os.utime(top / "logs" / "two" / name, (old, old))
    wait_for(source, lambda rows: source.listed)
    rows = {row.name: row for row in source.rows()}
    assert (rows["one"].state.word, rows["one"].state.text) == ("growing", "growing")
    assert (rows["two"].state.word, rows["two"].state.text) == ("silent", "silent 2h")
    add_row(top / "logs" / "two" / "metrics.csv", 60, 0.1)
    wait_for(source, lambda rows: rows["two"].state.word == "growing")


def test_a_reader_begins_with_the_points_at_hand_and_goes_on_by_itself(source: RunSource, top: Path) -> None:
    wait_for(source, lambda rows: source.listed)
    row = next(row for row in source.rows() if row.name == "one")
    reader, other = source.open(row.key), reader_of(row)
    other.refresh()
    for each in (reader, other):
        assert each.series("loss").values.tolist() == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])
    add_row(top / "logs" / "one" / "metrics.csv", 60, 0.1)
    assert reader.refresh()
    assert len(reader.series("loss").values) == 6
    assert len(other.series("loss").values) == 5
    reader.unload()
    assert len(reader.series("loss").values) == 6, "what was given up is read again"


def test_points_beyond_what_may_be_kept_are_read_when_they_are_asked_for(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runstore.sources.foreign.source._KEPT", 8)
    source = ForeignSource(str(top))
    wait_for(source, lambda rows: source.listed)
    assert [row.metrics["loss"].n for row in source.rows()] == [5, 5]
    for row in source.rows():
        reader = source.open(row.key)
        reader.refresh()
        assert len(reader.series("loss").values) == 5
    source.close()


def test_nothing_outside_is_read_and_no_store_of_our_own(tmp_path: Path, top: Path) -> None:
    outside = lightning(tmp_path, "outside/run")
    (top / "linked").symlink_to(outside.parent)
    (top / "logs" / "linked").mkdir()
    (top / "logs" / "linked" / "metrics.csv").symlink_to(outside)
    store = top / "store"
    (store / ".runstore").mkdir(parents=True)
    lightning(store, "exp/run/files/logs")
    assert {place.name for place in find_places(str(top))} == {"one", "two"}


def test_a_link_inside_is_read(top: Path) -> None:
    (top / "logs" / "three").mkdir()
    (top / "logs" / "three" / "metrics.csv").symlink_to(top / "logs" / "one" / "metrics.csv")
    assert {place.name for place in find_places(str(top))} == {"one", "two", "three"}


@pytest.mark.feature("foreign", 4, "have what cannot be read listed, with the reason", "")
def test_what_cannot_be_looked_at_is_listed(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (top / "data").mkdir()
    for number in range(6):
        (top / "data" / f"{number}.bin").touch()
    monkeypatch.setattr(folders, "_MOST", 5)
    rows = {row.name: row for row in rows_of(str(top))}
    assert rows["data"].state.text == "unreadable"
    assert "more than 5 names" in "".join(rows["data"].warnings)


def test_a_damaged_database_is_listed_with_the_reason_beside_what_can_be_read(top: Path) -> None:
    (top / "good#1").mkdir()
    with tarfile.open(Path(__file__).parent / "golden" / "mlflow" / "runs.tar.xz") as packed:
        packed.extractall(top.parent, filter="data")
    database = top.parent / "database" / "mlflow.db"
    shutil.copyfile(database, top / "good#1" / "mlflow.db")
    (top / "bad").mkdir()
    (top / "bad" / "mlflow.db").write_bytes(database.read_bytes()[:5000])
    lightning(top / "bad", "version_0")
    found = rows_of(str(top))
    assert {row.name for row in found} >= {"one", "two", "version_0"}
    [damaged] = [row for row in found if row.source == "closed"]
    assert (damaged.name, damaged.state.text) == ("bad", "unreadable")
    assert "mlflow.db" in "".join(damaged.warnings)
    of_database = [row for row in found if row.source == "mlflow-db"]
    assert any(row.metrics for row in of_database), "a folder may be called with a #"
    for row in found:
        reader_of(row).refresh()


def test_a_damaged_database_hides_no_other_one_in_its_folder(tmp_path: Path) -> None:
    with tarfile.open(Path(__file__).parent / "golden" / "mlflow" / "runs.tar.xz") as packed:
        packed.extractall(tmp_path, filter="data")
    database = tmp_path / "database" / "mlflow.db"
    whole = len(find_places(str(database.parent)))
    for name in ("a.db", "z.db"):
        (database.parent / name).write_bytes(database.read_bytes()[:5000])
    found = rows_of(str(database.parent))
    assert len([row for row in found if row.source == "mlflow-db"]) == whole > 3
    (damaged,) = [row for row in found if row.source == "closed"]
    assert all(name in "".join(damaged.warnings) for name in ("a.db: ", "z.db: "))


def test_a_locked_database_is_listed_with_the_reason_until_it_is_free(tmp_path: Path) -> None:
    with tarfile.open(Path(__file__).parent / "golden" / "mlflow" / "runs.tar.xz") as packed:
        packed.extractall(tmp_path, filter="data")
    database = tmp_path / "database" / "mlflow.db"
    lightning(database.parent, "version_0")
    scan = Scan(str(database.parent))
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        while scan.waiting:
            scan.step(1.0)
        assert [place.kind for place in scan.places()] == ["closed", "lightning"]
        assert scan.places()[0].id == "mlflow.db: it is being written"
        connection.execute("ROLLBACK")  # changes nothing that could be seen
    assert scan.again([str(database.parent)])
    assert {place.kind for place in scan.places()} == {"mlflow-db", "lightning"}
    assert not scan.again([str(database.parent)])


def test_a_place_is_found_again_by_its_key(top: Path) -> None:
    for place in find_places(str(top)):
        assert place_at(place.key, str(top)) == place
    assert place_at(str(top / "logs" / "none" / "metrics.csv"), str(top)) is None
    with pytest.raises(LookupError):
        ForeignSource(str(top)).open(str(top / "logs" / "none" / "metrics.csv"))


def test_a_look_tells_what_lies_below(top: Path) -> None:
    (top / ".git").mkdir()
    (top / "node_modules").mkdir()
    assert look(str(top), str(top)).below == (str(top / "logs"),)


def test_which_roots_are_meant(tmp_path: Path, top: Path) -> None:
    assert roots_in(str(top)) == [str(top)]
    assert roots_in(str(top / "logs" / "one" / "metrics.csv")) == [str(top / "logs" / "one")]
    assert is_foreign(str(top))
    create_run(str(top / ".runs"), "exp")
    assert roots_in(str(top)) == [str(top / ".runs"), str(top)]
    assert not is_foreign(str(top / ".runs"))
    empty = tmp_path / "empty"
    empty.mkdir()
    assert roots_in(str(empty)) == [str(empty)]
    assert not is_foreign(str(empty))


def test_nothing_is_written(source: RunSource, top: Path) -> None:
    def stamps() -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in sorted(top.rglob("*"))}

    before = stamps()
    wait_for(source, lambda rows: source.listed)
    for row in source.rows():
        reader = source.open(row.key)
        reader.refresh()
        reader.load()
    source.close()
    assert stamps() == before


@pytest.mark.feature("foreign", 10, "open a folder before there is anything in it", "runs-tui PATH")
def test_a_folder_becomes_what_comes_into_it(tmp_path: Path) -> None:
    for name, make in (
        ("theirs", lambda top: lightning(top, "run")),
        ("ours", lambda top: create_run(str(top), "exp")),
    ):
        top = tmp_path / name
        top.mkdir()
        source = source_of(str(top))
        assert not source.changes(0.1) - {""}
        make(top)
        wait_for(source, lambda rows: len(rows) == 1)
        row = source.rows()[0]
        assert row.source == ("lightning" if name == "theirs" else "")
        assert source.open(row.key).refresh()
        source.close()


def test_a_huge_run_holds_up_no_other_one_and_is_shown_as_far_as_it_was_read(tmp_path: Path) -> None:
    (tmp_path / "big").mkdir()
    big = tmp_path / "big" / "big.log"
    big.write_text("".join(f"step {step} loss={1 / (step + 1):.6f}\n" for step in range(150_000)))
    source = ForeignSource(str(tmp_path))
    source.focus([str(big)])
    wait_for(source, lambda rows: "big.log" in rows)
    small = lightning(tmp_path, "small/run")
    os.utime(small, (1e9, 1e9))
    wait_for(source, lambda rows: "run" in rows and bool(rows["run"].metrics))
    assert not source.listed
    wait_for(source, lambda rows: bool(rows["big.log"].metrics))
    assert not source.listed
    wait_for(source, lambda rows: source.listed, seconds=60)
    assert {row.name: row.metrics["loss"].n for row in source.rows()} == {"big.log": 150_000, "run": 5}
    source.close()


def test_a_run_that_is_just_being_read_is_not_opened_to_be_read_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "big").mkdir()
    big = tmp_path / "big" / "big.log"
    big.write_text("".join(f"step {step} loss={1 / (step + 1):.6f}\n" for step in range(60_000)))
    source = ForeignSource(str(tmp_path))
    wait_for(source, lambda rows: "big.log" in rows)
    assert not source.is_ready(str(big))
    monkeypatch.setattr("runstore.sources.foreign.entry._PATIENCE", 0.0)
    source.changes(0.1)
    assert source.is_ready(str(big)), "it takes too long to wait for it"
    reader = source.open(str(big))
    begun = reader.metrics["loss"].n
    assert 0 < begun < 60_000
    reader.refresh()
    assert reader.series("loss").steps.tolist() == list(range(60_000))
    monkeypatch.setattr("runstore.sources.foreign.entry._PATIENCE", 60.0)
    wait_for(source, lambda rows: source.listed, seconds=60)
    assert source.is_ready(str(big))
    source.close()


def test_the_only_run_is_known_without_reading_it(tmp_path: Path) -> None:
    top = tmp_path / "top"
    one = lightning(top, "logs/one")
    assert only_run(str(top)) == str(one)
    lightning(top, "logs/two")
    assert only_run(str(top)) is None
    create_run(str(tmp_path / "own"), "experiment")
    assert only_run(str(tmp_path / "own")) is None
