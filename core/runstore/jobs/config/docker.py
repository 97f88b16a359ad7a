"""Settings of containers. They are kept as they are given; scripts run without a container."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEFAULT_CPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"
DEFAULT_GPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-cuda11.1-cudnn8-ubuntu20.04"
"""Names of the images that Azure ML takes when none is given."""


class DockerConfiguration:
    """Whether and how a container is used for a run (``docker_runtime_config=``)."""

    def __init__(
        self,
        use_docker: bool = False,
        shared_volumes: bool = True,
        arguments: list[str] | None = None,
        shm_size: str | None = "2g",
    ) -> None:
        self.use_docker = use_docker
        self.shared_volumes = shared_volumes
        self.arguments: list[str] = list(arguments or [])
        self.shm_size = shm_size


class ContainerRegistry:
    """Where an image comes from, and who may fetch it. Name and password are never recorded."""

    def __init__(self) -> None:
        self.address: str | None = None
        self.username: str | None = None
        self.password: str | None = None
        self.registry_identity: Any = None

    def __repr__(self) -> str:
        return "ContainerRegistry(address={!r})".format(self.address)


class DockerBuildContext:
    """A folder with a Dockerfile, from which an image would be built."""

    def __init__(self, location: str, dockerfile_path: str = "Dockerfile") -> None:
        self.location = location
        self.dockerfile_path = dockerfile_path

    @classmethod
    def from_local_directory(
        cls, workspace: Any, path: str | os.PathLike[str], dockerfile_path: str = "Dockerfile"
    ) -> DockerBuildContext:
        """The folder ``path`` of this machine."""
        return cls(os.path.abspath(os.fspath(path)), dockerfile_path)


class DockerSection:
    """The ``docker`` part of an `Environment`."""

    def __init__(self) -> None:
        self.enabled = False
        self.base_image: str | None = DEFAULT_CPU_IMAGE
        self.base_dockerfile: str | None = None
        self.base_image_registry = ContainerRegistry()
        self.build_context: Any = None
        self.platform: Any = None
        self.shared_volumes = True
        self.shm_size: str | None = "2g"
        self.gpu_support = False
        self.arguments: list[str] = []

    def is_asked_for(self) -> bool:
        """Whether anything here says that the script wants a container of its own."""
        return bool(
            self.enabled
            or self.base_dockerfile
            or self.build_context
            or (self.base_image and self.base_image not in (DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE))
        )
