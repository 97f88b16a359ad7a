"""SGR, the control sequence for colours and styles: its parameters in, a state and a Rich style out.

Blinking and hidden text are not carried out: the one disturbs, the other deceives.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from rich.color import Color
from rich.style import Style

_RGB = 1 << 24
"""Colours are numbers: 0 to 255 of the palette, this and more for 24 bits of red, green, blue."""

_BOLD, _DIM, _ITALIC, _UNDERLINE, _REVERSE, _STRIKE = (1 << bit for bit in range(6))
_ON = {1: _BOLD, 2: _DIM, 3: _ITALIC, 4: _UNDERLINE, 7: _REVERSE, 9: _STRIKE, 21: _UNDERLINE}
_OFF = {22: _BOLD | _DIM, 23: _ITALIC, 24: _UNDERLINE, 27: _REVERSE, 29: _STRIKE}


class Sgr(NamedTuple):
    """What is in force: two colours (None is that of the terminal) and a set of styles."""

    foreground: int | None = None
    background: int | None = None
    flags: int = 0


PLAIN = Sgr()


@lru_cache(maxsize=4096)
def apply(state: Sgr, parameters: str) -> Sgr:
    """The state after ``ESC [ parameters m``; codes that are not known are passed over."""
    foreground, background, flags = state
    codes = parameters.split(";")
    at = 0
    while at < len(codes):
        code, *details = [_number(part) for part in codes[at].split(":")]
        at += 1
        if code == 0:
            foreground, background, flags = PLAIN
        elif code == 4 and details:  # 4:0 is none, 4:3 a curly one ...
            flags = flags | _UNDERLINE if details[0] else flags & ~_UNDERLINE
        elif code in _ON:
            flags |= _ON[code]
        elif code in _OFF:
            flags &= ~_OFF[code]
        elif code in (38, 48, 58):
            if details:
                # 38:2:R:G:B, or with a colour space before them: 38:2::R:G:B
                colour = _colour(details[0], details[-3:] if details[0] == 2 else details[1:])
            else:
                kind = _number(codes[at]) if at < len(codes) else -1
                count = {2: 3, 5: 1}.get(kind, 0)
                colour = _colour(kind, [_number(part) for part in codes[at + 1 : at + 1 + count]])
                at += 1 + count
            if colour is None or code == 58:
                continue
            if code == 38:
                foreground = colour
            else:
                background = colour
        elif 30 <= code <= 37:
            foreground = code - 30
        elif 90 <= code <= 97:
            foreground = code - 82
        elif 40 <= code <= 47:
            background = code - 40
        elif 100 <= code <= 107:
            background = code - 92
        elif code == 39:
            foreground = None
        elif code == 49:
            background = None
    return Sgr(foreground, background, flags)


def _number(text: str) -> int:
    """A parameter; an empty one is 0, a senseless one -1."""
    if not text:
        return 0
    return int(text) if len(text) < 5 and text.isascii() and text.isdigit() else -1


def _colour(kind: int, values: list[int]) -> int | None:
    if not all(0 <= value <= 255 for value in values):
        return None
    if kind == 5 and len(values) >= 1:
        return values[0]
    if kind == 2 and len(values) == 3:
        red, green, blue = values
        return _RGB | red << 16 | green << 8 | blue
    return None


@lru_cache(maxsize=4096)
def style_of(state: Sgr) -> Style | None:
    """The style of a state; None when nothing is in force."""
    if state == PLAIN:
        return None
    flags = state.flags
    has: Callable[[int], bool | None] = lambda flag: True if flags & flag else None  # noqa: E731
    return Style(
        color=_rich(state.foreground),
        bgcolor=_rich(state.background),
        bold=has(_BOLD),
        dim=has(_DIM),
        italic=has(_ITALIC),
        underline=has(_UNDERLINE),
        reverse=has(_REVERSE),
        strike=has(_STRIKE),
    )


def _rich(colour: int | None) -> Color | None:
    if colour is None:
        return None
    if colour < _RGB:
        return Color.from_ansi(colour)
    return Color.from_rgb(colour >> 16 & 255, colour >> 8 & 255, colour & 255)
