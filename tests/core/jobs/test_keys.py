"""The keyboard of a terminal reaches the command, and the terminal is given back."""

import os
import time

from tests.core.jobs.supervised import PYTHON, SLEEP, Store, wait_until
from tests.terminal import PtyApp


def test_ctrl_c_reaches_the_command_which_decides(store: Store) -> None:
    script = store.script(
        "import os, time\n"
        "for _ in range(2):\n"
        "    try:\n        os.write(1, b'ready\\n'); time.sleep(600)\n"
        "    except KeyboardInterrupt:\n        print('not yet', flush=True)\n"
        "print('saved')\n"
    )
    with PtyApp(
        [PYTHON, "-m", "runs_tui", "run", "-q", PYTHON, script], env=store.environment(), cwd=store.work
    ) as app:
        app.wait_for("ready")
        app.press("ctrl+c")
        app.wait_for(lambda app: app.text().count("ready") == 2)
        app.press("ctrl+c")
        assert app.wait() == 0
    # Nothing that was written when the key came is lost; the terminal echoes the key somewhere between.
    assert store.console().count(b"^C") == 2
    assert store.console().replace(b"^C", b"") == b"ready\nnot yet\n" * 2 + b"saved\n"
    assert store.manifest()["status"] == "Completed"


def test_ctrl_c_that_ends_the_command_is_canceled(store: Store) -> None:
    script = store.script(SLEEP)
    with PtyApp(
        [PYTHON, "-m", "runs_tui", "run", "-q", PYTHON, script], env=store.environment(), cwd=store.work
    ) as app:
        app.wait_for("ready")
        app.press("ctrl+c")
        assert app.wait() == 130
    assert store.manifest()["status"] == "Canceled"
    assert store.manifest()["exit"]["signal"] == "SIGINT"
    assert b"KeyboardInterrupt" in store.console()


def test_the_terminal_is_given_back_as_it_was(store: Store) -> None:
    script = store.script("import time\nprint('ready', flush=True)\ntime.sleep(600)\n")
    command = f'stty -a >before; "{PYTHON}" -m runs_tui run -q "{PYTHON}" {script}; stty -a >after; echo over'
    with PtyApp(["bash", "-c", command], env=store.environment(), cwd=store.work) as app:
        app.wait_for("ready")
        app.press("ctrl+c")
        app.wait_for("over")
    with open(os.path.join(store.work, "before")) as before, open(os.path.join(store.work, "after")) as after:
        assert before.read() == after.read()


def test_ctrl_z_stops_the_command_and_fg_lets_it_go_on(store: Store) -> None:
    script = store.script("import time\nfor i in range(600):\n    print('tick', i, flush=True)\n    time.sleep(0.05)\n")
    env = store.environment(PS1="prompt>")
    with PtyApp(["bash", "--norc", "-i"], env=env, cwd=store.work) as app:
        app.wait_for("prompt>")
        app.type_text(f"{PYTHON} -m runs_tui run -q {PYTHON} {script}\r")
        app.wait_for("tick 3")
        app.press("ctrl+z")
        app.wait_for("Stopped")
        app.type_text("stty -a | grep -o ' icanon'\r")  # the shell has its terminal back as it was
        app.wait_for(" icanon")
        ticks = store.console().count(b"tick")
        time.sleep(0.3)
        assert store.console().count(b"tick") == ticks
        app.type_text("fg\r")
        app.wait_for(f"tick {ticks + 3}")
        app.press("ctrl+c")
        wait_until(lambda: store.manifest()["status"] == "Canceled", "ended by ctrl+c")
        app.type_text("exit\r")
        app.wait()


def test_in_a_pipeline_the_keys_are_not_taken_from_the_pager(store: Store) -> None:
    script = store.script(
        "import os, time\nprint('ready', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.02)\n"
    )
    pager = "sh -c 'head -n1; read answer </dev/tty; echo got $answer; touch go; cat'"
    command = f'"{PYTHON}" -m runs_tui run -q "{PYTHON}" {script} | {pager}; echo over'
    with PtyApp(["bash", "-c", command], env=store.environment(), cwd=store.work) as app:
        app.wait_for("ready")
        app.type_text("yes\r")
        app.wait_for("got yes")
        app.wait_for("over")


def test_ctrl_c_in_a_pipeline_reaches_the_command(store: Store) -> None:
    command = f'"{PYTHON}" -m runs_tui run -q "{PYTHON}" {store.script(SLEEP)} | cat; echo over ${{PIPESTATUS[0]}}'
    with PtyApp(["bash", "-ic", command], env=store.environment(), cwd=store.work) as app:
        app.wait_for("ready")
        app.press("ctrl+c")
        wait_until(lambda: store.manifest()["status"] == "Canceled", "ended")
