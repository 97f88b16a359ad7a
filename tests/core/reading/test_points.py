"""Points read piece by piece, at once, and by a slow plain reader are the same."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.reading.metrics import get_metrics
from runstore.reading.run import RunReader
from runstore.reading.series_data import MetricStat
from runstore.records.points import NO_STEP, Schema, encode_header, encode_schema, row_struct
from runstore.writing.writer import RunWriter
from tests.core.reading.growth import CALLS, new_run, pieces, write
from tests.core.rows_reference import read_points, read_records


def same(one: Any, other: Any) -> bool:
    """Equality in which NaN equals itself and True is not 1."""
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and bool(one == other)


def expected_series(points: list[dict[str, Any]], name: str, rank: int) -> list[dict[str, Any]]:
    """The points of a metric of a rank in order: by time across writers, where a clock that steps back is held."""
    keyed = []
    latest: dict[str, float] = {}
    for point in points:
        if point["name"] == name and point["rank"] == rank:
            latest[point["writer"]] = max(latest.get(point["writer"], -math.inf), point["time"])
            keyed.append((latest[point["writer"]], point))
    return [point for _, point in sorted(keyed, key=lambda each: each[0])]


def assert_statistics(stat: MetricStat, points: list[dict[str, Any]]) -> None:
    values = [point["value"] for point in points]
    numbers = [value for value in values if value == value]
    assert stat.n == len(values)
    assert same(stat.first, values[0])
    assert same(stat.last, values[-1])
    assert stat.step == points[-1]["step"]
    assert stat.time == points[-1]["time"]
    if numbers:
        assert stat.min == min(numbers)
        assert stat.max == max(numbers)
    else:
        assert math.isnan(stat.min)
    assert 1 <= len(stat.sparkline) <= 32


@settings(deadline=None, max_examples=60)
@given(CALLS, st.lists(st.tuples(st.integers(0, 40), st.floats(0, 1)), max_size=25))
def test_read_in_pieces_at_once_and_plainly(calls: list[tuple[Any, ...]], cuts: list[tuple[int, float]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        source = new_run(Path(place, "exp", "run"))
        write(source, calls)
        target = new_run(Path(place, "exp", "copy"))
        (target / "run.json").unlink()

        growing, eager = RunReader(str(target)), RunReader(str(target), network=True)
        for _ in pieces(source, target, cuts):
            for reader in (growing, eager):
                reader.refresh()
            for name in eager.names():
                eager.series(name)
        once = RunReader(str(source))
        once.refresh()

        points = read_points(source)
        assert growing.metrics.keys() == once.metrics.keys() == {point["name"] for point in points}
        for name in once.names():
            ranks = sorted({point["rank"] for point in points if point["name"] == name})
            assert growing.ranks(name) == once.ranks(name) == ranks
            assert_statistics(once.metrics[name], expected_series(points, name, ranks[0]))
            assert all(map(same, growing.metrics[name], once.metrics[name]))
            for rank in ranks:
                wanted = expected_series(points, name, rank)
                for reader in (growing, eager, once):
                    series = reader.series(name, rank)
                    assert series.times.tolist() == [point["time"] for point in wanted]
                    assert series.steps.tolist() == [
                        NO_STEP if point["step"] is None else point["step"] for point in wanted
                    ]
                    assert all(map(same, series.values.tolist(), [float(point["value"]) for point in wanted]))
        assert [record["seq"] for record in growing.records("params")] == [
            record["seq"] for record in once.records("params")
        ]
        assert len(growing.records()) == len(once.records()) == len(read_records(source))
        assert growing.manifest["params"] == once.manifest["params"]
        assert str(get_metrics(growing)) == str(get_metrics(once)).replace("dcid.run", "dcid.copy")
        assert not once.warnings


def test_views_handed_out_do_not_change(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "exp" / "run")
    writer = RunWriter(str(folder))
    reader = RunReader(str(folder))
    kept = []
    for step in range(300):
        writer.log_metrics({"a": step, "b": step / 2}, step)
        if step % 7 == 0:
            reader.refresh()
            series = reader.series("b")
            kept.append((series, series.values.copy()))
    for series, values in kept:
        assert (series.values == values).all()
        assert series.generation == kept[-1][0].generation
        with pytest.raises(ValueError, match="read-only"):
            series.values[0] = 1.0
    assert reader.series("a").kind == "i"
    assert reader.series("a").exact.tolist() == list(range(295))
    writer.close()


def test_a_resumed_run_keeps_overlapping_steps(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "exp" / "run")
    for attempt in (1, 2):
        writer = RunWriter(str(folder), attempt=attempt)
        for step in range(5 * attempt - 5, 10):
            writer.log("loss", float(step + attempt), step)
        writer.close()
    reader = RunReader(str(folder))
    reader.refresh()
    assert reader.series("loss").steps.tolist() == [*range(10), *range(5, 10)]
    assert reader.metrics["loss"].last == 11.0
    assert reader.metrics["loss"].n == 15
    assert reader.ranks("loss") == [0]


def test_the_lowest_rank_is_shown(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "exp" / "run")
    for rank in (10, 2, 3):
        writer = RunWriter(str(folder), rank=rank, world=11)
        writer.log("loss", float(rank), 1)
        if rank == 3:
            writer.log("only", 1, 1)
        writer.close()
    reader = RunReader(str(folder))
    reader.refresh()
    assert reader.ranks("loss") == [2, 3, 10]
    assert reader.metrics["loss"].last == 2.0
    assert reader.series("loss", 10).values.tolist() == [10.0]
    assert reader.series("only").rank == 3
    with pytest.raises(KeyError):
        reader.series("only", 2)


def lines_and_rows() -> tuple[bytes, bytes, bytes]:
    """A header, a schema line, and rows of that schema: for what the real writer never leaves behind."""
    header = encode_header("0-aa", 0, 1, 1, 5.0, {"host": "h", "pid": 1})
    schema = encode_schema(Schema(1, 1, ("loss",), "f"))
    pack = row_struct("f", 1).pack
    return header, schema, b"".join(pack(1, seq, seq, float(seq), 100.0 + seq) for seq in range(1, 11))


def test_rows_wait_for_their_schema(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "exp" / "run")
    header, schema, rows = lines_and_rows()
    (folder / "points" / "0-aa.1.rows").write_bytes(rows[:160])
    reader = RunReader(str(folder))
    reader.refresh()
    assert reader.names() == []
    assert "unknown schema" in reader.warnings[0]
    (folder / "points" / "0-aa.schema.jsonl").write_bytes(header + schema[:-9])
    reader.refresh()
    assert reader.names() == []
    with open(folder / "points" / "0-aa.schema.jsonl", "ab") as file:
        file.write(schema[-9:])
    reader.refresh()
    assert reader.metrics["loss"].n == 5
    with open(folder / "points" / "0-aa.1.rows", "ab") as file:
        file.write(rows[160:])
    reader.refresh()
    assert reader.series("loss").values.tolist() == [float(seq) for seq in range(1, 11)]
    assert reader.warnings == []


def test_zeros_and_a_torn_tail_do_not_count(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "exp" / "run")
    header, schema, rows = lines_and_rows()
    (folder / "points" / "0-aa.schema.jsonl").write_bytes(header + schema)
    path = folder / "points" / "0-aa.1.rows"
    path.write_bytes(rows[:64] + bytes(320) + rows[64:70])
    reader = RunReader(str(folder))
    reader.refresh()
    assert reader.series("loss").values.tolist() == [1.0, 2.0]
    with open(path, "ab") as file:
        file.write(rows[70:])
    reader.refresh()
    assert reader.series("loss").values.tolist() == [float(seq) for seq in range(1, 11)]


@pytest.mark.parametrize("how", ["cut", "replaced"])
def test_a_cut_or_replaced_file_is_read_again(tmp_path: Path, how: str) -> None:
    folder = new_run(tmp_path / "exp" / "run")
    header, schema, rows = lines_and_rows()
    (folder / "points" / "0-aa.schema.jsonl").write_bytes(header + schema)
    path = folder / "points" / "0-aa.1.rows"
    path.write_bytes(rows)
    reader = RunReader(str(folder))
    reader.refresh()
    before = reader.series("loss")
    if how == "cut":
        path.write_bytes(rows[:96])
    else:
        (folder / "points" / "new").write_bytes(rows[32:] + rows[:128])
        (folder / "points" / "new").replace(path)
    reader.refresh()
    after = reader.series("loss")
    assert after.values.tolist() == ([1.0, 2.0, 3.0] if how == "cut" else [*map(float, [*range(2, 11), 1, 2, 3, 4])])
    assert reader.metrics["loss"].n == len(after.values)
    assert after.generation != before.generation


def test_many_schemas_and_wide_rows(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "exp" / "run")
    writer = RunWriter(str(folder))
    for step in range(30):
        for name in range(300):
            writer.log(f"m{name}", step * name, step)
        writer.log_metrics({f"w{name}": float(name + step) for name in range(600)}, step)
    writer.close()
    reader = RunReader(str(folder))
    reader.refresh()
    assert len(reader.names()) == 900
    assert reader.names()[:3] == ["m0", "m1", "m2"]
    reader.load()
    assert reader.series("m299").exact.tolist() == [step * 299 for step in range(30)]
    assert reader.series("w599").values.tolist() == [599.0 + step for step in range(30)]
    assert reader.metrics["w7"].min == 7.0


def test_a_metric_name_of_300_kb(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "exp" / "run")
    name = "n" * 300_000
    writer = RunWriter(str(folder))
    writer.log(name, 1.0)
    writer.close()
    reader = RunReader(str(folder))
    reader.refresh()
    assert reader.names() == [name]
    assert reader.series(name).values.tolist() == [1.0]


def test_points_that_come_do_not_move_those_before(tmp_path: Path) -> None:
    """Nor are they copied: what a few more points cost does not depend on how many there are."""
    folder = str(new_run(tmp_path / "run"))
    writer = RunWriter(folder)
    for step in range(1000):
        writer.log("loss", float(step), step)
    reader = RunReader(folder)
    reader.refresh()
    before = reader.series("loss")
    writer.log("loss", 1000.0, 1000)
    reader.refresh()
    after = reader.series("loss")
    assert after.values.tolist() == [float(step) for step in range(1001)]
    assert np.shares_memory(before.values, after.values)
    assert len(before.values) == 1000
    writer.close()
