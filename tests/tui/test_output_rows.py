"""Rows of a log on a screen of a width equal what a slow reader of the whole file draws."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from runs_tui.ansi import PLAIN, segments_of
from runs_tui.widgets.log_rows import LogRows, Place, Row
from runstore.reading.text import TextFile, Words, screen_line

Cells = list[tuple[str, Style | None]]

WORD = st.sampled_from(
    [
        "error",
        "x" * 7,
        "界",
        "é",
        "e\u0301",
        "\u0301",
        "\x1b[31m",
        "\x1b[0m",
        "\x1b[1m",
        "\t",
        "\r",
        "\n",
        "\n",
        "\r\n",
        " ",
    ]
)
PIECES = st.lists(
    st.lists(WORD, max_size=25).map("".join).map(str.encode) | st.binary(max_size=30), min_size=1, max_size=5
)


def slow_rows(content: bytes, width: int, wrap: bool) -> list[Cells]:
    """Every row of the whole file, character by character."""
    rows: list[Cells] = []
    state = PLAIN
    lines = content.split(b"\n")
    if not lines[-1]:
        lines.pop()
    for line in lines:
        segments, state = segments_of(screen_line(line.decode()), state)
        cells = [(char, segment.style) for segment in segments for char in segment.text]
        row: Cells = []
        for char, style in cells:
            if wrap and sum(cell_len(each) for each, _ in row) + cell_len(char) > width:
                rows.append(row)
                row = []
            row.append((char, style))
        rows.append(row)
    return rows


def cells_of(rows: list[Row]) -> list[Cells]:
    return [[(char, segment.style) for segment in row.strip for char in segment.text] for row in rows]


@settings(max_examples=100, deadline=None)
@given(pieces=PIECES, width=st.integers(2, 12), wrap=st.booleans(), height=st.integers(1, 6))
def test_every_page_equals_the_slow_reading(pieces: list[bytes], width: int, wrap: bool, height: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "log")
        Path(path).touch()
        file = TextFile(path)
        rows = LogRows(file)
        rows.width, rows.wrap = width, wrap
        content = b""
        for piece in pieces:
            piece = piece.decode("utf-8", "replace").encode()  # no character is cut in two
            with open(path, "ab") as log:
                log.write(piece)
            content += piece
            file.refresh()
            expected = slow_rows(content, width, wrap)
            end = rows.end(height)
            assert (end is None) == (not content)
            if end is None:
                continue
            assert cells_of(rows.page(end, height)) == expected[-height:]
            assert cells_of(rows.page(Place(0, 0), 1 << 30)) == expected
            places = [row.place for row in rows.page(Place(0, 0), 1 << 30)]
            for number, place in enumerate(places):
                assert rows.forward(places[0], number) == place
                assert rows.back(places[-1], len(places) - 1 - number) == place
            assert rows.back(places[-1], 1 << 30) == places[0]
            assert rows.forward(places[0], 1 << 30) == places[-1]
        file.close()


def test_matches_are_marked_and_found_sideways(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes("界界界 an error and an error\n".encode())
    rows = LogRows(TextFile(str(path)))
    rows.pattern = Words("error")
    rows.found = Style(bgcolor="yellow")
    marked = [segment.text for segment in rows.page(Place(0, 0), 1)[0].strip if segment.style == rows.found]
    assert marked == ["error", "error"]
    assert rows.column_of_match(0) == 10


def test_colours_are_inherited_where_the_page_begins_in_the_middle(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"\x1b[31mred from here\n" + b"line\n" * 100)
    rows = LogRows(TextFile(str(path)))
    end = rows.end(3)
    assert end is not None
    assert rows.page(end, 3)[0].strip.text == "line"
    assert {segment.style for row in rows.page(end, 3) for segment in row.strip} == {Style(color="color(1)")}


BARS = b"".join(b"\router %d %b\n\rinner %d\x1b[A" % (number, b"x" * 30, number) for number in range(9)) + b"\n\n"
TRACEBACK = b"Traceback (most recent call last):\n  File 1\nValueError: x\n"


@settings(max_examples=50, deadline=None)
@given(
    pieces=st.lists(st.sampled_from([b"line\n", b"y" * 50 + b"\n", BARS, TRACEBACK, b"\x1b[31mred\n"]), min_size=1),
    wrap=st.booleans(),
)
def test_rows_of_blocks_are_the_same_from_wherever_they_are_reached(pieces: list[bytes], wrap: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.write_bytes(b"".join(pieces))
        file = TextFile(str(path))
        while not file.index():
            pass
        rows = LogRows(file)
        rows.width, rows.wrap = 20, wrap
        places = [row.place for row in rows.page(Place(0, 0), 10_000)]
        assert len(set(places)) == len(places)
        assert rows.last() == places[-1]
        for count, place in enumerate(places):
            assert rows.forward(places[0], count) == place
            assert rows.back(places[-1], len(places) - 1 - count) == place
            assert [row.place for row in rows.page(place, 3)] == places[count : count + 3]
        shown = "\n".join(row.strip.text for row in rows.page(Place(0, 0), 10_000))
        if not wrap:
            assert shown.count("outer 8") == pieces.count(BARS)
            assert "outer 7" not in shown
        file.close()
