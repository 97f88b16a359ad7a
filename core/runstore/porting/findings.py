"""What the reader of a script finds, and what it makes of the file."""

from __future__ import annotations

from dataclasses import dataclass, field

WORKS, STAND_IN, STOPS, OLDER = "works", "stand-in", "stops", "older"


@dataclass(frozen=True, order=True)
class Place:
    """Where in a file; the order is that of execution."""

    cell: int | None
    line: int

    def __str__(self) -> str:
        return f"line {self.line}" if self.cell is None else f"cell {self.cell}, line {self.line}"


@dataclass(frozen=True)
class Finding:
    """One use of one name of the SDK."""

    place: Place
    name: str
    """As one writes it: ``Run.log``, ``azureml.pipeline.core.Pipeline``."""
    verdict: str
    says: str = ""
    """For a stand-in what stands in; for a stop why, and what to do; else the older release that is needed."""
    caught: bool = False
    """The script expects the failure: it stands in a ``try`` whose ``except`` catches it."""


@dataclass
class Report:
    """What will happen to a file."""

    path: str
    uses_sdk: bool = False
    findings: list[Finding] = field(default_factory=list)
    submits: list[str] = field(default_factory=list)
    """Scripts that it submits, as paths that exist."""
    needs: list[str] = field(default_factory=list)
    """Packages it imports beside Azure ML and the standard library, by the names of their modules."""

    @property
    def stop(self) -> Finding | None:
        """The first use that ends the script."""
        return next((each for each in self.findings if each.verdict == STOPS and not each.caught), None)

    @property
    def stand_ins(self) -> list[str]:
        """What stands in, each once, in the order of use."""
        return list(dict.fromkeys(each.says for each in self.findings if each.verdict == STAND_IN))

    @property
    def older(self) -> list[Finding]:
        """The first use that needs an older release, of each release."""
        found = {each.says: each for each in reversed(self.findings) if each.verdict == OLDER and not each.caught}
        return [each for each in self.findings if found.get(each.says) is each]

    @property
    def verdict(self) -> str:
        """``runs``, ``stand-ins``, ``stops``, or ``unrelated`` for a file that does not use the SDK."""
        if not self.uses_sdk:
            return "unrelated"
        if self.stop:
            return "stops"
        return "stand-ins" if self.stand_ins else "runs"
