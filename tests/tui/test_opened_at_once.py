"""The run that was asked for when the app was started."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from runs_tui.app import RunsApp
from runs_tui.model.feed import start_feed
from runs_tui.model.view import View
from runs_tui.model.views import Views
from runs_tui.screens.help import HelpScreen
from runs_tui.screens.runs import RunsScreen
from tests.terminal import PtyApp
from tests.tui.app_host import until
from tests.tui.stores import make_run


async def test_a_run_of_a_root_that_is_read_later(tmp_path: Path) -> None:
    make_run(tmp_path, "trees", "there", run_id="there")
    later = tmp_path / "trees" / "later"
    feed = start_feed([str(tmp_path)])
    app = RunsApp(feed, first_run=str(later))
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: feed.latest.total == 1)
            await pilot.pause(0.5)
            assert isinstance(app.screen, RunsScreen)
            make_run(tmp_path, "trees", "later", run_id="later")
            await until(pilot, lambda: getattr(app.screen, "key", None) == str(later))
    finally:
        feed.close()


async def test_who_has_gone_elsewhere_stays_there(tmp_path: Path) -> None:
    make_run(tmp_path, "trees", "there", run_id="there")
    feed = start_feed([str(tmp_path)])
    app = RunsApp(feed, first_run=str(tmp_path / "trees" / "later"))
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: feed.latest.total == 1)
            await pilot.press("question_mark")
            make_run(tmp_path, "trees", "later", run_id="later")
            await until(pilot, lambda: feed.latest.total == 2)
            await pilot.pause(0.5)
            assert isinstance(app.screen, HelpScreen)
            await pilot.press("escape")
            await pilot.pause(0.5)
            assert isinstance(app.screen, RunsScreen)
    finally:
        feed.close()


@pytest.mark.parametrize("view", [View(words="state:failed"), View(group="experiment", sort="name")])
def test_a_run_that_the_view_does_not_show(tmp_path: Path, view: View) -> None:
    store = tmp_path / "store"
    make_run(store, "trees", "hidden-by-it")
    make_run(store, "other", "bad", status="Failed", exit={"code": 1, "signal": None, "error": "ValueError: x"})
    Views([str(store)]).save("narrow", view)
    with PtyApp([sys.executable, "-m", "runs_tui", store, "--view", "narrow", "--run", "hidden-by-it"], 80, 24) as app:
        app.wait_for("trees / hidden-by-it")
        app.press("q")
        app.wait_for("enter open")
