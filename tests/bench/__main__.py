"""Run the benchmarks named on the command line, or all."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import tests.bench


def main() -> int:
    """Run them in order of name; returns the exit code."""
    found = [module.name for module in pkgutil.iter_modules(tests.bench.__path__) if module.name.startswith("bench_")]
    wanted = [f"bench_{name}" for name in sys.argv[1:]] or found
    unknown = [name for name in wanted if name not in found]
    if unknown:
        print("no benchmark", ", ".join(name[6:] for name in unknown), "- there are:", file=sys.stderr)
        print(*(name[6:] for name in found), sep="\n", file=sys.stderr)
        return 2
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name in wanted:
        print(f"\n## {name[6:]}", flush=True)
        importlib.import_module(f"tests.bench.{name}").main()
    return 0


sys.exit(main())
