"""What ``azureml.core.VERSION`` says."""

from __future__ import annotations

from runstore import __version__

VERSION = "1.61.0+runstore." + __version__
"""The last release whose names this package has, and whose work it is: scripts print it, some compare it."""
