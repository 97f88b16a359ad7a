"""Work that a pane leaves to a thread."""

from __future__ import annotations

import time

from textual.app import App
from textual.widget import Widget

from runs_tui.screens.tabs.job import Job
from tests.tui.app_host import until


class Host(App[None]):
    """An app with a job that notes when it is done, and takes as long as it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self.asked = 0
        self.done: list[int] = []
        self.pane = Widget()
        self.job: Job[int] = Job(self.pane, lambda: self.work, self.done.append)

    def on_mount(self) -> None:
        self.mount(self.pane)

    def work(self) -> int:
        number = self.asked
        time.sleep(self.seconds)
        return number


async def test_who_asks_at_once_is_served_at_once_and_once_more_in_the_end() -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.seconds = 0.05
        for app.asked in range(1, 6):
            app.job.ask()
        await until(pilot, lambda: app.done[-1:] == [5])
        assert len(app.done) <= 2
        app.asked = 6
        app.job.ask()
        await until(pilot, lambda: app.done[-1] == 6)


async def test_who_is_patient_gets_what_is_newest_after_a_rest() -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.seconds = 0.04
        app.job.ask(patient=True)
        await until(pilot, lambda: app.done == [0])
        begun = time.monotonic()
        for app.asked in range(1, 20):
            app.job.ask(patient=True)
        await until(pilot, lambda: app.done == [0, 19])
        assert time.monotonic() - begun > 0.2
