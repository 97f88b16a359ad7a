"""The writer through its public door: what is logged is in the files, exactly, whatever happens meanwhile."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import textwrap
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runstore.exceptions import UserErrorException
from runstore.writing.writer import RunWriter
from tests.core.reading.growth import new_run
from tests.core.rows_reference import read_points, read_records


def values_of(folder: Path, name: str) -> list[Any]:
    return [point["value"] for point in read_points(folder) if point["name"] == name]


def test_a_scalar_keeps_value_step_and_order(tmp_path: Path) -> None:
    writer = RunWriter(str(tmp_path))
    for step in range(100):
        writer.log("loss", 1 / (step + 1), step)
    writer.close()
    points = read_points(tmp_path)
    assert [point["value"] for point in points] == [1 / (step + 1) for step in range(100)]
    assert [point["step"] for point in points] == list(range(100))
    assert [point["seq"] for point in points] == list(range(1, 101))
    assert all(one["time"] <= two["time"] for one, two in pairwise(points))


def test_integers_and_booleans_are_exact(tmp_path: Path) -> None:
    writer = RunWriter(str(tmp_path))
    values = [2**62 + 1, -(2**63), 2**63 - 1, True, False, 0]
    for value in values:
        writer.log("x", value)
    writer.close()
    read = values_of(tmp_path, "x")
    assert read == values
    assert [type(value) for value in read] == [type(value) for value in values]


def test_what_no_row_can_hold_becomes_a_record_in_the_same_order(tmp_path: Path) -> None:
    writer = RunWriter(str(tmp_path))
    writer.log("x", 1.0)
    writer.log("x", "text", step=3)
    writer.log("x", 2**63)
    writer.log("x", None)
    writer.log("x", 2.0)
    writer.close()
    assert [(record["seq"], record["value"]) for record in read_records(tmp_path)] == [
        (2, "text"),
        (3, 2**63),
        (4, None),
    ]
    assert read_records(tmp_path)[0]["step"] == 3
    assert [point["seq"] for point in read_points(tmp_path)] == [1, 5]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float32(0.5), 0.5),
        (np.float64(0.25), 0.25),
        (np.float16(2), 2.0),
        (np.int64(2**40), 2**40),
        (np.uint8(7), 7),
        (np.uint64(2**63 - 1), 2**63 - 1),
        (np.bool_(True), True),
        (np.array(3.5), 3.5),
        (np.array([4]), 4),
    ],
)
def test_scalars_of_numpy_become_numbers(tmp_path: Path, value: Any, expected: Any) -> None:
    writer = RunWriter(str(tmp_path))
    for _ in range(3):  # the first goes the slow way, the others may go the fast one
        writer.log("x", value)
        writer.log_metrics({"y": value, "z": 1.0})
    writer.close()
    assert values_of(tmp_path, "x") == [expected] * 3
    assert values_of(tmp_path, "y") == [expected] * 3
    assert type(values_of(tmp_path, "x")[0]) is type(expected)


def test_numpy_integers_beyond_eight_bytes_are_kept(tmp_path: Path) -> None:
    writer = RunWriter(str(tmp_path))
    for value in (np.uint64(1), np.uint64(2**64 - 1), np.uint64(2)):
        writer.log("x", value)
    writer.close()
    assert values_of(tmp_path, "x") == [1, 2]
    assert [record["value"] for record in read_records(tmp_path)] == [2**64 - 1]


@pytest.mark.parametrize("value", [[1, 2], range(3), (each for each in (1, 2))])
def test_several_values_are_refused_with_the_way_out(tmp_path: Path, value: Any) -> None:
    with pytest.raises(UserErrorException, match="log_list"):
        RunWriter(str(tmp_path)).log("x", value)


def test_a_step_that_is_no_integer_is_refused(tmp_path: Path) -> None:
    writer = RunWriter(str(tmp_path))
    writer.log("x", 1.0, 1)
    for step in (1.5, "many", 2**64):
        with pytest.raises(UserErrorException, match="step"):
            writer.log("x", 1.0, step)  # type: ignore[arg-type]
    writer.log("x", 1.0, np.int64(7))  # type: ignore[arg-type]
    writer.log("x", 1.0, 8.0)  # type: ignore[arg-type]
    writer.close()
    assert [point["step"] for point in read_points(tmp_path)] == [1, 7, 8]


def test_more_metrics_than_a_row_holds_share_one_seq(tmp_path: Path) -> None:
    writer = RunWriter(str(tmp_path))
    metrics = {f"m{index}": float(index) for index in range(1200)}
    writer.log_metrics(metrics, 5)
    writer.log_metrics(metrics, 6)
    writer.close()
    points = read_points(tmp_path)
    assert len(points) == 2400
    assert {point["seq"] for point in points} == {1, 2}
    assert {point["name"]: point["value"] for point in points} == metrics


def test_many_metrics_of_any_types_are_read_back_exactly(tmp_path: Path) -> None:
    writer = RunWriter(str(tmp_path))
    kinds: list[Any] = [float, int, bool, np.float32]
    logged = [{f"m{index}": kinds[index % 4](index + step) for index in range(1100)} for step in range(4)]
    logged[2]["m1090"] = 2**63  # no row holds it, but a record does
    for step, metrics in enumerate(logged):
        writer.log_metrics(metrics, step)
    writer.log("m0", 9.5, 9)
    writer.close()
    points, records = read_points(tmp_path), read_records(tmp_path)
    assert {(point["step"], point["seq"]) for point in points} == {(0, 1), (1, 2), (2, 3), (3, 4), (9, 5)}
    for step, metrics in enumerate(logged):
        read = {point["name"]: point["value"] for point in points if point["step"] == step}
        plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in metrics.items()}
        if step == 2:
            assert plain.pop("m1090") == 2**63
        assert read == plain
        assert {name: type(value) for name, value in read.items()} == {name: type(plain[name]) for name in plain}
    assert [(record["name"], record["value"], record["seq"]) for record in records if record["kind"] == "scalar"] == [
        ("m1090", 2**63, 3)
    ]


def test_many_metrics_wait_in_order_for_a_full_disk(tmp_path: Path) -> None:
    done = run_python(
        """
        import resource, signal, sys
        from runstore.writing.writer import RunWriter
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        writer = RunWriter(sys.argv[1])
        metrics = dict.fromkeys(map(str, range(1000)), 0)
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        for step in range(30):
            limit = 5 * 4000 + 100 if 5 <= step < 20 else hard
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
            writer.log_metrics(dict.fromkeys(metrics, step), step)
        writer.close()
        print(writer.dropped)
        """,
        str(tmp_path),
    )
    assert (done.returncode, done.stdout.strip()) == (0, "0"), done.stderr
    for name in ("0", "999"):
        assert values_of(tmp_path, name) == list(range(30))


def test_a_name_of_300_kilobytes_is_written_once(tmp_path: Path) -> None:
    writer = RunWriter(str(tmp_path))
    name = "n" * 300_000
    for _ in range(100):
        writer.log(name, 1.0)
    writer.close()
    assert values_of(tmp_path, name) == [1.0] * 100
    assert sum(path.stat().st_size for path in (tmp_path / "points").iterdir()) < 310_000


scalars = st.one_of(
    st.floats(),
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.floats(width=32).map(np.float32),
    st.none(),
    st.text(),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(st.tuples(st.dictionaries(st.text(), scalars, max_size=6), st.none() | st.integers(-9, 9))))
def test_any_calls_are_read_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, calls: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("run")
    writer = RunWriter(str(folder))
    expected: dict[int, dict[str, tuple[Any, int | None]]] = {}
    seq = 0
    for metrics, step in calls:
        writer.log_metrics(metrics, step)
        seq = writer.seq
        expected[seq] = {name.encode("utf-8", "replace").decode(): (value, step) for name, value in metrics.items()}
    writer.close()
    read: dict[int, dict[str, tuple[Any, int | None]]] = {number: {} for number in expected}
    for entry in [*read_points(folder), *read_records(folder)]:
        read[entry["seq"]][entry["name"]] = (entry["value"], entry.get("step"))
    for number, metrics in expected.items():
        assert read[number].keys() == metrics.keys()
        for name, (value, step) in metrics.items():
            got, got_step = read[number][name]
            assert got_step == step
            if isinstance(value, (float, np.floating)) and math.isnan(value):
                assert math.isnan(got)
            else:
                assert got == (value.encode("utf-8", "replace").decode() if isinstance(value, str) else value)


def test_no_metrics_leave_no_rows(tmp_path: Path) -> None:
    writer = RunWriter(str(tmp_path))
    for _ in range(3):
        writer.log_metrics({})
    writer.close()
    [schema] = (tmp_path / "points").iterdir()
    assert len(schema.read_text().splitlines()) == 1  # its header


def test_threads_lose_nothing(tmp_path: Path) -> None:
    writer = RunWriter(str(tmp_path))

    def log(thread: int) -> None:
        for index in range(2000):
            writer.log(f"t{thread}", index)
            if index % 100 == 0:
                writer.log(f"new-{thread}-{index}", 1.0)

    threads = [threading.Thread(target=log, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    for number in range(4):
        assert values_of(tmp_path, f"t{number}") == list(range(2000))
    seqs = [point["seq"] for point in read_points(tmp_path)]
    assert len(set(seqs)) == len(seqs)


def test_a_forked_child_writes_files_of_its_own(tmp_path: Path) -> None:
    writer = RunWriter(str(tmp_path))
    for index in range(10):
        writer.log("x", index)
    child = os.fork()
    if child == 0:
        try:
            for index in range(5):
                writer.log("x", 100 + index)
            writer.close()
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    for index in range(10, 20):
        writer.log("x", index)
    writer.close()
    by_writer: dict[str, list[Any]] = {}
    for point in read_points(tmp_path):
        by_writer.setdefault(point["writer"], []).append(point["value"])
    assert sorted(by_writer.values()) == [list(range(20)), [100, 101, 102, 103, 104]]


def run_python(code: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(code), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)


def test_a_full_disk_stops_neither_the_program_nor_loses_what_fits_in_memory(tmp_path: Path) -> None:
    """RLIMIT_FSIZE makes writes short, then fail, as a full disk does; lifting it is like space being made."""
    done = run_python(
        """
        import resource, signal, sys
        from runstore.writing.writer import RunWriter
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        writer = RunWriter(sys.argv[1])
        for index in range(100):
            writer.log("x", index)
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (100 * 32 + 16, hard))  # in the middle of a row
        for index in range(100, 1000):
            writer.log("x", index)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        for index in range(1000, 1100):
            writer.log("x", index)
        writer.close()
        print(writer.dropped)
        """,
        str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "0"
    assert done.stderr.count("cannot write") == 1
    assert values_of(tmp_path, "x") == list(range(1100))


def test_what_is_dropped_is_counted_and_recorded(tmp_path: Path) -> None:
    done = run_python(
        """
        import resource, signal, sys
        from runstore.writing import streams
        from runstore.writing.writer import RunWriter
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        writer = RunWriter(sys.argv[1])
        writer.log("x", 0)
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
        count = streams.BUFFER_LIMIT // 32 + 2000
        for index in range(1, count):
            writer.log("x", index)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        writer.close()
        print(count, writer.dropped)
        """,
        str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    count, dropped = map(int, done.stdout.split())
    assert dropped > 0
    assert values_of(tmp_path, "x") == list(range(count - dropped))
    assert [record["value"] for record in read_records(tmp_path) if record["kind"] == "dropped"] == [dropped]


def test_a_run_folder_that_is_gone_is_not_brought_back(tmp_path: Path) -> None:
    writer = RunWriter(str(tmp_path / "never-made"))
    for index in range(1000):
        writer.log("x", index)
        writer.record("tags", value={"a": "b"})
    writer.close()
    assert writer.dropped == 2000
    assert not (tmp_path / "never-made").exists()


def test_nothing_acknowledged_is_lost_to_kill_9(tmp_path: Path) -> None:
    """The child says on a pipe what log() has returned for; all of that must be in the files."""
    code = textwrap.dedent(
        """
        import os, sys
        from runstore.writing.writer import RunWriter
        writer = RunWriter(sys.argv[1])
        index = 0
        while True:
            writer.log("x", index)
            writer.log_metrics({"a": index, "b": 0.5}, index)
            if index % 16 == 0:
                os.write(1, b"%d\\n" % index)
            index += 1
        """
    )
    for attempt in range(5):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        child = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(200 * (attempt + 1))]
        child.send_signal(signal.SIGKILL)
        said += child.stdout.read().splitlines(keepends=True)
        acknowledged = int([line for line in said if line.endswith(b"\n")][-1])
        child.stdout.close()
        child.wait()
        assert values_of(folder, "x")[: acknowledged + 1] == list(range(acknowledged + 1))
        assert values_of(folder, "a")[: acknowledged + 1] == list(range(acknowledged + 1))


def test_a_beat_that_is_under_way_when_the_writer_closes_goes_into_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runstore.writing.heartbeat.INTERVAL", 0.01)
    first, second = new_run(tmp_path / "exp" / "first"), new_run(tmp_path / "exp" / "second")
    entered, go = threading.Event(), threading.Event()
    beating: list[threading.Thread] = []

    def while_it_beats() -> None:
        beating.append(threading.current_thread())
        entered.set()
        go.wait(60)

    writer = RunWriter(str(first))
    writer.log("loss", 1.0)
    writer.on_beat = while_it_beats
    assert entered.wait(60)
    writer.on_beat = None
    writer.close()
    other = RunWriter(str(second), kind="resources")  # its files get the numbers that are free now
    for number in range(4):
        other.log(f"m{number}", 0.0)
        other.log_metrics({f"m{each}": 1.0 for each in range(number + 1)})
    sizes = {path: path.stat().st_size for path in second.rglob("*") if path.parent.name == "resources"}
    go.set()
    beating[0].join(60)
    assert {path: path.stat().st_size for path in sizes} == sizes
    assert os.listdir(first / "alive") == []
    other.close()


def test_descriptors_are_closed(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    writer = RunWriter(str(tmp_path))
    writer.log("x", 1)
    writer.log_metrics({"a": 1, "b": 2})
    writer.record("tags", value={})
    assert len(os.listdir("/proc/self/fd")) > before
    writer.close()
    assert len(os.listdir("/proc/self/fd")) == before
