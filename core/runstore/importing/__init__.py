"""Runs of other tools copied into a run store, as runs of its own."""
