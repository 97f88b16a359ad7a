"""PNG files that are written are read back as they were."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from runs_tui.images.encode import encode_png
from runs_tui.images.formats import Format, format_of
from runs_tui.images.png import Pixels, decode_png


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=12).map(lambda shape: (*shape, 3))))
def test_pixels_come_back(pixels: Pixels) -> None:
    data = encode_png(pixels)
    assert format_of(data) == Format("PNG", pixels.shape[1], pixels.shape[0])
    found = decode_png(data)
    assert (found[:, :, :3] == pixels).all()
    assert (found[:, :, 3] == 255).all()


@given(st.integers(1, 400))
def test_an_even_picture_is_small(side: int) -> None:
    assert len(encode_png(np.full((side, side, 3), 200, np.uint8))) < 200 + side * side // 100
