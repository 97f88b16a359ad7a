"""W&B's way to log: ``import runstore.wandb as wandb`` in place of ``import wandb``.

Needs neither that package nor an account; docs/other-tools.md says what is kept.
"""

from __future__ import annotations

from runstore.integrations.wandb import errors, plot
from runstore.integrations.wandb import ids as util
from runstore.integrations.wandb.absent import (
    AlertLevel,
    Api,
    Settings,
    agent,
    controller,
    login,
    require,
    setup,
    sweep,
    teardown,
    termerror,
    termlog,
    termwarn,
)
from runstore.integrations.wandb.errors import CommError, Error, UsageError
from runstore.integrations.wandb.init import current, init
from runstore.integrations.wandb.media import (
    Audio,
    Classes,
    Histogram,
    Html,
    Image,
    Molecule,
    Object3D,
    Plotly,
    Table,
    Video,
)
from runstore.integrations.wandb.plot import plot_table
from runstore.integrations.wandb.run import WandbRun as Run
from runstore.integrations.wandb.saving import Artifact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    run: Run | None

__all__ = [
    "AlertLevel",
    "Api",
    "Artifact",
    "Audio",
    "Classes",
    "CommError",
    "Error",
    "Histogram",
    "Html",
    "Image",
    "Molecule",
    "Object3D",
    "Plotly",
    "Run",
    "Settings",
    "Table",
    "UsageError",
    "Video",
    "agent",
    "alert",
    "controller",
    "define_metric",
    "errors",
    "finish",
    "init",
    "log",
    "log_artifact",
    "log_model",
    "login",
    "plot",
    "plot_table",
    "require",
    "save",
    "setup",
    "sweep",
    "teardown",
    "termerror",
    "termlog",
    "termwarn",
    "unwatch",
    "use_artifact",
    "util",
    "watch",
]


def _opened(name: str) -> Run:
    open_run = current()
    if open_run is None:
        raise Error("You must call wandb.init() before wandb.{}".format(name))
    return open_run


def _of_the_run(name: str) -> Any:
    """The method of the run of `init` as a function."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(_opened(name + "()"), name)(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = getattr(Run, name).__doc__
    return call


log = _of_the_run("log")
define_metric = _of_the_run("define_metric")
alert = _of_the_run("alert")
watch = _of_the_run("watch")
unwatch = _of_the_run("unwatch")
save = _of_the_run("save")
log_artifact = _of_the_run("log_artifact")
log_model = _of_the_run("log_model")
use_artifact = _of_the_run("use_artifact")


def finish(exit_code: int | None = None, quiet: bool | None = None) -> None:
    """End the run of `init`, if there is one."""
    open_run = current()
    if open_run is not None:
        open_run.finish(exit_code)


join = finish


def __getattr__(name: str) -> Any:
    """``run``, the run of `init` or None, and its ``config`` and ``summary``."""
    if name == "run":
        return current()
    if name in ("config", "summary"):
        return getattr(_opened(name), name)
    raise AttributeError("runstore.wandb has no {!r}: what it has is in docs/other-tools.md".format(name))
