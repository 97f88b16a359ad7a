"""docs/queries.md says what is true: its queries are queries, and it names every field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runstore.query import FIELDS, parse
from runstore.query.fields import STANDINGS
from runstore.reading.states import WORDS

TEXT = (Path(__file__).parents[3] / "docs" / "queries.md").read_text()
SPANS = [span.replace(r"\|", "|") for span in re.findall(r"`([^`\n]+)`", TEXT)]
BLOCKS = re.findall(r"^```query\n(.*?)^```$", TEXT, re.S | re.M)


@pytest.mark.parametrize(
    "query", [*(span for span in SPANS if re.search(r"\w[:=<>]+\S", span) and "goal" not in span), *BLOCKS]
)
def test_every_query_is_one(query: str) -> None:
    parse(query)


def test_every_field_and_every_word_is_named() -> None:
    words = {word for span in SPANS for word in re.split(r"[\s:]+", span)}
    assert set(FIELDS) <= words
    assert {f"is:{word}" for word in STANDINGS} <= set(SPANS)
    assert set(SPANS) & set(WORDS) >= {"running", "stalled", "dead", "failed", "completed", "queued"}
