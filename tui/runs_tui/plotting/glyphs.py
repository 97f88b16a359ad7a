"""The characters that charts are made of, for terminals with and without Unicode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runs_tui.plain import is_plain


@dataclass(frozen=True, slots=True, eq=False)
class Glyphs:
    """``across`` x ``down`` dots make one cell; ``patterns[bits]`` is its character.

    Bit ``row * across + column`` of ``bits`` is the dot in that row and column of the cell, from the top left.
    """

    across: int
    down: int
    patterns: NDArray[np.uint32]
    horizontal: str
    vertical: str
    corner: str
    tick: str
    point: str
    nan: str
    above: str
    below: str
    over: str
    under: str
    sample: str
    cursor: str
    focus: str
    ellipsis: str
    separator: str


def glyphs_for(environ: Mapping[str, str]) -> Glyphs:
    """The characters for the terminal of this environment: Unicode unless it says that it has none."""
    return ASCII if is_plain(environ) else UNICODE


def _braille() -> NDArray[np.uint32]:
    """The braille character of each of the 256 patterns, by bits in reading order."""
    weights = (0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80)
    codes = [0x2800 + sum(w for bit, w in enumerate(weights) if bits >> bit & 1) for bits in range(256)]
    codes[0] = ord(" ")
    return np.array(codes, dtype=np.uint32)


UNICODE = Glyphs(
    across=2, down=4, patterns=_braille(), horizontal="─", vertical="│", corner="└", tick="┤", point="•",
    nan="×", above="↑", below="↓", over="▴", under="▾", sample="━━",
    cursor="│", focus="▸", ellipsis="…", separator="·",
)  # fmt: skip
ASCII = Glyphs(
    across=1, down=2, patterns=np.array([ord(c) for c in " '.:"], dtype=np.uint32), horizontal="-", vertical="|",
    corner="+", tick="+", point="o", nan="x", above="^", below="v", over="^", under="v",
    sample="==", cursor="|", focus=">", ellipsis="~",
    separator="-",
)  # fmt: skip
