"""Programs that make environments (pip, venv, conda), run with each line of their output passed on."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable

from runstore.layout.printable import printable
from runstore.writing.arguments import mask_credentials

_DROPPED = (
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_TARGET",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
)
_SET = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_COLOR": "1",
    "PIP_NO_INPUT": "1",
    "PIP_PROGRESS_BAR": "off",
    "PIP_ROOT_USER_ACTION": "ignore",
    "PIP_USER": "0",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUNBUFFERED": "1",
}
_KEPT, _LONGEST = 200, 300
"""Lines of output kept, and characters of a line shown."""


class ProgramFailed(Exception):
    """A program that ended with an error; the text is what it said last, ``output`` all of the end of it."""

    def __init__(self, command: list[str], code: int, output: list[str]) -> None:
        errors = [line for line in output if line.lower().startswith(("error", "critical"))] or output[-3:]
        said = "; ".join(printable(line, _LONGEST) for line in errors[:4]) or "without a word"
        name = command[2] if command[1:2] == ["-m"] else os.path.basename(command[0])
        super().__init__(f"{name} ended with exit code {code}: {said}")
        self.output = output


def run(command: list[str], say: Callable[[str], None], timeout: float | None = None) -> None:
    """Run ``command`` to its end, its output going to ``say`` line by line; raises `ProgramFailed`.

    After ``timeout`` seconds it is ended, which counts as a failure.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _DROPPED} | _SET
    output: deque[str] = deque(maxlen=_KEPT)
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            process_group=0,
        )
    except OSError as error:
        raise ProgramFailed(command, 127, [f"ERROR: {command[0]}: {error.strerror}"]) from error
    from threading import Timer

    timer = Timer(timeout, _end, [process]) if timeout else None
    if timer:
        timer.start()
    try:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                text = printable(mask_credentials(line.rstrip()))
                if text:
                    output.append(text.strip())
                    say(printable(text, _LONGEST))
        code = process.wait()
    except BaseException:
        _end(process)
        process.wait()
        raise
    finally:
        if timer:
            timer.cancel()
    if code:
        raise ProgramFailed(command, code, list(output))


def _end(process: subprocess.Popen[str]) -> None:
    """End a program and what it started, compilers for example."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
