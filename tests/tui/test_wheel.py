"""The wheel of the mouse: every list and text under it moves, lists of choices by one line, all else by three."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget

from runs_tui.widgets.choice_list import Choice, ChoiceList
from runs_tui.widgets.scroller import Scroller
from runs_tui.widgets.tree_list import Entry, TreeList
from tests.tui.app_host import screen_text


class Text(Scroller):
    """Forty lines."""

    def text(self, width: int) -> list[Strip]:
        """All of them."""
        return [Strip.blank(0)] * 40


def text() -> Text:
    """What `Scroller` is the base of."""
    return Text()


def choices() -> ChoiceList:
    """A list in a panel."""
    widget = ChoiceList()
    widget.show([Choice(str(number), f"entry {number}", "") for number in range(40)])
    return widget


def tree() -> TreeList:
    """The list of a tab."""
    widget = TreeList()
    widget.offer([Entry(f"key-{number}", f"entry {number}") for number in range(40)])
    return widget


@pytest.mark.parametrize(("made", "lines"), [(choices, 1), (tree, 1), (text, 3)], ids=["choices", "tree", "text"])
async def test_the_wheel_moves_what_is_under_it(made: Callable[[], Widget], lines: int) -> None:
    widget = made()

    class Host(App[None]):
        def compose(self) -> ComposeResult:
            yield widget

    async with Host().run_test(size=(30, 10)) as pilot:
        await pilot.pause()

        def place() -> int:
            if isinstance(widget, Text):
                return int(widget.place.split("-")[0])
            (here,) = [line for line in screen_text(pilot.app).splitlines() if "▸" in line]
            return int(here.split()[-1])

        start = place()
        turns = ((events.MouseScrollDown, lines), (events.MouseScrollDown, 2 * lines), (events.MouseScrollUp, lines))
        for turn, moved in turns:
            await pilot._post_mouse_events([turn], widget)
            assert place() == start + moved
