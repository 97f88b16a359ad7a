"""Levels of logging and names of exceptions in plain output, to be told apart at a glance."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rich.style import Style

from runs_tui.themes import Ink

Span = tuple[int, int]

_LEVEL = re.compile(
    r"\b(?:(?P<debug>DEBUG)|(?P<info>INFO)|(?P<warning>WARN(?:ING)?)|(?P<error>ERROR|CRITICAL|FATAL))\b"
    r"|^(?:\[\w+\]:?\s?)?(?P<exception>Traceback \(most recent call last\):"
    r"|(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:Error|Exception|Interrupt|Exit)(?=:|$))"
)
_FRONT = 160
"""Characters of a line in which its level stands."""


def level_styles(ink: Ink) -> Mapping[str, Style]:
    """The style of each level."""
    return {"debug": ink.dim, "info": ink.live, "warning": ink.warn, "error": ink.bad, "exception": ink.bad}


def level_of(text: str) -> tuple[str, Span] | None:
    """The first level, or exception, named in a line, and where it stands."""
    found = _LEVEL.search(text, 0, _FRONT)
    if found is None or found.lastgroup is None:
        return None
    return found.lastgroup, found.span(found.lastgroup)
