"""`Tensorboard`: a TensorBoard process over the log folders of runs."""

from __future__ import annotations

import os
import sys
import threading
import time

from runstore.exceptions import UserErrorException
from runstore.layout.names import encode_name
from runstore.layout.run_files import run_file
from runstore.runs.run import Run
from runstore.stand_ins.notice import notice

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from typing import Any

_START = 60.0  # seconds that TensorBoard may take to listen
_PORTS_TRIED = 20
_RELINK = 1.0  # seconds between two looks at where the logs are


class Tensorboard:
    """TensorBoard over what ``runs`` (a run or a list of runs) write to ``./logs``; nothing is copied.

    ``local_root`` is the folder that TensorBoard is given: beside what is there it gets a link for each run, named by
    its id, or by its display name with ``use_display_name``; where that is taken the id follows. ``port`` is the first
    port that is tried.
    """

    def __init__(
        self, runs: Any, local_root: str | None = None, port: int = 6006, use_display_name: bool = False
    ) -> None:
        self._runs = list(runs) if isinstance(runs, (list, tuple)) else [runs]
        if not all(isinstance(run, Run) for run in self._runs):
            raise UserErrorException("runs: give a run or a list of runs")
        self._root = local_root
        self._port = int(port)
        self._by_name = use_display_name
        self._process: subprocess.Popen[bytes] | None = None
        self._links: dict[str, str] = {}
        """The folder of the run by the link that was made for it."""

    def start(self, start_browser: bool = False) -> str:
        """Start TensorBoard and return its address; ``start_browser`` opens it.

        Where TensorBoard is not installed it says so, and the address is that of the folder. Raises
        `UserErrorException` when TensorBoard does not start.
        """
        import atexit
        import subprocess
        from importlib.util import find_spec

        self.stop()
        root = self._linked()
        if find_spec("tensorboard") is None:
            notice(
                "TensorBoard is not installed here (pip install tensorboard); its files are in {}, and runs-tui draws "
                "the charts of runs, too".format(root)
            )
            return "file://" + root
        port = _free_port(self._port)
        arguments = ["--logdir", root, "--port", str(port), "--host", "localhost"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tensorboard.main", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        atexit.register(self.stop)
        self._wait(port)
        threading.Thread(target=self._keep_linked, args=(self._process,), daemon=True).start()
        address = "http://localhost:{}".format(port)
        print(address)
        if start_browser:
            import webbrowser

            webbrowser.open(address)
        return address

    def stop(self) -> None:
        """End TensorBoard."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except Exception:
                process.kill()
                process.wait()

    def _linked(self) -> str:
        if self._root is None:
            from tempfile import mkdtemp

            self._root = mkdtemp(prefix="runstore-tensorboard-")
        os.makedirs(self._root, exist_ok=True)
        for run in self._runs:
            link = self._free_link(self._root, run)
            if link is not None:
                self._links[link] = run._folder
        self._relink()
        return os.path.abspath(self._root)

    def _free_link(self, root: str, run: Run) -> str | None:
        """Where the link of a run goes; None where there is something else at each place."""
        own = encode_name(run.id)
        name = encode_name(run.display_name) if self._by_name and run.display_name else own
        for each in (name, "{}-{}".format(name, own[:8]), "{}-{}".format(name, own)):
            link = os.path.join(root, each)
            if self._links.get(link, run._folder) == run._folder and _may_link(link, run._folder):
                return link
        return None

    def _relink(self) -> None:
        """Let the links lead to where the runs have their logs now: those of a submitted run move when it ends."""
        for link, folder in self._links.items():
            logs = run_file(folder, "logs")
            if not os.path.islink(link) or os.readlink(link) != logs:
                temporary = link + ".new"
                os.symlink(logs, temporary)
                os.replace(temporary, link)

    def _keep_linked(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None:
            time.sleep(_RELINK)
            try:
                self._relink()
            except OSError:  # somebody has taken the folder away
                return

    def _wait(self, port: int) -> None:
        end = time.monotonic() + _START
        while self._process is not None and time.monotonic() < end:
            if self._process.poll() is not None:
                break
            if _listens(port):
                return
            time.sleep(0.1)
        self.stop()
        raise UserErrorException("TensorBoard did not start; try: tensorboard --logdir {}".format(self._root))


def _may_link(link: str, folder: str) -> bool:
    """Whether nothing is there, or a link of an earlier session to the logs of this run, wherever they were then."""
    if not os.path.lexists(link):
        return True
    if not os.path.islink(link):
        return False
    return os.readlink(link).split(os.sep)[-3:-2] == [os.path.basename(folder)]  # <run>/work/logs or <run>/files/logs


def _listens(port: int) -> bool:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("localhost", port)) == 0


def _free_port(first: int) -> int:
    for port in range(first, first + _PORTS_TRIED):
        if not _listens(port):
            return port
    raise UserErrorException("ports {} to {} are taken; give port=".format(first, first + _PORTS_TRIED - 1))
