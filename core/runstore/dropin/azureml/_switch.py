"""The drop-in for a whole environment: two files in its site-packages, written and removed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from runstore.exceptions import AzureMLException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HOOK, LINE = "_runstore_azureml.py", "runstore_azureml.pth"
"""The module in site-packages, and the file that has it imported when the interpreter starts."""

_OLDEST = (3, 8)
_PATIENCE = 60.0  # seconds; a cold interpreter on a network disk is slow
_HERE = os.path.dirname(os.path.abspath(__file__))

_ASK = """
import json, os, site, sys, sysconfig
folders = [sysconfig.get_paths()["purelib"]]
if site.ENABLE_USER_SITE:
    folders.append(site.getusersitepackages())
real = None
try:
    from importlib.metadata import version
    real = version("azureml-core")
except Exception:
    pass
print(json.dumps({"python": sys.executable, "version": list(sys.version_info[:3]), "folders": folders, "real": real}))
"""


class SwitchError(AzureMLException):
    """The environment cannot be changed; the message says what to do."""


class Site:
    """What there is to know of an environment.

    ``python`` is its interpreter, ``version`` a text, ``folders`` where packages can lie (the first is its own),
    ``real`` the version of the real azureml-core in it or None, ``enabled`` the folder that holds our files or None.
    """

    def __init__(self, facts: dict[str, Any]) -> None:
        self.python = str(facts["python"])
        self.version = ".".join(map(str, facts["version"]))
        self.old = tuple(facts["version"][:2]) < _OLDEST
        self.folders = [str(folder) for folder in facts["folders"]]
        self.real: str | None = facts["real"]

    @property
    def enabled(self) -> str | None:
        """The folder that holds our files, or None."""
        return next((folder for folder in self.folders if os.path.exists(os.path.join(folder, LINE))), None)


def active_python() -> str:
    """The interpreter of the environment that is active in this shell, else the one that runs this."""
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        python = os.path.join(os.environ.get(variable, ""), "bin", "python")
        if os.environ.get(variable) and os.path.exists(python):
            return python
    return sys.executable


def site_of(python: str) -> Site:
    """The environment of an interpreter; raises `SwitchError` when it is none."""
    answer = _run(python, _ASK)
    try:
        return Site(json.loads(answer.splitlines()[-1]))
    except (ValueError, IndexError, KeyError, TypeError):
        raise SwitchError("{} did not answer as a Python interpreter; give one with --python".format(python)) from None


def enable(site: Site) -> str:
    """Write the two files and try them; returns their folder. Raises `SwitchError`, with nothing left behind."""
    if site.old:
        raise SwitchError("{} is Python {}; 3.8 or later is needed".format(site.python, site.version))
    folder = site.enabled or _writable(site)
    with open(os.path.join(_HERE, "_hook.py"), encoding="utf-8") as file:
        hook = file.read().replace('FOLDER = ""', "FOLDER = {!r}".format(os.path.dirname(_HERE)), 1)
    try:
        os.makedirs(folder, exist_ok=True)
        _write(os.path.join(folder, HOOK), hook)
        _write(os.path.join(folder, LINE), "import {}\n".format(HOOK[: -len(".py")]))
        _run(site.python, "import azureml.core; azureml.core.VERSION")
    except OSError as error:
        disable(site)
        raise SwitchError("cannot write to {}: {}".format(folder, error.strerror or error)) from error
    except SwitchError:
        disable(site)
        raise
    return folder


def disable(site: Site) -> list[str]:
    """Remove the two files wherever they are; returns the paths that were removed."""
    removed = []
    for folder in site.folders:
        for name in (LINE, HOOK):  # first the line, so that no interpreter starts with the line alone
            path = os.path.join(folder, name)
            try:
                os.unlink(path)
                removed.append(path)
            except FileNotFoundError:
                pass
            except OSError as error:
                raise SwitchError("cannot remove {}: {}".format(path, error.strerror or error)) from error
        _remove_bytecode(folder)
    return removed


def _remove_bytecode(folder: str) -> None:
    """Remove what interpreters have kept of the module, and the folder for that where nothing else is in it."""
    kept = os.path.join(folder, "__pycache__")
    try:
        ours = [name for name in os.listdir(kept) if name.startswith(HOOK[: -len("py")])]
        for name in ours:
            os.unlink(os.path.join(kept, name))
        if ours:
            os.rmdir(kept)
    except OSError:
        pass  # it does no harm


def _writable(site: Site) -> str:
    for folder in site.folders:
        place = folder
        while not os.path.isdir(place) and os.path.dirname(place) != place:
            place = os.path.dirname(place)
        if os.access(place, os.W_OK):
            return folder
    raise SwitchError(
        "you may not write to {}; make an environment of your own (python -m venv .venv), activate it, and call this "
        "again".format(" or ".join(site.folders))
    )


def _write(path: str, text: str) -> None:
    temporary = path + ".tmp"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)


def _run(python: str, code: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        answer = subprocess.run(
            [python, "-c", code],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
            env=environment,
            cwd=os.sep,  # not the current folder, which may hold a module called azureml
        )
    except FileNotFoundError:
        raise SwitchError("there is no {}; give an interpreter with --python".format(python)) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SwitchError("cannot run {}: {}".format(python, error)) from error
    if answer.returncode != 0:
        last = (answer.stderr.strip().splitlines() or ["no message"])[-1]
        raise SwitchError("{} failed: {}".format(python, last))
    return answer.stdout
