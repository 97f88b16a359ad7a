"""SQLite databases that other programs write: read without a trace, and without getting in their way."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from runstore.reading.growing import read_range

MAGIC = b"SQLite format 3\0"
ENDINGS = WAL, SHM, JOURNAL = "-wal", "-shm", "-journal"
"""Of the files that SQLite keeps beside a database."""
_WRITE_VERSION = 18
"""Where the header says how the database is written: 2 is with a write-ahead log."""
_PATIENCE = 0.1
"""Seconds to wait for a writer that commits."""
_LONGEST = 20.0
"""Seconds that one use of a database may take: its content may have been made to take for ever."""
_LARGEST = 64 << 20
_CHECKED = 20_000
"""Steps of SQLite's machine between two looks at the clock."""


class Busy(OSError):
    """The database is just being written: what is wanted can be had a little later."""


def file_of(path: str) -> str:
    """The file of a database itself, where ``path`` is a link: what belongs to it lies beside that."""
    return os.path.realpath(path)


def beside(path: str) -> tuple[str, str]:
    """The database and its write-ahead log: they change whenever the content does."""
    path = file_of(path)
    return path, path + WAL


def stamp(path: str) -> tuple[object, ...]:
    """What tells that the content of a database may be another one than before."""
    found: list[object] = []
    for each in beside(path):
        try:
            stat = os.stat(each)
        except OSError:
            found.append(None)
        else:
            found.append((stat.st_ino, stat.st_size, stat.st_mtime_ns))
    return tuple(found)


@contextmanager
def opened(path: str) -> Iterator[sqlite3.Connection]:
    """A connection for a short look: read-only, and no file is made beside the database.

    Raises `Busy`, and ValueError with a reason for a database that cannot be read. What was read holds only when no
    error came, also none at the end: there it is found out whether somebody wrote meanwhile.
    """
    path = file_of(path)
    frozen = _is_frozen(path)
    before = stamp(path)
    connection = None
    try:
        connection = sqlite3.connect(
            "file:{}?{}".format(quote(path), "immutable=1" if frozen else "mode=ro"),
            uri=True,
            timeout=_PATIENCE,
            isolation_level=None,
            check_same_thread=False,
        )
        _limit(connection)
        yield connection
    except sqlite3.Error as error:
        raise _told(error, path) from error
    finally:
        if connection is not None:
            connection.close()
    if frozen and stamp(path) != before:
        raise Busy(16, "it was written while it was read", path)


def _is_frozen(path: str) -> bool:
    """Whether to read the file as one that nobody writes: SQLite would make files for its log beside it.

    So it is while there is no log, and when the log's index is gone; then what is in the log alone is not seen.
    """
    try:
        logged = os.stat(path + WAL).st_size > 0
    except OSError:
        logged = False
    if logged:
        return not os.path.exists(path + SHM)
    header = read_range(path, 0, 100)
    return header[_WRITE_VERSION : _WRITE_VERSION + 1] == b"\2"


def unseen(path: str) -> str:
    """What is left out when this database is read, in words; empty for nothing."""
    path = file_of(path)
    try:
        logged = os.stat(path + WAL).st_size > 0
    except OSError:
        return ""
    if logged and not os.path.exists(path + SHM):
        return "what is in its -wal file alone is not shown: the -shm file that belongs to it is missing"
    return ""


def _limit(connection: sqlite3.Connection) -> None:
    deadline = time.monotonic() + _LONGEST
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _CHECKED)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.text_factory = _text


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _told(error: sqlite3.Error, path: str) -> Exception:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy(16, "it is being written", path)
    if code == sqlite3.SQLITE_INTERRUPT:
        return ValueError(f"to read it takes longer than {_LONGEST:g} s")
    if os.path.exists(path + JOURNAL):
        return ValueError(
            f"{error}: a writer died while it wrote. Its own tool mends that when it opens the database ({path})"
        )
    return ValueError(str(error))


def columns_of(connection: sqlite3.Connection, *tables: str) -> dict[str, list[str]]:
    """The columns of those of these tables that there are; a view or a virtual table of such a name is none."""
    found = {}
    for name in tables:
        query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? AND sql LIKE 'CREATE TABLE%'"
        if connection.execute(query, (name,)).fetchone():
            found[name] = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
    return found


def index_on(connection: sqlite3.Connection, table: str, *columns: str) -> str:
    """The name, quoted, of an index of all rows of a table on just these columns; empty when there is none."""
    for row in connection.execute(f'PRAGMA index_list("{table}")').fetchall():
        name, partial = row[1].replace('"', '""'), row[4]
        if not partial and columns == tuple(each[2] for each in connection.execute(f'PRAGMA index_info("{name}")')):
            return f'"{name}"'
    return ""


def present(columns: list[str], wanted: list[str]) -> str:
    """The wanted columns for a SELECT, NULL in the place of each that the table does not have."""
    return ", ".join(f'"{name}"' if name in columns else "NULL" for name in wanted)


def is_database(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return head.startswith(MAGIC)
