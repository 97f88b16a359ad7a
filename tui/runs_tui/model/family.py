"""The runs below a run as a tree, and how they stand together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from runs_tui.model.states import ALARMS, LIVE, WAITING
from runstore.reading.row import RunRow

_DEEPEST = 32
_ORDER = ("failed", "dead", "lost", "stalled", "unresponsive", "running", "growing", "finalizing")
"""Words that come first when states are counted up: what asks for attention, then what lives."""


class Branch(NamedTuple):
    """One run of the tree: how deep it lies, whether it is the last of its parent's children, and for each level
    above whether more branches follow there."""

    row: RunRow
    depth: int
    last: bool
    follows: tuple[bool, ...]
    below: tuple[RunRow, ...]
    """All runs under it."""
    name: str
    """Its name; without that of its parent, with which the names of children begin: ``sweep>alpha-1``."""


def family_of(row: RunRow, rows: Iterable[RunRow]) -> tuple[RunRow, ...]:
    """All runs below ``row`` among ``rows``, children of children included, oldest first; archived ones below an
    archived run only."""
    by_parent: dict[str, list[RunRow]] = {}
    for each in rows:
        if not each.parent or (each.archived and not row.archived):
            continue
        if each.experiment == row.experiment and each.root == row.root:
            by_parent.setdefault(each.parent, []).append(each)
    found: list[RunRow] = []
    passed, level = {row.id}, [row.id]
    while level:
        children = [child for parent in level for child in by_parent.get(parent, ()) if child.id not in passed]
        passed |= {child.id for child in children}  # parents may lead in a circle
        found += children
        level = [child.id for child in children]
    return tuple(sorted(found, key=_age))


def branches(row: RunRow, family: Sequence[RunRow], closed: frozenset[str], *, alarms_first: bool) -> list[Branch]:
    """The tree below ``row`` in the order of the screen; the runs in ``closed`` (keys) hide theirs."""
    children: dict[str, list[RunRow]] = {}
    for each in family:
        children.setdefault(each.parent or "", []).append(each)
    beneath: dict[str, tuple[RunRow, ...]] = {}

    def below(identity: str, depth: int = 0) -> tuple[RunRow, ...]:
        if identity not in beneath:
            mine = children.get(identity, []) if depth < _DEEPEST else []
            beneath[identity] = tuple(run for child in mine for run in (child, *below(child.id, depth + 1)))
        return beneath[identity]

    def worst(child: RunRow) -> tuple[int, tuple[float, int]]:
        return min(_rank(run) for run in (child, *below(child.id))), _age(child)

    found: list[Branch] = []

    def grow(above: RunRow, depth: int, follows: tuple[bool, ...]) -> None:
        mine = children.get(above.id, [])
        mine = sorted(mine, key=worst) if alarms_first else mine
        for place, child in enumerate(mine if depth < _DEEPEST else ()):
            last = place == len(mine) - 1
            name = child.name.removeprefix(above.name + ">") or child.name
            found.append(Branch(child, depth, last, follows, below(child.id), name))
            if child.key not in closed:
                grow(child, depth + 1, (*follows, not last))

    grow(row, 0, ())
    return found


def counted(family: Iterable[RunRow]) -> list[tuple[str, str, int]]:
    """(word, sign, how many) of each state among these runs, what asks for attention first."""
    counts: Counter[str] = Counter()
    signs: dict[str, str] = {}
    for row in family:
        counts[row.state.word] += 1
        signs[row.state.word] = row.state.glyph
    places: Mapping[str, int] = {word: place for place, word in enumerate(_ORDER)}
    names = sorted(counts, key=lambda word: (places.get(word, len(places)), -counts[word], word))
    return [(word, signs[word], counts[word]) for word in names]


def summary(family: Sequence[RunRow]) -> str:
    """``12: 1 failed, 3 running, 8 completed``."""
    return f"{len(family)}: " + ", ".join(f"{count} {word}" for word, _, count in counted(family))


def failed_words(row: RunRow) -> str:
    """``2 of 12 children failed``, or nothing."""
    if not row.children_failed:
        return ""
    return f"{row.children_failed} of {row.children} {'child' if row.children == 1 else 'children'} failed"


def _rank(row: RunRow) -> int:
    word = row.state.word
    return 0 if word in ALARMS else 1 if word in LIVE else 2 if word in WAITING else 3


def _age(row: RunRow) -> tuple[float, int]:
    return row.created or 0.0, row.number or 0
