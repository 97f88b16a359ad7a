"""`export_to_tensorboard`: the metrics of runs as event files."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.integrations.tensorboard.cells import points_of
from runstore.integrations.tensorboard.event_file import EventFile
from runstore.layout.names import encode_name
from runstore.runs.experiment import Experiment
from runstore.runs.run import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def export_to_tensorboard(
    run_data: Any, logsdir: str | os.PathLike[str], logger: Any = None, recursive: bool = True
) -> None:
    """Write the metrics of ``run_data`` (a run, a list of runs, or an experiment) below ``logsdir``.

    Each run has a folder there, named by its id; with ``recursive`` the children of runs have theirs too. A point that
    was logged with a step has it; the others are numbered through the whole run. Raises `UserErrorException` when
    there is no run.
    """
    folder = os.fspath(logsdir)
    seen = set()
    for run in _runs(run_data, recursive):
        if run.id in seen:
            continue
        seen.add(run.id)
        points = points_of(run)
        with EventFile(os.path.join(folder, encode_name(run.id))) as file:
            for number, (tag, value, step, seconds) in enumerate(points):
                file.scalar(tag, value, number if step is None else step, seconds)
        if logger is not None:
            logger.info("run %s: %d points written to %s", run.id, len(points), folder)
    if not seen:
        raise UserErrorException("there is no run to export: give a run, a list of runs, or an experiment with runs")


def _runs(run_data: Any, recursive: bool) -> Iterator[Run]:
    if isinstance(run_data, Experiment):
        yield from run_data.get_runs(include_children=recursive)
        return
    given = [run_data] if isinstance(run_data, Run) else run_data
    if not isinstance(given, (list, tuple)) or not all(isinstance(run, Run) for run in given):
        raise UserErrorException("run_data: give a run, a list of runs, or an experiment")
    for run in given:
        yield run
        if recursive:
            yield from run.get_children(recursive=True)
