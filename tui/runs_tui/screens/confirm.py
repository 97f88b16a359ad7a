"""The question that an action asks before it is done."""

from __future__ import annotations

from textual.strip import Strip
from textual.widget import Widget

from runs_tui import keys
from runs_tui.actions.plans import Plan, counted
from runs_tui.screens.panel import PanelScreen
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.target_list import TargetLine, TargetList


class Question(Canvas):
    """A line that asks; it has the focus, so that no other key means anything."""

    DEFAULT_CSS = """
    Question { height: 1; }
    """
    can_focus = True

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def draw(self, width: int, height: int) -> list[Strip]:
        """The question."""
        return [fit.line(" ", (fit.left(fit.safe(self._words, 400), max(width - 1, 1)), self.ink.strong))]


class ConfirmScreen(PanelScreen[bool], inherit_bindings=False):
    """The runs that a plan concerns, and its question. The result is true for yes, else nothing."""

    BINDINGS = keys.bindings("confirm")
    keys_screen = "confirm"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan.title, counted(plan.targets) if plan.targets else "")
        self._targets = [TargetLine(*target) for target in plan.targets]
        self._question = Question(plan.question)

    def body(self) -> list[Widget]:
        """The runs and the question."""
        return [TargetList(self._targets), self._question] if self._targets else [self._question]

    def lines_wanted(self) -> int:
        """One for each run, and the question."""
        return len(self._targets) + 1

    def on_mount(self) -> None:
        """The keys go to the question."""
        super().on_mount()
        self._question.focus()

    def action_yes(self) -> None:
        """Do it."""
        self.dismiss(True)

    def action_no(self) -> None:
        """Leave it."""
        self.dismiss(None)
