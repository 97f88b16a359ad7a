"""A list of runs that exists in memory only: as many as are wanted, some of them live.

``python -m tests.bench.generated COUNT`` shows the monitor on such a list.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Iterable

import msgspec

from runstore.reading.row import RunRow
from runstore.reading.run import RunReader
from runstore.reading.series_data import MetricStat
from runstore.reading.states import State

ROOT = "/generated"
LIVE = 20
METRICS = ("loss", "val/acc", "val/loss", "lr", "grad_norm", "epoch")
_STATES = (
    State("completed", "✓", "+", "completed", "Completed"),
    State("failed", "✗", "x", "failed exit 1", "Failed"),
    State("canceled", "■", "#", "canceled", "Canceled"),
)
_RUNNING = State("running", "●", "*", "running", "Running")


def rows(count: int) -> list[RunRow]:
    """``count`` runs, an hour apart; the newest `LIVE` of them are running."""
    chance = random.Random(7)
    now = time.time()
    found = []
    for number in range(count):
        live = number >= count - LIVE
        created = now - (count - number) * 3600.0
        lr, loss = 10 ** chance.uniform(-5, -1), chance.random()
        values = (loss, 1 - loss, loss * 1.1, lr, 1.0, 3.0)
        found.append(
            RunRow(
                key=f"{ROOT}/experiment-{number % 24}/run-{number:06}",
                root=ROOT,
                id=f"run-{number:06}",
                experiment=f"experiment-{number % 24}",
                name=f"{chance.choice(('brave', 'calm', 'quick', 'bright'))}-{chance.choice(('fox', 'owl'))}-{number}",
                number=number,
                state=_RUNNING if live else chance.choice(_STATES),
                created=created,
                started=created,
                ended=None if live else created + 600,
                active=now if live else created + 600,
                step=chance.randrange(100_000),
                params={"lr": lr, "batch": chance.choice((32, 64, 128)), "seed": number % 5, "model": "resnet18"},
                tags={"team": "vision"} if number % 3 else {},
                metrics={
                    name: MetricStat(100, 1.0, value, min(value, 0.5), max(value, 0.5), 100, created)
                    for name, value in zip(METRICS, values, strict=True)
                },
                host=f"gpu{number % 4}",
                user="ada",
            )
        )
    return found


def stepped(row: RunRow) -> RunRow:
    """A live run one step later."""
    metrics = {name: stat._replace(last=stat.last * 0.999, n=stat.n + 1) for name, stat in row.metrics.items()}
    return msgspec.structs.replace(row, step=(row.step or 0) + 1, active=time.time(), metrics=metrics)


class Generated:
    """A `runstore.sources.RunSource` of generated runs; the live ones make a step three times a second."""

    root = ROOT
    listed = True

    def __init__(self, count: int) -> None:
        self._news: dict[str, RunRow | None] = {row.key: row for row in rows(count)}
        self._live = [row for row in self._news.values() if row is not None and row.state.word == "running"]
        self._closed = threading.Event()
        self._told = False

    def news(self) -> dict[str, RunRow | None]:
        """See `runstore.sources.RunSource.news`."""
        news, self._news = self._news, {}
        return news

    def rows(self) -> list[RunRow]:
        """The live ones."""
        return self._live

    def is_ready(self, key: str) -> bool:
        """Always."""
        return True

    def changes(self, timeout: float) -> frozenset[str]:
        """The live runs."""
        if not self._told:
            self._told = True
            return frozenset({""})
        self._closed.wait(min(timeout, 0.33))
        self._live = [stepped(row) for row in self._live]
        self._news |= {row.key: row for row in self._live}
        return frozenset(row.key for row in self._live)

    def open(self, key: str) -> RunReader:
        """There is nothing to read."""
        return RunReader(key)

    def touch(self, keys: Iterable[str]) -> None:
        """Nothing."""

    def focus(self, keys: Iterable[str]) -> None:
        """Nothing."""

    def close(self) -> None:
        """Stop."""
        self._closed.set()


def main() -> int:
    """Show the monitor."""
    from runs_tui.app import run_app
    from runs_tui.model.feed import Feed

    feed = Feed([Generated(int(sys.argv[1]))])
    feed.start()
    return run_app([ROOT], feed=feed)


if __name__ == "__main__":
    sys.exit(main())
