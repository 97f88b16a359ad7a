"""What a script logs as one row, taken apart: numbers that share a step, and what is kept in other ways."""

from __future__ import annotations

from runstore.integrations.distributions import statistics_of
from runstore.integrations.wandb.media import Image, Media
from runstore.records.nested import flat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.runs.run import Run

_NUMBERS = (float, int, bool)


class Row:
    """``numbers`` by flat name, and ``others``: pairs of a name and what it is."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.numbers: dict[str, Any] = {}
        self.others: list[tuple[str, Any]] = []
        nested = any(isinstance(value, dict) for value in data.values())
        for name, value in (flat(data) if nested else data).items():
            if value.__class__ not in _NUMBERS:
                item = getattr(value, "item", None)
                if item is not None and _size(value) == 1:
                    value = item()
                if not isinstance(value, _NUMBERS):
                    self.others.append((str(name), value))
                    continue
            self.numbers[str(name)] = value


def keep(run: Run, name: str, value: Any, step: int) -> None:
    """Write what is no number into the run."""
    if value is None or isinstance(value, dict):  # an empty one: others are flat
        return
    if isinstance(value, str):
        run.log(name, value, step=step)
    elif isinstance(value, Media):
        value.keep(run, name, step)
    elif hasattr(value, "savefig"):  # a figure of matplotlib, or pyplot
        Image(value).keep(run, name, step)
    elif isinstance(value, (list, tuple)) and any(isinstance(each, Media) for each in value):
        for each in value:
            keep(run, name, each, step)
    elif _size(value) != 1 and hasattr(value, "shape"):
        found = statistics_of(name, value)
        if found:
            run.log_metrics(found, step)
    elif isinstance(value, (list, tuple)):
        run.log_list(name, [each if isinstance(each, (int, float, str, bool)) else str(each) for each in value])
    else:
        run.log(name, value, step=step)


def _size(value: Any) -> int | None:
    """How many numbers an array holds; None for what is no array."""
    size = getattr(value, "size", None)
    if callable(size):  # a tensor of PyTorch
        size = value.numel() if hasattr(value, "numel") else None
    return size if isinstance(size, int) else None
