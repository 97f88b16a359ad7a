"""Waiting for a run of another process, with its output as it comes."""

from __future__ import annotations

import json
import sys
import time

from runstore.exceptions import ActivityFailedException, ExperimentExecutionException, UserErrorException
from runstore.layout.printable import printable
from runstore.records import status
from runstore.runs.streaming import RunOutput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.runs.run import Run

POLL = 0.2
"""Seconds between two looks at the run."""
_PATIENCE = 2.0
"""Seconds of waiting for its start after which the words of its supervisor are shown."""
_QUEUE_CARE = 5.0
"""Seconds between two looks at whether anybody works on the queue in which the run waits."""


def wait_for_completion(run: Run, show_output: bool, raise_on_error: bool) -> dict[str, Any]:
    """See `Run.wait_for_completion`."""
    if (run._owns() or run._joined) and run.get_status() not in status.TERMINAL:
        raise UserErrorException(
            "run {} is this process's own and would wait for itself; end it with complete(), fail() or cancel()".format(
                run.id
            )
        )
    shown = _Shown(run) if show_output else None
    try:
        _wait(run, shown)
        details = run.get_details()
        error = details.get("error") if details["status"] == status.FAILED else None
        if shown is not None:
            shown.summary(details, None if raise_on_error else error)
    except KeyboardInterrupt:
        raise ExperimentExecutionException(
            "The waiting was interrupted; run {} goes on. To wait again: wait_for_completion(); to end it: "
            "cancel()".format(run.id)
        ) from None
    if error is not None and raise_on_error:
        raise ActivityFailedException("Activity Failed:\n{}".format(json.dumps(error, indent=4, default=str)))
    return details


def _wait(run: Run, shown: _Shown | None) -> None:
    began = cared = time.monotonic()
    while True:
        state = run._state()
        if run._kept_reader().gone:
            raise UserErrorException("run {} was deleted while it was waited for".format(run.id))
        ended = state.status in status.TERMINAL
        now = time.monotonic()
        waits = state.status in status.WAITING
        if shown is not None:
            shown.news(waits and now - began > _PATIENCE, ended)
            if state.status == status.NOT_RESPONDING:
                shown.once("[nothing was heard of the run for a while ({}); still waiting]\n".format(state.text))
        if ended:
            return
        if waits and now - cared > _QUEUE_CARE:
            cared = now
            _keep_queue_going(run)
        time.sleep(POLL)


def _keep_queue_going(run: Run) -> None:
    """The machine may have been restarted since the run was queued: nobody would start it then."""
    from importlib import import_module

    try:
        # By name: the queue lies in a room above this one, where runs know nothing of it.
        starter = import_module("runstore.jobs.submit.starter")
        starter.ensure_queue(run.experiment.workspace.root)
    except (ImportError, OSError, ExperimentExecutionException):
        pass  # others may start it; the waiting goes on


class _Shown:
    """What is printed: on stdout, and what the run wrote to its stderr on stderr."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._output = RunOutput(run._folder)
        self._log = ""
        self._said = False
        self._line_open = False
        self._head()

    def news(self, waiting: bool, ended: bool) -> None:
        """Print what the run has written since."""
        for name, stream, text in self._output.rest() if ended else self._output.new_parts(waiting):
            if not text:
                continue
            if name != self._log:
                self._log = name
                self._title("Streaming " + name, len(name) + 10)
                print()
            file = sys.stderr if stream == "err" else sys.stdout
            file.write(text)
            file.flush()
            self._line_open = stream == "out" and not text.endswith("\n")

    def once(self, text: str) -> None:
        """Print a remark, the first time."""
        if not self._said:
            self._said = True
            sys.stdout.write(text)
            sys.stdout.flush()

    def summary(self, details: dict[str, Any], error: Any) -> None:
        """Print how it ended."""
        self._title("Execution Summary", 17)
        self._head()
        warnings = [each["message"] for each in details.get("warnings", []) if each.get("message")]
        if warnings:
            print("\nWarnings:")
            for text in warnings:
                print(printable(text))
        if error is not None:
            print("\nError:\n{}".format(json.dumps(error, indent=4, default=str)))
        print(flush=True)

    def _title(self, text: str, rule: int) -> None:
        print("{}\n{}\n{}".format("\n" if self._line_open else "", text, "=" * rule))
        self._line_open = False

    def _head(self) -> None:
        print("RunId: {}".format(printable(self._run.id)))
        print("Web View: {}".format(self._run.get_portal_url()), flush=True)
