"""A folder to which runs are exported, each to a place of its own, and again only when it has changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from runstore.export.unfinished import beside, remove
from runstore.layout.exchange import exchange
from runstore.layout.names import encode_name
from runstore.reading.files_stamp import stamp_of_files
from runstore.reading.row import RunRow
from runstore.sources.foreign.kind import Place
from runstore.sources.foreign.kinds import kind_of

STATE = ".runs-tui-export.jsonl"
"""Says which run is where, for which tool, and what its files were like: a line for each time that one was written."""
_ANY = ""
"""The tool of lines that do not say it: older ones."""


class _Placed(NamedTuple):
    place: str
    stamp: str | None


class ExportFolder:
    """``tool``: which program the runs are written for; ``options``: what else the result depends on.

    What others have in the folder is never overwritten, nor what was written there for another tool.
    """

    def __init__(self, folder: str, tool: str, options: str) -> None:
        """Raises OSError when the folder cannot be made."""
        self.folder = folder
        self._tool = tool
        self._options = options
        os.makedirs(folder, exist_ok=True)
        self._state = os.path.join(folder, STATE)
        self._known: dict[tuple[str, str], _Placed] = self._read()
        self._taken = {placed.place for placed in self._known.values()}

    def stamp(self, row: RunRow) -> str:
        """A text that is another one when what is to be written may be. It is that of before reading: what comes
        meanwhile makes another one."""
        told = f"{self._tool} {self._options}\0{stamp_of(row)}"
        return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:32]

    def is_current(self, row: RunRow, stamp: str) -> bool:
        """Whether the run was written, is still there, and has not changed."""
        return any(known.stamp == stamp and os.path.exists(self._path(known.place)) for known in self._of(row)[:1])

    @contextmanager
    def replacing(self, row: RunRow, stamp: str, wanted: str, ending: str = "") -> Iterator[str]:
        """A path at which to make the file or folder of a run; it is then put in its place, in one step.

        That is ``wanted`` below the folder, ``FOLDER/NAME``, and the ``ending``; where others have something there, the
        run's id stands between the two.
        """
        known = self._known.get((self._tool, _key(row)))
        place = self._free(wanted, ending, row)
        path = self._path(place)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        built = beside(path)
        try:
            yield built
            self._note(row, _Placed(place, None))
            exchange(built, path)
            if known is not None and known.place != place:  # it has another name now
                remove(self._path(known.place))
            self._note(row, _Placed(place, stamp))
        finally:
            remove(built)

    def _of(self, row: RunRow) -> list[_Placed]:
        """What is known of a run for this tool, what names the tool first."""
        found = (self._known.get((tool, _key(row))) for tool in (self._tool, _ANY))
        return [each for each in found if each is not None]

    def _free(self, wanted: str, ending: str, row: RunRow) -> str:
        own = {known.place for known in self._of(row)}
        for suffix in ("", f"-{encode_name(row.id)[:8]}", f"-{encode_name(row.id)}"):
            place = wanted + suffix + ending
            if place in own or (place not in self._taken and not os.path.lexists(self._path(place))):
                return place
        raise FileExistsError(17, "something else is there", self._path(wanted))

    def _path(self, place: str) -> str:
        return os.path.join(self.folder, *place.split("/"))

    def _note(self, row: RunRow, placed: _Placed) -> None:
        known = self._tool, _key(row)
        self._known[known] = placed
        self._taken.add(placed.place)
        with open(self._state, "a", encoding="utf-8") as file:
            file.write(_line(known, placed))

    def _read(self) -> dict[tuple[str, str], _Placed]:
        """The last line of each tool and run. Lines that are none are passed over; where many are old they are left
        out."""
        known: dict[tuple[str, str], _Placed] = {}
        lines = 0
        try:
            with open(self._state, encoding="utf-8", errors="replace") as file:
                for line in file:
                    lines += 1
                    try:
                        found = json.loads(line)
                        place = found["place"]
                        if isinstance(place, str) and _is_inside(place):
                            tool = str(found.get("tool", _ANY))
                            known[tool, str(found["run"])] = _Placed(place, found["stamp"])
                    except (ValueError, KeyError, TypeError):
                        continue
        except FileNotFoundError:
            return known
        if lines > 4 * len(known) + 100:
            built = self._state + ".new"
            with open(built, "w", encoding="utf-8") as file:
                file.writelines(_line(key, placed) for key, placed in known.items())
            os.replace(built, self._state)
        return known


def stamp_of(row: RunRow) -> str:
    """A text that is another one when a file of the run has changed, but for its heartbeat."""
    if row.source:
        reader = kind_of(row.source).open(Place(row.source, row.key, row.experiment, row.name))
        return stamp_of_files(reader.place.path, *reader.beside())
    return stamp_of_files(row.key, without="alive")


def _key(row: RunRow) -> str:
    return f"{row.source}:{row.key}" if row.source else row.id


def _line(known: tuple[str, str], placed: _Placed) -> str:
    tool, run = known
    said = {"tool": tool} if tool != _ANY else {}
    return json.dumps({**said, "run": run, "place": placed.place, "stamp": placed.stamp}) + "\n"


def _is_inside(place: str) -> bool:
    return all(part not in ("", ".", "..") for part in place.split("/"))
