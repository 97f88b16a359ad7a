"""The saved views of the list of runs: choose one, save what is shown now, forget one."""

from __future__ import annotations

from textual.containers import Horizontal
from textual.widget import Widget

from runs_tui import keys
from runs_tui.model.view import View
from runs_tui.model.views import Views
from runs_tui.screens.panel import PanelScreen
from runs_tui.widgets.moving import Motions, Movable
from runs_tui.widgets.note import Note
from runs_tui.widgets.prompt import Prompt
from runs_tui.widgets.saved_views import SavedViews

_FEWEST = 4


class ViewsScreen(Motions, PanelScreen[str], inherit_bindings=False):
    """Shown by ``w``. The result is the name of the chosen view, or nothing."""

    BINDINGS = keys.bindings("views")
    AUTO_FOCUS = ""  # a key that comes early is no text for the prompt
    DEFAULT_CSS = """
    ViewsScreen #name { height: 1; display: none; }
    ViewsScreen #name Note { width: 10; }
    ViewsScreen SavedViews { height: 1fr; }
    """
    keys_screen = "views"

    def __init__(self, views: Views, view: View) -> None:
        """``view``: what is shown now, which can be saved."""
        super().__init__("views", "" if views.names else "none is saved yet")
        self._views = views
        self._view = view
        self._chosen = views.name_of(view) or next(iter(views.names), None)
        self._doomed: str | None = None
        self._list = SavedViews()
        self._prompt = Prompt("", "a name for what is shown now", submit=self._save)

    def body(self) -> list[Widget]:
        """The views, and the prompt for a name."""
        return [self._list, Horizontal(Note(" save as ", "accent"), self._prompt, id="name")]

    def lines_wanted(self) -> int:
        """One for each view, and one for a name."""
        return max(len(self._views.names) + 1, _FEWEST)

    def on_mount(self) -> None:
        """The list."""
        super().on_mount()
        self._show()

    def _show(self) -> None:
        self._list.show(self._views.names, self._chosen)

    @property
    def page(self) -> int:
        """Views on the screen."""
        return max(self._list.content_size.height, 1)

    def moved(self) -> Movable:
        """The keys move the cursor."""
        return self

    def move(self, by: int) -> None:
        """Go to another view."""
        names = self._views.names
        if names:
            here = names.index(self._chosen) if self._chosen in names else 0
            self._chosen = names[max(min(here + by, len(names) - 1), 0)]
            self._show()

    def action_choose(self) -> None:
        """The view under the cursor."""
        if self._chosen is not None:
            self.dismiss(self._chosen)

    def action_view(self, number: int) -> None:
        """The view of this number."""
        names = self._views.names
        if number <= len(names):
            self.dismiss(names[number - 1])
        else:
            self.say(f"there is no view {number}")

    def on_saved_views_clicked(self, event: SavedViews.Clicked) -> None:
        """A click."""
        self.dismiss(event.name)

    def action_save(self) -> None:
        """Ask for a name."""
        self.query_one("#name").display = True
        self._prompt.value = self._views.name_of(self._view) or ""
        self.set_focus(self._prompt)
        self._prompt.action_end()

    async def _save(self) -> None:
        name = self._views.save(self._prompt.value, self._view)
        if name:
            self.dismiss(name)
        else:
            self.say("a view needs a name")

    def action_forget(self) -> None:
        """Forget the view under the cursor, once the key was pressed for it before."""
        if self._chosen is None:
            return
        if self._doomed != self._chosen:
            self._doomed = self._chosen
            key = next(key.shown for key in keys.keys("views") if key.action == "forget")
            self.say(f"{key} again forgets the view {self._chosen}")
            return
        names = self._views.names
        place = names.index(self._chosen)
        self._views.forget(self._chosen)
        left = self._views.names
        self._chosen = left[min(place, len(left) - 1)] if left else None
        self._doomed = None
        self.say("forgotten")
        self._show()

    async def back(self) -> bool:
        """Leave the prompt, or close."""
        if self._prompt.has_focus:
            self.query_one("#name").display = False
            self.set_focus(None)
        else:
            self.dismiss(None)
        return True

    escape = back
    interrupt = back
