"""The recorded statuses of a run, in Azure ML's words."""

from __future__ import annotations

NOT_STARTED = "NotStarted"
STARTING = "Starting"
PROVISIONING = "Provisioning"
PREPARING = "Preparing"
QUEUED = "Queued"
RUNNING = "Running"
FINALIZING = "Finalizing"
CANCEL_REQUESTED = "CancelRequested"
CANCELED = "Canceled"
COMPLETED = "Completed"
FAILED = "Failed"
UNAPPROVED = "Unapproved"
NOT_RESPONDING = "NotResponding"
PAUSING = "Pausing"
PAUSED = "Paused"

TERMINAL = frozenset((COMPLETED, FAILED, CANCELED))
"""A run with one of these has ended; an unknown status counts as not ended."""
WAITING = frozenset((NOT_STARTED, STARTING, PROVISIONING, PREPARING, QUEUED, UNAPPROVED))
"""A run with one of these has not begun to run its program."""
POST_PROCESSING = frozenset((CANCEL_REQUESTED, FINALIZING))
