"""A run comes into being: built beside its place and renamed into it, so that nobody sees half a run."""

from __future__ import annotations

import os
import time

from runstore.exceptions import UserErrorException, WorkspaceException
from runstore.layout.ids import new_display_name, new_interactive_id
from runstore.layout.mounts import free_bytes, is_network
from runstore.layout.names import check_experiment_name, check_run_id
from runstore.layout.paths import EXPERIMENT_FILE, MANIFEST, NEW_PREFIX, RootPaths, find_run
from runstore.layout.roots import ensure_root, note_root, unwritable
from runstore.layout.sharing import admit_group, enclose
from runstore.records.lines import dumps
from runstore.records.manifest import encode_manifest, new_manifest
from runstore.writing.numbers import claim_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FOLDERS = ("points", "records", "resources", "console", "alive", "files")
LITTLE_SPACE = 5 << 30
"""Free bytes below which a new root is remarked on."""


def ensure_experiment(root: str, experiment: str) -> str:
    """Make the experiment's folder and its ``.experiment.json`` if they are not there; returns the folder."""
    check_experiment_name(experiment)
    ensure_root(root)
    folder = RootPaths(root).experiment_folder(experiment)
    path = os.path.join(folder, EXPERIMENT_FILE)
    try:
        if not os.path.isdir(folder):
            os.makedirs(folder, exist_ok=True)
            admit_group(folder)
        if not os.path.exists(path):
            content = {
                "v": 1,
                "id": new_interactive_id(),
                "name": experiment,
                "created": time.time(),
                "tags": {},
                "archived": None,
            }
            write_atomically(path, dumps(content) + b"\n")
    except OSError as error:
        raise unwritable(root, error) from error
    return folder


def create_run(root: str, experiment: str, run_id: str | None = None, **fields: Any) -> str:
    """Make a new run of ``experiment`` and return its folder; ``fields`` go into run.json (see FORMAT.md).

    Raises `UserErrorException` for a bad name or an id that exists in the workspace, `WorkspaceException` when the
    root cannot be written.
    """
    run_id = check_run_id(run_id or new_interactive_id())
    folder = ensure_experiment(root, experiment)
    if find_run(root, run_id) is not None:
        raise UserErrorException("run {!r} exists already in {}".format(run_id, root))
    place = RootPaths(root).run_folder(experiment, run_id)
    temporary = os.path.join(folder, NEW_PREFIX + os.urandom(6).hex())
    try:
        number = claim_number(folder)
        manifest = new_manifest(id=run_id, number=number, experiment=experiment, created=time.time())
        manifest.update(fields)
        if not manifest["display_name"]:
            manifest["display_name"] = new_display_name()
        make_run_folder(temporary)
        with open(os.path.join(temporary, MANIFEST), "wb") as file:
            file.write(encode_manifest(manifest))
        os.rename(temporary, place)
    except OSError as error:
        import shutil  # only here: it costs 4 ms to import

        shutil.rmtree(temporary, ignore_errors=True)
        if os.path.isdir(place):
            raise UserErrorException("run {!r} exists already in {}".format(run_id, root)) from error
        raise unwritable(root, error) from error
    note_root(root)
    return place


def make_run_folder(folder: str) -> None:
    """Make the empty folder of a run, without its run.json; raises OSError."""
    os.mkdir(folder)
    enclose(folder)
    for name in _FOLDERS:
        os.mkdir(os.path.join(folder, name))


def create_run_somewhere(
    root: str, experiment: str, run_id: str | None = None, **fields: Any
) -> tuple[str, str | None]:
    """`create_run`, or where the root cannot be written the same in a root of this user under the temporary folder.

    A training is never refused for want of a place for its records. Returns the run's folder and a warning that says
    where the records went, or None; raises `WorkspaceException` when neither place can be written.
    """
    try:
        return create_run(root, experiment, run_id, **fields), None
    except WorkspaceException as error:
        fallback = fallback_root()
        try:
            folder = create_run(fallback, experiment, run_id, **fields)
        except WorkspaceException:
            raise error from None
        return folder, "{}; the records of this run go to {} instead".format(error.message, folder)


def fallback_root() -> str:
    """The root in the temporary folder for runs whose own root cannot be written."""
    user = str(os.getuid()) if hasattr(os, "getuid") else "user"
    return os.path.join(os.environ.get("TMPDIR") or "/tmp", "runs-tui-" + user)


def root_remark(root: str) -> str | None:
    """What a person should be told once about a root that was chosen by default, else None."""
    if is_network(root):
        return "{} lies on a network mount; for a local one: runs-tui init, or RUNSTORE_ROOT=DIR".format(root)
    free = free_bytes(root)
    if free is not None and free < LITTLE_SPACE:
        return "{} has {:.1f} GB free; for another place: runs-tui init DIR, or RUNSTORE_ROOT=DIR".format(
            root, free / 1e9
        )
    return None


def write_atomically(path: str, content: bytes) -> None:
    """Replace the file at ``path`` with ``content``, all or nothing; the temporary lies in the same folder."""
    temporary = os.path.join(os.path.dirname(path), ".tmp-{}".format(os.urandom(6).hex()))
    try:
        with open(temporary, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except OSError:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        raise
