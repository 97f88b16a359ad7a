"""The figures of ``runs-tui plot`` as text: each below its name, with a line for each of its curves."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace

from runs_tui.cli.errors import Problem
from runs_tui.cli.plot_asked import Asked
from runs_tui.cli.plot_charts import Chart, Line
from runs_tui.model import text, words
from runs_tui.plotting.cells import Role, fit
from runs_tui.plotting.figure import coloured, draw_figure, letter
from runs_tui.plotting.glyphs import UNICODE, glyphs_for
from runs_tui.plotting.run_bars import draw_run_bars
from runs_tui.themes import MONO

WIDEST, _HIGHEST = 1_000, 500
"""Cells of a figure."""
_NAMED = 40
"""Lines that are told below a figure."""


def for_terminal(asked: Asked) -> tuple[str | None, int]:
    """The theme of the terminal, None without colours, and its columns."""
    in_colour = sys.stdout.isatty() and asked.theme != MONO
    return asked.theme if in_colour else None, min(shutil.get_terminal_size((80, 24)).columns, WIDEST)


def figures(charts: Sequence[Chart], asked: Asked, theme: str | None, columns: int) -> list[str]:
    """The figures under each other, each below its name and with a line for each of its lines."""
    width, height = asked.width or columns, asked.height or (20 if len(charts) == 1 else 14)
    if width > WIDEST or height > _HIGHEST:
        raise Problem(f"a figure of text has at most {WIDEST} x {_HIGHEST} cells, not {width} x {height}")
    lines: list[str] = []
    for chart in charts:
        lines += [""] * bool(lines) + _figure(chart, asked, theme, width, height)
    return lines


def _figure(chart: Chart, asked: Asked, theme: str | None, width: int, height: int) -> list[str]:
    if chart.bars:
        title = f" {fit(chart.metric, max(width - 4 - len(chart.note), 8))}   {coloured(chart.note, Role.NOTE, theme)}"
        return [title, *draw_run_bars([bar for _, bar in chart.bars], width, theme)]
    panel = chart.panel(asked)
    note = f"   {panel.title.note}" if panel.title.note else ""
    glyphs = glyphs_for(os.environ) if sys.stdout.isatty() and asked.output == "-" else UNICODE
    look = replace(panel.look, names=(), glyphs=glyphs)
    name = fit(chart.metric, max(width - 1 - len(note), 8))
    lines = [f" {name}{coloured(note, Role.NOTE, theme)}"]
    lines += draw_figure(panel.content, width, height, look, theme)
    lines += _legend(chart.lines[:_NAMED], len(chart.lines) > 1, theme, width)
    more = len(chart.lines) - _NAMED
    return [*lines, *([f"    and {more} more"] if more > 0 else [])]


def _legend(lines: Sequence[Line], several: bool, theme: str | None, width: int) -> list[str]:
    """A line for each line: its sign, name, last value, number of points, and where it stopped being a number."""
    facts = [_facts(line) for line in lines]
    wide = [max(map(text.cell_len, column)) for column in zip(*facts, strict=True)]
    found = []
    for number, (line, (name, value, points, broken)) in enumerate(zip(lines, facts, strict=True)):
        sign = coloured("━━", Role.LINE + line.hue, theme) if theme else f" {letter(number)}" if several else "  "
        numbers = f"  {text.right(value, wide[1])}  {text.right(points, wide[2])}{broken}"
        room = max(width - text.cell_len(numbers) - 4, 8)
        found.append(f" {sign} {text.left(fit(name, room), min(wide[0], room))}{numbers}")
    return found


def _facts(line: Line) -> tuple[str, str, str, str]:
    """Name, last value, points, and where the first NaN is."""
    points = sum(member.stats.total for member in line.members)
    last, name, broken = line.shown.last_before(float("inf")), line.name, ""
    value = words.number(last.value) if last else "-"
    if len(line.members) == 1:
        (member,) = line.members
        value = words.number(member.last)
        name = name if "/" in name or " rank " in name else f"{member.row.experiment}/{name}"
        if member.curve.first_nan is not None and member.curve.kind == "step":
            broken = f"  NaN at {words.count(round(member.curve.first_nan))}"
    return fit(name, WIDEST), value, f"{words.count(points)} points", broken
