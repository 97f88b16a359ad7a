"""What may be typed next in a query: names of fields, parameters, metrics and tags, and their values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

from runstore.query.fields import ALIASES, FIELDS, PREFIXES, STANDINGS, STATISTICS
from runstore.query.parser import OPERATOR, last_term
from runstore.query.tree import Name, quoted_if_needed
from runstore.query.values import number
from runstore.series.names import natural_key

_ROWS = 2_000
"""The newest runs, whose names and values are offered."""
_VALUES = 100
"""Different values kept of one name."""
_LENGTH = 60
"""Characters of a value that is offered."""
_SPANS = ("10m", "1h", "12h", "1d", "7d")
_TIMES = ("today", "yesterday", "-1h", "-1d", "-7d")


@dataclass
class Names:
    """What the runs of a store are called and have, as far as it is worth offering."""

    fields: dict[str, dict[str, None]] = field(default_factory=dict)
    """Values of fields with few of them: state, exp, user, host, type, status, root."""
    params: dict[str, dict[str, None]] = field(default_factory=dict)
    tags: dict[str, dict[str, None]] = field(default_factory=dict)
    metrics: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Lowest and highest last value of each metric."""

    def has(self, name: Name) -> bool:
        """Whether a run has this parameter, metric or tag."""
        base, _, statistic = name.name.rpartition(".")
        metric = name.name in self.metrics or (statistic in STATISTICS and base in self.metrics)
        spaces = {"param": name.name in self.params, "metric": metric, "tag": name.name in self.tags}
        return any(found for space, found in spaces.items() if name.space in (space, "any"))


def names_of(rows: Iterable[Any]) -> Names:
    """The names in the newest of these runs."""
    names = Names()
    get = {name: FIELDS[name].get for name in ("state", "exp", "user", "host", "type", "status", "root")}
    for row in nlargest(_ROWS, rows, key=lambda row: row.created or 0.0):
        for name, of in get.items():
            _keep(names.fields.setdefault(name, {}), of(row))
        for known, values in ((names.params, row.params), (names.tags, row.tags)):
            for key, value in values.items():
                if _is_offered(key):
                    _keep(known.setdefault(key, {}), value)
        for key, stat in row.metrics.items():
            if not _is_offered(key):
                continue
            low, high = names.metrics.get(key, (math.inf, -math.inf))
            names.metrics[key] = min(low, stat.last), max(high, stat.last)
    return names


def _is_offered(text: str) -> bool:
    """Whether a text of a run may be typed for the person, and is worth it."""
    return 0 < len(text) <= _LENGTH and text.isprintable()


def _keep(values: dict[str, None], value: Any) -> None:
    if len(values) < _VALUES and isinstance(value, (str, int, float)):
        text = str(value)
        if _is_offered(text):
            values[text if not isinstance(value, bool) else text.lower()] = None


@dataclass(frozen=True, slots=True)
class Completion:
    """``candidates`` may stand in place of what the text holds between ``start`` and the cursor, likeliest first."""

    start: int
    candidates: tuple[str, ...]

    @property
    def common(self) -> str:
        """What all candidates begin with."""
        if not self.candidates:
            return ""
        first, last = min(self.candidates), max(self.candidates)
        pairs = enumerate(zip(first, last, strict=False))
        return first[: next((place for place, (one, other) in pairs if one != other), len(first))]


def complete(text: str, cursor: int, names: Names) -> Completion:
    """What may be meant by the term that ends at the cursor. Never raises."""
    start = last_term(text[:cursor])
    term = text[start:cursor]
    if term.startswith("-"):
        start, term = start + 1, term[1:]
    found = OPERATOR.search(term)
    if found is None:
        return Completion(start, _fitting(term, _terms(term, names)))
    name, typed = term[: found.start()].replace('"', ""), term[found.end() :]
    values = [quoted_if_needed(value) for value in _values(name, names)]
    if name.casefold() == "has":  # the dots of prefixes are no values to quote
        values = _values(name, names)
    return Completion(start + found.end(), _fitting(typed, values))


def _terms(term: str, names: Names) -> list[str]:
    """Beginnings of a term."""
    for prefix, space in PREFIXES.items():
        if not term.casefold().startswith(prefix):
            continue
        if space == "metric":
            metric, dot, _ = term[len(prefix) :].rpartition(".")
            if dot and metric in names.metrics:
                return [f"{prefix}{metric}.{statistic}" for statistic in STATISTICS]
        known: Iterable[str] = getattr(names, f"{space}s")
        return [str(Name(space, name)).replace(f"{space}.", prefix, 1) for name in sorted(known, key=natural_key)]
    metric, dot, _ = term.rpartition(".")
    if dot and metric in names.metrics:
        return [f"{metric}.{statistic}" for statistic in STATISTICS]
    fields = [f"{name}{_sign(name)}" for name in FIELDS if name not in ALIASES]
    bare = [str(Name("any", name)) for name in sorted({*names.params, *names.metrics}, key=natural_key)]
    return [*fields, *bare, *(prefix for prefix in PREFIXES if not prefix.endswith("s."))]


def _sign(name: str) -> str:
    """The operator that a field is usually followed by; none where several are usual."""
    return ":" if FIELDS[name].kind in ("text", "tag", "has", "is") else ""


def _values(name: str, names: Names) -> list[str]:
    low = name.casefold()
    if low in FIELDS:
        return _of_field(ALIASES.get(low, low), names)
    for prefix, space in PREFIXES.items():
        if low.startswith(prefix):
            return _VALUES_OF[space](name[len(prefix) :], names)
    return next((values for of in _VALUES_OF.values() if (values := of(name, names))), [])


def _of_field(name: str, names: Names) -> list[str]:
    kind = FIELDS[name].kind
    if kind == "tag":
        pairs = [f"{key}={value}" for key, values in names.tags.items() for value in values]
        return sorted([*names.tags, *pairs], key=natural_key)
    if kind == "has":
        spaces = (("param", names.params), ("metric", names.metrics), ("tag", names.tags))
        own = [f"{space}.{name}" for space, known in spaces for name in sorted(known, key=natural_key)]
        return ["error", "note", "children", *(each for each in own if quoted_if_needed(each) == each)]
    if kind == "is":
        return list(STANDINGS)
    if kind in ("span", "time"):
        return list(_SPANS if kind == "span" else _TIMES)
    return sorted(names.fields.get(name, ()), key=natural_key)


def _metric_values(name: str, names: Names) -> list[str]:
    metric = name if name in names.metrics else name.rpartition(".")[0]
    ends = [end for end in names.metrics.get(metric, ()) if math.isfinite(end)]
    return list(dict.fromkeys(f"{end:.4g}" for end in ends))


def _by_number(value: str) -> tuple[bool, float, object]:
    known = number(value)
    return known is None, known or 0.0, natural_key(value)


_VALUES_OF: dict[str, Callable[[str, Names], list[str]]] = {
    "param": lambda name, names: sorted(names.params.get(name, ()), key=_by_number),
    "metric": _metric_values,
    "tag": lambda name, names: sorted(names.tags.get(name, ()), key=_by_number),
}


def _fitting(typed: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Those that begin with what was typed, then those that hold it, whatever the case."""
    low = _without_quotes(typed)
    fitting = [each for each in dict.fromkeys(candidates) if low in _without_quotes(each)]
    return tuple(sorted(fitting, key=lambda each: not _without_quotes(each).startswith(low)))


def _without_quotes(text: str) -> str:
    return text.replace('"', "").casefold()
