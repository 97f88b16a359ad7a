"""Which rows, or files, the steps of a dataset keep: take, skip, sample, split; the same in every process."""

from __future__ import annotations

import os
from random import Random

from runstore.exceptions import UserErrorException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Step = Sequence[Any]


def take(count: int) -> Step:
    """The first ``count``."""
    return ["take", int(count)]


def skip(count: int) -> Step:
    """All but the first ``count``."""
    return ["skip", int(count)]


def sample(probability: float, seed: int | None) -> Step:
    """Each with this probability."""
    return ["sample", _share(probability), _seed(seed)]


def split(percentage: float, seed: int | None) -> tuple[Step, Step]:
    """About ``percentage`` (0 to 1) of all, and the others."""
    seed = _seed(seed)
    return ["split", _share(percentage), seed, True], ["split", _share(percentage), seed, False]


def picked(count: int, step: Step) -> list[int]:
    """The positions, out of ``count``, that the step keeps; raises ValueError for a step that picks no positions."""
    kind, rest = step[0], list(step[1:])
    if kind == "take":
        return list(range(min(count, max(0, rest[0]))))
    if kind == "skip":
        return list(range(min(count, max(0, rest[0])), count))
    if kind in ("sample", "split"):
        random = Random(rest[1])
        inside = rest[2] if kind == "split" else True
        return [position for position in range(count) if (random.random() < rest[0]) == inside]
    raise ValueError(kind)


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        raise UserErrorException("{!r}: give a share between 0 and 1".format(value))
    return float(value)


def _seed(seed: int | None) -> int:
    return int.from_bytes(os.urandom(4), "little") if seed is None else int(seed)
