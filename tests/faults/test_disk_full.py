"""No space, or no right to more of it: the training goes on, and what was not kept is counted and shown."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from runstore.reading.run import RunReader
from runstore.upkeep.checks import examine
from tests.faults.scale import times
from tests.faults.training import Training, both, folder, row
from tests.tui.app_host import app_on, screen_text, until
from tests.tui.cli_runner import called, told

FILL = """
def fill():
    with open("big", "wb", 0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", place], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no small file system can be mounted: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def lost(root: Path) -> int:
    """How many records the list, ``show`` and ``ls --json`` say are lost; they agree."""
    run = row(root)
    said = [_lost_in(run.warnings), _lost_in(called("show", "--root", root, run.id).stdout.splitlines())]
    (listed,) = told("ls", "--root", root)["runs"]
    said.append(_lost_in(listed["warnings"]))
    assert len(set(said)) == 1, said
    return said[0]


def _lost_in(lines: list[str] | tuple[str, ...]) -> int:
    found = [int(match[1]) for line in lines if (match := re.search(r"(\d+) records could not be written", line))]
    assert len(found) <= 1
    return found[0] if found else 0


def values(root: Path, name: str) -> list[float]:
    reader = RunReader(str(folder(root)))
    reader.refresh()
    assert reader.warnings == []
    return reader.series(name).values.tolist() if name in reader.names() else []


@pytest.mark.parametrize("size", [20_000, 20][: times(2, 1)], ids=lambda size: f"{size} bytes a record")
def test_a_disk_that_fills_up_and_stays_full(disk: Path, size: int) -> None:
    script = FILL + textwrap.dedent(f"""
        run.log("a", 0)
        fill()
        for step in range(1, 300):
            run.log("a", step)
            run.log("text", {size} * "x")
        run.tag("k", "v")
        print("done")
        sys.exit(3)
    """)

    def emptied() -> None:
        (disk / "without" / "big").unlink(missing_ok=True)

    without, with_us = both(script, disk, disk / "store", emptied)
    assert with_us.seen[:3] == without.seen[:3]
    kept = values(disk / "store", "a")
    assert kept == list(range(len(kept)))
    assert 0 < len(kept) < 300
    assert row(disk / "store").state.text == "failed"
    assert lost(disk / "store") == 300 - len(kept) + 299 + 1  # points, texts, the tag
    assert sum("are lost" in line for line in with_us.said) == 1


def test_space_that_comes_back_is_used(disk: Path) -> None:
    script = FILL + textwrap.dedent("""
        run.log("a", 0)
        fill()
        for step in range(1, 20_000):
            run.log("a", step)
        run.tag("k", "v")
        os.unlink("big")
    """)
    ended = Training(script, disk / "with", disk / "store").ended()
    assert ended.code == 0
    assert values(disk / "store", "a") == list(range(20_000))
    assert row(disk / "store").tags == {"k": "v"}
    assert lost(disk / "store") == 0


async def test_while_the_disk_is_full_lists_and_the_monitor_say_so(disk: Path) -> None:
    script = FILL + textwrap.dedent("""
        run.log("a", 0)
        fill()
        for step in range(1, 1000):
            run.log("a", step)
        run._writer._heartbeat.beat()
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    assert Training(script, disk / "with", disk / "store").ended().code == -9
    assert row(disk / "store").state.word == "dead"
    count = lost(disk / "store")
    assert count == 1000 - len(values(disk / "store", "a"))
    async with app_on(disk / "store", runs=1) as (app, pilot):
        await pilot.press("enter", "1")
        await until(pilot, lambda: f"{count} records could not be written" in screen_text(app))


def test_a_command_that_fills_the_disk_ends_as_it_does(disk: Path) -> None:
    script = FILL + textwrap.dedent("""
        import runstore, sys
        run = runstore.Run.get_context()
        run.log("a", 0)
        fill()
        for step in range(1, 1000):
            run.log("a", step)
            print("line", step)
        sys.exit(3)
    """)
    work = disk / "work"
    work.mkdir()
    root = disk / "store"
    command = [sys.executable, "-m", "runs_tui", "run", "--root", str(root), "--", sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, cwd=work, env=os.environ, check=False)
    assert done.returncode == 3
    assert [line for line in done.stdout.split("\n") if line.startswith("line")] == [
        f"line {n}" for n in range(1, 1000)
    ]
    found = row(root)
    assert found.state.text == "failed exit 3"
    assert found.metrics["a"].n + lost(root) == 1000
    assert any("bytes of the output were not kept" in text for text in found.warnings)


def test_a_run_that_begins_on_a_full_disk_lies_elsewhere(
    disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "tmp"
    elsewhere.mkdir()
    subprocess.run([sys.executable, "-c", FILL + "fill()"], cwd=disk, check=True)
    monkeypatch.setenv("TMPDIR", str(elsewhere))
    without, with_us = both("run.log('a', 1); print('x')", tmp_path, disk / "store")
    assert with_us.seen == without.seen
    (root,) = elsewhere.iterdir()
    assert values(root, "a") == [1]
    assert "No space left" in row(root).warnings[0]


@pytest.mark.parametrize("seed", range(times(200, 2)))
def test_a_quota_at_any_size_leaves_whole_records_and_a_right_count(tmp_path: Path, seed: int) -> None:
    """RLIMIT_FSIZE makes a write end short, and the next fail: where it hits lies anywhere in a row or a line."""
    chance = random.Random(seed)
    limit = chance.randrange(3000)
    count = chance.choice([50, 200])
    freed = chance.random() < 0.3
    script = f"""
    import resource
    run.log("a", 0)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, hard))
    for step in range(1, {count}):
        run.log("a", step)
        run.log_metrics({{"b": step, "c": 0.5}})
        run.log("text", f"text {{step}}")
    if {freed}:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    print("done")
    """
    without, with_us = both(script, tmp_path, tmp_path / "store")
    assert with_us.seen == without.seen
    root = tmp_path / "store"
    reader = RunReader(str(folder(root)))
    reader.refresh()
    texts = [record["value"] for record in reader.records("scalar")]
    kept = [values(root, name) for name in "abc"]
    assert kept[0] == list(range(len(kept[0])))
    assert kept[1] == list(range(1, len(kept[1]) + 1))
    assert kept[2] == [0.5] * len(kept[1])
    assert texts == [f"text {step}" for step in range(1, len(texts) + 1)]
    assert not [each for each in examine(str(root)) if each.kind == "torn tail"]
    written = len(kept[0]) + len(kept[1]) + len(texts)
    if freed:
        assert (written, lost(root)) == (3 * count - 2, 0)
    elif row(root).state.word == "completed":
        assert written + lost(root) == 3 * count - 2
