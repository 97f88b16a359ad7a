"""The palette: every action of the screen below by name, from the registry of keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.dom import DOMNode
from textual.screen import Screen
from textual.strip import Strip

from runs_tui import keys
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.moving import Motions, Movable
from runs_tui.widgets.note import Note
from runs_tui.widgets.prompt import Prompt

_UNNAMED = {"palette", "down", "up", "first", "last", "half_down", "half_up", "page_down", "page_up"}
"""Moving is done by keys; the palette itself is open."""


@dataclass(frozen=True, slots=True)
class Action:
    """What can be chosen: an action of the registry, and the node that does it."""

    key: keys.Key
    node: DOMNode

    @property
    def searched(self) -> str:
        """Where the typed words are looked for."""
        return f"{self.key.label} {self.key.help} {self.key.shown}".casefold()


@runtime_checkable
class Offering(Protocol):
    """A screen with actions that are not in the registry, because they depend on what it shows."""

    def offers(self) -> list[keys.Key]:
        """These actions; the key of each is what would be pressed, as far as there is any."""
        ...


class Actions(Canvas):
    """The actions that match, one of them chosen."""

    def __init__(self, actions: list[Action]) -> None:
        super().__init__()
        self._all = self._matching = actions
        self._chosen = 0
        self._top = 0

    @property
    def page(self) -> int:
        """Lines on the screen."""
        return max(self.content_size.height, 1)

    @property
    def chosen(self) -> Action | None:
        """The action that Enter does."""
        return self._matching[self._chosen] if self._matching else None

    def search(self, typed: str) -> None:
        """Show only actions with all these words, those whose name begins with them first."""
        typed = typed.casefold().strip()
        found = [action for action in self._all if all(word in action.searched for word in typed.split())]
        self._matching = sorted(found, key=lambda action: not action.searched.startswith(typed))
        self._chosen = 0
        self.repaint()

    def move(self, by: int) -> None:
        """Choose another."""
        self._chosen = max(min(self._chosen + by, len(self._matching) - 1), 0)
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """Key, name, and what it does."""
        ink = self.ink
        self._top = max(min(self._top, self._chosen, len(self._matching) - height), self._chosen - height + 1, 0)
        lines = []
        for place, action in enumerate(self._matching[self._top : self._top + height], self._top):
            key = action.key
            strip = fit.line(
                ("▸ " if place == self._chosen else "  ", ink.accent),
                (fit.left(key.shown, 10), ink.accent),
                (fit.left(key.label, 22), ink.text),
                (key.help, ink.dim),
            )
            chosen = place == self._chosen
            lines.append(strip.adjust_cell_length(width, ink.text).apply_style(ink.cursor) if chosen else strip)
        return lines or [fit.line(("  no action is called so", ink.dim))]


def _of_the_menu(here: list[Action]) -> list[Action]:
    """What the menu of actions holds, where there is one: named by both keys, done without showing the menu."""
    menu = next((action for action in here if action.key.action == "actions"), None)
    if menu is None:
        return []
    return [
        Action(replace(key, keys=f"{menu.key.shown} {key.shown}"), menu.node)
        for key in keys.keys("actions")
        if key.action.startswith("act(")
    ]


class PaletteScreen(Motions, Screen[Action], inherit_bindings=False):
    """Shown by ``:``. The result is the chosen action, or nothing."""

    BINDINGS = keys.bindings("palette")
    DEFAULT_CSS = """
    PaletteScreen { layout: vertical; }
    PaletteScreen Horizontal { height: 1; dock: bottom; }
    PaletteScreen #sign { width: 2; }
    """
    keys_screen = "palette"

    def __init__(self, below: Screen[object], name: str) -> None:
        """``below``: the screen whose actions are shown, ``name`` its name in the registry."""
        super().__init__()
        nodes = {active.binding.id: active.node for active in below.active_bindings.values()}
        here = [
            Action(key, nodes[f"{scope}.{key.action}"])
            for scope in keys.SCREENS[name]
            for key in keys.keys(scope)
            if f"{scope}.{key.action}" in nodes and key.action not in _UNNAMED
        ]
        offered = [Action(key, below) for key in below.offers()] if isinstance(below, Offering) else []
        self._actions = Actions(here + _of_the_menu(here) + offered)
        self._prompt = Prompt("", "an action", changed=self._actions.search, submit=self._choose)

    def compose(self) -> ComposeResult:
        """The list, and the prompt below it."""
        yield self._actions
        with Horizontal():
            yield Note(":", "accent", id="sign")
            yield self._prompt

    def on_mount(self) -> None:
        """The keys go to the prompt."""
        self.set_focus(self._prompt)

    def moved(self) -> Movable:
        """The keys move the list."""
        return self._actions

    async def _choose(self) -> None:
        self.dismiss(self._actions.chosen)

    async def back(self) -> bool:
        """Close."""
        self.dismiss()
        return True

    escape = back

    async def interrupt(self) -> bool:
        """Empty the prompt, or close."""
        if self._prompt.value:
            self._prompt.value = ""
        else:
            self.dismiss()
        return True

    def say(self, message: str) -> None:
        """There is no line for messages here."""
