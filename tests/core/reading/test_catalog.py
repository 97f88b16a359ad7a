"""The list of runs: complete, up to date, the same with and without the index."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from runstore.layout.paths import RunPaths
from runstore.reading.catalog import Catalog, list_rows
from runstore.reading.entry import Entry
from runstore.reading.index import index_path
from runstore.reading.row import RunRow
from runstore.reading.summary import summary_of
from runstore.records.identity import identity_of
from runstore.writing.create import create_run
from runstore.writing.edit import write_edit
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter


def make(root: Path, name: str, final: str | None = "Completed", summary: bool = True, **fields: object) -> str:
    """A run with two metrics. ``final`` None: it is recorded as running, but its process is gone."""
    folder = create_run(str(root), "exp", display_name=name, status="Running", started=time.time(), **fields)
    owner = RunOwner(folder)
    owner.begin_attempt()
    writer = RunWriter(folder)
    for step in range(5):
        writer.log_metrics({"loss": 1 / (step + 1), "n": step, "odd": float("nan")}, step)
    writer.record("params", value={"lr": 0.1, "name": name, "inf": float("inf")})
    writer.close()
    Path(RunPaths(folder).console, writer.name or "0-aa.out").with_suffix(".out").write_text("first\nlast line\n")
    if final is None:
        gone = subprocess.Popen([sys.executable, "-c", "pass"])
        owner.manifest["attempts"][-1]["owner"] = identity_of(gone.pid)
        gone.wait()
        owner.update()
        for schema in Path(folder, "points").glob("*.schema.jsonl"):  # the writer was that process
            header, *rest = schema.read_bytes().splitlines()
            header = json.dumps({**json.loads(header), **owner.manifest["attempts"][-1]["owner"]}).encode()
            schema.write_bytes(b"\n".join([header, *rest, b""]))
    else:
        exit_record = {"code": 1, "signal": None, "error": None} if final == "Failed" else None
        owner.finish(final, exit_record, summary_of(folder) if summary else None)
    return folder


@pytest.fixture(params=[False, True], ids=["local", "network"])
def trusted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stamps of folders are trusted at once, not after 2 s: nothing is written within one tick of the clock here.

    As on a disk, and as on a network mount, where many folders are looked at together.
    """
    monkeypatch.setattr("runstore.reading.entry.YOUNG_NS", 0)
    monkeypatch.setattr("runstore.reading.entry.YOUNG_NETWORK_NS", 0)
    monkeypatch.setattr("runstore.reading.catalog.is_network", lambda path: request.param)


def plain(rows: list[RunRow]) -> list[str]:
    """Rows that can be compared, NaN too."""
    return sorted(repr({**msgspec.structs.asdict(row), "metrics": dict(row.metrics)}) for row in rows)


def read_all(root: Path, cache: bool = True) -> list[RunRow]:
    return list_rows(str(root), cache)


@pytest.mark.usefixtures("trusted")
def test_rows_are_the_same_with_and_without_the_index(tmp_path: Path) -> None:
    make(tmp_path, "ended")
    make(tmp_path, "plain", summary=False)
    make(tmp_path, "failed", "Failed")
    make(tmp_path, "gone", None)
    cold = read_all(tmp_path)
    assert os.path.exists(index_path(str(tmp_path)))
    from_index = Catalog(str(tmp_path))
    assert plain(from_index.rows()) == plain(cold)
    assert not from_index.refresh()
    assert not from_index.unread
    assert plain(from_index.rows()) == plain(cold)
    states = {row.name: row.state.text for row in cold}
    assert states == {"ended": "completed", "plain": "completed", "failed": "failed exit 1", "gone": "dead"}
    gone = next(row for row in cold if row.name == "gone")
    assert gone.metrics["loss"].n == 5
    assert gone.metrics["n"].last == 4
    assert gone.metrics["n"].sparkline == pytest.approx((0, 1, 2, 3, 4), abs=0.01)
    assert gone.step == 4
    assert gone.last_line == "last line"
    assert gone.params["inf"] == float("inf")


@pytest.mark.usefixtures("trusted")
def test_what_changes_is_read_again(tmp_path: Path) -> None:
    keys = [make(tmp_path, name, final) for name, final in (("a", "Completed"), ("b", "Completed"), ("c", None))]
    read_all(tmp_path)
    write_edit(keys[0], {"kind": "tags", "value": {"x": "1"}})
    shutil.rmtree(keys[1])
    new = make(tmp_path, "d")
    with open(next(Path(keys[2], "points").glob("*.rows")), "ab") as file:  # a dead run that grew while nobody looked
        file.write(next(Path(keys[2], "points").glob("*.rows")).read_bytes())
    catalog = Catalog(str(tmp_path))
    changed = catalog.refresh() | catalog.read_more()
    assert changed >= {keys[0], keys[1], new, keys[2], ""}
    rows = {row.key: row for row in catalog.rows()}
    assert rows.keys() == {keys[0], keys[2], new}
    assert rows[keys[0]].tags == {"x": "1"}
    assert rows[keys[2]].metrics["loss"].n == 10
    assert not catalog.refresh() & {keys[0]}


def test_runs_that_have_ended_are_looked_at_when_asked(tmp_path: Path) -> None:
    keys = [make(tmp_path, name) for name in ("a", "b")]
    catalog = Catalog(str(tmp_path))
    catalog.refresh()
    catalog.read_more()
    catalog.rows()
    write_edit(keys[0], {"kind": "tags", "value": {"x": "1"}})
    assert catalog.look([keys[0]]) == {keys[0]}
    assert {row.key: row.tags for row in catalog.rows()} == {keys[0]: {"x": "1"}, keys[1]: {}}
    shutil.rmtree(keys[1])
    assert catalog.look([*keys, str(tmp_path / "nowhere")]) >= {keys[1], ""}
    assert [row.key for row in catalog.rows()] == [keys[0]]


def test_a_live_run_is_followed_to_its_end(tmp_path: Path) -> None:
    folder = create_run(str(tmp_path), "exp", status="Running", started=time.time(), params={"max_steps": 10})
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.update()
    writer = RunWriter(folder)
    catalog = Catalog(str(tmp_path))
    catalog.refresh()
    catalog.read_more()
    assert catalog.live() == [folder]
    writer.log("loss", 1.0, 0)
    writer.log("loss", 0.5, 4)
    assert catalog.refresh([folder]) == {folder}
    assert catalog.refresh([folder]) == set()
    row = catalog.rows()[0]
    assert (row.state.word, row.step, row.progress, row.total) == ("running", 4, 0.4, 10)
    assert row.eta is not None
    assert row.metrics["loss"].last == 0.5
    writer.log("loss", 0.1, 9)
    writer.close()
    owner.finish("Completed")
    assert catalog.refresh([folder]) == {folder}
    row = catalog.rows()[0]
    assert (row.state.word, row.metrics["loss"].n, row.eta) == ("completed", 3, None)
    assert catalog.live() == []


@pytest.mark.usefixtures("trusted")
def test_a_run_that_was_asked_to_end_is_followed_until_it_has(tmp_path: Path) -> None:
    folder = create_run(str(tmp_path), "exp", status="Running", started=time.time())
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.update(status="CancelRequested")
    writer = RunWriter(folder)
    writer.log("loss", 1.0, 0)
    catalog = Catalog(str(tmp_path))
    catalog.refresh()
    catalog.read_more()
    assert [row.state.text for row in catalog.rows()] == ["cancel requested"]
    writer.log("loss", 0.5, 1)
    catalog.refresh([folder])
    assert [row.metrics["loss"].n for row in catalog.rows()] == [2]
    writer.close()
    owner.finish("Canceled")
    catalog.refresh([folder])
    assert [row.state.text for row in catalog.rows()] == ["canceled"]


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"v":1,"id":5}', None])
def test_a_broken_run_is_listed_with_its_reason(tmp_path: Path, content: bytes | None) -> None:
    good = make(tmp_path, "good")
    broken = Path(make(tmp_path, "broken"))
    if content is None:
        (broken / "run.json").unlink()
    else:
        (broken / "run.json").write_bytes(content)
    rows = {row.key: row for row in read_all(tmp_path)}
    assert rows.keys() == {good, str(broken)}
    if content in (b"{}", b'{"v":1,"id":5}'):  # a record of little, but a record
        assert rows[str(broken)].id == broken.name
    else:
        assert rows[str(broken)].state.text == "unreadable"
        assert "run.json" in rows[str(broken)].problem


def test_folders_that_are_no_runs_are_left_out_until_they_are(tmp_path: Path) -> None:
    make(tmp_path, "a")
    (tmp_path / "exp" / "notes").mkdir()
    (tmp_path / "exp" / "readme.txt").write_text("x")
    (tmp_path / "exp" / "link").symlink_to("/")
    (tmp_path / "file").write_text("x")
    catalog = Catalog(str(tmp_path))
    catalog.refresh()
    assert [row.name for row in catalog.rows()] == ["a"]
    source = make(tmp_path / "other", "copied")
    shutil.copytree(source, tmp_path / "exp" / "notes", dirs_exist_ok=True)
    assert str(tmp_path / "exp" / "notes") in catalog.refresh([""])
    assert {row.name for row in catalog.rows()} == {"a", "copied"}


def test_a_parent_shows_that_children_failed(tmp_path: Path) -> None:
    parent = make(tmp_path, "parent")
    identity = json.loads(Path(parent, "run.json").read_text())["id"]
    make(tmp_path, "child", "Failed", parent=identity)
    make(tmp_path, "other", parent=identity)
    rows = {row.name: row for row in read_all(tmp_path)}
    assert (rows["parent"].children, rows["parent"].children_failed) == (2, 1)
    assert rows["child"].children == 0


def test_all_runs_below_count_and_archived_ones_do_not(tmp_path: Path) -> None:
    make(tmp_path, "top", run_id="top")
    make(tmp_path, "middle", run_id="middle", parent="top")
    make(tmp_path, "bottom", "Failed", run_id="bottom", parent="middle")
    make(tmp_path, "gone", "Failed", run_id="gone", parent="top", archived=True)
    make(tmp_path, "round", run_id="round", parent="round")
    make(tmp_path, "orphan", run_id="orphan", parent="no such run")
    catalog = Catalog(str(tmp_path))
    catalog.refresh()
    counts = {row.id: (row.children, row.children_failed) for row in catalog.rows()}
    assert counts == {
        "top": (2, 1), "middle": (1, 1), "bottom": (0, 0), "gone": (0, 0), "round": (0, 0), "orphan": (0, 0),
    }  # fmt: skip
    assert all(one is other for one, other in zip(catalog.rows(), catalog.rows(), strict=True)), "nothing has changed"
    shutil.rmtree(tmp_path / "exp" / "bottom")
    shutil.rmtree(tmp_path / "exp" / "middle")
    catalog.refresh()
    assert {row.id: row.children for row in catalog.rows()}["top"] == 0


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("changed", [False, True])
@pytest.mark.parametrize("damage", ["cut", "garbage", "rows", "text", "place", "deep", "folder"])
def test_a_damaged_index_is_no_loss(tmp_path: Path, damage: str, changed: bool) -> None:
    folder = make(tmp_path, "a")
    make(tmp_path, "b", None)
    rows = plain(read_all(tmp_path))
    path = Path(index_path(str(tmp_path)))
    content = path.read_bytes()
    if damage == "cut":
        path.write_bytes(content[: len(content) * 2 // 3])
    elif damage == "garbage":
        path.write_bytes(content.replace(b'"', b"'"))
    elif damage == "rows":
        head, *lines = content.splitlines()
        broken = [json.dumps([*json.loads(line)[:-1], {"id": 5}]).encode() for line in lines]
        path.write_bytes(b"\n".join([head, *broken, b""]))
    elif damage == "text":
        path.write_bytes(content.replace(b'"completed"', b'"\xff"'))
    elif damage == "place":
        path.write_bytes(content.replace(b'["exp/', b'["\xff/'))
    elif damage == "deep":
        path.write_bytes(content.replace(b'"attempts":1', b'"exit":{"x":' + b"[" * 100_000))
    else:
        path.unlink()
        path.mkdir()
    if changed:
        write_edit(folder, {"kind": "tags", "value": {"x": "1"}})
        rows = plain(read_all(tmp_path, cache=False))
        assert plain(read_all(tmp_path)) == rows
        return
    catalog = Catalog(str(tmp_path))
    catalog.rows()
    catalog.refresh()
    catalog.read_more()
    assert plain(catalog.rows()) == rows
    catalog.save()


def test_what_is_left_of_an_index_that_was_never_finished_goes(tmp_path: Path) -> None:
    make(tmp_path, "a")
    read_all(tmp_path)
    left, young = (Path(f"{index_path(str(tmp_path))}.{number}") for number in (1, 2))
    for each in (left, young):
        each.write_text("half")
    os.utime(left, (1e9, 1e9))
    make(tmp_path, "b")
    read_all(tmp_path)
    assert not left.exists()
    assert young.exists(), "somebody may be at it"


def test_a_run_of_which_nobody_can_tell_is_not_taken_for_gone(tmp_path: Path) -> None:
    """As while a mount breaks between two looks at a run."""
    root = tmp_path / "root"
    root.symlink_to(tmp_path / "store")
    key = make(tmp_path / "store", "a")
    folder = str(root / Path(key).relative_to(tmp_path / "store"))
    entry = Entry(folder, str(root))
    assert entry.read(False)
    row = entry.row
    root.unlink()
    root.symlink_to(root)  # it is there, and leads nowhere
    assert entry.read(False) is None
    assert entry.row is row
    root.unlink()
    assert entry.read(False) is False


def test_what_cannot_be_left_out_of_the_way_keeps_no_index_from_being_written(tmp_path: Path) -> None:
    make(tmp_path, "a")
    left = Path(f"{index_path(str(tmp_path))}.1")
    left.mkdir(parents=True)
    os.utime(left, (1e9, 1e9))
    read_all(tmp_path)
    assert os.path.exists(index_path(str(tmp_path)))


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("summary", [True, False])
def test_a_run_whose_data_nobody_can_read_now_is_read_later(tmp_path: Path, summary: bool) -> None:
    """As where a mount breaks between the list and the run that is looked at."""
    key = make(tmp_path, "a", summary=summary)
    whole, catalog = Catalog(str(tmp_path)), Catalog(str(tmp_path))
    whole.refresh()
    whole.read_more([key])
    catalog.refresh()
    experiment, aside = Path(key).parent, tmp_path / ".aside"
    experiment.rename(aside)
    experiment.symlink_to(experiment)  # it is there, and leads nowhere
    catalog.read_more([key])
    row = catalog.row(key)
    assert row is not None
    assert row.problem == ""
    experiment.unlink()
    aside.rename(experiment)
    catalog.refresh()
    catalog.read_more([key])
    assert plain(catalog.rows()) == plain(whole.rows())


def test_a_root_that_does_not_exist_yet(tmp_path: Path) -> None:
    catalog = Catalog(str(tmp_path / "later"))
    assert catalog.refresh() == set()
    assert catalog.rows() == []
    key = make(tmp_path / "later", "a")
    assert key in catalog.refresh([""])
