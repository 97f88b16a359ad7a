"""Text that a run wrote, made safe to show: no character of it can act on a terminal."""

from __future__ import annotations

from functools import lru_cache

# Zero width characters, bidirectional controls (Unicode Annex 9), separators and the byte order mark:
# none of them is seen, all of them change what is seen.
_INVISIBLE = (
    list(range(0x200B, 0x2010))
    + list(range(0x2028, 0x202F))
    + list(range(0x2060, 0x2070))
    + list(range(0xFFF9, 0xFFFC))
    + [0x00AD, 0x061C, 0x180E, 0xFEFF]
)


@lru_cache(maxsize=None)
def _shown_as() -> dict[int, str]:
    """What is shown for each character that is not; made when it is first needed, 100 kB that few trainings need."""
    table = dict.fromkeys([*range(127, 160), *_INVISIBLE], "�")
    table.update({code: chr(0x2400 + code) for code in range(0x20)})  # the Control Pictures block
    table[0x7F] = "\N{SYMBOL FOR DELETE}"
    table.update(dict.fromkeys(range(55296, 57344), "�"))  # lone surrogates
    table.update(dict.fromkeys(range(917504, 917632), "�"))  # tag characters
    return table


def printable(text: object, limit: int | None = None) -> str:
    """``text`` with each control, bidirectional or zero-width character replaced by a visible one.

    ``limit`` cuts long text to that many characters, the last of them an ellipsis. One character stays one
    character; cells are not counted here.
    """
    shown = text if isinstance(text, str) else str(text)
    if limit is not None and len(shown) > limit:
        shown = shown[: max(limit - 1, 0)] + "\N{HORIZONTAL ELLIPSIS}"
    if shown.isascii() and shown.isprintable():
        return shown
    return shown.translate(_shown_as())
