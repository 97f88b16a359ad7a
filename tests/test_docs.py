"""What the documents say is true: their commands and options exist, all commands are described, their code runs."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from runs_tui.cli.main import COMMANDS, cli
from runs_tui.keys import keys

PROJECT = Path(__file__).parents[1]
DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
CLI = PROJECT / "docs" / "cli.md"


def blocks(document: Path, language: str) -> list[str]:
    """The fenced code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document.read_text(), re.S | re.M)


def command_of(name: str) -> click.Command:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None, name
    return command


def options_of(name: str) -> set[str]:
    """The options of a command; of a group, those of all its commands."""
    group = command_of(name)
    commands = [group]
    if isinstance(group, click.Group):
        context = click.Context(group)
        commands += [group.get_command(context, each) for each in group.list_commands(context)]
    options = [param for each in commands for param in each.params if isinstance(param, click.Option)]
    return {flag for option in options for flag in (*option.opts, *option.secondary_opts)}


def command_lines(document: Path) -> list[list[str]]:
    """The arguments of every `runs-tui` in a console block or between back quotes."""
    text = document.read_text()
    lines = [line[2:] for block in blocks(document, "console") for line in block.splitlines() if line[:2] == "$ "]
    lines += re.findall(r"(?<!`)`(runs-tui [^`\n]+)`(?!`)", text)
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("runs-tui")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_line_is_one_that_there_is(document):
    for arguments in command_lines(document):
        name = arguments[0] if arguments else "open"
        if name.startswith(("-", "[ROOT")) or "/" in name or name.isupper():
            arguments, name = ["open", *arguments], "open"
        assert name in {*COMMANDS, "open"}, f"runs-tui {shlex.join(arguments)}"
        own = arguments[1 : arguments.index("--")] if "--" in arguments else arguments[1:]
        if name in ("run", "resubmit") and "--" not in arguments:  # what follows is the script's
            own = own[: next((i for i, part in enumerate(own) if not part.startswith("-")), len(own))]
        flags = {part.partition("=")[0] for part in own if part.startswith("-")}
        assert flags <= {*options_of(name), "--help", "--version"}, f"runs-tui {shlex.join(arguments)}"


def sections() -> dict[str, str]:
    """The text of each command's section in docs/cli.md."""
    parts = re.split(r"^## `runs-tui ?(\w*).*`$", CLI.read_text(), flags=re.M)
    return {name or "open": text for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def test_every_command_is_described_and_every_described_command_exists():
    assert set(sections()) == {*COMMANDS, "open"}


@pytest.mark.parametrize("name", [*COMMANDS, "open"])
def test_every_option_is_described_and_every_described_option_exists(name):
    text = sections()[name]
    described = {flag for line in re.findall(r"^\| (`-.+?) \|", text, re.M) for flag in re.findall(r"`(-[\w-]+)", line)}
    assert described == options_of(name)


@pytest.mark.source
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text()):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target


def test_every_page_is_in_the_index_of_the_documentation():
    index = (PROJECT / "docs" / "README.md").read_text()
    pages = {path.name for path in (PROJECT / "docs").glob("*.md")} - {"README.md"}
    assert set(re.findall(r"\]\(([^)]+)\)", index)) == pages


def test_the_keys_in_the_readme_are_those_of_the_screens():
    rows = re.findall(r"^\| (Runs|Overview|Charts|Output) \|.+\| (.+) \|$", (PROJECT / "README.md").read_text(), re.M)
    assert len(rows) == 4
    for screen, text in rows:
        having = {each for key in keys(screen.lower()) for each in key.each}
        assert set(re.findall(r"`(\S+)`", text)) <= having, screen
    tabs = {each for key in keys("run") for each in key.each}
    assert {"1", "2", "3", "J", "K"} <= tabs


SNIPPETS = [
    pytest.param(block, id=f"{document.name}-{number}")
    for document in DOCUMENTS
    for number, block in enumerate(blocks(document, "python"), 1)
    if "import" in block
]


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_every_script_runs_as_it_stands(snippet, tmp_path):
    (tmp_path / "example.py").write_text(snippet)
    result = subprocess.run(
        [sys.executable, "example.py"],
        cwd=tmp_path,
        env={**os.environ, "RUNSTORE_ROOT": str(tmp_path / "store"), "XDG_STATE_HOME": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    said = re.findall(r"# (.+?)(?: \.\.\.)?$", snippet, re.M)
    printed = result.stdout.splitlines()
    for line, comment in zip(printed, said, strict=False):
        assert line.startswith(comment.removesuffix(", ...")), f"{line!r} is not {comment!r}"
    assert list((tmp_path / "store").glob("*/*/run.json")), "it has left a run"


def test_the_points_of_a_run_are_read_by_the_line_of_numpy_in_the_readme(tmp_path, monkeypatch):
    import numpy as np

    from runstore import Experiment, Workspace

    readme = (PROJECT / "README.md").read_text()
    found = re.search(r'np\.fromfile\("points/[^"]+", dtype="([^"]+)"\)', readme)
    assert found
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    experiment = Experiment(Workspace(root=tmp_path / "store"), "readme")
    with experiment.start_logging(snapshot_directory=None, outputs=False) as run:
        for step in range(5):
            run.log("loss", 0.5**step, step=step)
    (path,) = (tmp_path / "store").glob("*/*/points/*.1.rows")
    schema, number, step, value, time = (np.fromfile(path, dtype=found[1])[f"f{field}"] for field in range(5))
    assert value.ravel().tolist() == [0.5**step for step in range(5)]
    assert step.tolist() == [0, 1, 2, 3, 4]
    assert (np.diff(number) == 1).all()
    assert (schema == schema[0]).all()
    assert (np.diff(time) >= 0).all()
