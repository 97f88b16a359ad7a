"""The table of ``runs-tui ls``: which columns it has, and what stands in them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runs_tui.cli.errors import Problem

if TYPE_CHECKING:
    from runs_tui.model.fields import Field
    from runstore.reading.row import RunRow

_AGING = frozenset(("when", "took", "eta"))
_OTHER_NAMES = {"took": "duration", "exp": "experiment", "age": "when"}
NAMES = ("run", "name")
"""What people call the name of a run, which is no field."""
_LEAST = {"id": 9, "state": 14, "experiment": 8, "run": 12}
"""Columns that give way on a narrow terminal, in this order, and what they keep."""
_LEFT_OUT = ("id", "experiment", "took")
"""Columns that are left out where that is not enough, in this order: every command takes names, too."""
_TELLING = 20
"""What the name keeps of that which other columns left."""


@dataclass(frozen=True, slots=True)
class Column:
    """``aging``: what it says changes with time alone."""

    title: str
    text: Callable[[RunRow], str]
    right: bool = False
    aging: bool = False


def names_in(given: str | None) -> list[str]:
    """The names of columns between commas, with a ``+`` first or not."""
    return [name.strip() for name in given.lstrip("+").split(",") if name.strip()] if given else []


def columns_of(
    rows: Sequence[RunRow], given: str | None, fields: Mapping[str, Field], best: tuple[str, str] | None
) -> list[Column]:
    """The columns of the table of ``rows``.

    ``given``: names as `names_in` reads them, in place of the usual ones, or with a ``+`` first added to them;
    ``fields``: what these mean; those without are left out. ``best``: the metric whose best value is shown, its goal.
    """
    chosen = [
        _NAME if name in NAMES else _column(fields[name]) for name in names_in(given) if name in NAMES or name in fields
    ]
    if given and not given.startswith("+"):
        return chosen or [_NAME]
    usual = _usual(rows, best)
    place = len(usual) - 3  # before took, when and id
    return [*usual[:place], *chosen, *usual[place:]]


def field_of(rows: Sequence[RunRow], name: str) -> Field:
    """As `find_field`; raises `Problem` with near names where there is none."""
    from runs_tui.model.fields import FACTS

    found = find_field(rows, name)
    if found is not None:
        return found
    given = {str(each) for row in rows for each in (*row.params, *row.metrics, *row.tags)}
    everything = [*FACTS, *sorted(given)]
    near = difflib.get_close_matches(name, everything, n=3) or [*FACTS][:8]
    raise Problem(
        f"there is no column {name!r}: no run has such a metric, parameter or tag; there is {', '.join(near)}"
    )


def find_field(rows: Sequence[RunRow], name: str) -> Field | None:
    """The field that a person means: ``host``, ``lr``, ``loss``, ``loss.min``, ``param.lr``, ``tag.team``.

    A bare name is that of a fact, else of a parameter, metric or tag of these runs.
    """
    from runs_tui.model.fields import STATISTICS, field

    plain = _OTHER_NAMES.get(name, name)
    found = field(plain)
    if found is not None:
        return found
    kind, dot, rest = name.partition(".")
    if dot and kind in ("param", "tag"):
        return _known(f"{kind}:{rest}")
    params = {str(each) for row in rows for each in row.params}
    metrics = {each for row in rows for each in row.metrics}
    tags = {str(each) for row in rows for each in row.tags}
    of_metric = rest if dot and kind == "metric" else name
    metric, dot, statistic = of_metric.rpartition(".")
    if dot and statistic in STATISTICS and metric in metrics and of_metric not in metrics:
        return _known(f"{statistic}:{metric}")
    for kind, names, sought in (("param", params, name), ("last", metrics, of_metric), ("tag", tags, name)):
        if sought in names:
            return _known(f"{kind}:{sought}")
    return None


def state_of(row: RunRow) -> str:
    """Sign, word and reason."""
    from runs_tui.model.family import failed_words
    from runs_tui.model.states import ALARMS

    short = row.state.text.removeprefix(row.state.word).strip()
    if not row.error or row.state.word not in ALARMS:
        failed = failed_words(row)
        return f"{row.state.glyph} {row.state.text}" + (f", {failed}" if failed else "")
    exit_code = f" {short}" if short.startswith(("exit", "SIG")) else ""
    return f"{row.state.glyph} {row.state.word}{exit_code}: {row.error}"


def cells_of(row: RunRow, columns: Sequence[Column]) -> list[str]:
    """What stands in the columns for one run, safe for a terminal."""
    from runs_tui.model.text import safe

    return [safe(column.text(row), 60) for column in columns]


class Layout:
    """Which columns are shown, and how wide: as their widest cell, on a terminal together no wider than that."""

    def __init__(self, columns: Sequence[Column], lines: Sequence[Sequence[str]], room: int | None) -> None:
        from runs_tui.cli.tables import fitted, line_width, widths_of
        from runs_tui.model.text import safe

        titles = [safe(column.title, 40) for column in columns]
        widths = widths_of([titles, *lines])
        self._room = room
        self._places = list(range(len(columns)))
        for name in (None, *_LEFT_OUT):
            if name in titles and len(self._places) > 1:
                self._places.remove(titles.index(name))
            shown = [titles[place] for place in self._places]
            keep = _LEAST if "experiment" in shown else {**_LEAST, "run": _TELLING}
            narrow = [(shown.index(each), least) for each, least in keep.items() if each in shown]
            self._widths = fitted([widths[place] for place in self._places], narrow, room)
            if room is None or line_width(self._widths) <= room:
                break
        self._numbers = {at for at, place in enumerate(self._places) if columns[place].right}
        self.titles = titles

    def line(self, cells: Sequence[str]) -> str:
        """One line of the table."""
        from runs_tui.cli.tables import aligned
        from runs_tui.model.text import middle

        shown = [cells[place] for place in self._places]
        for at, place in enumerate(self._places):
            if self.titles[place] == _NAME.title:  # names of one sweep differ at their ends
                shown[at] = middle(shown[at], self._widths[at])
        return aligned(shown, self._widths, self._numbers, self._room)


def _usual(rows: Sequence[RunRow], best: tuple[str, str] | None) -> list[Column]:
    from runs_tui.cli.goals import best_value
    from runs_tui.model import words
    from runs_tui.model.columns import pick_metrics

    if best is not None:
        metric, goal = best
        values = [Column(metric, lambda row: words.number(best_value(row, metric, goal)), True)]
    else:
        values = [_column(_known(f"last:{name}")) for name in pick_metrics(rows, 2)]
    named = [_column(_known(name)) for name in ("experiment", "state", "step", "duration", "when", "id")]
    several = len({row.user for row in rows if row.user}) > 1
    users = [_column(_known("user"))] if several else []
    sources = [_column(_known("source"))] if len({row.source for row in rows}) > 1 else []
    return [_NAME, *sources, *users, *named[:3], *values, *named[3:]]


def _column(field: Field) -> Column:
    if field.id == "state":
        return Column("state", state_of)
    if field.id == "when":
        return Column("when", _when, right=True, aging=True)
    return Column(field.title, field.text, field.right, field.title in _AGING)


def _when(row: RunRow) -> str:
    """How long ago it ended, or showed the last sign of life."""
    import time

    from runs_tui.model import words
    from runs_tui.model.states import LIVE

    moment = row.active if row.state.word in LIVE else row.ended or row.active or row.created
    return words.age(time.time() - moment) if moment else "-"


def _known(id_: str) -> Field:
    from runs_tui.model.fields import field

    found = field(id_)
    assert found is not None
    return found


_NAME = Column("run", lambda row: row.name)
