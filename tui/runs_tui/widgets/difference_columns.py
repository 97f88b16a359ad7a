"""How wide the columns of a table of differences are, and which of them there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from runs_tui.model.compared import Compared
from runs_tui.model.compared_fact import Fact
from runs_tui.widgets import fit

_NARROW, _WIDE = 8, 26
"""Cells of a column at least and at most."""
_LONG = 15
"""Cells that a long text may ask for where it is not folded."""
_NAME = 30
"""Cells of the names of facts at most."""
MARGIN = 3
"""Cells before the names of facts."""
GAP = "  "


class DifferenceColumns:
    """Of ``columns`` that stand in ``order`` and are named by their places in it; the first one is always shown."""

    def __init__(
        self,
        columns: Sequence[Compared] = (),
        order: Sequence[int] = (),
        facts: Sequence[Fact] = (),
        folds: bool = False,
    ) -> None:
        self._columns, self._order, self._facts, self._folds = columns, order, facts, folds
        self._widths: dict[int, int] = {}

    def name_width(self, width: int) -> int:
        """Cells of the names of facts on a screen of this width."""
        names = (fit.cell_len(fit.safe(fact.name, 200)) for fact in self._facts)
        return min(max(names, default=8) + 2, _NAME, max(width // 3, 10))

    def fitting(self, width: int, first: int) -> list[tuple[int, int]]:
        """(place in the order, cells) of the columns on the screen: the first, and those from ``first`` on."""
        if not self._order:
            return []
        foremost = self._width(self._order[0])
        room = width - MARGIN - self.name_width(width) - foremost - len(GAP)
        shown = [(0, foremost)]
        for at in range(max(first, 1), len(self._order)):
            wide = self._width(self._order[at]) + len(GAP)
            if room < wide and len(shown) > 1:
                break
            shown.append((at, min(wide - len(GAP), max(room - len(GAP), 1))))
            room -= wide
            if room <= 0:
                break
        return shown

    def _width(self, column: int) -> int:
        """What its values and its name need, within bounds."""
        known = self._widths.get(column)
        if known is None:
            wanted = max((self._wanted(fact, column) for fact in self._facts), default=0)
            name = min(fit.cell_len(fit.safe(self._columns[column].name, 200)) + 1, _WIDE)
            known = self._widths[column] = min(max(wanted, name, _NARROW), _WIDE)
        return known

    def _wanted(self, fact: Fact, column: int) -> int:
        if self._folds:
            return min(fit.cell_len(fit.safe(fact.text(column), 60)), _WIDE) + 1
        return min(fit.cell_len(fit.safe(fact.short(column), 60)), _LONG if fact.long else _WIDE) + 1
