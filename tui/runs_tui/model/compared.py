"""The runs that are compared, each a line of its own, or put together in groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from runs_tui.model.compared_fact import number_of
from runs_tui.model.fields import Field
from runs_tui.model.groups import Titles
from runs_tui.themes import HUES, hue_of
from runstore.reading.row import RunRow
from runstore.series import natural_key


class Compared(NamedTuple):
    """What is one line in a chart and one column in a table: a run, or the runs of a group."""

    key: str
    """That of the run, or of the group."""
    name: str
    """Unlike that of the others; unsafe as a run wrote it."""
    hue: int
    """The number of its colour."""
    rows: tuple[RunRow, ...]


def compared_lines(rows: Sequence[RunRow], by: Field | None, colours: int) -> tuple[Compared, ...]:
    """A line for each run, in their order, or for each value of ``by``, in the order of the values.

    ``colours``: how many there are; as many lines have different ones, mostly those that the runs have everywhere.
    """
    found: list[tuple[str, str, tuple[RunRow, ...]]]
    if by is None:
        found = [(row.key, name, (row,)) for row, name in zip(rows, names_of(rows), strict=True)]
        hues = distinct_hues([row.id for row in rows], colours)
    else:
        groups: dict[str, list[RunRow]] = {}
        for row, title in zip(rows, Titles(by).of(rows), strict=True):
            groups.setdefault(title, []).append(row)
        ordered = sorted(groups.items(), key=lambda each: _order(by, each[1][0]))
        found = [(f"group {value}", _titled(by, value), tuple(members)) for value, members in ordered]
        hues = distinct_hues([value for value, _ in ordered], colours)
    return tuple(Compared(key, name, hue, each) for (key, name, each), hue in zip(found, hues, strict=True))


def names_of(rows: Sequence[RunRow]) -> list[str]:
    """Names that tell the runs apart: with the experiment where two are called the same, and their number."""
    names = [row.name for row in rows]
    for tell in (
        lambda row: f"{row.experiment}/{row.name}",
        lambda row: f"{row.name} #{row.number}",
        lambda row: row.id,
    ):
        count = Counter(names)
        if len(count) == len(names):
            break
        names = [tell(row) if count[name] > 1 else name for row, name in zip(rows, names, strict=True)]
    return names


def distinct_hues(ids: Sequence[str], colours: int) -> list[int]:
    """Numbers of colours: each id's own, or the next one that none of those before it has, until all are taken."""
    taken: set[int] = set()
    found = []
    for id_ in ids:
        hue = hue_of(id_)
        if len(taken) >= colours:
            taken.clear()
        free = next(step for step in range(colours) if (hue + step) % colours not in taken)
        hue = hue + free if hue + free < HUES else hue + free - colours
        taken.add(hue % colours)
        found.append(hue)
    return found


def _titled(by: Field, title: str) -> str:
    """``lr 0.001``: a number or a word alone would not tell of what it is."""
    return title if by.kind in ("run", "machine") or title == f"no {by.title}" else f"{by.title} {title}"


def _order(by: Field, row: RunRow) -> tuple[int, float, tuple[str, str]]:
    value = by.value(row)
    if value is None:
        return 2, 0.0, ("", "")
    if isinstance(value, str):
        return 1, 0.0, natural_key(value)
    return 0, number_of(value) or 0.0, ("", "")
