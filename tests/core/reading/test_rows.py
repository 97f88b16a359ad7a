"""Rows decoded with NumPy are the rows that struct wrote."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from runstore.records.points import WIDTHS, row_size, row_struct
from runstore.records.rows import decode_rows, integers, row_dtype


@given(
    st.sampled_from(WIDTHS[:8]),
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(-(2**63), 2**63 - 1))),
    st.binary(max_size=31),
    st.data(),
)
def test_rows_are_what_struct_wrote(
    width: int, heads: list[tuple[int, int, int]], tail: bytes, data: st.DataObject
) -> None:
    pack = row_struct("f" * width, width).pack
    times = [data.draw(st.sampled_from([0.0, 1.5, 1.7e9])) for _ in heads]
    values = [[data.draw(st.floats()) for _ in range(width)] for _ in heads]
    content = b"".join(pack(*head, *value, time) for head, value, time in zip(heads, values, times, strict=True))
    rows = decode_rows(content + tail[: row_size(width) - 1], width)
    expected = [
        (head, value, time)
        for head, value, time in zip(heads, values, times, strict=True)
        if head[0] != 0 and time != 0
    ]
    assert rows.dtype == row_dtype(width)
    assert rows.dtype.itemsize == row_size(width)
    assert [(int(row["schema"]), int(row["seq"]), int(row["step"])) for row in rows] == [each[0] for each in expected]
    assert [row["time"] for row in rows] == [each[2] for each in expected]
    assert b"".join(row["value"].tobytes() for row in rows) == b"".join(
        struct.pack(f"<{width}d", *each[1]) for each in expected
    )


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_integers_are_exact(values: list[int]) -> None:
    pack = row_struct("i", 1).pack
    rows = decode_rows(b"".join(pack(1, seq, 0, value, 1.0) for seq, value in enumerate(values)), 1)
    assert integers(rows)[:, 0].tolist() == values
