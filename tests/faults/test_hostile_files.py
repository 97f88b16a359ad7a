"""Files and records that are bombs: huge pictures, archives that explode, endless lines; in the app, tab by tab."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from runs_tui.images.picture import load_picture
from runstore.layout.paths import RunPaths
from runstore.writing.writer import RunWriter
from tests.faults.limits import limited
from tests.faults.scale import times
from tests.tui.app_host import app_on, screen_text, until
from tests.tui.images.encoder import chunk
from tests.tui.stores import make_run

ZEROS = times(1 << 28, 1 << 24)
"""Bytes that the archives hold, in a thousandth of it."""
LONG = times(32_000, 2_000)
"""Pixels of the long side of a picture that is still drawn."""


def png(width: int, height: int, data: bytes, colour: int = 2, depth: int = 8) -> bytes:
    """A PNG file that says so of itself, with this compressed data."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def rows(width: int, height: int, kind: int) -> bytes:
    """The compressed rows of an RGB picture, all with this filter."""
    return zlib.compress((bytes([kind]) + bytes(range(256)) * (3 * width // 256 + 1))[: 1 + 3 * width] * height, 1)


@cache
def zeros() -> bytes:
    """So many zeros, as zlib packs them."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(ZEROS >> 20)) + packer.flush()


PICTURES: dict[str, Callable[[], bytes]] = {
    "50,000 by 50,000": lambda: png(50_000, 50_000, zlib.compress(bytes(1000))),
    "largest": lambda: png(2**31 - 1, 2**31 - 1, b""),
    "a line of ten million": lambda: png(10_000_000, 1, zlib.compress(bytes(1000))),
    "a pillar of ten million": lambda: png(1, 10_000_000, zlib.compress(b"\4" * 1000)),
    "a pillar": lambda: png(3, LONG, rows(3, LONG, 4)),
    "a beam": lambda: png(LONG, 3, rows(LONG, 3, 4)),
    "a small one with a bomb": lambda: png(16, 16, zeros()),
    "most of it is missing": lambda: png(3000, 3000, zlib.compress(b"\1" * 10)),
    "pieces of no length": lambda: png(4, 4, b"")[:33] + chunk(b"IDAT", b"") * 10_000,
    "a length beyond the file": lambda: png(4, 4, b"")[:33] + b"\xff\xff\xff\xffIDATxx",
    "gif": lambda: b"GIF89a" + b"\xff" * 4 + bytes(100),
    "jpeg": lambda: b"\xff\xd8\xff" + b"\xff" * 70_000,
    "webp": lambda: b"RIFF\xff\xff\xff\xffWEBPVP8X" + b"\xff" * 60,
    "tiff": lambda: b"II*\0\xff\xff\xff\xff" + bytes(100),
    "bmp": lambda: b"BM\xff\xff\xff\xff\0\0\0\0\x36\0\0\0\x28\0\0\0\xff\xff\xff\x7f\0\0\0\x80\x01\0\x18\0" + bytes(60),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_drawn_or_refused(name: str) -> None:
    content = PICTURES[name]()
    with limited(12, megabytes=512):
        try:
            picture = load_picture(content)
        except ValueError:  # with words for people, which the app shows
            return
        assert picture.fitted(80, 40, 0).shape[2] == 3


class Trap:
    """Whoever unpickles it makes a file."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (os.environ["HOME"] + "/sprung",)


def hostile_files(folder: Path) -> list[str]:
    """Fill the run's outputs; the names."""
    outputs = folder / "outputs"
    outputs.mkdir(parents=True, exist_ok=True)
    for name, make in PICTURES.items():
        (outputs / f"{name}.png").write_bytes(make())
    packed = zeros()
    with zipfile.ZipFile(outputs / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../../../outside", b"x")
        archive.writestr("bomb", packed)
    (outputs / "bomb.gz").write_bytes(gzip.compress(packed))
    (outputs / "bomb.xz").write_bytes(lzma.compress(bytes(1 << 24)))
    (outputs / "bomb.bz2").write_bytes(bz2.compress(bytes(1 << 24)))
    with open(outputs / "one-line.txt", "wb") as file:
        file.write(b"a" * 100_000)
        file.seek(1 << 30)
        file.write(b"z\n")
    (outputs / "words.txt").write_bytes(b"x " * (1 << 21))
    (outputs / "deep.json").write_bytes(b"[" * 100_000)
    (outputs / "number.json").write_bytes(b"9" * 100_000)
    (outputs / "wide.csv").write_bytes(b"," * (1 << 20) + b"\n")
    (outputs / "trap.pkl").write_bytes(pickle.dumps(Trap()))
    (outputs / "trap.npy").write_bytes(
        b"\x93NUMPY\x01\0\x80\0{'descr': '|O', 'fortran_order': False, 'shape': (1,)}"
        + b" " * 60
        + pickle.dumps(Trap())
    )
    (outputs / "trap.pt").write_bytes(b"PK\x03\x04" + pickle.dumps(Trap()))
    os.mkfifo(outputs / "pipe")
    return sorted(path.name for path in outputs.iterdir())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("bombs")
    folder = make_run(root, run_id="bombs")
    hostile_files(Path(RunPaths(folder).files))
    writer = RunWriter(folder)
    for name in PICTURES:
        writer.record("image", name="pictures", value=f"outputs/{name}.png")
    writer.record("table", name="wide", value={f"c{number}": [number] for number in range(20_000)})
    writer.record("table", name="uneven", value={"a": [1] * 100_000, "b": [], "c": "no list"})
    writer.record("list", name="long", value=["x" * 1000] * 1000)
    writer.record("list", name="numbers", value=[10**400, -(10**400), 1e308, -1e308, float("nan")])
    for kind in ("confusion_matrix", "accuracy_table", "residuals", "predictions"):
        odd: tuple[Any, ...] = ({}, {"matrix": [[10**400, "x"], [None]], "class_labels": [10**400]}, [], "x", None)
        for data in odd:
            writer.record(
                kind, name=f"{kind} {data!r:.20}", value={"schema_type": kind, "schema_version": 9, "data": data}
            )
    writer.close()
    return root


async def test_each_file_is_looked_at(store: Path) -> None:
    """The app goes on, says why it does not draw, unpacks nothing and runs nothing."""
    with limited(60, megabytes=600):
        async with app_on(store, size=(100, 40), runs=1) as (app, pilot):
            await pilot.press("enter", "5")
            await until(pilot, lambda: "outputs" in screen_text(app), 30)
            files = len(list((store / "resnet-lr" / "bombs" / "files" / "outputs").iterdir()))
            for _ in range(times(files + 2, 12)):
                await pilot.press("j")
            await until(pilot, lambda: "words.txt" in screen_text(app), 30)
            assert app.is_running
    assert not os.path.exists(os.environ["HOME"] + "/sprung")


async def test_each_record_is_looked_at(store: Path) -> None:
    with limited(60, megabytes=600):
        async with app_on(store, size=(100, 40), runs=1) as (app, pilot):
            await pilot.press("enter", "4")
            await until(pilot, lambda: "accuracy" in screen_text(app), 30)
            for _ in range(times(30, 8)):
                await pilot.press("j", "l")
            assert app.is_running
            await pilot.press("1")
            await until(pilot, lambda: "loss" in screen_text(app), 30)
