"""The supervisor: the process that runs a command as a run, shows and keeps its output, and records its end."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Protocol

from runstore.jobs.attempt import Attempt
from runstore.jobs.attend import Attendant
from runstore.jobs.cancel import CancelWatch
from runstore.jobs.command import facts_of
from runstore.jobs.echo import Echo
from runstore.jobs.ending import Ending
from runstore.jobs.environment import child_environment
from runstore.jobs.failed_rank import take_failed
from runstore.jobs.outcome import Outcome, error_details, last_error, outcome_of
from runstore.jobs.processes import become_subreaper, reap
from runstore.jobs.program import NOT_EXECUTABLE, CommandError
from runstore.jobs.ptys import Pty
from runstore.jobs.relay import Relay, Stream
from runstore.jobs.sampling import ResourceSampler
from runstore.jobs.scraping import Scraping
from runstore.jobs.session import Session
from runstore.jobs.signals import SignalInbox
from runstore.jobs.system_log import SystemLog
from runstore.jobs.terminal import Terminal
from runstore.jobs.work_folder import WorkFolder
from runstore.layout.ids import new_writer_name
from runstore.layout.paths import RunPaths
from runstore.layout.printable import printable
from runstore.records import status
from runstore.records.identity import identity_of
from runstore.writing.console import ConsoleWriter
from runstore.writing.heartbeat import Heartbeat
from runstore.writing.reserve import Reserve
from runstore.writing.writer import RunWriter

SCRAPE = "RUNSTORE_SCRAPE"
"""With 0 in this environment variable no metrics are read from the output, of submitted runs neither."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a command is supervised."""

    split_stderr: bool = False
    """Give stderr a pseudo terminal and a log of its own."""
    outputs: bool = True
    """Collect what the command leaves under ./outputs and ./logs."""
    echo: bool = True
    """Show what the command writes on our own stdout and stderr."""
    scrape: bool = True
    """Read metrics from the output, as long as the command logs none by itself."""
    time_limit: float | None = None
    """Seconds after which the command is canceled."""
    grace: float = 10.0
    """Seconds between SIGTERM and SIGKILL when the command is to be ended."""
    quiet: bool = False
    """Say nothing of our own on stderr."""


class Work(Protocol):
    """The folder that a command works in."""

    def shared(self) -> bool:
        """Whether another run is at work there."""

    def collect(self, run_folder: str) -> list[str]:
        """Keep with the run what the command has left; returns warnings about what was not kept."""


class Supervisor:
    """Runs one attempt in the current folder, from this process's main thread.

    An attempt that has not begun begins now, with what can be seen of the command and the folder.
    """

    def __init__(self, attempt: Attempt, options: Options, work: Work | None = None) -> None:
        """``work``: the current folder, where it is more than one in which to collect outputs."""
        self._attempt = attempt
        self._work = work
        self._options = options
        self._log = SystemLog(attempt.folder)
        self._terminal = Terminal()
        self._inbox = SignalInbox()
        self._relay = Relay([], self._terminal, self._inbox)
        self._cancel_watch = CancelWatch(attempt.folder, ignore_present=attempt.earlier)
        self._writer_name = new_writer_name(0)
        self._heartbeat = Heartbeat(RunPaths(attempt.folder).alive, self._writer_name, lambda: (0, 0))
        self._scraping: Scraping | None = None
        self._to_collect: Work | None = None
        """Where the command may have left files that are not kept yet."""

    def run(self) -> int:
        """Run the command to its end and return its exit code, as a shell would."""
        with self._inbox:
            try:
                return self._record()
            except Exception as error:
                try:
                    self._collect()
                finally:
                    self._attempt.owner.finish(
                        status.FAILED, {"code": None, "signal": None, "error": f"the supervisor failed: {error!r}"}
                    )
                raise
            finally:
                self._heartbeat.stop()  # other hosts know a run by it that has not ended
                self._terminal.give_back()
                self._relay.close()

    def _record(self) -> int:
        """The whole of the run: begin the record, run the command, complete the record."""
        attempt, owner = self._attempt, self._attempt.owner
        become_subreaper()
        self._heartbeat.beat()  # without a thread as yet: the session is forked
        folder = os.getcwd()
        work = self._work or (WorkFolder(folder) if self._options.outputs else None)
        reserve = Reserve(attempt.folder)
        take_failed(attempt.folder)  # left by an earlier attempt that was killed
        if not attempt.number:
            attempt.begin(**facts_of(attempt.arguments, folder, dict(os.environ)))
        self._say(f"recording as {attempt.name}")
        if work and work.shared():
            self._warn(f"another run is at work in {folder}: each may collect the other's files under outputs and logs")
        self._to_collect = work
        try:
            session = self._start()
        except CommandError as error:
            self._say(str(error))
            self._log.write(str(error))
            outcome = Outcome(status.FAILED, {"code": error.code, "signal": None, "error": str(error)}, error.code)
        else:
            outcome = self._attend(session)
        self._terminal.give_back()
        owner.update(status=status.FINALIZING)
        self._collect()
        self._close_console()
        summary = _summary(attempt.folder)
        reserve.release()
        owner.finish(outcome.status, outcome.exit, summary)
        self._log.write(f"{outcome.status.lower()}, exit code {outcome.code}")
        self._relay.flush()
        reason = outcome.exit["error"]
        self._say(f"{owner.manifest['display_name']} {outcome.status.lower()}{': ' + reason if reason else ''}")
        return outcome.code

    def _start(self) -> Session:
        """Start the command on its terminals; raises `CommandError`."""
        attempt, split = self._attempt, self._options.split_stderr
        if self._options.scrape and os.environ.get(SCRAPE) != "0":
            self._scraping = Scraping(attempt.folder, attempt.number)
        for name, descriptor in (("out", 1), ("err", 2))[: 2 if split else 1]:
            try:
                pty = Pty(self._terminal.size(), self._terminal.attributes())
            except OSError as error:
                raise CommandError(NOT_EXECUTABLE, f"no pseudo terminal to be had: {error.strerror}") from error
            console = ConsoleWriter(attempt.folder, self._writer_name, name)
            echo = Echo(descriptor) if self._options.echo else None
            reader = self._scraping.stream() if self._scraping else None
            self._relay.streams.append(Stream(pty, console, echo, reader))
        manifest = attempt.owner.manifest
        environment = child_environment(os.environ, attempt.root, attempt.folder, manifest, attempt.number)
        ptys = [stream.pty for stream in self._relay.streams]
        own_stdin = not self._terminal.is_tty
        session = Session(attempt.arguments, environment, ptys[0], ptys[1] if split else None, own_stdin)
        for pty in ptys:
            pty.close_slave()
        manifest["attempts"][-1]["child"] = identity_of(session.pid)
        attempt.owner.update(status=status.RUNNING)
        self._log.write(f"started, pid {session.pid}")
        return session

    def _attend(self, session: Session) -> Outcome:
        """Stay with the command to its end."""
        attempt = self._attempt
        sampler = ResourceSampler(RunWriter(attempt.folder, attempt=attempt.number, kind="resources"), session.holder)
        attendant = Attendant(
            session,
            self._relay,
            self._terminal,
            self._inbox,
            Ending(session.holder, self._options.grace, self._say),
            self._cancel_watch,
            self._log.write,
            lambda: attempt.owner.update(status=status.CANCEL_REQUESTED),
            sampler.reap,
            self._scraping.turn if self._scraping else lambda: None,
            self._options.time_limit,
        )
        self._heartbeat.start()
        sampler.start()
        try:
            attendant.run()
        finally:
            sampler.stop()
            session.close()
            reap()
        returned = attendant.returned or 0
        paths = [stream.writer.path for stream in reversed(self._relay.streams)]
        failed = take_failed(attempt.folder)
        if failed is not None and failed.paths:
            paths = failed.paths
        error = last_error(paths, guess=returned > 0) if returned else None
        if failed is not None and error:
            error = f"rank {failed.rank}: {error}"
        return outcome_of(returned, error, attendant.canceled_by, error_details(paths) if returned else None)

    def _collect(self) -> None:
        """Keep the files that the command has left, once; that may take long, and ctrl+c ends it."""
        work, self._to_collect = self._to_collect, None
        if work is None:
            return
        try:
            with self._inbox.interruptible():
                for warning in work.collect(self._attempt.folder):
                    self._warn(warning)
        except KeyboardInterrupt:
            self._warn("interrupted: not all files under outputs and logs were kept")

    def _close_console(self) -> None:
        for stream in self._relay.streams:
            stream.writer.close()
            for remark in stream.writer.remarks():
                self._warn(remark)
        left_out = self._scraping.close() if self._scraping else ""
        if left_out:
            self._warn(left_out)

    def _warn(self, text: str) -> None:
        self._say(text)
        self._log.write(text)
        self._attempt.owner.manifest["warnings"].append(text)

    def _say(self, text: str) -> None:
        if not self._options.quiet:
            try:
                os.write(2, f"runs-tui: {printable(text)}\n".encode("utf-8", "replace"))
            except OSError:
                pass


def _summary(folder: str) -> dict[str, Any] | None:
    """What spares lists the reading of the points; None where there are none."""
    try:
        if not os.listdir(RunPaths(folder).points):
            return None
        from runstore.reading.summary import summary_of  # it brings NumPy, for which nobody waits any more

        return summary_of(folder)
    except Exception:  # a hint, without which readers do as well: never worth the end of a run
        return None
