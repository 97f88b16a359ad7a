"""The first lines of the Compare screen: how many runs, how they are put together, the tabs."""

from __future__ import annotations

from collections.abc import Sequence

from runs_tui.widgets.fit import Part, cell_len, middle, safe
from runs_tui.widgets.tab_header import TabHeader


class CompareHeader(TabHeader):
    """``compare 4 of 6 runs · by lr``."""

    def __init__(self, tabs: Sequence[tuple[int, str, str]]) -> None:
        """As for a `TabHeader`."""
        super().__init__(tabs)
        self._what = self._by = ""

    def show(self, what: str, by: str, chosen: int, status: str) -> None:
        """``what`` is compared, put together ``by`` a field or not; the digit of the tab and words of its pane."""
        self._what, self._by = what, by
        self.tell(chosen, status)

    def lead(self, room: int) -> list[Part]:
        """In words, as far as there is room."""
        ink, what = self.ink, safe(self._what, 200)
        head = " compare " if room > cell_len(what) + 10 else " "
        parts: list[Part] = [(head, ink.dim), (middle(what, min(cell_len(what), max(room - len(head), 1))), ink.strong)]
        by = safe(f"by {self._by}" if self._by else "", 200)
        left = room - len(head) - cell_len(what) - 4
        if by and left > 6:
            parts += [(" · ", ink.rule), (middle(by, min(cell_len(by), left)), ink.text)]
        return parts
