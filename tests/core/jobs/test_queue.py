"""Runs wait as files, begin in order as far as the limit allows, and the queue survives what kills processes."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import psutil
import pytest
from watchdog.events import FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileSystemEventHandler
from watchdog.observers import Observer

from runstore.exceptions import UserErrorException
from runstore.jobs.submit import queue_files
from runstore.jobs.submit.limits import default_limit, limit_of
from runstore.jobs.submit.starter import ensure_queue
from runstore.layout.paths import RunPaths
from runstore.reading.run import RunReader
from runstore.reading.states import reader_state
from runstore.runs.trash import entries, restore, trash_run
from tests.core.jobs.submitting import (
    Submitter,
    console,
    ended,
    kill,
    manifest_of,
    supervisor_of,
    wait_for,
)
from tests.core.jobs.supervised import alive, wait_until

SLEEP = "import time; print('ready', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time, subprocess, sys\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import signal, time; signal.signal(15, signal.SIG_IGN); "
    "time.sleep(600)'], start_new_session=True)\nprint(child.pid, flush=True)\ntime.sleep(600)\n"
)


def queue_processes(root: str) -> list[int]:
    """The process that works on the queue, its supervisors, and the holders of their sessions."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if "runstore.jobs.queue" in command and root in command:
            found.append(process.pid)
    return found


def starter(root: str) -> int:
    """The process that works on the queue."""
    (pid,) = [pid for pid in queue_processes(root) if os.getsid(pid) != pid]
    return pid


def state_word(run) -> str:
    return reader_state(RunReader(run._folder)).word


def test_many_runs_at_once_all_complete_and_wait_without_processes(submitter: Submitter, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_MAX_RUNS", "2")
    go = Path(submitter.root + ".go")
    script = f"import os, time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.02)\n"
    runs = [submitter.submit(script, ["--i", i]) for i in range(30)]
    assert sum(run.get_status() == "Queued" for run in runs) >= 28
    go.touch()
    most = 0
    while any(run.get_status() not in ("Completed", "Failed", "Canceled") for run in runs):
        most = max(most, len(queue_processes(submitter.root)))
        time.sleep(0.1)
    assert {run.get_status() for run in runs} == {"Completed"}
    assert most <= 1 + 2 * 3  # the queue; for each run its supervisor, the session's holder, one that prepares
    spans = [(attempt["start"], attempt["end"]) for run in runs for attempt in manifest_of(run)["attempts"]]
    # Two may be let in at the same moment; apart from that it is first come, first served.
    assert all(later[0] >= earlier[0] for earlier, later in zip(spans, spans[2:], strict=False))
    assert max(sum(start <= moment < end for start, end in spans) for moment, _ in spans) <= 2
    wait_until(lambda: not queue_processes(submitter.root), "the queue's process ends")
    assert not queue_files.running(submitter.root)


def test_a_run_that_begins_is_counted_at_every_moment(submitter: Submitter) -> None:
    # Its file loses what may be secret. Changed in place it would be no entry for a moment, and one run too many begin.
    folder = os.path.join(queue_files.queue_folder(submitter.root), queue_files.RUNNING)
    os.makedirs(folder)
    events = FileSystemEventHandler()
    seen: list[str] = []
    events.on_any_event = lambda event: seen.append(event.event_type)
    observer = Observer()
    observer.schedule(events, folder, event_filter=[FileCreatedEvent, FileModifiedEvent, FileDeletedEvent])
    observer.start()
    ended(submitter.submit("print(1)"))
    wait_until(lambda: "deleted" in seen, "its end")
    observer.stop()
    observer.join()
    # Each rename into place is "created"; watchdog leaves out what is the same twice on end.
    assert seen in (["created", "created", "deleted"], ["created", "deleted"])


def test_the_limit_is_told_by_the_submission_the_folder_or_the_machine(submitter: Submitter) -> None:
    folder = os.path.join(submitter.root, ".runstore", "queue")
    os.makedirs(folder)
    assert limit_of(submitter.root, {"limit": None}) == default_limit() >= 1
    with open(os.path.join(folder, "limit"), "w", encoding="ascii") as file:
        file.write("5\n")
    assert limit_of(submitter.root, {"limit": None}) == 5
    assert limit_of(submitter.root, {"limit": 3}) == 3


def test_a_file_that_was_never_finished_does_not_stay(submitter: Submitter) -> None:
    ended(submitter.submit("print(1)"))
    left = os.path.join(queue_files.queue_folder(submitter.root), ".new-00000000000000000001-00000000.json")
    with open(left, "w", encoding="ascii") as file:
        file.write('{"environment": {"TOKEN": "hush')
    os.utime(left, (1, 1))
    wait_until(lambda: not queue_processes(submitter.root), "the queue's process ends")
    ended(submitter.submit("print(2)"))
    assert not os.path.exists(left)


def test_a_limit_that_is_no_number_is_refused(submitter: Submitter, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_MAX_RUNS", "many")
    with pytest.raises(UserErrorException, match="RUNSTORE_MAX_RUNS='many'"):
        submitter.submit("print(1)")
    assert not list(submitter.experiment.get_runs())


def test_a_waiting_run_can_be_canceled(submitter: Submitter, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_MAX_RUNS", "1")
    first = submitter.submit(SLEEP)
    second = submitter.submit("print(2)")
    third = submitter.submit("print(3)")
    wait_for(first, "Running")
    second.cancel()
    manifest = ended(second)
    assert (manifest["status"], manifest["attempts"]) == ("Canceled", [])
    assert manifest["exit"]["error"].startswith("canceled by ")
    assert manifest_of(third)["status"] == "Queued"
    first.cancel()
    assert ended(third)["status"] == "Completed"


def test_a_waiting_run_that_was_deleted_comes_back_canceled(submitter: Submitter, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_MAX_RUNS", "1")
    first = submitter.submit(SLEEP)
    second = submitter.submit("print(2)")
    third = submitter.submit("print(3)")
    wait_for(first, "Running")
    trash_run(submitter.root, second._folder, force=True)
    wait_until(lambda: len(queue_files.waiting(submitter.root)) == 1, "the queue drops it")
    trash_run(submitter.root, third._folder, force=True)
    for entry in entries(submitter.root):
        restore(submitter.root, entry)
    assert (second.get_status(), third.get_status()) == ("Canceled", "Canceled")
    first.cancel()
    wait_until(lambda: not queue_files.waiting(submitter.root), "the queue drops both")
    assert "deleted while it waited" in str(manifest_of(second)["exit"])
    assert console(third, ".out") == ""


def test_cancel_ends_the_whole_tree_first_politely_then_by_force(submitter: Submitter) -> None:
    run = submitter.submit(STUBBORN)
    wait_until(lambda: console(run, ".out").endswith("\n"), "output")
    child = int(console(run, ".out"))
    asked = time.monotonic()
    run.cancel()
    assert ended(run)["status"] == "Canceled"
    assert 5 < time.monotonic() - asked < 20
    assert not alive(child)


def test_a_run_is_canceled_while_it_is_prepared(submitter: Submitter, monkeypatch, tmp_path) -> None:
    from runstore.jobs.config.environment import Environment

    slow = tmp_path / "python"
    slow.write_text("#!/bin/sh\nsleep 600\n")
    slow.chmod(0o755)
    environment = Environment("slow")
    environment.python.user_managed_dependencies = True
    environment.python.interpreter_path = str(slow)
    run = submitter.submit("print(1)", environment=environment)
    wait_for(run, "Preparing")
    run.cancel()
    assert ended(run, 15)["status"] == "Canceled"
    assert not [process for process in psutil.process_iter(["cmdline"]) if str(slow) in (process.info["cmdline"] or [])]


def test_the_queue_goes_on_after_its_process_was_killed(submitter: Submitter, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_MAX_RUNS", "1")
    first = submitter.submit(SLEEP)
    second = submitter.submit("print(2)")
    wait_for(first, "Running")
    kill(starter(submitter.root))
    first.cancel()  # its supervisor starts the next
    assert ended(second)["status"] == "Completed"


def test_a_queue_whose_processes_are_all_gone_is_started_again_by_whoever_looks(submitter, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_MAX_RUNS", "1")
    first = submitter.submit(SLEEP)
    second = submitter.submit("print(2)")
    wait_for(first, "Running")
    kill(starter(submitter.root))
    kill(supervisor_of(first))
    wait_until(lambda: first.get_status() == "Failed", "the loss of the first run is seen")
    assert manifest_of(second)["status"] == "Queued"
    assert ensure_queue(submitter.root)
    assert ended(second)["status"] == "Completed"
    wait_until(lambda: not queue_files.running(submitter.root), "its place is free")
    assert not ensure_queue(submitter.root)


def test_a_killed_supervisor_frees_its_place_and_takes_its_script_with_it(submitter: Submitter, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_MAX_RUNS", "1")
    first = submitter.submit("from runstore import Run\nRun.get_context().log('x', 4)\n" + SLEEP)
    second = submitter.submit("print(2)")
    wait_until(lambda: "ready" in console(first, ".out"), "output")
    child = manifest_of(first)["attempts"][-1]["child"]["pid"]
    kill(supervisor_of(first))
    assert ended(second)["status"] == "Completed"
    wait_until(lambda: not alive(child), "the script ends")
    wait_until(lambda: not os.path.exists(RunPaths(first._folder).work), "its working copy goes")
    assert state_word(first) == "dead"
    assert first.get_metrics() == {"x": 4}


def test_after_a_reboot_what_ran_has_failed_and_what_waited_begins(submitter: Submitter, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_MAX_RUNS", "1")
    first = submitter.submit(SLEEP)
    second = submitter.submit("print(2)")
    third = submitter.submit("print(3)")
    wait_for(first, "Running")
    kill(starter(submitter.root))
    kill(supervisor_of(first))
    # Another boot, in which a process has the pid of the supervisor; the second run was taken but had not begun.
    path = os.path.join(first._folder, "run.json")
    with open(path, encoding="utf-8") as file:
        content = json.load(file)
    for identity in (content["attempts"][-1]["owner"], content["attempts"][-1]["child"]):
        identity.update(boot="another", pid=os.getpid())
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file)
    folder = os.path.join(first._folder, "alive")
    for name in os.listdir(folder):
        os.unlink(os.path.join(folder, name))
    waiting = queue_files.waiting(submitter.root)[0]
    os.rename(waiting, os.path.join(os.path.dirname(waiting), queue_files.RUNNING, os.path.basename(waiting)))
    assert state_word(first) in ("dead", "lost")
    ensure_queue(submitter.root)
    assert [ended(run)["status"] for run in (second, third)] == ["Completed", "Completed"]


@pytest.mark.parametrize("parent", ["run", "None"])
def test_a_run_that_waits_for_a_run_of_its_own_does_not_block_it(submitter: Submitter, monkeypatch, parent) -> None:
    monkeypatch.setenv("RUNSTORE_MAX_RUNS", "1")
    submitter.file("child.py", "print('child')")
    code = """
import os, sys, time
from runstore import Run
from runstore.jobs.config.environment import Environment
from runstore.jobs.config.script_run_config import ScriptRunConfig
run = Run.get_context()
environment = Environment("mine")
environment.python.user_managed_dependencies = True
config = ScriptRunConfig(".", "child.py", environment=environment)
child = config.submit_to(run.experiment, parent=PARENT, run_id="child-1")
while child.get_status() not in ("Completed", "Failed", "Canceled"): time.sleep(0.05)
print(child.get_status())
"""
    run = submitter.submit(code.replace("PARENT", parent))
    assert ended(run)["status"] == "Completed", console(run, ".err")
    assert console(run, ".out") == "Completed\n"
    child = submitter.experiment.workspace.get_run("child-1")
    assert manifest_of(child)["parent"] == (run.id if parent == "run" else None)


def test_a_canceled_run_does_not_take_along_the_runs_that_it_has_submitted(submitter: Submitter, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_MAX_RUNS", "2")  # beside a GPU it would be one
    submitter.file("child.py", "import time; time.sleep(2); print('child')")
    code = """
import time
from runstore import Run
from runstore.jobs.config.environment import Environment
from runstore.jobs.config.script_run_config import ScriptRunConfig
environment = Environment("mine")
environment.python.user_managed_dependencies = True
ScriptRunConfig(".", "child.py", environment=environment).submit_to(Run.get_context().experiment, run_id="child-2")
time.sleep(600)
"""
    run = submitter.submit(code)
    wait_until(lambda: "child-2" in os.listdir(os.path.join(submitter.root, "demo")), "the child")
    child = submitter.experiment.workspace.get_run("child-2")
    wait_for(child, "Running")
    run.cancel()
    assert ended(run)["status"] == "Canceled"
    assert ended(child)["status"] == "Completed"


def test_a_run_that_was_deleted_leaves_the_queue(submitter: Submitter, monkeypatch) -> None:
    import shutil

    monkeypatch.setenv("RUNSTORE_MAX_RUNS", "1")
    first = submitter.submit(SLEEP)
    second = submitter.submit("print(2)")
    wait_for(first, "Running")
    shutil.rmtree(second._folder)
    submitter.runs.remove(second)
    wait_until(lambda: not queue_files.waiting(submitter.root), "the file goes")
    assert not os.path.exists(second._folder)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_supervisor_that_ends_before_its_script_began_leaves_a_failed_run(submitter, tmp_path, number) -> None:
    from runstore.jobs.config.environment import Environment

    slow = tmp_path / "python"
    slow.write_text("#!/bin/sh\nsleep 30\n")
    slow.chmod(0o755)
    environment = Environment("slow")
    environment.python.user_managed_dependencies = True
    environment.python.interpreter_path = str(slow)
    run = submitter.submit("print(1)", environment=environment)
    wait_for(run, "Preparing")
    os.kill(supervisor_of(run), number)
    wait_until(lambda: run.get_status() == "Failed", "the end")
