"""Colours and styles in captured output, turned into styles of Rich. Nothing else of it is understood here."""

from runs_tui.ansi.segments import marked, segments_of
from runs_tui.ansi.sgr import PLAIN, Sgr, apply, style_of

__all__ = ["PLAIN", "Sgr", "apply", "marked", "segments_of", "style_of"]
