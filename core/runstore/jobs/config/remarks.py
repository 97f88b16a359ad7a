"""What a configuration asks for that is done otherwise on one machine, said once, loudly."""

from __future__ import annotations

import os
import sys

from runstore.exceptions import RunConfigurationException
from runstore.jobs.config.python_section import CURRENT
from runstore.layout.printable import printable
from runstore.stand_ins.notice import STRICT, is_strict
from runstore.writing.arguments import MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runstore.jobs.config.script_run_config import ScriptRunConfig


def remarks_on(config: ScriptRunConfig) -> list[str]:
    """One sentence for each thing that is done otherwise than ``config`` asks."""
    run_config = config.run_config
    environment = run_config.environment
    found = []
    target = run_config.target_name
    if target.lower() != "local":
        found.append("the compute target {} is not reached from here: the run is local".format(printable(target, 100)))
    if run_config.node_count > 1:
        found.append("{} nodes are asked for: all processes run on this machine".format(run_config.node_count))
    if run_config.docker.use_docker or environment.docker.is_asked_for():
        image = environment.docker.base_image
        found.append(
            "Docker settings are not used: the script runs without a container{}".format(
                " (image {})".format(printable(image, 150)) if image else ""
            )
        )
    if environment.curated:
        found.append(
            "the environment {} is one of Azure ML's own: the current interpreter stands in for it".format(
                printable(environment.curated, 100)
            )
        )
    if missing_interpreter(config):
        found.append(
            "the interpreter {} would be in the image: the current one is used".format(
                printable(environment.python.interpreter_path, 200)
            )
        )
    variables = {**environment.environment_variables, **run_config.environment_variables}
    masked = [name for name, value in variables.items() if value == MASK]
    if masked:
        found.append(
            "the values of the environment variables {} were not recorded: they are not set".format(
                ", ".join(printable(name, 60) for name in masked)
            )
        )
    if config._ignored:
        found.append("run_config was given, so these are ignored: {}".format(", ".join(config._ignored)))
    return found


def missing_interpreter(config: ScriptRunConfig) -> bool:
    """Whether the interpreter that is named would only be found inside the image that is named."""
    environment = config.run_config.environment
    path = environment.python.interpreter_path
    return bool(
        environment.python.user_managed_dependencies
        and (environment.docker.is_asked_for() or config.run_config.docker.use_docker)
        and path
        and path != CURRENT
        and not os.path.exists(os.path.expanduser(path))
    )


def announce(remarks: list[str]) -> None:
    """Say the remarks on stderr as one warning; with RUNSTORE_STRICT=1 raise `RunConfigurationException` instead."""
    if not remarks:
        return
    text = "; ".join(remarks)
    if is_strict():
        raise RunConfigurationException("{} (refused because of {}={})".format(text, STRICT, os.environ[STRICT]))
    try:
        sys.stderr.write("runstore: WARNING: {}\n".format(text))
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass
