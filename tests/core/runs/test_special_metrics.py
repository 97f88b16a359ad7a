"""Confusion matrices and their kin: stored, checked, read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runstore import Experiment, Run, Workspace
from runstore.exceptions import UserErrorException

VALUES: dict[str, dict[str, Any]] = {
    "confusion_matrix": {"class_labels": ["cat", "dog"], "matrix": [[3, 1], [0, 5]]},
    "accuracy_table": {
        "probability_tables": [[[1, 2, 3, 4], [2, 2, 2, 2]]],
        "percentile_tables": [[[1, 2, 3, 4]]],
        "probability_thresholds": [0.0, 1.0],
        "percentile_thresholds": [0.5],
        "class_labels": ["cat"],
    },
    "residuals": {"bin_edges": [0, 1, 2], "bin_counts": [5, 6]},
    "predictions": {"bin_averages": [0.5], "bin_errors": [0.1], "bin_counts": [9], "bin_edges": [0, 1]},
}


def logged(run: Run, kind: str, name: str, value: Any) -> None:
    getattr(run, "log_" + kind)(name, value, description="how it did")


def wrapped(kind: str, data: Any) -> dict[str, Any]:
    return {"schema_type": kind, "schema_version": "1.0.0", "data": data}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.chdir(tmp_path)
    run = Experiment(Workspace(root=tmp_path / "root"), "exp").start_logging(snapshot_directory=None)
    yield run
    run.complete()


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_comes_back_as_it_was(run: Run, kind: str) -> None:
    data = VALUES[kind]
    logged(run, kind, "a dict", wrapped(kind, data))
    logged(run, kind, "a text", json.dumps(wrapped(kind, data)))
    metrics = run.get_metrics()
    address = metrics["a dict"]
    assert address.startswith(f"aml://artifactId/ExperimentRun/dcid.{run.id}/a dict_")
    artifact = address.rpartition(run.id + "/")[2]
    assert artifact in run.get_file_names()
    run.download_file(artifact, "file.json")
    assert json.loads(Path("file.json").read_text()) == wrapped(kind, data)
    for populated in run.get_metrics(populate=True).values():
        assert (populated.schema_type, populated.schema_version, populated.data) == (kind, "1.0.0", data)


def test_arrays_are_taken(run: Run) -> None:
    matrix = np.array([[1, 2], [3, 4]], dtype=np.int64)
    run.log_confusion_matrix(
        "cm", wrapped("confusion_matrix", {"class_labels": np.array(["a", "b"]), "matrix": matrix})
    )
    assert run.get_metrics("cm", populate=True)["cm"].data == {"class_labels": ["a", "b"], "matrix": [[1, 2], [3, 4]]}


def test_several_of_a_name_are_a_list_in_order(run: Run) -> None:
    for count in range(5):
        run.log_residuals("r", wrapped("residuals", {"bin_edges": [0, 1], "bin_counts": [count]}))
    assert [each.data["bin_counts"] for each in run.get_metrics(populate=True)["r"]] == [[n] for n in range(5)]
    assert len(set(run.get_metrics()["r"])) == 5


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("confusion_matrix", "{not json", "Expecting property name"),
        ("confusion_matrix", "[1]", "no JSON object"),
        ("confusion_matrix", wrapped("residuals", {}), "schema_type is 'residuals'"),
        ("confusion_matrix", {"class_labels": ["a"], "matrix": [[1]]}, "no 'data'"),
        ("confusion_matrix", wrapped("confusion_matrix", {"class_labels": ["a"]}), "lacks 'matrix'"),
        ("confusion_matrix", wrapped("confusion_matrix", {"class_labels": ["a"], "matrix": [[1, 2]]}), "as many rows"),
        ("confusion_matrix", wrapped("confusion_matrix", {"class_labels": ["a"], "matrix": [["x"]]}), "no number"),
        ("residuals", wrapped("residuals", {"bin_edges": [0, 1], "bin_counts": [1, 2]}), "one edge more"),
        (
            "accuracy_table",
            wrapped("accuracy_table", {**VALUES["accuracy_table"], "percentile_tables": [[[1, 2, 3]]]}),
            "TP, FP, TN, FN",
        ),
    ],
)
def test_what_no_chart_can_be_drawn_of_is_refused(run: Run, kind: str, value: Any, said: str) -> None:
    with pytest.raises(UserErrorException, match=f"{kind} 'm': .*{said}"):
        logged(run, kind, "m", value)
    assert run.get_metrics() == {}
    assert run.get_file_names() == []


def test_a_name_used_for_two_kinds_is_said_once(run: Run) -> None:
    run.log_list("m", [1, 2])
    run.log_row("m", x=1)
    run.log_row("m", x=2)
    assert run.get_metrics() == {"m": [1, 2]}
    (warning,) = run.get_details()["warnings"]
    assert "logged as numbers first and then as a table" in warning["message"]


def test_images_in_one_millisecond_are_all_kept(run: Run, tmp_path: Path) -> None:
    image = tmp_path / "image.png"
    image.write_bytes(b"\x89PNG\r\n\x1a\n rest")
    for _ in range(20):
        run.log_image("../dots/image", path=str(image))
    assert len(run.get_file_names()) == 20
    assert all(name.startswith("dots/image_") for name in run.get_file_names())
