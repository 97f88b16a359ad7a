"""How this process comes to its end: an uncaught exception or a failing exit code, noted for the runs it owns.

A `sys.exit` may be caught. So it raises an exception that knows when it ends the process: the interpreter asks it for
its code then, from below all frames of Python.

What cannot be seen is a bare ``raise SystemExit(3)``: the interpreter calls no hook for it, and forgets its code before
the functions of `atexit` run.
"""

from __future__ import annotations

import sys
import threading

from runstore.runs.errors import error_of, is_success

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_watching = False
_error: dict[str, Any] | None = None
_interrupted = False
_shown: Any = None
_code_of: Any = SystemExit.code
"""The descriptor of the code that a SystemExit holds."""


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

    sys.excepthook = excepthook
    sys.exit = _noted(leave)
    _watch_quitters()


class _Exit(SystemExit):
    """What `sys.exit` raises; it looks like a SystemExit."""

    @property
    def code(self) -> Any:
        code = _code_of.__get__(self)
        try:
            sys._getframe(1)
        except ValueError:  # nobody in the program asks
            _note(code)
        return code

    @code.setter
    def code(self, code: Any) -> None:
        _code_of.__set__(self, code)

    def __reduce__(self) -> Any:
        return SystemExit, self.args


_Exit.__name__ = _Exit.__qualname__ = SystemExit.__name__  # as tracebacks show it
_Exit.__module__ = SystemExit.__module__


def _noted(leave: Any) -> Any:
    """The function ``leave``, raising an `_Exit` where it raises a SystemExit that may end more than a thread."""

    def leave_noted(*args: Any, **kwargs: Any) -> Any:
        if threading.get_ident() != threading.main_thread().ident:
            return leave(*args, **kwargs)
        try:
            return leave(*args, **kwargs)
        except SystemExit as error:
            if type(error) is not SystemExit:
                raise
            raised = error.args
        raise _Exit(*raised)  # here, where it gets no other context than the program's own

    return leave_noted


def _watch_quitters() -> None:
    """See to it that ``exit(1)`` and ``quit(1)``, which are no `sys.exit`, are noted, too."""
    import builtins

    quitter: Any = type(getattr(builtins, "exit", None))
    if quitter.__module__ != "_sitebuiltins":
        return  # there is none, or somebody else's
    quitter.__call__ = _noted(quitter.__call__)


def _note(code: Any) -> None:
    """The process ends with ``code``: that is the last word, also after an exception that a hook was shown by hand."""
    global _error, _interrupted, _shown
    _interrupted = False
    _shown = getattr(sys, "last_value", None)
    _error = None if is_success(code) else error_of("exit code {}".format(code if isinstance(code, int) else 1))


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
