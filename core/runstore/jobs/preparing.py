"""The interpreter of a submitted run, prepared by a process that can be ended when the run is canceled meanwhile."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any

from runstore.exceptions import AzureMLException
from runstore.jobs.cancel import CancelWatch
from runstore.jobs.environments.preparation import prepare
from runstore.jobs.processes import descendants, end_with_parent, reap, send
from runstore.layout.ids import new_writer_name
from runstore.layout.paths import RunPaths
from runstore.writing.heartbeat import Heartbeat

_TURN = 0.5
_GIVE_UP_AFTER = 5.0


class PreparationError(Exception):
    """The interpreter cannot be had; the text says why."""


class Canceled(Exception):
    """The run was canceled while it was prepared; the text says by whom."""


def prepare_interpreter(
    definition: Mapping[str, Any], root: str, run_folder: str, scripts: str, say: Callable[[str], None]
) -> tuple[str, list[str]]:
    """The path of the interpreter that ``definition`` asks for, built if need be, and warnings for the record.

    ``scripts`` is the folder of what will run; ``say`` gets what is being done, line by line. Raises `PreparationError`
    and `Canceled`.
    """
    watch = CancelWatch(run_folder)
    reader, writer = os.pipe()
    supervisor = os.getpid()
    pid = os.fork()
    if pid == 0:
        end_with_parent(supervisor)
        _prepare(writer, definition, root, scripts, say)
    os.close(writer)
    heartbeat = Heartbeat(RunPaths(run_folder).alive, new_writer_name(0), lambda: (0, 0))
    heartbeat.start()
    try:
        answer = _await(reader, watch)
    except BaseException:
        _end_all()
        raise
    finally:
        heartbeat.stop()
        os.close(reader)
        reap()
    if not answer:
        raise PreparationError("the interpreter could not be prepared: the process that did it was killed")
    result = json.loads(answer)
    if "error" in result:
        raise PreparationError(result["error"])
    return result["python"], result["warnings"]


def _await(reader: int, watch: CancelWatch) -> bytes:
    answer = b""
    while True:
        by = watch.requested()
        if by is not None:
            raise Canceled(by)
        if select.select([reader], [], [], _TURN)[0]:
            part = os.read(reader, 1 << 16)
            if not part:
                return answer
            answer += part


def _end_all() -> None:
    """Kill what was started for the preparation, until nothing is left: a process may be starting another just now."""
    deadline = time.monotonic() + _GIVE_UP_AFTER
    while (left := descendants()) and time.monotonic() < deadline:
        send(left, signal.SIGKILL)
        time.sleep(0.02)
        reap()


def _prepare(writer: int, definition: Mapping[str, Any], root: str, scripts: str, say: Callable[[str], None]) -> None:
    """The forked process: it must not return into the code of its parent."""
    try:
        warnings: list[str] = []
        try:
            python = prepare(definition, root, say, warnings.append, scripts)
            answer: dict[str, Any] = {"python": python, "warnings": warnings}
        except AzureMLException as error:
            answer = {"error": error.message}
        except Exception as error:
            answer = {"error": f"the interpreter could not be prepared: {type(error).__name__}: {error}"}
        os.write(writer, json.dumps(answer).encode())
    finally:
        os._exit(0)
