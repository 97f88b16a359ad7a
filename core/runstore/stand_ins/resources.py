"""What a deployed model would need; kept with the model, used by nothing here."""

from __future__ import annotations


class ResourceConfiguration:
    """CPU cores, memory in gigabytes and GPUs."""

    def __init__(self, cpu: float | None = None, memory_in_gb: float | None = None, gpu: int | None = None) -> None:
        self.cpu = cpu
        self.memory_in_gb = memory_in_gb
        self.gpu = gpu

    def serialize(self) -> dict[str, float | None]:
        """The three numbers with Azure ML's keys."""
        return {"cpu": self.cpu, "memoryInGB": self.memory_in_gb, "gpu": self.gpu}
