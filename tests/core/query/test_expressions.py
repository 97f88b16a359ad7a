"""Regular expressions: the same answers as ``re``, in a time that grows with the text alone."""

from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.query import QueryError, parse
from runstore.query.automaton import expression
from tests.core.query.rows import run

ATOMS = st.sampled_from([
    "a", "b", "c", ".", r"\d", r"\w", r"\W", r"\s",
    "[ab]", "[^a]", "[a-c]", r"[\d_]", "1", "_", r"\.", "^", "$", r"\b", r"\B", "-", "[]a]", "[a-]",
])  # fmt: skip


def _repeated(part: str, times: str) -> str:
    return f"(?:{part}){times}"


PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=3).map("|".join),
        inner.map("({})".format),
        st.builds(_repeated, inner, st.sampled_from(["*", "+", "?", "*?", "{2}", "{0,2}", "{1,}", "{,2}"])),
    ),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(PATTERNS, st.lists(st.text("abc1_- .", min_size=1, max_size=8), min_size=1, max_size=4))
def test_as_re(pattern: str, texts: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = re.compile(pattern)
    found = expression(pattern)
    assert [found(text) for text in texts] == [wanted.search(text) is not None for text in texts]


@pytest.mark.parametrize("text", ["AbC", "abc", "ABC"])
@pytest.mark.parametrize("pattern", ["abc", "ABC", "a[B-C]C", r"\w{3}", "(aB|x)c", "[^X]bc", "^ABC$"])
def test_letters_match_in_either_case(pattern: str, text: str) -> None:
    assert parse(f"name:/{pattern}/").matches(run(text))


@settings(max_examples=100, deadline=None)
@given(st.text(r"ab()[]{}|*+?^$.\dwb,12-:/", max_size=20))
def test_any_pattern_is_read_or_refused(pattern: str) -> None:
    try:
        matches = parse(f"/{pattern}/").matches
    except QueryError:
        return
    assert matches(run()) in (True, False)


@pytest.mark.feature("query", 21, "no pattern and no glob can hold up the list, whatever the names", "/(a+)+$/")
@pytest.mark.parametrize(
    "query",
    [
        "/(a+)+z$/", "/(a|a)*b/", "/^(a|aa)+$/", "/a*a*a*a*a*a*a*a*b/",
        "/(x|y)*x(x|y){40}z/", "/(.*)(.*)(.*)(.*)=/", "*a*a*a*a*a*a*b",
    ],
)  # fmt: skip
def test_no_pattern_takes_long(query: str) -> None:
    """With ``re`` most of these would not end in a lifetime, and neither would this test."""
    rows = [run("a" * 10_000 + "!"), run("xy" * 5_000), run("xxyxyyyxxxyy" * 800)]
    assert not any(map(parse(query).matches, rows))
