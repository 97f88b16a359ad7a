"""Which runs a query means."""

from __future__ import annotations

import math
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.query import QueryError, parse
from runstore.query.fields import LIVE, WAITING
from runstore.query.tree import And, Compare, Find, Name, Node, Not, Or, Text
from runstore.reading.row import RunRow
from runstore.reading.states import WORDS
from tests.core.query.rows import NOW, holds, run, stat

FOX = run(
    params={
        "lr": 3e-4, "optimizer": "AdamW", "amp": True, "depth": "50", "seed": None, "note": "warm up", "conv": "2d",
    },
    tags={"debug": "", "team": "vision", "try": 3},
    metrics={
        "loss": stat(0.25, 0.2, 2.5), "val/acc": stat(0.8, 0.1, 0.9), "nan": stat(math.nan), "val loss": stat(0.5),
    },
    progress=0.61, eta=840.0, number=7, children=2, commit="abc1234def", description="the first of them",
)  # fmt: skip
OWL = run(
    "calm-owl-11", "failed", id="bert_17", experiment="bert-small", user=None, ended=NOW - 1_800,
    params={"lr": "1e-3"}, metrics={"loss": stat(0.7)}, exit={"code": 137}, error="CUDA out of memory",
    parent="bert_1",
)  # fmt: skip


def found(query: str) -> str:
    """``f`` where the query means FOX, ``o`` where it means OWL."""
    matches = parse(query, NOW).matches
    return "f" * matches(FOX) + "o" * matches(OWL)


def check(cases: dict[str, str]) -> None:
    assert {query: found(query) for query in cases} == cases


@pytest.mark.feature("query", 1, "bare words, found in name, id, experiment, state and tags", "fox resnet")
def test_words() -> None:
    check({"": "fo", "fox": "f", "FOX": "f", "fox resnet": "f", "fox bert": "", "bert_17": "o", "failed": "o",
           '"team=vis"': "f", '"brave fox"': "", "out": ""})  # fmt: skip


@pytest.mark.feature("query", 2, "terms side by side must all hold, | separates alternatives", "fox | owl")
def test_and_and_or() -> None:
    check({"fox | owl": "fo", "fox state:failed | owl": "o", "fox (state:failed | user:ann)": "f", "owl|fox bert": "o"})


@pytest.mark.feature("query", 3, "- before a term or a group means the opposite", "-tag:debug -(fox | owl)")
def test_negation() -> None:
    check({"-fox": "o", "-(fox | owl)": "", "-(fox bert)": "fo", "--fox": "f", "-": "fo", "-loss<0.5": "o",
           "-nan<3": "fo"})  # fmt: skip


@pytest.mark.feature("query", 4, "quotes take a text as it is", 'name:"a b" param.note:"warm up"')
def test_quotes() -> None:
    check({'param.note:"warm up"': "f", 'name:"fox*"': "", '"(" | fox': "f", '"fox': "f", r'param.note:"\"warm"': "",
           '"val loss"=0.5': "f", 'metric."val loss"<1': "f", '"val loss".min<1': "f"})  # fmt: skip


@pytest.mark.feature("query", 5, "globs for the whole of a text: * and ?", "name:brave* exp:bert-?mall")
def test_globs() -> None:
    check({"name:brave*": "f", "name:rave*": "", "exp:*small": "o", "exp:bert-?mall": "o", "name!=brave*": "o",
           "brave*": "f", "*vision": "f", "*[*": "", "param.optimizer=adam?": "f"})  # fmt: skip


@pytest.mark.feature("query", 6, "regular expressions between slashes", r"name:/^(brave|bold)-\w+-\d+$/")
def test_patterns() -> None:
    check({r"name:/^(brave|bold)-\w+-\d+$/": "f", "/FOX-1[0-9]/": "f", "/^bert/": "o", "-/fox|owl/": "",
           "name!=/fox/": "o", "param.optimizer:/w$/": "f", "/^team=/": "f", r"root:/^\/st/": "fo"})  # fmt: skip


@pytest.mark.feature(
    "query", 7, "text fields: state name exp tag user host id type parent ...", "state:failed user:ann"
)
def test_fields() -> None:
    check({"state:fail": "o", "state=failed": "o", "state!=failed": "f", "exp:RESNET": "f", "experiment:bert": "o",
           "user:ann": "f", "user!=bob": "f", "host:gpu1": "fo", "id:17": "o", "parent:bert": "o", "commit:abc": "f",
           "note:first": "f", "error:cuda": "o", "root:store": "fo", "status:Failed": "o"})  # fmt: skip


@pytest.mark.feature("query", 8, "number fields: step total progress number children attempts exit", "step>1000")
def test_numbers_of_runs() -> None:
    check({"step>1000": "fo", "step>1.5k": "", "step>=1.5k": "fo", "step:1_500": "fo", "progress>60%": "f",
           "progress<=61%": "f", "number=7": "f", "number!=7": "", "children>0": "f", "exit=137": "o"})  # fmt: skip


@pytest.mark.feature(
    "query", 9, "parameters by name: param.x with : = != < <= > >=", "param.lr>=1e-4 param.optimizer:adam"
)
def test_parameters() -> None:
    check({"param.lr>=1e-3": "o", "param.lr<1e-3": "f", "param.lr=0.001": "o", "param.lr!=0.001": "f",
           "params.optimizer:adam": "f", "param.optimizer=adamw": "f", "param.optimizer=adam": "",
           "param.amp:true": "f", "param.amp=1": "f", "param.depth>=50": "f", "param.seed=none": "f",
           "param.conv=2d": "f", 'param.optimizer<"b"': "f", "param.none:x": "", 'param.lr>"abc"': ""})  # fmt: skip


@pytest.mark.feature("query", 10, "metrics: metric.x, and .min .max .first .last .best", "metric.val/acc.best>0.85")
def test_metrics() -> None:
    check({"metric.loss<0.5": "f", "metric.loss.min<0.21": "f", "metric.loss.max>2": "f", "metric.loss.first=1": "fo",
           "metric.loss.last=0.25": "f", "metric.loss.best=0.2": "f", "metric.val/acc.best=0.9": "f",
           "metrics.loss>0.5": "o", "metric.lr>0": "", "val/acc.max>0.85": "f"})  # fmt: skip


def test_the_best_of_a_metric_needs_a_direction() -> None:
    other = run(metrics={"quux": stat(1, 0, 2)})
    assert not parse("quux.best<9").matches(other)
    assert parse("quux.best=2").matches(run(metrics={"quux": stat(1, 0, 2)}, goals={"quux": "max"}))
    assert parse("loss.min=7").matches(run(metrics={"loss": stat(1), "loss.min": stat(7)}))


@pytest.mark.feature(
    "query", 11, "names alone: the parameter, else the metric, else the tag", "lr>=1e-3 loss<0.3 team=vision"
)
def test_bare_names() -> None:
    check({"lr>=1e-3": "o", "loss<0.3": "f", "loss.max>2": "f", "team=vision": "f", "try>2": "f", "nothing=1": ""})
    both = run(params={"loss": "mse"}, metrics={"loss": stat(0.1)}, tags={"loss": "x"})
    assert parse("loss=mse").matches(both)
    assert not parse("loss<1").matches(both)
    assert parse('"step"=9').matches(run(params={"step": 9}))


@pytest.mark.feature(
    "query", 12, "tags: tag:word finds key, value or both, tag.k compares", "tag:debug tag.team=vision"
)
def test_tags() -> None:
    check({"tag:debug": "f", "-tag:debug": "o", "tag:vision": "f", "tag=team": "f", "tag=vision": "f", "tag=vis": "",
           "tag:team=vision": "f", "tag:vis*": "f", "tag!=debug": "", "tag.team=vision": "f", "tag.team:vis": "f",
           "tag.try>=3": "f", 'tag.debug=""': "f", "tag:/^deb/": "f"})  # fmt: skip


def test_a_tag_without_a_value_is_its_key_alone() -> None:
    row = run(tags={"keep": None, "kind": "yes"})
    found = ["keep", "tag:keep", "tag=keep", "tag:ke*", "keep*", "/^keep$/", "has:tag.keep", 'tag.keep=""', 'keep=""',
             "tag.keep!=yes"]  # fmt: skip
    missed = ["none", "one", "tag:none", "tag:no*", "tag:keep=none", "*none", "/none/", "tag.keep:no*", "keep:none",
              "tag=none", "tag.keep:yes"]  # fmt: skip
    assert [query for query in found + missed if parse(query).matches(row)] == found
    assert parse("tag.keep=none").unknown([row]) == []


@pytest.mark.feature("query", 13, "lengths of time: age duration eta", "age<2h duration>30m")
def test_lengths_of_time() -> None:
    check({"age<2h": "fo", "age<1h": "", "age>1h30m": "", "duration>45m": "f", "duration<=30m": "o", "took>45m": "f",
           "eta<15m": "f", "eta:14m": "f", "duration>2700": "f"})  # fmt: skip
    assert parse("age<2h").relative
    assert not parse("duration>2h created>2026-11-01").relative


@pytest.mark.feature(
    "query", 14, "moments: created started ended active", "started>=2026-11-01 ended>-2h started:today"
)
def test_moments() -> None:
    day, minute = datetime.fromtimestamp(NOW - 3_600), datetime.fromtimestamp(NOW - 1_800).strftime("%Y-%m-%dT%H:%M")
    check({f"started:{day:%Y-%m-%d}": "fo", f"started:{day:%Y-%m}": "fo", f"started>{day:%Y-%m-%d}": "",
           f"started>={day:%Y-%m-%d}": "fo", f"started<{day:%Y-%m-%d}": "", f"started<={day:%Y-%m-%d}": "fo",
           f"started!={day:%Y-%m-%d}": "", "started>2026-11-01": "fo", "ended>-2h": "o", "ended>-10m": "",
           f"ended:{minute}": "o", f'ended:"{minute.replace("T", " ")}"': "o",
           "started<today": "" if day.hour else "fo",
           f"started:{day:%H:%M}": "fo" if day.day == datetime.fromtimestamp(NOW).day else ""})  # fmt: skip
    assert parse("ended>-2h").relative
    assert parse("started:yesterday", NOW + 86_400).matches(FOX)


@pytest.mark.feature(
    "query",
    15,
    "has: a parameter, metric, tag or field; is: live, waiting, ended, child ...",
    "has:metric.loss is:live",
)
def test_has_and_is() -> None:
    check({"has:metric.loss": "fo", "has:val/acc": "f", "has:param.optimizer": "f", "has:tag.debug": "f",
           "has:metric.lr": "", "has:val*": "f", "has:/^val/": "f", "has:error": "o", "has:note": "f",
           "-has:debug": "o", "is:live": "f", "is:ended": "o", "is:waiting": "", "is:child": "o", "is:parent": "f",
           "is:archived": ""})  # fmt: skip


def test_a_field_that_is_zero_is_there_but_a_count_of_none_is_not() -> None:
    row = run(exit={"code": 0}, step=0, progress=0.0, children=0, attempts=0, description="")
    there = ["has:exit", "has:step", "has:progress", "exit=0", "step=0"]
    missing = ["has:children", "has:attempts", "has:note", "has:total", "has:parent", "has:tag"]
    assert [query for query in there + missing if parse(query).matches(row)] == there


@pytest.mark.parametrize("code", ["137", [1], {"float": "NaN"}, None])
def test_an_exit_code_that_is_no_number_is_none(code: object) -> None:
    row = run(exit={"code": code})
    asked = ["exit>0", "exit<=0", "exit:137", "exit!=137", "has:exit"]
    assert [query for query in asked if parse(query).matches(row)] == []


def test_the_duration_of_a_live_run_is_what_the_list_shows() -> None:
    row = run(started=NOW - 7_200, active=NOW - 7_100)
    assert row.duration == 100
    assert parse("duration:100s", NOW).matches(row)
    assert not parse("duration>1h", NOW).matches(row)


@pytest.mark.feature("query", 16, "numbers such as 1e-3, 30k, 2.5M, 50%, 1h30m", "step>30k param.timeout<1h30m")
def test_ways_to_write_numbers() -> None:
    row = run(step=30_000, params={"tokens": 2_500_000, "timeout": 5_400, "share": 0.29, "rest": -4})
    for query in ("step=30k", "tokens=2.5M", "timeout=1h30m", "share=29%", "rest=-4", "tokens<inf", "step<+1e5"):
        assert parse(query).matches(row), query


def test_what_is_missing_or_nan_never_holds() -> None:
    check({"nan<1": "", "nan>=0": "", "nan=1": "", "nan!=1": "", "-nan=1": "fo", "nan:nan": "f", "depth!=3": "f",
           "user!=ann": "", "ended<2099-01-01": "o"})  # fmt: skip


def test_groups_of_states_hold_only_words_of_states() -> None:
    assert {*LIVE, *WAITING} < set(WORDS)
    assert not LIVE & WAITING


def test_names_that_no_run_has() -> None:
    query = parse("losss<3 | lr>1 -param.bad=2 state:x val/acc.max>1 metric.lr>3")
    assert query.unknown([FOX, OWL]) == ["losss", "param.bad", "metric.lr"]
    assert parse("losss<3").unknown([]) == ["losss"]


# Against the plain meaning

TEXTS = st.sampled_from(
    ["fox", "a", "bert", "AdamW", "running", "0.3", "1e-3", "30", "b*", "*a*", "?", "vision", "5", "nan"]
)
VALUES = st.builds(Text, TEXTS, st.booleans())
SIGNS = st.sampled_from([":", "=", "!=", "<", "<=", ">", ">="])


def _comparison(name: Name, sign: str, value: Text) -> Node | None:
    node = Compare(name, sign, value)
    try:
        parse(str(node))
    except QueryError:
        return None
    return node


LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Find, VALUES),
    st.builds(
        _comparison,
        st.sampled_from([
            Name("field", "name"), Name("field", "state"), Name("field", "user"), Name("field", "step"),
            Name("param", "lr"), Name("metric", "loss"), Name("any", "lr"), Name("any", "loss"),
            Name("any", "optimizer"),
        ]),
        SIGNS,
        VALUES,
    ).filter(lambda node: node is not None),
)  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)
NUMBERS = st.sampled_from([0.3, 1e-3, 30, 5, math.nan, math.inf, -1.5])
ROWS = st.builds(
    lambda name, state, user, step, params, losses, tags: run(
        name,
        state,
        user=user,
        step=step,
        params=params,
        metrics=dict(zip(["loss"], map(stat, losses), strict=False)),
        tags=tags,
    ),
    st.sampled_from(["fox", "a", "bert-1", "A*b"]),
    st.sampled_from(["running", "failed"]),
    st.sampled_from(["ann", None]),
    st.sampled_from([None, 5, 30]),
    st.dictionaries(st.sampled_from(["lr", "optimizer", "loss"]), st.one_of(NUMBERS, TEXTS, st.booleans())),
    st.lists(NUMBERS, max_size=1),
    st.dictionaries(st.sampled_from(["lr", "kind"]), st.none() | TEXTS),
)


@settings(max_examples=100, deadline=None)
@given(tree=TREES, rows=st.lists(ROWS, min_size=1, max_size=3))
def test_a_query_means_what_it_says(tree: Node, rows: list[RunRow]) -> None:
    matches = parse(str(tree)).matches
    for row in rows:
        assert matches(row) is holds(tree, row)
