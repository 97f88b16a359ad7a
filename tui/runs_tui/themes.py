"""Colours. Our own themes leave background and text to the terminal and use the 256-colour palette.

That works on dark and light terminals, inside tmux without true colour, and costs half the bytes of 24-bit
colours over ssh. State is never told by colour alone: see `runstore.reading.states` for glyphs and words.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

from rich.style import Style

if TYPE_CHECKING:
    from textual.app import App
    from textual.theme import Theme


HUES = 80
"""Numbers of colours; a theme has fewer, and repeats them."""


def hue_of(run_id: str) -> int:
    """The number of a run's colour: the same wherever the run is shown, today and tomorrow."""
    return crc32(run_id.encode("utf-8", "surrogateescape")) % HUES


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
    """Colours of runs and of lines in charts; the first is for a single line that stands for no run."""
    faint: tuple[Style, ...]
    """For each of them its faint shade: a line before smoothing, an area."""

    def run(self, run_id: str) -> Style:
        """The colour of a run."""
        return self.series[hue_of(run_id) % len(self.series)]

    def apart(self, run_ids: Sequence[str]) -> tuple[int, ...]:
        """The numbers of the colours of runs in one chart: each run keeps its own, unless one before it has the same
        colour; then it takes the next that is free. More runs than colours share them evenly."""
        count, taken, hues = len(self.series), set[int](), []
        for own in map(hue_of, run_ids):
            if len(taken) == count:
                taken.clear()
            hue = next(hue % HUES for hue in range(own, own + HUES) if hue % HUES % count not in taken)
            taken.add(hue % count)
            hues.append(hue)
        return tuple(hues)

    def state(self, word: str) -> Style:
        """The style of a state, by its query word."""
        return {
            "running": self.live, "finalizing": self.live, "growing": self.live,
            "completed": self.dim, "ended": self.dim, "silent": self.dim, "deleted": self.dim,
            "canceled": self.dim, "queued": self.dim, "preparing": self.dim, "preempted": self.warn,
            "stalled": self.warn, "unresponsive": self.warn, "lost": self.bad, "dead": self.bad, "failed": self.bad,
        }.get(word, self.text)  # fmt: skip


# Colours of lines, and their faint shades. Chosen from the 256 by search: any two stay apart (CIEDE2000 of 11 or more)
# for all kinds of colour blindness, neighbours the most, and each is another one where a terminal has 16 colours.
_ON_DARK = (
    "color(74) color(136) color(98) color(223) color(148) color(204) color(29)",
    "color(24) color(94) color(60) color(241) color(58) color(96) color(23)",
)
_ON_LIGHT = (
    "color(25) color(166) color(89) color(135) color(101) color(132) color(19)",
    "color(110) color(180) color(175) color(183) color(144) color(181) color(104)",
)


def _ink(dim: str, rule: str, accent: str, live: str, good: str, warn: str, bad: str, cursor: str, found: str,
         series: str, faint: str = "") -> Ink:  # fmt: skip
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
        faint=tuple(Style.parse(colour) for colour in faint.split()) or (Style(dim=True),) * len(series.split()),
    )


@cache
def ink(name: str) -> Ink:
    """The ink of a theme. A theme that is not ours draws with the ANSI colours of the terminal."""
    if name == "runs-dark":
        return _ink("color(246)", "color(239)", "color(74)", "color(78)", "color(107)", "color(179)", "color(167)",
                    "color(255) on color(237)", "color(232) on color(179)", *_ON_DARK)  # fmt: skip
    if name == "runs-light":
        return _ink("color(242)", "color(250)", "color(25)", "color(28)", "color(64)", "color(130)", "color(124)",
                    "color(232) on color(254)", "color(232) on color(222)", *_ON_LIGHT)  # fmt: skip
    # Chosen from the 256 to stay apart for every kind of colour blindness (a test sees as they see): blue is well.
    if name == "runs-colourblind":
        return _ink("color(246)", "color(239)", "color(74)", "color(74)", "color(36)", "color(227)", "bold color(208)",
                    "color(255) on color(237)", "color(232) on color(227)", *_ON_DARK)  # fmt: skip
    if name == "runs-colourblind-light":
        return _ink("color(242)", "color(250)", "color(25)", "color(25)", "color(29)", "color(166)", "bold color(52)",
                    "color(232) on color(254)", "color(232) on color(222)", *_ON_LIGHT)  # fmt: skip
    if name == MONO:
        return _ink("dim", "dim", "bold", "bold", "none", "bold", "bold", "reverse", "reverse bold", "none bold dim")
    light = name.endswith("-light")
    return _ink("bright_black", "bright_black", "blue" if light else "cyan", "green", "green",
                "red" if light else "yellow", "red", "reverse", "black on yellow",
                "blue red green magenta cyan" if light else "cyan yellow green magenta blue red",
                " ".join(["bright_black"] * (5 if light else 6)))  # fmt: skip


def ink_of(app: App[object]) -> Ink:
    """The ink of the app's theme."""
    return ink(app.theme)


def theme_for(environ: MutableMapping[str, str], chosen: str | None = None) -> str:
    """The chosen theme, else that for this terminal: none of colours for NO_COLOR, light when COLORFGBG says so.

    NO_COLOR is taken out of ``environ``: Textual would answer it with shades of grey.
    """
    colourless = environ.pop("NO_COLOR", "")
    if chosen is not None:
        return chosen
    if colourless:
        return MONO
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return "runs-light" if background in ("7", "15") else "runs-dark"


def themes() -> list[Theme]:
    """Our themes for Textual, for its own widgets (input, palette)."""
    from textual.theme import BUILTIN_THEMES, Theme

    ours = (
        ("runs-dark", "ansi-dark"),
        ("runs-light", "ansi-light"),
        ("runs-colourblind", "ansi-dark"),
        ("runs-colourblind-light", "ansi-light"),
        (MONO, "ansi-dark"),
    )
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
