"""The format of ``.wandb`` files: whatever is in one, and however it comes, it is read as a slow reading reads it."""

from __future__ import annotations

import json
import math
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runstore.sources.foreign.kind import Place
from runstore.sources.wandb.columns import Keys
from runstore.sources.wandb.items import items_of
from runstore.sources.wandb.reader import WandbReader
from tests.core.sources.wandb_log import BLOCK, HEADER, field, history, item, log, record, varint

parts = st.lists(st.sampled_from(["a", "b/._é", "x" * 127, "y" * 128, ""]), min_size=1, max_size=3).map(tuple)
json_texts = st.sampled_from(["1", "-2.5", "true", '"text"', "[1, 2]", "9" * 127, "9" * 128, "8" * 20_000])
others = st.sampled_from([b"", field(2, b"\x08\x05"), field(200, b"\x0a\x01x"), field(3, 7), field(3, 1 << 60)])
messages = st.lists(st.tuples(st.lists(st.tuples(parts, json_texts), max_size=3), others), max_size=4)


def reader_of(path: Path) -> WandbReader:
    """A reader of one file, refreshed."""
    reader = WandbReader(Place("wandb", str(path), "e", "n"), True, 15.0)
    reader.refresh()
    return reader


def written(path: Path, records: list[bytes]) -> WandbReader:
    """A reader of a file with these records, refreshed."""
    path.write_bytes(log(records))
    return reader_of(path)


@settings(max_examples=60)
@given(messages, st.booleans())
def test_items_are_those_that_a_reading_one_by_one_finds(found: list[tuple[list[Any], bytes]], first: bool) -> None:
    data, spans, expected = b"", [], {}
    for row, (items, other) in enumerate(found):
        coded = b"".join(field(1, item(key, value)) for key, value in items)
        message = other + coded if first else coded + other
        spans.append((len(data), len(data) + len(message)))
        data += message
        for key, value in items:
            expected.setdefault(key, []).append((row, value.encode()))
    columns = Keys().columns(items_of(data, np.array(spans, np.int64).reshape(-1, 2), 1))
    assert {
        column.parts: list(zip(column.rows.tolist(), column.values(), strict=True)) for column in columns
    } == expected


@given(st.binary(max_size=300), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=5))
def test_items_of_bytes_that_are_none_are_none_or_few(data: bytes, ends: list[tuple[int, int]]) -> None:
    spans = [(min(pair), max(pair)) for pair in ((a % (len(data) + 1), b % (len(data) + 1)) for a, b in ends)]
    for column in Keys().columns(items_of(data, np.array(spans, np.int64).reshape(-1, 2), 1)):
        for row, value in zip(column.rows.tolist(), column.values(), strict=True):
            begin, end = spans[row]
            assert value in data[begin:end]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=6), st.lists(st.integers(0, 120_000), max_size=6))
def test_records_of_any_length_come_whole_however_the_file_grows(
    tmp_path: Path, sizes: list[int], cuts: list[int]
) -> None:
    content = log([history({"loss": "0.5", "note": json.dumps("x" * size)}, step) for step, size in enumerate(sizes)])
    path = tmp_path / "run-1.wandb"
    path.unlink(missing_ok=True)
    path.write_bytes(HEADER)
    reader = reader_of(path)
    done = len(HEADER)
    for end in [*sorted(cut for cut in cuts if done <= cut < len(content)), len(content)]:
        with path.open("ab") as file:
            file.write(content[done:end])
        done = end
        reader.refresh()
        assert reader.warnings == []
    assert reader.series("loss").steps.tolist() == list(range(len(sizes)))
    assert [len(each["value"]["text"]) for each in reader.records("row")] == sizes


def test_a_damaged_record_is_left_out_and_said_and_the_rest_is_read(tmp_path: Path) -> None:
    rows = [history({"loss": str(step)}, step) for step in range(5_000)]
    content = bytearray(log(rows))
    assert len(content) > 3 * BLOCK
    path = tmp_path / "run-1.wandb"
    at = content.index(b"2000", BLOCK)
    content[at] ^= 1  # a value
    path.write_bytes(content)
    reader = reader_of(path)
    assert len(reader.series("loss").values) == 4_999
    assert "1 records are damaged" in reader.warnings[0]
    content[BLOCK + 4 : BLOCK + 7] = b"\xff\xff\xff"  # a size and a kind
    path.write_bytes(content)
    reader = reader_of(path)
    assert 3_000 < len(reader.series("loss").values) < 4_999
    assert reader.series("loss").values[-1] == 4_999


def test_what_stands_at_the_end_and_is_no_record_is_said_until_it_is_one(tmp_path: Path) -> None:
    content = log([history({"loss": "1"}, 0)])
    path = tmp_path / "run-1.wandb"
    path.write_bytes(content + bytes(100))
    reader = reader_of(path)
    assert reader.series("loss").values.tolist() == [1.0]
    assert f"from byte {len(content)} on" in reader.warnings[0]
    path.write_bytes(log([history({"loss": "1"}, 0), history({"loss": "2"}, 1)]) + bytes(30))
    reader.refresh()
    assert reader.series("loss").values.tolist() == [1.0, 2.0]


def test_lengths_that_a_file_claims_take_no_memory(tmp_path: Path) -> None:
    huge = varint(2 << 3 | 2) + varint(1 << 60)
    records = [record(2, b"\x0a" + varint(1 << 60) + b"x"), field(1, 1) + huge, record(17, huge), huge * 3]
    tracemalloc.start()
    reader = written(tmp_path / "run-1.wandb", [*records, history({"loss": "1"}, 0)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6
    assert reader.series("loss").values.tolist() == [1.0]
    assert "damaged" in reader.warnings[0]


def test_a_file_of_another_kind_says_so(tmp_path: Path) -> None:
    path = tmp_path / "run-1.wandb"
    path.write_bytes(b"PK\x03\x04 and more")
    assert "not a .wandb file" in reader_of(path).warnings[0]


def test_values_are_read_as_json_reads_them(tmp_path: Path) -> None:
    texts = ["1e400", "-0.0", "5e-324", "123456789012345678901234567890", "0.1", '"NaN"', "NaN", "-Infinity", "true"]
    reader = written(tmp_path / "run-1.wandb", [history({"loss": each}, step) for step, each in enumerate(texts)])
    found = reader.series("loss").values.tolist()
    expected = [math.inf, -0.0, 5e-324, 123456789012345678901234567890.0, 0.1, math.nan, math.nan, -math.inf, 1.0]
    assert list(map(repr, found)) == list(map(repr, expected))


def test_what_is_no_json_is_counted_and_left_out(tmp_path: Path) -> None:
    rows = [history({"loss": each}, step) for step, each in enumerate(["1", "{", "1x", "[" * 5_000, "2"])]
    reader = written(tmp_path / "run-1.wandb", rows)
    assert reader.series("loss").steps.tolist() == [0, 4]
    assert "3 records are damaged" in reader.warnings[0]


def test_objects_of_older_writers_become_metrics_by_dotted_names(tmp_path: Path) -> None:
    image = json.dumps({"_type": "image-file", "path": "media/images/a.png", "width": 4})
    row = history({"train": '{"loss": 0.5, "more": {"acc": 1}, "word": "x"}', "picture": image}, 3, 1e9)
    reader = written(tmp_path / "run-1.wandb", [row])
    assert {name: stat.last for name, stat in reader.metrics.items()} == {"train.loss": 0.5, "train.more.acc": 1.0}
    assert [each["value"] for each in reader.records("image")] == ["files/media/images/a.png"]
    assert reader.series("train.loss").steps.tolist() == [3]


def test_a_row_without_a_step_of_its_own_has_that_of_its_record(tmp_path: Path) -> None:
    items = field(1, item(("loss",), "1")) + field(2, field(1, 41))
    reader = written(tmp_path / "run-1.wandb", [record(2, items), history({"loss": "2"})])
    series = reader.series("loss")
    assert series.values.tolist() == [1.0, 2.0]
    assert series.steps[0] == 41
    assert reader.metrics["loss"].step is None
    assert (series.times > 1e9).all()


def test_a_path_out_of_the_runs_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"columns": ["key"], "data": [["s3cr3t"]]}')
    table = json.dumps({"_type": "table-file", "path": "../../secret.json"})
    made = tmp_path / "run"
    (made / "files").mkdir(parents=True)
    reader = written(made / "run-1.wandb", [history({"table": table}, 0)])
    assert reader.records("table") == []
    assert "leads out of the run's folder" in reader.warnings[0]


@pytest.mark.parametrize(("code", "word"), [(0, "completed"), (1, "failed"), (255, "failed")])
def test_an_exit_record_says_how_it_ended(tmp_path: Path, code: int, word: str) -> None:
    content = field(1, code) + field(2, 90) if code else field(2, 90)
    start = field(17, field(1, 1_700_000_000) + field(2, 500_000_000))
    reader = written(tmp_path / "run-1.wandb", [record(17, field(1, "abc") + start), record(18, content)])
    assert reader.state().word == word
    assert reader.manifest["exit"]["code"] == code
    assert reader.manifest["ended"] == 1_700_000_090.5


def test_samples_of_gpus_have_our_names(tmp_path: Path) -> None:
    samples = {
        "gpu.0.gpu": "80",
        "gpu.1.memoryAllocatedBytes": "2000000000",
        "cpu": "25",
        "cpu.0.cpu_percent": "10",
        "cpu.1.cpu_percent": "30",
        "gpu.0.temp": "60",
    }
    items = field(2, field(1, 1_700_000_000)) + b"".join(field(3, item(name, value)) for name, value in samples.items())
    cpus = record(26, field(16, 4) + field(17, 8))
    reader = written(tmp_path / "run-1.wandb", [cpus, record(7, items)])
    assert {name: stat.last for name, stat in reader.resources.metrics.items()} == {
        "gpu0_util_percent": 80.0,
        "gpu1_memory_mb": 2_000.0,
        "cpu_percent": 200.0,
        "host_cpu_percent": 20.0,
        "cpu.0.cpu_percent": 10.0,
        "cpu.1.cpu_percent": 30.0,
        "gpu.0.temp": 60.0,
    }
    assert reader.resources.metrics["cpu_percent"].time == 1_700_000_000


def test_configuration_changes_piece_by_piece(tmp_path: Path) -> None:
    changes = [
        field(1, item("opt", '{"name": "adam", "lr": 1}')) + field(1, item("_wandb", '{"t": 1}')),
        field(1, item(("opt", "lr"), "2")) + field(1, item("seed", "7")),
        field(2, item("seed", "null")),
    ]
    reader = written(tmp_path / "run-1.wandb", [record(5, change) for change in changes])
    assert reader.manifest["params"] == {"opt.name": "adam", "opt.lr": 2}


def test_a_token_in_the_address_of_a_repository_is_not_shown(tmp_path: Path) -> None:
    git = field(1, "https://me:t0ken@host.example/a.git") + field(2, "0123abc")
    reader = written(tmp_path / "run-1.wandb", [record(26, field(9, git))])
    assert reader.manifest["git"] == {
        "repository": "https://host.example/a.git",
        "branch": None,
        "commit": "0123abc",
        "dirty": None,
    }
