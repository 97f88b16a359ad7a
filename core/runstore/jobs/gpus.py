"""Use of the graphics processors, as NVML tells it. What it does not tell is left out, never 0."""

from __future__ import annotations

import os
from typing import Any

_MB = 1e6


class Gpus:
    """The NVIDIA GPUs that a command may use. Empty without a GPU, a driver or the optional package nvidia-ml-py."""

    def __init__(self) -> None:
        self._handles: dict[int, Any] = {}
        self._nvml: Any = None
        try:
            import pynvml

            pynvml.nvmlInit()
            self._nvml = pynvml
            visible = os.environ.get("CUDA_VISIBLE_DEVICES")
            for index in range(pynvml.nvmlDeviceGetCount()):
                handle = pynvml.nvmlDeviceGetHandleByIndex(index)
                if visible is None or self._is_named(visible, index, handle):
                    self._handles[index] = handle
        except Exception:  # no package, no driver, no permission: there is nothing to be had from NVML
            self._handles = {}

    def __bool__(self) -> bool:
        return bool(self._handles)

    def sample(self) -> dict[str, float]:
        """``gpu<i>_util_percent`` and ``gpu<i>_memory_mb`` (10^6 bytes) of each GPU, i as nvidia-smi counts."""
        values: dict[str, float] = {}
        for index, handle in self._handles.items():
            try:
                values[f"gpu{index}_util_percent"] = float(self._nvml.nvmlDeviceGetUtilizationRates(handle).gpu)
            except self._nvml.NVMLError:
                pass
            try:
                values[f"gpu{index}_memory_mb"] = self._memory(handle) / _MB
            except self._nvml.NVMLError:
                pass
        return values

    def _memory(self, handle: Any) -> int:
        """Bytes in use, as nvidia-smi counts them: the first version of NVML's answer adds what the driver reserves."""
        try:
            return int(self._nvml.nvmlDeviceGetMemoryInfo(handle, version=self._nvml.nvmlMemory_v2).used)
        except self._nvml.NVMLError:  # a driver before 510
            return int(self._nvml.nvmlDeviceGetMemoryInfo(handle).used)

    def close(self) -> None:
        """Let go of NVML."""
        if self._nvml is not None:
            try:
                self._nvml.nvmlShutdown()
            except self._nvml.NVMLError:
                pass

    def _is_named(self, visible: str, index: int, handle: Any) -> bool:
        """Whether CUDA_VISIBLE_DEVICES (indices or the beginnings of UUIDs, up to the first bad one) names the GPU."""
        uuid = self._nvml.nvmlDeviceGetUUID(handle)
        text = uuid.decode() if isinstance(uuid, bytes) else uuid
        for name in (part.strip() for part in visible.split(",")):
            if name.isdigit():
                if int(name) == index:
                    return True
            elif name.startswith("GPU-"):
                if text.startswith(name):
                    return True
            elif name.startswith("MIG-"):
                continue
            else:
                return False
        return False
