"""The folder a submitted script works in: its outputs are real folders, whose files are in the run at once."""

from __future__ import annotations

import os
import subprocess

from runstore.reading.run import RunReader
from runstore.runs.trash import newest, restore
from runstore.writing.edit import write_edit
from tests.core.jobs.submitting import Submitter, console, ended, kill, manifest_of, supervisor_of
from tests.core.jobs.supervised import PYTHON, Store, wait_until

WAITS = """
import os, time
open("outputs/early", "w").close()
open("logs/train.log", "w").close()
while not os.path.exists("go"): time.sleep(0.02)
open("outputs/late", "w").close()
"""


def own_files(run) -> list[str]:
    return [name for name in run.get_file_names() if not name.startswith(("system_logs/", "user_logs/"))]


def started(submitter: Submitter, text: str):
    run = submitter.submit(text)
    wait_until(lambda: "logs/train.log" in own_files(run), "the script is at work")
    return run


def test_outputs_may_be_deleted_renamed_and_made_anew(submitter: Submitter) -> None:
    run = submitter.submit(
        "import os, shutil\n"
        "open('outputs/gone', 'w').close(); shutil.rmtree('outputs'); os.mkdir('outputs')\n"
        "os.rmdir('logs'); os.makedirs('logs')\n"
        "open('outputs/a', 'w').close(); os.rename('outputs', 'aside'); os.mkdir('outputs')\n"
        "open('outputs/b', 'w').close(); open('logs/l', 'w').close()\n"
    )
    manifest = ended(run)
    assert manifest["status"] == "Completed", console(run, ".err")
    assert own_files(run) == ["logs/l", "outputs/b"]
    assert "aside/a" in manifest["warnings"][0]
    wait_until(lambda: not os.path.exists(os.path.join(run._folder, "work")), "the working folder goes")


def test_an_output_can_be_uploaded_by_its_name_and_outlives_the_folder(submitter: Submitter) -> None:
    run = submitter.submit(
        "import shutil\nfrom runstore import Run\nrun = Run.get_context()\n"
        "for name in ('a', 'b'):\n"
        "    with open('outputs/' + name, 'w') as file: file.write('first')\n"
        "    run.upload_file('outputs/' + name, 'outputs/' + name)\n"
        "shutil.rmtree('outputs'); print(run.get_file_names())\n"
        "import os; os.mkdir('outputs')\n"
        "with open('outputs/b', 'w') as file: file.write('second')\n"
    )
    assert ended(run)["status"] == "Completed", console(run, ".err")
    assert console(run, ".out").startswith("['outputs/a', 'outputs/b'")
    texts = []
    for name in ("a", "b"):
        with open(os.path.join(run._folder, "files", "outputs", name), encoding="utf-8") as file:
            texts.append(file.read())
    assert texts == ["first", "second"]


def test_links_to_files_of_the_working_folder_become_files(submitter: Submitter) -> None:
    run = submitter.submit(
        "import os\nopen('best.pt', 'w').write('w'); open('outputs/last.pt', 'w').write('l')\n"
        "os.symlink('../best.pt', 'outputs/best.pt'); os.symlink('last.pt', 'outputs/newest.pt')\n"
        "os.symlink('.', 'outputs/loop'); os.symlink('/nowhere', 'outputs/nowhere')\n"
        "os.mkdir('outputs/locked'); open('outputs/locked/a', 'w').close(); os.chmod('outputs/locked', 0)\n"
    )
    assert ended(run)["status"] == "Completed", console(run, ".err")
    folder = os.path.join(run._folder, "files", "outputs")
    os.chmod(os.path.join(folder, "locked"), 0o700)
    assert own_files(run) == [f"outputs/{name}" for name in ("best.pt", "last.pt", "locked/a", "newest.pt")]
    with open(os.path.join(folder, "best.pt"), encoding="utf-8") as file:
        assert file.read() == "w"
    assert os.readlink(os.path.join(folder, "newest.pt")) == "last.pt"


def test_the_folder_that_a_script_puts_a_link_for_is_kept(submitter: Submitter, tmp_path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run = submitter.submit(
        f"import os\nos.rmdir('outputs'); os.symlink({str(elsewhere)!r}, 'outputs'); open('outputs/a', 'w').close()\n"
    )
    assert ended(run)["status"] == "Completed"
    assert own_files(run) == ["outputs/a"]
    assert os.listdir(elsewhere) == ["a"]


def test_files_are_in_the_run_at_once_and_survive_the_supervisor(submitter: Submitter, tmp_path) -> None:
    run = started(submitter, WAITS)
    assert own_files(run) == ["logs/train.log", "outputs/early"]
    assert "logs/train.log" in run.get_details()["logFiles"]
    assert RunReader(run._folder).files() == own_files(run)
    run.download_file("outputs/early", str(tmp_path / "copy"))
    kill(supervisor_of(run))
    wait_until(lambda: run.get_status() == "Failed", "the loss is seen")
    assert own_files(run) == ["logs/train.log", "outputs/early"]
    run.clean()
    assert not os.path.exists(os.path.join(run._folder, "work"))
    assert own_files(run) == ["logs/train.log", "outputs/early"]


FAILS = """
import os, sys
from runstore.jobs.attempt import new_attempt
from runstore.jobs.supervise import Options, Supervisor
from runstore.jobs.working_copy import WorkingCopy
code = "open('outputs/a', 'w').close(); open('b', 'w').close(); import time; time.sleep(600)"
attempt, _ = new_attempt(sys.argv[1], [sys.executable, "-c", code], "demo")
work = WorkingCopy(attempt.root, attempt.folder, None)
os.chdir(work.folder)
try:
    Supervisor(attempt, Options(grace="no number"), work).run()  # so it fails when the end is asked for
finally:
    os.chdir("/")
    work.remove()
"""


def test_a_supervisor_that_fails_keeps_what_the_script_has_left(store: Store) -> None:
    command = [PYTHON, "-c", FAILS, store.root]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    store.processes.append(process)
    wait_until(lambda: store.folders() and os.path.exists(os.path.join(store.folder(), "work", "b")), "its files")
    write_edit(store.folder(), {"kind": "cancel"})
    assert process.wait(30) == 1
    assert store.manifest()["status"] == "Failed"
    assert store.manifest()["exit"]["error"].startswith("the supervisor failed: TypeError")
    assert store.files() == [("outputs/a", 0)]
    assert not os.path.exists(os.path.join(store.folder(), "work"))


def test_a_run_that_is_deleted_by_force_and_restored_meanwhile_loses_nothing(submitter: Submitter) -> None:
    run = started(submitter, WAITS)
    run.delete(force=True)
    entry = newest(submitter.root)
    assert entry is not None
    restore(submitter.root, entry)
    open(os.path.join(run._folder, "work", "go"), "w").close()
    assert ended(run)["status"] == "Completed"
    assert own_files(run) == ["logs/train.log", "outputs/early", "outputs/late"]


def test_a_link_in_the_place_of_the_working_folder_leads_nowhere(submitter: Submitter, tmp_path) -> None:
    run = submitter.submit("print(1)")
    ended(run)
    wait_until(lambda: not os.path.exists(os.path.join(run._folder, "work")), "the working folder goes")
    (tmp_path / "secret" / "outputs").mkdir(parents=True)
    (tmp_path / "secret" / "outputs" / "key").write_text("k")
    os.symlink(tmp_path / "secret", os.path.join(run._folder, "work"))
    assert own_files(run) == []
    assert manifest_of(run)["status"] == "Completed"
    run.clean()
    assert own_files(run) == []
    assert (tmp_path / "secret" / "outputs" / "key").exists()
