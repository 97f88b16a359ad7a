"""How a run stands, for people: the one vocabulary of states, made of the recorded status and of liveness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from runstore.reading.liveness import ALIVE, ALIVE_WORD, GONE, LOST, UNRESPONSIVE, Life
from runstore.records import status
from runstore.records.manifest import cancel_requested

if TYPE_CHECKING:
    from runstore.reading.run import RunReader

IMPORT = "import"
"""The engine of the attempt of a run that was copied from another tool, or from another store while it lived."""
QUIET_AT_LEAST = 300.0
"""Seconds without a point and without output after which a live run may be called stalled."""
QUIET_GAPS = 20.0
"""... but not before so many times its usual gap between points."""


class State(NamedTuple):
    """``word`` is what a query asks for, ``text`` what a person reads; ``status`` is the status in Azure ML's words."""

    word: str
    glyph: str
    ascii: str
    text: str
    status: str


_GLYPHS = {
    "waiting": ("◌", "."),
    "running": ("●", "*"),
    "stalled": ("◐", "~"),
    "unresponsive": ("◑", "?"),
    "lost": ("☠", "!"),
    "dead": ("☠", "!"),
    "finalizing": ("◍", "%"),
    "completed": ("✓", "+"),
    "failed": ("✗", "x"),
    "canceled": ("■", "#"),
    "preempted": ("◌", "<"),
    "ended": ("○", "o"),
    "growing": ("●", "*"),
    "silent": ("○", "o"),
}
WORDS = (
    *(word for word in _GLYPHS if word != "waiting"),
    *("not started", "queued", "preparing", "provisioning", "starting", "unapproved"),
)
"""Every word that a state can have."""


def quiet_limit(median_gap: float | None) -> float:
    """Seconds of silence that make a live run stalled, given its usual gap between points."""
    return max(QUIET_AT_LEAST, QUIET_GAPS * (median_gap or 0.0))


def state_of(manifest: dict[str, Any], life: Life, reason: str = "", quiet: float | None = None) -> State:
    """The state of a run.

    ``reason`` says why it failed, in a few words; ``quiet`` is how long (seconds) a live run has been silent, given
    only when that is too long.
    """
    recorded = manifest["status"]
    if recorded == status.COMPLETED:
        return ended_state() if _was_left_open(manifest) else _state("completed", recorded)
    if recorded == status.FAILED:
        return _state("failed", recorded, "failed " + reason if reason else "failed")
    if recorded == status.CANCELED:
        return _state("canceled", recorded)
    if life.word == GONE and _is_kernel(manifest):
        return _state("ended", status.COMPLETED)
    if recorded in status.WAITING:
        if life.word in (GONE, LOST) and manifest["attempts"] and manifest["attempts"][-1].get("end") is None:
            return _state("dead" if life.word == GONE else "lost", status.FAILED)
        if _was_preempted(manifest):
            return _state("preempted", recorded)
        word = "not started" if recorded == status.NOT_STARTED else str(recorded).lower()
        return _state(word, recorded)
    if life.word == GONE:
        # One that was asked to end did as it was told, and could not say so any more.
        return _state("canceled", status.CANCELED) if cancel_requested(manifest) else _state("dead", status.FAILED)
    if life.word == LOST:
        return _state("lost", status.NOT_RESPONDING, "lost " + age(life.since) if life.since else "lost")
    if life.word == UNRESPONSIVE:
        return _state("unresponsive", status.NOT_RESPONDING, "unresponsive " + age(life.since))
    if recorded == status.CANCEL_REQUESTED:
        # It lives, and saves what it has: it is none of those that have ended.
        return _state("finalizing", recorded, "cancel requested")
    if recorded == status.FINALIZING:
        return _state("finalizing", recorded)
    if quiet is not None:
        return _state("stalled", recorded, "stalled " + age(quiet))
    return _state("running", recorded)


def growing_state(silence: float, usual: float) -> State:
    """The state of a run of which its files alone tell: ``silence`` seconds since they last grew.

    ``usual``: after so many seconds it is not taken for one that still grows.
    """
    if silence < usual:
        return _state("growing", status.RUNNING)
    coarse = silence - silence % 10 if silence < 60 else silence  # it is told on a screen, where each change costs
    return _state("silent", status.NOT_RESPONDING, "silent " + age(coarse))


def unreadable_state() -> State:
    """The state of what cannot be read as a run; its row tells why."""
    return State("failed", *_GLYPHS["failed"], "unreadable", "")


def ended_state() -> State:
    """The state of a run that is over, of which nobody recorded how it ended."""
    return _state("ended", status.COMPLETED)


def reader_state(reader: RunReader, reason: str = "") -> State:
    """The state of the run of ``reader`` as last refreshed."""
    manifest = reader.manifest
    if manifest["status"] in status.TERMINAL:
        return state_of(manifest, ALIVE, reason)
    life = reader.life()
    return state_of(manifest, life, reason, reader.quiet() if life.word == ALIVE_WORD else None)


def reported_status(reader: RunReader) -> str:
    """The status in Azure ML's words, liveness considered."""
    return reader_state(reader).status


def age(seconds: float) -> str:
    """A length of time in one unit: ``45s``, ``11m``, ``3h``, ``2d``."""
    seconds = max(seconds, 0.0)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return "{}{}".format(int(seconds / size), unit)
    return "{}s".format(int(seconds))


def _state(word: str, recorded: Any, text: str = "") -> State:
    glyph, plain = _GLYPHS.get(word) or _GLYPHS["waiting"]
    return State(word, glyph, plain, text or word, str(recorded))


def _is_kernel(manifest: dict[str, Any]) -> bool:
    attempts = manifest["attempts"]
    return bool(attempts) and isinstance(attempts[-1], dict) and attempts[-1].get("engine") == "kernel"


def _was_left_open(manifest: dict[str, Any]) -> bool:
    """Whether it was copied from where its end was not recorded."""
    attempts = manifest["attempts"]
    last = attempts[-1] if attempts and isinstance(attempts[-1], dict) else {}
    return last.get("engine") == IMPORT and last.get("end") is None


def _was_preempted(manifest: dict[str, Any]) -> bool:
    """Waiting again after an attempt that was ended: SIGTERM, then requeued."""
    attempts = manifest["attempts"]
    return bool(attempts) and isinstance(attempts[-1], dict) and attempts[-1].get("end") is not None
