"""A real sshd of a test's own on this machine, and how to reach it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

_CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/person.pub
PidFile {folder}/pid
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
AcceptEnv COLORTERM
Subsystem sftp internal-sftp
"""
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
"""Where a server's programs are, too."""


@contextlib.contextmanager
def sshd(folder: Path) -> Iterator[list[str]]:
    """A server with keys of its own in ``folder``, as long as the block runs; the options by which ssh reaches it."""
    program = shutil.which("sshd", path=PATH)
    assert program, "there is no sshd: make test-system installs it"
    for name in ("host", "person"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "config").write_text(_CONFIG.format(port=port, folder=folder))
    if os.getuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)
    options = [f"IdentityFile={folder}/person", "StrictHostKeyChecking=no", f"UserKnownHostsFile={folder}/known"]
    options += ["LogLevel=ERROR"]
    server = subprocess.Popen([program, "-D", "-e", "-f", folder / "config"], stderr=(folder / "log").open("wb"))
    try:
        _wait_for(port, folder / "log")
        yield ["-F", "/dev/null", "-p", str(port), *(word for option in options for word in ("-o", option))]
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + 15
    while True:
        with socket.socket() as attempt:
            if not attempt.connect_ex(("127.0.0.1", port)):
                return
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
