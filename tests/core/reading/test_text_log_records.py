"""Records of Python's logging as the lines that a person reads."""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.reading.consoles import record_logs
from runstore.reading.text import Errors, LogRecords, Search, parse_pattern, screen_lines

NOON = time.mktime((2026, 11, 26, 12, 0, 7, 0, 0, -1))


def encoded(**fields: Any) -> bytes:
    record = {"time": NOON, "level": "INFO", "logger": "train", "message": "", **fields}
    return json.dumps(record).encode() + b"\n"


def opened(folder: Path, content: bytes) -> LogRecords:
    path = folder / "0-1a2b3c4d.log"
    path.write_bytes(content)
    return LogRecords(str(path))


def shown(file: LogRecords) -> list[list[str]]:
    return [[part.text for part in screen_lines(line)] for line in file.lines_from(0)]


def test_a_record_is_a_line_and_its_traceback_follows(tmp_path: Path) -> None:
    traceback = "Traceback (most recent call last):\n  File x\nValueError: no\n"
    file = opened(
        tmp_path,
        encoded(message="begins") + encoded(level="ERROR", logger="a.b", message="two\nlines", traceback=traceback),
    )
    assert shown(file) == [
        ["11-26 12:00:07 INFO     train  begins"],
        ["11-26 12:00:07 ERROR    a.b  two", "lines", *traceback.splitlines()],
    ]
    (line,) = screen_lines(file.line(0))
    assert line.sgrs == ["2", "0", "32", "0", "2", "0"]
    assert file.plain_from(0) is None


def test_what_is_no_record_is_shown_as_it_stands(tmp_path: Path) -> None:
    for content in ("not JSON", "[]", '{"level": "INFO"}', "3", '{"message": "x"}', "[" * 5000, '{"level": "INF'):
        assert shown(opened(tmp_path, content.encode()))[0] == [content]


def test_nothing_that_was_logged_acts_on_the_terminal_or_passes_for_a_record(tmp_path: Path) -> None:
    evil = "\x1b[2J\r11-26 ERROR\x1b[31mred\tend\u202e\ud800"
    file = opened(tmp_path, encoded(level=evil, logger=f"{evil}\n{evil}" * 90, message=evil, time=1e300))
    (parts,) = shown(file)
    assert len(parts) == 1
    assert parts[0].startswith("- ␛[2J␍11-26 ERROR")
    assert parts[0].isprintable()
    assert parts[0].endswith("11-26 ERRORred  end��")
    for odd in ({"time": None}, {"time": "x"}, {"message": {"a": [1]}}, {"message": None, "level": 3, "logger": None}):
        assert len(shown(opened(tmp_path, encoded(**odd)))[0]) == 1


def test_a_long_record_is_read_whole_and_shown_in_part(tmp_path: Path) -> None:
    file = opened(tmp_path, encoded(message="x" * 60_000 + "\x01" * 5_000) + encoded(message="after"))
    first, second = file.lines_from(0)
    assert (len(first.data), first.cut > 48_000) == (16 << 10, True)
    assert screen_lines(second)[0].text.endswith("after")


def test_it_is_followed_as_it_grows(tmp_path: Path) -> None:
    file = opened(tmp_path, encoded(message="one"))
    with open(file.path, "ab") as more:
        more.write(encoded(message="two"))
    assert file.refresh()
    assert [parts[0][-3:] for parts in shown(file)] == ["one", "two"]


def test_errors_are_found_by_their_level(tmp_path: Path) -> None:
    file = opened(tmp_path, encoded(message="fine") + encoded(level="ERROR", message="bad") + encoded(message="fine"))
    assert [hit for hit in Search(file, Errors()).after(-1) if hit is not None] == [len(encoded(message="fine"))]


TEXT = st.sampled_from(["needle", "Needle", "\n", " ", "\t", "x\ry", "\x1b[1m", "level", "é", "\u2028", '"', "\\"])
RECORD = st.builds(
    encoded,
    message=st.lists(TEXT, max_size=6).map("".join),
    level=st.sampled_from(["INFO", "ERROR", "needle"]),
    traceback=st.sampled_from(["", "needle\n"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(RECORD, st.sampled_from([b"needle\n", b"\n", b"\xff\n"])), max_size=12), st.integers(20, 400))
def test_search_finds_the_records_in_whose_lines_the_words_stand(records: list[bytes], slice_bytes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = opened(Path(folder), b"".join(records))
        search = Search(file, parse_pattern("needle"), slice_bytes)
        found, at = [], -1
        while hits := [hit for hit in search.after(at) if hit is not None]:
            at = hits[0]
            found.append(at)
        assert found == [
            line.start
            for line in file.lines_from(0)
            if any("needle" in part.text.lower() for part in screen_lines(line))
        ]
        file.close()


def test_the_logs_of_all_ranks_and_attempts_have_names(tmp_path: Path) -> None:
    for name in ("1-b.log", "0-a.log", "0-c.log", "0-a.log.idx", "system.log", "0-a.out", ".log"):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (1, 1))  # of logs as old as each other the names tell the order
    found = record_logs(str(tmp_path))
    assert [(log.name, log.writer, log.rank) for log in found] == [
        ("logging", "0-a", 0),
        ("logging.2", "0-c", 0),
        ("logging_1", "1-b", 1),
    ]
    assert record_logs(str(tmp_path / "absent")) == []
