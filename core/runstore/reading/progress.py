"""How far a run is: from the total it declared, a metric of its progress, or a bar at the end of its output."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Mapping, NamedTuple

if TYPE_CHECKING:
    from runstore.reading.series_data import MetricStat

TOTALS = ("total_steps", "max_steps", "num_steps", "num_train_steps", "train_steps", "max_iters", "num_iterations")
"""Properties or parameters that say how many steps a run will have, the first one found counts."""

_NUMBER = r"[0-9]+(?:\.[0-9]+)?[kKMGT]?"
_BAR = re.compile(
    r"(?P<percent>[0-9]{1,3})%\|[^|]{0,400}\|\s*(?P<done>" + _NUMBER + r")/(?P<total>" + _NUMBER + r")\S*"
    r"\s*\[(?P<spent>[0-9:]+(?: days?, [0-9:]+)?)<(?P<left>[0-9:?]+(?: days?, [0-9:]+)?)"
)
_COUNT = re.compile(r"(?P<done>[0-9]{1,12})/(?P<total>[0-9]{1,12})\s*(?:\[|[━─═█#=|])")
_KERAS_LEFT = re.compile(r"ETA:\s*(?P<left>[0-9:]+)s?|(?<= )(?P<clock>[0-9]+(?::[0-9]{2}){1,2})(?= )")
_EPOCH = re.compile(r"\bepoch\D{0,3}(?P<at>[0-9]{1,9})\s*/\s*(?P<of>[0-9]{1,9})\b", re.I)
_MOST = 1 << 63
"""Steps that no training has: a number like that is damaged."""
_UNITS = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


class Progress(NamedTuple):
    """``fraction`` from 0 to 1; ``eta`` in seconds; ``total`` steps. Each is None where it is not known."""

    fraction: float | None = None
    eta: float | None = None
    total: int | None = None


NOTHING = Progress()


def declared_total(manifest: dict[str, Any]) -> int | None:
    """The number of steps that the run's properties or parameters announce."""
    for entries in (manifest["properties"], manifest["params"]):
        for name in TOTALS:
            value = entries.get(name)
            if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
                value = int(value)
            if type(value) is int and value > 0:
                return value
    return None


def measured(metrics: Mapping[str, MetricStat], started: float | None) -> Progress:
    """The progress that a metric ``progress`` (or ``.../progress``) tells: from 0 to 1, or in percent once above 1."""
    names = [name for name in metrics if name.rpartition("/")[2].casefold() == "progress"]
    if not names:
        return NOTHING
    stat = metrics[min(names, key=len)]
    done = stat.last / 100 if stat.max > 1 else stat.last
    if not 0 <= done <= 1:
        return NOTHING
    spent = stat.time - started if started is not None else 0.0
    return Progress(float(done), spent * (1 - done) / done if done and spent > 0 else None)


def progress_of(
    total: int | None, step: int | None, seconds_a_step: float | None, lines: list[str], told: Progress = NOTHING
) -> Progress:
    """The progress of a run that is at ``step``, whose output ends with ``lines``, and that has ``told`` of it."""
    if total is not None and step is not None and 0 <= step <= total < _MOST:
        eta = (total - step) * seconds_a_step if seconds_a_step is not None else None
        return Progress(step / total, eta, total)
    if told is not NOTHING:
        return told
    for line in reversed(lines):
        found = _in_line(line[-2000:])
        if found is not NOTHING:
            return found
    return NOTHING


def _in_line(line: str) -> Progress:
    bar = _last(_BAR, line)
    if bar is not None:
        done, total = _number(bar["done"]), _number(bar["total"])
        fraction = min(done / total, 1.0) if total else int(bar["percent"]) / 100
        left = _seconds(bar["left"])
        return _over_epochs(line[: bar.start()], Progress(fraction, left, int(total) or None), _seconds(bar["spent"]))
    count = _last(_COUNT, line)
    if count is not None and 0 < int(count["total"]) >= int(count["done"]):
        total = int(count["total"])
        clock = _last(_KERAS_LEFT, line[count.end() :])
        eta = _seconds(clock["left"] or clock["clock"]) if clock is not None else None
        return Progress(int(count["done"]) / total, eta, total)
    return NOTHING


def _over_epochs(prefix: str, bar: Progress, spent: float | None) -> Progress:
    """A bar behind ``epoch 3/10`` is the progress of that epoch only."""
    epoch = _last(_EPOCH, prefix)
    if epoch is None or bar.fraction is None or not 0 < int(epoch["at"]) <= int(epoch["of"]):
        return bar
    at, of = int(epoch["at"]), int(epoch["of"])
    eta = None
    if bar.eta is not None and spent is not None:
        eta = bar.eta + (of - at) * (spent + bar.eta)
    return Progress((at - 1 + bar.fraction) / of, eta, None)


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    matches = list(pattern.finditer(text))
    return matches[-1] if matches else None


def _number(text: str) -> float:
    unit = _UNITS.get(text[-1])
    return float(text[:-1]) * unit if unit else float(text)


def _seconds(text: str) -> float | None:
    """``1:02:03`` or ``02:03`` or ``3``, also with days before it, in seconds; None for ``?``."""
    days, _, clock = text.rpartition(", ")
    parts = clock.split(":")
    if len(parts) > 3 or not all(part.isdecimal() and len(part) < 10 for part in parts):
        return None
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + int(part)
    number = days.partition(" ")[0]
    return seconds + (86400 * int(number) if number.isdecimal() and len(number) < 10 else 0)
