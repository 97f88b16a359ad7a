"""Orders of runs in which single ones move."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runs_tui.model.order import order_of
from runs_tui.model.ranking import Ranking, newest_first
from runstore.reading.row import RunRow
from tests.tui.test_grouping_model import ROOT, STATES, a_run

VALUES = st.one_of(
    st.none(), st.integers(-3, 3), st.sampled_from([0.5, math.nan, math.inf, "x", "a10", "a9", "2", True])
)


@given(
    st.lists(st.tuples(st.integers(0, 60), VALUES, st.integers(0, 2))),
    st.lists(st.tuples(st.integers(0, 60), st.one_of(st.just("gone"), VALUES), st.integers(0, 2))),
    st.sampled_from(["param:v", "name", "newest", "attention"]),
    st.frozensets(st.integers(0, 60), max_size=4),
)
def test_a_run_that_moves_is_where_sorting_would_put_it(
    first: list[Any], then: list[Any], sort: str, pinned: frozenset[int]
) -> None:
    def made(number: int, value: Any, created: int) -> RunRow:
        return a_run(str(number), params={"v": value}, created=float(created), state=sorted(STATES)[created])

    rows = {number: made(number, value, created) for number, value, created in first}
    order = order_of((), sort, (), {f"{ROOT}/1", f"{ROOT}/2"})
    named = {(ROOT, str(number)) for number in pinned}
    ranking = Ranking(order, named)
    ranking.sort(newest_first(rows.values()))
    for number, value, created in then:
        before = rows.pop(number, None)
        if value != "gone":
            rows[number] = made(number, value, created)
        ranking.move(before, rows.get(number))
        fresh = Ranking(order, named)
        fresh.sort(newest_first(rows.values()))
        assert ranking.rows == fresh.rows == sorted(rows.values(), key=ranking.rank)
        assert sorted(ranking.shown(reverse=True), key=ranking.rank) == ranking.rows
        turned = ranking.shown(reverse=True)
        below = [(ROOT, row.id) not in named for row in turned]
        assert below == sorted(below), "pinned ones stay first"
        values = [row.params["v"] for row in turned if (ROOT, row.id) not in named]
        empty = [value is None or value != value for value in values]
        assert sort != "param:v" or empty == sorted(empty), "without a value they stay last"


def test_a_run_that_stood_far_down_moves_in_a_list_that_has_become_short() -> None:
    rows = [a_run(str(number), params={"v": float(number)}) for number in range(100)]
    ranking = Ranking(order_of((), "param:v", (), ()))
    ranking.sort(newest_first(rows))
    last = a_run("99", params={"v": 98.5})
    ranking.move(rows[99], last)
    for row in rows[5:99]:
        ranking.move(row, None)
    first = a_run("99", params={"v": -1.0})
    ranking.move(last, first)
    assert ranking.rows == [first, *rows[:5]]
