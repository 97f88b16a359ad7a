"""What is at the top of the list when the monitor is opened again, before the list has been read."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runs_tui.model.feed import Feed, start_feed
from runs_tui.model.first_page import FirstPage
from runs_tui.model.roster import Roster
from runs_tui.model.snapshot import Snapshot
from runs_tui.model.view import View
from runstore.layout.roots import cache_folder
from runstore.reading.catalog import list_rows
from runstore.writing.owner import RunOwner
from tests.tui.app_host import until
from tests.tui.stores import LONG_AGO, make_run

MANY = 30
USUAL = View()
YOUNG = 2.05
"""Seconds after which the stamp of a folder is trusted."""


@pytest.fixture(scope="module")
def old_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of which none was changed in the last seconds."""
    root = tmp_path_factory.mktemp("old") / "store"
    for number in range(MANY):
        make_run(root, f"experiment-{number % 3}", f"run-{number:02}", created=LONG_AGO + number * 60, steps=2)
    time.sleep(YOUNG)
    return root


def snapshot_of(root: Path, view: View = USUAL) -> Snapshot:
    """The list as it is when all has been read."""
    roster = Roster([str(root)])
    roster.update(str(root), {row.key: row for row in list_rows(str(root), cache=False)})
    return roster.snapshot(view)


def page_of(root: Path, view: View = USUAL) -> tuple[list[str], Snapshot] | None:
    """The names of the runs of the page, in the order of the list, and the snapshot they make."""
    page = FirstPage([str(root)]).read(view)
    if page is None:
        return None
    roster = Roster([str(root)])
    for each, rows in page.rows.items():
        roster.update(each, rows)
    snapshot = page.completed(roster.snapshot(view))
    return [row.name for row in snapshot.rows], snapshot


def keep(root: Path, view: View = USUAL) -> Snapshot:
    """Leave the monitor."""
    snapshot = snapshot_of(root, view)
    FirstPage([str(root)]).write(snapshot)
    return snapshot


def first_run(root: Path, name: str) -> str:
    """The folder of the run of this name."""
    return next(row.key for row in list_rows(str(root), cache=False) if row.name == name)


@pytest.mark.parametrize("view", [View(), View(sort="name", reverse=True), View(sort="last:loss", columns=("host",))])
def test_the_page_is_the_list_as_it_was(old_store: Path, view: View) -> None:
    left = keep(old_store, view)
    found = page_of(old_store, view)
    assert found is not None
    names, snapshot = found
    assert names == [row.name for row in left.rows]
    assert snapshot.rows == left.rows
    for what in ("total", "archived", "counts", "experiments", "metrics", "params", "unseen", "best"):
        assert getattr(snapshot, what) == getattr(left, what), what


def test_a_page_of_a_long_list_tells_of_all_runs(tmp_path: Path) -> None:
    for number in range(3):
        make_run(tmp_path, name=f"run-{number}", steps=3 - number, created=LONG_AGO - number)
    left = snapshot_of(tmp_path)
    FirstPage([str(tmp_path)]).write(left)
    assert left.best is not None
    shutil.rmtree(left.best.key)  # as if it were further down
    found = page_of(tmp_path)
    assert found is not None
    assert found[0] == ["run-1", "run-2"]
    assert (found[1].total, found[1].best) == (3, left.best)


def test_runs_that_changed_came_or_went_since(old_store: Path, tmp_path: Path) -> None:
    root = tmp_path / "store"
    shutil.copytree(old_store, root)
    time.sleep(YOUNG)
    keep(root)
    RunOwner(first_run(root, "run-07")).update(display_name="renamed")
    shutil.rmtree(first_run(root, "run-29"))
    make_run(root, "experiment-1", "just-begun", status="Running", created=time.time(), steps=1)
    make_run(root, "experiment-new", "queued-one", status="Queued", created=time.time(), steps=0)
    found = page_of(root)
    assert found is not None
    names = found[0]
    assert {"just-begun", "queued-one"} == set(names[:2])
    assert "renamed" in names
    assert not {"run-07", "run-29"} & set(names)
    assert len(names) == MANY + 1
    assert {row.state.word for row in found[1].rows if row.name == "just-begun"} == {"running"}


def test_what_lived_is_counted_only_if_it_lives_now(tmp_path: Path) -> None:
    make_run(tmp_path, "exp", "ended", created=LONG_AGO, steps=1)
    make_run(tmp_path, "exp", "alive", status="Running", created=time.time(), steps=1)
    left = keep(tmp_path)
    assert (left.counts["running"], left.experiments[0].live) == (1, 1)
    RunOwner(first_run(tmp_path, "alive")).finish("Completed")
    found = page_of(tmp_path)
    assert found is not None
    assert (found[1].counts.get("running", 0), found[1].experiments[0].live) == (0, 0)


def test_where_much_is_new_there_is_no_page(old_store: Path, tmp_path: Path) -> None:
    root = tmp_path / "store"
    shutil.copytree(old_store, root)  # each folder is another one
    FirstPage([str(root)]).write(snapshot_of(root))
    for number in range(25):
        make_run(root, name=f"new-{number}", steps=0)
    assert page_of(root) is None


@pytest.mark.parametrize(
    "view", [View(words="x"), View(group="state"), View(hidden=True), View(archived=True), View(sort="name")]
)
def test_a_page_is_for_its_view_only(old_store: Path, view: View) -> None:
    keep(old_store)
    assert page_of(old_store, view) is None
    assert page_of(old_store) is not None


@pytest.mark.parametrize(
    "damage", [lambda whole: b"", lambda whole: whole[:-9], lambda whole: b"[" + whole + b"]", lambda whole: b"{}"]
)
def test_a_damaged_page_is_none(old_store: Path, damage: Callable[[bytes], bytes]) -> None:
    keep(old_store)
    (path,) = Path(cache_folder()).glob("*/page.json")
    path.write_bytes(damage(path.read_bytes()))
    assert page_of(old_store) is None


def wait_for(feed: Feed, wanted: Callable[[Snapshot], bool]) -> Snapshot:
    """The first snapshot for which this holds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        snapshot = feed.take()
        if snapshot is not None and wanted(snapshot):
            return snapshot
        time.sleep(0.005)
    raise AssertionError("no such snapshot")


def test_the_feed_begins_with_the_page_and_goes_on_with_the_list(old_store: Path) -> None:
    feed = start_feed([str(old_store)])
    wait_for(feed, lambda snapshot: len(snapshot.rows) == MANY)
    feed.close()
    ghost = first_run(old_store, "run-11")
    aside = old_store.parent / "aside"
    feed = start_feed([str(old_store)])
    try:
        first = wait_for(feed, lambda snapshot: bool(snapshot.rows))
        assert (len(first.rows), first.total, first.loading) == (MANY, MANY, False)
        assert not feed._told  # nothing was listed yet
        os.rename(ghost, aside)  # between the page and the list
        feed.looked_at(first.rows[0].key)
        feed.shown()
        now = wait_for(feed, lambda snapshot: len(snapshot.rows) == MANY - 1)
        assert "run-11" not in {row.name for row in now.rows}
        assert now.total == MANY - 1
    finally:
        feed.close()
        os.rename(aside, ghost)


async def test_the_app_opens_on_the_page(old_store: Path) -> None:
    from runs_tui.app import RunsApp

    keep(old_store)
    feed = start_feed([str(old_store)])
    app = RunsApp(feed)
    try:
        async with app.run_test(size=(120, 35)) as pilot:
            await until(pilot, lambda: len(app._runs._snapshot.rows) == MANY)
            await pilot.press("j", "j")
            names = [row.name for row in app._runs._snapshot.rows]
            await until(pilot, lambda: len(feed._told) == 1)
            await pilot.pause(0.1)
            assert [row.name for row in app._runs._snapshot.rows] == names
            assert app._runs._table.current is app._runs._snapshot.rows[2]
    finally:
        feed.close()
