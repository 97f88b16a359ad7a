"""The lines that are kept equal a slow filter, whatever is counted and however the file grows."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.reading.text import Search, ShownText, TextFile, parse_filter, screen_line

PIECE = st.sampled_from(["error", "fine", "\n", "\n", "é", "a" * 30, "\r", "\x1b[31m"])
CONTENT = st.lists(PIECE, max_size=30).map("".join).map(str.encode)


def slow(content: bytes, typed: str) -> list[int]:
    """The starts of the lines that are kept."""
    found, at = [], 0
    words = typed.strip("!/")
    for line in content.split(b"\n"):
        is_found = re.search(words, screen_line(line.decode("utf-8", "replace")).text) is not None
        if at < len(content) and is_found != typed.startswith("!"):
            found.append(at)
        at += len(line) + 1
    return found


def walked(text: ShownText) -> list[int]:
    """All lines, which are the same from the other end."""
    forward, at = [], text.nearest(0) if text.last() is not None else None
    while at is not None:
        forward.append(at)
        at = text.after(at)
    back, at = [], text.last()
    while at is not None:
        back.append(at)
        at = text.before(at)
    assert forward == back[::-1]
    return forward


@settings(max_examples=150, deadline=None)
@given(
    pieces=st.lists(CONTENT, min_size=1, max_size=4),
    typed=st.sampled_from(["error", "!error", "/^f/", "!/e$/", "é"]),
    slice_bytes=st.sampled_from([1, 7, 1 << 18]),
)
def test_kept_lines_are_those_of_a_slow_filter(pieces: list[bytes], typed: str, slice_bytes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "log")
        Path(path).touch()
        file = TextFile(path)
        text = ShownText(file)
        text.kept = Search(file, parse_filter(typed), slice_bytes)
        content = b""
        for piece in pieces:
            with open(path, "ab") as log:
                log.write(piece)
            content += piece
            file.refresh()
            while not text.kept.count():
                pass
            expected = slow(content, typed)
            assert walked(text) == expected
            for start in (0, len(content) // 2, len(content)):
                below = [at for at in expected if at >= start]
                assert text.nearest(start) == (below or expected[-1:] or [0])[0]
        file.close()


def test_the_end_is_known_before_the_front_is(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(b"line %07d\n" % number for number in range(400_000)))
    file = TextFile(str(path))
    text = ShownText(file)
    text.kept = kept = Search(file, parse_filter("99"))
    assert text.last() is not None  # the last slice is looked at when it is asked for
    kept.count(0.0)
    kept.count(0.0)
    assert 0 < kept.progress < 1
    last = text.last()
    assert last is not None
    assert file.line(last).data == b"line 0399999"
    first = text.nearest(0)
    assert first > 0
    while not kept.count():
        pass
    assert file.line(text.nearest(0)).data == b"line 0000099"


@pytest.mark.parametrize("fold", [True, False])
def test_a_traceback_is_one_line_until_it_is_opened(tmp_path: Path, fold: bool) -> None:
    path = tmp_path / "log"
    traceback = b"Traceback (most recent call last):\n  File 1\nValueError: x\n"
    path.write_bytes(b"one\n" + traceback + b"two\n" + traceback)
    file = TextFile(str(path))
    while not file.index():
        pass
    text = ShownText(file)
    block = text.traceback(8)
    assert block is not None
    assert (block.start, block.lines) == (4, 3)
    if not fold:
        text.unfold(block)
    lines = [text.line(start).data for start in walked(text)]
    opened = traceback.splitlines()
    assert lines == [b"one", *(opened[-1:] if fold else opened), b"two", *opened]
    text.unfold(block, fold=True)
    assert len(walked(text)) == 6
