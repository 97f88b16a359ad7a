"""The command line: the help of every command, lists and queries of many runs, completion, export, copies."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from runs_tui.cli.main import COMMANDS
from tests.bench.stores import fill, long_run
from tests.bench.table import row, spread

PROGRAM = str(Path(sys.executable).with_name("runs-tui"))
RUNS = 2000
POINTS = 1_000_000


def seconds(*arguments: str | Path, env: Mapping[str, str] | None = None) -> float:
    """How long the program takes, from its start to its end."""
    begun = time.perf_counter()
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)], stdout=subprocess.DEVNULL, env={**os.environ, **(env or {})}, check=False
    )
    assert done.returncode == 0, arguments
    return time.perf_counter() - begun


def bench_help(rounds: int = 5) -> None:
    """The quickest of some rounds for each command: what the program itself takes, not the machine's other work."""
    bare = [_python("pass") * 1e3 for _ in range(rounds)]
    click = [_python("import click") * 1e3 for _ in range(rounds)]
    row("python, doing nothing", spread(bare, " ms", 0))
    row("python, importing click", spread(click, " ms", 0))
    taken = {name: min(seconds(*name.split(), "--help") for _ in range(rounds)) for name in ("", *COMMANDS)}
    row("--help", f"{taken.pop('') * 1e3:.0f} ms", "150 ms")
    slowest = max(taken, key=lambda name: taken[name])
    row(f"--help of the slowest of {len(taken)} commands: {slowest}", f"{taken[slowest] * 1e3:.0f} ms", "150 ms")


def _python(code: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begun


def bench_lists(root: Path, rounds: int = 5) -> None:
    """Many runs, with an index."""
    fill(root, RUNS)
    seconds("ls", "--root", root)
    for what, arguments in (
        ("ls -n 20", ("ls", "-n", "20")),
        ("ls of a query", ("ls", "state:failed", "lr<0.01", "loss.min<0.5")),
        ("ls --sort loss", ("ls", "--sort", "loss", "-n", "20")),
        ("ls --json, all", ("ls", "--json")),
        ("du", ("du",)),
        ("gc --dry-run", ("gc", "--older", "30d", "--keep-best", "5", "--dry-run")),
    ):
        times = [seconds(*arguments, "--root", root) for _ in range(rounds)]
        row(f"{what}, {RUNS:,} runs", spread(times, " s"))
    line = {"_RUNS_TUI_COMPLETE": "bash_complete", "COMP_LINE": "runs-tui ls state:fa", "RUNSTORE_ROOT": str(root)}
    row(f"a shell completes a query, {RUNS:,} runs", spread([seconds(env=line) for _ in range(rounds)], " s"))


def bench_points(place: Path) -> None:
    """One long run as text, and copied."""
    folder = long_run(place / "long", POINTS)
    size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file()) / 1e6
    for name in ("long.csv", "long.jsonl"):
        taken = seconds("export", "--root", place / "long", "-o", place / name)
        row(f"export, {name}, {POINTS:,} points", f"{POINTS / taken / 1e6:.2f} M points/s")
    taken = seconds("export", "--root", place / "long", "--wide", "-o", place / "wide.csv")
    row(f"export --wide, {POINTS:,} points", f"{POINTS / taken / 1e6:.2f} M points/s")
    seconds("init", place / "copy")
    taken = seconds("cp", "--root", place / "long", "last", place / "copy")
    row(f"cp, verified, {size:.0f} MB", f"{size / taken:.0f} MB/s")


def main() -> None:
    """Print all figures."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["HOME"] = place
        os.environ["XDG_CACHE_HOME"] = os.environ["XDG_STATE_HOME"] = os.path.join(place, "home")
        bench_help()
        bench_lists(Path(place, "list"))
        bench_points(Path(place))
