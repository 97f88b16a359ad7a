"""A store that a group shares, tried by several users, each with a umask that gives nothing to anybody."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runstore.layout.paths import RunPaths, iter_experiments, iter_runs
from runstore.reading.row import RunRow
from tests.core.layout.users import GROUP, User, users
from tests.terminal import PtyApp


class Lab:
    """A shared store with runs of alice and of bob."""

    def __init__(self, place: Path, people: dict[str, User]) -> None:
        self.place = place
        self.alice, self.bob, self.carol = people["alice"], people["bob"], people["carol"]
        folder = place / "lab"
        folder.mkdir()
        os.chown(folder, self.alice.number, -1)
        self.root = str(folder / ".runs")
        assert "shares it" in self.alice.types("init", "--group", str(GROUP), str(folder))
        for user in (self.alice, self.bob):
            user.types("run", "-q", "--root", self.root, "--experiment", "exp", "--name", f"of-{user.number}", "true")

    def rows(self) -> dict[str, RunRow]:
        """All runs, read anew."""
        from runstore.reading.catalog import list_rows

        return {row.name: row for row in list_rows(self.root, cache=False)}

    def folder(self, user: User) -> str:
        """The run of a user."""
        return self.rows()[f"of-{user.number}"].key


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with users() as (place, people):
        yield Lab(place, people)


def modes(folder: str) -> dict[str, str]:
    """The permissions of all that is in a folder, by the first part of its path."""
    return {
        os.path.relpath(path, folder): f"{os.lstat(path).st_mode & 0o7777:o}"
        for parent, folders, names in os.walk(folder)
        for path in (os.path.join(parent, name) for name in (*folders, *names))
    }


def test_no_umask_shuts_the_group_out_or_others_in(lab: Lab) -> None:
    for user in (lab.alice, lab.bob):
        folder = lab.folder(user)
        found = modes(folder)
        assert found["run.json"] == "640"
        assert {found[name] for name in ("points", "records", "console", "files", "alive", "resources")} == {"2750"}
        assert {found[name] for name in found if name.startswith("console/")} == {"640"}
        assert os.stat(folder).st_mode & 0o7777 == 0o3770
        assert {os.lstat(os.path.join(folder, name)).st_gid for name in found} == {GROUP}
    assert [os.stat(path).st_mode & 0o7777 for path in (lab.root, *iter_experiments(lab.root))] == [0o3770] * 2


@pytest.mark.feature("runs", 60, "share a store with a group", "runs-tui init --group")
def test_all_of_the_group_read_every_run(lab: Lab) -> None:
    for user in (lab.alice, lab.bob):
        rows = json.loads(user.types("ls", "--json", "--root", lab.root))["runs"]
        assert {(row["name"], row["user"]) for row in rows} >= {
            (f"of-{each.number}", str(each.number)) for each in (lab.alice, lab.bob)
        }
    assert "user" in lab.bob.types("ls", "--root", lab.root).split("\n")[0]
    with PtyApp(lab.bob.words("-m", "runs_tui", lab.root), 120, 35, env={"HOME": str(lab.bob.home)}) as app:
        app.wait_for(lambda app: re.search(r"run +user +state", app.text()))
        app.wait_for(lambda app: re.search(rf"of-{lab.alice.number} +{lab.alice.number} ", app.text()))


def test_who_is_not_of_the_group_is_told_so(lab: Lab) -> None:
    for words in (["ls"], ["show", "last"]):
        assert f"{lab.root} is for the group {GROUP}" in lab.carol.types(*words, "--root", lab.root, fails=2)
    with PtyApp(lab.carol.words("-m", "runs_tui", lab.root), 400, env={"HOME": str(lab.carol.home)}) as app:
        assert app.wait() == 2
        assert f"is for the group {GROUP}" in app.text().replace("\n", " ")
    done = lab.carol.python_does("import os, sys; os.listdir(sys.argv[1])", lab.root)
    assert "PermissionError" in done.stderr


@pytest.mark.feature("runs", 61, "tag, note and archive what another of the group ran", "a, runs-tui tag")
def test_one_tags_and_notes_and_archives_what_another_ran(lab: Lab) -> None:
    theirs = f"of-{lab.alice.number}"
    for words in (["tag", theirs, "seen=yes"], ["note", theirs, "looks", "good"], ["archive", theirs]):
        lab.bob.types(*words, "--root", lab.root)
    row = lab.rows()[theirs]
    assert (row.tags, row.description, row.archived) == ({"seen": "yes"}, "looks good", True)
    lab.alice.types("tag", theirs, "-d", "seen", "--root", lab.root)
    assert lab.rows()[theirs].tags == {}


@pytest.mark.parametrize(
    "harm",
    [
        "os.unlink(run + '/run.json')",
        "os.rename(run + '/run.json', run + '/edit-1.json')",
        "open(run + '/run.json', 'ab')",
        "open(os.path.join(run, 'console', os.listdir(run + '/console')[0]), 'ab')",
        "open(run + '/points/0-new.2.rows', 'wb')",
        "os.rename(run, run + '-mine')",
        "os.rename(run + '/points', run + '/old')",
        "os.replace(mine, run + '/run.json')",
    ],
)
def test_only_its_own_user_writes_a_run(lab: Lab, harm: str) -> None:
    code = "import os, sys; run = sys.argv[1]; mine = os.path.expanduser('~/mine'); open(mine, 'w').close(); "
    done = lab.bob.python_does(code + harm, lab.folder(lab.alice))
    assert done.stderr.splitlines()[-1].startswith("PermissionError"), done.stderr


def test_nobody_deletes_or_cancels_what_another_ran(lab: Lab) -> None:
    theirs, who = f"of-{lab.alice.number}", lab.alice.number
    for words in (["rm", "-y", theirs], ["rm", "-y", "--force", theirs], ["rm", "-y", "-e", "exp"]):
        assert f"only {who} may delete it" in lab.bob.types(*words, "--root", lab.root, fails=2)
    assert theirs in lab.rows()
    mine = f"of-{lab.bob.number}"
    lab.bob.types("rm", "-y", mine, "--root", lab.root)
    assert mine not in lab.rows()
    assert "is empty" in lab.alice.types("undo", "--root", lab.root, fails=2), "an undo brings back one's own"
    lab.alice.types("rm", "--empty-trash", "-y", "--root", lab.root)
    lab.bob.types("undo", "--root", lab.root)
    assert mine in lab.rows()


def test_an_experiment_is_changed_by_all_of_the_group(lab: Lab) -> None:
    told = (
        "import sys; from runstore import Experiment, Workspace; "
        "experiment = Experiment(Workspace(root=sys.argv[1]), 'exp'); experiment.{}; print(experiment.tags)"
    )
    for user, change, tags in (
        (lab.bob, "tag('long', 'x' * 900)", {"long": "x" * 900}),
        (lab.bob, "remove_tags('long')", {}),
        (lab.alice, "tag('by', 'alice')", {"by": "alice"}),
        (lab.bob, "tag('also', 'bob')", {"by": "alice", "also": "bob"}),
        (lab.alice, "remove_tags(['by', 'also'])", {}),
    ):
        done = user.python_does(told.format(change), lab.root)
        assert (done.stdout, done.returncode) == (f"{tags}\n", 0), done.stderr
    strange = lab.carol.python_does(told.format("tag('a')"), lab.root)
    assert strange.returncode == 1


@pytest.mark.feature("runs", 62, "see in the menu why an action is not possible: another's run, a read-only store", "a")
def test_the_menu_of_actions_says_why_not(lab: Lab) -> None:
    theirs = f"of-{lab.alice.number}"
    if not lab.rows()[theirs].archived:
        lab.bob.types("archive", theirs, "--root", lab.root)
    with PtyApp(lab.bob.words("-m", "runs_tui", lab.root), 120, 35, env={"HOME": str(lab.bob.home)}) as app:
        app.wait_for(f"of-{lab.bob.number}")
        app.press("A")
        app.wait_for(theirs)
        app.press("a")
        app.wait_for(f"it is {lab.alice.number}'s: only {lab.alice.number} may delete it")
        app.press("escape", "A")
        app.wait_for(f"of-{lab.bob.number}")
        app.press("a")
        app.wait_for("into the trash")


def living(lab: Lab, name: str) -> RunRow | None:
    """The run of this name if its command is at work."""
    row = lab.rows().get(name)
    return row if row is not None and row.state.word == "running" else None


@pytest.fixture
def at_work(lab: Lab) -> Iterator[RunRow]:
    """A run of alice that would go on for long."""
    name = f"long-{time.time_ns()}"
    process = lab.alice.starts("run", "--root", lab.root, "--experiment", "exp", "--name", name, "sleep", "300")
    try:
        until(lambda: living(lab, name))
        row = living(lab, name)
        assert row is not None
        yield row
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def until(condition: object, seconds: float = 15.0) -> None:
    """Wait until the condition holds."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.05)


def test_a_request_of_another_is_not_obeyed(lab: Lab, at_work: RunRow) -> None:
    ask = "import sys; from runstore.writing.edit import write_edit; write_edit(sys.argv[1], {'kind': 'cancel'})"
    assert f"only {lab.alice.number} may cancel it" in lab.bob.types("cancel", at_work.id, "--root", lab.root, fails=2)
    assert lab.bob.python_does(ask, at_work.key).returncode == 0
    time.sleep(2.5)  # the supervisor looks each second
    log = Path(RunPaths(at_work.key).system_log)
    assert "to be canceled" not in log.read_text()
    assert lab.alice.python_does(ask, at_work.key).returncode == 0
    until(lambda: "to be canceled" in log.read_text(), 5)


def skip_unless_possible(unshare: list[str]) -> None:
    """Skip where namespaces of one's own are not to be had."""
    if (
        shutil.which("unshare") is None
        or subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no namespaces of one's own to be had")


ELSEWHERE = 'hostname elsewhere && mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"'


def elsewhere(lab: Lab, command: list[str], user: User) -> subprocess.CompletedProcess[str]:
    """Run a command as on another machine that has mounted the store: other host name, boot id and processes."""
    boot = lab.place / "boot_id"
    boot.write_text("00000000-1111-2222-3333-444444444444\n")
    unshare = ["unshare", "--mount", "--uts", "--pid", "--fork", "sh", "-c", ELSEWHERE, str(boot)]
    skip_unless_possible(unshare)
    return subprocess.run([*unshare, *command], env=user.environment(), capture_output=True, text=True, check=False)


@pytest.mark.feature("runs", 63, "cancel a run from another host", "a, runs-tui cancel")
def test_a_run_is_canceled_from_another_host(lab: Lab, at_work: RunRow) -> None:
    command = lab.alice.words("-m", "runs_tui", "cancel", at_work.id, "--root", lab.root)
    done = elsewhere(lab, command, lab.alice)
    assert "asked to end" in done.stdout, done.stderr
    until(lambda: "to be canceled by " in Path(RunPaths(at_work.key).system_log).read_text(), 5)
    assert "@elsewhere" in Path(RunPaths(at_work.key).system_log).read_text()
    until(lambda: lab.rows()[at_work.name].state.word == "canceled")


READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


def test_on_a_read_only_mount_it_is_said_before_it_is_tried(lab: Lab) -> None:
    unshare = ["unshare", "--mount", "sh", "-c", READ_ONLY, lab.root]
    skip_unless_possible(unshare)
    mine = f"of-{lab.alice.number}"
    for words in (["tag", mine, "x"], ["rm", "-y", mine], ["note", mine, "x"]):
        command = lab.alice.words("-m", "runs_tui", *words, "--root", lab.root)
        done = subprocess.run(
            [*unshare, *command], env=lab.alice.environment(), capture_output=True, text=True, check=False
        )
        assert (done.returncode, "its run store is read-only here" in done.stderr) == (2, True), done.stderr


def test_without_access_control_lists_a_umask_of_022_does(lab: Lab) -> None:
    place = lab.place / "no-lists"
    place.mkdir()
    store = str(place / ".runs")
    unshare = ["unshare", "--mount", "sh", "-c", 'mount -t ramfs none "$0" && chmod 777 "$0" && exec "$@"', str(place)]
    skip_unless_possible(unshare)
    run = ["run", "-q", "--root", store, "--experiment", "exp", "--name"]
    steps = [
        (lab.alice, ["init", "--group", str(GROUP), str(place)]),
        (lab.alice, [*run, "first", "true"]),
        (lab.bob, [*run, "second", "true"]),
        (lab.bob, ["tag", "first", "seen=yes", "--root", store]),
        (lab.alice, ["ls", "--root", store]),
        (lab.alice, ["tag", "first", "--root", store]),
    ]
    script = " && ".join(shlex.join(user.words("-m", "runs_tui", *words, umask=0o022)) for user, words in steps)
    environment = {**lab.alice.environment(), "HOME": str(place)}
    done = subprocess.run([*unshare, "sh", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert "everybody needs a umask of 022 or less" in done.stdout, done.stderr
    assert "second" in done.stdout, done.stderr
    assert done.stdout.endswith("seen=yes\n"), done.stderr


def test_a_store_that_was_there_can_be_shared_later(lab: Lab) -> None:
    folder = lab.alice.home / "old"
    lab.alice.home.chmod(0o755)
    old = str(folder / ".runs")
    lab.alice.types("init", str(folder))
    lab.alice.types("run", "-q", "--root", old, "--experiment", "exp", "--name", "old-1", "true")
    folder.chmod(0o755)
    assert "who has not shared it" in lab.bob.types("ls", "--root", old, fails=2)
    assert "is a run store already" in lab.alice.types("init", "--group", str(GROUP), str(folder))
    lab.bob.types("tag", "old-1", "seen=yes", "--root", old)
    lab.bob.types("run", "-q", "--root", old, "--experiment", "exp", "--name", "new-1", "true")
    assert "new-1" in lab.alice.types("ls", "--root", old)
    (run,) = [run for run in iter_runs(os.path.join(old, "exp")) if os.stat(run).st_uid == lab.alice.number]
    found = modes(run)
    assert (found["run.json"], found["points"]) == ("640", "2750")


def test_a_run_that_is_copied_or_moved_there_is_shared_as_well(lab: Lab) -> None:
    folder = lab.alice.home / "own"
    own = str(folder / ".runs")
    lab.alice.types("init", str(folder))
    for name in ("copied", "moved"):
        lab.alice.types("run", "-q", "--root", own, "--experiment", "elsewhere", "--name", name, "true")
    lab.alice.types("cp", "copied", lab.root, "--root", own)
    lab.alice.types("mv", "-y", "moved", lab.root, "--root", own)
    for name in ("copied", "moved"):
        lab.bob.types("tag", name, "seen=yes", "--root", lab.root)
        row = lab.rows()[name]
        found = modes(row.key)
        assert (row.tags, found["run.json"], found["points"]) == ({"seen": "yes"}, "640", "2750")
    lab.bob.types("run", "-q", "--root", lab.root, "--experiment", "elsewhere", "true")
    bobs = str(lab.bob.home / ".runs")
    lab.bob.types("init")
    said = lab.bob.types("mv", "copied", bobs, "--root", lab.root, fails=2)
    assert f"only {lab.alice.number} may delete it; cp copies it" in said
    lab.bob.types("cp", "copied", bobs, "--root", lab.root)


def test_a_run_that_cannot_be_read_keeps_no_other_from_the_list(lab: Lab) -> None:
    folder = lab.place / "half"
    folder.mkdir(0o755)
    os.chown(folder, lab.alice.number, -1)
    half = str(folder / ".runs")
    lab.alice.types("init", str(folder))
    for name in ("open", "closed"):
        lab.alice.types("run", "-q", "--root", half, "--experiment", "exp", "--name", name, "true")
    for path in (half, *iter_experiments(half)):
        os.chmod(path, 0o755)
    for run in iter_runs(os.path.join(half, "exp")):
        if "open" in Path(run, "run.json").read_text():
            os.chmod(run, 0o755)
            os.chmod(os.path.join(run, "run.json"), 0o644)
    rows = json.loads(lab.bob.types("ls", "--json", "--root", half))["runs"]
    assert [(row["name"], row["state"]) for row in rows] == [("open", "completed")]
    assert "its store lets only" in lab.bob.types("tag", "open", "x", "--root", half, fails=2)


def test_a_group_that_one_is_not_of_cannot_be_given(lab: Lab) -> None:
    assert "you are not in the group" in lab.carol.types("init", "--group", str(GROUP), "mine", fails=2)
    assert "there is no group 'no-such-group'" in lab.carol.types("init", "--group", "no-such-group", fails=2)
    assert not (lab.carol.home / ".runs").exists()


def test_the_folders_made_for_a_shared_store_let_the_group_through(lab: Lab) -> None:
    base = lab.place / "base"
    base.mkdir()
    os.chown(base, lab.alice.number, -1)
    folder = str(base / "made" / "for-it")
    assert "is closed to the group" not in lab.alice.types("init", "--group", str(GROUP), folder)
    lab.bob.types("run", "-q", "--root", folder, "--experiment", "exp", "--name", "passed", "true")
    for user in (lab.alice, lab.bob):
        assert "passed" in user.types("ls", "--root", folder)
    lab.carol.types("ls", "--root", folder, fails=2)
    closed = str(lab.alice.home / "inside")
    lab.alice.home.chmod(0o700)
    assert f"{lab.alice.home} is closed to the group" in lab.alice.types("init", "--group", str(GROUP), closed)
