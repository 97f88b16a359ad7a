"""The style of each cell of a chart, by the role it has."""

from __future__ import annotations

from functools import cache

from rich.style import Style

from runs_tui.plotting.cells import Role
from runs_tui.themes import HUES, ink

_READ = Style(reverse=True)


@cache
def styles(theme: str) -> tuple[Style, ...]:
    """The style of each role in a theme, by its number; curves repeat their colours."""
    colours = ink(theme)
    by_role = {
        Role.VALUE: colours.strong,
        Role.NOTE: colours.dim,
        Role.RULE: colours.rule,
        Role.LABEL: colours.dim,
        Role.OLD: colours.dim,
        Role.MARK: colours.bad,
        Role.CURSOR: colours.dim,
        Role.FOCUS: colours.accent + colours.strong,
    }
    plain = [by_role.get(Role(number), colours.text) if number in set(Role) else colours.text for number in range(16)]
    lines, faint = (
        [of_hue[number % len(of_hue)] for number in range(HUES)] for of_hue in (colours.series, colours.faint)
    )
    return (*plain, *lines, *faint, *(style + _READ for style in lines))
