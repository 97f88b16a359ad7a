"""What an action would do to the chosen runs: shown to the person first, done when they say so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from runs_tui.actions import Refused, cancel, edits, resubmit, trash
from runs_tui.actions.rights import may_change
from runs_tui.model.deleted import is_deleted
from runstore.reading.row import RunRow


class Target(NamedTuple):
    """A chosen run, what will happen to it or why nothing will, and whether nothing will."""

    row: RunRow
    words: str = ""
    refused: bool = False


class Field(NamedTuple):
    """A text that the action needs: with what it begins, and what may be written."""

    text: str
    hint: str


class Outcome(NamedTuple):
    """What was done, in a line; the runs that changed, by store; whether they are no longer in the list."""

    message: str
    changed: dict[str, list[str]]
    left: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """An action on runs that can be done. It asks a ``question`` (yes or no), or for the text of a ``field``."""

    title: str
    targets: tuple[Target, ...]
    do: Callable[[str], Outcome]
    """Takes the text of the field. Raises `Refused`; then nothing was changed, or what the text says."""
    question: str = ""
    field: Field | None = None


def plan(name: str, rows: Sequence[RunRow], roots: Sequence[str]) -> Plan:
    """The plan of an action (a name of the registry of keys) on these runs; raises `Refused` when none is possible."""
    if name == "undo":
        return _undo(roots)
    if not rows:
        raise Refused("there is no run here")
    if all(map(is_deleted, rows)):
        raise Refused("it was deleted")
    return _PLANS[name](rows)


def counted(rows: Sequence[object], noun: str = "run") -> str:
    """``1 run``, ``3 runs``."""
    return f"{len(rows)} {noun}{'' if len(rows) == 1 else 's'}"


def _named(rows: Sequence[RunRow]) -> str:
    return rows[0].name if len(rows) == 1 else counted(rows)


def _by_root(rows: Sequence[RunRow]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.root, []).append(row.key)
    return found


def _sorted_out(
    rows: Sequence[RunRow], check: Callable[[RunRow], None], words: Callable[[RunRow], str] = lambda row: ""
) -> tuple[tuple[Target, ...], list[RunRow]]:
    """All targets, and the runs that it can be done to; raises `Refused` when there are none."""
    targets, possible = [], []
    for row in rows:
        try:
            check(row)
        except Refused as error:
            targets.append(Target(row, str(error), refused=True))
        else:
            targets.append(Target(row, words(row)))
            possible.append(row)
    if not possible:
        raise Refused(targets[0].words if len(rows) == 1 else f"none of the {len(rows)} runs: {targets[0].words}")
    return tuple(targets), possible


def _on_each(rows: Sequence[RunRow], act: Callable[[RunRow], object], said: str, left: bool = False) -> Outcome:
    """Do it to each; where it was refused for some, the message says for how many, and the first reason."""
    done, why, single = [], [], ""
    for row in rows:
        try:
            answer = act(row)
        except Refused as error:
            why.append(f"{row.name}: {error}")
            continue
        done.append(row)
        single = answer if isinstance(answer, str) else ""
    if not done:
        raise Refused(why[0])
    message = f"{_named(done)}: {single if single and len(rows) == 1 else said}"
    if why:
        message += f"; {len(why)} not: {why[0]}"
    return Outcome(message, _by_root(done), left)


def _cancel(rows: Sequence[RunRow]) -> Plan:
    targets, possible = _sorted_out(rows, cancel.check, cancel.manner)
    return Plan(
        "cancel",
        targets,
        lambda _: _on_each(possible, cancel.cancel, "asked to end"),
        question=f"cancel {_named(possible)}?",
    )


def _tag(rows: Sequence[RunRow]) -> Plan:
    def do(text: str) -> Outcome:
        tags = edits.split_tags(text)
        if not tags.set and not tags.remove:
            raise Refused("write key=value, key, or -key to remove it")
        return _on_each(possible, lambda row: edits.change_tags(row, tags), "tagged")

    targets, possible = _sorted_out(rows, may_change, _tags_of)
    return Plan("tag", targets, do, field=Field("", "key=value sets, key marks, -key removes"))


def _tags_of(row: RunRow) -> str:
    return " ".join(str(key) if value is None else f"{key}={value}" for key, value in row.tags.items())


def _note(rows: Sequence[RunRow]) -> Plan:
    targets, possible = _sorted_out(rows, may_change, lambda row: row.description or "")
    present = {row.description or "" for row in possible}
    first = present.pop() if len(present) == 1 else ""
    return Plan(
        "note",
        targets,
        lambda text: _on_each(possible, lambda row: edits.set_note(row, text.strip()), "noted"),
        field=Field(first, "a note; an empty one takes it away"),
    )


def _rename(rows: Sequence[RunRow]) -> Plan:
    if len(rows) > 1:
        raise Refused("one run at a time can be renamed")
    (row,) = rows
    may_change(row)

    def do(text: str) -> Outcome:
        edits.rename(row, text)
        return Outcome(f"{row.name} is now {text.strip()}", _by_root(rows))

    return Plan("rename", (Target(row, f"id {row.id}"),), do, field=Field(row.name, "a name; the id stays"))


def _archive(rows: Sequence[RunRow]) -> Plan:
    back = all(row.archived for row in rows)
    _sorted_out(rows, may_change)
    chosen = [row for row in rows if row.archived == back]
    said = "back in the lists" if back else "archived"
    return Plan(
        "unarchive" if back else "archive",
        tuple(Target(row, "" if row.archived == back else "archived already", row.archived != back) for row in rows),
        lambda _: _on_each(chosen, lambda row: edits.archive(row, not back), said, left=True),
        question=f"put {_named(chosen)} back into the lists?"
        if back
        else f"archive {_named(chosen)}? Nothing is deleted; A shows the archived runs.",
    )


def _resubmit(rows: Sequence[RunRow]) -> Plan:
    if len(rows) > 1:
        raise Refused("one run at a time can be submitted again")
    (row,) = rows
    arguments = resubmit.arguments_of(row)

    def do(text: str) -> Outcome:
        run = resubmit.resubmit(row, None if arguments is None else resubmit.split_arguments(text))
        return Outcome(f"{row.name} submitted again as {run.name}", {row.root: [run.key]})

    targets = (Target(row, "its source as it was, as a new run"),)
    if arguments is None:
        return Plan("submit again", targets, do, question=f"submit the command of {row.name} again?")
    return Plan("submit again", targets, do, field=Field(arguments, "arguments of the script"))


def _delete(rows: Sequence[RunRow]) -> Plan:
    def words(row: RunRow) -> str:
        return f"with {row.children} child {'run' if row.children == 1 else 'runs'}" if row.children else ""

    def do(_: str) -> Outcome:
        entries = trash.delete(possible)
        count = sum(entry.runs for entry in entries)
        named, back = (possible[0].name, "it") if count == 1 else (f"{count} runs", "them")
        return Outcome(f"{named} deleted; undo brings {back} back", _by_root(possible), left=True)

    targets, possible = _sorted_out(rows, trash.check, words)
    back = "it" if len(possible) == 1 else "them"
    return Plan("delete", targets, do, question=f"delete {_named(possible)}? Undo can bring {back} back.")


def _undo(roots: Sequence[str]) -> Plan:
    last = trash.deleted_last(roots)
    if last is None:
        raise Refused("the trash is empty")
    root, entry = last
    named = f"{entry.experiment}/{entry.title}" if entry.kind == "run" and entry.runs == 1 else entry.title
    several = entry.runs != 1
    named += f" ({entry.runs} runs)" if several and not entry.title.endswith(" runs") else ""

    def do(_: str) -> Outcome:
        return Outcome(f"{named} {'are' if several else 'is'} back", {root: trash.undo(root, entry)})

    return Plan("undo", (), do, question=f"bring back {named}?")


_PLANS: dict[str, Callable[[Sequence[RunRow]], Plan]] = {
    "cancel": _cancel,
    "tag": _tag,
    "note": _note,
    "rename": _rename,
    "archive": _archive,
    "resubmit": _resubmit,
    "delete": _delete,
}
