"""run.json, edits and records seen as one."""

from __future__ import annotations

import json
import time
from pathlib import Path

from runstore.layout.paths import RunPaths
from runstore.reading.run import RunReader
from runstore.writing.create import create_run
from runstore.writing.edit import write_edit
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter


def running(root: Path) -> tuple[str, RunOwner, RunWriter]:
    folder = create_run(str(root), "exp", status="Running", tags={"from": "start"})
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.update()
    return folder, owner, RunWriter(folder)


def test_edits_and_records_apply_in_order_of_time(tmp_path: Path) -> None:
    folder, owner, writer = running(tmp_path)
    reader = RunReader(folder)
    writer.record("tags", value={"who": "script", "only": "1"})
    write_edit(folder, {"kind": "tags", "value": {"who": "person"}, "remove": ["only"]})
    write_edit(folder, {"kind": "description", "value": "note"})
    writer.record("properties", value={"p": "1"})
    writer.record("properties", value={"p": "2"})
    writer.record("metric", name="loss", goal="min")
    assert reader.refresh()
    assert reader.manifest["tags"] == {"from": "start", "who": "person"}
    assert reader.manifest["description"] == "note"
    assert reader.manifest["properties"] == {"p": "1"}
    assert reader.manifest["metrics"]["loss"] == {"goal": "min"}
    writer.record("tags", value={"who": "script again"})
    assert reader.refresh()
    assert reader.manifest["tags"]["who"] == "script again"
    owner.finish("Completed")
    writer.close()


def test_what_was_removed_stays_removed_when_the_run_ends(tmp_path: Path) -> None:
    folder, owner, writer = running(tmp_path)
    writer.record("tags", value={"x": "1"})
    write_edit(folder, {"kind": "tags", "remove": ["x"]})
    reader = RunReader(folder)
    reader.refresh()
    assert "x" not in reader.manifest["tags"]
    writer.close()
    owner.finish("Completed")
    reader.refresh()
    assert reader.manifest["status"] == "Completed"
    assert reader.manifest["tags"] == {"from": "start"}
    write_edit(folder, {"kind": "tags", "value": {"later": "1"}})
    reader.refresh()
    assert reader.manifest["tags"] == {"from": "start", "later": "1"}


def test_what_an_earlier_attempt_recorded_is_folded_in_once(tmp_path: Path) -> None:
    folder, owner, writer = running(tmp_path)
    writer.record("tags", value={"x": "1"})
    writer.record("warning", value="once")
    write_edit(folder, {"kind": "tags", "remove": ["x"]})
    owner.finish("Completed")
    owner.begin_attempt()
    owner.update(status="Running")
    writer.record("tags", value={"y": "2"})
    owner.finish("Completed")
    reader = RunReader(folder)
    reader.refresh()
    assert reader.manifest["tags"] == {"from": "start", "y": "2"}
    assert reader.manifest["warnings"] == ["once"]
    writer.close()


def test_a_run_that_is_resumed_by_a_clock_behind_its_last_end_keeps_what_is_recorded(tmp_path: Path) -> None:
    folder, owner, writer = running(tmp_path)
    writer.record("tags", value={"x": "1", "y": "1"})
    write_edit(folder, {"kind": "tags", "remove": ["x"]})
    owner.finish("Completed")
    ahead = time.time() + 3600
    owner.manifest["attempts"][-1]["end"] = ahead  # by the clock of another machine
    owner.update(ended=ahead)
    resumed = RunOwner(folder)
    resumed.begin_attempt()
    resumed.update(status="Running")
    again = RunWriter(folder)
    again.record("tags", value={"y": "2"})
    writer.record("tags", value={"late": "1"})  # one of the first attempt that has not noticed
    expected = {"from": "start", "y": "2", "late": "1"}
    for end in (None, "Completed", "Failed"):
        if end:
            resumed.finish(end)
        reader = RunReader(folder)
        reader.refresh()
        assert reader.manifest["tags"] == expected
    assert json.loads(Path(folder, "run.json").read_bytes())["tags"] == expected
    writer.close()
    again.close()


def test_of_a_run_that_ended_before_it_was_noted_what_is_folded_in_the_time_tells(tmp_path: Path) -> None:
    folder, owner, writer = running(tmp_path)
    writer.record("tags", value={"x": "1"})
    write_edit(folder, {"kind": "tags", "remove": ["x"]})
    owner.finish("Completed")
    owner.manifest.pop("folded_records")
    owner.update()
    writer.record("tags", value={"late": "1"})
    reader = RunReader(folder)
    reader.refresh()
    assert reader.manifest["tags"] == {"from": "start", "late": "1"}
    writer.close()


def test_an_edit_that_is_folded_in_and_cannot_be_removed_says_nothing_more(tmp_path: Path) -> None:
    folder, owner, writer = running(tmp_path)
    write_edit(folder, {"kind": "tags", "value": {"x": "1"}}, {"kind": "warning", "value": "once"})
    (edit,) = Path(folder).glob("edit-*.json")
    content = edit.read_bytes()
    writer.record("tags", value={"x": "2"})
    owner.finish("Completed")
    edit.write_bytes(content)  # as if it had stayed: another's, in a folder that a group shares
    owner.update(folded=[edit.name])
    reader = RunReader(folder)
    for _ in range(2):
        reader.refresh()
        assert reader.manifest["tags"] == {"from": "start", "x": "2"}
        assert reader.manifest["warnings"] == ["once"]
        owner.begin_attempt()
        owner.finish("Completed")
    assert not edit.exists()
    assert "folded" not in json.loads(Path(folder, "run.json").read_bytes())
    writer.close()


def test_a_list_shows_what_was_recorded_in_a_run_whose_end_another_recorded(tmp_path: Path) -> None:
    folder, _, writer = running(tmp_path)
    writer.record("params", value={"lr": 0.1})
    write_edit(folder, {"kind": "end", "value": "Failed", "error": None, "time": time.time()})
    reader = RunReader(folder)
    reader.refresh_facts()
    assert reader.manifest["status"] == "Failed"
    assert reader.manifest["params"] == {"lr": 0.1}
    writer.close()


def test_a_manifest_is_new_after_each_change(tmp_path: Path) -> None:
    folder, owner, writer = running(tmp_path)
    reader = RunReader(folder)
    reader.refresh()
    before = reader.manifest
    assert not reader.refresh()
    assert reader.manifest is before
    writer.record("params", value={"a": float("nan"), "b": 2})
    assert reader.refresh()
    assert before["params"] == {}
    assert reader.manifest["params"]["a"] != reader.manifest["params"]["a"]
    writer.log("loss", 1.0)
    same = reader.manifest
    assert reader.refresh()
    assert reader.manifest is same
    writer.close()
    owner.finish("Completed")


def test_a_value_may_be_named_as_numbers_are_that_json_has_not(tmp_path: Path) -> None:
    """``{"float": "NaN"}`` stands for one; other things of that name are what they are."""
    folder, owner, writer = running(tmp_path)
    value = {"dtype": {"float": ["16", "32"]}, "more": {"float": {}}, "number": {"float": "NaN"}}
    writer.record("params", value=value)
    writer.close()
    for _ in ("in records", "in run.json"):
        reader = RunReader(folder)
        reader.refresh()
        params = reader.manifest["params"]
        assert (params["dtype"], params["more"]) == (value["dtype"], value["more"])
        assert params["number"] != params["number"]
        owner.finish("Completed")
    assert reader.manifest["status"] == "Completed"


def test_a_newer_format_is_shown_and_said(tmp_path: Path) -> None:
    folder, owner, writer = running(tmp_path)
    owner.finish("Completed")
    writer.close()
    path = Path(RunPaths(folder).manifest)
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "v": 7, "unheard_of": [1]}))
    reader = RunReader(folder)
    reader.refresh()
    assert reader.manifest["status"] == "Completed"
    assert "newer version" in reader.warnings[0]


def test_last_activity_is_the_newest_of_point_record_and_output(tmp_path: Path) -> None:
    folder, _owner, writer = running(tmp_path)
    reader = RunReader(folder)
    reader.refresh()
    assert reader.last_activity == 0
    before = time.time()
    writer.log("loss", 1.0)
    reader.refresh()
    assert before <= reader.last_activity <= time.time()
    console = Path(RunPaths(folder).console, "0-aa.out")
    console.write_text("hello\n")
    reader.refresh()
    assert reader.last_activity == console.stat().st_mtime
    writer.close()
