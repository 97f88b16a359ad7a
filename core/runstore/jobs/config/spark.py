"""Settings of Spark. They are kept as they are given; Spark itself is not started here."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class SparkPackage:
    """A Maven package that Spark is to load."""

    def __init__(self, group: str | None = None, artifact: str | None = None, version: str | None = None) -> None:
        self.group = group
        self.artifact = artifact
        self.version = version


class SparkSection:
    """The ``spark`` part of an `Environment`."""

    def __init__(self) -> None:
        self.repositories: list[str] = []
        self.packages: list[Any] = []
        self.precache_packages = True


class SparkConfiguration:
    """The ``spark`` part of a `RunConfiguration`."""

    def __init__(self) -> None:
        self.configuration: dict[str, Any] = {}
