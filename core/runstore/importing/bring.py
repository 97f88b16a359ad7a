"""Foreign runs brought into a run store: each once, and again only when it has changed."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from runstore.exceptions import UserErrorException, WorkspaceException
from runstore.importing.added import keep_what_was_added
from runstore.importing.build import build_run
from runstore.importing.copies import Copy, join_families, properties_of
from runstore.importing.fingerprint import content_of, import_id, stamp_of
from runstore.layout.exchange import exchange
from runstore.layout.names import decode_name
from runstore.layout.paths import CONTROL, NEW_PREFIX, find_run
from runstore.layout.printable import printable
from runstore.layout.rights import why_not_add
from runstore.layout.roots import ensure_root, note_root
from runstore.layout.sharing import enclose_all
from runstore.sources.foreign import ForeignReader, Place
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import find_places
from runstore.sources.opening import is_foreign
from runstore.writing.create import ensure_experiment
from runstore.writing.numbers import claim_number

NEW, CHANGED, SAME, EMPTY = "new", "changed", "same", "empty"
"""What an import does, or would do, with one run: copy it, copy it anew, nothing, nothing since nothing is in it."""
LARGEST = 100_000_000
"""Bytes of a file that is copied unless more is asked for."""


class Outcome(NamedTuple):
    """What became of one run: one of `NEW` ... `EMPTY`, its folder in the store, and why it was left out if it was."""

    place: Place
    word: str
    folder: str | None
    why: str = ""


def runs_at(path: str) -> list[Place]:
    """The foreign runs in the folder ``path`` and below, or in that file, in order of experiment and name.

    Raises `UserErrorException` when there is nothing, or a run store.
    """
    path = os.path.abspath(path)
    top = path if os.path.isdir(path) else os.path.dirname(path)
    if not os.path.exists(path):
        raise UserErrorException(f"there is nothing at {printable(path, 300)}")
    if os.path.isdir(os.path.join(top, CONTROL)):
        raise UserErrorException(f"{printable(top, 300)} is a run store; 'runs-tui cp' copies runs from it")
    places = find_places(top)
    if top != path:
        places = [place for place in places if place.path == path] or [place for place in places if place.path == top]
    if not places:
        raise UserErrorException(
            f"there is no run of another tool in {printable(path, 300)}: give the folder or file that the tool writes"
        )
    return sorted(places, key=lambda place: (place.experiment, place.name, place.key))


def plan_import(root: str, places: Iterable[Place], largest: int = LARGEST) -> Iterator[Outcome]:
    """What `import_runs` would do, as far as that can be told without reading the runs."""
    for place in places:
        folder = find_run(root, import_id(place))
        is_same = folder is not None and Copy(folder).is_of(stamp_of(place), largest)
        yield Outcome(place, NEW if folder is None else SAME if is_same else CHANGED, folder)


def import_runs(
    root: str,
    places: Iterable[Place],
    *,
    experiment: str | None = None,
    largest: int = LARGEST,
    told: Callable[[Place], None] = lambda place: None,
) -> Iterator[Outcome]:
    """Copy each run into the store at ``root``, and yield what became of it.

    A run that was copied before keeps its id, its number and what was changed and logged of it there; it is copied
    anew when its files have changed, else left alone, and so is one that has gone on there as a run of its own. Each
    copy is built beside its place and put there in one step: what is stopped anywhere leaves a run whole or not at
    all. ``experiment``: where new ones go, by default to one that is called as where they come from. Files of more than
    ``largest`` bytes are not copied. ``told`` gets each run before its turn. Raises `UserErrorException` for a root of
    other tools' runs, `WorkspaceException` for one that cannot be written.
    """
    if is_foreign(root):
        raise UserErrorException(f"{printable(root, 300)} holds runs of other tools: give another folder as the store")
    ensure_root(root)
    if why := why_not_add(root):
        raise WorkspaceException(why)
    places = list(places)
    paths = frozenset(kind_of(place.kind).open(place).files_folder for place in places)
    folders: list[str] = []
    try:
        for outcome in plan_import(root, places, largest):
            told(outcome.place)
            if outcome.word != SAME:
                outcome = _bring(root, outcome, experiment, largest, paths)
            if outcome.folder is not None:
                folders.append(outcome.folder)
            yield outcome
        join_families(folders)
    except OSError as error:
        raise WorkspaceException(f"cannot import: {error.filename or root}: {error.strerror or error}") from error
    note_root(root)


def _bring(root: str, planned: Outcome, experiment: str | None, largest: int, paths: frozenset[str]) -> Outcome:
    """Copy one run; ``paths``: where runs are. Raises OSError."""
    place, folder = planned.place, planned.folder
    stamp = stamp_of(place)  # of before reading: what comes meanwhile makes another one
    reader = _read(place)
    if reader.gone or not _holds_anything(reader):
        return Outcome(place, EMPTY, folder, "; ".join(reader.warnings))
    before = Copy(folder) if folder is not None else None
    content = content_of(reader, paths)
    if before is not None and before.holds(content, largest):
        return Outcome(place, SAME, folder)
    if before is not None and before.went_on:
        return Outcome(place, SAME, folder, "its copy has gone on here since; delete that to copy it anew")
    run_id = import_id(place)
    own: dict[str, Any] = {"id": run_id, "properties": properties_of(place, reader, stamp, content)}
    if folder is None:
        name = experiment or experiment_name(reader.experiment)
        folder = os.path.join(ensure_experiment(root, name), run_id)
        own.update(experiment=name, number=claim_number(os.path.dirname(folder)), parent=None)
    elif before is not None:
        there, kept = os.path.dirname(folder), before.manifest  # empty where it is damaged
        own.update(
            experiment=kept.get("experiment") or decode_name(os.path.basename(there)),
            number=kept.get("number") or claim_number(there),
            parent=kept.get("parent"),
        )
    _put(folder, reader, largest, paths, own)
    return Outcome(place, planned.word, folder)


def _put(folder: str, reader: ForeignReader, largest: int, others: frozenset[str], own: dict[str, Any]) -> None:
    """Build the run and put it in its place, with what was added to the copy that was there."""
    built = os.path.join(os.path.dirname(folder), NEW_PREFIX + os.urandom(6).hex())
    try:
        build_run(built, reader, largest, others, **own)
        keep_what_was_added(folder, built)
        enclose_all(built)
        exchange(built, folder)
        keep_what_was_added(built, folder)  # what came in between
    finally:
        shutil.rmtree(built, ignore_errors=True)


def _read(place: Place) -> ForeignReader:
    reader = kind_of(place.kind).open(place)
    reader.final = True
    reader.refresh()
    while reader.waiting:
        reader.refresh()
    return reader


def _holds_anything(reader: ForeignReader) -> bool:
    manifest = reader.manifest
    return bool(
        reader.names()
        or reader.records()
        or any(log.size for log in reader.consoles())
        or manifest["params"]
        or manifest["tags"]
        or manifest["started"]
    )


def experiment_name(name: str) -> str:
    """``name`` as that of an experiment may be: letters, digits, ``_`` and ``-``."""
    kept = re.sub(r"[^\w\-]+", "-", name).strip("-_")
    return (kept if re.match(r"[a-zA-Z0-9]", kept) else f"imported-{kept}".rstrip("-"))[:255]
