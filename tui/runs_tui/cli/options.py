"""Options that many commands have."""

from __future__ import annotations

import math
from typing import Any

import click

from runs_tui.cli import completing


class FiniteRange(click.FloatRange):
    """A number within limits, which NaN and the infinities are not."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; fails for others."""
        found: float = super().convert(value, param, ctx)
        if not math.isfinite(found):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return found


root_option = click.option(
    "--root", metavar="DIR", shell_complete=completing.folders, help="The run store; else the current one."
)
