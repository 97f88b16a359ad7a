"""From what a person types to the run that is meant."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from runs_tui.cli.errors import Problem

if TYPE_CHECKING:
    from runstore.reading.reader import Reader
    from runstore.reading.row import RunRow

_NAMED = 8
"""Candidates named in a message."""


def store(root: str | None) -> str:
    """The folder of the root that is meant (see `resolve_root`); a file stands for the folder that it is in.

    Raises `Problem` when there is none, or one that this user may not read.
    """
    from runstore.layout.rights import why_not_look
    from runstore.layout.roots import resolve_root, root_in

    folder = resolve_root(root)
    if os.path.exists(folder) and not os.path.isdir(folder):
        folder = root_in(os.path.dirname(folder))
    if not os.path.isdir(folder):
        raise Problem(f"there is no run store at {folder}; 'runs-tui init {folder}' makes one")
    closed = why_not_look(folder)
    if closed:
        raise Problem(closed)
    return folder


def folders(root: str | None) -> list[str]:
    """Where the runs are that are meant: a run store, or a folder with runs of other tools, or both.

    Raises `Problem` when there is no such folder. The queue goes on: a restart of the machine ends whoever works on it.
    """
    from runstore.jobs.submit.starter import keep_queue_going
    from runstore.sources.opening import roots_in

    folder = store(root)
    keep_queue_going(folder)
    return roots_in(root) if root else [folder]


def all_rows(root: str | None) -> list[RunRow]:
    """The runs of what is meant, newest first; raises `Problem` when there is no such folder."""
    return rows_in(folders(root))


def rows_in(folders: Sequence[str]) -> list[RunRow]:
    """The runs of all these folders, newest first."""
    from runstore.sources.opening import rows_of

    rows = [row for folder in folders for row in rows_of(folder)]
    return sorted(rows, key=lambda row: -(row.created or row.active or 0.0))


def find_row(root: str | None, text: str) -> RunRow:
    """The one run that ``text`` means: an id, the start of one id, a display name, ``experiment/name``, or ``last``.

    A name that several runs have means the newest. Raises `Problem` with the candidates otherwise.
    """
    return find_in(all_rows(root), text)


def find_rows(root: str | None, texts: Sequence[str]) -> list[RunRow]:
    """The runs that several such texts mean, each once; raises `Problem` when one of them means none."""
    rows = all_rows(root)
    return list({row.key: row for row in (find_in(rows, text) for text in texts)}.values())


def find_in(rows: Sequence[RunRow], text: str) -> RunRow:
    """As `find_row`, among these rows, newest first."""
    if not rows:
        raise Problem("the run store is empty; 'runs-tui run -- python train.py' makes the first run")
    if text == "last":
        return rows[0]
    for row in rows:
        if row.id == text:
            return row
    experiment, slash, name = text.partition("/")
    named = [row for row in rows if row.name == text or (slash and row.experiment == experiment and row.name == name)]
    if named:
        return named[0]
    started = [row for row in rows if text and row.id.startswith(text)]
    if len(started) == 1:
        return started[0]
    if started:
        raise Problem(f"{len(started)} runs have an id that starts with {text!r}:\n{_names(started)}")
    near = [row for row in rows if text.casefold() in f"{row.experiment}/{row.name} {row.id}".casefold()]
    said = f"did you mean:\n{_names(near)}" if near else f"the newest are:\n{_names(rows)}"
    raise Problem(f"there is no run {text!r}; {said}")


def opened(row: RunRow) -> Reader:
    """A reader for a listed run, not yet refreshed; raises `Problem` when another tool's run has gone meanwhile."""
    from runstore.sources.opening import reader_of

    try:
        return reader_of(row)
    except LookupError as error:
        raise Problem(str(error)) from error


def _names(rows: Sequence[RunRow]) -> str:
    lines = [f"  {row.experiment}/{row.name}  {row.id}" for row in rows[:_NAMED]]
    if len(rows) > _NAMED:
        lines.append(f"  and {len(rows) - _NAMED} more")
    return "\n".join(lines)
