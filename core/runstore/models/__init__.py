"""The model registry: named files with versions, kept under ``.runstore/models/<name>/<version>/``."""
