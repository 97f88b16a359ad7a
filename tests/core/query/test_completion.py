"""What is offered while a query is typed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runstore.query import Names, QueryError, complete, names_of, parse
from tests.core.query.rows import run, stat

NAMES = names_of(
    [
        run(params={"lr": 1e-3, "optimizer": "AdamW", "long name": "two words"}, tags={"team": "vision"}),
        run("calm-owl-11", "failed", experiment="bert-small", user="bob", params={"lr": 3e-4, "optimizer": "sgd"},
            metrics={"loss": stat(0.5), "val/acc": stat(0.8), "bad": stat(math.nan)}),
        run(metrics={"loss": stat(0.25)}, params={"evil\x1b]0;": "\x1b[2J", "huge": "x" * 1_000}, tags={"a\u202eb": 1}),
    ]
)  # fmt: skip


def offered(text: str, cursor: int | None = None) -> tuple[str, ...]:
    return complete(text, len(text) if cursor is None else cursor, NAMES).candidates


@pytest.mark.feature(
    "query", 30, "names and values complete: fields, states, experiments, tags, parameters, metrics", "tab"
)
@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("state:", ("failed", "running")),
        ("fox state:F", ("failed",)),
        ("-state:r", ("running",)),
        ("(state:fa", ("failed",)),
        ("a|exp:", ("bert-small", "resnet-lr")),
        ("exp=res", ("resnet-lr",)),
        ("user:b", ("bob",)),
        ("host:", ("gpu1",)),
        ("tag:", ("team", "team=vision")),
        ("tag.team=", ("vision",)),
        ("param.opt", ("param.optimizer",)),
        ("param.optimizer=", ("AdamW", "sgd")),
        ("optimizer:a", ("AdamW",)),
        ("lr>", ("0.0003", "0.001")),
        ("loss<", ("0.25", "0.5")),
        ("metric.", ('metric.bad', "metric.loss", "metric.val/acc")),
        ("metric.loss.m", ("metric.loss.min", "metric.loss.max")),
        ("loss.b", ("loss.best",)),
        ("has:val", ("metric.val/acc",)),
        ("is:li", ("live",)),
        ("age<1", ("10m", "1h", "12h", "1d")),
        ("started>to", ("today",)),
        ("ended>-", ("-1h", "-1d", "-7d")),
        ("param.lo", ('param."long name"',)),
        ('"long name":', ('"two words"',)),
        ("stat", ("state:", "status:")),
        ("opt", ("optimizer",)),
        ("bad>", ()),
        ("zzz", ()),
    ],
)  # fmt: skip
def test_what_is_offered(text: str, candidates: tuple[str, ...]) -> None:
    assert offered(text) == candidates


def test_it_stands_in_place_of_what_was_typed() -> None:
    found = complete("state:ru lr>3", 8, NAMES)
    assert (found.start, found.candidates, found.common) == (6, ("running",), "running")
    assert complete("fox -ex", 7, NAMES).start == 5
    assert complete("", 0, NAMES).candidates[:2] == ("state:", "name:")
    assert complete("metric.loss.", 12, NAMES).common == "metric.loss."


def test_nothing_unprintable_is_offered() -> None:
    every = [each for text in ("", "param.", "tag:", "tag.") for each in offered(text)]
    assert all(each.isprintable() and len(each) < 100 for each in every)
    assert not any("evil" in each for each in every)
    assert offered("param.huge=") == ()


@pytest.mark.parametrize(
    "text", ["", "state:", "param.", "metric.loss.", "tag:", "has:", "is:", "age<", "started>", "lr>="]
)
def test_what_is_offered_is_a_query(text: str) -> None:
    found = complete(text, len(text), NAMES)
    for candidate in found.candidates:
        whole = text[: found.start] + candidate
        try:
            parse(whole)
        except QueryError as error:
            assert error.position == len(whole), whole  # noqa: PT017 - only what must follow is missing


@given(st.text(), st.integers(0, 20))
def test_any_text_can_be_completed(text: str, cursor: int) -> None:
    found = complete(text, min(cursor, len(text)), NAMES)
    assert 0 <= found.start <= min(cursor, len(text))
    assert complete(text, len(text), Names()).start <= len(text)
