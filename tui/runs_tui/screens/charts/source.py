"""What the board of charts asks of whatever has charts to show: one run, or several that are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from runs_tui.plotting.curve import Plotted
from runs_tui.plotting.look import Title

if TYPE_CHECKING:
    from runs_tui.screens.charts.view import ChartView

SYSTEM = "system/"


class Item(NamedTuple):
    """A chart that can be shown: a metric, or a sample of the machine."""

    name: str
    sample: bool = False

    @property
    def shown(self) -> str:
        """Its name on the screen."""
        return SYSTEM + self.name if self.sample else self.name


class Drawn(NamedTuple):
    """What a chart shows: its curves, all of one kind of x, and for each the number of its colour and, with a
    legend, its name."""

    curves: tuple[Plotted, ...]
    title: Title
    hues: tuple[int, ...]
    names: tuple[str, ...] = ()


class ChartSource(Protocol):
    """Charts to show. `load` is called on a worker thread, one call at a time, all else on the app's thread."""

    @property
    def root(self) -> str:
        """The run store for which it is kept how the charts are shown."""
        ...

    @property
    def live(self) -> bool:
        """Whether points may still come."""
        ...

    @property
    def progress(self) -> str:
        """How far a `load` that takes long has come, in words such as ``12 of 300 runs``; empty: nothing to say."""
        ...

    def items(self, view: ChartView) -> list[Item]:
        """The charts there are, in their order; those whose names have the words of the view."""
        ...

    def load(self, items: list[Item], view: ChartView) -> None:
        """Make the curves of these charts ready for `drawn`, from the files if need be: may be slow."""
        ...

    def coarse(self, items: list[Item], view: ChartView) -> bool:
        """Whether charts that were loaded lack what another `load` would bring out of the part of x that is seen."""
        ...

    def drawn(self, item: Item, view: ChartView) -> Drawn | None:
        """A chart that was loaded, with all points there are; None for one that has none, or was not loaded."""
        ...

    def reading(self, item: Item, drawn: Drawn, x: float) -> list[tuple[str, str]]:
        """What is said at the cursor, as (name, value): each run by its name, smoothed and raw."""
        ...

    def summary(self, item: Item) -> list[tuple[str, str]]:
        """What is said of the whole chart where there is no cursor, as (name, value)."""
        ...


def matching(items: list[Item], words: str) -> list[Item]:
    """The charts whose names have all these words, and none of those with a - before them; case does not matter."""
    wanted = words.casefold().split()
    return [item for item in items if _matches(item.shown.casefold(), wanted)] if wanted else items


def _matches(name: str, wanted: list[str]) -> bool:
    return all(word[1:] not in name if word[0] == "-" and word[1:] else word in name for word in wanted)
