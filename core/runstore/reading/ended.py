"""The row of a run that ended in order, out of ``run.json`` in one go: most runs of a long list are such."""

from __future__ import annotations

import os
from typing import Any, Union

import msgspec

from runstore.reading.build import goals_in, lost_text, newest_step
from runstore.reading.failure import error_line, reason
from runstore.reading.liveness import ALIVE
from runstore.reading.looks import Look
from runstore.reading.row import RunRow, share
from runstore.reading.series_data import MetricStat
from runstore.reading.states import state_of
from runstore.reading.summary import BEYOND
from runstore.reading.usage import usage_in
from runstore.records import status
from runstore.records.manifest import FORMAT_VERSION

_Number = Union[int, float]


class _Statistics(msgspec.Struct):
    n: int
    first: _Number
    last: _Number
    min: _Number
    max: _Number
    time: _Number
    step: int | None = None


class _Summary(msgspec.Struct):
    metrics: dict[str, _Statistics]
    usage: Any = None
    dropped: int = 0


class _Ended(msgspec.Struct):
    """What a list needs of ``run.json``, with the types that a run's owner writes."""

    status: str
    summary: _Summary
    v: int = FORMAT_VERSION
    id: str = ""
    number: int | None = None
    experiment: str = ""
    display_name: str | None = None
    description: str | None = None
    type: str | None = None
    created: float | None = None
    started: float | None = None
    ended: float | None = None
    attempts: list[dict[str, Any]] = []
    exit: dict[str, Any] | None = None
    archived: bool = False
    host: str | None = None
    user: str | None = None
    git: dict[str, Any] | None = None
    parent: str | None = None
    params: dict[str, Any] = {}
    tags: dict[str, Any] = {}
    warnings: list[str] = []
    metrics: dict[str, dict[str, Any]] = {}


_decoder = msgspec.json.Decoder(_Ended)


def ended_row(look: Look, root: str) -> RunRow | None:
    """The row of a run that was looked at.

    None for a run that has not ended, that somebody has edited since, of which there is no summary, or whose
    ``run.json`` is in any way out of the ordinary: `runstore.reading.run.RunReader` then finds out what there is to
    tell. For all others the row is the one that it would give.
    """
    if look.manifest is None:
        return None
    try:
        text = look.manifest.decode()  # what is passed over is not looked at by the decoder
        ended = None if '"float"' in text else _decoder.decode(text)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None
    return _row(ended, look.folder, root) if ended is not None else None


def _row(ended: _Ended, folder: str, root: str) -> RunRow | None:
    error = error_line(ended.exit, []) if ended.exit else None
    failed = ended.status == status.FAILED
    if ended.status not in status.TERMINAL or ended.v > FORMAT_VERSION or (failed and not error):
        return None
    why = reason(ended.exit, error) if failed else ""
    state = state_of({"status": ended.status, "attempts": ended.attempts}, ALIVE, why)
    metrics = _metrics(ended.summary.metrics)
    if not all(map(_fits, metrics.values())):
        return None
    run_id = ended.id or os.path.basename(folder)
    git = ended.git or {}
    commit = git.get("commit")
    row = RunRow(
        key=folder,
        root=root,
        id=run_id,
        experiment=ended.experiment or os.path.basename(os.path.dirname(folder)),
        name=ended.display_name or run_id,
        number=ended.number,
        type=ended.type,
        status=ended.status,
        state=state,
        created=ended.created,
        started=ended.started,
        ended=ended.ended,
        active=ended.ended or ended.started or ended.created,
        step=newest_step(metrics, True),
        params=ended.params,
        tags=ended.tags,
        metrics=metrics,
        goals=goals_in(ended.metrics),
        host=ended.host,
        user=ended.user,
        parent=ended.parent,
        archived=ended.archived,
        exit=ended.exit,
        error=error,
        description=ended.description,
        warnings=(*ended.warnings, *lost_text(ended.summary.dropped, True)),
        attempts=len(ended.attempts),
        commit=commit if isinstance(commit, str) else None,
        dirty=git.get("dirty") is True,
        usage=usage_in(ended.summary.usage),
    )
    return share(row)


def _metrics(found: dict[str, _Statistics]) -> dict[str, MetricStat]:
    """Numbers that are the same are in memory once: a curve that falls begins at its highest and ends at its lowest,
    and what is logged together has one time."""
    metrics: dict[str, MetricStat] = {}
    time: _Number = 0
    for name, each in found.items():
        first, last = each.first, each.last
        time = _same(each.time, time)
        low, high = _same(each.min, last, first), _same(each.max, first, last)
        metrics[name] = MetricStat(each.n, first, last, low, high, each.step, time)
    return metrics


def _same(number: _Number, *known: _Number) -> _Number:
    """The one of the known numbers that cannot be told from this one, else this one."""
    for each in known:
        if number == each and number and type(number) is type(each):  # 1 is no 1.0, and 0.0 no -0.0
            return each
    return number


def _fits(stat: MetricStat) -> bool:
    """Whether all its whole numbers are such as a row can hold."""
    return all(type(each) is not int or -BEYOND <= each < BEYOND for each in stat)
