"""What is recorded of a command: who, what, where, with which parameters; its files; its attempts."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from runstore import Environment
from runstore.reading.run import RunReader
from runstore.reading.states import reader_state
from tests.core.jobs.submitting import Submitter, ended
from tests.core.jobs.supervised import PYTHON, Store, wait_until


def test_facts_parameters_and_secrets(store: Store) -> None:
    script = store.script("import os, sys; print(sys.argv[1:], os.environ['SECRET_IN_THE_ENVIRONMENT'])")
    given = ["--lr", "1e-3", "--epochs=4", "batch_size=32", "--amp", "--name", "a b", "--api-key", "k3y", "--token=t0k"]
    options = ("--experiment", "exp-1", "--name", "first try", "--tag", "team=vision", "--tag", "night")
    more = {"SECRET_IN_THE_ENVIRONMENT": "hidden-value"}
    ended = store.run(PYTHON, "-u", script, *given, options=options, env=more)
    assert b"'k3y'" in ended.out  # the command itself gets what was typed
    manifest = store.manifest()
    assert manifest["params"] == {
        "lr": 0.001,
        "epochs": 4,
        "batch_size": 32,
        "amp": True,
        "name": "a b",
        "api-key": "***",
        "token": "***",
    }
    assert manifest["command"] == [PYTHON, "-u", script, *given[:7], "--api-key", "***", "--token=***"]
    assert manifest["experiment"] == "exp-1"
    assert manifest["display_name"] == "first try"
    assert manifest["tags"] == {"team": "vision", "night": None}
    assert manifest["cwd"] == store.work
    assert manifest["host"] == os.uname().nodename
    assert manifest["definition"]["program"] == PYTHON
    assert manifest["number"] == 1
    (attempt,) = manifest["attempts"]
    assert attempt["end"] >= attempt["start"]
    assert attempt["owner"]["pid"] != attempt["child"]["pid"]
    with open(os.path.join(store.folder(), "run.json"), encoding="utf-8") as file:
        content = file.read()
    assert "k3y" not in content
    assert "t0k" not in content
    assert "hidden-value" not in content


def test_values_of_variables_in_docker_settings_are_not_recorded(submitter: Submitter) -> None:
    environment = Environment("mine")
    environment.python.user_managed_dependencies = True
    environment.docker.arguments = [
        *("-e", "WANDB=hush-1", "--env=DB=hush-2", "-eX=hush-3", "--env", "Y=hush-4 hush-5", "--rm -e Z=hush-6"),
        *("--build-arg", "W=hush-7", "--password", "hush-8", "-e", "NAME", "--shm-size=4g", "-v", "/a:/b"),
    ]
    environment.docker.base_dockerfile = (
        "FROM image:1\n# don't mind\nENV A=hush-a B='hush-b hush-c' \\\n  C=hush-d\\\nhush-e\nenv LEGACY hush-f g\n"
        'ARG VERSION=hush-h OTHER\nENV OPEN="hush-i j\nRUN get --api-key hush-k https://u:hush-l@host/x\nRUN make\n'
    )
    shown = repr(environment)
    run = submitter.submit("", environment=environment)
    docker = ended(run)["definition"]["environment"]["docker"]
    assert docker["arguments"] == [
        *("-e", "WANDB=***", "--env=DB=***", "-eX=***", "--env", "Y=***", "--rm -e Z=***"),
        *("--build-arg", "W=***", "--password", "***", "-e", "NAME", "--shm-size=4g", "-v", "/a:/b"),
    ]
    assert docker["baseDockerfile"] == (
        "FROM image:1\n# don't mind\nENV A=*** B=*** \\\n  C=***\nenv LEGACY ***\n"
        "ARG VERSION=*** OTHER\nENV OPEN=***\nRUN get --api-key *** https://***@host/x\nRUN make\n"
    )
    with open(os.path.join(run._folder, "run.json"), encoding="utf-8") as file:
        assert "hush" not in file.read() + shown


def test_variables_of_a_dockerfile_are_found_where_an_instruction_goes_on() -> None:
    """As Docker reads it: over blanks behind the backslash, empty lines and comments."""
    environment = Environment("mine")
    environment.docker.base_dockerfile = (
        "ENV A=hush-a \\ \t\n  B=hush-b \\\n\n  # the next one\n# is long\n  C=hush-c\\ \nhush-d \\\r\n  D=hush-e\r\n"
        "ONBUILD ENV E=hush-f\nONBUILD ENV F hush-g h\nRUN make \\\n  # all\n  -j 2\n"
    )
    assert json.loads(repr(environment))["docker"]["baseDockerfile"] == (
        "ENV A=*** \\ \t\n  B=*** \\\n\n  # the next one\n# is long\n  C=*** \\\r\n  D=***\r\n"
        "ONBUILD ENV E=***\nONBUILD ENV F ***\nRUN make \\\n  # all\n  -j 2\n"
    )


def test_the_git_state(store: Store) -> None:
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=n", "-c", "user.email=e"]
        return subprocess.run(
            ["git", "-C", store.work, *identity, *arguments], check=True, capture_output=True, text=True
        ).stdout.strip()

    script = store.script("print(1)")
    git("init", "-q", "-b", "trunk")
    git("remote", "add", "origin", "https://user:hunter2@example.com/a/b.git")
    git("add", script)
    git("commit", "-q", "-m", "one")
    store.script("print(2)")
    store.run(PYTHON, script)
    assert store.manifest()["git"] == {
        "repository": "https://example.com/a/b.git",
        "branch": "trunk",
        "commit": git("rev-parse", "HEAD"),
        "dirty": True,
    }


@pytest.mark.parametrize(
    ("command", "experiment"),
    [
        (["sh", "./my train.sh", "--x", "1"], "my-train"),
        (["sh", "-c", "true"], "sh"),
        ([PYTHON, "-m", "timeit", "-n1", "1"], "timeit"),
        (["true"], "true"),
    ],
)
def test_the_experiment_is_named_after_the_script(store: Store, command: list[str], experiment: str) -> None:
    store.script("true", "my train.sh")
    assert store.run(*command).code == 0
    assert store.manifest()["experiment"] == experiment


def test_a_separator_is_optional_and_the_command_keeps_its_own_options(store: Store) -> None:
    script = store.script("import sys; print(sys.argv[1:])")
    for line in ([PYTHON, script, "--name", "x", "--", "-q"], ["--", PYTHON, script, "--name", "x", "--", "-q"]):
        assert store.run(*line).out == b"['--name', 'x', '--', '-q']\n"


def test_files_under_outputs_and_logs_are_kept_if_new_or_changed(store: Store) -> None:
    for name in ("outputs/old.txt", "outputs/changed.txt", "logs/old.log"):
        os.makedirs(os.path.dirname(os.path.join(store.work, name)), exist_ok=True)
        store.script("before", name)
    script = store.script(
        "import os\n"
        "os.makedirs('outputs/deep', exist_ok=True)\n"
        "open('outputs/deep/model.bin', 'wb').write(bytes(range(256)) * 4000)\n"
        "open('outputs/changed.txt', 'w').write('after it')\n"
        "open('logs/new.log', 'w').write('line')\n"
        "open('elsewhere.txt', 'w').write('not kept')\n"
    )
    store.run(PYTHON, script)
    files = os.path.join(store.folder(), "files")
    kept = {os.path.relpath(os.path.join(parent, name), files) for parent, _, names in os.walk(files) for name in names}
    assert kept == {"outputs/deep/model.bin", "outputs/changed.txt", "logs/new.log"}
    with open(os.path.join(files, "outputs/deep/model.bin"), "rb") as file:
        assert file.read() == bytes(range(256)) * 4000
    # The next training overwrites its files in place: what this run has kept must not change with them.
    with open(os.path.join(store.work, "outputs/changed.txt"), "r+") as file:
        file.write("AGAIN")
    with open(os.path.join(files, "outputs/changed.txt")) as file:
        assert file.read() == "after it"


@pytest.mark.parametrize("folder", ["logs", "outputs"])
def test_a_store_in_a_folder_that_is_collected_is_no_file_of_its_runs(store: Store, folder: str) -> None:
    store.root = os.path.join(store.work, folder, "runs")
    for name in ("one", "two"):
        assert store.run("sh", "-c", f"mkdir -p logs; echo > logs/{name}.log", options=("--id", name)).code == 0
    kept = [
        os.path.relpath(os.path.join(parent, name), store.root)
        for each in store.folders()
        for parent, _, names in os.walk(os.path.join(each, "files"))
        for name in names
    ]
    assert kept == ["sh/one/files/logs/one.log", "sh/two/files/logs/two.log"]


def test_of_a_store_that_is_such_a_folder_itself_nothing_is_kept_and_that_is_said(store: Store) -> None:
    store.root = os.path.join(store.work, "outputs")
    assert store.run("sh", "-c", "echo > outputs/model").code == 0
    assert store.files() == []
    (warning,) = store.manifest()["warnings"]
    assert "outputs is a store of runs: no file in it is kept" in warning


def test_another_host_sees_that_a_run_collects_its_outputs(store: Store, tmp_path: Path) -> None:
    """It knows the run by its heartbeat alone."""
    script = store.script("import os\nos.mkdir('outputs')\nfor i in range(4000): open(f'outputs/{i}', 'w').close()\n")
    process = store.start(PYTHON, script)
    wait_until(lambda: store.folders() and store.manifest()["status"] == "Finalizing", "collecting", timeout=60)
    process.send_signal(signal.SIGSTOP)
    elsewhere = tmp_path / "elsewhere" / "demo" / "one"
    shutil.copytree(os.path.join(store.folder(), "alive"), elsewhere / "alive")
    manifest = store.manifest()
    process.send_signal(signal.SIGCONT)
    for identity in ("owner", "child"):
        manifest["attempts"][-1][identity].update(host="another", pid_ns="pid:[1]")
    (elsewhere / "run.json").write_text(json.dumps(manifest))
    reader = RunReader(str(elsewhere))
    reader.refresh()
    assert reader_state(reader).word == "finalizing"
    assert process.wait(60) == 0
    assert os.listdir(os.path.join(store.folder(), "alive")) == []


def test_no_outputs(store: Store) -> None:
    script = store.script("import os; os.makedirs('outputs'); open('outputs/x', 'w').close()")
    store.run(PYTHON, script, options=("--no-outputs",))
    assert os.listdir(os.path.join(store.folder(), "files")) == []


def test_a_file_over_the_limit_is_left_where_it_is_with_a_warning(store: Store) -> None:
    script = store.script("import os; os.makedirs('outputs'); f = open('outputs/big', 'wb'); f.truncate((1 << 30) + 1)")
    ended = store.run(PYTHON, script)
    assert "over 1 GB" in ended.err
    (warning,) = store.manifest()["warnings"]
    assert os.path.join(store.work, "outputs", "big") in warning


def test_two_runs_in_one_folder_are_warned_of(store: Store) -> None:
    script = store.script(
        "import os, time\nprint('ready', flush=True)\nwhile not os.path.exists('go'): time.sleep(.02)\n"
    )
    first = store.start(PYTHON, script)
    store.wait_for_output(b"ready")
    second = store.start(PYTHON, script, options=("--id", "second"))
    wait_until(lambda: len(store.folders()) == 2, "the second run")
    store.script("", "go")
    assert first.wait(30) == second.wait(30) == 0
    warnings = {}
    for folder in store.folders():
        with open(os.path.join(folder, "run.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        warnings[manifest["id"] == "second"] = manifest["warnings"]
    assert warnings[False] == []
    assert "another run is at work in" in warnings[True][0]


def test_an_id_is_used_once(store: Store) -> None:
    assert store.run("true", options=("--id", "night-1")).code == 0
    again = store.run("sh", "-c", "touch ran", options=("--id", "night-1"))
    assert again.code == 2
    assert "exists already" in again.err
    assert not os.path.exists(os.path.join(store.work, "ran"))


def test_resume_is_a_further_attempt(store: Store) -> None:
    script = store.script(
        "import os, sys\nfrom runstore import Run\n"
        "attempt = int(os.environ['RUNSTORE_ATTEMPT'])\n"
        "Run.get_context().log('loss', 1 / attempt, step=attempt)\n"
        "print('attempt', attempt)\nsys.exit(5 if attempt == 1 else 0)\n"
    )
    assert store.run(PYTHON, script, "--lr", "1", options=("--id", "job", "--tag", "a=b")).code == 5
    first = store.manifest()
    assert store.run(PYTHON, script, "--lr", "2", options=("--id", "job", "--resume")).code == 0
    manifest = store.manifest()
    assert [each["exit"]["code"] for each in manifest["attempts"]] == [5, 0]
    assert manifest["attempts"][0] == first["attempts"][0]
    assert manifest["status"] == "Completed"
    assert manifest["exit"] == {"code": 0, "signal": None, "error": None}
    assert manifest["params"] == {"lr": 2}
    assert manifest["tags"] == {"a": "b"}
    assert (manifest["created"], manifest["started"]) == (first["created"], first["started"])
    assert store.console() == b"attempt 1\nattempt 2\n"

    reader = RunReader(store.folder())
    reader.refresh()
    assert sorted(reader.series("loss").values.tolist()) == [0.5, 1.0]


def test_resume_of_a_run_that_lives_is_refused(store: Store) -> None:
    script = store.script("import time\nprint('ready', flush=True)\ntime.sleep(600)\n")
    process = store.start(PYTHON, script, options=("--id", "job"))
    store.wait_for_output(b"ready")
    refused = store.run("true", options=("--id", "job", "--resume"))
    assert refused.code == 2
    assert "is running" in refused.err
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_until(lambda: store.run("true", options=("--id", "job", "--resume")).code == 0, "resumed when it is dead")
    assert len(store.manifest()["attempts"]) == 2
    assert store.manifest()["attempts"][0]["exit"]["error"] == "process lost"
    assert store.manifest()["status"] == "Completed"


def test_a_cancel_request_is_for_the_attempt_that_was_running(store: Store) -> None:
    from runstore.writing.edit import write_edit

    script = store.script("import time\nprint('ready', flush=True)\ntime.sleep(600)\n")
    process = store.start(PYTHON, script, options=("--id", "job"))
    store.wait_for_output(b"ready")
    process.send_signal(signal.SIGKILL)
    process.wait()
    write_edit(store.folder(), {"kind": "cancel"})
    ended = store.run("sh", "-c", "sleep 2.5; exit 3", options=("--id", "job", "--resume"))
    assert ended.code == 3
    assert store.manifest()["status"] == "Failed"


def test_resume_of_a_run_that_is_not_there_begins_it(store: Store) -> None:
    """The same command line serves a job and its requeues."""
    ended = store.run("true", options=("--id", "job", "--resume"))
    assert ended.code == 0
    assert "there was no run job yet" in ended.err
    assert store.manifest()["id"] == "job"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--resume",), "--resume needs --id"),
        (("--experiment", "../up"), "experiment name"),
        (("--id", "a/b"), "run id"),
        (("--tag", "=x"), "has no key"),
    ],
)
def test_wrong_options_say_what_to_do(store: Store, options: tuple[str, ...], said: str) -> None:
    ended = store.run("sh", "-c", "touch ran", options=options)
    assert ended.code == 2
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert not os.path.exists(os.path.join(store.work, "ran"))


def test_a_root_that_cannot_be_made_does_not_stop_the_training(store: Store, tmp_path: object) -> None:
    with open(store.root, "w") as file:  # a file where the folder should be
        file.write("x")
    spare = os.path.join(str(tmp_path), "spare")
    os.mkdir(spare)
    ended = store.run("sh", "-c", "echo trained", env={"TMPDIR": spare})
    assert ended.code == 0
    assert ended.out == b"trained\n"
    assert "the records of this run go to" in ended.err
    found = [name for _, _, names in os.walk(spare) for name in names]
    assert "run.json" in found
