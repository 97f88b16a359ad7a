"""Runs of Lightning's CSVLogger."""
