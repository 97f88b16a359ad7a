"""What a script is run with: `ScriptRunConfig`, `RunConfiguration`, `Environment` and their parts.

These modules are imported by scripts and notebooks: Python 3.8 syntax and the standard library only. Names are
imported when they are first used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_HOMES = {
    "CondaDependencies": "conda_dependencies",
    "ContainerRegistry": "docker",
    "DEFAULT_CPU_IMAGE": "docker",
    "DEFAULT_GPU_IMAGE": "docker",
    "DataReferenceConfiguration": "data_references",
    "DockerBuildContext": "docker",
    "DockerConfiguration": "docker",
    "DockerSection": "docker",
    "Environment": "environment",
    "HistoryConfiguration": "run_configuration",
    "MpiConfiguration": "distributed",
    "PyTorchConfiguration": "distributed",
    "PythonSection": "python_section",
    "RunConfiguration": "run_configuration",
    "ScriptRunConfig": "script_run_config",
    "SparkConfiguration": "spark",
    "SparkPackage": "spark",
    "SparkSection": "spark",
    "TensorflowConfiguration": "distributed",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError("module {!r} has no attribute {!r}".format(__name__, name))
    from importlib import import_module

    value = globals()[name] = getattr(import_module(__name__ + "." + home), name)
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
