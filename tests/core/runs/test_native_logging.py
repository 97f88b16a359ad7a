"""Python's logging: left alone, and kept with its levels."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from runstore import Run, Workspace


def records(tmp_path: Path, code: str, **variables: str) -> tuple[Run, list[dict[str, Any]], str]:
    """Run a script; its run, what was kept of logging, and what it wrote to stderr."""
    script = tmp_path / "train.py"
    script.write_text(textwrap.dedent(code))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RUNSTORE_")}
    done = subprocess.run(
        [sys.executable, script],
        env={**environment, "RUNSTORE_ROOT": str(tmp_path / "root"), **variables},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (run,) = Workspace(root=tmp_path / "root").experiments["train"].get_runs()
    text = run.get_details_with_logs()["logFiles"].get("user_logs/logging.jsonl", "")
    return run, [json.loads(line) for line in text.splitlines()], done.stderr


IMPORTED_FIRST = "import logging\nfrom runstore import Run\nrun = Run.get_context(); run.log('x', 1)\n"
IMPORTED_LATER = "from runstore import Run\nrun = Run.get_context(); run.log('x', 1)\nimport logging\n"


@pytest.mark.parametrize("start", [IMPORTED_FIRST, IMPORTED_LATER])
def test_basic_config_works_and_levels_are_kept(tmp_path: Path, start: str) -> None:
    code = start + textwrap.dedent("""
        assert logging.getLogger().handlers == []
        assert logging.getLogger().level == logging.WARNING
        logging.getLogger("lib").debug("before: not shown, not kept")
        logging.basicConfig(level=logging.DEBUG, format="%(levelname)s/%(message)s", force=False)
        logging.getLogger("lib.part").debug("debug %d", 1)
        try:
            1 / 0
        except ZeroDivisionError:
            logging.exception("went wrong")
    """)
    _, kept, err = records(tmp_path, code)
    assert err.startswith("DEBUG/debug 1\nERROR/went wrong\nTraceback")
    assert [(each["level"], each["logger"], each["message"]) for each in kept] == [
        ("DEBUG", "lib.part", "debug 1"),
        ("ERROR", "root", "went wrong"),
    ]
    assert "ZeroDivisionError" in kept[1]["traceback"]
    assert kept[0]["place"].startswith("train.py:")
    assert kept[0]["time"] <= kept[1]["time"]


def test_what_no_handler_takes_is_not_kept(tmp_path: Path) -> None:
    code = IMPORTED_FIRST + textwrap.dedent("""
        jupyter = logging.getLogger("jupyter")
        jupyter.setLevel(logging.DEBUG)
        handler = logging.StreamHandler()
        handler.setLevel(logging.WARNING)
        jupyter.addHandler(handler)
        jupyter.debug("a message of the kernel")
        jupyter.warning("shown")
        quiet = logging.getLogger("library")
        quiet.addHandler(logging.NullHandler())
        quiet.setLevel(logging.DEBUG)
        quiet.info("for nobody")
    """)
    _, kept, err = records(tmp_path, code)
    assert err == "shown\n"
    assert [each["message"] for each in kept] == ["shown"]


def test_logging_is_not_imported_for_it(tmp_path: Path) -> None:
    code = IMPORTED_FIRST.replace("import logging", "import sys") + "assert 'logging' not in sys.modules, 'imported'"
    _, kept, _ = records(tmp_path, code)
    assert kept == []


def test_messages_go_to_the_run_they_belong_to(tmp_path: Path) -> None:
    code = IMPORTED_FIRST + textwrap.dedent("""
        logging.warning("outer")
        with run.child_run("inner") as child:
            logging.warning("inner")
        logging.warning("outer again")
        run.complete()
        logging.warning("nobody's")
    """)
    run, kept, err = records(tmp_path, code)
    assert [each["message"] for each in kept] == ["outer", "outer again"]
    (child,) = run.get_children()
    text = child.get_details_with_logs()["logFiles"]["user_logs/logging.jsonl"]
    assert json.loads(text)["message"] == "inner"
    assert "nobody's" in err


def test_a_message_that_cannot_be_formatted_or_logs_itself_does_no_harm(tmp_path: Path) -> None:
    code = IMPORTED_FIRST + textwrap.dedent("""
        class Chatty:
            def __str__(self):
                logging.warning("while I was asked")
                return "chatty"
        logging.warning("%s", Chatty())
        logging.warning("%d", "no number")
        logging.warning("afterwards")
    """)
    _, kept, err = records(tmp_path, code)
    assert [each["message"] for each in kept] == ["chatty", "afterwards"] or [each["message"] for each in kept] == [
        "chatty",
        "while I was asked",
        "afterwards",
    ]
    assert "afterwards" in err


def test_forked_processes_write_files_of_their_own(tmp_path: Path) -> None:
    code = IMPORTED_FIRST + textwrap.dedent("""
        import os
        logging.warning("parent")
        children = [os.fork() for _ in range(1)]
        if children == [0]:
            logging.warning("child")
            os._exit(0)
        os.waitpid(children[0], 0)
        logging.warning("parent again")
    """)
    run, _, _ = records(tmp_path, code)
    logs = run.get_details_with_logs()["logFiles"]
    found = [[json.loads(line)["message"] for line in text.splitlines()] for text in logs.values()]
    assert sorted(found) == [["child"], ["parent", "parent again"]]
