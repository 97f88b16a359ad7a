"""Queries: how long it takes to read one, and to ask it of 10,000 and 100,000 runs."""

from __future__ import annotations

import time
from collections.abc import Sequence

from runstore.query import complete, names_of, parse
from runstore.reading.row import RunRow
from tests.bench.generated import rows
from tests.bench.table import row, spread

SIMPLE = ("fox", "state:failed", "lr>=1e-3", "loss<0.3", "name:brave*", "tag:vision", "age<2d")
OTHERS = (
    "fox 77 -failed",
    "state:failed lr>=1e-3 -tag:debug loss<0.3 name:brave*",
    "(fox | owl) loss.best<0.2",
    "/fox-\\d+7$/",
)
HOSTILE = ("/(a+)+z$/", "/a*a*a*a*a*a*a*b/", "/(x|y)*x(x|y){30}z/", "*a*a*a*a*a*b")


def took(query: str, runs: Sequence[RunRow]) -> float:
    """Milliseconds of processor time to ask it of all."""
    matches = parse(query).matches
    begun = time.process_time()
    for run in runs:
        matches(run)
    return (time.process_time() - begun) * 1e3


def main() -> None:
    """Print the figures."""
    for count, budget in ((10_000, "15 ms"), (100_000, "150 ms")):
        runs = rows(count)
        for query in (*SIMPLE, *OTHERS):
            figure = spread([took(query, runs) for _ in range(5)], " ms", 1)
            row(f"{count:,} runs: {query}", figure, budget if query in SIMPLE else "")
        begun = time.process_time()
        names = names_of(runs)
        row(f"{count:,} runs: names to complete from", f"{(time.process_time() - begun) * 1e3:.0f} ms")
    few = [_named("a" * 10_000), _named("xy" * 5_000)]
    for query in HOSTILE:
        row(f"two names of 10,000 characters: {query}", spread([took(query, few) for _ in range(3)], " ms", 1))
    times = []
    for _ in range(200):
        begun = time.perf_counter()
        parse(OTHERS[1])
        times.append((time.perf_counter() - begun) * 1e3)
    row("to read a query of five terms", spread(times, " ms", 3))
    begun = time.perf_counter()
    complete("state:failed param.l", 20, names)
    row("to complete a name", f"{(time.perf_counter() - begun) * 1e3:.2f} ms")


def _named(name: str) -> RunRow:
    import msgspec

    return msgspec.structs.replace(rows(1)[0], name=name)
