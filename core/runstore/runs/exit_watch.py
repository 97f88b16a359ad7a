"""How this process comes to its end: an uncaught exception or a failing exit code, noted for the runs it owns.

What cannot be seen is a bare ``raise SystemExit(3)``: the interpreter calls no hook for it, and forgets its code before
the functions of `atexit` run.
"""

from __future__ import annotations

import sys

from runstore.runs.errors import error_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_watching = False
_error: dict[str, Any] | None = None
_interrupted = False


def watch_exit() -> None:
    """Begin to watch, once; not for a kernel or a prompt, which outlives its errors."""
    global _watching
    if _watching:
        return
    _watching = True
    hook, leave = sys.excepthook, sys.exit

    def excepthook(kind: Any, error: BaseException, traceback: Any) -> None:
        global _error, _interrupted
        _interrupted = isinstance(error, KeyboardInterrupt)
        _error = error_of(kind.__name__)  # before what takes time: a second ctrl+c may come in between
        _error = error_of(error)
        hook(kind, error, traceback)

    def noted_exit(code: Any = None) -> Any:
        _note(code)
        leave(code)

    sys.excepthook = excepthook
    sys.exit = noted_exit
    _watch_quitters()


def _watch_quitters() -> None:
    """See to it that ``exit(1)`` and ``quit(1)``, which are no `sys.exit`, are noted, too."""
    import builtins

    quitter: Any = type(getattr(builtins, "exit", None))
    if quitter.__module__ != "_sitebuiltins":
        return  # there is none, or somebody else's
    quit_with = quitter.__call__

    def noted_quit(self: Any, code: Any = None) -> Any:
        _note(code)
        return quit_with(self, code)

    quitter.__call__ = noted_quit


def _note(code: Any) -> None:
    global _error
    if code not in (None, 0):
        _error = error_of("exit code {}".format(code if isinstance(code, int) else 1))


def exit_error() -> dict[str, Any] | None:
    """The error that ends the process, as `runstore.runs.errors.error_of` has it; None for a clean end."""
    return _error


def was_interrupted() -> bool:
    """Whether ctrl+c ends the process."""
    return _interrupted
