"""Folders that go away, or move, while a training writes to them: it goes on, and what was deleted stays deleted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from runstore.reading.run import RunReader
from tests.faults.scale import times
from tests.faults.training import Training, both, folder, row

LOGGED = """
def log(first, last):
    for step in range(first, last):
        run.log("a", step)
        run.log_list("b", [step])
def look():
    if run.__class__ is not Nothing:
        run._writer._heartbeat.beat()
def gone(name):
    import glob, pathlib, shutil
    for place in map(pathlib.Path, glob.glob(os.path.join(os.environ["GONE"], name))):
        shutil.rmtree(place) if place.is_dir() else place.unlink()
"""
WHOLE = {"the run": "exp/*", "the experiment": "exp", "the store": ""}
PARTS = {"points": ("exp/*/points", 10), "records": ("exp/*/records", 10), "schemas": ("exp/*/points/*.jsonl", 0)}


@pytest.mark.parametrize("what", [*WHOLE][: times(3, 1)])
def test_what_is_deleted_as_a_whole_does_not_come_back(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    monkeypatch.setenv("GONE", str(store))
    script = LOGGED + f"log(0, 10); gone({WHOLE[what]!r}); log(10, 2000); run.tag('k', 'v'); print('done'); sys.exit(3)"
    without, with_us = both(script, tmp_path, store)
    assert with_us.seen == without.seen
    assert not list(store.glob("exp/*/points"))
    assert not list(store.glob("exp/.new-*"))


@pytest.mark.parametrize("what", [*PARTS][: times(3, 1)])
def test_files_that_are_deleted_from_a_run_are_counted_and_begun_anew(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are looked at with each heartbeat: what was written until then is lost with them."""
    store = tmp_path / "store"
    monkeypatch.setenv("GONE", str(store))
    name, lost = PARTS[what]
    script = LOGGED + f"log(0, 10); gone({name!r}); look(); log(10, 40); print('done')"
    without, with_us = both(script, tmp_path, store)
    assert with_us.seen == without.seen
    reader = RunReader(str(folder(store)))
    reader.refresh()
    kept = reader.series("a").values.tolist()
    assert kept[-30:] == list(range(10, 40))
    assert [record["value"] for record in reader.records("list")][-30:] == [[step] for step in range(10, 40)]
    assert any(f"{lost} records could not be written and are lost" in text for text in row(store).warnings) == bool(
        lost
    )


def test_at_the_end_of_a_short_training_they_are_looked_at_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "store"
    monkeypatch.setenv("GONE", str(store))
    assert Training(LOGGED + "log(0, 10); gone('exp/*/points')", tmp_path / "with", store).ended().code == 0
    assert "10 records could not be written and are lost" in row(store).warnings


def test_a_store_that_is_moved_away_and_back_has_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "store"
    monkeypatch.setenv("GONE", str(store))
    script = (
        LOGGED
        + """
log(0, 10)
if run.__class__ is not Nothing:
    os.rename(os.environ["GONE"], os.environ["GONE"] + "-away")
log(10, 20); run.log("new name", 1); run.tag("k", "v")
if run.__class__ is not Nothing:
    os.rename(os.environ["GONE"] + "-away", os.environ["GONE"])
print("done")
"""
    )
    without, with_us = both(script, tmp_path, store)
    assert with_us.seen == without.seen
    reader = RunReader(str(folder(store)))
    reader.refresh()
    assert reader.series("a").values.tolist() == list(range(20))
    assert reader.series("new name").values.tolist() == [1]
    assert reader.manifest["tags"] == {"k": "v"}
    assert not [text for text in row(store).warnings if "lost" in text]


def test_the_folder_that_it_works_in_is_removed(tmp_path: Path) -> None:
    script = """
    import shutil
    with run:
        run.log("a", 1)
        shutil.rmtree(os.getcwd())
        print("done")
    """
    store = tmp_path / "store"
    without, with_us = both(script, tmp_path, store, lambda: shutil.rmtree(tmp_path / "with", ignore_errors=True))
    assert with_us.seen == without.seen
    assert row(store).state.word == "completed"
