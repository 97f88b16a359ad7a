"""What a command writes is kept byte for byte, and still shown."""

import itertools
import os
import subprocess

from tests.core.jobs.supervised import PYTHON, Store, wait_until
from tests.terminal import PtyApp

BAR = b"\rstep 1/3\rstep 2/3\r\x1b[32mstep 3/3\x1b[0m\n"
EVERYTHING = r"""
import os, sys, subprocess
print("printed")
sys.stdout.flush()
sys.stderr.write("to stderr\n")
sys.stdout.write("\rstep 1/3\rstep 2/3\r\x1b[32mstep 3/3\x1b[0m\n")
sys.stdout.flush()
os.write(1, bytes(range(1, 256)) + b"\r\n\x00\n")
subprocess.run(["printf", "from C %d\n", "7"])
"""
EXPECTED = b"printed\nto stderr\n" + BAR + bytes(range(1, 256)) + b"\r\n\x00\n" + b"from C 7\n"


def test_every_byte_is_kept_in_order_and_shown(store: Store) -> None:
    ended = store.run(PYTHON, store.script(EVERYTHING))
    assert ended.code == 0
    assert store.console() == EXPECTED
    assert ended.out == EXPECTED


def test_the_command_sees_a_terminal_of_the_size_of_ours(store: Store) -> None:
    script = store.script(
        "import os, sys\n"
        "print([os.isatty(n) for n in (0, 1, 2)], os.get_terminal_size(), open('/dev/tty').isatty(), flush=True)\n"
        "input('more? ')\n"
        "print(os.get_terminal_size())\n"
    )
    app = PtyApp(
        [PYTHON, "-m", "runs_tui", "run", "-q", PYTHON, script],
        cols=93,
        rows=31,
        env=store.environment(),
        cwd=store.work,
    )
    with app:
        app.wait_for("more?")
        assert "[True, True, True] os.terminal_size(columns=93, lines=31) True" in app.text().replace("\n", "")
        app.resize(120, 40)
        app.send(b"yes\r")
        assert app.wait() == 0
    assert b"columns=120, lines=40" in store.console()
    # What is typed is echoed by the command's terminal, as on any other.
    assert b"more? yes\n" in store.console()
    assert b"\r\n" in app.raw
    assert b"\r\n" not in store.console()


def test_without_a_terminal_the_size_is_that_of_the_variables(store: Store) -> None:
    script = store.script("import os; print(os.get_terminal_size(1).columns)")
    store.run(PYTHON, script, env={"COLUMNS": "111", "LINES": "22"})
    assert store.console() == b"111\n"


def test_stderr_can_have_a_log_of_its_own(store: Store) -> None:
    script = store.script(
        "import sys; print('good', flush=True); print('bad', file=sys.stderr); print(sys.stderr.isatty())"
    )
    ended = store.run(PYTHON, script, options=("--split-stderr", "--quiet"))
    assert store.console("out") == b"good\nTrue\n"
    assert store.console("err") == b"bad\n"
    assert ended.out == b"good\nTrue\n"
    assert ended.err == "bad\n"


def test_stdin_is_passed_on_when_it_is_no_terminal(store: Store) -> None:
    data = bytes(range(256)) * 1000
    ended = store.run(PYTHON, "-c", "import sys; print(sum(sys.stdin.buffer.read()), sys.stdin.isatty())", stdin=data)
    assert ended.out == b"%d False\n" % sum(data)


def test_a_reader_that_goes_away_does_not_end_the_command(store: Store) -> None:
    script = store.script("for i in range(20000): print('line', i)\nopen('done', 'w').close()\n")
    command = f'"{PYTHON}" -m runs_tui run -q "{PYTHON}" {script} | head -n 2'
    shown = subprocess.run(
        ["bash", "-c", command], cwd=store.work, env=store.environment(), capture_output=True, timeout=60, check=True
    ).stdout
    assert shown == b"line 0\nline 1\n"
    assert os.path.exists(os.path.join(store.work, "done"))
    assert store.console().endswith(b"line 19999\n")
    assert store.manifest()["status"] == "Completed"


def test_a_reader_that_does_not_read_holds_nothing_but_the_output(store: Store) -> None:
    """The supervisor stays responsive while its own stdout is full."""
    script = store.script("while True: print('x' * 1000)\n")
    process = store.start(PYTHON, script)
    wait_until(lambda: store.folders() and len(store.console()) > 300_000, "the pipe and the buffer are full")
    process.terminate()
    wait_until(lambda: store.manifest()["status"] == "Failed", "the end is recorded while nobody reads")
    assert process.poll() is None
    assert process.stdout is not None
    shown = process.stdout.read()
    assert process.wait(30) == 143
    assert shown.startswith(b"x" * 1000 + b"\n")
    assert store.console().startswith(shown)


def test_output_without_a_last_newline_and_in_halves_of_a_character(store: Store) -> None:
    script = store.script(
        "import os, time\n"
        "snow = '\\u2603'.encode()\n"
        "os.write(1, snow[:1]); time.sleep(0.1); os.write(1, snow[1:]); os.write(1, b'end')\n"
    )
    store.run(PYTHON, script)
    assert store.console() == "\u2603end".encode()


def test_a_lot_of_output_is_kept_whole(store: Store) -> None:
    lines = [f"{number:08} a line of output of a usual length\n" for number in range(400_000)]
    script = store.script(
        "lines = ['%08d a line of output of a usual length\\n' % number for number in range(400_000)]\n"
        "for line in lines[:100_000]: print(line, end='')\n"
        "print(*[''.join(lines[at:at + 1000]) for at in range(100_000, 400_000, 1000)], sep='', end='')\n"
    )
    ended = store.run(PYTHON, script)
    expected = "".join(lines).encode()
    assert store.console() == expected
    assert ended.out == expected


def test_the_index_tells_when_what_came(store: Store) -> None:
    from runstore.records.console import decode_entries

    script = store.script("import time\nfor i in range(3): print(i, flush=True); time.sleep(1.1)\n")
    store.run(PYTHON, script)
    (name,) = [name for name in os.listdir(os.path.join(store.folder(), "console")) if name.endswith(".out.idx")]
    with open(os.path.join(store.folder(), "console", name), "rb") as file:
        entries = decode_entries(file.read())
    assert [offset for _, offset in entries] == [0, 2, 4]
    times = [time for time, _ in entries]
    assert all(later - earlier >= 1.0 for earlier, later in itertools.pairwise(times))


def test_closed_standard_streams_are_no_trouble(store: Store) -> None:
    command = f'"{PYTHON}" -m runs_tui run -q "{PYTHON}" -c "print(7)" <&- >&- 2>&-'
    subprocess.run(["bash", "-c", command], cwd=store.work, env=store.environment(), timeout=60, check=True)
    assert store.console() == b"7\n"
    assert store.manifest()["status"] == "Completed"
