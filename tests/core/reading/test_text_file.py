"""A growing file read line by line equals what a slow reader of the whole file says."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.reading.text import TextFile


def slow_starts(content: bytes, longest: int) -> list[int]:
    """Where lines start, from the definition: after a newline, or at a multiple of ``longest`` without one."""
    starts = []
    for at in range(len(content)):
        after_newline = at == 0 or content[at - 1 : at] == b"\n"
        forced = at >= longest and at % longest == 0 and b"\n" not in content[at - longest : at]
        if after_newline or forced:
            starts.append(at)
    return starts


def assert_equals_slow(file: TextFile, content: bytes, longest: int) -> None:
    starts = slow_starts(content, longest)
    assert file.size == len(content)
    assert file.last() == (starts[-1] if starts else None)
    followed: list[int] = [0] if starts else []
    while followed and (following := file.after(followed[-1])) is not None:
        followed.append(following)
    assert followed == starts
    back = [] if not starts else [starts[-1]]
    while back and (previous := file.before(back[-1])) is not None:
        back.append(previous)
    assert back[::-1] == starts
    for start, end in zip(starts, [*starts[1:], len(content)], strict=False):
        line = file.line(start)
        whole = content[start:end]
        assert (line.start, line.end) == (start, end)
        assert line.ended == (end < len(content) or whole.endswith(b"\n"))
        if len(whole) <= 16:
            assert (line.data, line.cut) == (whole.rstrip(b"\n"), 0)
    while not file.index():
        pass
    assert file.lines == len(starts)
    assert [file.start_of(number) for number in range(len(starts) + 1)] == [*starts, None]
    assert [file.number(start) for start in starts] == list(range(len(starts)))
    for at in range(len(content)):
        assert file.start_from(at) == next((start for start in starts if start >= at), None)


PIECES = st.lists(st.binary(max_size=40) | st.text("ab\r\n", max_size=30).map(str.encode), max_size=8)


@settings(max_examples=150, deadline=None)
@given(pieces=PIECES, longest=st.sampled_from([1, 4, 8, 1 << 20]))
def test_any_bytes_appended_in_any_pieces(pieces: list[bytes], longest: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "log")
        file = TextFile(path, longest=longest, shown=16)
        content = b""
        assert file.gone
        assert file.last() is None
        for piece in pieces:
            with open(path, "ab") as log:
                log.write(piece)
            content += piece
            file.refresh()
            assert_equals_slow(file, content, longest)
        file.close()


def test_nothing_new_is_no_change(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\n")
    file = TextFile(str(path))
    assert not file.refresh()
    with path.open("ab") as log:
        log.write(b"two")
    assert file.refresh()
    assert not file.refresh()


@pytest.mark.parametrize("after", [b"new\n", b"quite another content, longer than before\n", b"one\ntwx\n"])
def test_cut_and_written_anew(tmp_path: Path, after: bytes) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\ntwo\n")
    file = TextFile(str(path))
    generation = file.generation
    path.write_bytes(after)
    os.utime(path, ns=(1, 1))
    assert file.refresh()
    assert file.generation == generation + 1
    assert_equals_slow(file, after, 1 << 20)


def test_replaced_by_another_file(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"old 1\nold 2\n")
    file = TextFile(str(path))
    (tmp_path / "next").write_bytes(b"old 1\nold 2\nnew 3\n")
    os.replace(tmp_path / "next", path)
    assert file.refresh()
    assert file.generation == 1
    assert_equals_slow(file, b"old 1\nold 2\nnew 3\n", 1 << 20)


def test_deleted_but_still_written(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb", buffering=0) as log:
        log.write(b"one\n")
        file = TextFile(str(path))
        path.unlink()
        assert file.refresh()
        assert file.gone
        log.write(b"two\n")
        assert file.refresh()
        assert file.gone
        assert_equals_slow(file, b"one\ntwo\n", 1 << 20)
    path.write_bytes(b"three\n")
    assert file.refresh()
    assert not file.gone
    assert_equals_slow(file, b"three\n", 1 << 20)


def test_what_is_no_regular_file_is_said_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        file = TextFile(str(tmp_path / name))
        assert file.problem == "not a regular file"
        assert file.last() is None
        assert file.index()
        assert file.lines == 0


def test_a_long_line_shows_its_beginning_and_how_much_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"short\n" + b"x" * 10_000_000 + b"\nend")
    file = TextFile(str(path))
    line = file.line(6)
    assert line.end == 10_000_007
    assert set(line.data) == {ord("x")}
    assert len(line.data) + line.cut == line.end - line.start
    assert file.after(6) == 10_000_007
    assert file.before(10_000_007) == 6


def test_a_long_progress_bar_shows_its_last_state(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(b"\r%3d%% |####      | %d/100000" % (i // 1000, i) for i in range(100_001)))
    file = TextFile(str(path))
    line = file.line(0)
    assert line.data.split(b"\r")[-1] == b"100% |####      | 100000/100000"
    assert line.cut == 0
    assert not line.ended
