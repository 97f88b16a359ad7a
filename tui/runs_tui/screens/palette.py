"""The palette: every action of the screen by name, made from the registry of keys."""

from __future__ import annotations

from functools import partial
from typing import Any

from textual.app import App
from textual.widgets import Input

from runs_tui import keys

_UNNAMED = {"palette", "down", "up", "first", "last", "half_down", "half_up", "page_down", "page_up"}
"""Moving is done by keys; the palette itself is open."""


async def open_palette(app: App[Any], screen: str) -> None:
    """Open the palette of Textual; choosing an action does what its key does."""
    nodes = {active.binding.id: active.node for active in app.screen.active_bindings.values()}
    commands = [
        (_name(key), partial(app.run_action, key.action, nodes[f"{scope}.{key.action}"]))
        for scope in keys.SCREENS[screen]
        for key in keys.keys(scope)
        if f"{scope}.{key.action}" in nodes and key.action not in _UNNAMED
    ]
    await app.search_commands(commands, "what to do")
    for prompt in app.screen.query(Input):
        prompt.cursor_blink = False


def _name(key: keys.Key) -> str:
    return f"{key.label}: {key.help}  ({key.shown})" if key.help else f"{key.label}  ({key.shown})"
