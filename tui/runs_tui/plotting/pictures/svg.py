"""A picture as SVG: text stays text, a line is one path, numbers have one decimal."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import numpy as np
from numpy.typing import NDArray

from runs_tui.plotting.pictures.canvas import DOT, FONT_SIZE, LOOSE, Anchor
from runs_tui.plotting.pictures.trace import Box, Trace

_FONT = "DejaVu Sans, Verdana, Geneva, sans-serif"

Tenths = NDArray[np.int64]


class Svg:
    """Collects the elements of a document of ``width`` x ``height`` units."""

    def __init__(self, width: float, height: float, paper: str, title: str) -> None:
        self._size = f"{width:g} {height:g}"
        self._head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" viewBox="0 0 {self._size}" '
            f'font-family="{_FONT}" font-size="{FONT_SIZE:g}">'
        )
        self._title = escape(title)
        self._clips: dict[Box, str] = {}
        self._parts = [f'<rect width="100%" height="100%" fill="{paper}"/>']

    def document(self) -> str:
        """The whole file."""
        clips = "".join(
            f'<clipPath id="{name}"><rect {_placed(box.left - LOOSE, box.top - LOOSE)} '
            f'width="{_short(box.width + 2 * LOOSE)}" height="{_short(box.height + 2 * LOOSE)}"/></clipPath>'
            for box, name in self._clips.items()
        )
        defined = f"<defs>{clips}</defs>" if clips else ""
        return "\n".join((self._head, f"<title>{self._title}</title>", defined, *self._parts, "</svg>", ""))

    def text(self, x: float, y: float, text: str, colour: str, anchor: Anchor = "start") -> None:
        """See `Canvas`."""
        where = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._parts.append(f'<text {_placed(x, y)} fill="{colour}"{where} xml:space="preserve">{escape(text)}</text>')

    def rectangle(self, box: Box, colour: str) -> None:
        """See `Canvas`."""
        size = f'width="{_short(box.width)}" height="{_short(box.height)}"'
        self._parts.append(f'<rect {_placed(box.left, box.top)} {size} fill="{colour}"/>')

    def line(self, trace: Trace, box: Box, colour: str, width: float, opacity: float = 1.0) -> None:
        """See `Canvas`."""
        faint = f' stroke-opacity="{opacity:g}"' if opacity < 1 else ""
        look = f'fill="none" stroke="{colour}"{faint} stroke-linejoin="round" stroke-linecap="round"'
        self._path("".join(_stroke(trace)), box, f'{look} stroke-width="{width:g}"')
        lonely = zip(trace.x[trace.lonely].tolist(), trace.top[trace.lonely].tolist(), strict=True)
        dots = "".join(f"M{_short(x)} {_short(y)}h0" for x, y in lonely)
        self._path(dots, box, f'{look} stroke-width="{DOT * width:g}"')

    def area(self, trace: Trace, box: Box, colour: str, opacity: float) -> None:
        """See `Canvas`."""
        path = ""
        for start, stop in _stretches(trace):
            x, top, bottom = (_tenths(each[start:stop]) for each in (trace.x, trace.top, trace.bottom))
            if stop - start == 1:  # as wide as a thin line
                x, top, bottom = np.array([x[0] - 5, x[0] + 5]), np.repeat(top, 2), np.repeat(bottom, 2)
            path += _polyline(np.append(x, x[::-1]), np.append(top, bottom[::-1])) + "z"
        self._path(path, box, f'fill="{colour}" fill-opacity="{opacity:g}"')

    def _path(self, path: str, box: Box, look: str) -> None:
        if path:
            clip = self._clips.setdefault(box, f"c{len(self._clips)}")
            self._parts.append(f'<path clip-path="url(#{clip})" {look} d="{path}"/>')


def _stroke(trace: Trace) -> Iterator[str]:
    """Each stretch from point to point; where a column is higher than its ends, up and down it on the way."""
    high, low = np.minimum(trace.first, trace.last), np.maximum(trace.first, trace.last)
    over = (trace.top < high - 0.1) | (trace.bottom > low + 0.1)
    for start, stop in _stretches(trace):
        part = slice(start, stop)
        y = np.stack([trace.first[part], trace.top[part], trace.bottom[part], trace.last[part]], axis=1)
        kept = np.ones(y.shape, dtype=np.bool_)
        kept[:, 1:3] = over[part, None]
        kept[:, 3] = over[part] | (np.abs(trace.first[part] - trace.last[part]) > 0.1)
        x = np.repeat(trace.x[part], 4).reshape(-1, 4)
        yield _polyline(_tenths(x[kept]), _tenths(y[kept]))


def _stretches(trace: Trace) -> list[tuple[int, int]]:
    """Where the line goes on without a break: from, up to."""
    if not len(trace.x):
        return []
    starts = [0, *(np.flatnonzero(~trace.joined[1:]) + 1).tolist()]
    return list(zip(starts, [*starts[1:], len(trace.x)], strict=True))


def _polyline(x: Tenths, y: Tenths) -> str:
    """Path data through these points, each as its distance from the one before."""
    across, down = np.diff(x).tolist(), np.diff(y).tolist()
    steps = "".join(
        f"v{_tenth(dy)}" if not dx else f"l{_tenth(dx)}{'' if dy < 0 else ' '}{_tenth(dy)}"
        for dx, dy in zip(across, down, strict=True)
        if dx or dy
    )
    return f"M{_tenth(int(x[0]))} {_tenth(int(y[0]))}{steps}"


def _tenths(values: NDArray[np.float64]) -> Tenths:
    return np.rint(values * 10).astype(np.int64)


def _tenth(number: int) -> str:
    """Tenths as the shortest decimal: ``1.5 .5 -.5 2``."""
    whole, part = divmod(abs(number), 10)
    digits = f"{whole or ''}.{part}" if part else str(whole)
    return f"-{digits}" if number < 0 else digits


def _short(value: float) -> str:
    return _tenth(round(value * 10))


def _placed(x: float, y: float) -> str:
    return f'x="{_short(x)}" y="{_short(y)}"'
