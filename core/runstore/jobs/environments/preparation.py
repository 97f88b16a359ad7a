"""`prepare`: the interpreter of a run, found or made. The supervisor calls it while the run is Preparing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from typing import Any

from runstore.exceptions import RunConfigurationException
from runstore.jobs.config.conda_dependencies import package_name
from runstore.jobs.config.conda_environments import interpreter_of_conda_environment
from runstore.jobs.config.python_section import VARIABLE, installs_packages
from runstore.jobs.environments.choice import allowed_interpreter, interpreter_for
from runstore.jobs.environments.conda import conda_environment, conda_program
from runstore.jobs.environments.interpreters import OLDEST, Interpreter, ask
from runstore.jobs.environments.old_scripts import imports_pandas, old_numpy_name
from runstore.jobs.environments.pins import of_their_time
from runstore.jobs.environments.programs import ProgramFailed
from runstore.jobs.environments.python_versions import is_too_old, shown
from runstore.jobs.environments.specification import Specification, specification_of
from runstore.jobs.environments.virtual import virtual_environment
from runstore.jobs.environments.voices import Voices


def prepare(
    definition: Mapping[str, Any],
    root: str,
    say: Callable[[str], None],
    warn: Callable[[str], None] | None = None,
    scripts: str | None = None,
) -> str:
    """The path of the interpreter that the definition of a run asks for, built in ``root`` if need be.

    ``say`` is told what is being done, line by line; ``warn`` what is done otherwise than asked, which belongs into
    the record. ``scripts`` is the folder of what will run: old scripts get a NumPy of their time, where the
    environment leaves it open. It can take minutes. Raises `RunConfigurationException` that says what to do.
    """
    voices = Voices(say, warn or say)
    environment = _part(definition, "environment")
    python = _part(environment, "python")
    name = str(environment.get("name") or "of the run")
    if python.get("userManagedDependencies"):
        given = python.get("baseCondaEnvironment")
        path = interpreter_of_conda_environment(str(given)) if given else _path_of(python.get("interpreterPath"))
        return _user_managed(ask(path), voices)
    current = _current(python)
    specification = specification_of(python.get("condaDependencies"))
    if not installs_packages():
        if not specification.is_empty:
            voices.warn(f"the packages of the environment {name} are not installed, as {VARIABLE} says")
        return _user_managed(current, voices)
    program = conda_program()
    wants_conda = specification.needs_conda or allowed_interpreter(specification.python, current) is None
    if program and wants_conda and specification.conda is not None:
        if specification.python and is_too_old(specification.python, OLDEST):
            voices.refuse_or_warn(
                f"Python {specification.python} is too old to log in: conda is asked for Python {shown(OLDEST)}"
            )
        try:
            return conda_environment(program, specification.conda, name, root, say)
        except ProgramFailed as failure:
            voices.refuse_or_warn(f"the environment {name} is made by pip, because {failure}")
    base = interpreter_for(specification.python, current, voices)
    if specification.is_empty and base == current:
        say(f"the environment {name} asks for no packages: {current.name} is used")
        return current.path
    if scripts is not None:
        _suit(specification, scripts, base, voices)
    return virtual_environment(specification, base, name, root, voices)


def _suit(specification: Specification, scripts: str, base: Interpreter, voices: Voices) -> None:
    """Add to what is asked for what old scripts take for granted."""
    old = old_numpy_name(scripts)
    if old and of_their_time(specification.requirements, base):
        voices.say(f"the script uses {old}, which newer versions of NumPy do not have: an older one is installed")
        specification.of_the_past = True
    if "pandas" not in map(package_name, specification.requirements) and imports_pandas(scripts):
        voices.say("the script imports pandas, which Azure ML's own packages brought along: it is installed")
        specification.requirements.append("pandas")


def _user_managed(interpreter: Interpreter, voices: Voices) -> str:
    voices.say(f"{interpreter.name} is used as it is")
    if interpreter.version < OLDEST:
        voices.warn(
            f"{interpreter.name} is older than {shown(OLDEST)}: the script runs, but importing runstore or azureml "
            "in it fails"
        )
    return interpreter.path


def _current(python: Mapping[str, Any]) -> Interpreter:
    """The interpreter that submitted; ours where that one is gone: it is only the base of a managed environment."""
    try:
        return ask(_path_of(python.get("interpreterPath")))
    except RunConfigurationException:
        return ask(sys.executable)


def _path_of(given: Any) -> str:
    """An interpreter's path from what the definition says, which may be the name of a program."""
    text = os.path.expanduser(str(given or "python3"))
    if os.sep in text:
        return text
    found = shutil.which(text) or (shutil.which("python3") if text == "python" else None)
    if found is None:
        raise RunConfigurationException(
            f"there is no program {text} on PATH: set environment.python.interpreter_path to the path of a Python"
        )
    return found


def _part(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = content.get(key)
    return part if isinstance(part, Mapping) else {}
