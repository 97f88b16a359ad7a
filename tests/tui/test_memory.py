"""What was closed is given back: prompts, panels and screens that are opened again and again leave nothing."""

from __future__ import annotations

import gc
from pathlib import Path

from textual._styles_cache import StylesCache
from textual.widget import Widget

from runs_tui.widgets.query_line import QueryLine
from tests.tui.app_host import app_on, screen_text, until
from tests.tui.stores import make_run


def living(kind: type) -> list[object]:
    """All objects of a kind that somebody still has."""
    gc.collect()
    return [each for each in gc.get_objects() if type(each) is kind]


async def test_a_filter_that_was_closed_is_gone(tmp_path: Path) -> None:
    make_run(tmp_path, name="only-one")
    async with app_on(tmp_path, runs=1) as (app, pilot):
        for _ in range(4):
            await pilot.press("slash", *"only", "enter")
            await until(pilot, lambda: "/only" in screen_text(app))
            await pilot.press("escape")
        assert len(living(QueryLine)) <= 1, "the newest one may be in a cache of layouts"


async def test_lines_of_widgets_that_are_gone_are_gone(tmp_path: Path) -> None:
    make_run(tmp_path, name="only-one")
    async with app_on(tmp_path, runs=1) as (app, pilot):
        for _ in range(4):
            for key in ("v", "question_mark", "b", "colon"):
                await pilot.press(key)
                await until(pilot, lambda: app.screen is not app._runs)
                await pilot.press("escape")
                await until(pilot, lambda: app.screen is app._runs)
        kept = {id(each._styles_cache) for each in gc.get_objects() if isinstance(each, Widget)}
        assert [each for each in living(StylesCache) if id(each) not in kept] == []
