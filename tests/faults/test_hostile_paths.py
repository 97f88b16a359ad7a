"""Names and links that lead out of a run or a store: nothing outside is read, written, moved or deleted by them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from runs_tui.cli.main import cli
from runstore import Experiment, Workspace
from runstore.exceptions import AzureMLException
from runstore.layout.paths import RootPaths, RunPaths
from runstore.layout.roots import ensure_root
from runstore.reading.run import RunReader
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import find_places
from runstore.writing.writer import RunWriter
from tests.faults.limits import limited
from tests.faults.test_fuzz_own import read_all, show
from tests.tui.stores import make_run

SECRET = b"the secret of somebody else 4711"
OUT = "../../../../outside/secret"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that belongs to nobody's run, with a secret in it."""
    folder = tmp_path / "outside"
    (folder / "deep").mkdir(parents=True)
    (folder / "secret").write_bytes(SECRET)
    (folder / "deep" / "secret.json").write_bytes(b'{"loss": 1.0, "secret": "%s"}' % SECRET)
    return folder


@pytest.fixture
def store(tmp_path: Path, outside: Path) -> Path:
    """A store whose runs name and link whatever they can that is outside."""
    root = tmp_path / "store"
    folder = Path(
        make_run(
            root, "exp", "../../outside", run_id="links", parent="../../outside", snapshot="../../../outside",
            params={"../../a": OUT}, definition={"script": OUT, "sourceDirectory": "../outside"},
        )
    )  # fmt: skip
    writer = RunWriter(str(folder))
    for name in (OUT, str(outside / "secret"), "a/../../../outside/secret", "outputs/link", "outputs/links/secret"):
        writer.record("image", name="picture", value=name)
        writer.record("confusion_matrix", name="matrix", value={"schema_type": "confusion_matrix"}, artifact=name)
    writer.log("../../../outside/metric", 1.0)
    writer.close()
    files = Path(RunPaths(str(folder)).files)
    (files / "outputs").mkdir(exist_ok=True)
    (files / "logs").mkdir(exist_ok=True)
    (files / "outputs" / "link").symlink_to(outside / "secret")
    (files / "outputs" / "links").symlink_to(outside)
    (files / "outputs" / "loop").symlink_to(files / "outputs")
    (files / "logs" / "x.log").symlink_to(outside / "secret")
    (folder / "console" / "0-aabbccdd.out").symlink_to(outside / "secret")
    (folder / "records" / "0-aabbccdd.jsonl").symlink_to(outside / "deep" / "secret.json")
    (folder / "edit-00000000000000000007-ab.json").symlink_to(outside / "deep" / "secret.json")
    (folder / "work").symlink_to(outside)
    whole = Path(make_run(root, "exp", "folders", run_id="folders"))
    for name in ("points", "records", "console", "resources", "files", "alive"):
        shutil.rmtree(whole / name, ignore_errors=True)
        (whole / name).symlink_to(outside)
    (root / "exp" / "linked-run").symlink_to(outside)
    (root / "linked-experiment").symlink_to(outside)
    snapshots = Path(RootPaths(str(root)).snapshots)
    (snapshots / "planted").mkdir(parents=True)
    (snapshots / "planted" / "script.py").symlink_to(outside / "secret")
    (snapshots / "planted" / "folder").symlink_to(outside)
    make_run(root, "exp", "planted", run_id="planted", snapshot="planted")
    return root


def content(folder: Path) -> dict[str, bytes]:
    """All files below a folder with what is in them; links are not followed."""
    return {
        os.path.join(parent, name): b"" if os.path.islink(path) else Path(path).read_bytes()
        for parent, _, names in os.walk(folder)
        for name in names
        for path in [os.path.join(parent, name)]
    }


def told(*words: str | Path) -> str:
    """What a command says; it may refuse."""
    done = CliRunner().invoke(cli, list(map(str, words)), prog_name="runs-tui", input="y\n")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code in (0, 1, 2), done.output
    return done.output


def assert_kept_out(outside: Path, before: dict[str, bytes], said: str, *made: Path) -> None:
    """Nothing outside is another than ``before``, or told, or in a file of what was ``made``."""
    assert content(outside) == before
    assert SECRET.decode() not in said
    assert not [name for place in made for name, data in content(place).items() if SECRET in data]


def test_reading(store: Path, outside: Path) -> None:
    """The readers, the model of the app with its tree of files, and the commands that read."""
    before = content(outside)
    with limited(20):
        for name in ("links", "folders", "planted"):
            read_all(store / "exp" / name)
            reader = RunReader(str(store / "exp" / name))
            reader.refresh()
            for artifact in (*reader.files(), OUT, "a/../../secret", str(outside / "secret"), "outputs/links/secret"):
                try:
                    assert SECRET not in reader.artifact(artifact), artifact
                except (OSError, ValueError, AzureMLException):
                    continue
        show(str(store))
    said = told("ls", "--json", "--root", store)
    assert {run["id"] for run in json.loads(said)["runs"]} == {"links", "folders", "planted"}
    for name in ("links", "folders", "planted"):
        for words in (("show", "--json"), ("show",), ("tail",)):
            said += told(*words, name, "--root", store)
    said += told("doctor", "-v", "--root", store) + told("du", "--root", store)
    assert_kept_out(outside, before, said)


@pytest.mark.parametrize("command", ["cp", "mv"])
def test_copied_and_moved_runs(command: str, store: Path, outside: Path, tmp_path: Path) -> None:
    before = content(outside)
    ensure_root(str(tmp_path / "other"))
    said = "".join(told(command, name, tmp_path / "other", "--root", store) for name in ("links", "folders", "planted"))
    assert_kept_out(outside, before, said, tmp_path / "other")
    assert (tmp_path / "other" / "exp" / "links" / "run.json").exists()
    assert {path.name for path in (tmp_path / "other").iterdir()} == {".runstore", "exp"}


@pytest.mark.parametrize("tool", ["", "tensorboard", "mlflow", "csv"])
def test_exported_runs(tool: str, store: Path, outside: Path, tmp_path: Path) -> None:
    before, target = content(outside), tmp_path / "exported"
    beside = set(tmp_path.iterdir())
    target.mkdir()
    said = told("export", *(("--to", tool, target) if tool else ("-o", target / "all.csv")), "--root", store)
    assert_kept_out(outside, before, said, target)
    assert set(tmp_path.iterdir()) - beside <= {target}
    assert list(target.iterdir())


def test_deleted_runs(store: Path, outside: Path) -> None:
    """What is linked stays, also when garbage is cleared away and when doctor repairs."""
    before = content(outside)
    said = told("doctor", "--fix", "--root", store)
    for name in ("links", "folders", "planted"):
        said += told("rm", "--yes", name, "--root", store)
    said += told("undo", "--root", store)
    said += told("gc", "--yes", "--root", store)
    assert_kept_out(outside, before, said)


def test_a_snapshot_that_holds_links(store: Path, outside: Path, tmp_path: Path) -> None:
    from runstore.snapshots.restore import copy_snapshot, zip_snapshot

    before = content(outside)
    for bring in (copy_snapshot, zip_snapshot):
        for name in ("planted", "../../../outside", str(outside), ".."):
            target = tmp_path / "brought"
            target.mkdir()
            try:
                bring(str(store), name, str(target))
            except (AzureMLException, OSError):
                pass
            assert_kept_out(outside, before, "", target)
            shutil.rmtree(target)


def _tensorboard(top: Path, outside: Path) -> None:
    top.joinpath("events.out.tfevents.1.x").symlink_to(outside / "secret")
    top.joinpath("hparams.yaml").symlink_to(outside / "deep" / "secret.json")


def _dvclive(top: Path, outside: Path) -> None:
    live = top / "dvclive"
    (live / "plots" / "metrics").mkdir(parents=True)
    (live / "plots" / "metrics" / "loss.tsv").write_text("step\tloss\n0\t1.0\n")
    (live / "metrics.json").write_text('{"loss": 1.0, "step": 0}')
    (live / "plots" / "images").symlink_to(outside)


def _wandb(top: Path, outside: Path) -> None:
    from tests.core.sources.wandb_log import history, log, record

    run = top / "offline-run-20260102_030405-abc"
    (run / "files" / "media").mkdir(parents=True)
    images = [
        json.dumps({"_type": "image-file", "path": path, "size": 9, "format": "png"})
        for path in ("../../../outside/secret", "media/../../../../outside/secret", str(outside / "secret"), "media/x")
    ]
    (run / "files" / "media" / "x").symlink_to(outside / "secret")
    (run / "files" / "output.log").symlink_to(outside / "secret")
    table = json.dumps({"_type": "table-file", "path": "../../../outside/deep/secret.json", "ncols": 1, "nrows": 1})
    rows = [history({"loss": "1.5", "picture": image, "table": table}, step=step) for step, image in enumerate(images)]
    (run / "run-abc.wandb").write_bytes(log(record(2, row) for row in rows))


def _mlflow(top: Path, outside: Path) -> None:
    run = top / "mlruns" / "0" / ("a" * 32)
    for name in ("metrics", "params", "tags"):
        (run / name).mkdir(parents=True)
    (run / "meta.yaml").write_text(
        f"artifact_uri: file://{outside}\nrun_id: {'a' * 32}\nrun_uuid: {'a' * 32}\nexperiment_id: '0'\n"
        "lifecycle_stage: active\nstart_time: 1700000000000\nstatus: 3\nrun_name: x\n"
    )
    (run / "metrics" / "loss").write_text("1700000000000 0.5 1\n")
    (run / "params" / "key").symlink_to(outside / "secret")
    (run / "tags" / "mlflow.note").symlink_to(outside / "secret")
    (run / "artifacts").symlink_to(outside)


def _log(top: Path, outside: Path) -> None:
    (top / "train.log").symlink_to(outside / "secret")
    (top / "real.log").write_text("step 1 loss 0.5\nstep 2 loss 0.25\n")


@pytest.mark.parametrize("make", [_tensorboard, _dvclive, _wandb, _mlflow, _log])
def test_runs_of_other_tools(make: Callable[[Path, Path], None], outside: Path, tmp_path: Path) -> None:
    """Read, listed, and copied into a store."""
    top, store = tmp_path / "runs", tmp_path / "store"
    top.mkdir()
    make(top, outside)
    before = content(outside)
    store.mkdir()
    said = ""
    for place in find_places(str(top)):
        reader = kind_of(place.kind).open(place)
        reader.refresh()
        for name in (*reader.files(), "../outside/secret", str(outside / "secret")):
            try:
                assert SECRET not in reader.artifact(name), name
            except (OSError, ValueError, AzureMLException):
                continue
    said += told("ls", "--json", "--root", top) + told("import", top, "--root", store)
    assert_kept_out(outside, before, said, store)


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/../../x", "..", "outputs/../../x", "C:\\x", "a\\..\\..\\x", "a\0b", ""]
)
def test_names_that_a_script_gives(name: str, tmp_path: Path) -> None:
    """An artifact, an experiment and a run id that lead elsewhere are refused, in words; nothing is made."""
    source = tmp_path / "file.txt"
    source.write_text("x")
    root = tmp_path / "root"
    run = Experiment(Workspace(root=str(root)), "exp").start_logging(outputs=None, snapshot_directory=None)
    before = sorted(content(tmp_path))
    for upload in (
        lambda: run.upload_file(name, str(source)),
        lambda: run.upload_folder(name, str(tmp_path)) if ".." in name else run.upload_file(name, str(source)),
        lambda: Experiment(Workspace(root=str(root)), name),
        lambda: run.download_file(name, str(tmp_path / "down")),
    ):
        with pytest.raises(AzureMLException):
            upload()
    assert sorted(path for path in content(tmp_path) if "/alive/" not in path) == [
        path for path in before if "/alive/" not in path
    ]
    run.complete()
