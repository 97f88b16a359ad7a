"""What a chart asks of the lines and areas that it draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from runs_tui.plotting.axes import Limits, XKind
from runstore.series.reduction import Reducer


class Point(NamedTuple):
    """One point to read out; ``smoothed`` is NaN without smoothing or where the value is not finite."""

    x: float
    step: float
    time: float
    value: float
    smoothed: float


class Lines(NamedTuple):
    """A curve reduced to columns, one entry a part: what holds, before smoothing, and what was replaced.

    ``band`` is an area to be filled from ``low`` to ``high`` of each column; between two columns that are joined
    both go straight. Of its reducers only count, low, high and joined mean something.
    """

    now: list[Reducer]
    raw: list[Reducer]
    old: list[Reducer]
    band: Sequence[Reducer] = ()

    @property
    def marks(self) -> list[Reducer]:
        """Those that flag what is not finite."""
        return self.raw or self.now


class Plotted(Protocol):
    """What a chart draws: `runs_tui.plotting.curve.Curve` and `runs_tui.plotting.band.Band` are such."""

    kind: XKind
    weight: float
    version: int
    first_nan: float | None

    def span(self, log: bool = False) -> Limits | None:
        """Lowest and highest x, with ``log`` of those above 0; None without points."""

    def range(
        self, start: float, stop: float, columns: int, log: bool = False, *, log_x: bool = False, robust: bool = False
    ) -> Limits | None:
        """Lowest and highest value between two x, with ``robust`` without outliers; None where there is none."""

    def lines(self, start: float, stop: float, columns: int, log: bool = False, *, log_x: bool = False) -> Lines:
        """What is drawn between two x, reduced to columns; ``log_x`` needs a ``start`` above 0."""

    def first_from(self, x: float) -> Point | None:
        """The first point at ``x`` or after it."""

    def last_before(self, x: float, inclusive: bool = False) -> Point | None:
        """The last point before ``x`` (or at it)."""
