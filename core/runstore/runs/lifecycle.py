"""The life of a `Run`, one mixin: how it begins, ends, is canceled and waited for."""

from __future__ import annotations

import os
import time

from runstore.records import status
from runstore.records.manifest import moment_in
from runstore.runs.errors import error_of
from runstore.runs.facts import Facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from runstore.runs.session import Session

    Self = TypeVar("Self", bound="Lifecycle")


class Lifecycle(Facts):
    """Who may decide on the status: the process that owns the run, or, where it is gone, anybody."""

    id: str
    _session: Session

    def start(self) -> None:
        """NotStarted -> Running."""
        if self._owner is not None and self._owner.manifest["status"] in status.WAITING:
            self._owner.update(status=status.RUNNING)

    def complete(self, _set_status: bool = True) -> None:
        """End the run as Completed.

        In a launched script that does nothing: there the exit code decides. Of a run whose process lives it is not
        for others to say; a line on stderr tells so.
        """
        if _set_status:
            self._end(status.COMPLETED)

    def fail(self, error_details: Any = None, error_code: str | None = None, _set_status: bool = True) -> None:
        """End the run as Failed with an error, a text or an exception; raises TypeError for anything else.

        A submitted run of another process is Failed at once, and its processes are ended.
        """
        if error_details is not None and not isinstance(error_details, (str, BaseException)):
            raise TypeError("error_details must be a str or an exception, not {}".format(type(error_details).__name__))
        if _set_status:
            self._end(status.FAILED, error_of(error_details, error_code))

    def cancel(self) -> None:
        """End the run as Canceled; of a run that another process owns, ask that process to end it.

        A launched script cannot cancel itself: a line on stderr tells so.
        """
        from runstore.runs.session import end, say

        self._writer  # noqa: B018 - a run that was never written to begins now, so that it can end
        if self._owns():
            end(self, status.CANCELED)  # type: ignore[arg-type]  # the mixin of a Run
        elif self._joined or self._owner is not None:
            say("run {}: cancel() does nothing in the run's own script; leave it with sys.exit()".format(self.id))
        elif self._state().status not in status.TERMINAL:
            from runstore.runs.cancel import request_cancel

            self._writing(lambda: request_cancel(self._folder))

    def flush(self, timeout_seconds: int = 300) -> None:
        """Nothing to wait for: what was logged is in its file already."""

    def clean(self) -> None:
        """Remove what a submitted run left of its working folder; its records and files stay.

        A supervisor removes it at the end of each run, so there is something to remove only where it was killed.
        """
        from runstore.writing.working_folder import finish_work

        if self._state().status in status.TERMINAL:
            finish_work(self._folder)

    def delete(self, force: bool = False) -> None:
        """Move the run with its child runs to the trash, from where ``runs-tui undo`` brings it back.

        Raises `UserErrorException` while one of them runs or waits for its turn, unless ``force``: then the records
        go, and the program goes on.
        """
        from runstore.runs.trash import trash_run

        trash_run(os.path.dirname(os.path.dirname(self._folder)), self._folder, force)

    def wait_for_completion(
        self, show_output: bool = False, wait_post_processing: bool = False, raise_on_error: bool = True
    ) -> dict[str, Any]:
        """Wait until the run has ended, and return `get_details`.

        ``show_output`` prints its output as it comes and a summary at the end. A run that failed, or whose process
        is gone, raises `ActivityFailedException`, unless ``raise_on_error`` is False. Ctrl+c ends the waiting alone:
        it raises `ExperimentExecutionException`, and the run goes on. What follows the script (collecting its
        files) takes no time here and is waited for in any case: ``wait_post_processing`` changes nothing.
        """
        from runstore.runs.completion import wait_for_completion

        return wait_for_completion(self, show_output, raise_on_error)  # type: ignore[arg-type]  # the mixin of a Run

    def _end(self, final: str, error: dict[str, Any] | None = None) -> None:
        from runstore.runs.session import end

        self._writer  # noqa: B018 - a run that was never written to begins now, so that it can end
        if self._owns():
            end(self, final, error)  # type: ignore[arg-type]  # the mixin of a Run
        elif not self._joined and self._owner is None:
            self._end_from_outside(final, error)

    def _end_from_outside(self, final: str, error: dict[str, Any] | None) -> None:
        """End a run that nobody ends any more; one with a live process can only be failed."""
        from runstore.runs.session import say

        state = self._state()
        recorded = self._manifest()["status"]
        if recorded in status.TERMINAL:
            return
        live = state.status not in status.TERMINAL
        if live and final == status.COMPLETED:
            say("run {} is {} in another process, which will end it; cancel() asks it to".format(self.id, state.text))
            return
        moment = moment_in(self._manifest(), time.time())
        change = {"kind": "end", "value": final, "error": (error or {}).get("error"), "time": moment}
        self._change(**change)
        if live and _is_submitted(self._manifest()):
            from runstore.runs.cancel import request_cancel

            self._writing(lambda: request_cancel(self._folder))

    def __enter__(self: Self) -> Self:
        from runstore.runs.session import enter

        enter(self)  # type: ignore[arg-type]  # the mixin of a Run
        return self

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> bool:
        from runstore.runs.session import leave

        return leave(self, error)  # type: ignore[arg-type]  # the mixin of a Run


def _is_submitted(manifest: dict[str, Any]) -> bool:
    """Whether it runs, or will run, under a supervisor, which ends its processes when it is asked to."""
    attempts = manifest["attempts"]
    last = attempts[-1] if attempts and isinstance(attempts[-1], dict) else None
    return last is None or last.get("engine") not in (None, "kernel")
