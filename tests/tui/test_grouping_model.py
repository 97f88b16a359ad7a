"""Groups, pins, hidden runs, bells and the best run, as the worker makes them; and that changes are taken exactly."""

from __future__ import annotations

import json
import math
import shutil
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runs_tui.model.bells import Bells
from runs_tui.model.best import best_run
from runs_tui.model.choices import Choices
from runs_tui.model.groups import Group, group_choices
from runs_tui.model.roster import Roster
from runs_tui.model.snapshot import Snapshot
from runs_tui.model.spreads import spread_of, states_of
from runs_tui.model.view import View
from runstore.reading.catalog import Catalog, list_rows
from runstore.reading.row import RunRow
from runstore.reading.series_data import MetricStat
from runstore.reading.states import State
from tests.tui.stores import make_run

ROOT = "/a/root"
STATES = {
    "completed": State("completed", "✓", "+", "completed", "Completed"),
    "failed": State("failed", "✗", "x", "failed exit 1", "Failed"),
    "running": State("running", "●", "*", "running", "Running"),
    "queued": State("queued", "◌", ".", "queued", "Queued"),
}


def a_run(name: str, *, state: str = "completed", root: str = ROOT, **fields: Any) -> RunRow:
    """A row; ``loss`` stands for its metric of that name."""
    metrics = fields.pop("metrics", {})
    if "loss" in fields:
        metrics = {**metrics, "loss": fields.pop("loss")}
    stats = {name: MetricStat(1, value, value, value, value, 1, 1.0) for name, value in metrics.items()}
    return RunRow(
        key=f"{root}/{name}", root=root, id=name, name=name, state=STATES[state], metrics=stats,
        experiment=fields.pop("experiment", "exp"), created=fields.pop("created", 1.0), **fields,
    )  # fmt: skip


def roster_of(rows: list[RunRow], *roots: str) -> Roster:
    """A roster that has read these."""
    roster = Roster(roots or (ROOT,))
    for root in roots or (ROOT,):
        roster.update(root, {row.key: row for row in rows if row.root == root})
    return roster


def shown(snapshot: Snapshot) -> list[str]:
    """The lines of the list: names of runs, and titles of groups with their number of runs."""
    return [f"{line.title}:{len(line.rows)}" if isinstance(line, Group) else line.name for line in snapshot.lines]


def told(snapshot: Snapshot) -> list[Any]:
    """What the groups of the list tell of their runs."""
    groups = [line for line in snapshot.lines if isinstance(line, Group)]
    return [(group.states, group.spreads, group.folded, group.asking, group.missing) for group in groups]


SWEEP = [
    a_run("a", params={"lr": 0.1}, loss=0.5, created=5.0, user="ada", tags={"team": "x"}),
    a_run("b", params={"lr": 0.01}, loss=0.2, created=4.0, state="failed", user="bob"),
    a_run("c", params={"lr": 0.1}, loss=0.3, created=3.0, state="running", host="gpu1"),
    a_run("d", params={"lr": 0.01}, loss=0.4, created=2.0, experiment="other", tags={"team": "y"}),
    a_run("e", loss=0.9, created=1.0, tags={"team": None}),
]


@pytest.mark.parametrize(
    ("by", "lines"),
    [
        ("param:lr", ["0.1:2", "a", "c", "0.01:2", "b", "d", "no lr:1", "e"]),
        ("experiment", ["exp:4", "a", "b", "c", "e", "other:1", "d"]),
        ("state", ["completed:3", "a", "d", "e", "failed:1", "b", "running:1", "c"]),
        ("user", ["ada:1", "a", "bob:1", "b", "no user:3", "c", "d", "e"]),
        ("host", ["no host:4", "a", "b", "d", "e", "gpu1:1", "c"]),
        ("tag:team", ["x:1", "a", "no team:2", "b", "c", "y:1", "d", "team:1", "e"]),
        ("nothing like it", ["a", "b", "c", "d", "e"]),
    ],
)
def test_groups_follow_the_order_of_their_first_runs(by: str, lines: list[str]) -> None:
    assert shown(roster_of(SWEEP).snapshot(View(sort="newest", group=by))) == lines


def test_the_order_of_groups_follows_the_sort() -> None:
    roster = roster_of(SWEEP)
    assert shown(roster.snapshot(View(sort="metric", group="param:lr"))) == [
        "0.01:2", "b", "d", "0.1:2", "c", "a", "no lr:1", "e",
    ]  # fmt: skip
    assert shown(roster.snapshot(View(sort="metric", reverse=True, group="param:lr")))[0] == "no lr:1"


def test_folded_groups_leave_out_their_runs_only_from_the_lines() -> None:
    roster = roster_of(SWEEP)
    view = View(sort="newest", group="param:lr", fold_all=True)
    snapshot = roster.snapshot(view)
    assert shown(snapshot) == ["0.1:2", "0.01:2", "no lr:1"]
    assert len(snapshot.rows) == 5
    key = snapshot.lines[1].key
    assert shown(roster.snapshot(View(sort="newest", group="param:lr", fold_all=True, flipped=frozenset({key})))) == [
        "0.1:2", "0.01:2", "b", "d", "no lr:1",
    ]  # fmt: skip


def test_a_group_tells_how_its_runs_stand_and_how_metrics_spread() -> None:
    snapshot = roster_of(SWEEP).snapshot(View(sort="newest", group="param:lr"))
    group = snapshot.lines[0]
    assert isinstance(group, Group)
    assert group.states == (("running", "●", 1), ("completed", "✓", 1))
    (spread,) = group.spreads
    assert spread.metric == "loss"
    assert spread.mean == pytest.approx(0.4)
    assert spread.deviation == pytest.approx(statistics.stdev([0.5, 0.3]))
    assert spread.best == 0.3
    alone = snapshot.lines[-2]
    assert isinstance(alone, Group)
    assert alone.spreads[0].deviation is None


def test_the_metrics_of_groups_are_those_of_the_chosen_columns() -> None:
    rows = [a_run("a", metrics={"loss": 1.0, "acc": 0.5}), a_run("b", metrics={"loss": 2.0, "acc": 0.7})]
    snapshot = roster_of(rows).snapshot(View(group="experiment", columns=("best:acc", "state", "last:acc")))
    group = snapshot.lines[0]
    assert isinstance(group, Group)
    assert [(spread.metric, spread.best) for spread in group.spreads] == [("acc", 0.7)]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=30))
def test_spreads_of_any_numbers(values: list[float]) -> None:
    rows = [a_run(str(place), loss=value) for place, value in enumerate(values)]
    spread = spread_of(rows, "loss")
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        assert spread is None
        return
    assert spread is not None
    assert spread.best == min(finite)
    low, high = min(finite), max(finite)
    room = 1e-9 * max(abs(low), abs(high))
    assert low - room <= spread.mean <= high + room
    assert (spread.deviation is None) is (len(finite) == 1)
    if len(finite) > 1 and max(map(abs, finite)) < 1e100 and high - low > 1e-6 * max(map(abs, finite)):
        assert spread.deviation == pytest.approx(statistics.stdev(finite), rel=1e-6)


def test_a_metric_whose_direction_is_unknown_has_no_best() -> None:
    rows = [a_run("a", metrics={"speed": 1.0}), a_run("b", metrics={"speed": 3.0})]
    spread = spread_of(rows, "speed")
    assert spread is not None
    assert spread.best is None
    said = [a_run("a", metrics={"speed": 1.0}, goals={"speed": "max"}), rows[1]]
    known = spread_of(said, "speed")
    assert known is not None
    assert known.best == 3.0


def test_states_are_told_by_worth() -> None:
    rows = [a_run(str(place), state=word) for place, word in enumerate(["completed"] * 3 + ["failed", "running"])]
    assert [(word, number) for word, _, number in states_of(rows)] == [("running", 1), ("failed", 1), ("completed", 3)]


def test_what_can_be_grouped_by() -> None:
    found = {choice.field.id: choice.groups for choice in group_choices(SWEEP)}
    assert found == {"experiment": 2, "state": 3, "user": 3, "host": 2, "param:lr": 2, "tag:team": 3}
    many = [a_run(str(place), params={"same": 1, "z": place}) for place in range(3)]
    assert [choice.field.id for choice in group_choices(many)][4:] == ["param:z", "param:same"]


def test_groups_that_did_not_change_stay_the_same_objects() -> None:
    """What draws them can tell by that."""
    roster = roster_of(SWEEP)
    view = View(sort="newest", group="param:lr")
    before = [line for line in roster.snapshot(view).lines if isinstance(line, Group)]
    changed = msgspec.structs.replace(SWEEP[2], step=7)
    roster.update(ROOT, {changed.key: changed})
    after = [line for line in roster.snapshot(view).lines if isinstance(line, Group)]
    assert [one is other for one, other in zip(before, after, strict=True)] == [False, True, True]


# Pins and hidden runs


def test_pinned_runs_are_on_top_in_every_order(home: str) -> None:
    roster = roster_of(SWEEP)
    roster.pin([SWEEP[3].key, SWEEP[4].key])
    for sort in ("newest", "name", "metric", "attention", "state"):
        for reverse in (False, True):
            names = [row.name for row in roster.snapshot(View(sort=sort, reverse=reverse)).rows]
            assert set(names[:2]) == {"d", "e"}, (sort, reverse)
            rest = roster_of([row for row in SWEEP if row.name not in "de"])
            assert names[2:] == [row.name for row in rest.snapshot(View(sort=sort, reverse=reverse)).rows]


def test_pinned_and_hidden_runs_are_kept_for_the_root(home: str) -> None:
    roster = roster_of(SWEEP)
    roster.pin([SWEEP[3].key])
    roster.hide([SWEEP[0].key, SWEEP[1].key])
    again = roster_of(SWEEP)
    snapshot = again.snapshot(View(sort="newest"))
    assert [row.name for row in snapshot.rows] == ["d", "c", "e"]
    assert snapshot.left_out == 2
    assert snapshot.total == 5
    assert [row.name for row in again.snapshot(View(sort="newest", hidden=True)).rows] == ["d", "a", "b", "c", "e"]
    again.hide([SWEEP[0].key, SWEEP[1].key])
    assert again.snapshot(View(sort="newest")).left_out == 0
    elsewhere = [msgspec.structs.replace(row, root="/b", key="/b/" + row.name) for row in SWEEP]
    assert roster_of(elsewhere, "/b").snapshot(View(sort="newest")).rows[0].name == "a"


def test_hidden_runs_do_not_ask_for_attention(home: str) -> None:
    failed = a_run("x", state="failed", ended=time.time())
    roster = roster_of([failed, a_run("y")])
    assert roster.snapshot(View()).unseen == {failed.key}
    roster.hide([failed.key])
    assert roster.snapshot(View()).unseen == frozenset()
    roster.hide([failed.key])
    assert roster.snapshot(View()).unseen == {failed.key}


def test_hidden_runs_that_another_filter_leaves_out_are_not_counted(home: str) -> None:
    roster = roster_of(SWEEP)
    roster.hide([SWEEP[0].key, SWEEP[3].key])
    assert roster.snapshot(View(words="exp:other")).left_out == 1
    assert roster.snapshot(View(words="name:b")).left_out == 0


def test_two_monitors_of_one_root_keep_each_others_pins(home: str) -> None:
    one, other = Choices(ROOT), Choices(ROOT)
    one.pin(["a"])
    other.pin(["b"])
    one.hide(["c"])
    again = Choices(ROOT)
    assert (set(again.pinned), set(again.hidden)) == ({"a", "b"}, {"c"})
    again.hide(["a"])
    assert again.pinned == {"b"}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pinned": 3}', '{"pinned": [1, null, "b"], "hidden": {}}'])
def test_a_damaged_file_of_choices_only_forgets(home: str, content: str) -> None:
    Choices(ROOT).pin(["a"])
    (path,) = (Path(home) / ".local/state/runs-tui/choices").iterdir()
    path.write_text(content)
    choices = Choices(ROOT)
    assert choices.pinned <= {"b"}
    choices.pin(["z"])
    assert "z" in json.loads(path.read_text())["pinned"]


# The best run


def test_the_best_run_of_the_view() -> None:
    roster = roster_of(SWEEP)
    best = roster.snapshot(View()).best
    assert best is not None
    assert (best.name, best.metric, best.value, best.goal) == ("b", "loss", 0.2, "min")
    other = roster.snapshot(View(experiment="other")).best
    assert other is not None
    assert other.name == "d"
    assert roster.snapshot(View(words="nothing like it")).best is None


def test_the_best_run_is_followed() -> None:
    roster = roster_of(SWEEP)
    roster.snapshot(View())
    better = msgspec.structs.replace(SWEEP[2], metrics=a_run("c", loss=0.1).metrics)
    roster.update(ROOT, {better.key: better})
    assert roster.snapshot(View()).best.name == "c"  # type: ignore[union-attr]
    roster.update(ROOT, {better.key: None})
    assert roster.snapshot(View()).best.name == "b"  # type: ignore[union-attr]
    nan = msgspec.structs.replace(SWEEP[1], metrics=a_run("b", loss=math.nan).metrics)
    roster.update(ROOT, {nan.key: nan})
    assert roster.snapshot(View()).best.name == "d"  # type: ignore[union-attr]


def test_no_best_without_a_direction() -> None:
    rows = [a_run("a", metrics={"speed": 1.0})]
    assert best_run(rows, ["speed"], None, None) is None
    assert best_run([], ["loss"], None, None) is None


# Bells


def test_bells() -> None:
    live = a_run("x", state="running", loss=1.0)
    done = a_run("x", state="completed", loss=1.0)
    failed = msgspec.structs.replace(a_run("x", state="failed"), error="OutOfMemory")
    nan = a_run("x", state="running", loss=math.nan)
    off, on = Bells(), Bells().flipped([live])
    assert on.on(live)
    assert not on.on(done)
    assert on.flipped([live]) == off
    assert off.flipped([done]) == off
    assert off.rung(live, done) == ""
    assert on.rung(live, done) == "x completed"
    assert on.rung(live, failed) == "x failed: OutOfMemory · exit 1"
    assert on.rung(done, done) == ""
    assert on.rung(live, nan) == "x: loss is NaN"
    assert on.rung(nan, nan) == ""
    assert on.rung(live, live) == ""
    assert on.rung(a_run("y", state="running"), a_run("y")) == ""


def test_the_bell_for_all_rings_for_what_ended_since(home: str) -> None:
    every = Bells(since=100.0)
    assert every.rung(a_run("x", state="running"), a_run("x")) == "x completed"
    assert every.rung(None, a_run("new", ended=200.0)) == "new completed"
    assert every.rung(None, a_run("old", ended=50.0)) == ""
    assert every.rung(None, a_run("going", state="running")) == ""
    roster = roster_of([a_run("x", state="running")])
    roster.bells = every
    roster.update(ROOT, {f"{ROOT}/x": a_run("x", state="failed")})
    assert roster.rung == ["x failed exit 1"]


# Changes are taken exactly

NAMES = "abcdefgh"
ROWS = st.builds(
    a_run,
    st.sampled_from(NAMES),
    state=st.sampled_from(sorted(STATES)),
    loss=st.sampled_from([0.1, 0.2, 0.3, math.nan]),
    created=st.sampled_from([1.0, 2.0, 3.0]),
    experiment=st.sampled_from(["one", "two"]),
    archived=st.booleans(),
    params=st.sampled_from([{}, {"lr": 0.1}, {"lr": 0.2}]),
)
VIEWS = st.builds(
    View,
    words=st.sampled_from(["", "lr>0.1", "-state:failed"]),
    experiment=st.sampled_from([None, "one"]),
    sort=st.sampled_from(["attention", "newest", "name", "state", "metric", "param:lr"]),
    reverse=st.booleans(),
    archived=st.booleans(),
    group=st.sampled_from(["", "param:lr", "state"]),
    fold_all=st.booleans(),
    hidden=st.booleans(),
)
STEPS = st.lists(st.one_of(ROWS, st.sampled_from(NAMES), VIEWS, st.tuples(st.sampled_from(["pin", "hide"]), ROWS)))


@settings(max_examples=60)
@given(STEPS, VIEWS)
def test_changes_lead_to_the_same_list_as_reading_all_anew(steps: list[Any], view: View) -> None:
    with TemporaryDirectory() as folder:  # a root of its own: pins are kept
        roster, rows = Roster([folder]), {}
        roster.update(folder, {})
        for step in steps:
            if isinstance(step, RunRow):
                row = msgspec.structs.replace(step, root=folder)
                rows[row.key] = row
                roster.update(folder, {row.key: row})
            elif isinstance(step, View):
                view = step
            elif isinstance(step, tuple):
                getattr(roster, step[0])([step[1].key])
            else:
                rows.pop(f"{ROOT}/{step}", None)
                roster.update(folder, {f"{ROOT}/{step}": None})
            seen = roster.snapshot(view)
            fresh = Roster([folder])
            fresh.update(folder, rows)
            wanted = fresh.snapshot(view)
            assert seen.rows == wanted.rows
            assert shown(seen) == shown(wanted)
            assert told(seen) == told(wanted)
            assert seen.metrics == wanted.metrics
            assert (seen.total, seen.archived, seen.left_out) == (wanted.total, wanted.archived, wanted.left_out)
            assert (dict(seen.counts), seen.unseen) == (dict(wanted.counts), wanted.unseen)
            assert {(each.name, each.runs, each.live) for each in seen.experiments} == {
                (each.name, each.runs, each.live) for each in wanted.experiments
            }
            assert seen.best == wanted.best


def test_the_news_of_a_catalog_are_what_changed(tmp_path: Path) -> None:
    first = make_run(tmp_path, name="first")
    catalog = Catalog(str(tmp_path))
    catalog.refresh()
    catalog.read_more()
    assert {key: row.name for key, row in catalog.news().items() if row is not None} == {first: "first"}
    assert catalog.news() == {}
    child = make_run(tmp_path, name="child", parent=Path(first).name, status="Failed")
    catalog.refresh()
    catalog.read_more()
    news = catalog.news()
    assert set(news) == {first, child}, "a parent is told of its children"
    parent = news[first]
    assert parent is not None
    assert (parent.children, parent.children_failed) == (1, 1)
    assert sorted(row.name for row in catalog.rows()) == ["child", "first"]
    shutil.rmtree(child)
    catalog.refresh()
    gone = catalog.news()
    assert gone[child] is None
    again = gone[first]
    assert again is not None
    assert again.children == 0
    assert [row.name for row in list_rows(str(tmp_path))] == ["first"]
