"""Scripts that know of the run store log into the run that they are started as; others run as ever."""

import glob
import os
import subprocess
from pathlib import Path

import pytest

from runstore.reading.run import RunReader
from tests.core.jobs.supervised import PYTHON, Store, wait_until

LOGS = """
import sys
from runstore import Run
run = Run.get_context(allow_offline=False)
for step in range(50):
    run.log("loss", 1.0 / (step + 1), step=step)
run.log_metrics({"acc": 0.5, "epoch": 3}, step=49)
run.tag("from", "the script")
run.complete()
print(run.id, sys.version_info[:2])
try:
    import click
except ImportError:
    print("no neighbours")
"""


def interpreters() -> dict[str, str]:
    """Each Python of another version that is to be found, by its version."""
    places = [*os.environ["PATH"].split(os.pathsep), *glob.glob(os.path.expanduser("~/.pyenv/versions/*/bin"))]
    found: dict[str, str] = {}
    for place in places:
        for path in sorted(glob.glob(os.path.join(place, "python[23].*[0-9]"))):
            if "shims" not in path and os.access(path, os.X_OK):
                found.setdefault(os.path.basename(path).removeprefix("python"), path)
    return found


INTERPRETERS = interpreters()
NEW_ENOUGH = [version for version in INTERPRETERS if tuple(map(int, version.split("."))) >= (3, 8)]
TOO_OLD = [version for version in INTERPRETERS if version not in NEW_ENOUGH]


def read(store: Store) -> RunReader:
    reader = RunReader(store.folder())
    reader.refresh()
    return reader


@pytest.mark.parametrize("version", NEW_ENOUGH)
def test_a_script_logs_into_its_run(store: Store, version: str) -> None:
    ended = store.run(INTERPRETERS[version], "-S", store.script(LOGS))
    assert ended.code == 0, ended.out
    reader = read(store)
    assert ended.out.startswith(reader.id.encode())
    assert len(reader.series("loss").values) == 50
    assert reader.metrics["acc"].last == 0.5
    assert reader.manifest["tags"]["from"] == "the script"
    # complete() in the script is not the end: the exit code decides.
    assert reader.manifest["status"] == "Completed"
    assert reader.manifest["summary"]["metrics"]["loss"]["n"] == 50
    assert b"no neighbours" in ended.out


@pytest.mark.parametrize("version", list(INTERPRETERS))
def test_a_script_that_knows_nothing_is_not_touched(store: Store, version: str) -> None:
    script = store.script("import sys, os\nsys.stdout.write('%s %s' % (sys.version_info[0], sorted(sys.modules)))\n")
    assert store.run(INTERPRETERS[version], script).code == 0
    assert store.console().startswith(version[0].encode())
    assert b"runstore" not in store.console()


@pytest.mark.parametrize("version", TOO_OLD)
def test_an_interpreter_that_is_too_old_is_told_so(store: Store, version: str) -> None:
    assert store.run(INTERPRETERS[version], "-c", "import runstore").code == 1
    assert store.manifest()["exit"]["error"].startswith("ImportError: runstore needs Python 3.8 or later; this is ")


def test_a_script_that_fails_after_complete_has_failed(store: Store) -> None:
    script = store.script(
        "from runstore import Run\nrun = Run.get_context()\nrun.log('a', 1)\nrun.complete()\nraise OSError('late')"
    )
    assert store.run(PYTHON, script).code == 1
    assert store.manifest()["status"] == "Failed"
    assert store.manifest()["exit"]["error"] == "OSError: late"


def test_four_processes_are_the_ranks_of_one_run(store: Store) -> None:
    store.script(
        "import os\nfrom runstore import Run\nrun = Run.get_context()\n"
        "for step in range(2000): run.log('loss', step + float(os.environ['RANK']), step=step)\n",
        "worker.py",
    )
    launcher = store.script(
        "import os, subprocess, sys\n"
        "workers = [\n"
        "    subprocess.Popen([sys.executable, 'worker.py'], start_new_session=True,\n"
        "                     env={**os.environ, 'RANK': str(n), 'WORLD_SIZE': '4', 'LOCAL_RANK': str(n)})\n"
        "    for n in range(4)\n"
        "]\n"
        "sys.exit(max(worker.wait() for worker in workers))\n"
    )
    assert store.run(PYTHON, launcher).code == 0
    reader = read(store)
    assert reader.ranks("loss") == [0, 1, 2, 3]
    for rank in range(4):
        assert reader.series("loss", rank).values.tolist() == [step + rank for step in range(2000)]


def test_a_run_inside_a_run_is_a_run_of_its_own(store: Store) -> None:
    inner = store.script("from runstore import Run; Run.get_context().log('inner', 1)", "inner.py")
    outer = store.script(
        "import subprocess, sys\nfrom runstore import Run\nRun.get_context().log('outer', 1)\n"
        f"subprocess.run([sys.executable, '-m', 'runs_tui', 'run', sys.executable, {inner!r}], check=True)\n",
        "outer.py",
    )
    assert store.run(PYTHON, outer).code == 0
    found = {}
    for folder in store.folders():
        reader = RunReader(folder)
        reader.refresh()
        found[reader.experiment] = reader.names()
    assert found == {"inner": ["inner"], "outer": ["outer"]}


def test_resources_are_sampled_from_the_start_for_the_whole_tree(store: Store) -> None:
    script = store.script(
        "import subprocess, sys, time\n"
        "code = 'import time; block = bytearray(60_000_000); end = time.time() + 600\\nwhile time.time() < end: pass'\n"
        "child = subprocess.Popen([sys.executable, '-c', code], start_new_session=True)\n"
        "print('ready', flush=True)\ntime.sleep(600)\n"
    )
    process = store.start(PYTHON, script)
    store.wait_for_output(b"ready")

    def sampled() -> bool:
        reader = read(store)
        reader.resources.refresh()
        return "cpu_percent" in reader.resources.names()

    wait_until(sampled, "the first sample")
    process.terminate()
    process.wait(30)
    reader = read(store)
    reader.resources.refresh()
    names = set(reader.resources.names())
    assert {"cpu_percent", "memory_mb", "host_cpu_percent", "host_memory_percent"} <= names
    assert 0 < reader.resources.series("cpu_percent").values[0] < 100 * (os.cpu_count() or 1) + 50
    assert reader.resources.series("memory_mb").values[0] > 60
    assert 0 < reader.resources.series("host_memory_percent").values[0] < 100


SUBMITS = """
import os, sys, time, psutil
from runstore import Environment, Experiment, ScriptRunConfig, Workspace
environment = Environment("mine")
environment.python.user_managed_dependencies = True
root = os.environ["RUNSTORE_ROOT"]
config = ScriptRunConfig("source", "child.py", environment=environment)
run = Experiment(Workspace(root=root), "child").submit(config)
run.wait_for_completion()
def queue_is_there():
    return any(root in (each.info["cmdline"] or ()) for each in psutil.process_iter(["cmdline"]))
while queue_is_there(): time.sleep(0.05)
print("over", flush=True)
while not os.path.exists("go"): time.sleep(0.05)
"""
SAMPLED_OFTEN = """
from runstore.jobs import sampling
from runs_tui.cli.main import main
sampling.SAMPLE_INTERVAL, sampling.SAMPLES_PER_ROW = 0.2, 1
main()
"""
BURNED = 4.0


def test_the_cpu_of_a_run_that_is_submitted_meanwhile_is_its_own(store: Store) -> None:
    """Its seconds come to the supervisor of the one that has submitted it, when its processes have ended."""
    os.mkdir(os.path.join(store.work, "source"))
    store.script(f"import time\nwhile time.process_time() < {BURNED}: pass\n", "source/child.py")
    command = [PYTHON, "-c", SAMPLED_OFTEN, "run", "--id", "outer", PYTHON, store.script(SUBMITS)]
    process = subprocess.Popen(command, cwd=store.work, env=store.environment(), stdin=subprocess.DEVNULL)
    store.processes.append(process)
    wait_until(lambda: any(each.endswith("outer") for each in store.folders()), "the run")
    reader = RunReader(next(each for each in store.folders() if each.endswith("outer")))

    def rows() -> int:
        reader.resources.refresh()
        return len(reader.resources.series("cpu_percent").values) if reader.resources.names() else 0

    def over() -> bool:
        reader.refresh()
        return any(b"over" in Path(log.out or os.devnull).read_bytes() for log in reader.consoles())

    wait_until(over, "the end of the run that was submitted", timeout=120)
    before = rows()
    wait_until(lambda: rows() >= before + 2, "a look at what has ended")
    store.script("", "go")
    assert process.wait(30) == 0
    series = reader.resources.series("cpu_percent")
    ends = series.times.tolist()
    starts = [reader.manifest["attempts"][-1]["start"], *ends[:-1]]
    used = [value / 100 * (end - start) for value, start, end in zip(series.values, starts, ends, strict=True)]
    assert sum(used) > 0
    assert max(used) < BURNED / 2, "all of them would come at once"


NVML = """
class NVMLError(Exception): pass
class Utilization: gpu = 41
class Memory: used = 3_600_000_000
class MemoryWithoutReserved: used = 3_000_000_000
nvmlMemory_v2 = 2
def nvmlInit(): pass
def nvmlShutdown(): pass
def nvmlDeviceGetCount(): return 3
def nvmlDeviceGetHandleByIndex(index): return index
def nvmlDeviceGetUUID(handle): return "GPU-%d" % handle
def nvmlDeviceGetUtilizationRates(handle):
    if handle == 2: raise NVMLError("not supported")
    return Utilization
def nvmlDeviceGetMemoryInfo(handle, version=None):
    if version and handle == 2: raise NVMLError("function not found")
    return MemoryWithoutReserved if version else Memory
"""


def test_gpus_are_sampled_where_nvml_tells_of_them(store: Store) -> None:
    """NVML played by a module of its interface; what one GPU does not tell is left out.

    The memory that the driver reserves does not count, where the driver can tell.
    """
    os.mkdir(os.path.join(store.work, "nvml"))
    store.script(NVML, "nvml/pynvml.py")
    env = {"PYTHONPATH": os.path.join(store.work, "nvml"), "CUDA_VISIBLE_DEVICES": "1,2"}
    assert store.run("sleep", "2.5", env=env).code == 0
    reader = read(store)
    reader.resources.refresh()
    gpus = {name: reader.resources.series(name).values[0] for name in reader.resources.names() if name[:3] == "gpu"}
    assert gpus == {"gpu1_util_percent": 41.0, "gpu1_memory_mb": 3000.0, "gpu2_memory_mb": 3600.0}
