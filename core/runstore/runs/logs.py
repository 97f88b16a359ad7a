"""The log files of a run under the names that people know, and their text."""

from __future__ import annotations

import os
import re

from runstore.layout.paths import RunPaths
from runstore.layout.run_files import run_folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runstore.reading.consoles import ConsoleLog

SYSTEM_LOG = "system_logs/system.txt"
_SYSTEM_NAMES = ("azureml-logs/60_control_log.txt", "azureml-logs/20_image_build_log.txt")
_OUTPUT_NAME = (
    r"(?:logs/user_log|azureml-logs/70_driver_log(?:_rank)?(?:_(\d+))?|user_logs/std_log_process_(\d+))\.txt\Z"
)
_LONGEST = 4 << 20


def log_files(folder: str) -> dict[str, str]:
    """Name -> path of the log files of the run in ``folder``.

    ``user_logs/std_log.txt`` is what the program printed, ``std_log_err.txt`` its stderr where that was kept apart,
    ``std_log_<n>`` the same of rank n, ``std_log.2`` of a second attempt; ``user_logs/logging.jsonl`` are the records
    of Python's logging; ``logs/...`` the program's own files; ``system_logs/system.txt`` the supervisor's words.
    """
    from runstore.reading.consoles import console_logs, record_logs

    paths = RunPaths(folder)
    found: dict[str, str] = {}
    for log in console_logs(paths.console):
        for name, path in ((log.name, log.out), (log.name + "_err", log.err)):
            if path:
                found["user_logs/{}.txt".format(name)] = path
    for index, records in enumerate(record_logs(paths.console)):
        found["user_logs/logging{}.jsonl".format("_{}".format(index) if index else "")] = records.path
    for place in run_folders(folder, "logs"):
        for name, path in _files_under(place):
            found.setdefault("logs/" + name, path)
    if os.path.isfile(paths.system_log):
        found[SYSTEM_LOG] = paths.system_log
    return found


def present_name(name: str) -> str:
    """The name of the log file that ``name`` means, which may be one of an earlier runtime of Azure ML."""
    if name in _SYSTEM_NAMES:
        return SYSTEM_LOG
    found = re.match(_OUTPUT_NAME, name)  # compiled here: few trainings ask for a log
    if found is None:
        return name
    rank = int(found.group(1) or found.group(2) or 0)
    return "user_logs/std_log{}.txt".format("_{}".format(rank) if rank else "")


def log_text(path: str) -> str:
    """The text of a log, its last 4 MB; what was printed over with a carriage return stays in it."""
    from runstore.reading.growing import read_range

    try:
        size = os.stat(path).st_size
        data = read_range(path, max(size - _LONGEST, 0), _LONGEST)
    except OSError as error:
        return "[cannot be read: {}]\n".format(error.strerror or error)
    text = data.decode("utf-8", "replace").replace("\0", "").replace("\r\n", "\n")
    return "[the first {} MB are left out]\n{}".format((size - _LONGEST) >> 20, text) if size > _LONGEST else text


def system_note(folder: str) -> list[str]:
    """The last line of the supervisor's words without its time; nothing where there is none."""
    path = RunPaths(folder).system_log
    if not os.path.isfile(path):
        return []
    lines = log_text(path).splitlines()
    return [lines[-1].partition(" ")[2]] if lines and " " in lines[-1] else []


def primary(logs: list[ConsoleLog]) -> list[ConsoleLog]:
    """The logs of the lowest rank, one for each of its attempts, the oldest first."""
    return [log for log in logs if log.rank == logs[0].rank]


def _files_under(folder: str) -> list[tuple[str, str]]:
    from runstore.writing.artifacts import files_under

    return [(name, path) for name, path in files_under(folder) if not name.rpartition("/")[2].startswith(".")]
