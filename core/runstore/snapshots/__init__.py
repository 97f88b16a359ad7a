"""Copies of source folders, stored once by content under ``.runstore/snapshots/<id>/``."""
