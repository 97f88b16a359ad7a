"""trackio's databases: what is in them, new and old, and how they grow while they are written."""

import json
import math
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import Scan, find_places
from runstore.sources.trackio.values import split, time_of

GOLDEN = Path(__file__).parent / "golden" / "trackio" / "runs.tar.xz"
# Writes as trackio does: one connection that stays open, in WAL mode.
WRITER = """
import sqlite3, sys, time
from datetime import datetime, timezone
c = sqlite3.connect(sys.argv[1])
c.execute("PRAGMA journal_mode = WAL")
c.execute("PRAGMA synchronous = NORMAL")
for step in map(int, sys.stdin):
    with c:
        c.execute("INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES (?, ?, 'live', ?, ?)",
                  (sys.argv[2], datetime.now(timezone.utc).isoformat(), step, b'{"loss":%d.5}' % step))
    print(step, flush=True)
"""


@pytest.fixture(scope="module")
def golden(tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden")
    with tarfile.open(GOLDEN) as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.fixture
def folder(golden, tmp_path):
    return Path(shutil.copytree(golden / "new", tmp_path / "trackio"))


@pytest.fixture
def writer(folder):
    program = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder / "digits.db"), "live-id"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )

    def write(step):
        program.stdin.write(f"{step}\n")
        assert program.stdout.readline() == f"{step}\n"

    write.kill = lambda: (program.send_signal(signal.SIGKILL), program.wait())
    yield write
    program.stdin.close()
    program.wait()
    program.stdout.close()


def runs_in(folder):
    return {place.name: place for place in find_places(str(folder)) if place.kind == "trackio"}


def opened(folder, name):
    reader = kind_of("trackio").open(runs_in(folder)[name])
    reader.refresh()
    return reader


def points(reader, name):
    series = reader.series(name)
    return list(zip(series.steps.tolist(), series.values.tolist(), strict=True))


@pytest.mark.feature(
    "foreign", 57, "trackio's databases, also while it writes, with media and alerts", "runs-tui trackio"
)
def test_a_run_is_read_as_it_was_logged(golden):
    reader = opened(golden / "new", "first")
    assert (reader.experiment, reader.warnings) == ("digits", [])
    assert points(reader, "loss") == [(step, 1 / (step + 1)) for step in range(5)]
    assert [value for _, value in points(reader, "inf")] == [math.inf] * 5
    assert all(math.isnan(value) for _, value in points(reader, "nan"))
    assert (points(reader, "val/acc"), points(reader, "ok")) == ([(9, 0.5)], [(9, 1.0)])
    assert reader.manifest["params"] == {"lr": 0.01, "net.depth": 3, "name": "x"}
    samples = reader.resources
    assert {name: samples.metrics[name].last for name in samples.names()} == {
        "gpu0_memory_mb": pytest.approx(1073.741824),
        "gpu0_util_percent": 50.0,
        "host_cpu_percent": 12.0,
    }


def test_what_is_no_number_is_recorded(golden):
    reader = opened(golden / "new", "first")
    found = {record["name"]: record for record in reader.records() if record["kind"] != "alert"}
    assert (found["note"]["kind"], found["note"]["value"]) == ("row", {"text": "hello"})
    assert (found["table"]["kind"], found["table"]["value"]) == ("table", {"a": [1, 2], "b": ["x", "y"]})
    assert found["spread"]["value"]["count"] == [1, 3]
    assert (found["picture"]["kind"], found["picture"]["step"]) == ("image", 9)
    assert reader.artifact(found["picture"]["value"]).startswith(b"\x89PNG")
    assert reader.files() == [found["picture"]["value"]]
    (alert,) = reader.changes()
    assert (alert["name"], alert["value"]) == ("loss is high", "it is 3")


def test_databases_without_ids_of_runs_are_read_too(golden):
    assert set(runs_in(golden / "old")) == {"first", "second"}
    reader = opened(golden / "old", "second")
    assert points(reader, "loss") == [(10, 3.0), (20, 2.0)]
    assert (reader.id, reader.manifest["params"]) == ("second", {"lr": 0.1})


def test_media_and_locks_are_no_runs_of_others(golden):
    assert {place.kind for place in find_places(str(golden))} == {"trackio"}


def test_a_database_that_nobody_writes_is_read_without_a_trace(folder):
    def all_files():
        return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*") if path.is_file()}

    before = all_files()
    assert (folder / "digits.db").read_bytes()[18:20] == b"\2\2"  # in WAL mode SQLite itself would leave files here
    opened(folder, "first")
    assert all_files() == before


@pytest.mark.feature("foreign", 58, "runs of trackio appear row by row while it writes", "")
def test_rows_are_seen_while_the_writer_keeps_its_log_open(folder, writer):
    scan = Scan(str(folder))
    scan.step(5)
    writer(1)
    assert scan.again([str(folder)])
    reader = opened(folder, "live")
    assert (points(reader, "loss"), reader.state().word) == ([(1, 1.5)], "growing")
    beside = sorted(os.listdir(folder))
    before = reader.signature()
    for step in range(2, 12):
        writer(step)
        assert reader.signature() != before
        before = reader.signature()
        assert reader.refresh()
        assert points(reader, "loss")[-1] == (step, step + 0.5)
    assert not reader.refresh()
    assert sorted(os.listdir(folder)) == beside


def test_after_the_writer_was_killed_all_that_it_committed_is_read(folder, writer):
    for step in range(5):
        writer(step)
    writer.kill()
    before = {name: (folder / name).read_bytes() for name in ("digits.db", "digits.db-wal")}
    reader = opened(folder, "live")
    assert points(reader, "loss") == [(step, step + 0.5) for step in range(5)]
    assert {name: (folder / name).read_bytes() for name in before} == before


def test_a_log_without_its_index_is_told(folder, writer):
    writer(1)
    writer.kill()
    (folder / "digits.db-shm").unlink()
    reader = opened(folder, "first")
    assert len(points(reader, "loss")) == 5
    assert reader.warnings == [
        "digits.db: what is in its -wal file alone is not shown: the -shm file that belongs to it is missing"
    ]
    assert not (folder / "digits.db-shm").exists()


def test_silence_renaming_and_deletion(folder):
    with closing(sqlite3.connect(folder / "digits.db")) as connection, connection:
        connection.execute("UPDATE metrics SET timestamp = '2020-01-01T00:00:00+00:00'")
        connection.execute('UPDATE configs SET config = replace(config, \'"_Created":"2\', \'"_Created":"1\')')
    assert opened(folder, "second").state().word == "silent"
    reader = opened(folder, "second")
    with closing(sqlite3.connect(folder / "digits.db")) as connection, connection:
        for table in ("metrics", "configs"):
            connection.execute(f"UPDATE {table} SET run_name = 'other' WHERE run_name = 'second'")
    reader.refresh()
    assert reader.manifest["display_name"] == "other"
    with closing(sqlite3.connect(folder / "digits.db")) as connection, connection:
        for table in ("metrics", "configs", "system_metrics", "alerts"):
            connection.execute(f"DELETE FROM {table} WHERE run_name = 'other'")
    reader.refresh()
    assert reader.gone
    assert set(runs_in(folder)) == {"first"}


def test_rows_that_cannot_be_read_are_counted(folder):
    reader = opened(folder, "second")
    insert = "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES (?, ?, 'second', ?, ?)"
    bad = ['{"loss":', "[1]", '{"loss": NaN}', '{"loss": 1e999, "huge": 1' + "0" * 400 + "}"]
    with closing(sqlite3.connect(folder / "digits.db")) as connection, connection:
        connection.executemany(insert, [(reader.id, "soon", step, text) for step, text in enumerate(bad)])
    reader.refresh()
    assert reader.warnings == ["metrics: 2 rows cannot be read"]
    (_, nan), last = points(reader, "loss")[-2:]
    assert math.isnan(nan)
    assert last == (3, math.inf)


def test_many_rows_of_runs_that_take_turns_are_read_in_slices(folder, monkeypatch):
    monkeypatch.setattr("runstore.sources.trackio.reader._ROWS", 100)
    insert = "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?, ?)"
    rows = [(f"id{i % 3}", "2026-01-01T00:00:00", f"run{i % 3}", i, json.dumps({"x": i})) for i in range(1500)]
    with closing(sqlite3.connect(folder / "digits.db")) as connection, connection:
        connection.executemany(insert, rows)
    reader = kind_of("trackio").open(runs_in(folder)["run1"], keep=False)
    turns = 1
    while reader.refresh(0.0) and reader.waiting:
        turns += 1
    assert turns == 6
    assert (reader.metrics["x"].n, reader.metrics["x"].last) == (500, 1498.0)
    reader.load()
    assert points(reader, "x") == [(i, float(i)) for i in range(1, 1500, 3)]


PLAIN = st.one_of(st.floats(), st.integers(), st.booleans(), st.none(), st.text(max_size=5), st.just([1, 2]))


@given(st.dictionaries(st.sampled_from("abcdef"), st.one_of(PLAIN, st.dictionaries(st.sampled_from("gh"), PLAIN))))
def test_every_value_is_a_number_or_the_rest(logged):
    def leaves(value):
        return sum(leaves(each) for each in value.values()) if isinstance(value, dict) else value is not None

    numbers, rest = split(logged)
    assert len(numbers) + len(rest) == leaves(logged)
    assert all(type(value) is float for value in numbers.values())


def test_times_are_read_with_and_without_a_zone():
    assert time_of("2026-11-26T07:54:46.25+00:00") == 1795679686.25
    assert time_of("2026-11-26T07:54:46.25") == datetime(2026, 11, 26, 7, 54, 46, 250_000).timestamp()
    assert time_of("never") == 0.0


def test_what_trackio_itself_writes_now_is_read(tmp_path):
    pytest.importorskip("trackio")
    script = (
        "import trackio; trackio.init(project='p', name='r', config={'a': 1}); trackio.log({'loss': 0.5}, step=3);"
        "trackio.log({'loss': 0.25}, step=4); trackio.finish()"
    )
    environment = {**os.environ, "TRACKIO_DIR": str(tmp_path), "HF_HUB_OFFLINE": "1", "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, stdout=subprocess.DEVNULL)
    reader = opened(tmp_path, "r")
    assert points(reader, "loss") == [(3, 0.5), (4, 0.25)]
    assert reader.manifest["params"] == {"a": 1}
    assert abs(reader.series("loss").times[0] - time.time()) < 60
