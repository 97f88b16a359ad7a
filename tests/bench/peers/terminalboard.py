"""terminalboard and an event file of TensorBoard that it reads."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from runstore.export.tensorboard.checksum import masked_checksums
from tests.bench.peers.setup import peer
from tests.terminal import PtyApp

VERSION = "0.5.3"
SIZE = (200, 50)

# An event of one scalar, each field with its key and length in front, between its length and the two checksums.
_RECORD = np.dtype(
    [
        ("length", "<u8"), ("length_checksum", "<u4"),
        ("time_key", "u1"), ("time", "<f8"), ("step_key", "u1"), ("step", "u1", (4,)),
        ("summary_key", "u1", (2,)), ("value_key", "u1", (2,)),
        ("tag_key", "u1", (2,)), ("tag", "S9"), ("scalar_key", "u1"), ("scalar", "<f4"),
        ("checksum", "<u4"),
    ]
)  # fmt: skip
_FRAMING = 8 + 4 + 4


class Terminalboard:
    """A folder with one run, and the program that shows it."""

    def __init__(self, folder: Path) -> None:
        self._programs = peer(f"terminalboard=={VERSION}", "plotext==5.3.2")  # with plotext 6 it ends at once
        self.folder = folder
        folder.mkdir(parents=True)

    def fill(self, metrics: int, steps: int) -> None:
        """One run of so many metrics and steps."""
        fill_events(self.folder, metrics, steps)

    def app(self, home: Path) -> PtyApp:
        """terminalboard on the run."""
        environment = {"HOME": str(home), "COLORTERM": "truecolor"}
        return PtyApp([self._programs / "terminalboard", self.folder], *SIZE, env=environment)


def fill_events(folder: Path, metrics: int, steps: int) -> None:
    """Write one run of so many metrics and steps into the folder, as TensorBoard's writers do."""
    folder.mkdir(parents=True, exist_ok=True)
    step, metric = np.divmod(np.arange(metrics * steps), metrics)
    rows = np.zeros(len(step), _RECORD)
    rows["length"] = _RECORD.itemsize - _FRAMING
    rows["time_key"], rows["time"] = 0x09, time.time() + step
    rows["step_key"], rows["step"] = 0x10, _varint(step)
    rows["summary_key"], rows["value_key"] = (0x2A, 18), (0x0A, 16)
    rows["tag_key"], rows["tag"] = (
        (0x0A, 9),
        np.array([f"train/m{each:02}" for each in range(metrics)], "S9")[metric],
    )
    rows["scalar_key"], rows["scalar"] = 0x15, np.exp(-3 * step / steps) + metric / 10
    content = rows.view(np.uint8).reshape(len(rows), -1)
    rows["length_checksum"] = masked_checksums(content[:1, :8])
    rows["checksum"] = masked_checksums(content[:, 12:-4])
    rows.tofile(folder / "events.out.tfevents.1767225600.bench")


def _varint(numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Numbers below 2^28 in four bytes each."""
    parts = np.stack([(numbers >> shift) & 0x7F for shift in (0, 7, 14, 21)], axis=1)
    parts[:, :3] |= 0x80
    return parts.astype(np.uint8)
