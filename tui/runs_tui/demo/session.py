"""`Demo`: a demo from its beginning to its end, for the process that shows it."""

from __future__ import annotations

import os
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
from types import TracebackType

from runs_tui.demo.director import OPEN, READY

_OPENING_SECONDS = 30.0
_END_SECONDS = 15.0


class Demo:
    """A context: inside it the trainings run in the run store ``root``, after it no process of them is left.

    Without a ``root`` the store, the trainings' folders and what the app remembers of them lie in a temporary
    ``folder``, which goes at the end: a demo leaves no trace among the user's own runs.
    """

    def __init__(self, root: str | None = None) -> None:
        self.folder = tempfile.mkdtemp(prefix="runs-demo-")
        self.root = root or os.path.join(self.folder, "store")
        if root is None:
            for variable in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
                os.environ[variable] = os.path.join(self.folder, variable.lower())
        self._errors = os.path.join(self.folder, "errors.txt")
        self._director: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Demo:
        # When this pipe closes the director ends the trainings; it closes however this process ends.
        with open(self._errors, "wb") as errors:
            self._director = subprocess.Popen(
                [sys.executable, "-m", "runs_tui.demo.director", self.root, self.folder],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                bufsize=0,
                start_new_session=True,
            )
        return self

    def wait_until_ready(self) -> str | None:
        """Wait for what must be done before the app opens, which is to be now; a text when that went wrong."""
        director = self._director
        assert director is not None
        assert director.stdout is not None
        assert director.stdin is not None
        readable, _, _ = select.select([director.stdout], [], [], _OPENING_SECONDS)
        if readable and director.stdout.readline() == READY:
            director.stdin.write(OPEN)
            return None
        with open(self._errors, encoding="utf-8", errors="replace") as file:
            return file.read()[-2000:].strip() or "the trainings did not start"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        director = self._director
        if director is None or director.stdin is None:
            return
        director.stdin.close()
        try:
            director.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            director.kill()
            director.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def own_command() -> str:
    """The one command for a reader's own script, as it works in this shell."""
    program = "runs-tui"
    beside = os.path.join(os.path.dirname(sys.executable), program)
    if shutil.which(program) != beside and os.path.exists(beside):
        near = os.path.relpath(beside)
        program = shlex.quote(beside if near.startswith("..") else near)
    return f"{program} run -- python train.py"
