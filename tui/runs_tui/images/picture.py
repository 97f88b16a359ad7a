"""An image file as a picture of a size that fits, or the words why not."""

from __future__ import annotations

import numpy as np

from runs_tui.images.formats import Format, format_of
from runs_tui.images.png import MOST_PIXELS, Pixels, decode_png

LARGEST = 64 << 20
"""Bytes of an image file at most."""


class Picture:
    """The pixels of one image, reduced on demand."""

    def __init__(self, format: Format, pixels: Pixels) -> None:
        self.format = format
        self.width, self.height = pixels.shape[1], pixels.shape[0]
        self._pixels = pixels

    def fitted(self, width: int, height: int, background: int) -> Pixels:
        """The whole picture in at most ``width`` x ``height`` pixels, its proportions kept: h x w x 3.

        A smaller one is enlarged by a whole factor. ``background`` is the grey behind what is transparent.
        """
        scale = min(width / self.width, height / self.height)
        across, down = (max(round(size * min(scale, 1.0)), 1) for size in (self.width, self.height))
        shown = _averaged(_averaged(self._opaque(background), down, 0), across, 1)
        times = int(scale)
        return shown.repeat(times, 0).repeat(times, 1) if times > 1 else shown

    def _opaque(self, background: int) -> Pixels:
        colours, opacity = self._pixels[:, :, :3], self._pixels[:, :, 3:]
        if opacity.min() == 255:
            return colours
        share = opacity.astype(np.uint16)
        return ((colours * share + background * (255 - share)) // 255).astype(np.uint8)


def load_picture(data: bytes) -> Picture:
    """The picture in an image file; raises `ValueError`, in words for people, when it cannot be shown."""
    format = format_of(data)
    if format is None:
        raise ValueError("not an image")
    return Picture(format, decode_png(data) if format.name == "PNG" else _by_pillow(data, format))


def _by_pillow(data: bytes, format: Format) -> Pixels:
    try:
        from PIL import Image
    except ImportError:
        raise ValueError(f"{format.name} images are shown where Pillow is installed: pip install pillow") from None
    import io
    import warnings

    if format.width * format.height > MOST_PIXELS:
        raise ValueError(f"too large to be shown: {format.width} x {format.height} pixels")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=[format.name.upper()]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise ValueError(f"too large to be shown: {image.width} x {image.height} pixels")
                return np.asarray(image.convert("RGBA"), np.uint8)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"a damaged {format.name} file") from error


def _averaged(pixels: Pixels, count: int, axis: int) -> Pixels:
    """``count`` lines along ``axis``, each the mean of those of the picture that it stands for."""
    size = pixels.shape[axis]
    if count >= size:
        return pixels
    starts = np.arange(count) * size // count
    lengths = np.diff(np.append(starts, size)).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
    sums = np.add.reduceat(pixels, starts, axis=axis, dtype=np.uint32)
    means: Pixels = ((sums + lengths // 2) // lengths).astype(np.uint8)
    return means
