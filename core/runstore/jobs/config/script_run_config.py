"""`ScriptRunConfig`: a script, its arguments, and what it is run with."""

from __future__ import annotations

import os

from runstore.exceptions import ExperimentExecutionException, RunConfigurationException, UserErrorException
from runstore.jobs.config.data_references import DataReferenceConfiguration
from runstore.jobs.config.distributed import (
    DistributedJobConfig,
    MpiConfiguration,
    PyTorchConfiguration,
    TensorflowConfiguration,
)
from runstore.jobs.config.environment import Environment
from runstore.jobs.config.remarks import announce, remarks_on
from runstore.jobs.config.run_configuration import THIRTY_DAYS, RunConfiguration, listed
from runstore.layout.printable import printable
from runstore.stand_ins.data_input import begin_run, script_environment
from runstore.writing.arguments import MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.jobs.config.docker import DockerConfiguration
    from runstore.runs.experiment import Experiment
    from runstore.runs.run import Run

    PathLike = str | os.PathLike[str]


class ScriptRunConfig:
    """What `Experiment.submit` runs. Everything in it, ``run_config`` too, can be changed until then.

    ``script`` (with ``arguments``, a list, numbers allowed, or a text) or ``command`` (text for a shell, or a list of
    words) is run in a copy of ``source_directory``. With ``run_config`` the parameters that it already settles
    (``compute_target``, ``environment``, ``distributed_job_config``, ``docker_runtime_config``) are ignored; script and
    arguments win.
    """

    def __init__(
        self,
        source_directory: PathLike | None,
        script: str | None = None,
        arguments: list[Any] | str | None = None,
        run_config: RunConfiguration | None = None,
        _telemetry_values: Any = None,
        compute_target: Any = None,
        environment: Environment | None = None,
        distributed_job_config: DistributedJobConfig | None = None,
        resume_from: Any = None,
        max_run_duration_seconds: float | None = THIRTY_DAYS,
        command: str | list[str] | None = None,
        docker_runtime_config: DockerConfiguration | None = None,
    ) -> None:
        if command and (script or arguments):
            raise UserErrorException("give a command, or a script with arguments, not both")
        self.source_directory = os.fspath(source_directory) if source_directory is not None else os.curdir
        self.resume_from = resume_from
        self._ignored: list[str] = []
        settled = {
            "compute_target": compute_target,
            "environment": environment,
            "distributed_job_config": distributed_job_config,
            "docker_runtime_config": docker_runtime_config,
        }
        if run_config is not None:
            if not isinstance(run_config, RunConfiguration):
                raise UserErrorException("run_config: give a RunConfiguration, not {}".format(_kind(run_config)))
            self._ignored = [name for name, value in settled.items() if value is not None]
            self.run_config = run_config
        else:
            self.run_config = _configuration(**settled)
        self.script = script if script is not None else self.run_config.script
        self.arguments: list[Any] = listed(arguments if arguments is not None else self.run_config.arguments)
        self.command = command if command is not None else None if script else self.run_config.command
        if run_config is None or max_run_duration_seconds != THIRTY_DAYS:
            self.run_config.max_run_duration_seconds = max_run_duration_seconds

    @property
    def max_run_duration_seconds(self) -> float | None:
        """The longest time that the script may take, in seconds."""
        return self.run_config.max_run_duration_seconds

    @max_run_duration_seconds.setter
    def max_run_duration_seconds(self, seconds: float | None) -> None:
        self.run_config.max_run_duration_seconds = seconds

    def remarks(self) -> list[str]:
        """What was asked for and is done otherwise here, one sentence each; recorded as warnings of the run."""
        return remarks_on(self)

    def environment_variables(self) -> dict[str, str]:
        """The environment variables that the script is given; their values are never recorded.

        One that comes masked from the record of another run is left out: its value is not known.
        """
        given = {**self.run_config.environment.environment_variables, **self.run_config.environment_variables}
        return {str(name): str(value) for name, value in given.items() if value != MASK}

    def inputs(self) -> dict[str, str]:
        """The data that the script is given, as variables that name where it is: ``{"AZUREML_DATASET_raw": path}``."""
        run_config = self.run_config
        given = [*self._words(), *run_config.data_references.values(), *run_config.data.values()]
        return script_environment([*given, *run_config.output_data.values()])

    def _words(self) -> list[Any]:
        """What stands in the command line, where data and outputs may be."""
        return [*listed(self.arguments), *(self.command if isinstance(self.command, (list, tuple)) else ())]

    def check(self) -> None:
        """Raise `ExperimentExecutionException` when there is nothing to run, `RunConfigurationException` for a number
        that makes no sense.
        """
        if not os.path.isdir(self.source_directory):
            raise ExperimentExecutionException(
                "source_directory {!r} is not a folder".format(printable(self.source_directory, 300))
            )
        environment: Any = self.run_config.environment
        if not isinstance(environment, Environment):
            raise RunConfigurationException("environment: give an Environment, not {}".format(_kind(environment)))
        if not self.command and not self.script:
            raise ExperimentExecutionException("nothing to run: give script='train.py' or command=[...]")
        if self.script and not self.command:
            path = os.path.join(self.source_directory, str(self.script))
            if not os.path.isfile(path):
                raise ExperimentExecutionException(
                    "there is no script {!r} in {}; give its path below source_directory".format(
                        printable(self.script, 200), os.path.abspath(self.source_directory)
                    )
                )
        seconds: Any = self.max_run_duration_seconds
        if seconds is not None and not (isinstance(seconds, (int, float)) and seconds > 0):
            raise RunConfigurationException(
                "max_run_duration_seconds={!r}: give a number of seconds, or None".format(seconds)
            )

    def submit_to(
        self,
        experiment: Experiment,
        tags: dict[str, Any] | None = None,
        run_id: str | None = None,
        parent: Run | str | None = None,
        show_output: bool = False,
        display_name: str | None = None,
        credential_passthrough: Any = None,
    ) -> Run:
        """Put a run of this into the queue of ``experiment`` and return it; `Experiment.submit` calls this.

        With ``show_output`` it is followed to its end. What is done otherwise than asked is said on stderr and
        recorded; with RUNSTORE_STRICT=1 it raises `RunConfigurationException` instead.
        """
        from runstore.jobs.submit.submission import submit_script

        self.check()
        announce(self.remarks())
        for name, reference in self.run_config.data_references.items():
            if isinstance(reference, DataReferenceConfiguration):
                reference.find(experiment.workspace, name)
        begin_run([*self._words(), *self.run_config.output_data.values()])
        run = submit_script(experiment, self, tags=tags, run_id=run_id, parent=parent, display_name=display_name)
        if show_output:
            run.wait_for_completion(show_output=True)
        return run

    def __repr__(self) -> str:
        return "ScriptRunConfig(source_directory={!r}, script={!r}, command={!r}, run_config={!r})".format(
            self.source_directory, self.script, self.command, self.run_config
        )


def get_run_config_from_script_run(script_run_config: ScriptRunConfig) -> RunConfiguration:
    """A copy of its run configuration with its script, arguments and command."""
    from copy import deepcopy

    made = deepcopy(script_run_config.run_config)
    made.arguments = listed(script_run_config.arguments)
    made.script, made.command = script_run_config.script, script_run_config.command
    return made


def _configuration(
    compute_target: Any,
    environment: Environment | None,
    distributed_job_config: DistributedJobConfig | None,
    docker_runtime_config: DockerConfiguration | None,
) -> RunConfiguration:
    made = RunConfiguration()
    if compute_target is not None:
        made.target = compute_target
    if environment is not None:
        made.environment = environment
    if docker_runtime_config is not None:
        made.docker = docker_runtime_config
    if isinstance(distributed_job_config, MpiConfiguration):
        made.mpi, made.communicator, made.node_count = (
            distributed_job_config,
            "OpenMpi",
            distributed_job_config.node_count,
        )
    elif isinstance(distributed_job_config, PyTorchConfiguration):
        made.pytorch, made.framework, made.node_count = (
            distributed_job_config,
            "PyTorch",
            distributed_job_config.node_count,
        )
        made.communicator = distributed_job_config.communication_backend
    elif isinstance(distributed_job_config, TensorflowConfiguration):
        made.tensorflow, made.framework, made.communicator = distributed_job_config, "TensorFlow", "ParameterServer"
        made.node_count = distributed_job_config.worker_count + distributed_job_config.parameter_server_count
    elif distributed_job_config is not None:
        raise UserErrorException(
            "distributed_job_config: give an MpiConfiguration, PyTorchConfiguration or TensorflowConfiguration, "
            "not {}".format(_kind(distributed_job_config))
        )
    return made


def _kind(value: Any) -> str:
    return "an object of {}".format(type(value).__name__)
