"""Runs put together by what they share: a parameter, a tag, the experiment, state, user or host."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

import msgspec

from runs_tui.model.fields import FACTS, STATISTICS, Field, field
from runs_tui.model.spreads import Spread, States, spread_of, states_of
from runs_tui.model.view import View
from runstore.reading.row import RunRow
from runstore.series import natural_key

FACTS_TO_GROUP_BY = ("experiment", "state", "user", "host")
"""Facts of a run that make groups of a sensible number."""


class Group:
    """The runs with one value of a field, in the order of the view. Never changed; each is equal to itself only.

    ``key`` is another than that of any run, ``title`` the value as the run wrote it, ``missing`` whether these are the
    runs without a value, ``asking`` whether one of them asks for attention.
    """

    def __init__(self, title: str, rows: tuple[RunRow, ...], metrics: Sequence[str], *, missing: bool) -> None:
        self.key = f"group {title}"
        self.title = title
        self.rows = rows
        self.missing = missing
        self.folded = self.asking = False
        self._metrics = metrics

    @cached_property
    def states(self) -> States:
        """Word, glyph, and how many runs: what lives first, then what failed, then the most common."""
        return states_of(self.rows)

    @cached_property
    def spreads(self) -> tuple[Spread, ...]:
        """How the metrics spread over the runs."""
        spreads = (spread_of(self.rows, metric) for metric in self._metrics)
        return tuple(spread for spread in spreads if spread is not None)

    def as_shown(self, *, folded: bool, asking: bool) -> Group:
        """The same group, folded or open, with or without a run that asks for attention."""
        if (folded, asking) == (self.folded, self.asking):
            return self
        return self._with({"folded": folded, "asking": asking})

    def told(self, states: States, spreads: tuple[Spread, ...]) -> Group:
        """The same group with what is known of it already."""
        return self._with({"states": states, "spreads": spreads})

    def _with(self, known: dict[str, object]) -> Group:
        other = object.__new__(Group)
        other.__dict__ = {**self.__dict__, **known}
        return other


Line = RunRow | Group
"""One line of the list."""


def metrics_of(view: View) -> tuple[str, ...]:
    """The metrics of the columns that were chosen for the table."""
    chosen = (by for id_ in view.columns if (by := field(id_)) is not None and by.kind in STATISTICS)
    return tuple(dict.fromkeys(by.name for by in chosen))


class Titles:
    """What groups by a field are called: states by their word, what is not there as ``no <name>``."""

    def __init__(self, by: Field) -> None:
        self.by = by
        self._known: dict[object, str] = {}

    def of(self, rows: Collection[RunRow]) -> list[str]:
        """The title of each of these runs."""
        by, known, missing = self.by, self._known, f"no {self.by.title}"
        values = map(by.value, rows)
        if by is FACTS["state"]:
            return [missing if value is None else str(value) for value in values]
        if by.kind not in ("parameter", "tag"):
            return [missing if by.value(row) is None else by.text(row) for row in rows]
        found = []
        for row, value in zip(rows, values, strict=True):
            same = type(value), value  # 1, 1.0 and True are said in different ways
            title = known.get(same)
            if title is None:
                title = known[same] = missing if value is None else by.text(row)
            found.append(title)
        return found


class GroupChoice(msgspec.Struct, frozen=True):
    """A field that runs can be grouped by, and how many groups that makes."""

    field: Field
    groups: int


def group_choices(rows: Sequence[RunRow]) -> list[GroupChoice]:
    """What these runs can be grouped by: facts, then parameters and tags, those that differ first."""
    params: dict[str, set[str]] = {}
    tags: dict[str, set[str]] = {}
    for row in rows:
        for settings, found in ((row.params, params), (row.tags, tags)):
            for name, value in settings.items():
                found.setdefault(name, set()).add(str(value)[:100])
    facts = [GroupChoice(by, len({by.value(row) for row in rows})) for name in FACTS_TO_GROUP_BY if (by := field(name))]
    others = []
    for kind, values in (("param", params), ("tag", tags)):
        for name in sorted(values, key=lambda name: (len(values[name]) < 2, natural_key(name))):
            by = field(f"{kind}:{name}")
            if by is not None:
                others.append(GroupChoice(by, len(values[name])))
    return facts + others
