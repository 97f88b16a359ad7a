"""The shapes of get_metrics."""

from __future__ import annotations

from pathlib import Path

from runstore.reading.metrics import get_metrics
from runstore.reading.run import RunReader
from runstore.writing.writer import RunWriter
from tests.core.reading.growth import new_run


def test_shapes(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "exp" / "run")
    writer = RunWriter(str(folder))
    writer.log("once", 3)
    for value in (1, 2.5, True, None, "text", 2**70, float("inf")):
        writer.log("mixed", value)
    writer.record("list", name="list", value=[1, "b", None])
    writer.record("list", name="single", value=[{"float": "NaN"}])
    writer.record("list", name="empty", value=[])
    writer.record("row", name="row", value={"a": 1, "b": "x"})
    for number in (1, 2):
        writer.record("row", name="rows", value={"a": number, **({"b": 5} if number == 2 else {})})
    writer.record("table", name="table", value={"x": [1, 2], "y": ["a", "b"]})
    writer.record("table", name="small", value={"x": [1], "y": 2})
    writer.record("image", name="image", value="image_1.png")
    writer.log("kinds", 1.0)
    writer.record("row", name="kinds", value={"a": 1})
    writer.log("kinds", 2.0)
    writer.close()
    reader = RunReader(str(folder))
    reader.refresh()
    metrics = get_metrics(reader)
    single = metrics.pop("single")
    assert single != single
    assert metrics == {
        "once": 3,
        "mixed": [1, 2.5, True, None, "text", 2**70, float("inf")],
        "list": [1, "b", None],
        "empty": [],
        "row": {"a": 1, "b": "x"},
        "rows": {"a": [1, 2], "b": [None, 5]},
        "table": {"x": [1, 2], "y": ["a", "b"]},
        "small": {"x": 1, "y": 2},
        "image": "aml://artifactId/ExperimentRun/dcid.run/image_1.png",
        "kinds": [1.0, 2.0],
    }
    assert [type(value) for value in metrics["mixed"]][:3] == [int, float, bool]
    assert get_metrics(reader, "once") == {"once": 3}
    assert get_metrics(reader, "absent") == {}


def test_values_of_several_writers_in_order_of_time(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "exp" / "run")
    writers = [RunWriter(str(folder), rank=rank, world=2) for rank in (1, 0)]
    for step in range(5):
        for writer in writers:
            writer.log("loss", step * 10 + writer.rank, step)
    writers[1].log("note", "x")
    for writer in writers:
        writer.close()
    reader = RunReader(str(folder))
    reader.refresh()
    assert get_metrics(reader) == {
        "loss": [value for step in range(5) for value in (step * 10 + 1, step * 10)],
        "note": "x",
    }
