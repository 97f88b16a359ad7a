"""What the demo runs, and when: the trainings with their arguments, in the order of their start."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Training:
    """One script of ``trainings/``, started ``start`` seconds after the beginning (but see `APP_OPENS`)."""

    script: str
    arguments: tuple[str, ...] = ()
    experiment: str | None = None
    """The experiment of the run that watches it; None for a script that makes its runs itself."""
    name: str = ""
    start: float = 0.0
    killed: float | None = None
    """When it is ended by SIGKILL, its supervisor first, so that nobody is left to record the death."""
    opening: bool = False
    """Whether the app waits for its end before it opens."""


APP_OPENS = 1.0
"""Seconds until the app opens, after all that starts earlier. Where that takes longer, what is later waits as long."""

TIMETABLE = (
    Training("ridge_sweep.py", opening=True),
    Training("ridge.py", (), "ridge-alpha", "all-alphas", opening=True),
    Training("spirals.py", ("--lr", "0.003"), "spirals", "lr-0.003", start=0.6),
    # Its loss is NaN after 161 steps, 20 a second: at ten seconds.
    Training("factors.py", ("--peak-lr", "0.11", "--warmup", "300"), "factors", "peak-lr-0.11", start=1.7),
    # Its first validation, after 220 steps, raises: at fifteen seconds.
    Training("characters.py", ("--lr", "0.25", "--validate-every", "220"), "characters", "hidden-64", start=3.9),
    Training("logistic.py", ("--lr", "0.05"), "logistic", "batch-64", start=4.4, killed=20.0),
    Training("spirals.py", ("--lr", "0.0006"), "spirals", "lr-0.0006", start=5.0),
    Training("plain.py", (), "pi", "prints-only", start=7.0),
)
