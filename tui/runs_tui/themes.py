"""Colours. Our own themes leave background and text to the terminal and use the 256-colour palette.

That works on dark and light terminals, inside tmux without true colour, and costs half the bytes of 24-bit
colours over ssh. State is never told by colour alone: see `runstore.reading.states` for glyphs and words.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from textual.app import App
    from textual.theme import Theme


MONO = "runs-mono"
"""The theme without colours."""


@dataclass(frozen=True, slots=True)
class Ink:
    """The styles that widgets draw with, by meaning."""

    text: Style
    strong: Style
    dim: Style
    """Second-rank text: labels, units, ended runs."""
    rule: Style
    """Lines between panes."""
    accent: Style
    """The one accent colour: titles, keys, the chosen tab."""
    live: Style
    good: Style
    warn: Style
    bad: Style
    cursor: Style
    """Laid under the line with the cursor."""
    found: Style
    """Laid under what a search found."""
    series: tuple[Style, ...]
    """Colours of lines in charts; the first is for a single line."""

    def state(self, word: str) -> Style:
        """The style of a state, by its query word."""
        return {
            "running": self.live, "finalizing": self.live, "completed": self.dim, "ended": self.dim,
            "canceled": self.dim, "queued": self.dim, "preparing": self.dim, "preempted": self.warn,
            "stalled": self.warn, "unresponsive": self.warn, "lost": self.bad, "dead": self.bad, "failed": self.bad,
        }.get(word, self.text)  # fmt: skip


def _ink(dim: str, rule: str, accent: str, live: str, good: str, warn: str, bad: str, cursor: str, found: str,
         series: str) -> Ink:  # fmt: skip
    return Ink(
        text=Style.null(),
        strong=Style(bold=True),
        dim=Style.parse(dim),
        rule=Style.parse(rule),
        accent=Style.parse(accent),
        live=Style.parse(live),
        good=Style.parse(good),
        warn=Style.parse(warn),
        bad=Style.parse(bad),
        cursor=Style.parse(cursor),
        found=Style.parse(found),
        series=tuple(Style.parse(colour) for colour in series.split()),
    )


@cache
def ink(name: str) -> Ink:
    """The ink of a theme. A theme that is not ours draws with the ANSI colours of the terminal."""
    if name == "runs-dark":
        return _ink("color(246)", "color(239)", "color(74)", "color(78)", "color(107)", "color(179)", "color(167)",
                    "color(255) on color(237)", "color(232) on color(179)",
                    "color(74) color(179) color(107) color(176) color(209) color(80) color(143)")  # fmt: skip
    if name == "runs-light":
        return _ink("color(242)", "color(250)", "color(25)", "color(28)", "color(64)", "color(130)", "color(124)",
                    "color(232) on color(254)", "color(232) on color(222)",
                    "color(25) color(130) color(28) color(127) color(166) color(30) color(100) color(61)")  # fmt: skip
    if name == MONO:
        return _ink("dim", "dim", "bold", "bold", "none", "bold", "bold", "reverse", "reverse bold", "none bold dim")
    light = name.endswith("-light")
    return _ink("bright_black", "bright_black", "blue" if light else "cyan", "green", "green",
                "red" if light else "yellow", "red", "reverse", "black on yellow",
                "blue red green magenta cyan" if light else "cyan yellow green magenta blue red")  # fmt: skip


def ink_of(app: App[object]) -> Ink:
    """The ink of the app's theme."""
    return ink(app.theme)


def default_theme() -> str:
    """The theme for this terminal: without colours if NO_COLOR is set; light when COLORFGBG says so, else dark.

    NO_COLOR is taken out of the environment: Textual would answer it with shades of grey.
    """
    if os.environ.pop("NO_COLOR", ""):
        return MONO
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return "runs-light" if background in ("7", "15") else "runs-dark"


def themes() -> list[Theme]:
    """Our themes for Textual, for its own widgets (input, palette)."""
    from textual.theme import BUILTIN_THEMES, Theme

    ours = (("runs-dark", "ansi-dark"), ("runs-light", "ansi-light"), (MONO, "ansi-dark"))
    return [_theme(Theme, name, BUILTIN_THEMES[builtin]) for name, builtin in ours]


def _theme(kind: type[Theme], name: str, base: Theme) -> Theme:
    none = "ansi_default"
    mono = name == MONO
    variables = dict.fromkeys(base.variables, none) if mono else dict(base.variables)
    variables["block-cursor-text-style"] = "reverse" if mono else "bold"
    return kind(
        name=name,
        dark=base.dark,
        ansi=True,
        primary=none if mono else base.primary,
        secondary=none if mono else base.secondary,
        accent=none if mono else base.accent,
        warning=none if mono else base.warning,
        error=none if mono else base.error,
        success=none if mono else base.success,
        foreground=none,
        background=none,
        surface=none,
        panel=none,
        boost=none,
        variables=variables,
    )
