"""What `define_metric` said: which metrics are counted by another one, and which goal they have."""

from __future__ import annotations

from fnmatch import fnmatchcase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_GOALS = {"minimize": "min", "maximize": "max", "min": "min", "max": "max"}


class Definition:
    """Of one name, or of all that a pattern such as ``val/*`` matches."""

    def __init__(self, name: str, step_metric: str | None, goal: str | None) -> None:
        self.name = name
        self.step_metric = step_metric
        self.goal = goal


class Definitions:
    """Later ones go before earlier ones. ``tell`` is called once with each name that has a goal, and the goal."""

    def __init__(self, tell: Callable[[str, str], object]) -> None:
        self._tell = tell
        self._all: list[Definition] = []
        self._known: dict[str, str | None] = {}
        self._positions: dict[str, int] = {}

    def add(self, name: str, step_metric: Any, summary: str | None, goal: str | None) -> Definition:
        """Define the metric, or the metrics, ``name``; ``summary`` min or max is a goal, too."""
        told = _GOALS.get(str(goal)) or next(
            (_GOALS[word] for word in str(summary or "").split(",") if word in ("min", "max")), None
        )
        made = Definition(name, getattr(step_metric, "name", step_metric), told)
        self._all.append(made)
        self._known = {}
        if told is not None and "*" not in name:
            self._tell(name, told)
        return made

    def steps(self, numbers: dict[str, Any], step: int) -> dict[int, dict[str, Any]]:
        """The numbers of one row by the step that each counts by: ``step``, or the value of its step metric."""
        if not self._all:
            return {step: numbers}
        for name in numbers:
            if name not in self._known:
                self._known[name] = self._define(name)
        for name in {each for each in self._known.values() if each in numbers}:
            value = numbers[name]
            if value == value and abs(value) < 2**62 and int(value) == value:
                self._positions[name] = int(value)
        found: dict[int, dict[str, Any]] = {}
        for name, value in numbers.items():
            place = self._positions.get(self._known[name] or "", step)
            found.setdefault(place, {})[name] = value
        return found

    def _define(self, name: str) -> str | None:
        """The step metric of a metric that is seen for the first time, whose goal is told."""
        exact = [each for each in self._all if each.name == name]
        for each in (exact or [each for each in self._all if fnmatchcase(name, each.name)])[::-1]:
            if each.goal is not None and each.name != name:
                self._tell(name, each.goal)
            return each.step_metric
        return None
