"""Every key of every screen, pressed: it leads to its action, and nothing breaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from runs_tui import keys
from runs_tui.app import RunsApp
from tests.tui.app_host import app_on, until
from tests.tui.recorded_store import run_with_records
from tests.tui.stores import make_run

WAYS: dict[str, tuple[str, ...]] = {
    "runs": (),
    "run/overview": ("enter", "1"),
    "run/charts": ("enter", "2"),
    "run/output": ("enter", "3"),
    "run/records": ("enter", "4"),
    "run/files": ("enter", "5"),
    "run/children": ("enter", "6"),
    "compare/charts": ("C",),
    "compare/differences": ("C", "2"),
    "compare/sweep": ("C", "3"),
    "compare/legend": ("C", "v"),
    "help": ("?",),
    "palette": (":",),
    "actions": ("a",),
    "confirm": ("a", "d"),
    "columns": ("v",),
    "group": ("b",),
    "x_axis": ("enter", "2", "m"),
    "views": ("w",),
    "prompt": ("a", "n"),
    "filter": ("/",),
}
"""The keys that lead from the list to each screen."""
LEAVES = {"quit_now", "suspend_process"}
"""Not pressed here: other tests leave and suspend the app, in a terminal."""
PROMPTED = {"palette", "group", "x_axis", "prompt", "filter"}
"""Screens with a prompt: a letter there is text."""
ELSEWHERE = {"everywhere": ("runs", "run/charts", "help"), "run": ("run/charts",)}
"""Scopes of many screens are tried on these; that no screen takes their keys away is shown from the registry."""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A run with everything, and one more."""
    run_with_records(tmp_path / "store")
    make_run(tmp_path / "store", "resnet", "another", printed=b"one\r\ntwo\r\n")
    return tmp_path / "store"


@pytest.mark.parametrize("screen", keys.SCREENS)
async def test_every_key_leads_to_its_action(screen: str, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    dispatch = RunsApp._dispatch_action

    async def recorded(app: RunsApp, namespace: Any, name: str, params: Any) -> bool:
        done.append(name)
        return await dispatch(app, namespace, name, params)

    monkeypatch.setattr(RunsApp, "_dispatch_action", recorded)
    async with app_on(store, (120, 35), runs=2) as (app, pilot):
        for scope in keys.SCREENS[screen]:
            if scope in ELSEWHERE and screen not in ELSEWHERE[scope]:
                continue
            for key in keys.keys(scope):
                name = key.action.partition("(")[0]
                if name in LEAVES or (screen == "runs" and name == "back"):
                    continue
                for each in key.each:
                    if screen in PROMPTED and len(each) == 1:
                        continue
                    if not there(app, screen):
                        await go(app, pilot, screen)
                    done.clear()
                    await pilot.press(_name(each))
                    await pilot.pause()
                    assert name in done, f"{screen}: {each} did {done}, not {name}"


def there(app: RunsApp, screen: str) -> bool:
    """Whether this screen is open, and listens."""
    prompted = isinstance(app.focused, Input)
    here = getattr(app.screen, "keys_screen", "")
    return here == ("runs" if screen == "filter" else screen) and prompted == (screen in PROMPTED) and not app.is_paused


async def go(app: RunsApp, pilot: Pilot[None], screen: str) -> None:
    """From the list to the screen; again, where the key before has still changed the list meanwhile."""
    for seconds in (1, 1, 10):
        await home(app, pilot)
        await pilot.press(*WAYS[screen])
        try:
            await until(pilot, lambda: there(app, screen), seconds)
            return
        except AssertionError:
            if seconds > 1:
                raise


async def home(app: RunsApp, pilot: Pilot[None]) -> None:
    """Back to the list, without a prompt, a filter or a pause."""
    while len(app.screen_stack) > 1:
        app.pop_screen()
        await pilot.pause()
    if isinstance(app.focused, Input):
        await pilot.press("escape")
    if app.is_paused:
        await pilot.press("p")


def _name(key: str) -> str:
    return {"/": "slash", "?": "question_mark"}.get(key, key)
