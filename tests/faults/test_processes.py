"""However a training ends, it ends as it would without us; and what is said of its run is what happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from runstore.reading.run import RunReader
from tests.faults.acknowledged import by_run, heard, start, unread
from tests.faults.scale import times
from tests.faults.training import Training, both, folder, row


class Ending(NamedTuple):
    """``state``: the word for the run that ends so."""

    name: str
    state: str
    script: str


ENDINGS = [
    Ending("an exit code", "failed", "run.log('a', 1); sys.exit(3)"),
    Ending("an exception that a hook over ours shows", "failed", """
        sys.excepthook = lambda *error: print('mine')
        run.log('a', 1); 1 / 0
    """),
    Ending("os._exit", "dead", "run.log('a', 1); print('out', flush=True); os._exit(5)"),
    Ending("ctrl+c", "canceled", "run.log('a', 1); os.kill(os.getpid(), signal.SIGINT); time.sleep(20)"),
    Ending("SIGTERM", "dead", "run.log('a', 1); os.kill(os.getpid(), signal.SIGTERM); time.sleep(20)"),
    Ending("a handler of SIGTERM", "failed", """
        signal.signal(signal.SIGTERM, lambda *_: (run.log('a', 2), sys.exit(7)))
        run.log('a', 1)
        os.kill(os.getpid(), signal.SIGTERM); time.sleep(20)
    """),
    Ending("a daemon thread in the middle of its work", "completed", """
        def work():
            while True:
                run.log('a', 1)
        threading.Thread(target=work, daemon=True).start(); time.sleep(0.1); print('end')
    """),
    Ending("asyncio that is interrupted", "canceled", """
        import asyncio
        async def main():
            run.log('a', 1); os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(20)
        asyncio.run(main())
    """),
    Ending("files closed that it did not open", "completed", """
        run.log('a', 0)
        os.closerange(3, 1024)
        files = [open(f'own-{number}', 'w') for number in range(5)]
        for step in range(1, 100):
            run.log('a', step)
            [file.write('own\\n') for file in files]
    """),
    Ending("a record while the interpreter comes down", "completed", """
        class Last:
            def __del__(self):
                run.log('b', 1); print('gone')
        last = Last()
    """),
    Ending("a record at exit", "completed", """
        import atexit
        atexit.register(lambda: (run.log('a', 2), print('bye')))
        run.log('a', 1)
    """),
    Ending("no streams", "failed", "sys.stdout = sys.stderr = None; run.log('a', 1); 1 / 0"),
    Ending("sys.exit inside with", "failed", """
        with run:
            print('hi'); sys.exit(3)
    """),
    Ending("a forked child that fails", "completed", """
        child = os.fork()
        if child == 0:
            run.log('b', 1); 1 / 0
        print(os.waitpid(child, 0)[1]); run.log('a', 1)
    """),
    Ending("SIGHUP", "dead", "run.log('a', 1); os.kill(os.getpid(), signal.SIGHUP); time.sleep(20)"),
    Ending("end", "completed", "run.log('a', 1)"),
    Ending("an exit code that is caught", "completed", """
        import argparse
        try:
            argparse.ArgumentParser(prog='x').parse_args(['--nope'])
        except SystemExit as error:
            kept = error; print(repr(error), error.code)
        run.log('a', 1)
    """),
    Ending("an exit code that is caught before another exit", "completed", """
        try:
            sys.exit(2)
        except SystemExit:
            run.log('a', 1); sys.exit(0)
    """),
    Ending("an exit code that is caught and raised on", "failed", """
        try:
            sys.exit(2)
        except SystemExit as error:
            run.log('a', 1); error.code += 1; raise
    """),
    Ending("an exit code of a thread", "completed", """
        thread = threading.Thread(target=lambda: sys.exit(3))
        thread.start(); thread.join(); run.log('a', 1)
    """),
    Ending("quit that is caught", "completed", """
        try:
            quit(4)
        except SystemExit:
            run.log('a', 1)
    """),
    Ending("text as an exit code", "failed", "run.log('a', 1); sys.exit('no data')"),
    Ending("an exception", "failed", "run.log('a', 1); 1 / 0"),
    Ending("an exception before the first record", "failed", "1 / 0"),
    Ending("os.abort", "dead", "run.log('a', 1); os.abort()"),
    Ending("ctrl+c that a hook over ours shows", "canceled", """
        sys.excepthook = lambda *error: print('mine')
        run.log('a', 1); os.kill(os.getpid(), signal.SIGINT)
        time.sleep(20)
    """),
    Ending("ctrl+c that is caught", "completed", """
        try:
            os.kill(os.getpid(), signal.SIGINT); time.sleep(20)
        except KeyboardInterrupt:
            run.log('a', 1)
    """),
    Ending("SIGKILL", "dead", "run.log('a', 1); os.kill(os.getpid(), signal.SIGKILL); time.sleep(20)"),
    Ending("a thread that fails", "completed", """
        thread = threading.Thread(target=lambda: run.log('a', 1 / 0), name='worker')
        thread.start(); thread.join(); run.log('a', 1)
    """),
    Ending("a thread that goes on", "completed", """
        def work():
            for step in range(50):
                run.log('a', step); time.sleep(0.005)
            print('done')
        threading.Thread(target=work).start()
    """),
    Ending("asyncio", "completed", """
        import asyncio
        async def work(number):
            for step in range(50):
                run.log(f'a{number}', step); await asyncio.sleep(0)
        async def main():
            await asyncio.gather(*map(work, range(20))); print('done')
        asyncio.run(main())
    """),
    Ending("asyncio that fails", "failed", """
        import asyncio
        async def main():
            run.log('a', 1); await asyncio.sleep(0); raise ValueError('x')
        asyncio.run(main())
    """),
    Ending("closed streams", "completed", "sys.stdout.close(); sys.stderr.close(); run.log('a', 1)"),
    Ending("a broken pipe", "failed", """
        os.dup2(os.open(os.devnull, os.O_RDONLY), 1)
        run.log('a', 1); print('x', flush=True)
    """),
    Ending("a full device for what it prints", "failed", """
        os.dup2(os.open('/dev/full', os.O_WRONLY), 1)
        run.log('a', 1); print('x', flush=True)
    """),
    Ending("inside with", "failed", """
        with run:
            run.log('a', 1); print('hi'); 1 / 0
    """),
    Ending("os._exit inside with", "dead", """
        with run:
            print('hi', flush=True); os._exit(9)
    """),
    Ending("a forked child that outlives it", "completed", """
        if os.fork() == 0:
            os.setsid(); time.sleep(0.3); run.log('b', 1); os._exit(0)
        run.log('a', 1)
    """),
    Ending("a pool of processes", "completed", """
        import multiprocessing
        def work(number):
            run.log('b', number); return number
        with multiprocessing.get_context('fork').Pool(2) as pool:
            print(sum(pool.map(work, range(20))))
    """),
    Ending("another program in its place", "dead", """
        run.log('a', 1); os.execv(sys.executable, [sys.executable, '-c', 'print(1); raise SystemExit(6)'])
    """),
]  # fmt: skip
LOGGING = """
import sys, runstore
run = runstore.Experiment(runstore.Workspace(root=sys.argv[1]), "exp").start_logging(
    outputs=None, snapshot_directory=None)
said("run", run._folder)
for step in range(10**9):
    run.log("a", step)
    said("point", "a", None, step)
"""
TRIED = ENDINGS[: times(len(ENDINGS), 10)]


@pytest.mark.parametrize("ending", TRIED, ids=lambda each: each.name)
def test_a_training_ends_as_it_would_without_us(tmp_path: Path, ending: Ending) -> None:
    without, with_us = both(ending.script, tmp_path, tmp_path / "store")
    assert with_us.seen == without.seen
    assert row(tmp_path / "store").state.word == ending.state


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda each: each.name)
def test_a_signal_at_any_moment_ends_the_training_and_nothing_acknowledged_is_lost(
    tmp_path: Path, number: signal.Signals
) -> None:
    """In the middle of a call, as a rule: it does nothing but record."""
    chance = random.Random(number)
    root = tmp_path / "store"
    for _ in range(times(50, 1)):
        process = start(LOGGING, str(root))
        assert process.stdout is not None
        begun = os.read(process.stdout.fileno(), 1 << 16)
        time.sleep(chance.uniform(0, 0.2))
        process.send_signal(number)
        told = heard(begun + process.communicate(timeout=30)[0])
        assert process.returncode == -number
        for place, said in by_run(told).items():
            assert unread(place, said) == []
            reader = RunReader(place)
            reader.refresh()
            assert reader.warnings == []
            assert reader.state().word == ("canceled" if number == signal.SIGINT else "dead")


def test_records_go_on_in_files_that_the_script_has_closed(tmp_path: Path) -> None:
    script = """
    run.log("a", 0)
    os.closerange(3, 1024)
    files = [open(f"own-{number}", "w") for number in range(5)]
    for step in range(1, 100):
        run.log("a", step)
    """
    assert Training(script, tmp_path / "with", tmp_path / "store").ended().code == 0
    reader = RunReader(str(folder(tmp_path / "store")))
    reader.refresh()
    assert reader.series("a").values.tolist() == list(range(100))


def test_a_new_metric_after_the_script_has_closed_our_files_goes_into_no_other(tmp_path: Path) -> None:
    script = """
    run.log("a", 0)
    run.log_metrics({"b": 0, "c": 0})
    os.closerange(3, 1024)
    run.log_metrics({"d": 0, "e": 0, "f": 0})
    run.log_metrics({"g": 0, "h": 0, "i": 0, "j": 0})
    run.tag("t", "1")
    for step in range(1, 100):
        run.log("a", step)
        run.log_metrics({"b": step, "c": step})
        run.log_metrics({"d": step, "e": step, "f": step})
    """
    assert Training(script, tmp_path / "with", tmp_path / "store").ended().code == 0
    reader = RunReader(str(folder(tmp_path / "store")))
    reader.refresh()
    assert reader.warnings == []
    assert reader.manifest["tags"] == {"t": "1"}
    assert reader.names() == list("abcdefghij")
    for name in "abcdef":
        assert reader.series(name).values.tolist() == list(range(100)), name


def test_a_handler_that_logs_in_the_middle_of_a_record_mixes_nothing_up(tmp_path: Path) -> None:
    """The alarm comes at arbitrary instants of calls that make files, schemas and records; all values stay apart."""
    rounds = times(20_000, 500)
    script = f"""
    import random
    heard = 0
    def handler(*_):
        global heard
        heard += 1
        run.log(f"handler{{heard % 50}}", heard)
        if not done:
            signal.setitimer(signal.ITIMER_REAL, 0.00002 + 0.0003 * random.random())
    done = False
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.0001)
    for step in range({rounds}):
        run.log(f"main{{step % 500}}", step)
        run.log("text", f"text {{step}}")
    done = True
    time.sleep(0.01)
    print(heard)
    """
    ended = Training(script, tmp_path / "with", tmp_path / "store").ended()
    assert (ended.code, ended.err) == (0, "")
    reader = RunReader(str(folder(tmp_path / "store")))
    reader.refresh()
    assert reader.warnings == []
    for name, apart, count in (("main", 500, range(rounds)), ("handler", 50, range(1, int(ended.out) + 1))):
        for rest in range(min(apart, len(count))):
            expected = [value for value in count if value % apart == rest]
            assert not expected or reader.series(f"{name}{rest}").values.tolist() == expected
    assert len(reader.records("scalar")) == rounds


def test_threads_and_their_names_stay_apart(tmp_path: Path) -> None:
    count = times(20_000, 100)
    script = f"""
    def work(number):
        for step in range({count}):
            run.log(f"a{{number}}", step)
            run.log_metrics({{f"b{{number}}": step, f"c{{step % 30}}": number}})
    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    """
    assert Training(script, tmp_path / "with", tmp_path / "store").ended().code == 0
    reader = RunReader(str(folder(tmp_path / "store")))
    reader.refresh()
    for number in range(16):
        assert reader.series(f"a{number}").values.tolist() == list(range(count))
        assert sorted(reader.series(f"b{number}").values.tolist()) == list(range(count))


def test_what_a_supervised_script_could_not_write_is_tried_again_at_its_end(tmp_path: Path) -> None:
    """It has joined the run of its supervisor, and nothing ends that run in its process."""
    script = textwrap.dedent("""
        import resource, runstore
        run = runstore.Run.get_context()
        run.log("a", 0)
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (32, hard))
        for step in range(1, 100):
            run.log("a", step)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    """)
    command = [sys.executable, "-m", "runs_tui", "run", "--root", str(tmp_path / "store"), "--", sys.executable, "-c"]
    done = subprocess.run([*command, script], capture_output=True, text=True, cwd=tmp_path, env=os.environ, check=False)
    assert done.returncode == 0, done.stderr
    assert row(tmp_path / "store").metrics["a"].n == 100
