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
_shown: Any = None


def watch_exit() -> None:
    """Begin to watch, once; not for a kernel or a prompt, which outlives its errors."""
    global _watching, _shown
    if _watching:
        return
    _watching = True
    _shown = getattr(sys, "last_value", None)
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
    if _error is None and _unhooked() is not None:
        return error_of(_unhooked())
    return _error


def was_interrupted() -> bool:
    """Whether ctrl+c ends the process."""
    return _interrupted or isinstance(_unhooked(), KeyboardInterrupt)


def keep_interrupted() -> None:
    """Let a process that ctrl+c ends die of SIGINT, as it would without us: a shell tells it from a failure by that.

    The interpreter forgets how it ended when text is evaluated while it ends, which an import is enough for
    (`collections.namedtuple`). A KeyboardInterrupt that leaves evaluated text reminds it.
    """
    if was_interrupted():
        try:
            exec("raise KeyboardInterrupt")  # noqa: S102 - what else counts as evaluated text
        except KeyboardInterrupt:
            pass


def _unhooked() -> Any:
    """The uncaught exception that a hook put over ours was shown: the interpreter notes it before it calls a hook."""
    value = getattr(sys, "last_value", None)
    return value if _watching and value is not _shown else None
