"""What is exported to TensorBoard and MLflow, read back: by our own readers, and by the tools where they are."""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runstore import Experiment, Workspace
from runstore.export.mlflow import run_id
from runstore.export.runs import export_runs
from runstore.export.tensorboard.checksum import masked_checksums
from runstore.export.tensorboard.scalars import scalar_records
from runstore.reading.catalog import list_rows
from runstore.reading.row import RunRow
from runstore.reading.series_data import Series
from runstore.records.points import NO_STEP
from runstore.sources.foreign import ForeignReader
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import find_places
from tests.core.integrations.event_files import crc32c, fields, unmasked

INF = math.inf


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff\0\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run of everything, one that failed, and a child run."""
    top = tmp_path_factory.mktemp("tools")
    (top / "picture.png").write_bytes(png(20, 10))
    experiment = Experiment(Workspace(root=top / "store"), "nets")

    def start(name: str, **fields: Any) -> Any:
        return experiment.start_logging(snapshot_directory=None, outputs=False, display_name=name, **fields)

    run = start("all / of it")
    for step in range(0, 300, 3):
        run.log("loss", 1 / (step + 1), step=step)
    run.log("loss/train", 0.25)
    run.log("loss/train", 0.5)
    for value in (math.nan, INF, -INF):
        run.log("odd: 100 % größe", value, step=7)
    run.log("note", "a text\nof two lines", step=3)
    run.log_image("pictures/first", path=str(top / "picture.png"), step=4)
    run.log_params({"lr": 0.1, "opt": "sgd", "deep": {"a": [1, None]}, "on": True})
    run.tag("by", "me")
    child = run.child_run("child")
    child.log("x", 1.0, step=0)
    child.complete()
    run.complete()
    failed = start("wrong")
    failed.log("x", 1.0)
    failed.fail("no more memory")
    return top / "store"


@pytest.fixture(scope="module")
def rows(store: Path) -> dict[str, RunRow]:
    return {row.name: row for row in list_rows(str(store), cache=False)}


def exported(rows: dict[str, RunRow], to: str, folder: Path) -> Path:
    assert all(new for _, new in export_runs(rows.values(), to, str(folder), wanted=lambda name: True))
    return folder


def readers(folder: Path) -> dict[str, ForeignReader]:
    """The runs that our own readers find there, by name."""
    found = {}
    for place in find_places(str(folder)):
        reader = kind_of(place.kind).open(place)
        reader.refresh()
        found[str(reader.manifest["display_name"])] = reader
    return found


@pytest.fixture(scope="module")
def boards(rows: dict[str, RunRow], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(rows, "tensorboard", tmp_path_factory.mktemp("boards"))


@pytest.fixture(scope="module")
def mlruns(rows: dict[str, RunRow], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(rows, "mlflow", tmp_path_factory.mktemp("mlruns"))


@pytest.mark.feature("foreign", 122, "write runs as TensorBoard's event files", "export --to tensorboard DIR")
def test_event_files_hold_all_that_tensorboard_can_show(boards: Path) -> None:
    found = readers(boards)
    assert set(found) == {"all - of it", "wrong", "all - of it>child"}
    run = found["all - of it"]
    loss = run.series("loss")
    assert loss.steps.tolist() == list(range(0, 300, 3))
    np.testing.assert_array_equal(loss.values, np.float32([1 / (step + 1) for step in range(0, 300, 3)]))
    assert run.series("loss/train").steps.tolist() == [0, 1], "points without a step are numbered"
    assert str(run.series("odd: 100 % größe").values.tolist()) == "[nan, inf, -inf]"
    assert run.manifest["params"] == {"lr": 0.1, "opt": "sgd", "deep": '{"a":[1,null]}', "on": True}
    assert run.manifest["status"] == "Completed"
    images = run.records("image")
    assert [(image["name"], image["step"]) for image in images] == [("pictures/first", 4)]
    assert run.artifact(images[0]["value"]) == png(20, 10)
    assert [record["value"] for record in run.records("row")] == [{"text": "a text\nof two lines"}]


@pytest.mark.feature("foreign", 123, "write runs as MLflow's store of files", "export --to mlflow DIR")
def test_mlflow_files_hold_all_that_mlflow_can_show(mlruns: Path, rows: dict[str, RunRow]) -> None:
    found = readers(mlruns)
    assert set(found) == {"all / of it", "wrong", "all / of it>child"}
    run = found["all / of it"]
    loss = run.series("loss")
    assert loss.steps.tolist() == list(range(0, 300, 3))
    assert loss.values.tolist() == [1 / (step + 1) for step in range(0, 300, 3)]
    assert run.series("loss.train").steps.tolist() == [0, 1], "loss is a file and cannot be a folder, too"
    assert str(run.series("odd: 100 _ größe").values.tolist()) == "[nan, inf, -inf]"
    assert run.manifest["status"] == "Completed"
    assert found["wrong"].manifest["status"] == "Failed"
    assert found["all / of it>child"].manifest["parent"] == run_id(rows["all / of it"].id)
    assert any(name.endswith(".png") for name in run.files())


def test_points_whose_time_is_damaged_are_written_all_the_same(tmp_path: Path) -> None:
    root = tmp_path / "store"
    run = Experiment(Workspace(root=root), "nets").start_logging(snapshot_directory=None, outputs=False)
    run.log("loss", 0.5, step=3)
    run.complete()
    (file,) = root.glob("nets/*/points/*.1.rows")
    content = file.read_bytes()
    file.write_bytes(content[:-8] + struct.pack("<d", math.nan))
    exported({row.id: row for row in list_rows(str(root), cache=False)}, "mlflow", tmp_path / "mlruns")
    (metric,) = (tmp_path / "mlruns").glob("*/*/metrics/loss")
    assert metric.read_text() == "0 0.5 3\n"


@pytest.mark.parametrize("name", ["fast 🚀", 'a\n"b"\\ud83d\x7f\x85ü', "'", "x: [1]"])
def test_any_name_is_one_in_yaml(tmp_path: Path, name: str) -> None:
    experiment = Experiment(Workspace(root=tmp_path / "store"), "nets")
    run = experiment.start_logging(snapshot_directory=None, outputs=False, display_name=name)
    run.log("loss", 1.0, step=1)
    run.complete()
    found = {row.name: row for row in list_rows(str(tmp_path / "store"), cache=False)}
    (meta,) = exported(found, "mlflow", tmp_path / "mlruns").glob("*/*/meta.yaml")
    assert yaml.safe_load(meta.read_text())["run_name"] == name
    assert list(readers(tmp_path / "mlruns")) == [name]


def test_a_bare_tag_is_empty(tmp_path: Path) -> None:
    experiment = Experiment(Workspace(root=tmp_path / "store"), "nets")
    run = experiment.start_logging(snapshot_directory=None, outputs=False)
    run.tag("mark")
    run.complete()
    exported({row.id: row for row in list_rows(str(tmp_path / "store"), cache=False)}, "mlflow", tmp_path / "mlruns")
    (tag,) = (tmp_path / "mlruns").glob("*/*/tags/mark")
    assert tag.read_text() == ""


@pytest.mark.parametrize("said", ["nets", "'nets'", '"nets"', '"n\\x65ts"'])
def test_the_experiment_of_a_store_that_is_there_is_used(rows: dict[str, RunRow], tmp_path: Path, said: str) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "meta.yaml").write_text(f"experiment_id: '7'\nname: {said}\nlifecycle_stage: active\n")
    exported(rows, "mlflow", tmp_path)
    assert {path.parts[-3] for path in tmp_path.glob("*/*/meta.yaml")} == {"7"}
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["7"]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("8dfa3ac2-8073-58e5-8426-220a69947a01", "8dfa3ac2807358e58426220a69947a01"),
        ("nets_1700000000_1a2b3c4d", "nets_1700000000_1a2b3c4d"),
        ("a.b", "2e7336dc8eba87ef472df568c35482ab"),
    ],
)
def test_ids_are_such_as_mlflow_takes(own: str, expected: str) -> None:
    assert run_id(own) == expected


STEPS = st.one_of(st.just(NO_STEP), st.integers(0, 300), st.integers(-(2**63), 2**63 - 1))
POINTS = st.lists(st.tuples(STEPS, st.floats(0, 4e9), st.floats(width=32)), max_size=8)


def one_series(points: list[tuple[int, float, float]]) -> Series:
    columns = list(zip(*points, strict=True)) or [(), (), ()]
    values = np.array(columns[2], np.float64)
    return Series("", 0, "f", np.array(columns[0], np.int64), np.array(columns[1], np.float64), values, values, 0)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.text(max_size=20), POINTS), max_size=5))
@example([("a" * 200, [(0, 1.0, 1.0), (2**62, 2.0, 2.0), (1, 3.0, 3.0)]), ("b" * 200, [(5, 1.0, 9.0)])])
def test_every_point_is_a_record_with_right_checksums_in_order(
    given: list[tuple[str, list[tuple[int, float, float]]]],
) -> None:
    data = b"".join(scalar_records((tag, one_series(points)) for tag, points in given))
    expected = [
        (tag.encode("utf-8", "replace"), number if step == NO_STEP else step, time, value)
        for tag, points in given
        for number, (step, time, value) in enumerate(points)
    ]
    found, position = [], 0
    while position < len(data):
        size, size_sum = struct.unpack_from("<QI", data, position)
        record = data[position + 12 : position + 12 + size]
        (record_sum,) = struct.unpack_from("<I", data, position + 12 + size)
        assert unmasked(size_sum) == crc32c(data[position : position + 8])
        assert unmasked(record_sum) == crc32c(record)
        event = fields(record)
        value = fields(fields(event[5])[1])
        step = event[2] - 2**64 if event[2] >= 2**63 else event[2]
        found.append((value[1], step, event[1], value[2]))
        position += 16 + size
    assert str(found) == str(expected)  # as text, since NaN is not itself


@settings(max_examples=30)
@given(st.integers(1, 40), st.data())
def test_checksums_of_many_records(size: int, data: st.DataObject) -> None:
    records = data.draw(st.lists(st.binary(min_size=size, max_size=size), min_size=1, max_size=4))
    found = masked_checksums(np.frombuffer(b"".join(records), np.uint8).reshape(len(records), size))
    assert [unmasked(each) for each in found.tolist()] == [crc32c(record) for record in records]


def test_values_beyond_32_bits_are_infinite() -> None:
    for value, expected in ((1e300, INF), (-1e300, -INF)):
        data = b"".join(scalar_records([("x", one_series([(0, 1.0, value)]))]))
        assert fields(fields(fields(data[12:-4])[5])[1])[2] == expected


@pytest.mark.feature("foreign", 122, "write runs as TensorBoard's event files", "export --to tensorboard DIR")
def test_tensorboard_itself_reads_it(boards: Path) -> None:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    plugin = pytest.importorskip("tensorboard.plugins.hparams.plugin_data_pb2")
    events = accumulator.EventAccumulator(str(boards / "nets" / "all - of it"), {"scalars": 0, "tensors": 0})
    events.Reload()
    tags = events.Tags()
    assert set(tags["scalars"]) == {"loss", "loss/train", "odd: 100 % größe"}
    assert [event.step for event in events.Scalars("loss")] == list(range(0, 300, 3))
    assert (events.Images("pictures/first")[0].width, events.Images("pictures/first")[0].height) == (20, 10)
    assert events.Tensors("note")[0].tensor_proto.string_val[0] == b"a text\nof two lines"
    content = events.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    start = plugin.HParamsPluginData.FromString(content).session_start_info
    assert start.hparams["lr"].number_value == 0.1
    assert start.hparams["on"].bool_value is True


@pytest.mark.feature("foreign", 123, "write runs as MLflow's store of files", "export --to mlflow DIR")
def test_mlflow_itself_reads_it(mlruns: Path, rows: dict[str, RunRow], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    client = pytest.importorskip("mlflow").MlflowClient(str(mlruns))
    experiment = client.get_experiment_by_name("nets")
    found = {run.info.run_name: run for run in client.search_runs([experiment.experiment_id])}
    run = found["all / of it"]
    assert (run.info.status, found["wrong"].info.status) == ("FINISHED", "FAILED")
    assert run.data.params == {"lr": "0.1", "opt": "sgd", "deep": '{"a":[1,null]}', "on": "True"}
    assert run.data.tags["by"] == "me"
    history = client.get_metric_history(run.info.run_id, "loss")
    assert [(point.step, point.value) for point in history] == [(step, 1 / (step + 1)) for step in range(0, 300, 3)]
    assert found["all / of it>child"].data.tags["mlflow.parentRunId"] == run.info.run_id
    assert [file.path for file in client.list_artifacts(run.info.run_id)] == ["pictures"]
    assert client.list_artifacts(run.info.run_id, "pictures")[0].file_size == len(png(20, 10))
