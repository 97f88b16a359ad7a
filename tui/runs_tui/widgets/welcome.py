"""What stands in place of the table while a store holds no run: the one command to begin with."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.runs_header import short_path


class Welcome(Canvas):
    """A few lines in the middle; goes away by itself when the first run appears."""

    can_focus = True

    def __init__(self, roots: Sequence[str], others: Sequence[str]) -> None:
        super().__init__()
        self._roots = roots
        self._others = others
        self._loading = True

    def show(self, loading: bool) -> None:
        """Whether the list is still being read."""
        self._loading = loading
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The lines, centred together."""
        ink = self.ink
        if self._loading:
            return []
        lines = [
            (f"no runs yet in {' · '.join(short_path(root) for root in self._roots)}", ink.text),
            ("", ink.text),
            ("runs-tui run -- python train.py", ink.accent),
            ("", ink.text),
            ("runs your script as it is; its output, state and resources appear here", ink.dim),
        ]
        if self._others and height > 10:
            lines += [("", ink.text), ("other run stores of this machine:", ink.dim)]
            lines += [(f"runs-tui {short_path(root)}", ink.text) for root in self._others[: height - 9]]
        lines = lines[:height] if height >= 5 else [lines[2]]
        left = max((width - max(fit.cell_len(fit.safe(text)) for text, _ in lines)) // 2, 0)
        top = max((height - len(lines)) // 3, 0)
        blank = fit.line("")
        return [blank] * top + [fit.line(" " * left, (fit.safe(text), style)) for text, style in lines]
