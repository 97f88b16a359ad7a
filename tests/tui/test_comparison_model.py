"""What a comparison tells of runs: which facts differ, which value is the best, what groups have together."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.model.compared import compared_lines, distinct_hues, names_of
from runs_tui.model.compared_fact import Fact, Mean, Several, grouped
from runs_tui.model.comparison import compared
from runs_tui.model.fields import field
from runs_tui.model.text_diff import differences
from runstore.reading.catalog import list_rows
from runstore.reading.row import RunRow
from runstore.reading.run import RunReader
from tests.tui.stores import LONG_AGO, make_run

NAN = math.nan
values = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(width=16) | st.sampled_from(["", "a", "b2", "b10"])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs of a sweep that differ in all sorts of things."""
    root = tmp_path_factory.mktemp("compare")
    definition = {"environment": {"python": {"condaDependencies": {"dependencies": [{"pip": ["numpy==1.26", "six"]}]}}}}
    for place, (depth, branch) in enumerate(((3, "main"), (3, "wide"), (5, "main"))):
        make_run(
            root,
            name=f"run-{place}",
            steps=10 + place,
            created=LONG_AGO + place,
            params={"lr": 0.1, "model": {"depth": depth, "kind": "resnet"}},
            properties={"data": f"v{place}"},
            git={"repository": "https://example.org/x", "branch": branch, "commit": "0" * 40, "dirty": bool(place)},
            command=["python", "train.py", "--data", "/data/imagenet/train", "--depth", str(depth)],
            definition=definition if place else None,
        )
    return root


def facts_of(root: Path) -> dict[tuple[str, str], Fact]:
    rows = sorted(list_rows(str(root)), key=lambda row: row.name)
    readers = [RunReader(row.key) for row in rows]
    for reader in readers:
        reader.refresh_facts()
    return {(fact.kind, fact.name): fact for fact in compared(rows, [reader.manifest for reader in readers])}


def test_all_that_is_known_is_compared(root: Path) -> None:
    facts = facts_of(root)
    assert facts["param", "model.depth"].values == (3, 3, 5)
    assert facts["param", "model.depth"].differs
    assert not facts["param", "model.kind"].differs
    assert facts["run", "branch"].values == ("main", "wide", "main")
    assert facts["run", "commit"].values == ("0000000000", "0000000000*", "0000000000*")
    assert facts["property", "data"].values == ("v0", "v1", "v2")
    assert facts["package", "numpy"].values == (None, "1.26", "1.26")
    assert facts["package", "six"].values == (None, "any", "any")
    assert facts["run", "command"].short(2) == "…5"
    assert facts["run", "command"].text(2) == "python train.py --data /data/imagenet/train --depth 5"


def test_the_best_is_told_where_less_or_more_is_better(root: Path) -> None:
    facts = facts_of(root)
    assert facts["metric", "loss"].goal == "min"
    assert facts["metric", "loss"].best == {2}  # it falls with each step
    assert facts["best", "val/acc"].best == {2}
    assert facts["metric", "loss"].order() == [2, 1, 0]
    assert facts["metric", "val/acc"].order() == [2, 1, 0]
    assert facts["param", "model.depth"].best == frozenset()


@pytest.mark.parametrize(
    ("goal", "given_values", "best", "order"),
    [
        ("min", (2.0, NAN, 1.0, None, math.inf), {2}, [2, 0, 4, 1, 3]),
        ("max", (2.0, NAN, 3, 3.0), {2, 3}, [2, 3, 0, 1]),
        ("max", (1.0, 1.0), set(), [0, 1]),
        ("min", (None, NAN), set(), [1, 0]),
        (None, ("b10", "b2", 1, True, None), set(), [2, 1, 0, 3, 4]),
    ],
)
def test_best_and_order(goal: str | None, given_values: tuple[Any, ...], best: set[int], order: list[int]) -> None:
    fact = Fact("metric", "m", given_values, goal)
    assert fact.best == best
    assert fact.order() == order


@given(st.lists(values, min_size=2, max_size=6))
def test_a_fact_differs_when_two_values_are_not_the_same(given_values: list[Any]) -> None:
    def told(value: Any) -> str:
        return "NaN" if value != value else repr(float(value) if type(value) is int else value).replace("-0.0", "0.0")

    fact = Fact("param", "p", tuple(given_values))
    assert fact.differs == (len({told(value) for value in given_values}) > 1)
    assert sorted(fact.order()) == list(range(len(given_values)))
    assert all(isinstance(fact.text(place), str) and fact.text(place) for place in range(len(given_values)))


@given(st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=9, unique=True))
def test_a_group_has_mean_and_deviation(numbers: list[float]) -> None:
    import statistics

    (fact,) = grouped([Fact("metric", "m", (*numbers, None))], [range(len(numbers) + 1)])
    mean = fact.values[0]
    assert isinstance(mean, Mean)
    size = max(map(abs, numbers))
    assert mean.mean == pytest.approx(statistics.fmean(number / size for number in numbers) * size, abs=size * 1e-12)
    exact = statistics.stdev([number / size for number in numbers]) * size
    assert mean.deviation == pytest.approx(exact, rel=1e-6, abs=size * 1e-12)
    assert mean.n == len(numbers)


def test_the_deviation_of_a_duration_is_one_too() -> None:
    (together,) = grouped([Fact("run", "duration", (3600.0, 10_800.0))], [[0, 1]])
    assert together.text(0) == "2h00 ±1h24"


def test_a_group_has_what_all_its_runs_have() -> None:
    fact = Fact("param", "p", ("a", "a", "b", 1, None))
    (told,) = grouped([fact], [[0, 1], [0, 2], [3], [4], [3, 4], [0, 3]])
    assert told.values == ("a", Several(2), 1, None, 1, Several(2))
    assert told.text(1) == "2 values"


def rows_of(root: Path) -> list[RunRow]:
    return sorted(list_rows(str(root)), key=lambda row: row.name)


def test_names_tell_runs_apart(tmp_path: Path) -> None:
    for experiment in ("one", "two", "two"):
        make_run(tmp_path, experiment, "same", steps=1)
    rows = sorted(list_rows(str(tmp_path)), key=lambda row: (row.experiment, row.number or 0))
    assert names_of(rows) == ["one/same", "same #1", "same #2"]
    assert names_of(rows[:1]) == ["same"]


def test_groups_stand_in_the_order_of_their_values(root: Path) -> None:
    lines = compared_lines(rows_of(root), field("param:lr"), 7)
    assert [(line.name, len(line.rows)) for line in lines] == [("lr 0.1", 3)]
    lines = compared_lines(rows_of(root), field("commit"), 7)
    assert [line.name for line in lines] == ["0000000000", "0000000000*"]
    assert [len(line.rows) for line in compared_lines(rows_of(root), None, 7)] == [1, 1, 1]


@given(st.lists(st.text(max_size=8), unique=True, max_size=20), st.integers(1, 9))
def test_as_many_lines_as_there_are_colours_have_different_ones(ids: list[str], colours: int) -> None:
    hues = distinct_hues(ids, colours)
    for start in range(0, len(ids), colours):
        some = [hue % colours for hue in hues[start : start + colours]]
        assert len(set(some)) == len(some)
    assert distinct_hues(ids[:3], colours) == hues[:3]  # more runs leave the colours of the first as they are


def test_the_difference_of_commands_is_told_by_option() -> None:
    told = differences("python train.py --lr 0.1 --seed 1", "python train.py --lr 0.2 --seed 1 --amp")
    assert told == [(" ", "python"), (" ", "train.py"), ("-", "--lr 0.1"), ("+", "--lr 0.2"), (" ", "--seed 1"),
                    ("+", "--amp")]  # fmt: skip
    assert differences("a", "a") == []
    assert differences("it's one", "two") == [("-", "it's"), ("-", "one"), ("+", "two")]


@given(st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
def test_a_difference_leads_from_one_text_to_the_other(old: list[str], new: list[str]) -> None:
    one, other = "\n".join([*old, "x", ""]), "\n".join([*new, "x", ""])
    told = differences(one, other)
    removed, added = ([line for sign, line in told if sign == wanted] for wanted in "-+")
    left = [*one.split("\n")]
    for line in removed:
        left.remove(line)
    assert sorted([*left, *added]) == sorted(other.split("\n"))
