"""Words of states that belong together."""

LIVE = frozenset({"running", "finalizing", "stalled", "unresponsive", "growing"})
"""The process is, or may be, alive."""
WAITING = frozenset({"not started", "queued", "preparing", "provisioning", "starting", "unapproved", "preempted"})
"""It has not begun."""
