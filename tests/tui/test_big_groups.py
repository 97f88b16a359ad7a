"""What is told of big groups, which is kept up to date run by run, and for many of them not all at once."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.model.roster import Roster
from runs_tui.model.spreads import Account, spread_of, states_of
from runs_tui.model.view import View
from runstore.reading.row import RunRow
from tests.tui.test_grouping_model import ROOT, a_run, roster_of, told

METRICS = ("loss", "speed")
LOSSES = st.sampled_from([0.5, -3.0, 1e300, 7e-300, math.nan, math.inf, None])
STATES = st.sampled_from(["running", "completed", "failed"])
RUNS = st.builds(
    lambda number, state, loss, speed: a_run(
        str(number),
        state=state,
        metrics={name: value for name, value in zip(METRICS, (loss, speed), strict=True) if value is not None},
    ),
    st.integers(0, 8),
    STATES,
    LOSSES,
    LOSSES,
)


@given(st.lists(RUNS), st.lists(st.one_of(RUNS, st.integers(0, 8))))
def test_what_is_told_of_a_big_group_is_that_of_its_present_runs(first: list[RunRow], then: list[Any]) -> None:
    rows = {row.id: row for row in first}
    account = Account(list(rows.values()), METRICS)
    for step in then:
        if isinstance(step, RunRow):
            before, rows[step.id] = rows.get(step.id), step
            account.move(before, step)
        elif str(step) in rows:  # a change that is not about metrics
            before = rows[str(step)]
            after = rows[str(step)] = msgspec.structs.replace(before, tags={"looked": "at"})
            account.move(before, after)
            if step % 3 == 0:
                account.move(rows.pop(str(step)), None)
        present = list(rows.values())
        assert account.states == states_of(present)
        found = {each.metric: each for each in account.spreads(present)}
        for metric in METRICS:
            one, other = found.get(metric), spread_of(present, metric)
            assert (one is None) is (other is None)
            if one is not None and other is not None:
                assert one.mean == pytest.approx(other.mean, rel=1e-9, abs=1e-305)
                assert one.best == other.best
                assert (one.deviation is None) is (other.deviation is None)
                assert one.deviation is None or one.deviation == pytest.approx(other.deviation, rel=1e-9, abs=1e-305)


def told_in_the_end(roster: Roster, view: View) -> list[Any]:
    """The same of a roster that may have more to tell."""
    snapshot = roster.snapshot(view)
    for _ in range(50):
        if not roster.unfinished:
            break
        snapshot = roster.snapshot(view)
    assert not roster.unfinished
    return told(snapshot)


def test_a_big_group_follows_its_runs() -> None:
    rows = [
        a_run(f"{number:03}", state="running" if number % 50 == 0 else "completed", loss=float(number), created=-number)
        for number in range(300)
    ]
    roster, view = roster_of(rows), View(sort="metric", group="experiment")
    told_in_the_end(roster, view)
    for number, change in ((50, {"loss": -4.0}), (51, {"state": "failed", "loss": 0.5}), (299, {"experiment": "b"})):
        rows[number] = a_run(f"{number:03}", created=-number, **{"loss": float(number), **change})  # type: ignore[arg-type]
        roster.update(ROOT, {rows[number].key: rows[number]})
        fresh = roster_of(rows)
        assert told_in_the_end(roster, view) == told_in_the_end(fresh, view)
        assert roster.snapshot(view).rows == fresh.snapshot(view).rows


def test_of_many_big_groups_those_on_top_are_told_first() -> None:
    """So that the screen need not wait for all of them."""
    rows = [
        a_run(str(number), created=-float(number), metrics={"a": 1.0, "b": 2.0, "c": 3.0}, params={"lr": number // 210})
        for number in range(6_300)
    ]
    roster = roster_of(rows)
    roster.snapshot(View(sort="newest"))
    view = View(sort="newest", group="param:lr", fold_all=True)
    first = [bool(spreads) for _, spreads, *_ in told(roster.snapshot(view))]
    assert first[0]
    assert first == sorted(first, reverse=True)
    assert all(spreads for _, spreads, *_ in told_in_the_end(roster, view))
