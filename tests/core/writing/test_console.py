"""Captured output on disk: whole up to its limit, above it head and tail."""

import os

import pytest

from runstore.records.console import decode_gap
from runstore.writing import console
from runstore.writing.console import MARK, ConsoleWriter

CAP = 1 << 20
LINES = [b"line %06d of some output that is captured\n" % number for number in range(100_000)]
EVERYTHING = b"".join(LINES)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "console").mkdir()
    return str(tmp_path)


def write(writer: ConsoleWriter, lines: list[bytes]) -> None:
    for line in lines:
        writer.write(line)


def content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def test_under_the_limit_everything_is_kept(folder):
    writer = ConsoleWriter(folder, "0-a", cap=CAP)
    write(writer, LINES[:20_000])
    writer.close()
    assert content(writer.path) == b"".join(LINES[:20_000])
    assert writer.dropped == 0
    assert sorted(os.listdir(os.path.join(folder, "console"))) == ["0-a.out", "0-a.out.idx"]


def test_above_the_limit_the_middle_gives_its_blocks_back(folder):
    writer = ConsoleWriter(folder, "0-a", cap=CAP)
    write(writer, LINES)
    writer.close()
    gap = decode_gap(content(writer.path + ".gap"))
    assert gap is not None
    start, end = gap
    kept = content(writer.path)
    assert len(kept) == len(EVERYTHING)  # all offsets stay as they were
    head = start - len(MARK)
    assert kept[:head] == EVERYTHING[:head]
    assert kept[head:start] == MARK
    assert not kept[start:end].strip(b"\0")
    assert kept[end:] == EVERYTHING[end:]
    assert writer.dropped == end - head
    assert min(head, len(kept) - end) > CAP // 3
    assert os.stat(writer.path).st_blocks * 512 <= CAP + 4096


def test_the_limit_holds_at_every_moment(folder):
    writer = ConsoleWriter(folder, "0-a", cap=CAP)
    most = 0
    for number, line in enumerate(LINES):
        writer.write(line)
        if number % 100 == 0:
            most = max(most, os.stat(writer.path).st_blocks * 512)
    writer.close()
    assert most <= CAP + 2 * 4096


def test_where_no_gap_can_be_made_the_end_follows_when_it_is_closed(folder, monkeypatch):
    def refuse(descriptor: int, start: int, length: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(console, "_punch", refuse)
    writer = ConsoleWriter(folder, "0-a", cap=CAP)
    write(writer, LINES)
    assert CAP <= os.path.getsize(writer.path) < CAP + 1000
    writer.close()
    head, mark, tail = content(writer.path).partition(MARK)
    assert mark
    assert EVERYTHING.startswith(head)
    assert EVERYTHING.endswith(tail)
    assert len(tail) >= 1 << 20
    assert writer.dropped == len(EVERYTHING) - len(head) - len(tail)


def test_a_folder_that_goes_away_is_counted_not_raised(folder):
    writer = ConsoleWriter(folder, "0-a")
    os.rmdir(os.path.join(folder, "console"))
    os.rmdir(folder)
    write(writer, [b"x" * 100_000] * 100)
    writer.close()
    assert writer.dropped == 10_000_000
