"""Long lists: what the worker does for a snapshot, and a key of the Runs screen, with 10,000 and 100,000 runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import msgspec

from runs_tui.model.roster import Roster
from runs_tui.model.view import View
from tests.bench.generated import LIVE, ROOT, rows, stepped
from tests.bench.table import row, spread
from tests.terminal import PtyApp

SIZE = (200, 50)
VIEWS = {
    "default order": (View(words="nothing like it"), View()),
    "sorted by a metric": (View(), View(sort="metric")),
    "the order turned round": (View(sort="metric"), View(sort="metric", reverse=True)),
    "filtered by a word": (View(words="fo"), View(words="fox")),
    "filtered by values": (View(sort="metric"), View(words="lr>1e-3 loss<0.5", sort="metric")),
    "grouped by a parameter": (View(), View(group="param:batch")),
    "groups, sorted by a metric": (View(group="param:batch"), View(group="param:batch", sort="metric")),
    "groups folded": (View(group="param:batch"), View(group="param:batch", fold_all=True)),
    "grouped into many groups": (View(), View(group="param:lr", fold_all=True)),
}
"""From one view to another."""


def took(action: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    action()
    return (time.perf_counter() - begun) * 1e3


def worker(count: int) -> None:
    """The first snapshot, another view, and a tick in which the live runs have made a step."""
    roster = Roster([ROOT])
    made = {each.key: each for each in rows(count)}
    row(
        f"{count:,} runs: taken and shown first",
        f"{took(lambda: (roster.update(ROOT, made), roster.snapshot(View()))):.0f} ms",
    )
    live = list(made.values())[-LIVE:]
    for name, (before, view) in VIEWS.items():
        roster.snapshot(before)
        chosen = took(lambda view=view: roster.snapshot(view))
        ticks = []
        for _ in range(7):
            live = [stepped(each) for each in live]
            news = {each.key: each for each in live}
            ticks.append(took(lambda news=news, view=view: (roster.update(ROOT, news), roster.snapshot(view))))
        row(f"{count:,} runs, {name}", f"{chosen:.1f} ms")
        row(f"{count:,} runs, {name}: {LIVE} live runs a step on", spread(ticks, " ms", 1))
    new = []
    for number in range(7):
        fresh = msgspec.structs.replace(live[0], key=f"{ROOT}/new-{number}", id=f"new-{number}", created=time.time())
        new.append(took(lambda fresh=fresh: (roster.update(ROOT, {fresh.key: fresh}), roster.snapshot(View()))))
    row(f"{count:,} runs: one more", spread(new, " ms", 1))


def keys(count: int) -> None:
    """From a key to the first byte of what it changes on the screen, while `LIVE` runs go on."""
    with PtyApp([sys.executable, "-m", "tests.bench.generated", str(count)], *SIZE) as screen:
        screen.wait_for("running", timeout=120)
        time.sleep(3)
        for what, pressed in (("move", "jk"), ("sort", "s"), ("the order turned round", "S"), ("mark", " ")):
            times = [key_time(screen, pressed[number % len(pressed)]) for number in range(12)]
            row(f"{count:,} runs, key to repaint: {what}", spread(times, " ms", 0), "30 ms")
        row(f"{count:,} runs: memory, resident", f"{screen.rss() / 1e6:.0f} MB")
        screen.press("Q")
        screen.wait(timeout=60)


def key_time(screen: PtyApp, key: str) -> float:
    """Milliseconds from a key to the next output, once the screen was quiet for a moment."""
    screen.wait_quiet(0.05, timeout=5)
    seen = len(screen.arrivals)
    pressed = time.monotonic()
    screen.type_text(key)
    screen.wait_for(lambda app: len(app.arrivals) > seen, timeout=10)
    return (screen.arrivals[seen][0] - pressed) * 1e3


def main() -> None:
    """Measure and print."""
    for count in (10_000, 100_000):
        worker(count)
        keys(count)
