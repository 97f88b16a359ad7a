"""Draws the letters of ``runs_tui.plotting.pictures`` anew: ``python -m tests.screenshots.font DejaVuSans.ttf``.

Needs Pillow.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from runs_tui.plotting.pictures import font as pictures_font

_HEIGHT = 31
_GREYS = 17
"""Steps between two of the 16 greys, which make the file a third as large as 256 would."""


def draw(face: str) -> None:
    """Replace ``font.png``: each letter as wide as its advance, and below it a white pixel where it begins."""
    font = ImageFont.truetype(face, pictures_font.SIZE)
    letters = pictures_font.LETTERS
    widths = [max(round(font.getlength(letter)), 1) for letter in letters]
    strip = Image.new("L", (sum(widths), _HEIGHT + 1), 0)
    place = 0
    for letter, width in zip(letters, widths, strict=True):
        drawn = Image.new("L", (width, _HEIGHT), 0)
        ImageDraw.Draw(drawn).text((0, 0), letter, fill=255, font=font)
        strip.paste(drawn, (place, 0))
        strip.putpixel((place, _HEIGHT), 255)
        place += width
    strip = strip.point([round(value / _GREYS) * _GREYS for value in range(256)])
    strip.save(Path(pictures_font.__file__).with_name("font.png"), optimize=True)


if __name__ == "__main__":
    draw(sys.argv[1])
