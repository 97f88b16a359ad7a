"""What is a query, how it is written, and what is said of a text that is none."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runstore.query import Query, QueryError, parse
from tests.core.query.rows import run
from tests.core.query.test_matching import TREES


@pytest.mark.feature("query", 20, "what is wrong with a query is told with its place", "runs-tui ls 'lr>='")
@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("state:", 6, "a value must follow 'state:'"),
        ("fox lr>=", 8, "a value must follow 'lr>='"),
        ("(fox", 0, "is not closed"),
        ("fox)", 3, "closes nothing"),
        ("()", 1, "something must stand before ')'"),
        ("fox |", 5, "something is missing"),
        ("| fox", 0, "something must stand before '|'"),
        ("fox | <3", 6, "a name must stand before '<'"),
        ("lr >= state:x", 5, "a value must follow 'lr >='"),
        ("state: x", 6, "a value must follow 'state:'"),
        ('""=3', 0, "a name must stand before '='"),
        ("lr<<3", 3, "must stand in quotes"),
        ("f(x)", 1, "must stand in quotes"),
        ('"a"b', 0, "a space is missing"),
        ('name:"a"b', 8, "a space is missing"),
        ("name<3", 0, "name takes : = != and not <"),
        ("has=x", 0, "has takes : and not ="),
        ("is:up", 3, "is: takes live, waiting"),
        ("fox step>abc", 9, "step needs a number"),
        ("step>/3/", 5, "step needs a number"),
        ("age<soon", 4, "age needs a length of time"),
        ("started>soon", 8, "started needs a time"),
        ("started:2026-13-01", 8, "started needs a time"),
        ("metric.loss<low", 12, "< needs a number"),
        ("lr>= fox", 5, ">= needs a number such as 100, 1e-3, 30k or 50%, or a text in quotes"),
        ("lr<1*", 3, "a pattern takes : = !="),
        ("/fox", 0, "is not closed"),
        ("name:/a(b/", 7, "is not closed"),
        ("name:/a**/", 6, "nothing to repeat"),
        ("/(?=a)/", 1, "only (?:...)"),
        (r"/\1/", 1, r"there is no \1"),
        ("/(a{900}){900}/", 1, "too large"),
        ("x" * 5_000, 4_000, "at most 4,000 characters"),
        ("(" * 60, 50, "more than 50 groups"),
    ],
)  # fmt: skip
def test_what_is_wrong(text: str, position: int, said: str) -> None:
    with pytest.raises(QueryError) as error:
        parse(text)
    assert said in error.value.message
    assert error.value.position == position


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("  fox   (owl)  ", "fox owl"),
        ("a|b c|d", "a | b c | d"),
        ("lr  >=  1e-3 fox = 3", "lr>=1e-3 fox=3"),
        ("(a|b) c", "(a | b) c"),
        ("-(a b)", "-(a b)"),
        ("experiment:x reason:y took>3", "exp:x error:y duration>3"),
        ("State:x params.lr==3", "state:x param.lr=3"),
        ('"a b', '"a b"'),
        (r'"a\"b\\c"', r'"a\"b\\c"'),
        ('"step">3 "lr">3 "param.x">3', '"step">3 lr>3 "param.x">3'),
        (r"/a\/b/", r"/a\/b/"),
        ("", ""),
    ],
)
def test_how_a_query_is_written(text: str, written: str) -> None:
    assert str(parse(text)) == written
    assert parse(written) == parse(text)


@settings(max_examples=100, deadline=None)
@given(TREES)
def test_what_is_written_is_read_as_the_same(tree: object) -> None:
    query = parse(str(tree))
    assert parse(str(query)) == query


PIECES = st.lists(
    st.sampled_from([
        *'()|-":=<>!/*?\\ .[]{}+^$', "fox", "state", "param.", "metric.", "loss", ".min", "tag:", "age<", "started>",
        "has:", "1e-3", "2h", "2026-11-01", "today", "-2h", "nan", "é", "\n", "\x1b", "//", '""',
    ])
).map("".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), PIECES))
@example("started:9999-12-31")
@example("started:0001-01-01 ended<99:99")
@example("age<" + "9" * 4_000)
@example("-" * 3_999)
@example("step:" + "1e" * 30)
def test_no_text_does_harm(text: str) -> None:
    try:
        query = parse(text)
    except QueryError as error:
        assert 0 <= error.position <= len(text)  # noqa: PT017 - either way is right
        return
    assert isinstance(query, Query)
    assert query.matches(run(tags={"a": 1}, params={"loss": "x"})) in (True, False)
    assert parse(str(query)) == query
