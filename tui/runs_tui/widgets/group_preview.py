"""The group under the cursor: its states in words, and how each metric spreads over its runs."""

from __future__ import annotations

from textual.strip import Strip

from runs_tui.model import words
from runs_tui.model.groups import Group
from runs_tui.themes import Ink
from runs_tui.widgets import fit
from runs_tui.widgets.group_line import group_name, roughly

_METRIC = 20


def group_preview(group: Group, by: str, width: int, ink: Ink, *, side: bool) -> list[Strip]:
    """The lines of the preview; ``by``: the field of the groups, ``side``: beside the table, not below it."""
    name = group_name(group, by)
    title = fit.middle(name, min(fit.cell_len(name), max(width - 6, 1)))
    first, indent = (fit.line((title, ink.strong)), "") if side else (_rule(title, width, ink), " ")
    states = [part for word, glyph, number in group.states for part in _state(word, glyph, number, ink)]
    metric = min(max((fit.cell_len(fit.safe(each.metric)) for each in group.spreads), default=0), _METRIC)
    count = len(group.rows)
    lines = [first, fit.line(indent, (f"{count} run{'s' if count != 1 else ''}  ", ink.text), *states)]
    for spread in group.spreads:
        deviation = "" if spread.deviation is None else f" ±{roughly(spread.deviation)}"
        best = "" if spread.best is None else f"best {words.number(spread.best)}"
        lines.append(
            fit.line(
                indent,
                (fit.left(fit.right_end(fit.safe(spread.metric), metric), metric), ink.dim),
                (f"  {words.number(spread.mean)}", ink.text),
                (fit.left(deviation, 10), ink.dim),
                (best, ink.text),
            )
        )
    return lines


def _rule(title: str, width: int, ink: Ink) -> Strip:
    left = max(width - 4 - fit.cell_len(title), 0)
    return fit.line(("── ", ink.rule), (title, ink.text), (" " + "─" * left, ink.rule))


def _state(word: str, glyph: str, number: int, ink: Ink) -> list[fit.Part]:
    return [(f"{number}{glyph}", ink.state(word)), (f" {word}  ", ink.dim)]
