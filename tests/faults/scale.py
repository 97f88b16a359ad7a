"""How much the tests of faults try: a little with every run of the tests, all of it in ``make faults``."""

from __future__ import annotations

import os

FULL: bool = os.environ.get("RUNS_TUI_FAULTS") == "full"
"""Whether this is ``make faults``."""


def times(full: int, quick: int) -> int:
    """How often to try something: ``full`` in ``make faults``, else ``quick``."""
    return full if FULL else quick
