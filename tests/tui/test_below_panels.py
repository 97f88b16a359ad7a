"""What goes on with the list while a panel is open over its lower part."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from runs_tui.app import RunsApp
from runs_tui.model.feed import start_feed
from runs_tui.screens.actions import ActionsScreen
from runs_tui.screens.columns import ColumnsScreen
from runstore.reading.catalog import Catalog
from runstore.writing.owner import RunOwner
from tests.tui.app_host import app_on, screen_text, until
from tests.tui.stores import make_run


def line_of(app: RunsApp, name: str) -> str:
    """Its line in the list; empty when there is none, as while a panel is not laid out yet."""
    found = [line for line in screen_text(app).splitlines() if line.lstrip("• ▸").startswith(f"{name} ")]
    return found[0] if found else ""


async def test_a_run_that_ends_below_a_menu_is_seen_to_end(tmp_path: Path) -> None:
    make_run(tmp_path, name="on-top", created=1_700_000_100)
    folder = make_run(tmp_path, name="goes-on", status="Running")
    async with app_on(tmp_path, size=(100, 50), runs=2) as (app, pilot):
        assert "● running" in line_of(app, "goes-on") or "stalled" in line_of(app, "goes-on")
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, ActionsScreen))
        RunOwner(folder).finish("Failed", exit={"code": 3, "signal": None, "error": None})
        await until(pilot, lambda: "✗ failed" in line_of(app, "goes-on"))
        assert isinstance(app.screen, ActionsScreen)
        await until(pilot, lambda: "actions · goes-on ✗ failed" in screen_text(app))


async def test_what_is_read_while_columns_are_chosen_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    may_read = threading.Event()
    read_more = Catalog.read_more

    def slow(self: Catalog, first: Iterable[str] = (), seconds: float | None = None) -> set[str]:  # a slow disk
        may_read.wait(30)
        return read_more(self, first, seconds)

    monkeypatch.setattr(Catalog, "read_more", slow)
    make_run(tmp_path, name="first")
    make_run(tmp_path, name="second", metrics=("only/here",), created=1_700_000_100)
    feed = start_feed([str(tmp_path)])
    app = RunsApp(feed)
    try:
        async with app.run_test(size=(100, 40)) as pilot:
            await until(pilot, lambda: feed.latest.total == 2)
            await pilot.press("v")
            chooser = app.screen
            assert isinstance(chooser, ColumnsScreen)
            await until(pilot, lambda: chooser._known)
            assert "0.1496" not in line_of(app, "first")
            assert all(each.id != "last:only/here" for each, _ in chooser._known)
            may_read.set()
            await until(pilot, lambda: "0.1496" in line_of(app, "first"))
            await until(pilot, lambda: any(each.id == "last:only/here" for each, _ in chooser._known))
            assert app.screen is chooser
    finally:
        may_read.set()
        feed.close()
