"""``runs-tui init``: make a run store in a folder, for oneself or for a group."""

from __future__ import annotations

import os

import click

from runs_tui.cli import completing


@click.command("init")
@click.argument("folder", default=".", metavar="[DIR]", shell_complete=completing.folders)
@click.option("--group", "group", metavar="GROUP", help="Share it: GROUP reads all runs, and tags, notes, archives.")
def command(folder: str, group: str | None) -> None:
    """Make DIR/.runs, the run store of everything at and below DIR (default: this folder).

    With --group, also of one that is there: everybody of the group makes runs in it, reads all and may tag, note,
    rename and archive them. Only its own user writes a run, cancels and deletes it. Nobody else can look in.
    """
    from runstore.layout.roots import LOCAL_ROOT, ensure_root, is_root, root_in

    number = _number_of(group) if group is not None else None
    store = root_in(folder)
    if not is_root(store) and os.path.basename(store) != LOCAL_ROOT:
        store = os.path.join(store, LOCAL_ROOT)
    existed = is_root(store)
    new = _missing(os.path.dirname(store))
    ensure_root(store)
    click.echo(f"{store} {'is a run store already' if existed else 'is ready'}")
    if number is not None:
        _share(store, str(group), number, new)
    if not existed:
        click.echo("next: runs-tui run -- python train.py")


def _number_of(group: str) -> int:
    """The number of a group, given by name or number, that this user can give files to; raises `Problem`."""
    import grp

    from runs_tui.cli.errors import Problem

    try:
        number = int(group) if group.isdecimal() else grp.getgrnam(group).gr_gid
    except KeyError:
        raise Problem(f"there is no group {group!r}; 'groups' lists yours") from None
    if os.geteuid() != 0 and number not in (os.getegid(), *os.getgroups()):
        raise Problem(f"you are not in the group {group!r}; 'groups' lists yours")
    return number


def _missing(folder: str) -> list[str]:
    """The folders on the way to ``folder``, itself included, that are not there yet."""
    found = []
    while not os.path.isdir(folder):
        found.append(folder)
        folder = os.path.dirname(folder)
    return found


def _share(store: str, group: str, number: int, new: list[str]) -> None:
    """Share the store; ``new``: the folders around it that were made for it."""
    from runs_tui.cli.errors import Problem
    from runstore.layout.sharing import closed_on_the_way, let_pass, share_root

    try:
        let_pass(new, number)
        lists = share_root(store, number)
    except OSError as error:
        why = error.strerror or error
        raise Problem(f"cannot share {error.filename or store}: {why}; who owns it can, or the superuser") from error
    click.echo(f"the group {group} shares it")
    closed = closed_on_the_way(store, number)
    if closed:
        click.echo(f"but cannot get to it: {closed} is closed to the group; chmod g+x or o+x opens the way", err=True)
    if not lists:
        click.echo("its file system keeps no access control lists: everybody needs a umask of 022 or less")
