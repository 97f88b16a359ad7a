"""The list of runs as the worker makes it: order, filter, counts, what asks for attention, columns."""

from __future__ import annotations

import json
import math
import os
import threading
import time
from pathlib import Path

import pytest

from runs_tui.model import arrangement
from runs_tui.model.choices import Choices
from runs_tui.model.columns import pick_metrics, pick_params
from runs_tui.model.feed import Feed, start_feed
from runs_tui.model.roster import Roster
from runs_tui.model.seen import Seen
from runs_tui.model.snapshot import Snapshot
from runs_tui.model.view import SORTS, View
from runs_tui.model.views import Views
from runstore.query import QueryError, parse
from runstore.reading.catalog import list_rows
from runstore.sources.native import NativeSource
from tests.tui.stores import LONG_AGO, dead_run, log, make_run, some_runs


def roster_of(root: Path) -> Roster:
    roster = Roster([str(root)])
    roster.update(str(root), {row.key: row for row in list_rows(str(root))})
    return roster


def names(snapshot: Snapshot) -> list[str]:
    return [row.name for row in snapshot.rows]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    some_runs(tmp_path)
    return tmp_path


@pytest.mark.feature("runs", 108, "what failed or stalled and was not looked at comes first, then what runs", "")
def test_what_asks_for_attention_comes_first_then_what_runs(store: Path) -> None:
    make_run(store, name="fresh-failure", status="Failed", created=time.time() - 60, took=5)
    make_run(store, name="live-1", status="Running", created=LONG_AGO)
    dead_run(store)
    snapshot = roster_of(store).snapshot(View())
    assert names(snapshot) == [
        "lost-owl-3", "fresh-failure", "live-1", "queued-1", "calm-owl-11", "brave-fox-12", "lr-3e-2", "seed-2",
        "sweep-0.40",
    ]  # fmt: skip
    assert {row.name for row in snapshot.rows if row.key in snapshot.unseen} == {"lost-owl-3", "fresh-failure"}


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("newest", ["queued-1", "calm-owl-11"]),
        ("name", ["brave-fox-12", "calm-owl-11"]),
        ("state", ["lr-3e-2", "seed-2"]),
        ("metric", ["calm-owl-11", "brave-fox-12"]),
    ],
)
def test_orders(store: Path, sort: str, first: list[str]) -> None:
    roster = roster_of(store)
    assert names(roster.snapshot(View(sort=sort)))[:2] == first
    reverse = names(roster.snapshot(View(sort=sort, reverse=True)))
    assert len(reverse) == 6
    assert reverse != names(roster.snapshot(View(sort=sort)))


def test_runs_without_a_value_come_last(store: Path) -> None:
    roster = roster_of(store)
    for sort in ("metric", "step", "duration"):
        assert sort in SORTS
        for reverse in (False, True):
            shown = names(roster.snapshot(View(sort=sort, reverse=reverse)))
            assert "queued-1" in shown[-2:]


def test_words_and_experiment_choose_runs(store: Path) -> None:
    roster = roster_of(store)
    assert names(roster.snapshot(View(words="fox"))) == ["brave-fox-12"]
    assert names(roster.snapshot(View(words="resnet -fox failed"))) == ["lr-3e-2"]
    assert names(roster.snapshot(View(words="kind=sweep"))) == ["lr-3e-2"]
    assert names(roster.snapshot(View(experiment="ridge-alpha"))) == ["sweep-0.40"]
    assert roster.snapshot(View(experiment="ridge-alpha")).metrics == ("mse",)
    assert roster.snapshot(View(words="nothing like it")).rows == ()


def test_counts(store: Path) -> None:
    snapshot = roster_of(store).snapshot(View(words="fox"))
    assert snapshot.total == 6
    assert snapshot.counts["completed"] == 3
    assert {each.name: each.runs for each in snapshot.experiments} == {
        "resnet-lr": 3, "bert-small": 2, "ridge-alpha": 1,
    }  # fmt: skip


def test_archived_runs_are_left_out(store: Path) -> None:
    make_run(store, name="put-away", archived=True)
    assert "put-away" not in names(roster_of(store).snapshot(View()))


def test_seen_is_kept_between_sessions(store: Path) -> None:
    folder = make_run(store, name="fresh-failure", status="Failed", created=time.time() - 60, took=5)
    roster = roster_of(store)
    assert folder in roster.snapshot(View()).unseen
    roster.looked_at(folder)
    assert folder not in roster.snapshot(View()).unseen
    assert folder not in roster_of(store).snapshot(View()).unseen


def test_two_monitors_keep_what_was_seen_in_either(store: Path) -> None:
    folders = [make_run(store, name=name, status="Failed", created=time.time() - 60, took=5) for name in ("a", "b")]
    for roster, folder in zip([roster_of(store), roster_of(store)], folders, strict=True):
        roster.looked_at(folder)
    assert not set(folders) & roster_of(store).snapshot(View()).unseen


def test_another_state_asks_again(store: Path) -> None:
    folder = dead_run(store)
    row = next(row for row in list_rows(str(store)) if row.key == folder)
    seen = Seen(str(store))
    assert seen.asks(row)
    assert seen.open(row)
    assert not seen.asks(row)
    failed = make_run(store, name="other", status="Failed", created=time.time() - 60, took=5)
    assert seen.asks(next(row for row in list_rows(str(store)) if row.key == failed))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"since": "x", "seen": 3}', '{"since": 1}'])
def test_a_damaged_seen_file_only_forgets(store: Path, home: str, content: str) -> None:
    Seen(str(store))
    (path,) = (Path(home) / ".local/state/runs-tui/seen").iterdir()
    path.write_text(content)
    Seen(str(store))
    assert json.loads(path.read_text())["v"] == 1


def test_a_state_folder_that_cannot_be_written_does_no_harm(store: Path, home: str) -> None:
    Path(home, ".local/state/runs-tui").mkdir(parents=True, exist_ok=True)
    Path(home, ".local/state/runs-tui/seen").write_text("a file where a folder should be")
    folder = dead_run(store)
    roster = roster_of(store)
    roster.looked_at(folder)
    assert folder not in roster.snapshot(View()).unseen


@pytest.mark.feature("runs", 109, "columns of the metrics and parameters that tell most, without choosing", "")
def test_columns_are_chosen_for_the_runs_shown(tmp_path: Path) -> None:
    for lr in (1e-3, 1e-2):
        make_run(tmp_path, metrics=("epoch", "lr", "m10", "m2", "train/loss", "val/acc"), params={"lr": lr, "batch": 8})
    rows = list_rows(str(tmp_path))
    assert pick_metrics(rows, 4) == ("train/loss", "val/acc", "m2", "m10")
    assert pick_params(rows) == ("lr",)
    assert pick_metrics([]) == ()


@pytest.mark.parametrize(
    ("query", "found"),
    [("", True), ("FOX", True), ("fox resnet", True), ("fox bert", False), ("-fox", False), ('"brave fox"', False),
     ("-bert", True), ("-", True), ('"', True), ('"("', False)],
)  # fmt: skip
def test_queries(tmp_path: Path, query: str, found: bool) -> None:
    make_run(tmp_path)
    (row,) = list_rows(str(tmp_path))
    assert parse(query).matches(row) is found
    with pytest.raises(QueryError):
        parse(f"( {query}")


def test_what_a_person_chose_is_kept_of_a_root_whatever_links_lead_to_it(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "zz").symlink_to(tmp_path / "a")
    roots, linked = [str(tmp_path / "a"), str(tmp_path / "b")], [str(tmp_path / "b"), str(tmp_path / "zz")]
    Choices(roots[0]).pin(["x"])
    assert Choices(linked[1]).pinned == {"x"}
    Views(roots).save("mine", View(words="fox"))
    assert Views(linked).names == ("mine",)
    assert Views(roots[:1]).names == ()


# The feed


def take(feed: Feed, wanted: object, seconds: float = 10.0) -> Snapshot:
    """The first snapshot that fulfils ``wanted``."""
    assert callable(wanted)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        snapshot = feed.take()
        if snapshot is not None and wanted(snapshot):
            return snapshot
        time.sleep(0.01)
    raise AssertionError("no such snapshot")


def test_the_feed_tells_of_changes_of_the_run_that_is_shown(store: Path) -> None:
    folder = make_run(store, name="live-1", status="Running", steps=3)
    feed = start_feed([str(store)])
    try:
        assert take(feed, lambda snapshot: len(snapshot.rows) == 7).loading is False
        feed.focus(folder)
        shown = take(feed, lambda snapshot: snapshot.shown is not None).shown
        assert shown is not None
        assert shown.row.name == "live-1"
        assert len(shown.reader.series("loss").values) == 3
        log(folder, 5, start=3)

        def longer(snapshot: Snapshot) -> bool:
            now = snapshot.shown
            return now is not None and len(now.reader.series("loss").values) == 8 and now.version > shown.version

        take(feed, longer)
        make_run(store, name="new-one")
        take(feed, lambda snapshot: "new-one" in names(snapshot))
    finally:
        feed.close()


def test_a_root_that_cannot_be_read_is_named_until_it_can(
    store: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("roots") / "root"

    def lead_to(target: Path) -> None:
        root.with_name("next").symlink_to(target)
        root.with_name("next").replace(root)

    lead_to(store)
    feed = start_feed([str(root)])
    try:
        take(feed, lambda snapshot: len(snapshot.rows) == 6)
        lead_to(root)  # which is there, and leads nowhere
        broken = take(feed, lambda snapshot: bool(snapshot.problem))
        assert broken.problem == f"Too many levels of symbolic links: {root}"
        assert len(broken.rows) == 6
        make_run(store, name="new-one")
        lead_to(store)
        take(feed, lambda snapshot: not snapshot.problem and "new-one" in names(snapshot))
    finally:
        feed.close()


def test_snapshots_that_nobody_takes_are_merged(store: Path) -> None:
    ready = threading.Semaphore(0)
    feed = Feed([NativeSource(str(store))], ready.release)
    feed.start()
    try:
        assert ready.acquire(timeout=10)
        keys = {make_run(store, name=f"new-{number}") for number in range(3)}
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and feed._snapshot is not None and feed._snapshot.total < 9:
            time.sleep(0.02)
        snapshot = feed.take()
        assert snapshot is not None
        assert keys <= {row.key for row in snapshot.rows}
        assert feed.latest is snapshot
    finally:
        feed.close()


def test_a_view_is_given_at_once(store: Path) -> None:
    feed = start_feed([str(store)])
    try:
        take(feed, lambda snapshot: len(snapshot.rows) == 6)
        snapshot = feed.wait_for_view(View(words="fox"), 10)
        assert snapshot is not None
        assert names(snapshot) == ["brave-fox-12"]
    finally:
        feed.close()


def test_a_closed_feed_ends_its_threads(store: Path) -> None:
    before = set(threading.enumerate())
    feed = start_feed([str(store)])
    take(feed, lambda snapshot: len(snapshot.rows) == 6)
    feed.close()
    mine = [thread for thread in threading.enumerate() if thread not in before]
    for thread in mine:
        thread.join(5)
        assert not thread.is_alive(), thread


def test_a_query_for_ages_is_asked_again_though_no_file_changes(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrangement, "_SOONEST", 0.1)
    make_run(store, name="is-to-come", created=time.time() + 2, took=0.5)
    feed = start_feed([str(store)], View(words="is-to-come created<-0s"))
    try:
        assert names(take(feed, lambda snapshot: snapshot.whole and snapshot.rows)) == ["is-to-come"]
    finally:
        feed.close()


@pytest.mark.parametrize("group", ["", "state"])
def test_asking_again_changes_nothing_while_the_same_runs_are_meant(
    store: Path, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    monkeypatch.setattr(arrangement, "_SOONEST", 0.0)
    roster, view = roster_of(store), View(words="age>1h fox | created:2001-01-01 age>1h", group=group)
    first = roster.snapshot(view)
    assert names(first) == ["brave-fox-12"]
    assert not roster.outdated()
    again = roster.snapshot(view)
    assert again.rows is first.rows
    assert again.lines is first.lines
    assert roster.outdated_at < time.monotonic() + 60
    assert roster_of(store).outdated_at == math.inf


def test_two_roots_are_one_list(tmp_path: Path) -> None:
    for root in ("a", "b"):
        make_run(tmp_path / root, name=f"run-{root}")
    feed = start_feed([str(tmp_path / "a"), str(tmp_path / "b")])
    try:
        snapshot = take(feed, lambda snapshot: len(snapshot.rows) == 2)
        assert {os.path.basename(row.root) for row in snapshot.rows} == {"a", "b"}
    finally:
        feed.close()


def test_filtered_runs_keep_their_order_when_values_change(store: Path) -> None:
    for number in range(6):
        make_run(store, name=f"some-{number}", steps=1, created=1_700_000_000 + 100 * ((number * 5) % 6))
    roster = roster_of(store)
    view = View(words="some")
    first = [row.name for row in roster.snapshot(view).rows]
    assert first == sorted(first, key=lambda name: -((int(name[-1]) * 5) % 6))
    assert [row.name for row in roster.snapshot(view).rows] == first
