"""A widget that draws whole lines and repaints only those that differ from the ones on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip

from runs_tui.themes import Ink, ink_of
from runs_tui.widgets.lines import Lines


class Canvas(Lines):
    """Base of our widgets: a subclass gives `draw`, and calls `repaint` when what it shows has changed.

    Textual repaints the regions that it is told, and never compares. A line that `draw` returns as the same object
    as before costs nothing.
    """

    DEFAULT_CSS = """
    Canvas { width: 1fr; height: 1fr; }
    """

    _given: Sequence[Strip] = ()
    _lines: Sequence[Strip] = ()
    _drawn: tuple[Size, str] | None = None
    _padded: tuple[Sequence[Strip], Sequence[Strip]] = (), ()
    """Lines, and the same ones with the padding to their left and right."""

    def draw(self, width: int, height: int) -> list[Strip]:
        """The lines to show, at most ``height``; each is cut or padded to ``width``."""
        raise NotImplementedError

    @property
    def ink(self) -> Ink:
        """The styles to draw with."""
        return ink_of(self.app)

    def repaint(self) -> None:
        """Draw again, and refresh the lines that differ."""
        size = self.content_size
        if not self.is_mounted or not size:
            self._drawn = None
            return
        old, same = self._lines, self._drawn == (size, self.app.theme)
        self._redraw(size)
        if not same:
            self.refresh()
            return
        pairs = enumerate(zip(old, self._lines, strict=True))
        regions: list[Region] = []
        for y, (before, after) in pairs:
            if before is after or before == after:
                continue
            if regions and regions[-1].bottom == y:  # many lines cost Textual as much as one, many regions do not
                regions[-1] = regions[-1]._replace(height=regions[-1].height + 1)
            else:
                regions.append(Region(0, y, size.width, 1))
        if regions:
            self.refresh(*regions)

    def prepare(self, size: Size) -> None:
        """Draw if the size or the theme changed."""
        if self._drawn != (size, self.app.theme):
            self._redraw(size)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of the widget: called for each change of the screen, whichever widget it is in."""
        gutter, size = self.styles.gutter, self.outer_size
        if gutter.height or size.width <= gutter.width or self.get_line_filters():
            return super().render_lines(crop)
        self.prepare(Size(size.width - gutter.width, size.height))
        lines = self._lines
        if gutter.width:
            if self._padded[0] is not lines:
                left, right = (Segment(" " * count, Style.null()) for count in (gutter.left, gutter.right))
                self._padded = lines, [Strip([left, *line, right], size.width) for line in lines]
            lines = self._padded[1]
        shown = list(lines[crop.y : crop.bottom])
        shown += [Strip.blank(size.width, Style.null())] * (crop.height - len(shown))
        if (crop.x, crop.width) == (0, size.width):
            return shown
        return [strip.crop(crop.x, crop.right) for strip in shown]

    def line(self, y: int) -> Strip:
        """The line on the screen; blank below the last one."""
        if y < len(self._lines):
            return self._lines[y]
        return Strip.blank(self._drawn[0].width if self._drawn else 0, Style.null())

    def _redraw(self, size: Size) -> None:
        same = self._drawn == (size, self.app.theme)
        old, padded = (self._given, self._lines) if same else ([], [])
        given = self.draw(size.width, size.height)[: size.height]
        lines = [
            padded[y] if y < len(old) and old[y] is line else line.adjust_cell_length(size.width, Style.null())
            for y, line in enumerate(given)
        ]
        self._lines = lines + [Strip.blank(size.width, Style.null())] * (size.height - len(lines))
        self._given, self._drawn = given, (size, self.app.theme)
