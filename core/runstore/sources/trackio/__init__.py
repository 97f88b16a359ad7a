"""Runs of trackio: its SQLite databases, one a project, read without trackio."""
