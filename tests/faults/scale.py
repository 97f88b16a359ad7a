"""How much the tests of faults try: a little with every run of the tests, all of it in ``make faults``."""

from __future__ import annotations

import os
from collections import Counter

FULL: bool = os.environ.get("RUNS_TUI_FAULTS") == "full"
"""Whether this is ``make faults``."""
SEED: str = os.environ.get("RUNS_TUI_FAULTS_SEED", "")
"""Another one draws other damages: ``RUNS_TUI_FAULTS_SEED=7 make faults``."""
TALLY: Counter[str] = Counter()
"""How much of each kind the test that runs has tried; ``make faults`` says the sums at its end."""


def times(full: int, quick: int) -> int:
    """How often to try something: ``full`` in ``make faults``, else ``quick``."""
    return full if FULL else quick
