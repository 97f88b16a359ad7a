"""Which Python a managed environment is made with."""

from __future__ import annotations

from runstore.exceptions import RunConfigurationException
from runstore.jobs.environments.interpreters import OLDEST, Interpreter, installed
from runstore.jobs.environments.python_versions import allows, nearest, shown
from runstore.jobs.environments.voices import Voices


def allowed_interpreter(asked: str | None, current: Interpreter) -> Interpreter | None:
    """The current interpreter if ``asked`` allows it, else the newest of this machine that it allows; None for none."""
    if current.version >= OLDEST and (asked is None or allows(asked, current.version)):
        return current
    return next((each for each in installed() if asked is None or allows(asked, each.version)), None)


def interpreter_for(asked: str | None, current: Interpreter, voices: Voices) -> Interpreter:
    """The allowed interpreter, or else the nearest to it, with a warning."""
    allowed = allowed_interpreter(asked, current)
    if allowed is not None:
        return allowed
    found = [*([current] if current.version >= OLDEST else []), *installed()]
    if not found:
        raise RunConfigurationException(f"no Python {shown(OLDEST)} or newer is to be found on this machine")
    version = nearest(asked or shown(OLDEST), [interpreter.version for interpreter in found])
    chosen = next(interpreter for interpreter in found if interpreter.version == version)
    voices.refuse_or_warn(f"Python {asked} is not to be had here: {chosen.name} is used")
    return chosen
