"""Commands that read damaged runs: an answer, or a message and exit code 2; JSON that is JSON; no control codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from runs_tui.cli.main import cli
from tests.faults.cases import tried
from tests.faults.mutations import Damage
from tests.faults.scale import times
from tests.faults.subjects import Subject, foreign, own

OWN = (
    ("ls", "--json"),
    ("ls", "--columns", "run,state,loss.min,lr,host"),
    ("ls", "loss<1 -tag:x"),
    ("show", "--json", "RUN"),
    ("show", "RUN"),
    ("tail", "-n", "20", "RUN"),
    ("tail", "--json", "RUN"),
    ("plot", "--json", "RUN", "loss"),
    ("plot", "RUN", "x", "--width", "60"),
    ("doctor", "--json"),
    ("doctor", "-v"),
    ("du",),
    ("compare", "RUN", "other"),
)
OTHERS = (("ls", "--json"), ("ls",), ("show", "--json", "RUN"), ("show", "RUN"), ("plot", "--json", "RUN", "loss"))


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    made = own(tmp_path_factory.mktemp("own"))
    (made.top.parents[1] / ".runstore").mkdir()
    other = made.top.parent / "other"
    shutil.copytree(made.top, other)
    manifest = json.loads((other / "run.json").read_bytes())
    (other / "run.json").write_text(json.dumps({**manifest, "id": "other", "display_name": "other"}))
    return made


@pytest.mark.parametrize("words", OWN, ids=" ".join)
def test_of_our_runs(subject: Subject, words: tuple[str, ...]) -> None:
    root, name = subject.top.parents[1], json.loads(subject.files["run.json"])["id"]

    def check(top: Path, damages: list[Damage]) -> None:
        said(words, str(root), name)

    assert said(words, str(root), name) != 2, "it is called wrongly"
    tried(" ".join(words), subject, check, times(150, 1), seconds=4.0)


@pytest.mark.parametrize("words", OTHERS, ids=" ".join)
def test_of_other_tools(words: tuple[str, ...], tmp_path: Path) -> None:
    damaged = foreign("tensorboard/resumed", tmp_path / "top")
    name = str(damaged.top)

    def check(top: Path, damages: list[Damage]) -> None:
        said(words, name, "last")

    assert said(words, name, "last") == 0, "it is called wrongly"
    tried(" ".join(("other", *words)), damaged, check, times(100, 1), seconds=4.0)


def said(words: tuple[str, ...], root: str, name: str) -> int:
    """Call the command; its exit code is 2 with a message, and doctor has 1 for what it found."""
    arguments = [name if word == "RUN" else word for word in words]
    done = CliRunner().invoke(cli, [*arguments, "--root", root], prog_name="runs-tui")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code in ((0, 1, 2) if words[0] == "doctor" else (0, 2)), done.output
    assert done.exit_code != 2 or done.stderr.strip()
    if "--json" in words:
        for line in done.stdout.splitlines() if words[0] == "tail" else [done.stdout] if done.stdout else []:
            json.loads(line, parse_constant=_refused)
    elif words[0] != "tail":  # which hands on what was printed where nobody looks at it
        assert not set(done.output) & {"\x1b", "\x07", "\x00", "\x9b"}, repr(done.output)
    return done.exit_code


def _refused(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")
