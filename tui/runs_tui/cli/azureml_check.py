"""``runs-tui azureml check``: which scripts and notebooks run here, found out by reading them."""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from runstore.porting.findings import Finding, Report


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--all", "-a", "everything", is_flag=True, help="Every name that stops or has a stand-in, with its line.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(paths: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Say for each script and notebook at or below PATH whether it runs here. Nothing of them is run.

    Exits with 1 when one of them stops.
    """
    from runs_tui.cli.errors import Problem
    from runstore.porting.check import check

    for path in paths:
        if not os.path.exists(path):
            raise Problem(f"{path}: no such file or folder")
    reports = check(list(paths))
    totals = {verdict: sum(report.verdict == verdict for report in reports) for verdict in _SIGNS}
    if as_json:
        from runs_tui.cli.rows import print_json

        print_json({"files": [_report_json(report) for report in reports], "totals": totals})
    else:
        given = {os.path.realpath(path) for path in paths}
        for report in reports:
            if report.verdict != "unrelated" or os.path.realpath(report.path) in given:
                _print(report, everything)
        _print_totals(reports, totals)
    if totals["stops"]:
        sys.exit(1)


_USES = {"stops": "{}", "stand-in": "stand-in: {}", "older": "needs an older release: {}"}

_SIGNS = {"runs": ("✓", "green"), "stand-ins": ("✓", "yellow"), "stops": ("✗", "red"), "unrelated": ("·", "")}
"""Sign and colour of each verdict."""


def _sentence(report: Report) -> str:
    if report.verdict == "unrelated":
        return "does not use Azure ML"
    if report.stop:
        return f"stops at {report.stop.place}: {_why(report.stop)}"
    said = "runs" if not report.stand_ins else "runs with stand-ins: " + ", ".join(report.stand_ins)
    for each in report.older:
        said += f"; needs {each.says}: {each.name} at {each.place}"
    return said


def _why(finding: Finding) -> str:
    return f"{finding.name}: {finding.says}" if finding.name else finding.says


def _print(report: Report, everything: bool) -> None:
    """One line when piped; on a terminal it is wrapped."""
    sign, colour = _SIGNS[report.verdict]
    _line(f"{sign} {report.path}: ", _sentence(report), colour)
    if everything:
        for each in report.findings:
            if each.verdict != "works":
                caught = " (the script expects that)" if each.caught else ""
                _line(f"    {each.place}: ", _USES[each.verdict].format(_why(each)) + caught, "")


def _line(start: str, rest: str, colour: str) -> None:
    import shutil
    import textwrap

    from runstore.layout.printable import printable

    text = printable(start + rest)
    if sys.stdout.isatty():
        indent = " " * (len(start) - len(start.lstrip()) + 4)
        width = shutil.get_terminal_size().columns
        text = textwrap.fill(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        text = click.style(text[:1], fg=colour) + text[1:] if colour else text
    click.echo(text)


def _print_totals(reports: list[Report], totals: dict[str, int]) -> None:
    """How many of each, and which packages are missing here."""
    counted = totals["runs"] + totals["stand-ins"] + totals["stops"]
    _line(
        f"{counted} of {len(reports)} files use Azure ML: ",
        f"{totals['runs']} run, {totals['stand-ins']} run with stand-ins, {totals['stops']} stop",
        "",
    )
    needed = {name for report in reports if report.verdict in ("runs", "stand-ins") for name in report.needs}
    missing = sorted(name for name in needed if importlib.util.find_spec(name) is None)
    if missing:
        _line("not installed beside runs-tui: ", ", ".join(missing), "")


def _report_json(report: Report) -> dict[str, Any]:
    return {
        "path": report.path,
        "verdict": report.verdict,
        "stops": _finding_json(report.stop) if report.stop else None,
        "stand_ins": report.stand_ins,
        "older": [each.says for each in report.older],
        "findings": [_finding_json(each) for each in report.findings if each.verdict != "works"],
        "submits": report.submits,
        "imports": report.needs,
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "verdict": finding.verdict,
        "name": finding.name,
        "cell": finding.place.cell,
        "line": finding.place.line,
        "says": finding.says,
        "caught": finding.caught,
    }
