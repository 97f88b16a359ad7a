"""``runs-tui show``: all about one run."""

from __future__ import annotations

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option


@click.command("show")
@click.argument("run", shell_complete=completing.runs)
@root_option
@click.option("--utc", is_flag=True, help="Show times in UTC.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(run: str, root: str | None, utc: bool, as_json: bool) -> None:
    """Show all that is known of RUN: an id or its start, a name, experiment/name, or 'last'."""
    from runs_tui.cli.contents import children_of, contents, contents_sections
    from runs_tui.cli.resolve import all_rows, find_in, opened
    from runs_tui.cli.rows import plain, print_json, row_json
    from runs_tui.model import text as fit
    from runs_tui.model.facts import sections
    from runs_tui.model.words import use_utc

    if utc:
        use_utc()
    rows = all_rows(root)
    row = find_in(rows, run)
    family = children_of(row, rows)
    reader = opened(row)
    reader.refresh()
    if as_json:
        manifest = {key: value for key, value in reader.manifest.items() if key not in ("summary", "metrics")}
        warnings = list(dict.fromkeys((*row.warnings, *reader.warnings)))
        parts = contents(reader, family)
        print_json({"run": {**row_json(row), "warnings": warnings, **parts, "manifest": plain(manifest)}})
        return
    everything = [*sections(row, reader.manifest, reader.warnings, family), *contents_sections(reader, family)]
    for place, section in enumerate(everything):
        click.echo(("\n" if place else "") + section.title)
        label = max((fit.cell_len(fit.safe(name, 60)) for name, _ in section.facts), default=0)
        for name, value in section.facts:
            lines = [fit.safe(line, 4_000) for line in value.splitlines()] or [""]
            click.echo(f"  {fit.left(fit.safe(name, 60), label)}{'  ' if label else ''}{lines[0]}")
            for line in lines[1:]:
                click.echo(" " * (label + 4) + line)
