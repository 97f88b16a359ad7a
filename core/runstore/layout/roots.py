"""Which folder is the root: the rules, and the list of the roots that were used on this machine."""

from __future__ import annotations

import json
import os
import sys

from runstore.exceptions import WorkspaceException
from runstore.layout.names import encode_name
from runstore.layout.paths import CONTROL, RootPaths

LOCAL_ROOT = ".runs"
_WORKSPACE_KEYS = ("subscription_id", "resource_group", "workspace_name")
_KNOWN_ROOTS_KEPT = 50

UNWRITABLE = "cannot write run records to {}: "


def _xdg(variable: str, fallback: str) -> str:
    base = os.environ.get(variable, "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), fallback)
    return os.path.join(base, "runs-tui")


def config_file() -> str:
    """The user's settings, ``~/.config/runs-tui/config.toml`` or its XDG place."""
    return os.path.join(_xdg("XDG_CONFIG_HOME", ".config"), "config.toml")


def state_folder() -> str:
    """Where this machine's list of known roots is kept."""
    return _xdg("XDG_STATE_HOME", ".local/state")


def cache_folder() -> str:
    """Where disposable indexes are kept."""
    return _xdg("XDG_CACHE_HOME", ".cache")


def configured_base() -> str:
    """The setting ``root`` of config.toml (one string at top level), else the XDG data folder."""
    try:
        with open(config_file(), encoding="utf-8") as file:
            for line in file:
                key, equals, value = line.partition("=")
                if line.lstrip().startswith("["):
                    break  # only top-level keys; tomllib is not in the Pythons that scripts run in
                if equals and key.strip() == "root":
                    value = value.strip()
                    end = value.find(value[:1], 1) if value[:1] in ("'", '"') else -1
                    if end > 1:
                        return os.path.expanduser(value[1:end])
    except (OSError, UnicodeDecodeError):
        pass
    return _xdg("XDG_DATA_HOME", ".local/share")


def _upward(start: str) -> list[str]:
    folders = [start]
    while os.path.dirname(folders[-1]) != folders[-1]:
        folders.append(os.path.dirname(folders[-1]))
    return folders


def read_workspace_config(path: str) -> dict[str, str] | None:
    """The three workspace keys of an Azure ML ``config.json``; None when the file is not one."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            content = json.load(file)
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or not all(isinstance(content.get(key), str) for key in _WORKSPACE_KEYS):
        return None
    return {key: content[key] for key in _WORKSPACE_KEYS}


def find_workspace_config(start: str, file_name: str = "config.json") -> str | None:
    """The nearest workspace ``config.json``: in ``start``, ``.azureml/``, ``aml_config/``, then in the parents."""
    for folder in _upward(start):
        for place in ("", ".azureml", "aml_config"):
            path = os.path.join(folder, place, file_name)
            if os.path.isfile(path) and read_workspace_config(path) is not None:
                return path
    return None


def root_in(folder: str) -> str:
    """The root that a person means by a folder, absolute: the ``.runs`` in it, if there is one, else the folder."""
    folder = os.path.abspath(os.path.expanduser(folder))
    inside = os.path.join(folder, LOCAL_ROOT)
    return inside if os.path.isdir(inside) and not is_root(folder) else folder


def resolve_root(root: str | None = None, start: str | None = None, workspace_name: str | None = None) -> str:
    """The root to use, absolute; the folder need not exist yet.

    First ``root`` or the variable RUNSTORE_ROOT (see `root_in`); then the nearest ``.runs/`` from ``start`` (the
    current folder) upward; then ``<base>/<workspace name>``, where the name is ``workspace_name``, that of the nearest
    workspace config.json, or ``default``.
    """
    given = root or os.environ.get("RUNSTORE_ROOT")
    if given:
        return root_in(given)
    here = os.path.abspath(start or current_folder())
    for folder in _upward(here):
        candidate = os.path.join(folder, LOCAL_ROOT)
        if os.path.isdir(candidate):
            return candidate
    if workspace_name is None:
        path = find_workspace_config(here)
        config = read_workspace_config(path) if path else None
        workspace_name = config["workspace_name"] if config else "default"
    return os.path.join(os.path.abspath(configured_base()), encode_name(workspace_name))


def ensure_root(root: str) -> str:
    """Make ``root`` with its control folder if it is not there, and note it as known; returns ``root``.

    Raises `WorkspaceException` saying what to do when it cannot be made or written.
    """
    paths = RootPaths(root)
    try:
        if not os.path.isdir(paths.control):
            os.makedirs(paths.control, exist_ok=True)
            ignore = os.path.join(paths.control, ".gitignore")
            with open(ignore, "w", encoding="utf-8") as file:
                file.write("*\n")
            note_root(root)
    except OSError as error:
        raise unwritable(root, error) from error
    return root


def unwritable(root: str, error: OSError) -> WorkspaceException:
    """What is raised where no run can be made in ``root``; also the warning of a run that lies elsewhere for it."""
    return WorkspaceException(
        "{}{}; choose another folder with --root or RUNSTORE_ROOT".format(
            UNWRITABLE.format(root), error.strerror or error
        )
    )


def current_folder() -> str:
    """The folder that this process works in; the home folder where that was deleted, which is no reason to end."""
    try:
        return os.getcwd()
    except OSError:
        return os.path.expanduser("~")


def note_root(root: str) -> None:
    """Add ``root`` to the known roots of this machine, newest last. Never raises: it is a convenience."""
    try:
        roots = known_roots()
        if roots and roots[-1] == root:
            return
        roots = [*(known for known in roots if known != root), root]
        folder = state_folder()
        os.makedirs(folder, exist_ok=True)
        temporary = os.path.join(folder, ".roots-{}".format(os.getpid()))
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump(roots[-_KNOWN_ROOTS_KEPT:], file)
        os.replace(temporary, os.path.join(folder, "roots.json"))
    except (OSError, UnicodeEncodeError):
        pass


def known_roots() -> list[str]:
    """The roots that writers on this machine have used and that still exist, newest last."""
    try:
        with open(os.path.join(state_folder(), "roots.json"), encoding="utf-8") as file:
            roots = json.load(file)
    except (OSError, ValueError, RecursionError):
        return []
    if not isinstance(roots, list):
        return []
    return [root for root in roots if isinstance(root, str) and os.path.isdir(os.path.join(root, CONTROL))]


def is_root(folder: str) -> bool:
    """Whether ``folder`` is a run store already."""
    return os.path.isdir(os.path.join(folder, CONTROL))


if sys.version_info < (3, 8):  # noqa: UP036 - scripts bring their own interpreter; say it plainly
    raise ImportError("runstore needs Python 3.8 or later")
