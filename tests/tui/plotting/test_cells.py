"""Cells: exact width whatever is written on them."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from runs_tui.plotting.cells import Cells, Role, fit

BIDIRECTIONAL = ("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI")
HOSTILE = st.text(max_size=40) | st.sampled_from(
    [
        "\x1b[31mred\x07",
        "日本語" * 20,
        "a\u202eb\u200bc",
        "e\u0301" * 9,
        "👩\u200d👩\u200d👧 🇩🇪",
        "x" * 10_000,
        "\n\t\r",
    ]
)


def harmless(text: str) -> bool:
    """Nothing in it acts on a terminal or on the order of what it shows."""
    return not any(
        unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(c) in BIDIRECTIONAL
        for c in text
    )


@given(HOSTILE, st.integers(0, 30))
def test_fitted_text_never_takes_more_cells(text: str, width: int) -> None:
    shown = fit(text, width)
    assert cell_len(shown) <= width
    assert harmless(shown)


@given(st.lists(st.tuples(HOSTILE, st.integers(-3, 30)), max_size=4), st.integers(1, 24))
def test_a_row_is_as_wide_as_its_cells(writes: list[tuple[str, int]], width: int) -> None:
    cells = Cells(width, 1)
    for text, column in writes:
        cells.put(0, column, text, Role.TITLE)
    assert cell_len(cells.lines()[0]) == width
    assert "".join(text for text, _ in cells.row(0)) == cells.lines()[0]
    assert harmless(cells.lines()[0])


@given(HOSTILE, st.integers(1, 24), HOSTILE, st.integers(1, 24), st.integers(0, 23))
def test_a_row_is_as_wide_as_its_cells_whatever_is_laid_over_it(
    below: str, width: int, above: str, wide: int, column: int
) -> None:
    cells, other = Cells(width, 2), Cells(wide, 1)
    for row in range(2):
        cells.put(row, 0, below, Role.TITLE)
    other.put(0, 0, above, Role.TITLE)
    cells.paste(1, min(column, width - 1), other)
    assert [cell_len(line) for line in cells.lines()] == [width, width]


def test_what_is_cut_in_two_leaves_a_blank() -> None:
    cells, other = Cells(4, 1), Cells(4, 1)
    cells.put(0, 0, "日本", Role.TITLE)
    other.put(0, 0, "語語", Role.TITLE)
    cells.paste(0, 1, other)
    assert cells.lines() == [" 語 "]


def test_long_names_keep_both_ends() -> None:
    assert fit("train/encoder/layer12/loss", 15) == "train/e…12/loss"
    assert fit("short", 15) == "short"
    assert fit("日本語の名前", 7) == "日…前"
    assert fit("x" * 300_000, 5) == "xx…xx"


def test_rows_come_in_pieces_of_one_role() -> None:
    cells = Cells(8, 1)
    cells.put(0, 0, "ab", Role.TITLE)
    cells.fill(0, 4, 4, 1, "-", Role.RULE)
    assert cells.row(0) == [("ab", Role.TITLE), ("  ", Role.BLANK), ("----", Role.RULE)]
