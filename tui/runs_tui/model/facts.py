"""All that is known of one run, as titled lists of (name, value): for the Overview tab and for ``show``."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from runs_tui.model import words
from runs_tui.model.definition import definition_facts
from runs_tui.model.family import summary
from runs_tui.model.fields import duration_of
from runs_tui.model.states import SILENT
from runstore.reading.row import RunRow
from runstore.records.manifest import PRINTED
from runstore.series import natural_key
from runstore.sources.foreign.kinds import title_of

FROM_OUTPUT = "from output"
"""Said of metrics that were read from what the run printed."""


class Section(NamedTuple):
    """One list; values may have several lines. ``alarm`` lists what went wrong."""

    title: str
    facts: list[tuple[str, str]]
    alarm: bool = False


def sections(
    row: RunRow, manifest: Mapping[str, Any], warnings: Iterable[str], family: Sequence[RunRow] = ()
) -> list[Section]:
    """What to tell of a run, in order of interest; empty lists are left out. Texts are as the run wrote them.

    ``family``: all runs below it.
    """
    printed = [name for name in row.metrics if was_printed(manifest, name)]
    all_of_them = [
        _state(row, family),
        Section("traceback", [("", trace)] if (trace := traceback_of(manifest)) else [], alarm=True),
        Section("warnings", [("", text) for text in dict.fromkeys((*row.warnings, *warnings))], alarm=True),
        Section("parameters", _plain(manifest.get("params"))),
        Section("metrics", metric_facts(row, [name for name in row.metrics if name not in printed])),
        Section(f"metrics {FROM_OUTPUT}", metric_facts(row, printed)),
        Section("tags", _plain(manifest.get("tags"))),
        Section("properties", _plain(manifest.get("properties"))),
        _source(row, manifest),
        Section("definition", definition_facts(manifest.get("definition"))),
        Section("attempts", _attempts(manifest)),
    ]
    return [section for section in all_of_them if section.facts]


def _state(row: RunRow, family: Sequence[RunRow]) -> Section:
    facts = [("state", f"{row.state.glyph} {row.state.text}")]
    if reason := row.error or SILENT.get(row.state.word):
        facts.append(("reason", reason))
    if ending := _ending(row):
        facts.append(("exit", ending))
    if family:
        facts.append(("children", summary(family)))
    if row.progress is not None:
        left = f"   eta {words.span(row.eta)}" if row.eta is not None else ""
        facts.append(("progress", f"{row.progress:.0%}{left}"))
    if row.step is not None:
        facts.append(("step", words.count(row.step) + (f" of {words.count(row.total)}" if row.total else "")))
    taken = duration_of(row)
    facts += [
        ("created", words.moment(row.created)),
        ("started", words.moment(row.started)),
        ("ended", words.moment(row.ended)),
        ("took", words.long_span(taken) if taken is not None else "-"),
        ("last record", words.moment(row.active)),
        ("experiment", row.experiment),
        ("name", row.name),
        ("id", row.id),
        ("number", str(row.number) if row.number is not None else "-"),
        ("description", str(row.description or "-")),
        ("archived", "yes" if row.archived else "-"),
        ("parent", str(row.parent or "-")),
    ]
    return Section("run", [(name, value) for name, value in facts if value != "-"])


def _ending(row: RunRow) -> str:
    """``code 1``, ``signal SIGKILL``; nothing for a good end, and for one that left neither."""
    ending = row.exit or {}
    parts = (("signal", ending.get("signal")), ("code", ending.get("code")))
    return next((f"{name} {value}" for name, value in parts if value), "")


def traceback_of(manifest: Mapping[str, Any]) -> str:
    """The recorded traceback of a failure, or nothing."""
    found: object = manifest.get("exit")
    for key in ("details", "debugInfo", "stackTrace"):
        found = found.get(key) if isinstance(found, dict) else None
    return found.rstrip() if isinstance(found, str) else ""


def metric_facts(row: RunRow, names: Iterable[str]) -> list[tuple[str, str]]:
    """Last, smallest and largest value of each of these metrics, names in natural order."""
    facts = []
    for name in sorted(names, key=natural_key):
        stat = row.metrics[name]
        last, low, high = (words.number(value) for value in (stat.last, stat.min, stat.max))
        facts.append((name, f"{last:<8} min {low:<8} max {high:<8} n {words.count(stat.n)}"))
    return facts


def was_printed(manifest: Mapping[str, Any], name: str) -> bool:
    """Whether a metric was read from what the run printed."""
    metrics = manifest.get("metrics")
    definition = metrics.get(name) if isinstance(metrics, dict) else None
    return isinstance(definition, dict) and definition.get("source") == PRINTED


def _plain(entries: object) -> list[tuple[str, str]]:
    if not isinstance(entries, dict):
        return []
    names = sorted(entries, key=lambda name: natural_key(str(name)))
    return [(str(name), "" if entries[name] is None else words.setting(entries[name])) for name in names]


def _source(row: RunRow, manifest: Mapping[str, Any]) -> Section:
    command = manifest.get("command")
    if isinstance(command, list):
        command = shlex.join(str(part) for part in command)
    git = manifest.get("git")
    git = git if isinstance(git, dict) else {}
    commit = f"{str(git.get('commit'))[:12]} {'with changes' if git.get('dirty') else ''}" if git.get("commit") else ""
    facts = [
        ("command", command),
        ("folder", manifest.get("cwd")),
        ("host", row.host),
        ("user", row.user),
        ("target", manifest.get("target")),
        ("type", row.type),
        ("repository", git.get("repository")),
        ("branch", git.get("branch")),
        ("commit", commit.strip()),
        ("snapshot", manifest.get("snapshot")),
        ("files", row.key),
        ("read from", f"{title_of(row.source)}, read only" if row.source else None),
    ]
    return Section("source", [(name, str(value)) for name, value in facts if value])


def _attempts(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    attempts = [attempt for attempt in manifest.get("attempts") or () if isinstance(attempt, dict)]
    facts = []
    for place, attempt in enumerate(attempts, 1):
        start, end = attempt.get("start"), attempt.get("end")
        ending = attempt.get("exit")
        code = ending.get("code") if isinstance(ending, dict) else ending
        parts = [
            words.moment(start if isinstance(start, (int, float)) else None),
            "to " + words.moment(end) if isinstance(end, (int, float)) else "",
            f"exit {code}" if code is not None else "",
            str(attempt.get("engine") or ""),
            str(attempt.get("host") or ""),
        ]
        facts.append((str(place), "  ".join(part for part in parts if part)))
    return facts if len(facts) > 1 else []
