"""`TensorBoardReader`: one run in event files, read as they grow."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from runstore.reading.growing import REPLACED, GrowingFile, read_range
from runstore.reading.states import State
from runstore.records.points import NO_STEP
from runstore.sources.foreign.folder import Folder
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.protobuf import text
from runstore.sources.tensorboard.events import Value, event, histogram_of_bins
from runstore.sources.tensorboard.frames import frames
from runstore.sources.tensorboard.hparams import session
from runstore.sources.tensorboard.parts import Part, Run, own_files, run_in
from runstore.sources.tensorboard.writers import has_ended

if TYPE_CHECKING:
    from runstore.reading.arrays import Array
    from runstore.sources.tensorboard.decoding import Decoder

_BLOCK, _LARGEST_BLOCK = 1 << 20, 8 << 20
"""Bytes read at a time: more of a run with so many metrics that there are only a few points of each in a block."""
_POINTS = 256
"""Points of a metric in a block that are enough."""
_LONGEST = 64 << 20
"""Longer records (graphs, meshes) are passed over."""
_LONGEST_TEXT = 64 << 10
_MOST_IMAGES = 8
"""Images taken from one value."""
_ENDINGS = {b"\x89PNG": "png", b"\xff\xd8": "jpg", b"GIF8": "gif"}
_HPARAMS_FILE = "hparams.yaml"
_TEXT_SUFFIX = "/text_summary"


class _File(GrowingFile):
    """An event file. ``damaged``: what could not be read in it. ``writer_gone``: whether its process was seen gone.

    ``at_zero``: the tags whose last point was at step 0.
    """

    __slots__ = ("at_zero", "damaged", "part", "writer_elsewhere", "writer_gone")

    def __init__(self, part: Part) -> None:
        super().__init__(part.path)
        self.part = part
        self.damaged = 0
        self.at_zero: set[str] = set()
        self.writer_gone = self.writer_elsewhere = False


class TensorBoardReader(ForeignReader):
    """The key of the place is the folder of the run."""

    def _begin(self) -> None:
        self._files: dict[str, _File] = {}
        self._run = Run([], frozenset(), ())
        self._stamps: tuple[object, ...] = ()
        self._decoder: Decoder | None = None
        self._size = _BLOCK
        self._plugins: dict[str, str] = {}
        self._images: dict[str, tuple[str, int, int]] = {}
        self._params: dict[str, Any] = {}
        self._params_beside: dict[str, Any] = {}
        self._session: dict[str, Any] = {}
        self._created = 0.0

    def _paths(self) -> Iterable[str]:
        folder = self.place.key
        return (
            *(os.path.join(folder, name) for name in ("", *self._run.folders)),
            *self._run.waiting,
            *self._files,
            os.path.join(folder, _HPARAMS_FILE),
        )

    def _length(self) -> int:
        folder = Folder(self.place.key, self.place.key)
        return sum(folder.files[name][0] for name in own_files(folder))

    def state(self, reason: str = "") -> State:
        """How it stands: ended when all its writers are known to be gone."""
        with self._lock:
            if self._begun:
                self.ended = bool(self._files) and all(_is_over(file) for file in self._files.values())
            return super().state(reason)

    # ---- reading

    def _read(self, stop: float | None) -> bool:
        changed = self._list()
        self.waiting = False
        for file in self._files.values():
            before = file.offset
            if file.look() == REPLACED and before:
                self._restart()
                return self._read(stop)
            if file.problem:
                self._warn(file.path, file.problem)
            while file.offset < file.size and self._read_block(file):
                changed = True
                if stop is not None and time.monotonic() >= stop:
                    self.waiting = True
                    self._tell()
                    return True
        if changed:
            self._tell()
        return changed

    def _list(self) -> bool:
        """Find out which files there are, if a folder has changed since; whether others came."""
        folder = self.place.key
        watched = [os.path.join(folder, name) for name in ("", *self._run.folders)]
        stamps = tuple(_stamp(path) for path in (*watched, *self._run.waiting, os.path.join(folder, _HPARAMS_FILE)))
        if stamps == self._stamps:
            return False
        run = run_in(folder) or Run([], frozenset(), ())
        if run.folders == self._run.folders and run.waiting == self._run.waiting:
            self._stamps = stamps
        self._run = run
        wanted = {part.path: part for part in run.parts}
        if any(wanted.get(path) != file.part for path, file in self._files.items()):
            self._restart()
            self._run = run
        known = self._files
        self._files = {path: known.get(path) or _File(part) for path, part in wanted.items()}
        return self._read_params() or self._files.keys() != known.keys()

    def _read_block(self, file: _File) -> bool:
        """Take in the next records of a file; whether there were any."""
        from runstore.sources.tensorboard.checksums import intact
        from runstore.sources.tensorboard.decoding import Decoder

        if self._decoder is None:
            self._decoder = Decoder()
        start = file.offset
        block = file.read(start, min(self._size, file.size - start))
        found = frames(block, _LONGEST)
        if not found.end and found.wanted > len(block) == self._size:
            if found.wanted > _LONGEST:
                file.offset += min(found.wanted, file.size - start)
                return file.size - start >= found.wanted
            block = file.read(start, min(found.wanted, file.size - start))
            found = frames(block, _LONGEST)
        if not found.end:
            return False
        found = intact(block, found)
        file.offset += found.end
        if file.writer_gone:
            file.writer_elsewhere = True
        decoded = self._decoder.decode(block, found)
        if len(decoded.points) * _POINTS > len(found.starts) and len(block) == self._size < _LARGEST_BLOCK:
            self._size *= 2
        if not start and len(found.starts):
            self._take_time(block, int(found.starts[0]), int(found.lengths[0]))
        for points in decoded.points:
            steps = _given(points.tag, points.steps, file)
            self.numbers.add(file.part.name(points.tag), steps, points.times, points.values)
        file.damaged += decoded.damaged + found.damaged
        for at, step, value in decoded.others:
            try:
                self._take(file.part, value, step, at, block, start)
            except ValueError:
                file.damaged += 1
        if file.damaged:
            self._warn(file.path, "it is damaged: what could not be read was passed over")
        return True

    def _take_time(self, block: bytes, start: int, length: int) -> None:
        """Take in when a file was begun, by its first record."""
        try:
            begun = event(block, start, start + length).time
        except ValueError:
            return
        if 0 < begun < (self._created or math.inf):
            self._created = begun

    def _take(self, part: Part, value: Value, step: int, at: float, block: bytes, offset: int) -> None:
        """Take in what is no point of a series; what is not shown is passed over."""
        if value.plugin:
            self._plugins[value.tag] = value.plugin
        plugin = self._plugins.get(value.tag, "")
        name = part.name(value.tag)
        tensor = value.tensor
        statistics = value.statistics
        if plugin == "hparams":
            told = session(value.content)
            self._params.update(told.pop("params", {}))
            self._session.update(told)
        elif value.image is not None:
            self._take_images(part, name, step, at, [value.image], block, offset)
        elif tensor is not None and plugin == "images":
            self._take_images(part, name, step, at, tensor.strings[2:], block, offset)  # after width and height
        elif tensor is not None and tensor.strings and plugin in ("", "text"):
            said = "\n".join(text(block, begin, min(end, begin + _LONGEST_TEXT)) for begin, end in tensor.strings)
            self._record("row", name.removesuffix(_TEXT_SUFFIX), {"text": said[:_LONGEST_TEXT]}, step, at)
        elif tensor is not None and plugin == "histograms":
            statistics = histogram_of_bins(tensor.numbers)
        if statistics is not None:
            self.numbers.add_row(step, at, {f"{name}/{what}": number for what, number in statistics.items()})

    def _take_images(
        self, part: Part, name: str, step: int, at: float, places: list[tuple[int, int]], block: bytes, offset: int
    ) -> None:
        """Remember where these images are; they are read from there when they are shown."""
        folder = "/".join(each for each in name.split("/") if each not in ("", ".", ".."))
        for number, (begin, end) in enumerate(places[:_MOST_IMAGES]):
            stem = f"images/{folder}/{step}" + (f"-{number}" if number else "")
            ending = next((each for head, each in _ENDINGS.items() if block.startswith(head, begin)), "png")
            artifact, again = f"{stem}.{ending}", 1
            while artifact in self._images:  # of a run that was resumed
                again += 1
                artifact = f"{stem}.{again}.{ending}"
            self._images[artifact] = part.path, offset + begin, end - begin
            self._record("image", name, artifact, step, at)

    def artifact(self, name: str) -> bytes:
        """An image in an event file, or a file below the run's folder."""
        with self._lock:
            place = self._images.get(name)
        return read_range(*place) if place is not None else super().artifact(name)

    # ---- facts

    def _read_params(self) -> bool:
        """Read what Lightning has written beside; whether there is such a file."""
        path = os.path.join(self.place.key, _HPARAMS_FILE)
        if not os.path.exists(path):
            return False
        self._params_beside = self._parameters(path)
        return True

    def _tell(self) -> None:
        """Set the facts by what was read."""
        beside = self._params_beside
        params = {name: value for name, value in self._params.items() if name.replace("/", ".") not in beside}
        created = self._created or None
        facts = {"created": created, "started": created, **self._session}
        self._set(params={**params, **beside}, **facts)


def _given(tag: str, steps: Array, file: _File) -> Array:
    """The steps of further points of a tag: one step 0 after the other says that none were given."""
    import numpy as np

    zero = steps == 0
    if not zero.any():
        file.at_zero.discard(tag)
        return steps
    again = zero & np.append(file.part.hparams or tag in file.at_zero, zero[:-1])
    (file.at_zero.add if zero[-1] else file.at_zero.discard)(tag)
    return np.where(again, NO_STEP, steps)


def _is_over(file: _File) -> bool:
    if not file.writer_gone and not file.writer_elsewhere:
        file.writer_gone = has_ended(file.path)
    return file.writer_gone and not file.writer_elsewhere


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
