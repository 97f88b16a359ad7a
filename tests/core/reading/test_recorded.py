"""What was recorded beside numbers, by name, as it grows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runstore.layout.paths import RunPaths
from runstore.reading.recorded import Recorded, Recordings
from runstore.reading.run import RunReader
from runstore.records.lines import encode_line
from runstore.writing.create import create_run
from runstore.writing.writer import RunWriter


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return create_run(str(tmp_path), "exp", display_name="a")


def recordings(folder: str) -> tuple[RunReader, Recordings]:
    reader = RunReader(folder)
    reader.refresh()
    found = Recordings(reader)
    found.refresh()
    return reader, found


def items(folder: str) -> dict[str, Recorded]:
    return recordings(folder)[1].items


def test_each_kind_by_name(folder: str) -> None:
    writer = RunWriter(folder)
    writer.log("loss", 1.0)
    writer.log("note", "warm", 3)
    writer.log("note", "cold", 4)
    writer.record("list", name="fib", value=[1, 1, 2], description="of Pisa")
    writer.record("list", name="fib", value=[3])
    writer.record("image", name="plot", value="plot_1.png", step=5)
    matrix = {"class_labels": ["a"], "matrix": [[1]]}
    writer.record("confusion_matrix", name="cm", value={"schema_type": "confusion_matrix", "data": matrix})
    writer.close()
    found = items(folder)
    assert sorted(found) == ["cm", "fib", "note", "plot"]
    assert (found["note"].kind, found["note"].values, found["note"].steps) == ("values", ["warm", "cold"], [3, 4])
    assert (found["fib"].kind, found["fib"].values, found["fib"].description) == ("list", [1, 1, 2, 3], "of Pisa")
    assert (found["plot"].kind, found["plot"].values, found["plot"].steps) == ("image", ["plot_1.png"], [5])
    assert (found["cm"].kind, found["cm"].values) == ("confusion_matrix", [matrix])


def test_rows_and_tables_are_one_table(folder: str) -> None:
    writer = RunWriter(folder)
    writer.record("row", name="t", value={"a": 1})
    writer.record("row", name="t", value={"a": 2, "b": "x"})
    writer.record("table", name="t", value={"a": [3, 4], "c": [5.5, 6.5]})
    writer.record("table", name="t", value={"b": ["y"]})
    writer.close()
    table = items(folder)["t"]
    assert (table.kind, table.rows) == ("table", 5)
    assert table.columns == {
        "a": [1, 2, 3, 4, None],
        "b": [None, "x", None, None, "y"],
        "c": [None, None, 5.5, 6.5, None],
    }


def test_only_what_is_new_is_taken_in(folder: str) -> None:
    writer = RunWriter(folder)
    writer.record("list", name="x", value=[1])
    reader, found = recordings(folder)
    kept = found.items["x"]
    assert not found.refresh()
    writer.record("list", name="x", value=[2])
    writer.record("row", name="y", value={"a": 1})
    reader.refresh()
    version = kept.version
    assert found.refresh()
    assert found.items["x"] is kept
    assert (kept.values, kept.version > version) == ([1, 2], True)
    assert found.items["y"].rows == 1


def test_the_lowest_rank_is_shown_and_never_joined_with_others(folder: str) -> None:
    for rank in (2, 0, 1):
        writer = RunWriter(folder, rank=rank)
        writer.record("list", name="x", value=[rank])
        writer.close()
    x = items(folder)["x"]
    assert (x.values, x.rank, x.ranks) == ([0], 0, 3)


def test_what_comes_late_is_put_in_its_place(folder: str) -> None:
    records = Path(folder, "records")
    records.mkdir(exist_ok=True)
    line = '{{"seq":{},"time":{},"kind":"list","name":"x","value":[{}]}}\n'
    (records / "0-aaaaaaaa.jsonl").write_text(line.format(1, 10, 1) + line.format(2, 4, 2))  # its clock steps back
    reader, found = recordings(folder)
    assert found.items["x"].values == [1, 2]
    (records / "0-bbbbbbbb.jsonl").write_text(line.format(1, 5, 0) + line.format(2, 20, 3))
    reader.refresh()
    assert found.refresh()
    assert found.items["x"].values == [0, 1, 2, 3]


def test_a_file_that_is_replaced_is_read_anew(folder: str) -> None:
    writer = RunWriter(folder)
    writer.record("list", name="x", value=[1, 2, 3])
    writer.close()
    reader, found = recordings(folder)
    (path,) = Path(folder, "records").glob("*.jsonl")
    path.unlink()
    path.write_text('{"seq":1,"time":5,"kind":"list","name":"z","value":[9]}\n')
    reader.refresh()
    assert found.refresh()
    assert {name: item.values for name, item in found.items.items()} == {"z": [9]}


@pytest.mark.parametrize(
    "record",
    [
        {"kind": "list", "name": 5, "value": [1]},
        {"kind": "table", "name": "t", "value": "no table"},
        {"kind": "row", "name": "t", "value": None},
        {"kind": "list", "name": "t", "value": {"a": 1}},
        {"kind": "image", "name": "t"},
        {"kind": "confusion_matrix", "name": "t", "value": 7},
        {"kind": "table", "name": "t", "value": {"a": 1, "b": [1, 2]}},
    ],
)
def test_senseless_records_break_nothing(folder: str, record: dict[str, Any]) -> None:
    import json

    Path(folder, "records").mkdir(exist_ok=True)
    lines = [json.dumps({"seq": seq, "time": seq, **record}) for seq in (1, 2)]
    Path(folder, "records", "0-12345678.jsonl").write_text("\n".join(lines) + "\n")
    for item in items(folder).values():
        assert all(len(cells) == item.rows for cells in item.columns.values())


def write_rows(folder: str, writer: str, start: int, count: int) -> None:
    """Rows with a text of 100 characters each, as a writer would append them."""
    path = Path(RunPaths(folder).records, writer + ".jsonl")
    path.parent.mkdir(exist_ok=True)
    with open(path, "ab") as file:
        for number in range(start, start + count):
            record = {"seq": number, "time": float(number), "kind": "row", "name": "rows"}
            file.write(encode_line({**record, "value": {"n": number, "text": "x" * 100}}))


def piecewise(reader: RunReader) -> tuple[Recordings, list[int]]:
    """All that was recorded, with as little at once as possible; how many rows there were each time."""
    found = Recordings(reader)
    seen = []
    while True:
        found.refresh(0)
        seen.append(found.items["rows"].rows if "rows" in found.items else 0)
        if not found.waiting:
            return found, seen


def test_very_much_is_taken_in_piece_by_piece(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runstore.reading.recorded._SLICE", 0.0)
    write_rows(folder, "0-a", 0, 20_000)
    reader = RunReader(folder)
    reader.refresh()
    found, seen = piecewise(reader)
    assert len(seen) > 2
    assert seen == sorted(set(seen))
    assert found.items["rows"].columns["n"] == list(range(20_000))
    # What two writers wrote by turns is in order of time, however it is read.
    write_rows(folder, "0-b", 10_000, 20_000)
    reader.refresh()
    found.refresh()
    numbers = found.items["rows"].columns["n"]
    assert numbers == sorted([*range(20_000), *range(10_000, 30_000)])
    assert piecewise(reader)[0].items["rows"].columns["n"] == numbers


def test_a_file_that_cannot_be_read_any_more_ends_the_reading(folder: str) -> None:
    write_rows(folder, "0-a", 0, 10)
    reader = RunReader(folder)
    reader.refresh()
    Path(RunPaths(folder).records, "0-a.jsonl").unlink()
    found = Recordings(reader)
    found.refresh()
    assert (found.items, found.waiting) == ({}, False)
