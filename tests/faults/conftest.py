"""What ``make faults`` has tried in all, said at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator

import pytest

from tests.faults.scale import TALLY


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Note with a test how much it tried: its report may be of another process."""
    TALLY.clear()
    try:
        return (yield)
    finally:
        item.user_properties.extend(TALLY.items())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What single tests tell, and the sums over all tests."""
    sums: Counter[str] = Counter()
    for report in (each for reports in terminalreporter.stats.values() for each in reports):
        if isinstance(report, pytest.TestReport) and report.when == "call":
            for what, count in report.user_properties:
                if isinstance(count, int):
                    sums[what] += count
                else:
                    terminalreporter.write_line(f"{what}: {count}")
    if sums:
        terminalreporter.write_line("tried: " + ", ".join(f"{count:,} {what}" for what, count in sorted(sums.items())))
