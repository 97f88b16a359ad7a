"""Arrays of pixels as PNG, in the forms in which training code has them; without an imaging library."""

from __future__ import annotations

from struct import pack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

_COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}  # channels: PNG's colour type
_GRID = 8  # pictures in a row


class Picture:
    """A picture that is handed to `Run.log_image` as its ``plot``."""

    def __init__(self, png: bytes) -> None:
        self.png = png

    def savefig(self, stream: IO[bytes], format: str = "png") -> None:
        """Write the picture."""
        stream.write(self.png)


def array_of(value: Any) -> Any:
    """``value`` (of NumPy, PyTorch and their kin, or nested lists) as an array of NumPy; raises ImportError without."""
    import numpy as np

    for name in ("detach", "cpu"):
        if hasattr(value, name):
            value = getattr(value, name)()
    return np.asarray(value)


def picture_of(pixels: Any, layout: str = "CHW") -> Picture:
    """The picture of an array: ``layout`` names its axes (N, C, H, W); several pictures make a grid of 8 in a row.

    Floats are from 0 to 1, integers from 0 to 255, of a mask True is white. Raises `ValueError` for an array of another
    shape.
    """
    import numpy as np

    array, layout = array_of(pixels), layout.upper()
    shape = array.shape
    if array.ndim != len(layout):
        raise ValueError("an array of shape {} is not {}".format(shape, layout))
    if array.dtype.kind == "b":
        array = array.astype(np.uint8) * 255
    elif array.dtype.kind in "fc":
        array = np.clip(np.nan_to_num(array.real, nan=0.0) * 255.0, 0, 255).astype(np.uint8)
    elif array.dtype != np.uint8:
        array = np.clip(array, 0, 255).astype(np.uint8)
    for axis in "NC":
        if axis not in layout:
            array, layout = array[None], axis + layout
    array = array.transpose([layout.index(axis) for axis in "NHWC"])
    if array.shape[3] not in _COLOURS or 0 in array.shape:
        raise ValueError("an array of shape {} is no picture".format(shape))
    return Picture(png_of(_grid(array)))


def _grid(pictures: Any) -> Any:
    """Pictures (N, H, W, C) side by side, 8 in a row."""
    import numpy as np

    count, height, width, channels = pictures.shape
    columns = min(count, _GRID)
    rows = -(-count // columns)
    whole = np.zeros((rows * columns, height, width, channels), np.uint8)
    whole[:count] = pictures
    whole = whole.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    return whole.reshape(rows * height, columns * width, channels)


def png_of(pixels: Any) -> bytes:
    """PNG of an array of bytes (height, width, channels), with 1 to 4 channels."""
    from zlib import compress, crc32

    import numpy as np

    height, width, channels = pixels.shape
    rows = np.zeros((height, 1 + width * channels), np.uint8)  # each row begins with its filter, 0: none
    rows[:, 1:] = pixels.reshape(height, width * channels)
    header = pack(">IIBBBBB", width, height, 8, _COLOURS[channels], 0, 0, 0)
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, data in ((b"IHDR", header), (b"IDAT", compress(rows.tobytes(), 3)), (b"IEND", b"")):
        parts += [pack(">I", len(data)), kind, data, pack(">I", crc32(kind + data))]
    return b"".join(parts)
