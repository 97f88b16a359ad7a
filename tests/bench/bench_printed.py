"""Metrics out of printed lines: microseconds a line by what is kept of its shape, beside reading each line anew."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from runstore.printed.clocks import time_in
from runstore.printed.pairs import pairs_in
from runstore.printed.scraper import Scraper
from runstore.printed.shapes import told_in
from runstore.printed.steps import said_in
from runstore.sources.foreign.kind import Place
from runstore.sources.plain.log_reader import LogReader
from tests.bench.kept import OURS
from tests.bench.results import compare, measured

LINES = 2_000
LOG = 1_000_000
SHAPES = {
    "iter {n}: loss {v:.4f}, time {w:.2f}ms, mfu {u:.2f}%": "nanoGPT",
    "Epoch [{e}/5], Step [{n}/60000], Loss: {v:.4f}": "tutorials",
    "[{n}]\ttrain-rmse:{v:.5f}\teval-rmse:{u:.5f}": "XGBoost",
    "Epoch {e}:  45%|████▌     | {n}/60000 [00:03<00:04, 12.50it/s, train_loss={v:.3f}, acc={u:.3f}]": "bars",
    "step={n} loss={v!r} lr={u!r}": "numbers of any length",
}


def lines(shape: str, count: int) -> Iterator[str]:
    """Lines of this shape, a step each."""
    for step in range(count):
        yield shape.format(n=step, e=step // 1000, v=5 / (step + 1), w=step % 97 + 0.5, u=step / (step + 7))


def anew(text: str) -> None:
    """What the line tells, by all rules."""
    said = said_in(text)
    if pairs_in(text, said).values:
        time_in(text)


def each(read: Callable[[str], object], texts: list[str]) -> float:
    """Microseconds a line."""
    begun = time.perf_counter()
    for text in texts:
        read(text)
    return (time.perf_counter() - begun) / len(texts) * 1e6


def main() -> None:
    """Measure and print."""
    for shape, name in SHAPES.items():
        texts = list(lines(shape, LINES))
        ways = {OURS: partial(each, told_in, texts), "each line anew": partial(each, anew, texts)}
        compare(f"what a line tells, {name}", "us", ways)
    encoded = [text.encode() for text in lines(next(iter(SHAPES)), LINES)]
    times = []
    for _ in range(5):
        scraper, begun = Scraper(), time.perf_counter()
        for line in encoded:
            scraper.read(line)
        times.append((time.perf_counter() - begun) / LINES * 1e6)
    measured("a line to its row, nanoGPT", "us", times)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "train.log")
        with path.open("w") as log:
            log.writelines(line + "\n" for line in lines(next(iter(SHAPES)), LOG))
        begun = time.perf_counter()
        reader = LogReader(Place("log", os.fspath(path), "train", "run"), True, 120.0)
        reader.refresh()
        assert len(reader.names()) == 3
        measured(f"a log of {LOG:,} lines with metrics, read whole", "s", [time.perf_counter() - begun], "30 s")
