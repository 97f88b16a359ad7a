"""Columns of numbers in JSON are read as Python reads each of them."""

from __future__ import annotations

import json
import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runstore.sources.wandb.decimals import LONGEST, decimals

DOUBLES = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.one_of(
    DOUBLES.map(repr),
    DOUBLES.map(json.dumps),
    st.tuples(DOUBLES, st.integers(0, 20)).map(lambda each: f"{each[0]:.{each[1]}e}"),
    st.integers(-(10**30), 10**30).map(str),
).filter(lambda text: len(text) <= LONGEST and math.isfinite(float(text)))


def read(texts: list[bytes]) -> list[float] | None:
    """As they stand in a file, with other bytes around them."""
    data, begins = b"", []
    for text in texts:
        data += b'"],\x00'
        begins.append(len(data))
        data += text
    at = np.array(begins)
    found = decimals(data + bytes(LONGEST + 1), at, at + [len(text) for text in texts])
    return None if found is None else found.tolist()


@given(st.lists(TEXTS, min_size=1, max_size=40))
def test_each_number_is_what_python_reads(texts: list[str]) -> None:
    expected = [float(text) for text in texts]
    found = read([text.encode() for text in texts])
    assert found is not None
    assert found == expected
    assert [struct.pack("<d", each + 0.0) for each in found] == [struct.pack("<d", each + 0.0) for each in expected]


@pytest.mark.parametrize(
    "odd",
    ["NaN", "-Infinity", "true", "null", '"1"', "", "1,2", "[1]", "1]", "1e999", "0x1", "1 2", "1" * (LONGEST + 1)],
)
def test_a_column_with_anything_else_is_left_to_others(odd: str) -> None:
    assert read([b"1.5", odd.encode(), b"2"]) is None
    assert read([b"1.5", b"2", odd.encode()]) is None
    assert read([odd.encode()]) is None
