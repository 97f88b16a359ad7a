"""The line of a group in the run table: what its runs share, how they stand, how their metrics spread."""

from __future__ import annotations

from runs_tui.model import words
from runs_tui.model.fields import FACTS, field
from runs_tui.model.groups import Group
from runs_tui.model.spreads import Spread
from runs_tui.themes import Ink
from runs_tui.widgets import fit

_TITLE = (12, 34)
"""Fewest and most cells of the title."""
_COUNT = 7
_STATES = 13
_METRIC = 12
"""Cells of the name of a metric."""


def group_parts(group: Group, by: str, name: int, room: int, ink: Ink) -> list[fit.Part]:
    """The pieces after the gutter, in ``room`` cells; ``by``: the field of the groups, ``name``: the cells of names.

    The same pieces stand below each other in all groups.
    """
    title = min(max(name, _TITLE[0]), _TITLE[1], room)
    parts: list[fit.Part] = [("▹ " if group.folded else "▾ ", ink.accent)]
    parts += _title(group, by, title - 2, ink)
    room -= title
    if room >= _COUNT:
        runs = f"{len(group.rows)}"
        parts.append((fit.right(runs, _COUNT - 2) + "  ", ink.dim))
        room -= _COUNT
    if room >= _STATES:
        parts += _states(group, _STATES, ink)
        room -= _STATES
    for spread in group.spreads:
        found = _spread(spread, ink)
        size = sum(fit.cell_len(part) if isinstance(part, str) else fit.cell_len(part[0]) for part in found)
        if size > room:
            break
        parts += found
        room -= size
    return parts


def group_name(group: Group, by: str) -> str:
    """What a group is called in a sentence: ``lr=0.001``, ``failed``."""
    return "".join(text for text in _named(group, by))


def _named(group: Group, by: str) -> tuple[str, str]:
    """Name of the parameter or tag, if it is one, and the value."""
    shown = field(by)
    value = fit.safe(group.title, 200)
    if shown is None or shown.id in FACTS or group.missing:
        return "", value
    return f"{fit.safe(shown.title, 60)}=", value


def _title(group: Group, by: str, width: int, ink: Ink) -> list[fit.Part]:
    name, value = _named(group, by)
    if fit.cell_len(name) + fit.cell_len(value) > width:
        name = fit.right_end(name, max(width - fit.cell_len(value), 0)) if width > fit.cell_len(value) + 3 else ""
    return [(name, ink.dim), (fit.middle(value, max(width - fit.cell_len(name), 0)), ink.strong)]


def _states(group: Group, width: int, ink: Ink) -> list[fit.Part]:
    """``3● 1✗ 8✓``, as many as fit."""
    parts: list[fit.Part] = []
    room = width - 2
    for word, glyph, number in group.states:
        text = f"{number}{glyph} "
        if fit.cell_len(text) > room:
            break
        parts.append((text, ink.state(word)))
        room -= fit.cell_len(text)
    return [*parts, " " * (room + 2)]


def _spread(spread: Spread, ink: Ink) -> list[fit.Part]:
    """``loss  0.3125 ±0.041 best 0.2010``."""
    best: list[fit.Part] = [("best ", ink.dim), (fit.left(words.number(spread.best), 8), ink.text)]
    return [
        (fit.right_end(fit.safe(spread.metric, 200), _METRIC) + " ", ink.dim),
        (fit.right(words.number(spread.mean), 7), ink.text),
        (" " + fit.left("" if spread.deviation is None else "±" + roughly(spread.deviation), 8), ink.dim),
        *(best if spread.best is not None else [" " * 13]),
    ]


def roughly(value: float) -> str:
    """A deviation in two figures: ``0.041 12 1.2e-5``."""
    if not 1e-3 <= value < 1e6:
        return words.number(value)
    return f"{value:.2g}" if value < 100 else f"{value:.0f}"
