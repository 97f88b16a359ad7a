"""Run the benchmarks named on the command line, or all; ``--write`` keeps what they find in RESULTS.md and plots."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import subprocess
import sys
import traceback

import tests.bench
from tests.bench.kept import taken
from tests.bench.report import part, write

FIRST = ("writing", "reading", "list", "screen", "growth")
"""What is promised, in the order in which it is told; the rest follow by name."""


def benches() -> list[str]:
    """The names of all benchmarks, in the order in which they run."""
    prefix = "bench_"
    found = [each.name for each in pkgutil.iter_modules(tests.bench.__path__) if each.name.startswith(prefix)]
    names = [name.removeprefix(prefix) for name in found]
    return [name for name in FIRST if name in names] + [name for name in names if name not in FIRST]


def main() -> int:
    """Run them; returns the exit code. One that fails does not keep the others from running."""
    names = benches()
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"one of {', '.join(names)}")
    parser.add_argument("--write", action="store_true", help="write tests/bench/RESULTS.md and plots, too")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in names]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(names)}")
    chosen = arguments.names or names
    if len(chosen) == 1:
        return measure(chosen[0], names, write_down=arguments.write)
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    # Each in a process of its own: the memory of one is not that of those before it.
    command = [sys.executable, "-m", "tests.bench", *(["--write"] if arguments.write else [])]
    failed = [name for name in chosen if subprocess.run([*command, name], check=False).returncode]
    if failed:
        print("failed:", *failed, file=sys.stderr)
    return 1 if failed else 0


def measure(name: str, names: list[str], *, write_down: bool) -> int:
    """Run one of the ``names``; returns the exit code."""
    print(f"\n# {name}", flush=True)
    load, failed = os.getloadavg()[0], False
    try:
        importlib.import_module(f"tests.bench.bench_{name}").main()
    except Exception:
        traceback.print_exc()
        failed = True
    sections = taken()
    if write_down:
        write(names, part(name, sections, load, failed=failed))
    return 1 if failed else 0


sys.exit(main())
