"""``runs-tui doctor``: what is wrong with a run store, and its repair."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option
from runs_tui.cli.progress_line import ProgressLine

if TYPE_CHECKING:
    from runstore.upkeep.checks import Finding

_SIGNS = {"error": ("✗", "red"), "warning": ("!", "yellow"), "note": ("·", "")}
_SHOWN = 20
"""Findings of one kind that are shown one by one."""


@click.command("doctor")
@click.argument("folder", required=False, metavar="[ROOT]", shell_complete=completing.folders)
@click.option("--fix", is_flag=True, help="Repair what can be repaired; nothing that a run wrote is deleted.")
@click.option("-v", "--verbose", is_flag=True, help="Also notes, and every finding of a kind.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="As JSON: all findings, with --fix what was done.")
def command(folder: str | None, fix: bool, verbose: bool, root: str | None, as_json: bool) -> None:
    """Check the run store ROOT, or the current one: runs, queue, index, and the machine below.

    Says what is wrong and what to do. Exits with 1 when something is wrong, and with --fix stays so.
    """
    from runs_tui.cli.resolve import store
    from runs_tui.cli.rows import print_json
    from runstore.layout.printable import printable
    from runstore.upkeep.checks import examine

    place = store(folder or root)
    with ProgressLine("checking") as progress:
        found = list(examine(place, lambda run: progress.tell(printable(os.path.relpath(run, place), 60))))
    done = [_repaired(each) if fix and each.repair is not None else None for each in found]
    left = [
        each
        for each, result in zip(found, done, strict=True)
        if each.level != "note" and not (result is not None and result[0])
    ]
    if as_json:
        print_json({"root": place, "findings": [_content(*each) for each in zip(found, done, strict=True)]})
    else:
        _show(place, found, done, verbose)
        _sum_up(found, left, fix)
    if left:
        sys.exit(1)


def _repaired(finding: Finding) -> tuple[bool, str]:
    """Repair it: whether that went well, and what is said of it."""
    from runstore.exceptions import AzureMLException
    from runstore.layout.printable import printable

    assert finding.repair is not None
    try:
        return True, finding.repair()
    except OSError as error:
        return False, printable(f"not repaired: {error.filename or finding.path}: {error.strerror or error}", 300)
    except AzureMLException as error:
        return False, printable(f"not repaired: {error}", 300)


def _show(root: str, found: list[Finding], done: list[tuple[bool, str] | None], verbose: bool) -> None:
    """The findings, those of one kind together, the gravest first."""
    kinds = list(dict.fromkeys((each.level, each.kind) for each in found))
    for level, kind in sorted(kinds, key=lambda each: list(_SIGNS).index(each[0])):
        if level == "note" and not verbose:
            continue
        of_kind = [pair for pair in zip(found, done, strict=True) if (pair[0].level, pair[0].kind) == (level, kind)]
        shown = of_kind if verbose else of_kind[:_SHOWN]
        sign, colour = _SIGNS[level]
        click.echo(f"{click.style(sign, fg=colour or None)} {kind}")
        for finding, result in shown:
            _show_one(root, finding, result)
        if len(of_kind) > len(shown):
            click.echo(f"    and {len(of_kind) - len(shown)} more: --verbose shows all")


def _show_one(root: str, finding: Finding, result: tuple[bool, str] | None) -> None:
    from runstore.layout.printable import printable

    inside = finding.path.startswith(root + os.sep)
    place = os.path.relpath(finding.path, root) if inside else finding.path
    click.echo(f"    {printable(place, 200)}: {printable(finding.text, 400)}")
    said = result[1] if result is not None else finding.remedy
    if said:
        click.echo(f"      {click.style('→', fg='green' if result and result[0] else None)} {printable(said, 300)}")


def _sum_up(found: list[Finding], left: list[Finding], fix: bool) -> None:
    from runs_tui.cli.choosing import counted

    wrong = [each for each in found if each.level != "note"]
    notes = len(found) - len(wrong)
    said = [counted(sum(each.level == level for each in wrong), level) for level in ("error", "warning")]
    parts = [part for part in said if not part.startswith("0 ")] or ["nothing is wrong"]
    if notes:
        parts.append(f"{counted(notes, 'note')} (--verbose shows them)")
    if fix and wrong:
        parts.append(f"{len(wrong) - len(left)} of {len(wrong)} repaired")
    elif any(each.repair is not None for each in found):
        parts.append("--fix repairs " + counted(sum(each.repair is not None for each in found), "finding"))
    click.echo(", ".join(parts))


def _content(finding: Finding, result: tuple[bool, str] | None) -> dict[str, Any]:
    return {
        "level": finding.level,
        "kind": finding.kind,
        "path": finding.path,
        "text": finding.text,
        "remedy": finding.remedy,
        "repairable": finding.repair is not None,
        "repaired": result[0] if result is not None else None,
        "done": result[1] if result is not None else None,
    }
