"""What a shell may offer for the arguments of commands: runs, queries, experiments, metrics, columns, states.

Each function is the ``shell_complete`` of a parameter. None of them raises: where there is no store there is no offer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from runstore.reading.row import RunRow

    Offer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

_MOST = 200
_PATIENCE = 0.2
"""Seconds for reading runs that no index tells of."""
_SAFE = re.compile(r"[\w@%+=:,./-]+\Z")
"""Text that is the same to every shell; a run with another name is offered by its id."""


def _offered(offer: Callable[[Sequence[RunRow], str], Iterable[tuple[str, str]]]) -> Offer:
    """Make what gives (word, help) for rows and the beginning of a word into a ``shell_complete``."""

    @wraps(offer)
    def complete(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        try:
            found = dict(offer(_rows(ctx.params.get("root")), incomplete))
        except Exception:  # a shell is no place for messages
            return []
        kept = [(word, said) for word, said in found.items() if word.startswith(incomplete)]
        return [CompletionItem(word, help=said or None) for word, said in kept[:_MOST]]

    return complete


def _rows(root: str | None) -> list[RunRow]:
    """The runs that can be had at once, newest first."""
    from runs_tui.cli.resolve import store
    from runstore.reading.catalog import Catalog

    catalog = Catalog(store(root))
    catalog.refresh()
    catalog.read_more(seconds=_PATIENCE)
    catalog.save()  # so that the next time is quicker
    return sorted(catalog.rows(), key=lambda row: -(row.created or 0.0))


@_offered
def runs(rows: Sequence[RunRow], incomplete: str) -> Iterable[tuple[str, str]]:
    """Names, ``experiment/name`` after a slash, ids where no name begins so."""
    return _runs(rows, incomplete)


@_offered
def live_runs(rows: Sequence[RunRow], incomplete: str) -> Iterable[tuple[str, str]]:
    """Those that have not ended."""
    from runs_tui.model.states import LIVE, WAITING

    return _runs([row for row in rows if row.state.word in LIVE | WAITING], incomplete)


@_offered
def queries(rows: Sequence[RunRow], incomplete: str) -> Iterable[tuple[str, str]]:
    """The next part of a query."""
    return _query(rows, incomplete)


@_offered
def runs_or_query(rows: Sequence[RunRow], incomplete: str) -> Iterable[tuple[str, str]]:
    """Runs first, then what a query may go on with."""
    return [*_runs(rows, incomplete)[: _MOST // 2], *_query(rows, incomplete)]


@_offered
def runs_query_or_metric(rows: Sequence[RunRow], incomplete: str) -> Iterable[tuple[str, str]]:
    """For commands whose last argument is a metric."""
    named = [*_runs(rows, incomplete)[: _MOST // 2], *((name, "metric") for row in rows for name in row.metrics)]
    return [*named, *_query(rows, incomplete)]


@_offered
def axes(rows: Sequence[RunRow], incomplete: str) -> Iterable[tuple[str, str]]:
    """What x can be."""
    return [("step", ""), ("relative", ""), ("wall", ""), *((name, "metric") for row in rows for name in row.metrics)]


def runs_or_folder(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """For commands whose last argument is a store."""
    is_path = incomplete.startswith(("/", ".", "~"))
    return ([] if is_path else runs(ctx, param, incomplete)) or folders(ctx, param, incomplete)


@_offered
def experiments(rows: Sequence[RunRow], incomplete: str) -> Iterable[tuple[str, str]]:
    """Names of experiments, that of the newest run first."""
    return [(row.experiment, "") for row in rows if _SAFE.match(row.experiment)]


@_offered
def metrics(rows: Sequence[RunRow], incomplete: str) -> Iterable[tuple[str, str]]:
    """Names of metrics."""
    return [(name, "") for name in _sorted(name for row in rows for name in row.metrics)]


@_offered
def columns(rows: Sequence[RunRow], incomplete: str) -> Iterable[tuple[str, str]]:
    """Columns of a table, after a comma, too."""
    from runs_tui.model.fields import FACTS

    before, comma, _ = incomplete.rpartition(",")
    plus = "+" if incomplete.startswith("+") and not comma else ""
    names = [*("run", *FACTS), *_sorted(name for row in rows for name in (*row.params, *row.metrics, *row.tags))]
    return [(f"{before}{comma}{plus}{name}", "") for name in names if _SAFE.match(name)]


@_offered
def states(rows: Sequence[RunRow], incomplete: str) -> Iterable[tuple[str, str]]:
    """Words of states: those that runs have, then all others."""
    from runstore.reading.states import WORDS

    return [(word, "") for word in (*(row.state.word for row in rows), *WORDS)]


def folders(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Folders, by the shell."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="dir")]


def files(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files, by the shell."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _runs(rows: Sequence[RunRow], incomplete: str) -> list[tuple[str, str]]:
    if "/" in incomplete:
        named = [(f"{row.experiment}/{row.name}", row) for row in rows]
    else:
        named = [(row.name if _SAFE.match(row.name) else row.id, row) for row in rows]
    found = [(word, row) for word, row in named if word.startswith(incomplete) and _SAFE.match(word)]
    if not found:
        found = [(row.id, row) for row in rows if row.id.startswith(incomplete)]
    offered = [(word, f"{row.state.word}, {row.experiment}") for word, row in found]
    return [*offered, *([("last", "the newest run")] if rows else [])]


def _query(rows: Sequence[RunRow], incomplete: str) -> list[tuple[str, str]]:
    from runstore.query import complete, names_of

    found = complete(incomplete, len(incomplete), names_of(rows))
    return [(incomplete[: found.start] + each, "") for each in found.candidates]


def _sorted(names: Iterable[str]) -> list[str]:
    from runstore.series import natural_key

    return sorted({name for name in names if _SAFE.match(name)}, key=natural_key)
