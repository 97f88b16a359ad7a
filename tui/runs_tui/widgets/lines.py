"""Base of the widgets that draw whole lines themselves."""

from __future__ import annotations

from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class Lines(Widget):
    """A widget whose `line` gives every cell of a line, so that nothing has to be laid over it.

    Textual composes the lines of a widget from content, padding, border and effects; where there is nothing but
    content that is most of the cost of a live chart.
    """

    ALLOW_SELECT = False

    def prepare(self, size: Size) -> None:
        """Make the lines ready that `line` gives, for a content of this size."""
        raise NotImplementedError

    def line(self, y: int) -> Strip:
        """One line, as wide as the content."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """One line, prepared."""
        self.prepare(self.content_size)
        return self.line(y)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of the widget."""
        if self.styles.gutter:
            return super().render_lines(crop)
        size = self.content_size
        if not size:
            return [Strip.blank(crop.width, Style.null())] * crop.height
        self.prepare(size)
        strips = [self.line(y) for y in crop.line_range]
        if filters := self.get_line_filters():
            background = self.background_colors[1]
            for each in filters:
                strips = [strip.apply_filter(each, background) for strip in strips]
        start, stop = crop.column_span
        if (start, stop) == (0, size.width):
            return strips
        return [strip.crop(start, stop) for strip in strips]


class Covered(Lines):
    """A container that is covered by what is in it.

    Textual draws all lines of every container below a change, each time.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """Blank lines: nobody sees them."""
        return [Strip.blank(crop.width, Style.null())] * crop.height
