"""The row of a run, made from its reader."""

from __future__ import annotations

from typing import Any

from runstore.reading.failure import error_line, reason
from runstore.reading.progress import NOTHING, Progress, declared_total, measured, progress_of
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow
from runstore.reading.series_data import MetricStat
from runstore.reading.states import State, unreadable_state
from runstore.reading.summary import statistics_in
from runstore.reading.tails import last_output
from runstore.reading.usage import Usage, usage_in, usage_of
from runstore.records import status

_LINES, _MORE_LINES = 4, 100
_LAST_LINE = 500
_LIVE = frozenset(("running", "stalled", "unresponsive", "finalizing", "growing"))


def listed_row(reader: Reader, root: str) -> tuple[RunRow, bool]:
    """The row as far as ``run.json`` tells it, and whether that is all a list needs: no data file is read."""
    manifest = reader.manifest
    metrics = statistics_in(manifest)
    error = error_line(manifest["exit"], [])
    enough = (
        manifest["status"] in status.TERMINAL
        and metrics is not None
        and (error is not None or manifest["status"] != status.FAILED)
    )
    state = reader.state(reason(manifest["exit"], error))
    usage = usage_in((manifest["summary"] or {}).get("usage"))
    return _row(reader, root, state, metrics or {}, error, [], NOTHING, usage), enough


def full_row(reader: Reader, root: str) -> RunRow:
    """The row of a run whose reader has been refreshed."""
    manifest, metrics = reader.manifest, reader.metrics
    state = reader.state()
    wrong = state.word in ("failed", "dead", "lost")
    lines = last_output(reader.consoles(), _MORE_LINES if wrong else _LINES)
    error = error_line(manifest["exit"], lines) if wrong else None
    if state.word == "failed":
        state = reader.state(reason(manifest["exit"], error))
    total = declared_total(manifest)
    pace = reader.seconds_a_step() if total is not None else None
    told = measured(metrics, manifest["started"])
    step = newest_step(metrics, False)
    progress = progress_of(total, step, pace, lines, told)
    if step is not None and step > (progress.total or step):  # the total of a bar that counts anew in each epoch
        progress = progress._replace(total=None)
    return _row(reader, root, state, metrics, error, lines, progress, usage_of(reader.resources.metrics))


def broken_row(folder: str, root: str, experiment: str, name: str, problem: str) -> RunRow:
    """The row of a folder that cannot be read as a run, with the reason."""
    return RunRow(
        key=folder, root=root, id=name, experiment=experiment, name=name, state=unreadable_state(), error=problem,
        problem=problem, warnings=(problem,),
    )  # fmt: skip


def _row(
    reader: Reader,
    root: str,
    state: State,
    metrics: dict[str, MetricStat],
    error: str | None,
    lines: list[str],
    progress: Progress,
    usage: Usage | None,
) -> RunRow:
    manifest = reader.manifest
    git = manifest["git"] or {}
    commit = git.get("commit")
    live = state.word in _LIVE
    ended = manifest["ended"] if manifest["status"] in status.TERMINAL else None
    return RunRow(
        key=reader.folder,
        root=root,
        source=reader.source,
        id=reader.id,
        experiment=reader.experiment,
        name=manifest["display_name"] or reader.id,
        number=manifest["number"],
        type=manifest["type"],
        status=manifest["status"],
        state=state,
        created=manifest["created"],
        started=manifest["started"],
        ended=ended,
        active=reader.last_activity or ended or manifest["started"] or manifest["created"],
        step=newest_step(metrics, True),
        params=manifest["params"],
        tags=manifest["tags"],
        metrics=metrics,
        goals=goals_in(manifest["metrics"]),
        host=manifest["host"],
        user=manifest["user"],
        parent=manifest["parent"],
        archived=manifest["archived"],
        exit=manifest["exit"],
        error=error,
        description=manifest["description"],
        warnings=_warnings(reader),
        progress=progress.fraction,
        eta=progress.eta if live else None,
        total=progress.total,
        last_line=lines[-1][:_LAST_LINE] if lines else None,
        attempts=len(manifest["attempts"]),
        commit=commit if isinstance(commit, str) else None,
        dirty=git.get("dirty") is True,
        usage=usage,
    )


def newest_step(metrics: dict[str, MetricStat], count: bool) -> int | None:
    """The step of the newest point; where no steps were given, how many points there are (if ``count``)."""
    newest = max(((stat.time, stat.step) for stat in metrics.values() if stat.step is not None), default=None)
    if newest is not None:
        return newest[1]
    return max((stat.n for stat in metrics.values()), default=None) if count else None


def goals_in(definitions: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Min or max for the metrics whose definition says so."""
    return {name: each["goal"] for name, each in definitions.items() if each.get("goal") in ("min", "max")}


def lost_records(reader: Reader) -> int:
    """How many records could not be written; of a run that goes on some may still wait for space."""
    told = (record.get("value") for record in reader.changes() if record["kind"] == "dropped")
    return reader.unwritten() + sum(value for value in told if type(value) is int)


def _warnings(reader: Reader) -> tuple[str, ...]:
    alerts = [record for record in reader.changes() if record["kind"] == "alert"]
    told = [": ".join(str(part) for part in (each.get("name"), each.get("value")) if part) for each in alerts]
    said = [*reader.manifest["warnings"], *told]
    dropped = lost_text(lost_records(reader), reader.manifest["status"] in status.TERMINAL)
    return (*said, *dropped, *reader.warnings)


def lost_text(dropped: int, ended: bool) -> list[str]:
    """The warning that so many records could not be written, where there are any."""
    lost = " and are lost" if ended else ""
    return ["{} records could not be written{}".format(dropped, lost)] if dropped > 0 else []
