"""The letters of pictures made of pixels, and how wide text is: DejaVu Sans at 24 pixels, as greys in ``font.png``
(``font.LICENSE`` says whose they are; ``python -m tests.screenshots.font`` draws them).

The letters of `LETTERS` stand side by side in the picture, each as wide as its advance; in the last row a white pixel
marks where one begins. A character that is not among them is shown by the nearest ASCII character.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from runs_tui.images.png import decode_png
from runs_tui.plain import stand_in

Greys = NDArray[np.uint8]

SIZE = 24
"""Pixels that the font size is."""
ASCENT = 23
"""Pixels from the top of a letter's picture to its baseline."""
_SPACE = 8
LETTERS = (
    "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~¡¢£¤¥¦"
    "§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿĀāĂăĄąĆćĈĉĊċ"
    "ČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĲĳĴĵĶķĸĹĺĻļĽľĿŀŁłŃńŅņŇňŉŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŦŧŨũŪūŬŭŮů"
    "ŰűŲųŴŵŶŷŸŹźŻżŽžſΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψωАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабв"
    "гдежзийклмнопрстуфхцчшщъыьэюяЁё–—‘’“”…•←↑→↓−≈≠≤≥∞∑√▸␛␊"
)


def text_pixels(text: str) -> Greys:
    """The text in one line, height x width: 0 where there is nothing, 255 where a letter covers the pixel."""
    font = _font()
    return np.concatenate([_letter(font, character) for character in text] or [font[" "][:, :0]], axis=1)


def text_width(text: str) -> float:
    """How wide the text is, as a part of the font size."""
    font = _font()
    return sum(len(_letter(font, character)[0]) for character in text) / SIZE


def _letter(font: dict[str, Greys], character: str) -> Greys:
    found = font.get(character)
    return font[stand_in(character)] if found is None else found


@cache
def _font() -> dict[str, Greys]:
    strip = decode_png(Path(__file__).with_name("font.png").read_bytes())[:, :, 0]
    starts = np.flatnonzero(strip[-1])
    letters = np.split(strip[:-1], starts[1:], axis=1)
    blank = np.zeros((len(strip) - 1, _SPACE), np.uint8)
    return {" ": blank, "\xa0": blank, **dict(zip(LETTERS, letters, strict=True))}
