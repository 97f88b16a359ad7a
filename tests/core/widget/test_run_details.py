"""`RunDetails` in a real kernel, and as text."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from runstore import Experiment, Run, Workspace
from runstore.reading.catalog import list_rows
from runstore.widget import page
from runstore.widget.contents import contents_of, duration
from runstore.widget.run_details import RunDetails
from tests.tui.stores import dead_run

CELLS = (
    """
import time
from runstore import Experiment, Workspace
from runstore.widget.run_details import RunDetails
run = Experiment(Workspace(root="store"), "widget").start_logging(snapshot_directory=None, outputs=False)
run.log("loss", 1.0, step=0)
details = RunDetails(run)
details.show()
""",
    """
for step in range(1, 30):
    run.log("loss", 1 / (step + 1), step=step)
time.sleep(1.5)
run.log("accuracy", 0.875)
run.complete()
details._thread.join(20)
""",
)


def test_it_follows_a_run_in_a_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    client = NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    head, figures, log = (output["data"]["text/html"] for output in notebook.cells[0]["outputs"])
    assert "completed" in head
    assert "0.875" in head
    assert "<polyline" in figures
    assert ">29<" in figures  # the last step: drawn again after the cell had ended
    assert "no output" in log


def hostile(tmp_path: Path) -> Run:
    """A run whose names are markup and control characters."""
    run = Experiment(Workspace(root=tmp_path / "store"), "hostile").start_logging(
        snapshot_directory=None, outputs=False, display_name="<img src=x onerror=alert(1)>\x1b[31m"
    )
    run.log("<script>alert(1)</script>", 1.5)
    run.log_table("table\x1b]0;x\x07", {"<td>": ["<b>1</b>", "2"], "y": [1, 2]})
    run.tag("<i>", "</table>")
    return run


def test_nothing_that_a_run_wrote_is_markup(tmp_path: Path) -> None:
    run = hostile(tmp_path)
    contents = contents_of(run)
    shown = page.head(contents) + page.figures(contents) + page.log(contents)
    run.fail(ValueError("</pre><script>"))
    shown += page.head(contents_of(run))
    assert "&lt;img" in shown
    assert "&lt;td&gt;" in shown
    for hostile_text in ("<script", "<img", "<i>", "<b>1", "\x1b", "\x07"):
        assert hostile_text not in shown


def test_evaluations_are_drawn(tmp_path: Path) -> None:
    run = Experiment(Workspace(root=tmp_path / "store"), "kinds").start_logging(snapshot_directory=None, outputs=False)
    run.log_confusion_matrix("matrix", {"data": {"class_labels": ["cat", "<dog>"], "matrix": [[7, 3], [0, 12]]}})
    run.log_residuals("left over", {"data": {"bin_edges": [0, 1, 2, 3], "bin_counts": [4, 9, 1]}})
    run.log_predictions(
        "predicted",
        {"data": {"bin_edges": [0, 1, 2], "bin_averages": [0.4, 1.6], "bin_errors": [0.1, 0.2], "bin_counts": [3, 4]}},
    )
    table = [[9, 5, 1, 0], [8, 2, 4, 1], [0, 0, 6, 9]]
    run.log_accuracy_table(
        "accuracy",
        {
            "data": {
                "class_labels": ["cat"],
                **{key + "_tables": [table] for key in ("probability", "percentile")},
                **{key + "_thresholds": [0.0, 0.5, 1.0] for key in ("probability", "percentile")},
            }
        },
    )
    shown = page.figures(contents_of(run))
    run.complete()
    assert "&lt;dog&gt;" in shown
    assert ">12<" in shown
    assert shown.count("<polyline") == 3
    assert "accuracy · ROC of cat" in shown


def test_elsewhere_it_is_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = hostile(tmp_path)
    RunDetails(run).show()
    shown = capsys.readouterr().out
    run.complete()
    assert "hostile / <img" in shown
    assert "\x1b" not in shown
    assert f"watch it: runs-tui {tmp_path / 'store'}" in shown


def test_the_clock_of_a_dead_run_stands_still(tmp_path: Path) -> None:
    experiment = Experiment(Workspace(root=tmp_path / "store"), "dead")
    parent = experiment.start_logging(snapshot_directory=None, outputs=False)
    folder = Path(dead_run(tmp_path / "store", "dead"))
    manifest = json.loads((folder / "run.json").read_text())
    day_ago = manifest["started"] - 86400
    (folder / "run.json").write_text(
        json.dumps({**manifest, "started": day_ago, "created": day_ago, "parent": parent.id})
    )
    (run,) = parent.get_children()
    contents, (child,) = contents_of(run), contents_of(parent)["children"]
    parent.complete()
    (row,) = (row for row in list_rows(str(tmp_path / "store"), cache=False) if row.id == run.id)
    assert (contents["word"], row.duration) == ("dead", 0.0)
    assert contents["properties"]["Duration"] == child["Duration"] == duration(0.0)


def test_it_shows_runs_only() -> None:
    with pytest.raises(TypeError, match="shows a Run, not str"):
        RunDetails("run")  # type: ignore[arg-type]


def test_numbers_beyond_floats_are_left_out_of_the_charts(tmp_path: Path) -> None:
    run = Experiment(Workspace(root=tmp_path / "store"), "big").start_logging(snapshot_directory=None, outputs=False)
    run.log_list("huge", [10**400, 1])
    run.log_list("fine", [1, 2.5])
    run.complete()
    contents = contents_of(run)
    assert [name for name, _, _ in contents["charts"]] == ["fine"]
    assert "fine" in page.figures(contents)


def test_many_evaluations_do_not_swamp_the_page(tmp_path: Path) -> None:
    run = Experiment(Workspace(root=tmp_path / "store"), "many").start_logging(snapshot_directory=None, outputs=False)
    data = {"class_labels": ["a", "b"], "matrix": [[1, 0], [0, 1]]}
    for number in range(20):
        value = {"schema_type": "confusion_matrix", "schema_version": "1.0.0", "data": data}
        run.log_confusion_matrix(f"matrix {number}", value)
    run.complete()
    drawn = page.figures(contents_of(run))
    assert drawn.count("true \\ predicted") == 6
    assert "matrix 19" in drawn
