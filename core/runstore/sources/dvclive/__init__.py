"""Runs of DVCLive."""
