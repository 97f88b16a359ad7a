"""Charts as files: SVG and PNG pictures, and the numbers as CSV. What is drawn is what the screen shows.

A picture is measured in units: those of an SVG, and two pixels of a PNG.
"""

from __future__ import annotations

from collections.abc import Sequence

from runs_tui.plotting.pictures.bitmap import SCALE, Bitmap
from runs_tui.plotting.pictures.inks import inks
from runs_tui.plotting.pictures.layout import Panel, draw
from runs_tui.plotting.pictures.svg import Svg
from runs_tui.plotting.pictures.table import csv_of, has_all_points
from runstore.layout.printable import printable

__all__ = ["SCALE", "Panel", "csv_of", "default_size", "has_all_points", "least_size", "png_of", "svg_of"]

_WIDTH, _HEIGHT, _ROW = 960, 540, 320


def svg_of(panels: Sequence[Panel], width: float, height: float, *, light: bool = True, across: int = 0) -> str:
    """The charts as an SVG document of this size, ``across`` in a row (0: as many as read well)."""
    colours = inks(light=light)
    title = ", ".join(printable(panel.title.name, 60) for panel in panels[:4])
    canvas = Svg(width, height, colours.paper, title)
    draw(panels, canvas, width, height, colours, across or _across(len(panels)))
    return canvas.document()


def png_of(panels: Sequence[Panel], width: int, height: int, *, light: bool = True, across: int = 0) -> bytes:
    """The charts as a PNG file of this many pixels."""
    colours = inks(light=light)
    canvas = Bitmap(width, height, colours.paper)
    draw(panels, canvas, width / SCALE, height / SCALE, colours, across or _across(len(panels)))
    return canvas.png()


def default_size(panels: int) -> tuple[int, int]:
    """Width and height, in units, at which so many charts read well."""
    rows = -(-panels // _across(panels))
    return _WIDTH, _HEIGHT if rows == 1 else _ROW * rows


def least_size(panels: int) -> tuple[int, int]:
    """Width and height, in units, below which so many charts with a legend have no room for their plots."""
    across = _across(panels)
    return across * 120, -(-panels // across) * 120 + (80 if panels > 1 else 0)


def _across(panels: int) -> int:
    return 1 if panels == 1 else 2 if panels <= 8 else 3
