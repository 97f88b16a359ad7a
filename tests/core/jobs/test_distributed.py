"""Scripts in several processes: how they find each other, what each prints, logs and how they end."""

from __future__ import annotations

import json
import os
import time

import pytest

from runstore.jobs.config.distributed import MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration
from runstore.layout.paths import RunPaths
from runstore.reading.consoles import console_logs
from tests.core.jobs.submitting import PYTHON, Submitter, console, ended, kill, manifest_of, wait_for
from tests.core.jobs.supervised import alive, wait_until

SEEN = """
import json, os, sys
from runstore import Run
rank = int(os.environ["RANK"])
json.dump(dict(os.environ), open("outputs/%d.json" % rank, "w"))
run = Run.get_context()
for step in range(200):
    run.log("loss", rank * 1000 + step, step=step)
print("out of", rank)
print("err of", rank, file=sys.stderr)
"""


MPIRUN = """#!{python}
import os, subprocess, sys
if sys.argv[1] == "--version":
    sys.exit(print("mpirun (Open MPI) 4.0 played by a script"))
count = int(sys.argv[sys.argv.index("-n") + 1])
command = sys.argv[sys.argv.index("-n") + 2:]
ranks = [
    subprocess.Popen(command, env={{**os.environ, "OMPI_COMM_WORLD_RANK": str(n), "OMPI_COMM_WORLD_SIZE": str(count)}})
    for n in range(count)
]
sys.exit(next((code for code in [rank.wait() for rank in ranks] if code), 0))
"""


@pytest.fixture(autouse=True)
def _without_mpirun(monkeypatch) -> None:
    """The tests know how processes end that the launcher starts itself, also where an MPI is installed."""
    monkeypatch.setenv("RUNSTORE_MPIRUN", "none")


@pytest.fixture
def mpirun(monkeypatch, tmp_path) -> str:
    """An mpirun, first on PATH; the real ones of Open MPI and MPICH are used in the same way."""
    path = tmp_path / "bin" / "mpirun"
    path.parent.mkdir()
    path.write_text(MPIRUN.format(python=PYTHON))
    path.chmod(0o755)
    monkeypatch.delenv("RUNSTORE_MPIRUN")
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")
    return str(path)


def test_an_installed_mpi_starts_the_ranks_each_with_its_log(submitter: Submitter, mpirun: str) -> None:
    run = submitter.submit(SEEN, distributed_job_config=MpiConfiguration(process_count_per_node=3))
    assert ended(run)["status"] == "Completed", console(run, "")
    assert f"3 processes are started by {mpirun}, mpirun (Open MPI) 4.0" in console(run, "system.log")
    seen = environments(run)
    assert [(each["RANK"], each["LOCAL_RANK"], each["OMPI_COMM_WORLD_RANK"]) for each in seen] == [
        (str(rank), str(rank), str(rank)) for rank in range(3)
    ]
    assert not any("RUNSTORE_BY_MPIRUN" in each or "OMPI_COMM_WORLD_LOCAL_SIZE" in each for each in seen)
    logs = console_logs(os.path.join(run._folder, "console"))
    texts = []
    for log in logs:
        with open(log.out, encoding="utf-8") as out:
            texts.append((log.name, out.read()))
    assert texts == [("std_log", "out of 0\n"), ("std_log_1", "out of 1\n"), ("std_log_2", "out of 2\n")]


def test_a_rank_that_fails_under_mpirun_gives_the_reason(submitter: Submitter, mpirun: str) -> None:
    code = "import os\nif os.environ['RANK'] == '1': raise ValueError('bad shard')\n"
    run = submitter.submit(code, distributed_job_config=MpiConfiguration(process_count_per_node=2))
    manifest = ended(run)
    assert (manifest["status"], manifest["exit"]["code"]) == ("Failed", 1)
    assert manifest["exit"]["error"] == "rank 1: ValueError: bad shard"


def test_without_an_mpi_that_is_known_the_system_log_says_so(submitter: Submitter, mpirun: str) -> None:
    with open(mpirun, "w", encoding="ascii") as file:
        file.write("#!/bin/sh\necho something else\n")
    run = submitter.submit("print(1)", distributed_job_config=MpiConfiguration(process_count_per_node=2))
    assert ended(run)["status"] == "Completed", console(run, "")
    assert "no mpirun on PATH" in console(run, "system.log")


def environments(run):
    found = []
    for rank in range(len(os.listdir(os.path.join(run._folder, "files", "outputs")))):
        with open(os.path.join(run._folder, "files", "outputs", f"{rank}.json"), encoding="utf-8") as file:
            found.append(json.load(file))
    return found


def test_pytorch_starts_processes_that_find_each_other(submitter: Submitter) -> None:
    run = submitter.submit(SEEN, distributed_job_config=PyTorchConfiguration("Gloo", process_count=3))
    assert ended(run)["status"] == "Completed", console(run, "")
    seen = environments(run)
    assert [each["LOCAL_RANK"] for each in seen] == ["0", "1", "2"]
    assert {(each["WORLD_SIZE"], each["LOCAL_WORLD_SIZE"], each["NODE_RANK"]) for each in seen} == {("3", "3", "0")}
    assert {each["MASTER_ADDR"] for each in seen} == {"127.0.0.1"}
    assert len({each["MASTER_PORT"] for each in seen}) == 1
    assert {each["AZUREML_RUN_ID"] for each in seen} == {run.id}
    assert [each["AZUREML_PROCESS_NAME"] for each in seen] == ["rank_0", "rank_1", "rank_2"]


def test_every_rank_has_a_log_and_its_metrics(submitter: Submitter) -> None:
    run = submitter.submit(SEEN, distributed_job_config=MpiConfiguration(process_count_per_node=3))
    assert ended(run)["status"] == "Completed", console(run, "")
    assert [each["OMPI_COMM_WORLD_RANK"] for each in environments(run)] == ["0", "1", "2"]
    logs = console_logs(os.path.join(run._folder, "console"))
    assert [log.name for log in logs] == ["std_log", "std_log_1", "std_log_2"]
    for log in logs:
        with open(log.out, encoding="utf-8") as out, open(log.err, encoding="utf-8") as err:
            assert (out.read(), err.read()) == (f"out of {log.rank}\n", f"err of {log.rank}\n")
    for rank in range(3):
        steps, _, values = run.get_series("loss", rank=rank)
        assert (list(steps), list(values)) == (list(range(200)), [rank * 1000 + step for step in range(200)])


def test_tensorflow_tells_each_task_the_cluster(submitter: Submitter) -> None:
    config = TensorflowConfiguration(worker_count=2, parameter_server_count=1)
    run = submitter.submit(SEEN, distributed_job_config=config)
    assert ended(run)["status"] == "Completed", console(run, "")
    configs = [json.loads(each["TF_CONFIG"]) for each in environments(run)]
    assert [each["task"] for each in configs] == [
        {"type": "worker", "index": 0},
        {"type": "worker", "index": 1},
        {"type": "ps", "index": 0},
    ]
    assert len(configs[0]["cluster"]["worker"]) == 2
    assert len({json.dumps(each["cluster"]) for each in configs}) == 1


def test_a_single_process_is_a_world_of_its_own(submitter: Submitter) -> None:
    run = submitter.submit(SEEN, distributed_job_config=MpiConfiguration())
    assert ended(run)["status"] == "Completed", console(run, "")
    assert [(each["RANK"], each["WORLD_SIZE"]) for each in environments(run)] == [("0", "1")]


@pytest.mark.parametrize("failing", [0, 1])
def test_the_rank_that_fails_first_gives_the_reason_and_ends_the_others(submitter: Submitter, failing: int) -> None:
    code = (
        "import os, time\n"
        f"if os.environ['RANK'] == '{failing}': raise ValueError('bad shard')\n"
        "open('outputs/pid', 'w').write(str(os.getpid()))\n"
        "time.sleep(600)\n"
    )
    run = submitter.submit(code, distributed_job_config=PyTorchConfiguration(process_count=2))
    began = time.monotonic()
    manifest = ended(run)
    assert time.monotonic() - began < 30
    assert (manifest["status"], manifest["exit"]["code"]) == ("Failed", 1)
    assert manifest["exit"]["error"] == f"rank {failing}: ValueError: bad shard"
    assert manifest["exit"]["details"]["error"]["debugInfo"]["type"] == "ValueError"
    with open(os.path.join(run._folder, "files", "outputs", "pid"), encoding="ascii") as file:
        assert not alive(int(file.read()))
    assert not [name for name in os.listdir(os.path.join(run._folder, "console")) if name.startswith(".")]


def test_a_rank_that_is_killed_has_its_signal_recorded(submitter: Submitter) -> None:
    code = "import os, signal, time\nif os.environ['RANK'] == '1': os.kill(os.getpid(), signal.SIGKILL)\ntime.sleep(1)"
    run = submitter.submit(code, distributed_job_config=MpiConfiguration(process_count_per_node=2))
    manifest = ended(run)
    assert (manifest["status"], manifest["exit"]["signal"]) == ("Failed", "SIGKILL")
    assert "rank 1 was ended by SIGKILL" in console(run, "system.log")


def test_cancel_ends_all_ranks(submitter: Submitter) -> None:
    code = "import os, time\nopen('outputs/%s' % os.environ['RANK'], 'w').write(str(os.getpid()))\ntime.sleep(600)"
    run = submitter.submit(code, distributed_job_config=PyTorchConfiguration(process_count=3))
    folder = os.path.join(RunPaths(run._folder).work, "outputs")
    wait_for(run, "Running")
    wait_until(lambda: len(os.listdir(folder)) == 3, "all ranks")
    time.sleep(0.1)
    pids = []
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), encoding="ascii") as file:
            pids.append(int(file.read()))
    run.cancel()
    assert ended(run)["status"] == "Canceled"
    assert not [pid for pid in pids if alive(pid)]


def test_when_the_launcher_is_killed_no_rank_stays(submitter: Submitter) -> None:
    code = "import os, time\nopen('outputs/%s' % os.environ['RANK'], 'w').write(str(os.getpid()))\ntime.sleep(600)"
    run = submitter.submit(code, distributed_job_config=PyTorchConfiguration(process_count=2))
    folder = os.path.join(RunPaths(run._folder).work, "outputs")
    wait_for(run, "Running")
    wait_until(lambda: len(os.listdir(folder)) == 2, "all ranks")
    time.sleep(0.1)
    pids = []
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), encoding="ascii") as file:
            pids.append(int(file.read()))
    kill(manifest_of(run)["attempts"][-1]["child"]["pid"])
    manifest = ended(run)
    assert (manifest["status"], manifest["exit"]["signal"]) == ("Failed", "SIGKILL")
    assert not [pid for pid in pids if alive(pid)]
