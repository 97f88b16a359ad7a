"""``runs-tui init``: make a run store in a folder."""

from __future__ import annotations

import os

import click


@click.command("init")
@click.argument("folder", default=".", metavar="[DIR]")
def command(folder: str) -> None:
    """Make DIR/.runs, the run store of everything at and below DIR (default: this folder)."""
    from runstore.layout.roots import LOCAL_ROOT, ensure_root, is_root

    folder = os.path.abspath(os.path.expanduser(folder))
    store = folder if os.path.basename(folder) == LOCAL_ROOT else os.path.join(folder, LOCAL_ROOT)
    existed = is_root(store)
    ensure_root(store)
    click.echo(f"{store} {'is a run store already' if existed else 'is ready'}")
    if not existed:
        click.echo("next: runs-tui run -- python train.py")
