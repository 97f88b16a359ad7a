"""Many damages to one folder, each read under limits; a failure is told as its smallest damage, to be kept."""

from __future__ import annotations

import json
import random
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.faults.limits import SECONDS, TooMuch, capped, limited
from tests.faults.mutations import Damage, Files, drawn
from tests.faults.scale import SEED, TALLY
from tests.faults.subjects import Subject

Check = Callable[[Path, list[Damage]], None]
"""Reads the folder, which has the damage; raises for what must not be."""
KEPT = Path(__file__).with_name("kept.jsonl")
"""Damages that once did harm: a line for each, ``{"subject", "damages"}``. They are tried first, every time."""


def tried(
    name: str,
    subject: Subject,
    check: Check,
    count: int,
    seconds: float = SECONDS,
    draw: Callable[[Files, random.Random], list[Damage]] = drawn,
) -> None:
    """Try the damages that are kept for this subject, and ``count`` that chance draws, the same ones each time."""
    with capped():
        for damages in kept(name):
            _try(name, subject, check, damages, seconds)
        for seed in range(count):
            damages = draw(subject.files, random.Random(f"{name} {seed}{SEED}"))
            _try(name, subject, check, damages, seconds)


def kept(name: str) -> list[list[Damage]]:
    """The damages that are kept for a subject."""
    found = []
    for line in KEPT.read_text().splitlines():
        content = json.loads(line)
        if content["subject"] == name:
            found.append([Damage.read(each) for each in content["damages"]])
    return found


def _try(name: str, subject: Subject, check: Check, damages: list[Damage], seconds: float) -> None:
    why = _failure(subject, check, damages, seconds)
    TALLY["damaged folders"] += 1
    if why:
        damages, why = _shrunk(subject, check, damages, seconds, why)
        line = '{{"subject":{},"damages":[{}]}}'.format(json.dumps(name), ",".join(each.written() for each in damages))
        pytest.fail(f"a line for {KEPT.name}:\n{line}\n\n{damages}\n\n{why}", pytrace=False)


def _failure(subject: Subject, check: Check, damages: list[Damage], seconds: float) -> str:
    try:
        with subject.damaged(damages) as top, limited(seconds):
            check(top, damages)
    except (Exception, TooMuch):
        return traceback.format_exc()
    return ""


def _shrunk(
    subject: Subject, check: Check, damages: list[Damage], seconds: float, why: str
) -> tuple[list[Damage], str]:
    """As few of the damages as fail, with as little data."""
    while True:
        for fewer in _smaller(damages):
            said = _failure(subject, check, fewer, seconds)
            if said:
                damages, why = fewer, said
                break
        else:
            return damages, why


def _smaller(damages: list[Damage]) -> Iterable[list[Damage]]:
    for place in range(len(damages) if len(damages) > 1 else 0):
        yield [*damages[:place], *damages[place + 1 :]]
    for place, damage in enumerate(damages):
        half = len(damage.data) // 2
        for data in (damage.data[:half], damage.data[half:]) if half else ():
            yield [*damages[:place], damage._replace(data=data), *damages[place + 1 :]]
