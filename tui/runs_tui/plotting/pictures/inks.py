"""The colours of pictures: those of our dark and light themes, as ``#rrggbb``."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from rich.style import Style

from runs_tui.themes import ink


class Inks(NamedTuple):
    """``series``: colours of curves, repeated where there are more of them; ``faint``: how opaque a line before
    smoothing is in them."""

    paper: str
    text: str
    dim: str
    rule: str
    grid: str
    bad: str
    series: tuple[str, ...]
    faint: float

    def curve(self, hue: int) -> str:
        """The colour of the curve with this number."""
        return self.series[hue % len(self.series)]


@cache
def inks(*, light: bool) -> Inks:
    """The colours on dark or on light ground."""
    theme = ink("runs-light" if light else "runs-dark")
    paper, text, grid = ("#ffffff", "#1c1e22", "#ececef") if light else ("#14161b", "#e4e6ea", "#25282f")
    dim, rule, bad = (_hex(style) for style in (theme.dim, theme.rule, theme.bad))
    return Inks(paper, text, dim, rule, grid, bad, tuple(map(_hex, theme.series)), 0.35 if light else 0.5)


def _hex(style: Style) -> str:
    if style.color is None:
        raise ValueError(f"a style without a colour: {style}")
    return style.color.get_truecolor().hex
