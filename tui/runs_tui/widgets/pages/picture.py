"""A page with an image: two pixels in each cell, one above the other; without colours in shades."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from runs_tui.images.picture import Picture
from runs_tui.themes import MONO
from runs_tui.widgets.pages import Paper
from runs_tui.widgets.pages.whole import WholePage

_SHADES, _PLAIN_SHADES = " ░▒▓█", " .:-=+*#%@"


class PicturePage(WholePage):
    """The whole image, as large as fits."""

    def __init__(self, picture: Picture) -> None:
        super().__init__()
        self._picture = picture

    def _paint(self, paper: Paper) -> list[Strip]:
        light = paper.theme.endswith("-light")
        pixels = self._picture.fitted(max(paper.width - 2, 1), max(paper.height, 1) * 2, 255 if light else 24)
        if len(pixels) % 2:
            pixels = np.concatenate((pixels, pixels[-1:]))
        plain = paper.glyphs.across == 1
        if plain or paper.theme == MONO:
            lines = _shaded(pixels, _PLAIN_SHADES if plain else _SHADES, dark_on_light=light)
        else:
            lines = [_blocks(pixels[row], pixels[row + 1]) for row in range(0, len(pixels), 2)]
        margin = Segment(" " * max((paper.width - pixels.shape[1]) // 2, 0), Style.null())
        return [Strip([margin, *line]) for line in lines]


def _blocks(upper: NDArray[np.uint8], lower: NDArray[np.uint8]) -> list[Segment]:
    """A line of cells: the upper pixel in the colour of the text, the lower one in that of the background."""
    pairs = np.concatenate((upper, lower), axis=1) & 0xFC
    changes = np.flatnonzero((pairs[1:] != pairs[:-1]).any(axis=1)) + 1
    starts = [0, *changes.tolist()]
    ends = [*changes.tolist(), len(pairs)]
    return [
        Segment("▀" * (end - start), _style(*pairs[start].tolist())) for start, end in zip(starts, ends, strict=True)
    ]


@lru_cache(maxsize=16_384)
def _style(red: int, green: int, blue: int, red_below: int, green_below: int, blue_below: int) -> Style:
    return Style(color=Color.from_rgb(red, green, blue), bgcolor=Color.from_rgb(red_below, green_below, blue_below))


def _shaded(pixels: NDArray[np.uint8], shades: str, *, dark_on_light: bool) -> list[list[Segment]]:
    """Lines of characters that are darker or lighter."""
    light = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    means = (light[0::2] + light[1::2]) / 2
    levels = np.round(means / 255 * (len(shades) - 1)).astype(int)
    levels = len(shades) - 1 - levels if dark_on_light else levels
    return [[Segment("".join(shades[level] for level in row), Style.null())] for row in levels.tolist()]
