"""The main process of a distributed run: starts one process for each rank and keeps the output of each.

``python -m runstore.jobs.launcher RUN_FOLDER COMMAND...``, under the supervisor, with the environments of the ranks in
RUNSTORE_RANKS. Where mpirun starts the ranks, each has a launcher of its own, which starts that one. Rank 0 writes to
the supervisor's own terminals; the output of the others is kept by this process, one log for each. It ends as the first
rank that failed did: with its exit code, or by its signal.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time

from runstore.jobs.failed_rank import tell_failed
from runstore.jobs.mpirun import rank_of_this_process
from runstore.jobs.program import CommandError, find_program
from runstore.jobs.ptys import Pty
from runstore.jobs.relay import Relay, Stream
from runstore.jobs.signals import STOPPING, SignalInbox, name_of
from runstore.jobs.system_log import SystemLog
from runstore.jobs.terminal import Terminal
from runstore.layout.ids import new_writer_name
from runstore.writing.console import ConsoleWriter

RANKS = "RUNSTORE_RANKS"
_PATIENCE, _GRACE = 5.0, 10.0
"""Seconds that the other ranks have after the first failure, before SIGTERM and then before SIGKILL."""
_TURN = 0.5


class Launcher:
    """The ranks of one run, or one of them that mpirun has started."""

    def __init__(self, folder: str, command: list[str], environments: dict[int, dict[str, str]], own: bool) -> None:
        """``environments`` by rank; ``own``: this process is the rank itself to mpirun, whose signals are for it."""
        self._folder = folder
        self._command = command
        self._environments = environments
        self._own = own
        self._log = SystemLog(folder)
        self._inbox = SignalInbox()
        self._relay = Relay([], Terminal(), self._inbox)
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._writers: dict[int, str] = {}
        self._failed: int | None = None
        """What the first rank that failed returned."""
        self._ending: list[tuple[float, int]] = []
        """When the other ranks get which signal."""

    def run(self) -> int:
        """Start all, wait for all; returns 0, or the exit code or minus the signal of the first that failed."""
        with self._inbox:
            try:
                for rank, environment in self._environments.items():
                    self._start(rank, environment)
                while self._running:
                    self._pass_on(self._relay.turn(_TURN).signals)
                    self._relay.recheck()
                    self._see_ends()
                    self._end_others()
                self._relay.drain()
            finally:
                for stream in self._relay.streams:
                    stream.writer.close()
                self._relay.close()
        return self._failed or 0

    def _start(self, rank: int, environment: dict[str, str]) -> None:
        ptys: list[Pty] = []
        if rank:
            self._writers[rank] = new_writer_name(rank)
            for name in ("out", "err"):
                ptys.append(Pty(Terminal().size()))
                self._relay.streams.append(
                    Stream(ptys[-1], ConsoleWriter(self._folder, self._writers[rank], name), None)
                )
        self._running[rank] = subprocess.Popen(
            self._command,
            env={**os.environ, **environment},
            stdout=ptys[0].slave if ptys else None,
            stderr=ptys[1].slave if ptys else None,
            close_fds=not self._own,  # MPI may talk to mpirun by a descriptor
        )
        for pty in ptys:
            pty.close_slave()
        self._log.write(f"rank {rank} started, pid {self._running[rank].pid}")

    def _pass_on(self, signals: list[int]) -> None:
        """Ending signals of mpirun; those of the supervisor reach the ranks without us."""
        for number in signals:
            if self._own and number in STOPPING:
                for process in self._running.values():
                    process.send_signal(number)

    def _see_ends(self) -> None:
        for rank, process in list(self._running.items()):
            returned = process.poll()
            if returned is None:
                continue
            del self._running[rank]
            how = f"was ended by {name_of(-returned)}" if returned < 0 else f"ended with exit code {returned}"
            self._log.write(f"rank {rank} {how}")
            if returned and self._failed is None:
                self._failed = returned
                tell_failed(self._folder, rank, self._writers.get(rank, ""))
                now = time.monotonic()
                self._ending = [(now + _PATIENCE, signal.SIGTERM), (now + _PATIENCE + _GRACE, signal.SIGKILL)]

    def _end_others(self) -> None:
        while self._ending and self._running and time.monotonic() >= self._ending[0][0]:
            _, number = self._ending.pop(0)
            self._log.write(f"{name_of(number)} to the other ranks: {', '.join(map(str, self._running))}")
            for process in self._running.values():
                process.send_signal(number)


def main() -> None:
    """Run the ranks and end as the first that failed."""
    environments = dict(enumerate(json.loads(os.environ.pop(RANKS))))
    own = rank_of_this_process(os.environ)
    if own is not None:  # what MPI says of itself stays as it is
        known = environments.get(own, {})
        environments = {own: {name: value for name, value in known.items() if not name.startswith("OMPI_")}}
    command = sys.argv[2:]
    try:
        command[0] = find_program(command[0])
        returned = Launcher(sys.argv[1], command, environments, own is not None).run()
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.code)
    if returned < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if -returned != signal.SIGKILL:
            signal.signal(-returned, signal.SIG_DFL)
        os.kill(os.getpid(), -returned)
    sys.exit(abs(returned))


if __name__ == "__main__":
    main()
