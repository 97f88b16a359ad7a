"""What a submitted run was asked to do, as (name, value): from the definition in its record."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from runs_tui.model import words


def definition_facts(definition: object) -> list[tuple[str, str]]:
    """Script, arguments, environment, processes and limits; nothing for a run that has no definition."""
    asked = _object(definition)
    if not asked:
        return []
    environment = _object(asked.get("environment"))
    python = _object(environment.get("python"))
    limit = asked.get("maxRunDurationSeconds")
    facts = [
        ("script", asked.get("script")),
        ("asked for", _joined(asked.get("command"))),
        ("arguments", _joined(asked.get("arguments"))),
        ("target", asked.get("target")),
        ("environment", environment.get("name")),
        ("interpreter", python.get("interpreterPath")),
        ("packages", "as the interpreter has them" if python.get("userManagedDependencies") else _packages(python)),
        ("variables", ", ".join(sorted(map(str, _object(environment.get("environmentVariables")))))),
        ("communicator", asked.get("communicator")),
        ("processes", _processes(asked)),
        ("time limit", words.long_span(limit) if isinstance(limit, (int, float)) and limit > 0 else ""),
    ]
    return [(name, str(value)) for name, value in facts if value and str(value) != "None"]


def _processes(asked: Mapping[str, Any]) -> int | None:
    """How many processes it asks for, if more than one."""
    kind = str(asked.get("communicator") or asked.get("framework") or "").casefold()
    if "mpi" in kind:
        found = _count(asked, "mpi", "processCountPerNode") * max(_count(asked, "mpi", "nodeCount"), 1)
    elif "nccl" in kind or "gloo" in kind or "pytorch" in kind:
        found = _count(asked, "pytorch", "processCount")
    elif "tensorflow" in kind:
        found = _count(asked, "tensorflow", "workerCount") + _count(asked, "tensorflow", "parameterServerCount")
    else:
        found = 0
    return found if found > 1 else None


def _count(asked: Mapping[str, Any], section: str, name: str) -> int:
    value = _object(asked.get(section)).get(name)
    return value if type(value) is int else 0


def _packages(python: Mapping[str, Any]) -> str:
    """``numpy, scikit-learn>=1.0 and 3 more`` of a specification for conda."""
    found: list[str] = []
    for each in _object(python.get("condaDependencies")).get("dependencies") or ():
        pip = each.get("pip") if isinstance(each, dict) else [each]
        found += [str(one) for one in pip if isinstance(one, str)] if isinstance(pip, list) else []
    more = f" and {len(found) - 8} more" if len(found) > 8 else ""
    return ", ".join(found[:8]) + more


def _joined(value: object) -> str:
    return shlex.join(map(str, value)) if isinstance(value, list) else str(value or "")


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
