"""The secrets of a workspace: variables of the environment, else files that only this user can read."""

from __future__ import annotations

import os
import re

from runstore.layout.names import decode_name, encode_name
from runstore.layout.roots import state_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PREFIX = "RUNSTORE_SECRET_"
"""``RUNSTORE_SECRET_<NAME>``, the name in capitals with ``_`` for all other characters, gives a secret."""


class Keyvault:
    """The secrets of ``workspace``. They lie in this user's state folder, never in the workspace."""

    def __init__(self, workspace: Any) -> None:
        from hashlib import sha256

        self.workspace = workspace
        digest = sha256(os.fsencode(str(workspace.root))).hexdigest()[:16]
        self._folder = os.path.join(state_folder(), "secrets", digest)

    def get_secret(self, name: str, **_ignored: Any) -> str | None:
        """The secret, or None when there is none of this name."""
        given = os.environ.get(PREFIX + re.sub(r"\W", "_", name).upper())
        if given is not None:
            return given
        try:
            with open(self._path(name), encoding="utf-8") as file:
                return file.read()
        except OSError:
            return None

    def get_secrets(self, secrets: list[str], **_ignored: Any) -> dict[str, str | None]:
        """Several secrets by name; None for those that are not there."""
        return {name: self.get_secret(name) for name in secrets}

    def set_secret(self, name: str, value: str) -> None:
        """Keep a secret in a file that only this user can read."""
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        temporary = os.path.join(self._folder, ".tmp-" + os.urandom(6).hex())
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(value)
        os.replace(temporary, self._path(name))

    def set_secrets(self, secrets_batch: dict[str, str]) -> None:
        """Keep several secrets."""
        for name, value in secrets_batch.items():
            self.set_secret(name, value)

    def list_secrets(self) -> list[dict[str, str]]:
        """The names of the secrets in files, each as ``{"name": ...}``; never a value."""
        try:
            names = os.listdir(self._folder)
        except OSError:
            return []
        return [{"name": decode_name(name)} for name in sorted(names) if not name.startswith(".")]

    def delete_secret(self, name: str) -> None:
        """Remove the file of a secret if there is one."""
        try:
            os.unlink(self._path(name))
        except FileNotFoundError:
            pass

    def delete_secrets(self, secrets: list[str]) -> None:
        """Remove the files of several secrets."""
        for name in secrets:
            self.delete_secret(name)

    def _path(self, name: str) -> str:
        return os.path.join(self._folder, encode_name(name))

    def __repr__(self) -> str:
        return "Keyvault(workspace={!r})".format(getattr(self.workspace, "name", None))
