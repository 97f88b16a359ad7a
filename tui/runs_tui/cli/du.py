"""``runs-tui du``: what takes how much space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option
from runs_tui.cli.query_command import QueryCommand

if TYPE_CHECKING:
    from runstore.reading.row import RunRow
    from runstore.upkeep.sizes import RunSize

_KINDS = ("points", "outputs", "console", "other")


@click.command("du", cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[RUN... | QUERY]", shell_complete=completing.runs_or_query)
@click.option("-r", "--runs", "by_run", is_flag=True, help="A line for each run, the largest first.")
@click.option("-n", "most", type=click.IntRange(min=1), metavar="N", help="At most N lines.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="As JSON, sizes in bytes.")
def command(words: tuple[str, ...], by_run: bool, most: int | None, root: str | None, as_json: bool) -> None:
    """Show the space that experiments take on the disk, the largest first, and what lies beside them in the store.

    With RUN or QUERY, only these runs. What runs share, such as snapshots of their source, counts once.
    """
    from dataclasses import asdict

    from runs_tui.cli.choosing import choose, counted
    from runs_tui.cli.resolve import store
    from runs_tui.cli.rows import print_json
    from runs_tui.cli.tables import print_table
    from runs_tui.model.words import size
    from runstore.layout.printable import printable
    from runstore.upkeep.sizes import RunSize, run_size, shared

    rows = choose(root, words, archived=None, bare=True).rows
    sizes = {row.key: run_size(row.key) for row in rows if not row.source}
    databases = _add_foreign(rows, sizes)
    total = sum(sizes.values(), RunSize())
    beside = shared(store(root)) if not words else {}
    if databases and not words:
        beside["databases"] = databases
    if by_run:
        lines = _by_run(rows, sizes)[:most]
    else:
        lines = _by_experiment(rows, sizes)[:most]
    everything = total.total + sum(beside.values())
    if as_json:
        content = [{**facts, **asdict(each), "total": each.total} for facts, each in lines]
        print_json({"runs" if by_run else "experiments": content, "shared": beside, "total": everything})
        return
    cells = [
        [
            f"{facts['experiment']}/{facts['name']}" if by_run else f"{facts['experiment']} ({facts['runs']})",
            *_cells(each),
        ]
        for facts, each in lines
    ]
    cells += [[f"({name})", "", "", "", "", size(bytes_)] for name, bytes_ in beside.items()]
    cells.append([f"all {counted(len(sizes))}", *_cells(total)[:-1], size(everything)])
    titles = ["run" if by_run else "experiment", *_KINDS, "total"]
    print_table(titles, [[printable(cell, 200) for cell in line] for line in cells], numbers=range(1, 6), narrow=(0,))


def _add_foreign(rows: list[RunRow], sizes: dict[str, RunSize]) -> int:
    """Add the sizes of the runs of other tools; the bytes of databases that some of them share."""
    roots = dict.fromkeys(row.root for row in rows if row.source)
    if not roots:
        return 0
    from runstore.upkeep.foreign_sizes import foreign_sizes
    from runstore.upkeep.sizes import RunSize

    found, databases = foreign_sizes(roots)
    sizes.update({row.key: found.get(row.key, RunSize()) for row in rows if row.source})
    return databases


def _by_run(rows: list[RunRow], sizes: dict[str, RunSize]) -> list[tuple[dict[str, Any], RunSize]]:
    """What names each run, and its size; the largest first."""
    found = [({"id": row.id, "name": row.name, "experiment": row.experiment}, sizes[row.key]) for row in rows]
    return sorted(found, key=lambda each: -each[1].total)


def _by_experiment(rows: list[RunRow], sizes: dict[str, RunSize]) -> list[tuple[dict[str, Any], RunSize]]:
    """The name of each experiment, how many runs, and the size of all of them; the largest first."""
    from runstore.upkeep.sizes import RunSize

    experiments: dict[str, list[RunSize]] = {}
    for row in rows:
        experiments.setdefault(row.experiment, []).append(sizes[row.key])
    found = [
        ({"experiment": name, "runs": len(several)}, sum(several, RunSize())) for name, several in experiments.items()
    ]
    return sorted(found, key=lambda each: -each[1].total)


def _cells(each: RunSize) -> list[str]:
    from runs_tui.model.words import size

    return [size(bytes_) for bytes_ in (*(getattr(each, kind) for kind in _KINDS), each.total)]
