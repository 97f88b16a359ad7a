"""Terminal cells to SVG, and SVG to PNG."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from html import escape
from itertools import groupby

import resvg_py

from tests.screenshots.glyphs import HEIGHT, WIDTH, shape
from tests.terminal import Cell

FONT = "DejaVu Sans Mono, Menlo, Consolas, Liberation Mono, monospace"
_FONT_SIZE = 16.6  # DejaVu Sans Mono is 0.602 em wide: 10 units
_BASELINE = 15
_PADDING = 14
_ZOOM = 2
_FOREGROUND, _BACKGROUND = "#d4d7dd", "#14161b"
_DIMMED = 0.55
_PALETTE = {
    "black": "#2a2e37",
    "red": "#e06c75",
    "green": "#8cc265",
    "brown": "#d9a95b",  # pyte's word for yellow
    "blue": "#5c9fe6",
    "magenta": "#c678dd",
    "cyan": "#4fb6c2",
    "white": "#c3c8d1",
    "brightblack": "#6b7280",
    "brightred": "#f28b93",
    "brightgreen": "#a8d985",
    "brightbrown": "#edc57f",
    "brightyellow": "#edc57f",
    "brightblue": "#82b8f2",
    "brightmagenta": "#d99bec",
    "bfightmagenta": "#d99bec",  # so spelt in pyte
    "brightcyan": "#79ced8",
    "brightwhite": "#f2f4f7",
}


_START = re.compile(r"M(\S+?) ([\d.]+)")


def to_svg(rows: list[list[Cell]], title: str) -> str:
    """The screen as an SVG picture with a little room around it; text stays text."""
    columns = len(rows[0])
    width, height = columns * WIDTH + 2 * _PADDING, len(rows) * HEIGHT + 2 * _PADDING
    surround = _surround(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="{surround}"/>',
        f'<g transform="translate({_PADDING} {_PADDING})">',
        *_backgrounds(rows, surround),
        *_shapes(rows),
        f'<g font-family="{FONT}" font-size="{_FONT_SIZE}" xml:space="preserve">',
        *_texts(rows),
        "</g></g></svg>",
    ]
    return "\n".join(parts) + "\n"


def to_png(svg: str) -> bytes:
    """The picture as PNG, two pixels for a unit."""
    return resvg_py.svg_to_bytes(svg_string=svg, zoom=_ZOOM, monospace_family="DejaVu Sans Mono")


def colours(cell: Cell) -> tuple[str, str]:
    """Foreground and background of a cell as ``#rrggbb``, with dim and reverse applied."""
    fore = _FOREGROUND if cell.fg == "default" else _PALETTE.get(cell.fg, cell.fg)
    back = _BACKGROUND if cell.bg == "default" else _PALETTE.get(cell.bg, cell.bg)
    if cell.reverse:
        fore, back = back, fore
    return (_blend(fore, back, _DIMMED) if cell.dim else fore), back


def _surround(rows: list[list[Cell]]) -> str:
    """The commonest background along the edges: the room around the screen continues it."""
    edge = [*rows[0], *rows[-1], *(cell for row in rows for cell in (row[0], row[-1]))]
    return Counter(colours(cell)[1] for cell in edge).most_common(1)[0][0]


def _blend(over: str, under: str, share: float) -> str:
    pairs = ((int(over[i : i + 2], 16), int(under[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def _backgrounds(rows: list[list[Cell]], surround: str) -> Iterator[str]:
    """One path for each colour; stretches of a row that repeat below it grow downwards, so that no seam shows."""
    paths: defaultdict[str, str] = defaultdict(str)
    growing: dict[tuple[int, int, str], int] = {}  # (first column, end column, colour) -> first row
    for y in range(len(rows) + 1):
        stretches = set(_stretches(rows[y])) if y < len(rows) else set()
        for ended in sorted(growing.keys() - stretches):
            first, end, colour = ended
            top = growing.pop(ended)
            size = f"h{(end - first) * WIDTH}v{(y - top) * HEIGHT}h{(first - end) * WIDTH}z"
            paths[colour] += f"M{first * WIDTH} {top * HEIGHT}{size}"
        for begun in stretches - growing.keys():
            growing[begun] = y
    for colour, path in sorted(paths.items()):
        if colour != surround:
            yield f'<path fill="{colour}" shape-rendering="crispEdges" d="{path}"/>'


def _stretches(row: list[Cell]) -> Iterator[tuple[int, int, str]]:
    first = 0
    for x in range(1, len(row) + 1):
        if x == len(row) or colours(row[x])[1] != colours(row[first])[1]:
            yield first, x, colours(row[first])[1]
            first = x


def _shapes(rows: list[list[Cell]]) -> Iterator[str]:
    """Everything that is drawn and not written, each outline once and placed where it stands."""
    fills: defaultdict[tuple[str, float], list[str]] = defaultdict(list)
    strokes: defaultdict[str, list[str]] = defaultdict(list)
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            colour = colours(cell)[0]
            drawn = shape(cell.char)
            if drawn and drawn.fill:
                fills[colour, drawn.opacity].append(_moved(drawn.fill, x * WIDTH, y * HEIGHT))
            if drawn and drawn.stroke:
                strokes[colour].append(_moved(drawn.stroke, x * WIDTH, y * HEIGHT))
            if cell.underline:
                fills[colour, 1].append(f"M{x * WIDTH} {y * HEIGHT + 17}h{WIDTH}v1h-{WIDTH}z")
            if cell.strike:
                fills[colour, 1].append(f"M{x * WIDTH} {y * HEIGHT + 10}h{WIDTH}v1h-{WIDTH}z")
    for (colour, opacity), paths in fills.items():
        faint = f' fill-opacity="{opacity}"' if opacity != 1 else ""
        yield f'<path fill="{colour}"{faint} d="{"".join(paths)}"/>'
    for colour, paths in strokes.items():
        yield f'<path fill="none" stroke="{colour}" d="{"".join(paths)}"/>'


def _texts(rows: list[list[Cell]]) -> Iterator[str]:
    """One element for each stretch of text in one ink; every character has its own place on the grid."""
    for y, row in enumerate(rows):
        written = ((x, cell) for x, cell in enumerate(row) if cell.char.strip() and not shape(cell.char))
        for (style, *_), cells in groupby(written, _style):
            places, chars = zip(*((x * WIDTH, cell.char) for x, cell in cells), strict=True)
            at = " ".join(map(str, places))
            yield f'<text x="{at}" y="{y * HEIGHT + _BASELINE}"{style}>{escape("".join(chars))}</text>'


def _style(placed: tuple[int, Cell]) -> tuple[str, int]:
    """The attributes of a cell's text, and a number that keeps what is more than one UTF-16 unit by itself."""
    x, cell = placed
    style = f' fill="{colours(cell)[0]}"'
    style += ' font-weight="bold"' if cell.bold else ""
    style += ' font-style="italic"' if cell.italic else ""
    return style, -1 if len(cell.char) == 1 and cell.char <= "\uffff" else x


def _moved(path: str, x: int, y: int) -> str:
    return _START.sub(lambda start: f"M{float(start[1]) + x:g} {float(start[2]) + y:g}", path)
