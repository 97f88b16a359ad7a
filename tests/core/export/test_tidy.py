"""Tidy data: every point once, in any form; wide lines hold what was logged last at their step."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.export import tidy
from runstore.export.columns import columns_of
from runstore.export.text import csv_text, json_lines
from runstore.export.tidy import long_pieces, wide_pieces
from runstore.reading.build import full_row
from runstore.reading.catalog import list_rows
from runstore.reading.row import RunRow
from runstore.reading.run import RunReader
from runstore.writing.create import create_run
from runstore.writing.writer import RunWriter
from tests.tui.stores import make_run

Call = tuple[dict[str, float], "int | None"]


def run_of(root: Path, calls: list[Call], **fields: Any) -> list[RunRow]:
    """The row of a run in which these numbers were logged, one call each."""
    log_all(make_run(root, steps=0, **fields), calls)
    return list_rows(str(root), cache=False)


def log_all(folder: str, calls: list[Call]) -> None:
    writer = RunWriter(folder)
    for values, step in calls:
        writer.log_metrics(values, step=step)
    writer.close()


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def long_csv(rows: list[RunRow]) -> list[dict[str, str]]:
    return table("".join(csv_text(columns_of(rows, None), long_pieces(rows))))


def wide_csv(rows: list[RunRow]) -> list[dict[str, str]]:
    names = sorted({name for row in rows for name in row.metrics})
    return table("".join(csv_text(columns_of(rows, names), wide_pieces(rows))))


NUMBERS = st.one_of(st.floats(), st.integers(-(2**53), 2**53))
CALLS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(["loss", "acc", 'a "b", c']), NUMBERS, min_size=1),
        st.one_of(st.none(), st.integers(0, 4)),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


def quick_run(root: Path, calls: list[Call]) -> list[RunRow]:
    """As `run_of`, without a list of all runs."""
    folder = create_run(str(root), "quick", status="Completed")
    log_all(folder, calls)
    reader = RunReader(folder)
    reader.refresh()
    return [full_row(reader, str(root))]


@settings(max_examples=20)
@given(CALLS)
def test_long_csv_has_every_point_in_order_and_exact(shared: Path, calls: list[Call]) -> None:
    rows = quick_run(shared, calls)
    for name in {name for values, _ in calls for name in values}:
        expected = [(step, values[name]) for values, step in calls if name in values]
        found = [line for line in long_csv(rows) if line["metric"] == name]
        assert [line["step"] for line in found] == ["" if step is None else str(step) for step, _ in expected]
        for line, (_, value) in zip(found, expected, strict=True):
            assert same(float(line["value"]), float(value))


@settings(max_examples=20)
@given(CALLS)
def test_a_wide_line_has_the_last_value_of_its_step(shared: Path, calls: list[Call]) -> None:
    rows = quick_run(shared, calls)
    expected: dict[int, dict[str, float]] = {}
    for values, step in calls:
        if step is not None:
            expected.setdefault(step, {}).update(values)
    found = {line["step"]: line for line in wide_csv(rows) if line["step"]}
    assert list(found) == [str(step) for step in sorted(expected)]
    for step, values in expected.items():
        cells = {name.removeprefix("metric."): cell for name, cell in found[str(step)].items() if "metric." in name}
        assert {name for name, cell in cells.items() if cell} == set(values)
        assert all(same(float(cells[name]), float(value)) for name, value in values.items())
    loose = [line for line in wide_csv(rows) if not line["step"]]
    assert len(loose) == sum(step is None for _, step in calls), "a line for each call without a step"


def same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def test_what_stands_before_the_numbers(tmp_path: Path) -> None:
    rows = run_of(
        tmp_path, [({"loss": 0.5}, 3)], name='say "hi", you', params={"lr": 1e-3, "layers": [1, 2], "name": None}
    )
    (line,) = long_csv(rows)
    assert list(line) == [
        "run", "experiment", "name", "param.layers", "param.lr", "param.name", "step", "time", "metric", "value",
    ]  # fmt: skip
    assert (line["run"], line["experiment"], line["name"]) == (rows[0].id, "resnet-lr", 'say "hi", you')
    assert (line["param.lr"], line["param.layers"], line["param.name"]) == ("0.001", "[1, 2]", "")
    assert float(line["time"]) == pytest.approx(rows[0].active, abs=5)


@pytest.mark.parametrize("odd", ["adam\r", "a\rb", "\r\n", "\n", '"\r'])
def test_an_end_of_line_in_a_name_or_value_is_none_of_the_table(tmp_path: Path, odd: str) -> None:
    rows = run_of(tmp_path, [({"loss": 0.5}, 3)], name="one", params={"opt": odd, "z": "q"})
    text = "".join(csv_text(columns_of(rows, None), long_pieces(rows)))
    (line,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (line["param.opt"], line["param.z"], line["value"]) == (odd, "q", "0.5")


def test_json_lines_say_nothing_of_what_is_missing(tmp_path: Path) -> None:
    run_of(tmp_path, [({"loss": math.nan}, None)], name="one", params={"lr": math.inf})
    rows = run_of(tmp_path, [({"acc": 2}, 5)], name="two")
    rows.sort(key=lambda row: row.name)
    first, second = map(json.loads, "".join(json_lines(columns_of(rows, None), long_pieces(rows))).splitlines())
    assert first.keys() == {"run", "experiment", "name", "param.lr", "time", "metric", "value"}
    assert (first["param.lr"], first["metric"], first["value"]) == ("Infinity", "loss", "NaN")
    assert second.keys() == {"run", "experiment", "name", "step", "time", "metric", "value"}
    assert (second["step"], second["value"]) == (5, 2)
    wide = [json.loads(line) for line in "".join(json_lines(columns_of(rows, ["acc"]), wide_pieces(rows))).splitlines()]
    assert wide[1]["metric.acc"] == 2
    assert "metric.acc" not in wide[0]


def test_many_points_come_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = run_of(tmp_path, [({"a": step, "b": step + 0.5, "c": 1.0}, step) for step in range(50)])
    whole, wide = long_csv(rows), wide_csv(rows)
    monkeypatch.setattr(tidy, "PIECE", 7)
    monkeypatch.setattr(tidy, "_AT_ONCE", 60)  # one metric at a time
    assert long_csv(rows) == whole
    assert wide_csv(rows) == wide
    assert max(len(piece.steps) for piece in long_pieces(rows)) == 7
    assert len(whole) == 150


def test_only_what_is_wanted(tmp_path: Path) -> None:
    rows = run_of(tmp_path, [({"loss": 1.0, "val/loss": 2.0}, 1)])
    (piece,) = long_pieces(rows, lambda name: name.startswith("val"))
    assert list(piece.metrics) == ["val/loss"]
    assert piece.metrics["val/loss"].values.tolist() == [2.0]


def test_parquet_keeps_types_and_missing_values(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    from runstore.export.parquet import write_parquet

    run_of(
        tmp_path / "store",
        [({"loss": 0.5, "n": 3}, 1), ({"loss": 0.25}, None)],
        name="one",
        params={"lr": 1, "b": True},
    )
    rows = run_of(tmp_path / "store", [({"loss": 0.5}, 1)], name="two", params={"lr": 0.5, "opt": "sgd"})
    rows.sort(key=lambda row: row.name)
    with open(tmp_path / "long.parquet", "wb") as file:
        write_parquet(file, columns_of(rows, None), rows, long_pieces(rows))
    found = pq.read_table(tmp_path / "long.parquet")
    types = {field.name: str(field.type) for field in found.schema}
    assert (types["param.lr"], types["param.b"], types["param.opt"]) == ("double", "bool", "string")
    assert (types["step"], types["time"], types["value"]) == ("int64", "double", "double")
    lines = found.to_pylist()
    assert [(line["metric"], line["step"], line["value"]) for line in lines] == [
        ("loss", 1, 0.5), ("loss", None, 0.25), ("n", 1, 3.0), ("loss", 1, 0.5),
    ]  # fmt: skip
    assert [line["param.opt"] for line in lines] == [None, None, None, "sgd"]
    with open(tmp_path / "wide.parquet", "wb") as file:
        write_parquet(file, columns_of(rows, ["loss", "n"]), rows, wide_pieces(rows))
    wide = pq.read_table(tmp_path / "wide.parquet").to_pylist()
    assert [(line["step"], line["metric.loss"], line["metric.n"]) for line in wide] == [
        (1, 0.5, 3.0), (None, 0.25, None), (1, 0.5, None),
    ]  # fmt: skip


def test_points_of_several_attempts_are_in_order(tmp_path: Path) -> None:
    folder = make_run(tmp_path, steps=3, metrics=("loss",))
    writer = RunWriter(folder)
    writer.log_metrics({"loss": 9.0}, step=1)
    writer.close()
    rows = list_rows(str(tmp_path), cache=False)
    assert [line["step"] for line in long_csv(rows)] == ["0", "1", "2", "1"]
    assert [float(line["metric.loss"]) for line in wide_csv(rows)] == [1.0, 9.0, pytest.approx(np.exp(-0.2))]
