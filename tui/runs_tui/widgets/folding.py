"""Values of a table that are folded into the lines of their cells."""

from __future__ import annotations

from runs_tui.widgets import fit

_MOST = 20_000
"""Characters of a value that are looked at."""


def folded(text: str, width: int, most: int) -> list[str]:
    """A text, as a run may have written it, in lines of ``width`` cells; of more than ``most`` the last one says so."""
    found: list[str] = []
    for line in text[:_MOST].splitlines() or [""]:
        found += fit.wrap(fit.safe(line, _MOST), width)
        if len(found) > most:
            return [*found[: most - 1], "…"]
    return found
