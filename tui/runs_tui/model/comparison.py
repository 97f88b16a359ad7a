"""What several runs are compared by: a line for each fact, parameter, metric, tag, with the value of each run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from runs_tui.model.compared_fact import Fact
from runs_tui.model.fields import FACTS
from runstore.reading.row import RunRow
from runstore.series import guess_goal, natural_key

KINDS = ("run", "param", "metric", "best", "tag", "property", "environment", "package")
"""The kinds of lines, in their order. ``metric`` is the last value, ``best`` the best where less or more is better."""
_FACTS = ("experiment", "state", "reason", "step", "duration", "commit", "host", "user", "type", "attempts", "note")
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)(.*)", re.DOTALL)
_DEEPEST = 6
"""Levels of parameters in parameters that are told one by one."""


def compared(rows: Sequence[RunRow], manifests: Sequence[Mapping[str, Any]] = ()) -> list[Fact]:
    """All that is known of at least one of the runs.

    ``manifests``: their records, one for each run, which tell more: properties, branch, command, environment.
    """
    facts = [Fact("run", name, tuple(FACTS[name].value(row) for row in rows)) for name in _FACTS]
    facts += _lines("run", [dict(_source(each)) for each in manifests], sort=False)
    facts += _lines("param", [dict(_flat(row.params)) for row in rows])
    stats = [row.metrics for row in rows]
    goals = {name: goal_of(name, rows) for name in {name: None for each in stats for name in each}}
    facts += _lines("metric", [{name: stat.last for name, stat in each.items()} for each in stats], goals)
    best = [
        {name: stat.min if goals[name] == "min" else stat.max for name, stat in each.items() if goals[name]}
        for each in stats
    ]
    facts += _lines("best", best, goals)
    facts += _lines("tag", [{name: "" if value is None else value for name, value in row.tags.items()} for row in rows])
    facts += _lines("property", [dict(each.get("properties") or {}) for each in manifests])
    facts += _lines("environment", [dict(_environment(each)) for each in manifests], sort=False)
    facts += _lines("package", [dict(_packages(each)) for each in manifests])
    return [fact for fact in facts if any(value is not None for value in fact.values)]


def goal_of(metric: str, rows: Sequence[RunRow]) -> str | None:
    """Whether less or more of a metric is better: as one of the runs says, else as its name suggests."""
    return next((row.goals[metric] for row in rows if metric in row.goals), None) or guess_goal(metric)


def _lines(
    kind: str, having: Sequence[Mapping[str, Any]], goals: Mapping[str, str | None] | None = None, *, sort: bool = True
) -> list[Fact]:
    names: Iterable[str] = dict.fromkeys(name for each in having for name in each)
    if sort:
        names = sorted(names, key=natural_key)
    return [Fact(kind, name, tuple(each.get(name) for each in having), (goals or {}).get(name)) for name in names]


def _flat(settings: Mapping[str, Any], before: str = "", depth: int = 1) -> Iterator[tuple[str, Any]]:
    """Parameters one by one: ``{"model": {"depth": 3}}`` has ``model.depth``."""
    for name, value in settings.items():
        if isinstance(value, dict) and value and depth < _DEEPEST:
            yield from _flat(value, f"{before}{name}.", depth + 1)
        else:
            yield f"{before}{name}", value


def _source(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Where the code came from and how it was called."""
    git = _object(manifest.get("git"))
    yield "branch", git.get("branch")
    yield "repository", git.get("repository")
    for name in ("snapshot", "target"):
        yield name, manifest.get(name)
    yield "folder", manifest.get("cwd")
    command = manifest.get("command")
    yield "command", shlex.join(map(str, command)) if isinstance(command, list) else command


def _environment(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What a submitted run was asked to run in."""
    definition = _object(manifest.get("definition"))
    environment = _object(definition.get("environment"))
    python = _object(environment.get("python"))
    yield "script", definition.get("script")
    arguments = definition.get("arguments")
    yield "arguments", shlex.join(map(str, arguments)) if isinstance(arguments, list) and arguments else None
    yield "environment", environment.get("name")
    yield "interpreter", python.get("interpreterPath")
    variables = _object(environment.get("environmentVariables"))
    yield "variables", ", ".join(sorted(map(str, variables))) or None
    yield "communicator", definition.get("communicator") or None


def _packages(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The packages asked for, each with the version that was asked for, ``any`` where that was left open."""
    python = _object(_object(_object(manifest.get("definition")).get("environment")).get("python"))
    if python.get("userManagedDependencies"):
        return
    for each in _object(python.get("condaDependencies")).get("dependencies") or ():
        pip = each.get("pip") if isinstance(each, dict) else [each]
        for requirement in pip if isinstance(pip, list) else ():
            match = _REQUIREMENT.match(str(requirement))
            if match:
                yield match[1].lower(), match[2].strip().lstrip("=") or "any"


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
