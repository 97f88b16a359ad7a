"""How commands end, and that nothing of them is left behind."""

import os
import shutil
import signal
import subprocess
import time

import psutil
import pytest

from runstore.writing.edit import write_edit
from tests.core.jobs.supervised import PYTHON, SLEEP, Store, alive, wait_until

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "signal.signal(signal.SIGHUP, signal.SIG_IGN); open('deep', 'w').write(str(__import__('os').getpid())); "
    "time.sleep(600)"], start_new_session=True)
print("ready", flush=True)
time.sleep(600)
"""


def pid_in(store: Store, name: str) -> int:
    path = os.path.join(store.work, name)
    wait_until(lambda: os.path.exists(path) and os.path.getsize(path), name)
    with open(path, encoding="ascii") as file:
        return int(file.read())


@pytest.mark.parametrize("code", [0, 1, 3, 255])
def test_the_exit_code_is_returned_and_recorded(store: Store, code: int) -> None:
    assert store.run(PYTHON, "-c", f"raise SystemExit({code})").code == code
    manifest = store.manifest()
    assert manifest["exit"]["code"] == code
    assert manifest["exit"]["signal"] is None
    assert manifest["status"] == ("Failed" if code else "Completed")
    assert manifest["ended"] >= manifest["started"] >= manifest["created"]


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV", "SIGTERM"])
def test_a_signal_that_ends_the_command_is_recorded(store: Store, name: str) -> None:
    number = signal.Signals[name].value
    assert store.run(PYTHON, "-c", f"import os; os.kill(os.getpid(), {number})").code == 128 + number
    assert store.manifest()["exit"] == {"code": None, "signal": name, "error": f"ended by {name}"}
    assert store.manifest()["status"] == "Failed"


def test_the_last_line_of_a_traceback_is_the_reason(store: Store) -> None:
    script = store.script(
        "import sys\n"
        "try:\n    1 / 0\n"
        "except ZeroDivisionError as error:\n"
        "    raise ValueError('alpha must be \\x1b[31mpositive\\x1b[0m') from error\n"
    )
    assert store.run(PYTHON, script).code == 1
    assert store.manifest()["exit"]["error"] == "ValueError: alpha must be positive"


def test_what_cannot_be_started_is_recorded_with_the_reason(store: Store) -> None:
    ended = store.run("no-such-command-of-any-kind", "--lr", "0.1")
    assert ended.code == 127
    assert "command not found" in ended.err
    manifest = store.manifest()
    assert manifest["status"] == "Failed"
    assert manifest["exit"] == {
        "code": 127,
        "signal": None,
        "error": "no-such-command-of-any-kind: command not found",
    }
    assert manifest["params"] == {"lr": 0.1}


def test_what_is_not_executable_is_recorded_with_the_reason(store: Store) -> None:
    store.script("echo hello", "plain.sh")
    assert store.run("./plain.sh").code == 126
    assert store.manifest()["exit"]["error"] == "./plain.sh: not executable"


def test_a_script_without_an_interpreter_line_is_run_by_the_shell(store: Store) -> None:
    os.chmod(os.path.join(store.work, store.script('echo "hello $1"; exit 4', "plain")), 0o755)
    assert store.run("./plain", "you").code == 4
    assert store.console() == b"hello you\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_signals_to_the_supervisor_reach_the_command(store: Store, number: signal.Signals) -> None:
    # Started from a shell in the background, a command has SIGINT and SIGQUIT ignored; Popen does not do that.
    process = store.start(PYTHON, store.script(SLEEP))
    store.wait_for_output(b"ready")
    process.send_signal(number)
    assert process.wait(30) == 128 + number
    assert store.manifest()["exit"]["signal"] == number.name


def test_a_message_signal_reaches_the_main_process_only(store: Store) -> None:
    script = store.script(
        "import signal, time\n"
        "signal.signal(signal.SIGUSR1, lambda *_: print('checkpoint', flush=True))\n"
        "print('ready', flush=True)\nsignal.pause()\n"
    )
    process = store.start(PYTHON, script)
    store.wait_for_output(b"ready")
    process.send_signal(signal.SIGUSR1)
    assert process.wait(30) == 0
    assert b"checkpoint" in store.console()


def test_a_signal_to_everybody_lets_the_command_save_first(store: Store) -> None:
    """As `pkill -f` sends it: the session must outlive it, or the kernel would hang the command up."""
    script = store.script(
        "import signal, sys, time\n"
        "def leave(*_):\n    time.sleep(0.5); print('saved', flush=True); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, leave)\nprint('ready', flush=True)\ntime.sleep(600)\n"
    )
    process = store.start(PYTHON, script)
    store.wait_for_output(b"ready")
    for each in [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]:
        each.terminate()
    assert process.wait(30) == 0
    assert b"saved" in store.console()


def test_a_message_to_everybody_ends_nobody(store: Store) -> None:
    """As `pkill -USR1 -f` sends it: the process that holds the session has the command line of its supervisor."""
    script = store.script(
        "import os, signal, time\n"
        "signal.signal(signal.SIGUSR1, lambda *_: print('checkpoint', flush=True))\n"
        "print('ready', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.02)\n"
    )
    process = store.start(PYTHON, script)
    store.wait_for_output(b"ready")
    for each in [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]:
        each.send_signal(signal.SIGUSR1)
    store.wait_for_output(b"checkpoint")
    store.script("", "go")
    assert process.wait(30) == 0
    assert store.manifest()["status"] == "Completed"


def test_a_message_that_comes_as_the_command_ends_is_nothing_to_fail_for(store: Store) -> None:
    process = store.start("sh", "-c", "while [ ! -e go ]; do sleep 0.05; done")
    wait_until(lambda: store.folders() and store.manifest()["status"] == "Running", "the start")
    child = store.manifest()["attempts"][-1]["child"]["pid"]
    process.send_signal(signal.SIGSTOP)  # so that it hears of both at once
    store.script("", "go")
    wait_until(lambda: not os.path.exists(f"/proc/{child}"), "the end of the command")
    process.send_signal(signal.SIGUSR1)
    process.send_signal(signal.SIGCONT)
    assert process.wait(30) == 0
    assert store.manifest()["status"] == "Completed"


HOLDER_GONE = """
import os, signal
from runstore.jobs.processes import reap
from runstore.jobs.ptys import Pty
from runstore.jobs.session import Session
pty = Pty((24, 80, 0, 0))
session = Session(["sleep", "600"], dict(os.environ), pty, None, False)
os.kill(session.holder, signal.SIGKILL)
while session.holder not in reap(): pass
sent = []
os.kill = lambda *given: sent.append(given)
session.close()
print(sent)
"""


def test_a_session_whose_holder_is_gone_signals_nobody_in_its_place() -> None:
    """The pid may have gone to a stranger."""
    told = subprocess.run([PYTHON, "-c", HOLDER_GONE], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout == "[]\n"


def test_a_command_whose_session_is_killed_ends_and_is_recorded(store: Store) -> None:
    process = store.start(PYTHON, store.script(SLEEP))
    store.wait_for_output(b"ready")
    (holder,) = psutil.Process(process.pid).children()
    holder.kill()
    assert process.wait(30) == 128 + signal.SIGHUP
    assert store.manifest()["exit"]["signal"] == "SIGHUP"


def test_a_command_that_ignores_sigterm_goes_on(store: Store) -> None:
    script = store.script(
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: print('heard', flush=True))\n"
        "print('ready', flush=True)\n"
        "while not os.path.exists('go'): time.sleep(0.02)\n"
    )
    process = store.start(PYTHON, script)
    store.wait_for_output(b"ready")
    process.terminate()
    store.wait_for_output(b"heard")
    store.script("", "go")
    assert process.wait(30) == 0
    assert store.manifest()["status"] == "Completed"


def test_under_nohup_a_hangup_is_ignored_by_both(store: Store) -> None:
    script = store.script(
        "import os, signal, time\nprint(repr(signal.getsignal(signal.SIGHUP)), flush=True)\n"
        "while not os.path.exists('go'): time.sleep(0.02)\n"
    )
    process = subprocess.Popen(
        ["nohup", PYTHON, "-m", "runs_tui", "run", "-q", PYTHON, script],
        cwd=store.work,
        env=store.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    store.processes.append(process)
    store.wait_for_output(b"SIG_IGN")
    process.send_signal(signal.SIGHUP)
    store.script("", "go")
    assert process.wait(30) == 0
    assert store.manifest()["status"] == "Completed"


def test_a_cancel_edit_ends_the_whole_tree_politely_then_by_force(store: Store) -> None:
    process = store.start(PYTHON, store.script(STUBBORN), options=("--grace", "1"))
    deep = pid_in(store, "deep")
    write_edit(store.folder(), {"kind": "cancel"})
    wait_until(lambda: store.manifest()["status"] == "CancelRequested", "the request is honoured", timeout=5.0)
    assert process.wait(30) == 128 + signal.SIGKILL
    assert not alive(deep)
    manifest = store.manifest()
    assert manifest["status"] == "Canceled"
    assert manifest["exit"]["signal"] == "SIGKILL"
    assert manifest["exit"]["error"].startswith("canceled by ")


def test_a_canceled_command_may_save_first(store: Store) -> None:
    script = store.script(
        "import signal, sys, time\n"
        "def leave(*_):\n    time.sleep(0.3); print('saved', flush=True); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, leave)\nprint('ready', flush=True)\ntime.sleep(600)\n"
    )
    process = store.start(PYTHON, script)
    store.wait_for_output(b"ready")
    write_edit(store.folder(), {"kind": "tags", "value": {"watched": "yes"}}, {"kind": "cancel"})
    assert process.wait(30) == 0
    assert b"saved" in store.console()
    assert store.manifest()["status"] == "Canceled"
    assert store.manifest()["tags"] == {"watched": "yes"}


def test_after_a_failure_the_rest_of_the_tree_is_ended(store: Store) -> None:
    script = store.script(
        "import os, signal, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
        "open('deep', 'w').write(str(child.pid))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    process = store.start(PYTHON, script, options=("--grace", "1"))
    deep = pid_in(store, "deep")
    assert process.wait(60) == 137
    assert not alive(deep)
    assert store.manifest()["exit"]["signal"] == "SIGKILL"


def test_after_success_what_is_still_in_the_session_is_part_of_the_run(store: Store) -> None:
    script = "sh -c 'while [ ! -e go ]; do sleep 0.05; done; echo late; exit 9' & echo early"
    process = store.start("sh", "-c", script)
    store.wait_for_output(b"early")
    time.sleep(0.3)
    assert process.poll() is None
    assert store.manifest()["status"] == "Running"
    store.script("", "go")
    assert process.wait(30) == 0
    assert store.console().endswith(b"late\n")


def test_after_a_failing_code_the_session_is_ended_and_a_daemon_is_left_alone(store: Store) -> None:
    script = store.script(
        "import subprocess, sys\n"
        "none = subprocess.DEVNULL\n"
        "daemon = subprocess.Popen(['sleep', '600'], start_new_session=True, stdin=none, stdout=none, stderr=none)\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        "print(daemon.pid, child.pid)\nsys.exit(2)\n"
    )
    ended = store.run(PYTHON, script, options=("--grace", "1"))
    assert ended.code == 2
    daemon, child = map(int, ended.out.split())
    try:
        assert alive(daemon)
        assert not alive(child)
    finally:
        os.kill(daemon, signal.SIGKILL)


def test_what_goes_on_after_the_end_can_be_canceled(store: Store) -> None:
    process = store.start("sh", "-c", "sleep 600 >/dev/null 2>&1 & echo $! >deep; echo early")
    deep = pid_in(store, "deep")
    store.wait_for_output(b"early")
    write_edit(store.folder(), {"kind": "cancel"})
    assert process.wait(30) == 0
    assert not alive(deep)
    assert store.manifest()["status"] == "Canceled"


def test_what_goes_on_after_the_end_is_ended_by_a_second_request(store: Store) -> None:
    process = store.start("sh", "-c", "sleep 600 >/dev/null 2>&1 & echo $! >deep; echo early")
    deep = pid_in(store, "deep")
    store.wait_for_output(b"early")
    time.sleep(0.3)
    process.terminate()
    assert process.wait(30) == 0
    assert not alive(deep)
    assert store.manifest()["status"] == "Completed"


def test_a_daemon_is_left_alone_after_success(store: Store) -> None:
    script = store.script(
        "import subprocess, sys\n"
        "none = subprocess.DEVNULL\n"
        "child = subprocess.Popen(['sleep', '600'], start_new_session=True, stdin=none, stdout=none, stderr=none)\n"
        "print(child.pid)\n"
    )
    ended = store.run(PYTHON, script)
    assert ended.code == 0
    daemon = int(ended.out)
    try:
        assert alive(daemon)
    finally:
        os.kill(daemon, signal.SIGKILL)


def test_kill_9_of_the_supervisor_leaves_a_record_that_is_shown_as_dead(store: Store) -> None:
    from runstore.reading.run import RunReader
    from runstore.reading.states import reader_state

    script = store.script(
        "import os, time\nfrom runstore import Run\nrun = Run.get_context()\n"
        "for i in range(100): run.log('loss', 1.0 / (i + 1), step=i)\n"
        "open('child', 'w').write(str(os.getpid()))\nprint('ready', flush=True)\ntime.sleep(600)\n"
    )
    process = store.start(PYTHON, script)
    child = pid_in(store, "child")
    store.wait_for_output(b"ready")
    (holder,) = psutil.Process(process.pid).children()
    process.kill()
    process.wait()
    wait_until(lambda: not alive(child), "the terminal is gone, so the command is hung up")
    wait_until(lambda: not alive(holder.pid), "the session has ended too")
    reader = RunReader(store.folder())
    reader.refresh()
    assert reader_state(reader).word == "dead"
    assert len(reader.series("loss").values) == 100
    assert store.console() == b"ready\n"


def test_ctrl_c_while_files_are_collected_ends_the_collecting(store: Store) -> None:
    script = store.script(
        "import os\nos.makedirs('outputs')\nfor i in range(40): open(f'outputs/{i:02}', 'wb').truncate(200_000_000)\n"
    )
    process = store.start(PYTHON, script)
    wait_until(lambda: store.folders() and store.manifest()["status"] == "Finalizing", "collecting", timeout=60)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    manifest = store.manifest()
    assert manifest["status"] == "Completed"
    assert manifest["warnings"] == ["interrupted: not all files under outputs and logs were kept"]
    files = store.files()
    assert len(files) < 40
    assert {size for _, size in files} <= {200_000_000}  # each is there as a whole or not at all
    shutil.rmtree(store.folder())
