"""Moving through a list or a text, by keys and wheel: one set of motions for each."""

from __future__ import annotations

from typing import ClassVar, Protocol

from textual import events


class Movable(Protocol):
    """Something with lines, one of which is chosen or at the top."""

    @property
    def page(self) -> int:
        """Lines that are on the screen."""
        ...

    def move(self, by: int) -> None:
        """Go down by so many lines, up when negative; stops at the ends."""
        ...


FAR = 1 << 40
"""More lines than there are."""


class Motions:
    """The actions ``down up first last half_down half_up page_down page_up`` for a class that has `moved`."""

    def moved(self) -> Movable:
        """What the keys move now."""
        raise NotImplementedError

    def action_down(self) -> None:
        """One line down."""
        self.moved().move(1)

    def action_up(self) -> None:
        """One line up."""
        self.moved().move(-1)

    def action_first(self) -> None:
        """To the first line."""
        self.moved().move(-FAR)

    def action_last(self) -> None:
        """To the last line."""
        self.moved().move(FAR)

    def action_half_down(self) -> None:
        """Half a page down."""
        self.moved().move(max(self.moved().page // 2, 1))

    def action_half_up(self) -> None:
        """Half a page up."""
        self.moved().move(-max(self.moved().page // 2, 1))

    def action_page_down(self) -> None:
        """A page down, one line kept."""
        self.moved().move(max(self.moved().page - 1, 1))

    def action_page_up(self) -> None:
        """A page up, one line kept."""
        self.moved().move(-max(self.moved().page - 1, 1))


class Wheel:
    """The wheel of the mouse, for a widget that is moved by lines."""

    notch: ClassVar[int] = 3
    """Lines."""

    def move(self, by: int) -> None:
        """As `Movable`."""
        raise NotImplementedError

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Down."""
        event.stop()
        self.move(self.notch)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Up."""
        event.stop()
        self.move(-self.notch)
