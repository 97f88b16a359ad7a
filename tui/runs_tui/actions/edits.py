"""Small changes to what is written on a run: tags, note, name, archived. Each is one edit file in its folder."""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from runs_tui.actions import Refused, refusing
from runs_tui.actions.rights import may_change
from runstore.reading.row import RunRow

_LONGEST_NAME = 255


class Tags(NamedTuple):
    """Tags to set (None: a bare mark) and keys to remove."""

    set: dict[str, str | None]
    remove: list[str]


def parse_tags(words: Sequence[str]) -> Tags:
    """``key=value`` sets, ``key`` marks, ``-key`` removes. Raises `Refused` for a word without a key."""
    tags = Tags({}, [])
    for word in words:
        key, equals, value = word.partition("=")
        if word.startswith("-") and len(word) > 1 and not equals:
            tags.remove.append(word[1:])
        elif not key.strip("-"):
            raise Refused(f"{word!r} has no key: key=value sets, key marks, -key removes")
        else:
            tags.set[key] = value if equals else None
    return tags


def split_tags(text: str) -> Tags:
    """As `parse_tags`, of one line with shell quotes: ``gpu=a100 'note=two words' -old``."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise Refused(f"{text}: {error}".lower()) from error
    return parse_tags(words)


def change_tags(row: RunRow, tags: Tags) -> None:
    """Set and remove tags; a key to remove that is not there is ignored."""
    _edit(row, kind="tags", value=dict(tags.set), remove=list(tags.remove))


def set_note(row: RunRow, text: str) -> None:
    """Set the description; an empty one takes it away."""
    _edit(row, kind="description", value=text or None)


def rename(row: RunRow, name: str) -> None:
    """Give the run another display name; its id stays. Raises `Refused` for an empty or endless one."""
    name = name.strip()
    if not name:
        raise Refused("a run needs a name")
    if len(name) > _LONGEST_NAME:
        raise Refused(f"the name has {len(name)} characters, at most {_LONGEST_NAME} are possible")
    _edit(row, kind="display_name", value=name)


def archive(row: RunRow, archived: bool = True) -> None:
    """Take the run out of the lists, or put it back. Raises `Refused` when it is so already."""
    if row.archived == archived:
        raise Refused("it is archived already" if archived else "it is not archived")
    _edit(row, kind="archived", value=archived)


def _edit(row: RunRow, **change: Any) -> None:
    from runstore.writing.edit import write_edit

    may_change(row)
    with refusing():
        write_edit(row.key, {**change, "time": time.time()})
