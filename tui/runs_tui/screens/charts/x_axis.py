"""The choice of a metric as x axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runs_tui import keys
from runs_tui.screens.choose import MOST, ChooseScreen
from runs_tui.widgets.choice_list import Choice


class XAxisScreen(ChooseScreen, inherit_bindings=False):
    """The result is the name of a metric, empty for the step, or nothing."""

    BINDINGS = keys.bindings("x_axis")
    keys_screen = "x_axis"

    def __init__(self, names: Sequence[str], present: str) -> None:
        """``present``: the metric that is x now, empty for none."""
        super().__init__("x axis", "values of a metric")
        self._names = names
        self._present = present

    def lines_wanted(self) -> int:
        """A few metrics, and the prompt."""
        return min(len(self._names) + 1, MOST) + 1

    def on_mount(self) -> None:
        """What there is, is known."""
        super().on_mount()
        self.show_choices()

    def choices(self) -> Iterator[Choice]:
        """The step and all metrics."""
        yield Choice("", "step", "as logged", not self._present)
        for name in self._names:
            yield Choice(name, name, "", name == self._present)
