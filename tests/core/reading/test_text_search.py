"""Search in slices equals a slow search line by line."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.exceptions import UserErrorException
from runstore.reading.text import Errors, Search, TextFile, parse_pattern, screen_line


def walk_forward(search: Search) -> list[int]:
    found, at = [], -1
    while hits := [hit for hit in search.after(at) if hit is not None]:
        at = hits[0]
        found.append(at)
    return found


def walk_back(search: Search, size: int) -> list[int]:
    found, at = [], size + 1
    while hits := [hit for hit in search.before(at) if hit is not None]:
        at = hits[0]
        found.append(at)
    return found[::-1]


def slow_matches(content: bytes, typed: str) -> list[int]:
    """Line by line, on what is shown."""

    def matches(shown: str) -> bool:
        if typed.startswith("/"):
            return re.search(typed.strip("/"), shown, re.I) is not None
        return typed in (shown.lower() if typed.islower() else shown)

    found, at = [], 0
    for line in content.split(b"\n"):
        text = line.decode("utf-8", "replace")
        if at < len(content) and matches(screen_line(text).text):
            found.append(at)
        at += len(line) + 1
    return found


PIECE = st.sampled_from(
    [
        "error",
        "Error",
        "er\x1b[1mror",
        "fine\r",
        "\n",
        "\n\n",
        "\r\n",
        "ab\r",
        "\x1b[31m",
        "é",
        "İ",
        "xa",
        "\x1b[K",
        " ",
    ]
)
CONTENT = st.lists(PIECE, max_size=40).map("".join).map(str.encode)


@settings(max_examples=200, deadline=None)
@given(
    pieces=st.lists(CONTENT, max_size=4),
    typed=st.sampled_from(["error", "Error", "é", "/^er/", "/x?a[^b]/", "a"]),
    slice_bytes=st.sampled_from([1, 7, 1 << 18]),
)
def test_every_match_is_found_in_both_directions_while_the_file_grows(
    pieces: list[bytes], typed: str, slice_bytes: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "log")
        Path(path).touch()
        file = TextFile(path)
        search = Search(file, parse_pattern(typed), slice_bytes)
        content = b""
        for piece in pieces:
            with open(path, "ab") as log:
                log.write(piece)
            content += piece
            file.refresh()
            expected = slow_matches(content, typed)
            assert walk_forward(search) == expected
            while not search.count():
                pass
            assert search.total == len(expected)
            assert walk_forward(search) == expected
            assert walk_back(search, len(content)) == expected
            assert [search.position(start) for start in expected] == list(range(1, len(expected) + 1))
        file.close()


def test_a_line_of_many_slices_is_found_and_counted_once(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"needle\n" + b"x" * 3_000_000 + b"needle" + b"y" * 3_000_000 + b"\nneedle")
    search = Search(TextFile(str(path)), parse_pattern("needle"))
    while not search.count():
        pass
    assert search.total == 3
    assert walk_back(search, 7_000_000) == [0, 7, 6_000_014]


def test_only_the_last_state_of_a_progress_bar_matches(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(b"\r%4d/5000 [loss 0.%04d]" % (i, i) for i in range(5001)) + b"\n")
    file = TextFile(str(path))
    assert walk_forward(Search(file, parse_pattern("0.4999"))) == []
    assert walk_forward(Search(file, parse_pattern("0.5000"))) == [0]


def counted(search: Search) -> int:
    while not search.count():
        pass
    return search.total


def test_of_bars_drawn_over_each_other_only_the_last_states_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "log"
    bars = b"".join(b"\router %2d%%\n\rinner %2d%%\x1b[A" % (number, number) for number in range(60))
    path.write_bytes(b"before 7%\n" + bars + b"\n\nafter 7%\n")
    file = TextFile(str(path))
    early = {typed: Search(file, parse_pattern(typed), slice_bytes=256) for typed in ("7%", "59%", "inner", "58%", "%")}
    assert counted(early["7%"]) > 2, "nothing is known of bars yet"
    while not file.index():
        pass
    for typed, many in (("7%", 2), ("59%", 2), ("inner", 1), ("58%", 0), ("%", 4)):
        assert counted(early[typed]) == many, typed
        assert len(walk_forward(Search(file, parse_pattern(typed)))) == many, typed
    with path.open("ab") as log:
        log.write(b"77%\n")
    file.refresh()
    file.index()
    assert counted(early["7%"]) == 3


ERRORS = b"""\
epoch 1 loss 0.5
INFO no error here
Traceback (most recent call last):
  File "train.py", line 3, in <module>
    raise ValueError("x")
ValueError: x
retrying after an Error
2024-01-01 ERROR data loader: worker died
RuntimeError: CUDA out of memory
./run.sh: line 1: 123 Segmentation fault      (core dumped)
done
"""


def test_errors_are_told_from_words_that_look_like_them(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(ERRORS)
    file = TextFile(str(path))
    lines = [file.line(start).data.decode()[:18] for start in walk_forward(Search(file, Errors()))]
    assert lines == ["Traceback (most re", "2024-01-01 ERROR d", "RuntimeError: CUDA", "./run.sh: line 1: "]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("loss", ["loss", "Loss"]),
        ("Loss", ["Loss"]),
        ("/l.ss$/", ["loss", "Loss"]),
        ("/L.ss/", ["Loss"]),
        (r"/\Soss/", ["loss", "Loss"]),
        (r"/\x4coss/", ["loss", "Loss"]),
        ("/[^l]oss", []),
        ("ÄÖ", ["ÄÖ"]),
        ("äö", ["ÄÖ", "äö"]),
        ("/", []),
    ],
)
def test_case_counts_once_a_capital_is_typed(tmp_path: Path, typed: str, found: list[str]) -> None:
    path = tmp_path / "log"
    path.write_text("loss\nLoss\nÄÖ\näö\n")
    file = TextFile(str(path))
    hits = walk_forward(Search(file, parse_pattern(typed)))
    assert [file.line(start).data.decode() for start in hits] == found


@pytest.mark.parametrize("typed", ["/(/", "/[a", "/a{2,1}/"])
def test_a_wrong_expression_says_so(typed: str) -> None:
    with pytest.raises(UserErrorException, match="is no regular expression"):
        parse_pattern(typed)


def test_a_replaced_file_ends_the_search(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"error\n" * 10)
    file = TextFile(str(path))
    search = Search(file, parse_pattern("error"))
    path.write_bytes(b"other\n")
    file.refresh()
    assert not search.is_current
    assert search.count()
    assert walk_forward(search) == []


CATASTROPHES = ["/(a+)+$x/", "/(a|a)*b/", "/(x+x+)+y/", "/.*.*.*=x/", "/[^b]*x/", "/([a-z]+)*=/", "/a.*a.*b/"]


@pytest.mark.feature("output", 10, "search by expressions, none of which can hold the screen up", "/ &")
@pytest.mark.parametrize("typed", CATASTROPHES)
def test_no_expression_takes_forever(typed: str) -> None:
    """With ``re`` alone each of these takes minutes, some longer than the world is old."""
    pattern = parse_pattern(typed)
    text = "\n".join(["a" * 60] * 20 + ["a" * 20_000])
    assert pattern.places(text) == []
    assert pattern.spans("a" * 16_000) == []


@pytest.mark.parametrize("typed", [r"/(a+)+\1/", "/((?=a)b*)*/"])
def test_what_no_automaton_knows_is_refused(typed: str) -> None:
    with pytest.raises(UserErrorException, match="could take forever"):
        parse_pattern(typed)


LINE = st.text("abc=. \t", max_size=12)


@settings(max_examples=300, deadline=None)
@given(
    lines=st.lists(LINE, min_size=1, max_size=6),
    typed=st.sampled_from(["(a|b)+c", "(ab?)*=", "a.*b.*c", ".*.*b", "[^a]*c$", r"\s+b", "^(a|bc)*$", "a{2,}", "b?c"]),
)
def test_expressions_equal_those_of_python(lines: list[str], typed: str) -> None:
    lines = lines if lines[-1] else [*lines, "."]  # after a newline at the end there is no line
    text = "\n".join(lines)
    pattern = parse_pattern(f"/{typed}/")
    found = {text.count("\n", 0, place) for place in pattern.places(text)}
    matching = {number for number, line in enumerate(lines) if re.search(typed, line)}
    assert found == matching
    for number, line in enumerate(lines):
        assert bool(pattern.spans(line)) == (number in matching)
