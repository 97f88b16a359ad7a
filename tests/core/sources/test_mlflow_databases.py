"""MLflow's SQLite databases: what is in them, how it comes, and that nobody is disturbed."""

import math
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from runstore.records.points import NO_STEP
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import Scan, find_places

GOLDEN = Path(__file__).parent / "golden" / "mlflow" / "runs.tar.xz"
LONG = "outer run with a rather long name that goes on: and on, 'quoted', until it does not fit into one line"
POINT = "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)"


@pytest.fixture(scope="module")
def golden(tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden")
    with tarfile.open(GOLDEN) as packed:
        packed.extractall(folder, filter="data")
    return folder / "database"


@pytest.fixture
def database(golden, tmp_path):
    return Path(shutil.copy(golden / "mlflow.db", tmp_path / "tracking.sqlite"))


def runs_in(folder):
    return {place.name: place for place in find_places(str(folder)) if place.kind == "mlflow-db"}


def opened(folder, name):
    reader = kind_of("mlflow-db").open(runs_in(folder)[name])
    reader.refresh()
    return reader


def listed_reasons(scan):
    """What the list says of a folder in which something cannot be read."""
    assert scan.problems == {}
    reasons = []
    for place in scan.places():
        if place.kind == "closed":
            reader = kind_of("closed").open(place)
            reader.refresh()
            (warning,) = reader.warnings
            reasons.append(warning.partition(": ")[2])
    return reasons


def points(reader, name):
    series = reader.series(name)
    return list(zip(series.steps.tolist(), series.values.tolist(), strict=True))


def write(database, query, rows):
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany(query, rows)


def log(database, reader, name, *values, start=0):
    write(database, POINT, [(name, value, 10**12 + i, reader.id, i, 0) for i, value in enumerate(values, start)])


@pytest.mark.feature("foreign", 56, "MLflow's SQLite databases, whatever their file is called", "runs-tui mlflow.db")
def test_runs_are_found_and_read_as_they_were_logged(golden):
    found = runs_in(golden)
    assert set(found) == {LONG, "inner", "bad", "removed", "going on", "of a deleted experiment"}
    assert {place.experiment for place in found.values()} == {"vision: tests", "old"}
    reader = opened(golden, LONG)
    assert reader.warnings == []
    assert points(reader, "loss") == [(0, 1.0), (1, 0.5), (2, 1 / 3), (3, 0.25), (4, 0.2)]
    assert reader.series("loss").times.tolist() == [1_700_000_000 + step * 0.25 for step in range(5)]
    (_, first), *rest = points(reader, "val/acc")
    assert math.isnan(first)
    assert rest == [(2, math.inf), (3, -math.inf)]
    assert points(reader, "without step") == [(NO_STEP, float(value)) for value in range(4)]
    assert reader.resources.names() == ["gpu0_memory_mb", "host_cpu_percent"]


def test_facts_are_those_of_the_folders(golden):
    facts = {name: opened(golden, name).manifest for name in runs_in(golden)}
    outer = facts[LONG]
    assert (outer["description"], outer["status"], outer["user"]) == ("line one\nline two", "Completed", "ann")
    assert outer["params"] == {"lr": 0.001, "opt/name": "adam", "empty": "", "deep": True}
    assert (outer["tags"], outer["git"]["commit"][:8]) == ({"team": "a\nb"}, "01234567")
    assert outer["properties"]["datasets"] == "digits (12ab)"
    assert facts["inner"]["parent"] == outer["id"]
    assert (facts["bad"]["status"], facts["going on"]["status"]) == ("Failed", "Running")
    archived = {name for name, each in facts.items() if each["archived"]}
    assert archived == {"removed", "of a deleted experiment"}


def test_artifacts_are_read_from_a_folder_of_the_run_only(database):
    reader = opened(database.parent, LONG)
    folder = database.parent / "mlruns" / "1" / reader.id / "artifacts"
    folder.mkdir(parents=True)
    (folder / "read.txt").write_text("hello")
    change = "UPDATE runs SET artifact_uri = ? WHERE run_uuid = ?"
    write(database, change, [(folder.as_uri(), reader.id)])
    reader.refresh()
    assert (reader.files(), reader.artifact("read.txt")) == (["read.txt"], b"hello")
    write(database, change, [(str(database.parent), reader.id)])
    reader.refresh()
    assert reader.files() == []


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/scratch/ann/mlruns/1/{id}/artifacts", "mlruns"),
        ("file:///home/mlruns/of/ann/mlruns/1/{id}/artifacts", "mlruns"),
        ("./mlruns/1/{id}/artifacts", "mlruns"),
        ("mlflow-artifacts:/1/{id}/artifacts", "mlartifacts"),
        ("mlflow-artifacts://tracking:5000/1/{id}/artifacts", "mlartifacts"),
    ],
)
def test_artifacts_that_were_copied_with_the_database_are_found(database, address, place):
    reader = opened(database.parent, LONG)
    for made in ("mlruns", "mlartifacts"):
        folder = database.parent / made / "1" / reader.id / "artifacts"
        folder.mkdir(parents=True)
        (folder / "read.txt").write_text(made)
    write(database, "UPDATE runs SET artifact_uri = ? WHERE run_uuid = ?", [(address.format(id=reader.id), reader.id)])
    reader.refresh()
    assert (reader.files(), reader.artifact("read.txt")) == (["read.txt"], place.encode())


@pytest.mark.parametrize("address", ["file://[", "s3://bucket/1/artifacts", "mlflow-artifacts:/../../..", "mlruns\0/1"])
def test_an_address_of_artifacts_that_leads_nowhere_is_no_folder(database, address):
    reader = opened(database.parent, LONG)
    write(database, "UPDATE runs SET artifact_uri = ? WHERE run_uuid = ?", [(address, reader.id)])
    reader.refresh()
    assert reader.files() == []


def test_reading_leaves_no_trace(database):
    before = database.read_bytes(), database.stat().st_mtime_ns, os.listdir(database.parent)
    for name in runs_in(database.parent):
        opened(database.parent, name)
    assert (database.read_bytes(), database.stat().st_mtime_ns, os.listdir(database.parent)) == before


def test_new_rows_come_one_by_one(database):
    reader, other = (opened(database.parent, name) for name in ("going on", "bad"))
    log(database, reader, "loss", 2.0, 1.5, start=8)
    assert reader.refresh()
    assert points(reader, "loss") == [(7, 2.5), (8, 2.0), (9, 1.5)]
    assert not other.refresh()
    assert not reader.refresh()


def test_state_name_and_tags_that_change_are_seen(database):
    reader = opened(database.parent, "going on")
    scan = Scan(str(database.parent))
    scan.step(5)
    write(database, "UPDATE runs SET name = 'renamed' WHERE run_uuid = ?", [(reader.id,)])
    write(database, "INSERT INTO tags (key, value, run_uuid) VALUES ('team', 'one', ?)", [(reader.id,)])
    assert reader.refresh()
    assert (reader.manifest["display_name"], reader.manifest["tags"]) == ("renamed", {"team": "one"})
    assert scan.again([str(database.parent)])
    assert "renamed" in {place.name for place in scan.places()}
    write(database, "UPDATE tags SET value = 'two' WHERE key = 'team' AND run_uuid = ?", [(reader.id,)])
    write(database, "UPDATE runs SET status = 'KILLED', end_time = ? WHERE run_uuid = ?", [(10**12, reader.id)])
    reader.refresh()
    assert (reader.state().word, reader.manifest["ended"]) == ("canceled", 1e9)
    assert reader.manifest["tags"] == {"team": "two"}


def test_silence_is_told_for_each_run_of_a_database(database):
    reader = opened(database.parent, "going on")
    write(database, POINT, [("loss", 1.0, int(time.time() * 1000), reader.id, 8, 0)])
    reader.refresh()
    assert reader.state().word == "growing"
    other = opened(database.parent, "bad")
    write(database, "UPDATE runs SET status = 'RUNNING', end_time = NULL WHERE run_uuid = ?", [(other.id,)])
    write(database, "UPDATE runs SET start_time = 1700000000000 WHERE run_uuid = ?", [(other.id,)])
    write(database, "UPDATE metrics SET timestamp = 1700000000000 WHERE run_uuid = ?", [(other.id,)])
    assert opened(database.parent, "bad").state().word == "silent"


def test_a_run_that_was_deleted_for_good_is_gone_and_rows_that_went_are_forgotten(database):
    reader, other = (opened(database.parent, name) for name in ("going on", LONG))
    write(database, "DELETE FROM metrics WHERE run_uuid = ?", [(reader.id,)])
    other.refresh()
    reader.refresh()
    assert reader.names() == []
    assert len(points(other, "loss")) == 5
    for table in ("tags", "params", "runs"):
        write(database, f"DELETE FROM {table} WHERE run_uuid = ?", [(reader.id,)])
    reader.refresh()
    assert reader.gone
    assert "going on" not in runs_in(database.parent)


def test_a_database_that_was_replaced_is_read_anew(database, golden):
    reader = opened(database.parent, "going on")
    log(database, reader, "loss", 2.0, start=8)
    reader.refresh()
    shutil.copy(golden / "mlflow.db", database.parent / "other")
    os.replace(database.parent / "other", database)
    reader.refresh()
    assert points(reader, "loss") == [(7, 2.5)]


def test_while_somebody_writes_what_was_known_stays(database):
    scan = Scan(str(database.parent))
    scan.step(5)
    reader = opened(database.parent, "going on")
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        writer.execute(POINT, ("loss", 2.0, 10**12, reader.id, 8, 0))
        os.utime(database)
        assert not reader.refresh()
        assert (reader.waiting, reader.warnings, points(reader, "loss")) == (True, [], [(7, 2.5)])
        scan.again([str(database.parent)])
        assert len(scan.places()) == 6
        writer.execute("COMMIT")
    assert reader.refresh()
    assert (reader.waiting, points(reader, "loss")) == (False, [(7, 2.5), (8, 2.0)])


@pytest.mark.parametrize("rows", [1, 7, 1_500])
def test_a_long_run_is_read_piece_by_piece_beside_the_points_of_others(database, rows, monkeypatch):
    monkeypatch.setattr("runstore.sources.mlflow.database._ROWS", rows)
    place = runs_in(database.parent)["going on"]
    count = 10 * rows if rows < 10 else 2 * rows
    points_of_all = [
        (name, step / 4, step, run, step, name == "nan")
        for step in range(8, count)
        for name, run in (("loss", place.id), ("loss", "other"), ("nan", place.id))
    ]
    write(database, POINT, points_of_all)
    reader = kind_of("mlflow-db").open(place)
    while reader.refresh(0.0) or reader.waiting:
        pass
    assert points(reader, "loss") == [(7, 2.5), *((step, step / 4) for step in range(8, count))]
    assert all(map(math.isnan, reader.series("nan").values.tolist()))
    assert reader.metrics["nan"].n == count - 8
    assert reader.warnings == []


def test_rows_that_are_no_points_are_counted(database):
    reader = opened(database.parent, "going on")
    rows = [
        ("loss", "many", 1, reader.id, 8, 0),
        ("loss", 1.0, 1, reader.id, "x", 0),
        ("loss", 1.0, 1, reader.id, 9, 0),
    ]
    write(database, POINT, rows)
    reader.refresh()
    assert points(reader, "loss") == [(7, 2.5), (9, 1.0)]
    assert reader.warnings == ["metrics: 2 rows are no points"]


def test_many_rows_are_read_in_slices_whether_runs_lie_apart_or_mixed(database, monkeypatch):
    monkeypatch.setattr("runstore.sources.mlflow.database._ROWS", 500)
    reader, other = (opened(database.parent, name) for name in ("going on", "bad"))
    rows = [(name, float(i), 10**12 + i, reader.id, i, 0) for i in range(3_000) for name in ("a", "b")]
    write(database, POINT, rows)
    mixed = [("c", float(i), 10**12, (reader.id, other.id)[i % 9 > 0], i, 0) for i in range(9_000)]
    write(database, POINT, mixed)
    fresh = kind_of("mlflow-db").open(reader.place, keep=False)
    turns = 1
    while fresh.refresh(0.0) and fresh.waiting:
        turns += 1
    assert turns > 2
    statistics = fresh.metrics
    assert [(statistics[name].n, statistics[name].last) for name in ("a", "b", "c")] == [
        (3_000, 2_999.0),
        (3_000, 2_999.0),
        (1_000, 8_991.0),
    ]
    fresh.load()
    assert fresh.series("a").values.tolist() == [float(i) for i in range(3_000)]


def test_without_an_index_of_runs_it_is_read_just_the_same(database):
    write(database, "DROP INDEX index_metrics_run_uuid", [()])
    assert len(points(opened(database.parent, LONG), "loss")) == 5


def test_other_databases_are_none_and_broken_ones_are_told(tmp_path, golden):
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection, connection:
        connection.execute("CREATE TABLE runs (run_uuid TEXT)")
        connection.execute(
            "CREATE VIEW metrics AS WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i FROM n) SELECT i FROM n"
        )
    (tmp_path / "text.db").write_text("hello")
    assert find_places(str(tmp_path)) == []
    whole = (golden / "mlflow.db").read_bytes()
    (tmp_path / "cut.db").write_bytes(whole[:5000])
    scan = Scan(str(tmp_path))
    scan.step(5)
    assert listed_reasons(scan) == ["cut.db: database disk image is malformed"]


def test_a_database_whose_writer_died_in_the_middle_says_what_to_do(database):
    # The writer spills pages into the file before it is killed: the journal is needed to take them back.
    script = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA cache_size = 2'); c.execute('PRAGMA cache_spill = 1'); c.execute('BEGIN');"
        "c.executemany('INSERT INTO params VALUES (?, ?, ?)', [(str(i), 'x' * 500, '-') for i in range(3000)]);"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(database)], check=False)
    assert Path(f"{database}-journal").exists()
    before = sorted(os.listdir(database.parent)), database.read_bytes()
    scan = Scan(str(database.parent))
    scan.step(5)
    (why,) = listed_reasons(scan)
    assert "a writer died while it wrote" in why
    assert (sorted(os.listdir(database.parent)), database.read_bytes()) == before


def test_a_writer_is_not_stopped_by_readers(database):
    reader = opened(database.parent, "going on")
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=5)\n"
        "for i in range(60):\n"
        " with c: c.execute('INSERT INTO metrics (key, value, timestamp, run_uuid, step) VALUES (?, ?, ?, ?, ?)',"
        " ('live', i, 10**12 + i, sys.argv[2], i))\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", script, str(database), reader.id])
    while writer.poll() is None:
        reader.refresh()
        time.sleep(0.002)
    assert writer.returncode == 0
    while reader.refresh() or reader.waiting:
        pass
    assert points(reader, "live") == [(i, float(i)) for i in range(60)]


@pytest.mark.parametrize("kind", ["folder", "database"])
def test_what_mlflow_itself_writes_now_is_read(tmp_path, monkeypatch, kind):
    mlflow = pytest.importorskip("mlflow")
    if kind == "database":
        pytest.importorskip("sqlalchemy")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    uri = f"file:{tmp_path}/mlruns" if kind == "folder" else f"sqlite:///{tmp_path}/mlflow.db"
    client = mlflow.tracking.MlflowClient(uri)
    experiment = client.create_experiment("live", artifact_location=str(tmp_path / "artifacts"))
    run = client.create_run(experiment, run_name="now").info.run_id
    client.log_metric(run, "loss", 0.5, step=1)
    (place,) = find_places(str(tmp_path))
    reader = kind_of(place.kind).open(place)
    reader.refresh()
    client.log_metric(run, "loss", 0.25, step=2)
    client.log_param(run, "lr", 0.1)
    client.set_terminated(run, "FAILED")
    reader.refresh()
    assert points(reader, "loss") == [(1, 0.5), (2, 0.25)]
    assert (reader.state().word, reader.manifest["params"]) == ("failed", {"lr": 0.1})
