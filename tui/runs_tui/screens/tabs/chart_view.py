"""How the user wants to see the charts of a run, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from runs_tui.plotting.axes import XKind
from runs_tui.widgets import fit

_SMOOTHINGS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
_X_KINDS: dict[XKind, str] = {"step": "x step", "relative": "x time", "wall": "x clock"}
_FEW_POINTS = 50


@dataclass(frozen=True, slots=True)
class ChartView:
    """How the user wants to see all charts. A smoothing that was not chosen leaves series of few points alone."""

    smoothing: float = 0.6
    chosen: bool = False
    x: XKind = "step"
    log: bool = False
    words: str = ""
    system: bool = False

    def smoothed(self, by: int) -> ChartView:
        """The next weight up or down."""
        place = _SMOOTHINGS.index(self.smoothing) + by
        return replace(self, smoothing=_SMOOTHINGS[max(0, min(place, len(_SMOOTHINGS) - 1))], chosen=True)

    def weight(self, points: int) -> float:
        """The smoothing of a series of so many points."""
        return self.smoothing if self.chosen or points >= _FEW_POINTS else 0.0

    def next_x(self) -> ChartView:
        """The next kind of x."""
        kinds = list(_X_KINDS)
        return replace(self, x=kinds[(kinds.index(self.x) + 1) % len(kinds)])

    def reset(self) -> ChartView:
        """As in the beginning, but for which charts are shown."""
        return ChartView(words=self.words, system=self.system)

    def words_for_it(self, *, filtering: bool) -> list[str]:
        """Filter (unless its prompt is open), smoothing and axes, for the header."""
        parts = [fit.safe(f"/{self.words}", 20)] if self.words and not filtering else []
        parts.append(f"smooth {self.smoothing:g}" if self.smoothing else "no smoothing")
        parts.append(_X_KINDS[self.x])
        return [*parts, "log"] if self.log else parts
