"""What means W&B's service: what a script can do without does nothing, and the rest says what to do."""

from __future__ import annotations

from runstore.integrations.script_run import say_once
from runstore.integrations.wandb.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


def login(*_args: Any, **_kwargs: Any) -> bool:
    """Nothing: runs are kept on this machine."""
    say_once("wandb.login: not needed, runs are kept on this machine")
    return True


def setup(*_args: Any, **_kwargs: Any) -> None:
    """Nothing."""


def teardown(*_args: Any, **_kwargs: Any) -> None:
    """Nothing."""


def require(*_args: Any, **_kwargs: Any) -> None:
    """Nothing."""


def sweep(*_args: Any, **_kwargs: Any) -> NoReturn:
    """Raises `UsageError`."""
    raise UsageError("sweeps are led by W&B's service; loop over the values, with wandb.init() and finish() for each")


def agent(*_args: Any, **_kwargs: Any) -> NoReturn:
    """Raises `UsageError`."""
    sweep()


def controller(*_args: Any, **_kwargs: Any) -> NoReturn:
    """Raises `UsageError`."""
    sweep()


class Api:
    """Raises `UsageError`: the service's records are not here."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        raise UsageError("there is no service to ask; runs of this machine: runstore.Workspace, or runs-tui ls --json")


class Settings:
    """Keeps what it is given; none of it means anything here."""

    def __init__(self, *_args: Any, **values: Any) -> None:
        self.__dict__.update(values)


class AlertLevel:
    """How urgent an alert is."""

    INFO = "info"
    WARN = "warning"
    ERROR = "error"


def termlog(string: str = "", *_args: Any, **_kwargs: Any) -> None:
    """A line on stderr."""
    import sys

    sys.stderr.write("wandb: {}\n".format(string))


termwarn = termerror = termlog
