"""The list of the Records and Files tabs, by itself."""

from __future__ import annotations

from textual.app import App, ComposeResult

from runs_tui.widgets.tree_list import Entry, TreeList
from tests.tui.app_host import screen_text

ENTRIES = [Entry(f"key-{number}", f"entry {number}") for number in range(15)]


class ListApp(App[None]):
    """A terminal full of one list."""

    def compose(self) -> ComposeResult:
        """The list."""
        yield TreeList()


async def test_what_is_seen_does_not_depend_on_how_low_the_list_once_was() -> None:
    # The tabs give it its height once they know how many entries there are: it may be drawn before that.
    async with ListApp().run_test(size=(30, 1)) as pilot:
        entries = pilot.app.query_one(TreeList)
        entries.offer(ENTRIES, key="key-2")
        await pilot.pause()
        assert screen_text(pilot.app).split() == ["▸", "entry", "2"]
        for height, first in ((2, 1), (8, 0)):
            await pilot.resize_terminal(30, height)
            lines = [line.strip(" ▸") for line in screen_text(pilot.app).splitlines()]
            assert lines == [f"entry {number}" for number in range(first, first + height)]
