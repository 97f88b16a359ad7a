"""Python's own `logging`, kept with its levels: what reaches the handlers of a program is also kept with its run.

The program's set-up is left alone. No level is changed and no handler added, since with one there `basicConfig` does
nothing any more: `logging.Logger.callHandlers`, which gets each record that passed the levels and filters of its
logger, is wrapped instead. `logging` is not imported for it (12 ms): where the program imports it later, a finder that
waits for it sees to it.
"""

from __future__ import annotations

import sys
import threading

from runstore.records.console import LOGGING
from runstore.records.lines import dumps
from runstore.writing.console import ConsoleWriter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.runs.run import Run

_LONGEST = 64 << 10
_runs: list[Run] = []
_busy = threading.local()
_installed = False


def start(run: Run) -> None:
    """From now on records go to ``run``, and no longer to runs that began earlier."""
    global _installed
    if run in _runs:
        _runs.remove(run)
    _runs.append(run)
    if not _installed:
        _installed = True
        logging = sys.modules.get("logging")
        if logging is not None:
            _hook(logging)
        else:
            sys.meta_path.insert(0, _Finder())


def stop(run: Run) -> list[str]:
    """No more records go to ``run``; returns what of them was not kept, in words."""
    if run in _runs:
        _runs.remove(run)
    kept: LogWriter | None = run.__dict__.pop("_native_log", None)
    if kept is None:
        return []
    kept.close()
    return kept.remarks()


class LogWriter:
    """Appends records of `logging` to the console file of one writing process: each with time, level, logger, message,
    place and, where there is one, traceback."""

    def __init__(self, folder: str, writer: str) -> None:
        self.writer = writer
        self._file = ConsoleWriter(folder, writer, LOGGING)

    def write(self, record: Any) -> None:
        """Keep one ``logging.LogRecord``."""
        line = {
            "time": record.created,
            "level": str(record.levelname),
            "logger": str(record.name),
            "message": str(record.getMessage())[:_LONGEST],
            "place": "{}:{}".format(record.filename, record.lineno),
        }
        if record.exc_info and record.exc_info[0] is not None:
            from traceback import format_exception

            line["traceback"] = "".join(format_exception(*record.exc_info))[-_LONGEST:]
        self._file.write(dumps(line) + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def remarks(self) -> list[str]:
        """What a person should know of it afterwards."""
        return self._file.remarks()


def _keep(record: Any) -> None:
    if getattr(_busy, "now", False):  # a message whose text logs another one
        return
    _busy.now = True
    try:
        run = _runs[-1]
        writer = run._writer
        with writer._lock:
            writer.open()
            kept: LogWriter | None = run.__dict__.get("_native_log")
            if kept is None or kept.writer != writer.name:  # the first, or the first of a forked child
                kept = run.__dict__["_native_log"] = LogWriter(run._folder, writer.name)
            kept.write(record)
    except Exception:  # logging tells of a message that cannot be formatted by itself
        pass
    finally:
        _busy.now = False


def _hook(logging: Any) -> None:
    call_handlers = logging.Logger.callHandlers

    def is_shown(logger: Any, record: Any) -> bool:
        """Whether a handler takes it: a logger may let all pass, as Jupyter's do, and its handlers little."""
        handled = False
        while logger:
            for handler in logger.handlers:
                if isinstance(handler, logging.NullHandler):
                    continue
                if record.levelno >= handler.level:
                    return True
                handled = True
            logger = logger.parent if logger.propagate else None
        return not handled and record.levelno >= logging.WARNING  # logging's last resort

    def keep_and_call(self: Any, record: Any) -> None:
        if _runs and is_shown(self, record):
            _keep(record)
        call_handlers(self, record)

    logging.Logger.callHandlers = keep_and_call


class _Finder:
    """Waits for the import of `logging`, and is gone with it."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The usual spec of `logging`, whose loader calls `_hook` in the end; None for all other modules."""
        if name != "logging":
            return None
        sys.meta_path.remove(self)
        from importlib.util import find_spec

        spec = find_spec(name)
        loader: Any = spec.loader if spec is not None else None
        if loader is not None:
            execute = loader.exec_module

            def exec_module(module: Any) -> None:
                execute(module)
                _hook(module)

            loader.exec_module = exec_module
        return spec
