"""wait_for_completion: the text, the output as it comes, the errors, and ends of every kind."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runstore import Experiment, Run, Workspace
from runstore.exceptions import ActivityFailedException, ExperimentExecutionException, UserErrorException
from runstore.writing.console import ConsoleWriter
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner

Start = Callable[[str], Run]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(root=tmp_path / "root")


@pytest.fixture
def start(workspace: Workspace, tmp_path: Path) -> Iterator[Start]:
    """Start a script under a supervisor and give its run."""
    begun: list[subprocess.Popen[bytes]] = []

    def begin(code: str) -> Run:
        script = tmp_path / "train.py"
        script.write_text(textwrap.dedent(code))
        environment = {key: value for key, value in os.environ.items() if not key.startswith("RUNSTORE_")}
        command = [sys.executable, "-m", "runs_tui", "run", "--id", "the-run", "--", sys.executable, "-u", str(script)]
        begun.append(
            subprocess.Popen(
                command,
                env={**environment, "RUNSTORE_ROOT": workspace.root},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=tmp_path,
                start_new_session=True,
            )
        )
        return within(30, lambda: workspace.get_run("the-run"))

    yield begin
    for process in begun:
        if process.poll() is None:
            process.terminate()
        process.wait(30)


def within(seconds: float, attempt: Callable[[], Any]) -> Any:
    """What ``attempt`` gives once it raises no error and gives something."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = attempt()
            if found:
                return found
        except UserErrorException:
            pass
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.05)


def test_the_text_and_the_details(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    run = start("""
        import sys, time
        for step in range(3):
            print("step", step)
            time.sleep(0.1)
    """)
    details = run.wait_for_completion(show_output=True)
    assert details["status"] == "Completed"
    assert details["runId"] == run.id
    url = run.get_portal_url()
    assert url.startswith("file:///")
    assert capsys.readouterr().out == (
        f"RunId: the-run\nWeb View: {url}\n"
        f"\nStreaming user_logs/std_log.txt\n{'=' * 31}\n\nstep 0\nstep 1\nstep 2\n"
        f"\nExecution Summary\n=================\nRunId: the-run\nWeb View: {url}\n\n"
    )
    assert run.wait_for_completion() == run.get_details()


def test_output_comes_while_the_run_goes_on(start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    go_on = tmp_path / "go on"
    run = start(f"""
        import os, time
        print("early", flush=True)
        while not os.path.exists({str(go_on)!r}):
            time.sleep(0.05)
        print("late")
    """)
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stdout", shown)
    waiter = threading.Thread(target=run.wait_for_completion, kwargs={"show_output": True})
    waiter.start()
    within(30, lambda: "early\n" in shown.getvalue())
    assert "late" not in shown.getvalue()
    go_on.touch()
    waiter.join(30)
    assert "early\nlate\n\nExecution Summary\n" in shown.getvalue()


def test_a_failure_raises_and_is_printed_on_request(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    run = start("raise ValueError('bad shape')")
    with pytest.raises(ActivityFailedException) as caught:
        run.wait_for_completion()
    assert caught.value.message.startswith("Activity Failed:\n{\n")
    assert "ValueError: bad shape" in caught.value.message
    assert capsys.readouterr().out == ""
    details = run.wait_for_completion(show_output=True, raise_on_error=False)
    out = capsys.readouterr().out
    assert details["status"] == "Failed"
    assert "\nError:\n{\n" in out
    assert out.endswith("}\n\n")
    with pytest.raises(ActivityFailedException):
        run.wait_for_completion(show_output=True)


def test_a_canceled_run_ends_the_waiting_without_an_error(start: Start) -> None:
    run = start("import time; print('up', flush=True); time.sleep(60)")
    within(30, lambda: run.get_details_with_logs()["logFiles"].get("user_logs/std_log.txt"))
    run.cancel()
    assert run.get_status() in ("CancelRequested", "Canceled")
    details = run.wait_for_completion(show_output=True)
    assert details["status"] == "Canceled"
    assert "error" not in details
    assert run.get_detailed_status()["details"].startswith("canceled by ")


def test_a_run_that_others_fail_is_failed_at_once_and_its_processes_end(start: Start) -> None:
    run = start("import time; print('up', flush=True); time.sleep(60)")
    within(30, lambda: run.get_details_with_logs()["logFiles"].get("user_logs/std_log.txt"))
    run.complete()
    assert run.get_status() == "Running"
    run.fail("not good enough", error_code="Quality")
    assert run.get_status() == "Failed"
    assert run.get_details()["error"] == {"error": {"code": "Quality", "message": "not good enough"}}
    within(30, lambda: run._kept_reader().life().word == "gone")
    assert run.get_status() == "Failed"
    assert run.get_details()["error"] == {"error": {"code": "Quality", "message": "not good enough"}}


def test_a_killed_process_ends_the_waiting(tmp_path: Path, workspace: Workspace) -> None:
    code = """
        from runstore import Run
        import time
        run = Run.get_context()
        run.log("x", 1)
        print(run.id, flush=True)
        time.sleep(60)
    """
    environment = {**os.environ, "RUNSTORE_ROOT": workspace.root}
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], env=environment, stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stdout is not None
    run = workspace.get_run(process.stdout.readline().strip())
    killer = threading.Timer(0.5, process.send_signal, (signal.SIGKILL,))
    killer.start()
    try:
        with pytest.raises(ActivityFailedException, match="ProcessLost"):
            run.wait_for_completion()
        assert run.get_metrics() == {"x": 1}
    finally:
        killer.cancel()
        process.kill()
        process.communicate()


def test_ctrl_c_ends_the_waiting_alone(start: Start) -> None:
    run = start("import time; time.sleep(60)")
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(ExperimentExecutionException, match="the-run goes on"):
        run.wait_for_completion(show_output=True)
    assert run.get_status() == "Running"


def test_nobody_waits_for_himself(workspace: Workspace) -> None:
    with Experiment(workspace, "exp").start_logging(snapshot_directory=None) as run:
        with pytest.raises(UserErrorException, match="wait for itself"):
            run.wait_for_completion()
        child = run.child_run()
        child.complete()
        assert child.wait_for_completion()["status"] == "Completed"
    assert run.wait_for_completion()["status"] == "Completed"


def test_both_streams_of_the_lowest_rank_are_shown_and_nothing_acts_on_the_terminal(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = create_run(workspace.root, "exp", "two", status="Running", type="azureml.scriptrun")
    owner = RunOwner(folder)
    owner.begin_attempt(engine="local")
    owner.update()
    for name, stream, data in (
        ("1-0000000b", "out", b"rank 1\n"),
        (
            "0-0000000a",
            "out",
            b"\x1b[31mred\x1b[0m\r\nbar 1\rbar 2\n\x1b]0;title\x07\x1b[2J\x1b[5A\0no newline \xe2\x82",
        ),
        ("0-0000000a", "err", "warning: größer\n".encode()),
    ):
        writer = ConsoleWriter(folder, name, stream)
        writer.write(data)
        writer.close()
    owner.finish("Completed")
    workspace.get_run("two").wait_for_completion(show_output=True)
    shown = capsys.readouterr()
    assert shown.err == "warning: größer\n"
    assert "rank 1" not in shown.out
    body = re.search(r"=\n\n(.*)\n\nExecution", shown.out, re.S)
    assert body is not None
    assert body.group(1) == "\x1b[31mred\x1b[0m\nbar 1\rbar 2\n\N{SYMBOL FOR NULL}no newline �"


def test_warnings_are_told(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    folder = create_run(workspace.root, "exp", "warned", status="Running", warnings=["mind \x1b[2J the gap"])
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.finish("Completed")
    workspace.get_run("warned").wait_for_completion(show_output=True)
    assert "\nWarnings:\nmind ␛[2J the gap\n\n" in capsys.readouterr().out


def test_a_run_that_waits_long_says_what_for(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    folder = create_run(workspace.root, "exp", "queued", status="Preparing", type="azureml.scriptrun")
    Path(folder, "console", "system.log").write_text("2026-01-01T00:00:00Z installing numpy\n")
    owner = RunOwner(folder)
    owner.begin_attempt(engine="local")
    owner.update()
    run = workspace.get_run("queued")
    assert run.get_detailed_status() == {"status": "Preparing", "details": "installing numpy"}
    finisher = threading.Timer(2.7, owner.finish, ("Completed",))
    finisher.start()
    run.wait_for_completion(show_output=True)
    finisher.join()
    assert "\nStreaming system_logs/system.txt\n" in (out := capsys.readouterr().out)
    assert out.count("installing numpy") == 1
