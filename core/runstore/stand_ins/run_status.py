"""``azureml._restclient.constants.RunStatus``: the words for the state of a run, and which of them mean what."""

from __future__ import annotations

from runstore.records import status


class RunStatus:
    """Each state of a run under Azure ML's constant."""

    QUEUED = status.QUEUED
    NOT_STARTED = status.NOT_STARTED
    PREPARING = status.PREPARING
    PROVISIONING = status.PROVISIONING
    STARTING = status.STARTING
    RUNNING = status.RUNNING
    CANCEL_REQUESTED = status.CANCEL_REQUESTED
    CANCELED = status.CANCELED
    FINALIZING = status.FINALIZING
    COMPLETED = status.COMPLETED
    FAILED = status.FAILED
    UNAPPROVED = status.UNAPPROVED
    NOTRESPONDING = status.NOT_RESPONDING
    PAUSING = status.PAUSING
    PAUSED = status.PAUSED

    @classmethod
    def get_running_statuses(cls) -> list[str]:
        """The states of a run that has not come to its end."""
        ends = status.TERMINAL | status.POST_PROCESSING
        return [value for value in cls.list() if value not in ends]

    @classmethod
    def get_post_processing_statuses(cls) -> list[str]:
        """The states of a run whose script has ended and whose files are being kept."""
        return [value for value in cls.list() if value in status.POST_PROCESSING]

    @classmethod
    def list(cls) -> list[str]:  # last: its name hides the type in the lines below
        """All states."""
        return [value for name, value in vars(cls).items() if name.isupper()]


RUNNING_STATES = RunStatus.get_running_statuses()
POST_PROCESSING_STATES = RunStatus.get_post_processing_statuses()
