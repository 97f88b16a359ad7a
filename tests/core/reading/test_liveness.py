"""The dead are never shown as running: real processes, killed; heartbeats of other hosts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runstore.layout.paths import RunPaths
from runstore.reading.run import RunReader
from runstore.reading.states import reader_state, reported_status
from runstore.records.heartbeat import encode_heartbeat
from runstore.records.identity import identity_of, process_alive
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner

SCRIPT = """
import sys, time
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter
folder = create_run(sys.argv[1], "exp", status="Running", started=time.time())
owner = RunOwner(folder)
owner.begin_attempt(engine=sys.argv[2] or None)
owner.update()
writer = RunWriter(folder)
writer.log("loss", 1.0)
print(folder, flush=True)
sys.stdin.read()
"""
ELSEWHERE = {"host": "far", "pid": 1, "pid_start": 1, "boot": "another", "pid_ns": "pid:[1]"}


def start(root: Path, engine: str = "") -> tuple[subprocess.Popen[str], RunReader]:
    """A real process that owns a run and waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(root), engine], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    reader = RunReader(process.stdout.readline().strip())
    reader.refresh()
    return process, reader


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def elsewhere(root: Path, **fields: object) -> RunReader:
    """A run whose owner is on another host."""
    folder = create_run(str(root), "exp", status="Running", started=time.time(), **fields)
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.manifest["attempts"][-1]["owner"] = ELSEWHERE
    owner.update()
    reader = RunReader(folder)
    reader.refresh()
    return reader


def test_a_killed_process_is_dead_also_as_a_zombie(tmp_path: Path) -> None:
    process, reader = start(tmp_path)
    assert reader_state(reader).word == "running"
    os.kill(process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it stays a zombie
    state = reader_state(reader)
    assert (state.word, state.text, state.status) == ("dead", "dead", "Failed")
    end(process)
    assert reported_status(reader) == "Failed"


def test_a_kernel_that_went_away_has_ended(tmp_path: Path) -> None:
    process, reader = start(tmp_path, "kernel")
    assert reader_state(reader).word == "running"
    end(process)
    state = reader_state(reader)
    assert (state.word, state.status) == ("ended", "Completed")


def test_another_process_with_the_same_pid_is_not_taken_for_it() -> None:
    identity = identity_of()
    assert process_alive(identity) is True
    assert process_alive({**identity, "pid_start": identity["pid_start"] - 1}) is False
    assert process_alive({**identity, "boot": "another"}) is None
    assert process_alive({**identity, "pid_ns": "pid:[1]"}) is None


def test_a_writer_outlives_its_owner(tmp_path: Path) -> None:
    process, reader = start(tmp_path)
    owner = RunOwner(reader.folder)
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    owner.manifest["attempts"][-1]["owner"] = identity_of(gone.pid)
    gone.wait()
    owner.update()
    reader.refresh()
    assert reader_state(reader).word == "running"
    end(process)
    assert reader_state(reader).word == "dead"


def test_a_run_from_before_a_restart_of_this_host_is_dead(tmp_path: Path) -> None:
    reader = elsewhere(tmp_path)
    owner = RunOwner(reader.folder)
    owner.manifest["attempts"][-1]["owner"] = {**identity_of(), "boot": "another"}
    owner.update()
    reader.refresh()
    assert reader_state(reader).word == "dead"
    beat = Path(RunPaths(reader.folder).alive, "0-aa")
    beat.write_bytes(encode_heartbeat(time.time() - 30, 1))
    assert reader_state(reader).word == "dead"
    beat.write_bytes(encode_heartbeat(time.time(), 2))  # another host has the same name
    assert reader_state(reader).word == "running"


def test_heartbeats_of_another_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = elsewhere(tmp_path)
    assert reader_state(reader).word == "lost"  # nothing was ever heard
    beat = Path(RunPaths(reader.folder).alive, "0-aa")
    beat.write_bytes(encode_heartbeat(time.time(), 1))
    assert reader_state(reader).word == "running"
    clock = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: clock() + 20)
    state = reader_state(reader)
    assert (state.word, state.text, state.status) == ("unresponsive", "unresponsive 20s", "NotResponding")
    monkeypatch.setattr(time, "monotonic", lambda: clock() + 70)
    assert reader_state(reader).text == "lost 1m"
    beat.write_bytes(encode_heartbeat(time.time(), 2))
    assert reader_state(reader).word == "running"


def test_the_clock_of_another_host_does_not_matter_once_it_was_heard(tmp_path: Path) -> None:
    reader = elsewhere(tmp_path)
    beat = Path(RunPaths(reader.folder).alive, "0-aa")
    beat.write_bytes(encode_heartbeat(time.time() - 5000, 1))
    assert reader_state(reader).word == "lost"  # it looks dead, and is not shown as running
    beat.write_bytes(encode_heartbeat(time.time() - 4995, 2))
    assert reader_state(reader).word == "running"


def test_heartbeats_of_local_processes_that_are_gone_do_not_count(tmp_path: Path) -> None:
    process, reader = start(tmp_path)
    end(process)
    owner = RunOwner(reader.folder)
    owner.manifest["attempts"][-1]["child"] = ELSEWHERE
    owner.update()
    reader.refresh()
    assert list(Path(RunPaths(reader.folder).alive).iterdir())
    assert reader_state(reader).word == "lost"


@pytest.mark.parametrize(
    ("gap", "silence", "stalled"), [(1.0, 299, False), (1.0, 301, True), (60.0, 1100, False), (60.0, 1300, True)]
)
def test_silence_that_is_too_long_is_stalled(tmp_path: Path, gap: float, silence: float, stalled: bool) -> None:
    process, reader = start(tmp_path)
    folder = Path(reader.folder)
    rows = next(path for path in (folder / "points").iterdir() if path.name.endswith(".1.rows"))
    row = rows.read_bytes()
    import struct

    last = time.time() - silence
    rows.write_bytes(b"".join(row[:24] + struct.pack("<d", last - gap * back) for back in range(30, -1, -1)))
    manifest = RunOwner(reader.folder)
    manifest.update(started=time.time() - 9000)
    fresh = RunReader(reader.folder)
    fresh.refresh()
    state = reader_state(fresh)
    end(process)
    assert state.word == ("stalled" if stalled else "running")
    assert state.status == "Running"
    if stalled:
        assert state.text == f"stalled {int(silence // 60)}m"
