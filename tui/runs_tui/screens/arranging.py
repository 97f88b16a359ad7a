"""How the list of runs is arranged: its columns, its order, and the views that a person has saved."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice

from runs_tui import keys
from runs_tui.model.fields import field
from runs_tui.model.order import order_title, orders, sorted_by
from runs_tui.model.text import safe
from runs_tui.model.views import Views
from runs_tui.screens.viewing import Viewing
from runs_tui.widgets.run_table import RunTable
from runs_tui.widgets.saved_views import SavedViews

_LOOKED_AT, _MOST_OFFERED = 200, 1_000
"""Runs whose fields the palette offers to sort by, and how many of these at most; the chooser of columns has all."""


class Arranging(Viewing):
    """A screen with a run table that is arranged by keys."""

    _views: Views

    # ---- order

    @property
    def sort_name(self) -> str:
        """What the runs are sorted by, in words."""
        title = order_title(self._view.sort, self._table.snapshot.metrics)
        return f"{title}, reversed" if self._view.reverse else title

    def action_sort(self) -> None:
        """The next order, of those that the columns have."""
        found = orders(self._table.orders, () if self._view.columns else self._table.snapshot.metrics)
        place = found.index(self._view.sort) + 1 if self._view.sort in found else 0
        self._sort(found[place % len(found)], reverse=False)

    def action_sort_by(self, order: str) -> None:
        """This order; the other way round where it is in force."""
        same = sorted_by(self._view.sort, self._table.snapshot.metrics) == order
        self._sort(self._view.sort if same else order, reverse=same and not self._view.reverse)

    def action_reverse(self) -> None:
        """The other direction."""
        self._sort(self._view.sort, reverse=not self._view.reverse)

    def _sort(self, order: str, *, reverse: bool) -> None:
        self._look(replace(self._view, sort=order, reverse=reverse))
        self.say(f"sorted by {self.sort_name}")

    def on_run_table_title_clicked(self, event: RunTable.TitleClicked) -> None:
        """A click on the title of a column."""
        self.action_sort_by(event.order)

    # ---- columns

    async def action_columns(self) -> None:
        """Choose the columns."""
        from runs_tui.screens.columns import ColumnsScreen

        await self.app.push_screen(ColumnsScreen(self._table, self._view, self._look, self.show_snapshot))

    def action_columns_right(self) -> None:
        """Show the columns further to the right."""
        self._table.shift(1)

    def action_columns_left(self) -> None:
        """Back to the left."""
        self._table.shift(-1)

    # ---- views

    async def action_views(self) -> None:
        """The saved views."""
        from runs_tui.screens.views import ViewsScreen

        await self.app.push_screen(ViewsScreen(self._views, self._view), self._choose_view)

    def on_saved_views_clicked(self, event: SavedViews.Clicked) -> None:
        """A click on a view."""
        self._choose_view(event.name)

    def _choose_view(self, name: str | None) -> None:
        view = self._views.saved(name) if name is not None else None
        self._look(view if view is not None else self._view)  # the list of saved ones may be another
        if view is not None:
            self.say(f"view {name}")

    def on_unmount(self) -> None:
        """The next session begins with this arrangement."""
        self._views.keep(self._view)

    # ---- the palette

    def offers(self) -> list[keys.Key]:
        """Actions of this moment: an order for each column that there can be, and the saved views."""
        from runs_tui.model.known_fields import known_fields

        shown = [found for id_ in self._table.shown_fields if (found := field(id_)) is not None]
        known = known_fields(self._table.snapshot.rows[:_LOOKED_AT], 0.05)
        titles: dict[str, str] = {}
        for each in islice(chain(shown, known), _MOST_OFFERED):
            titles.setdefault(each.order, each.title)
        sort, views = (_shown(action) for action in ("sort", "views"))
        return [
            *(
                keys.Key(f"choose_view({name!r})", f"{views} {place}" if place < 10 else views, _said("view", name))
                for place, name in enumerate(self._views.names, 1)
            ),
            *(keys.Key(f"sort_by({order!r})", sort, _said("sort by", title)) for order, title in titles.items()),
        ]

    def action_choose_view(self, name: str) -> None:
        """This saved view."""
        self._choose_view(name)


def _said(verb: str, name: str) -> str:
    return f"{verb} {safe(name, 60)}"


def _shown(action: str) -> str:
    return next(key.shown for key in keys.keys("runs") if key.action == action)
