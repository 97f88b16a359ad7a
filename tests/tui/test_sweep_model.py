"""How much a metric goes with a parameter, against slow definitions."""

from __future__ import annotations

import math
import statistics
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from runs_tui.model.compared_fact import Fact
from runs_tui.model.sweep import factors_of, rank_correlation

pairs = st.lists(st.tuples(st.integers(-4, 4).map(float), st.integers(-9, 9).map(float)), min_size=3, max_size=15)


def ranks(values: list[float]) -> list[float]:
    """By counting: one more than are less, and half of the others that are equal."""
    return [1 + sum(other < each for other in values) + (values.count(each) - 1) / 2 for each in values]


@given(pairs)
def test_rank_correlation_is_pearsons_of_the_ranks(found: list[tuple[float, float]]) -> None:
    xs, ys = (ranks([pair[side] for pair in found]) for side in (0, 1))
    assume(len(set(xs)) > 1 and len(set(ys)) > 1)
    assert rank_correlation(found) == pytest.approx(statistics.correlation(xs, ys), abs=1e-9)


def test_little_tells_nothing() -> None:
    assert rank_correlation([(1, 1), (2, 2)]) == 0.0
    assert rank_correlation([(1, 1)] * 5) == 0.0


def test_the_parameter_that_matters_most_comes_first() -> None:
    loss = Fact("metric", "loss", (4.0, 3.0, 2.0, 1.0, math.nan), "min")
    facts = [
        Fact("param", "seed", (3, 1, 4, 2, 9)),
        Fact("param", "lr", (1e-4, 1e-3, 1e-2, 1e-1, 1.0)),
        Fact("param", "optimizer", ("sgd", "sgd", "adam", "adam", None)),
        Fact("param", "same", (1, 1, 1, 1, 1)),
        Fact("tag", "kind", ("a", "b", "c", "d", "e")),
        loss,
    ]
    found = factors_of(facts, loss)
    assert [each.name for each in found] == ["lr", "optimizer", "seed"]
    lr, optimizer, seed = found
    assert (lr.strength, lr.sign, lr.log, lr.labels) == (1.0, -1, True, ())
    assert optimizer.labels == ("adam", "sgd")
    assert optimizer.at == (1.0, 1.0, 0.0, 0.0, None)
    assert optimizer.strength == pytest.approx(math.sqrt(0.8))  # between the groups 4 of a variance of 5
    assert not seed.log
    assert seed.strength < 0.5


@given(st.lists(st.sampled_from("abc"), min_size=4, max_size=12), st.data())
def test_the_share_of_words_does_not_depend_on_their_names(words: list[str], data: st.DataObject) -> None:
    assume(len(set(words)) > 1)
    values = data.draw(st.lists(st.integers(0, 9).map(float), min_size=len(words), max_size=len(words)))
    metric = Fact("metric", "m", tuple(values))
    named = {"a": "z", "b": "10", "c": "9x"}
    one, other = (
        factors_of([Fact("param", "p", tuple(each))], metric)[0].strength
        for each in (words, [named[word] for word in words])
    )
    assert one == pytest.approx(other)
    assert 0 <= one <= 1 + 1e-12
    if all(values[i] == values[j] for i, j in combinations(range(len(values)), 2)):
        assert one == 0
