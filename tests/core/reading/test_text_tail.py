"""The last lines of a log, and when they were printed."""

from __future__ import annotations

from pathlib import Path

from runstore.reading.consoles import ConsoleLog
from runstore.reading.tails import last_output
from runstore.reading.text.times import CaptureTimes
from runstore.records.console import encode_entry


def last_lines(path: Path, count: int) -> list[str]:
    return last_output([ConsoleLog("std_log", "0-a", 0, str(path), None, (path.stat().st_size, 1.0))], count)


def test_the_last_lines_are_safe_and_as_a_terminal_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\n\x1b[31mtwo\x1b]0;title\x07\n\n 1%\r99%\n\n  \n")
    assert last_lines(path, 2) == ["two", "99%"]
    assert last_lines(path, 10) == ["one", "two", "99%"]
    path.write_bytes(b"\n" * 3_000_000)
    assert last_lines(path, 3) == []
    path.unlink()
    assert last_output([ConsoleLog("std_log", "0-a", 0, str(path), None, (100, 1.0))], 3) == []


def test_times_are_read_as_they_come_and_survive_garbage(tmp_path: Path) -> None:
    path = str(tmp_path / "log")
    index = tmp_path / "log.idx"
    times = CaptureTimes(path)
    assert times.time_of(0) is None
    index.write_bytes(encode_entry(10.0, 0) + encode_entry(11.0, 100) + b"torn")
    assert [times.time_of(offset) for offset in (0, 99, 100, 5000)] == [10.0, 10.0, 11.0, 11.0]
    index.write_bytes(encode_entry(10.0, 0) + encode_entry(11.0, 100) + encode_entry(0.0, 3) + encode_entry(12.0, 200))
    assert [times.time_of(offset) for offset in (150, 200)] == [11.0, 12.0]
    index.write_bytes(encode_entry(20.0, 0))
    assert times.time_of(500) == 20.0


def test_of_bars_drawn_over_each_other_the_last_state(tmp_path: Path) -> None:
    bars = b"".join(b"\router %2d%%\n\rinner %2d%%\x1b[A" % (number, number) for number in range(60))
    path = tmp_path / "log"
    path.write_bytes(b"before\n" + bars + b"\n\n")
    assert last_lines(path, 3) == ["before", "outer 59%", "inner 59%"]
    assert last_lines(path, 1) == ["inner 59%"]
