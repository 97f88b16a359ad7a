"""A script is submitted and runs to its end by itself: what it finds, what is kept, what is recorded."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys

import pytest

from runstore.exceptions import ExperimentExecutionException, SnapshotException, UserErrorException
from runstore.jobs.config.environment import Environment
from runstore.jobs.config.script_run_config import ScriptRunConfig
from runstore.jobs.submit import queue_files
from runstore.jobs.submit.submission import submit_script
from tests.core.jobs.submitting import PYTHON, Submitter, console, ended, manifest_of, wait_for
from tests.core.jobs.supervised import wait_until

TRAIN = """
import json, os, sys
from runstore import Run
run = Run.get_context(allow_offline=False)
print("to stdout", sys.argv[1:])
print("to stderr", file=sys.stderr)
run.log("loss", 0.5, step=1)
with open("outputs/model.txt", "w") as file:
    file.write("model")
os.makedirs("logs/deep", exist_ok=True)
open("logs/deep/a.log", "w").close()
json.dump({"cwd": os.getcwd(), "files": sorted(os.listdir()), "python": sys.executable, "env": dict(os.environ)},
          open("outputs/seen.json", "w"))
"""


def seen(run):
    with open(os.path.join(run._folder, "files", "outputs", "seen.json"), encoding="utf-8") as file:
        return json.load(file)


def test_a_submitted_script_runs_in_a_copy_of_its_folder_and_leaves_a_complete_record(submitter: Submitter) -> None:
    submitter.file("lib/helper.py", "x = 1\n")
    run = submitter.submit(TRAIN, ["--alpha", 0.1, "--data", "here"], tags={"who": 7})
    manifest = ended(run)
    assert manifest["status"] == "Completed", console(run, "")
    assert manifest["type"] == "azureml.scriptrun"
    assert manifest["target"] == "local"
    assert manifest["exit"]["code"] == 0
    assert manifest["params"] == {"alpha": 0.1, "data": "here"}
    assert manifest["tags"] == {"who": "7"}
    assert manifest["created"] <= manifest["started"] <= manifest["ended"]
    assert run.get_metrics() == {"loss": 0.5}
    assert sorted(run.get_file_names())[:2] == ["logs/deep/a.log", "outputs/model.txt"]
    assert console(run, ".out").startswith("to stdout ['--alpha', '0.1', '--data', 'here']")
    assert console(run, ".err") == "to stderr\n"
    facts = seen(run)
    assert facts["files"] == ["lib", "logs", "outputs", "train.py"]
    assert facts["cwd"] != submitter.source
    wait_until(lambda: not os.path.exists(facts["cwd"]), "the working copy goes")
    assert facts["python"] == PYTHON
    assert facts["env"]["AZUREML_RUN_ID"] == run.id
    assert facts["env"]["AZUREML_ARM_PROJECT_NAME"] == "demo"
    assert facts["env"]["AZUREML_ARM_WORKSPACE_NAME"]
    assert run.properties["ContentSnapshotId"] == manifest["snapshot"]
    log = console(run, "system.log")
    assert [word for word in ("preparing", "starting", "started", "completed") if word in log] == [
        "preparing",
        "starting",
        "started",
        "completed",
    ]


def test_runs_of_the_same_id_in_two_stores_do_not_share_a_working_folder(submitter: Submitter, tmp_path) -> None:
    waits = "import os, time\nopen('mark', 'w').close()\ntime.sleep(3)\nassert os.path.exists('mark')\n"
    first = submitter.submit(waits, run_id="same-id")
    wait_until(lambda: first.get_status() == "Running", "the first one is at work")
    (tmp_path / "other").mkdir()
    other = Submitter(str(tmp_path / "other"))
    try:
        second = other.submit("print('short')", run_id="same-id")
        assert ended(second)["status"] == "Completed"
        assert ended(first)["status"] == "Completed", console(first, "")
    finally:
        other.end()


def test_the_status_goes_its_way(submitter: Submitter) -> None:
    code = """
import time, os
while not os.path.exists(r"{}"): time.sleep(0.02)
""".format(os.path.join(submitter.root, "go"))
    run = submitter.submit(code)
    assert run.get_status() in ("NotStarted", "Queued", "Preparing", "Starting", "Running")
    wait_for(run, "Running")
    open(os.path.join(submitter.root, "go"), "w").close()
    assert ended(run)["status"] == "Completed"


def test_values_of_environment_variables_reach_the_script_but_no_record(submitter: Submitter) -> None:
    environment = Environment("mine")
    environment.python.user_managed_dependencies = True
    environment.environment_variables = {"MY_TOKEN": "hush-hush-7", "PLAIN": "p"}
    code = "import os, time; print(len(os.environ['MY_TOKEN'])); time.sleep(0.3)"
    run = submitter.submit(code, ["--api-key", "hush-hush-8"], environment=environment)
    ended(run)
    assert console(run, ".out").startswith("11")
    answer = subprocess.run(["grep", "-r", "hush-hush", submitter.root], capture_output=True, check=False)
    assert answer.stdout == b""
    assert manifest_of(run)["definition"]["arguments"] == ["--api-key", "***"]
    assert "MY_TOKEN" in manifest_of(run)["definition"]["environment"]["environmentVariables"]


def test_secrets_of_a_command_for_the_shell_reach_it_but_no_record(submitter: Submitter) -> None:
    submitter.file("x", "")
    run = submitter.submit(command="echo --api-key 'hush-hush 9' --lr 1")
    manifest = ended(run)
    assert console(run, ".out") == "--api-key hush-hush 9 --lr 1\n"
    command = ["grep", "-r", "hush-hush", "--exclude=*.out", submitter.root]
    assert subprocess.run(command, capture_output=True, check=False).stdout == b""
    assert manifest["command"] == ["echo", "--api-key", "***", "--lr", "1"]
    assert manifest["params"] == {"api-key": "***", "lr": 1}


def test_a_run_is_known_to_live_before_its_folder_is_copied(submitter: Submitter) -> None:
    """That may take long, and other hosts know it by its heartbeat alone."""
    run = submitter.submit("import time; time.sleep(600)")
    wait_for(run, "Running")
    alive = os.path.join(run._folder, "alive")
    first = min(os.stat(os.path.join(alive, name)).st_mtime_ns for name in os.listdir(alive))
    assert first <= os.stat(os.path.join(run._folder, "work", "outputs")).st_mtime_ns


def test_a_waiting_run_is_a_file_that_only_its_owner_can_read(submitter: Submitter, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_MAX_RUNS", "1")
    first = submitter.submit("import time; time.sleep(600)")
    wait_for(first, "Running")
    submitter.submit("print(1)")
    (path,) = queue_files.waiting(submitter.root)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    (taken,) = queue_files.running(submitter.root)
    assert "environment" not in (queue_files.read(taken) or {"environment": 1})


def test_the_environment_is_that_of_the_submission_not_of_the_queue(submitter: Submitter, monkeypatch) -> None:
    code = "import os; print(os.environ.get('CHOSEN'))"
    for value in ("first", "second"):
        monkeypatch.setenv("CHOSEN", value)
        submitter.submit(code)
    assert [console(run, ".out").strip() for run in submitter.runs if ended(run)] == ["first", "second"]


def test_a_failing_script_leaves_its_exit_code_and_its_traceback(submitter: Submitter) -> None:
    run = submitter.submit("def f():\n    raise ValueError('alpha must be positive')\nf()\n")
    manifest = ended(run)
    assert manifest["status"] == "Failed"
    assert manifest["exit"]["code"] == 1
    assert manifest["exit"]["error"] == "ValueError: alpha must be positive"
    error = manifest["exit"]["details"]["error"]
    assert error["message"] == "User program failed with ValueError: alpha must be positive"
    assert error["debugInfo"]["type"] == "ValueError"
    assert "in f\n" in error["debugInfo"]["stackTrace"]


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV"])
def test_a_script_that_is_killed_has_its_signal_recorded(submitter: Submitter, name: str) -> None:
    logging = "import os, signal\nfrom runstore import Run\nRun.get_context().log('x', 1)\n"
    run = submitter.submit(logging + f"os.kill(os.getpid(), signal.{name})")
    manifest = ended(run)
    assert (manifest["status"], manifest["exit"]["signal"]) == ("Failed", name)
    assert run.get_metrics() == {"x": 1}


def test_a_command_is_run_by_a_shell_or_word_by_word(submitter: Submitter) -> None:
    shell = submitter.submit(command="echo one && echo $RUNSTORE_RUN_ID")
    words = submitter.submit(command=[PYTHON, "-c", "print('a b')"])
    ended(shell)
    ended(words)
    assert console(shell, ".out").split() == ["one", shell.id]
    assert console(words, ".out") == "a b\n"


def test_files_left_elsewhere_are_named_in_a_warning(submitter: Submitter) -> None:
    manifest = ended(submitter.submit("open('model.pkl', 'w').close(); open('outputs/kept', 'w').close()"))
    (warning,) = manifest["warnings"]
    assert "model.pkl" in warning
    assert "kept:" not in warning.partition("not kept")[0]


def test_outputs_that_a_script_makes_anew_are_kept_too(submitter: Submitter) -> None:
    run = submitter.submit("import os; os.rmdir('outputs'); os.mkdir('outputs'); open('outputs/a', 'w').close()")
    assert ended(run)["status"] == "Completed"
    assert "outputs/a" in run.get_file_names()


def test_the_time_limit_holds_for_what_goes_on_in_the_background(submitter: Submitter) -> None:
    submitter.file("x", "")
    run = submitter.submit(command="sleep 600 & exit 0", max_run_duration_seconds=2)
    manifest = ended(run)
    assert manifest["status"] == "Canceled"
    assert "time limit of 2 s" in manifest["exit"]["error"]


def test_the_time_limit_ends_a_run(submitter: Submitter) -> None:
    run = submitter.submit("import time; time.sleep(600)", max_run_duration_seconds=1)
    manifest = ended(run)
    assert manifest["status"] == "Canceled"
    assert "time limit of 1 s" in manifest["exit"]["error"]
    assert manifest["ended"] - manifest["started"] < 10


@pytest.mark.parametrize(("word", "said"), [("a\0b", "holds a NUL"), ("x" * 200_000, "longer than 131,071 bytes")])
def test_words_that_no_program_can_be_given_are_refused_at_once(submitter: Submitter, word: str, said: str) -> None:
    with pytest.raises(ExperimentExecutionException, match=said):
        submitter.submit("print(1)", ["--x", word])
    environment = Environment("mine")
    environment.environment_variables = {"MINE": word}
    with pytest.raises(ExperimentExecutionException, match=f"variable 'MINE' .*{said}"):
        submitter.submit("print(1)", environment=environment)
    assert not list(submitter.experiment.get_runs())


def test_a_relative_source_of_a_deleted_folder_is_refused(submitter: Submitter, monkeypatch, tmp_path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(ExperimentExecutionException, match="current folder was deleted"):
        submit_script(submitter.experiment, ScriptRunConfig(".", "train.py"))


def test_a_script_is_run_from_the_copy_of_its_folder_or_not_at_all(submitter: Submitter, tmp_path) -> None:
    path = submitter.file("deep/train.py", "print(__file__)")
    run = submitter.submit(script=path)
    ended(run)
    assert console(run, ".out").strip() == os.path.join(run._folder, "work", "deep", "train.py")
    (tmp_path / "outside.py").write_text("print(1)")
    with pytest.raises(ExperimentExecutionException, match=r"'\.\./outside\.py' is not in "):
        submitter.submit(script="../outside.py")


def test_a_script_may_be_called_like_an_option(submitter: Submitter) -> None:
    submitter.file("-c.py", "print('ran')")
    run = submitter.submit(script="-c.py")
    assert ended(run)["status"] == "Completed", console(run, ".err")
    assert console(run, ".out") == "ran\n"


def test_an_exit_code_without_a_word_is_told(submitter: Submitter) -> None:
    run = submitter.submit("import os; os._exit(7)")
    ended(run)
    assert "ended with exit code 7" in run.get_details()["error"]["error"]["message"]


@pytest.mark.parametrize("kind", ["missing script", "too large", "known id"])
def test_what_cannot_be_submitted_is_refused_at_once(submitter: Submitter, monkeypatch, kind: str) -> None:
    if kind == "missing script":
        with pytest.raises(ExperimentExecutionException, match=r"absent\.py"):
            submit_script(submitter.experiment, submitter.config(script="absent.py"))
    elif kind == "too large":
        monkeypatch.setenv("RUNSTORE_SNAPSHOT_MAX_MB", "0.001")
        submitter.file("big.bin", "x" * 5000)
        with pytest.raises(SnapshotException, match=r"RUNSTORE_SNAPSHOT_MAX_MB"):
            submitter.submit("print(1)")
    else:
        ended(submitter.submit("print(1)", run_id="mine"))
        with pytest.raises(UserErrorException, match="mine"):
            submitter.submit("print(1)", run_id="mine")
    assert not queue_files.waiting(submitter.root)


def test_the_script_outlives_the_process_that_submitted_it(submitter: Submitter) -> None:
    submitter.file("train.py", "import time; time.sleep(0.5); print('done')")
    code = (
        "from runstore import *\n"
        "from runstore.jobs.config.script_run_config import ScriptRunConfig\n"
        "import os, signal\n"
        f"run = Experiment(Workspace(root={submitter.root!r}), 'demo').submit("
        f"ScriptRunConfig({submitter.source!r}, 'train.py'))\n"
        "os.killpg(0, signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], start_new_session=True, check=False)
    assert killed.returncode == -9
    wait_until(lambda: len(list(submitter.experiment.get_runs())) == 1, "the run")
    (run,) = submitter.experiment.get_runs()
    assert ended(run)["status"] == "Completed"
    assert console(run, ".out") == "done\n"


def test_a_script_finds_signals_as_usual_and_no_rank_of_its_submitter(submitter: Submitter, monkeypatch) -> None:
    monkeypatch.setenv("AZUREML_PROCESS_NAME", "rank_1")
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("MASTER_PORT", "1")
    run = submitter.submit(
        "import os, signal\n"
        "print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.getsignal(signal.SIGHUP).name)\n"
        "print(os.environ.get('RANK'), os.environ.get('MASTER_PORT'))\n"
    )
    ended(run)
    assert console(run, ".out") == "True SIG_DFL\nNone None\n"


def test_mlflow_in_a_script_logs_into_its_run_unless_the_submitter_said_otherwise(
    submitter: Submitter, monkeypatch
) -> None:
    code = "import os; print(os.environ['MLFLOW_TRACKING_URI'])"
    first = submitter.submit(code)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mine:5000")
    second = submitter.submit(code)
    ended(first)
    ended(second)
    assert console(first, ".out").split() == ["runstore://" + submitter.root]
    assert console(second, ".out").split() == ["http://mine:5000"]
