"""Image files: what they are, and their pixels, against an encoder of the tests' own."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest

from runs_tui.images.formats import Format, format_of
from runs_tui.images.picture import load_picture
from runs_tui.images.png import decode_png
from tests.tui.images.encoder import chunk, encode_png

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
KINDS = [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16),
         (6, 8), (6, 16)]  # fmt: skip


def some_samples(width: int, height: int, channels: int, depth: int, seed: int = 0) -> list[list[list[int]]]:
    chance = random.Random(seed)
    return [[[chance.randrange(1 << depth) for _ in range(channels)] for _ in range(width)] for _ in range(height)]


def expected(
    samples: list[list[list[int]]], colour: int, depth: int, palette: list[tuple[int, int, int]]
) -> np.ndarray:
    def pixel(values: list[int]) -> list[int]:
        if colour == 3:
            return [*palette[values[0]], 255]
        scaled = [value * 255 // ((1 << depth) - 1) for value in values]
        opacity = scaled.pop() if colour in (4, 6) else 255
        return [*(scaled * 3 if len(scaled) == 1 else scaled), opacity]

    return np.array([[pixel(values) for values in row] for row in samples], np.uint8)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(("colour", "depth"), KINDS)
@pytest.mark.parametrize("filters", [(0,), (1, 2), (4, 3, 2, 1, 0), (3,)], ids=str)
def test_every_kind_of_png(colour: int, depth: int, filters: tuple[int, ...], interlaced: bool) -> None:
    palette = [(number * 7 % 256, number * 31 % 256, number * 101 % 256) for number in range(256)]
    for width, height in ((13, 11), (1, 1), (5, 9), (30, 2)):
        samples = some_samples(width, height, CHANNELS[colour], depth)
        table = chunk(b"PLTE", bytes(value for entry in palette for value in entry)) if colour == 3 else b""
        data = encode_png(samples, colour, depth, filters, interlaced, table)
        assert (decode_png(data) == expected(samples, colour, depth, palette)).all(), (width, height)


def test_what_is_see_through() -> None:
    grey = encode_png([[[7], [9]]], 0, 8, before=chunk(b"tRNS", struct.pack(">H", 9)))
    assert decode_png(grey)[0].tolist() == [[7, 7, 7, 255], [9, 9, 9, 0]]
    table = chunk(b"PLTE", bytes([1, 2, 3, 4, 5, 6])) + chunk(b"tRNS", bytes([40]))
    assert decode_png(encode_png([[[0], [1]]], 3, 8, before=table))[0].tolist() == [[1, 2, 3, 40], [4, 5, 6, 255]]


def test_a_file_that_is_cut_short_shows_what_it_has() -> None:
    data = encode_png(some_samples(40, 40, 3, 8), 2, 8, (4,))
    whole, part = decode_png(data), decode_png(data[: len(data) // 2])
    assert part.shape == whole.shape
    assert (part[:10] == whole[:10]).all()
    assert not (part == whole).all()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a PNG"),
        (b"\x89PNG\r\n\x1a\n", "not a PNG"),
        (encode_png([[[1, 2, 3, 4]]])[:33] + chunk(b"IDAT", b"no zlib"), "damaged"),
        (encode_png([[[1, 2, 3, 4]]], filters=(0,)).replace(b"\x08\x06\0\0\0", b"\x07\x06\0\0\0"), "damaged"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 6, 0, 0, 0)), "too large"),
    ],
)
def test_what_cannot_be_shown_is_said(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        decode_png(data)


def test_random_bytes_never_break_it() -> None:
    chance = random.Random(3)
    good = encode_png(some_samples(20, 20, 4, 8), filters=(4, 2))
    for _ in range(200):
        data = bytearray(good)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(8, len(data))] = chance.randrange(256)
        try:
            decode_png(bytes(data[: chance.randrange(33, len(data))]))
        except ValueError:
            pass


def test_a_picture_keeps_its_proportions_and_its_mean() -> None:
    picture = load_picture(encode_png([[[(x * 2) % 256, y, 0, 255] for x in range(120)] for y in range(60)]))
    shown = picture.fitted(30, 40, 0)
    assert shown.shape == (15, 30, 3)
    assert shown[0, 0].tolist() == [3, 2, 0]  # the mean of 0 2 4 6, and of 0 1 2 3
    assert picture.fitted(1000, 130, 0).shape == (120, 240, 3)  # enlarged by whole factors only
    clear = load_picture(encode_png([[[200, 0, 0, 0], [200, 0, 0, 255]]]))
    assert clear.fitted(2, 1, 50).tolist() == [[[50, 50, 50], [200, 0, 0]]]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (encode_png([[[1, 2, 3, 4]] * 3] * 2), Format("PNG", 3, 2)),
        (b"GIF89a" + struct.pack("<HH", 31, 17) + b"\0" * 9, Format("GIF", 31, 17)),
        (b"BM" + struct.pack("<IIIIii", 0, 0, 54, 40, 64, -48), Format("BMP", 64, 48)),
        (b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x01\xe0\x02\x80" + b"\0" * 9, Format("JPEG", 640, 480)),
        (b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + b"\x7f\x02\0\xdf\x01\0", Format("WebP", 640, 480)),
        (b"II*\0" + b"\0" * 20, Format("TIFF")),
        (b"just text", None),
        (b"\x89PNG\r\n\x1a\n\0", None),
        (b"\xff\xd8\xff", Format("JPEG")),
        (b"", None),
    ],
)  # fmt: skip
def test_formats(head: bytes, found: Format | None) -> None:
    assert format_of(head) == found


def test_other_formats_say_what_they_need() -> None:
    try:
        import PIL  # noqa: F401
    except ImportError:
        with pytest.raises(ValueError, match="Pillow"):
            load_picture(b"GIF89a" + struct.pack("<HH", 31, 17) + b"\0" * 9)
    with pytest.raises(ValueError, match="not an image"):
        load_picture(b"text")
