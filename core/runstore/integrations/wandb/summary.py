"""`Summary`: the last value of each metric, and what a script sets there itself."""

from __future__ import annotations

from runstore.integrations.wandb.mapping import Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Summary(Values):
    """What is set is recorded as a value of the metric of that name; one that was never logged or set is None."""

    def see(self, values: dict[str, Any]) -> None:
        """These were logged."""
        self._values.update(values)
