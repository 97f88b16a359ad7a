"""What importing and logging pull in: a training script, and the start of the command line, pay for nothing else."""

import json
import os
import subprocess
import sys

import pytest

HEAVY = {"asyncio", "concurrent", "dataclasses", "email", "http", "inspect", "logging", "multiprocessing", "pathlib"}
HEAVY |= {"socket", "sqlite3", "ssl", "tempfile", "urllib", "uuid", "xml"}
HEAVY |= {"contextlib", "hashlib", "string", "subprocess", "typing"}

IMPORT = "import runstore"
NAMES = "from runstore import Experiment, Run, Workspace"
LOG = """
from runstore import Run
run = Run.get_context()
run.log("loss", 0.5)
run.log_metrics({"loss": 0.4, "acc": 0.9}, step=2)
run.log_params({"lr": 0.1})
"""
START = """
from runstore import Experiment, Workspace
import os
os.mkdir("source")
open("source/train.py", "w").close()
open("source/.gitignore", "w").write("*.pyc")
run = Experiment(Workspace(), "light").start_logging(snapshot_directory="source")
run.log("loss", 0.5)
run.complete()
assert os.listdir(os.path.join(os.environ["RUNSTORE_ROOT"], ".runstore", "snapshots"))
"""
HELP = """
import contextlib, io
from runs_tui.cli.main import main
sys.argv = ["runs-tui", "--help"]
with contextlib.redirect_stdout(io.StringIO()) as shown, contextlib.suppress(SystemExit):
    main()
assert "demo" in shown.getvalue(), shown.getvalue()
"""


@pytest.fixture
def pulled_in(tmp_path):
    """Runs code in a new process; the top-level modules it imported, beyond those that Python starts with."""

    def run(code):
        report = f"import sys\nbefore = set(sys.modules)\n{code}\nimport json\n"
        report += "print('modules', json.dumps(sorted(set(sys.modules) - before)))"
        environment = {**os.environ, "RUNSTORE_ROOT": str(tmp_path / "store"), "HOME": str(tmp_path)}
        answer = subprocess.run(
            [sys.executable, "-c", report], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stderr
        line = next(line for line in answer.stdout.splitlines() if line.startswith("modules "))
        return {name.partition(".")[0] for name in json.loads(line.partition(" ")[2])}

    return run


@pytest.mark.parametrize("code", [IMPORT, NAMES, LOG, START], ids=["import", "names", "log", "start"])
def test_the_writing_way_is_light_and_needs_only_the_standard_library(pulled_in, code):
    modules = pulled_in(code)
    assert modules - set(sys.stdlib_module_names) == {"runstore"}
    assert not modules & HEAVY


def test_help_imports_nothing_that_draws_or_reads(pulled_in):
    modules = pulled_in(HELP)
    assert "click" in modules
    assert not modules & {"textual", "rich", "numpy", "msgspec", "psutil", "plotext", "watchdog"}
