"""`runstore.wandb`: what scripts do that the original takes, and that must end neither the training nor a record."""

import os
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

import runstore.wandb as wandb
from runstore import Workspace


@pytest.fixture(autouse=True)
def root(root):
    """No run is open in the end."""
    yield root
    while wandb.run is not None:
        wandb.finish()


def runs(project):
    """The runs of a project, the oldest first."""
    return sorted(Workspace().experiments[project].get_runs(), key=lambda run: run._manifest()["created"])


def files(run):
    """Name and content of each file that the script has given."""
    folder = Path(run._folder, "files")
    return {name: (folder / name).read_text() for name in run.get_file_names() if "logs" not in name}


@pytest.mark.parametrize("wanted", ["seed0", "lr=0.1, bs=32", "_é/.."])
def test_an_id_is_that_of_its_project(wanted, capsys):
    for value in range(2):
        for project in ("a", "b"):
            with wandb.init(project=project, id=wanted, resume="allow", config={"data": project}) as run:
                assert run.resumed == (value > 0)
                run.log({"loss": value})
    for project in ("a", "b"):
        (kept,) = runs(project)
        assert kept.get_metrics() == {"loss": [0, 1]}
        assert kept._manifest()["params"] == {"data": project}
        with pytest.raises(wandb.UsageError, match="there is a run with the id"):
            wandb.init(project=project, id=wanted, resume="never")
        with wandb.init(project=project, id=kept.id, resume="must") as run:
            assert run.id == kept.id
    with pytest.raises(wandb.UsageError, match="there is no run with the id"):
        wandb.init(project="c", id=wanted, resume="must")
    wandb.init(project="c", id=wanted, resume="never").finish()
    assert f"the id {wanted!r} is " in capsys.readouterr().err
    with wandb.init(project="a", id=wanted) as run:
        assert run.id != runs("a")[0].id


def test_classes_of_a_confusion_matrix_are_arrays_texts_and_tensors():
    class Scalar:
        def __init__(self, value):
            self.item = lambda: value

    truth, taken = np.array([0, 1, 1]), np.array([0, 1, 0])
    for true, preds, names in (
        (truth, taken, None),
        (truth, taken, np.array(["c", "d"])),
        ([Scalar(0), Scalar(1), Scalar(1)], taken, ["c", "d"]),
        (np.array(["cat", "dog", "dog"]), ["cat", "dog", "cat"], None),
    ):
        made = wandb.plot.confusion_matrix(y_true=true, preds=preds, class_names=names)
        assert made.matrix == [[1, 0], [1, 1]]
    assert made.labels == ["cat", "dog"]
    assert wandb.plot.confusion_matrix(y_true=truth, probs=np.eye(2)[taken]).labels == ["Class_1", "Class_2"]
    assert wandb.plot.confusion_matrix(y_true=[3, 7], preds=[7, 7]).matrix == [[0, 1], [0, 1]]
    with pytest.raises(ValueError, match="a class 2, but there are 2 names"):
        wandb.plot.confusion_matrix(y_true=[2], preds=[0], class_names=["c", "d"])


def test_values_of_the_config_may_be_anything():
    class Dataset:
        items = (1, 2)

    class Strange:
        def keys(self):
            return ["a"]

        def items(self):
            raise RuntimeError("not now")

    loop = {"x": 1}
    loop["me"] = loop
    several = [loop]
    several.append(several)
    wandb.init(
        project="p", config={"data": Dataset(), "loop": loop, "kind": Dataset, "given": MappingProxyType({"a": 1})}
    )
    wandb.config.strange = Strange()
    wandb.config.update({"several": several, "data2": Dataset()})
    assert isinstance(wandb.config.data, Dataset)
    assert wandb.config.loop == {"x": 1, "me": "..."}
    wandb.log({"loss": 1})
    wandb.finish()
    (kept,) = runs("p")
    params = kept._manifest()["params"]
    assert {"data", "kind", "strange", "several", "data2"} < set(params)
    assert (params["loop.x"], params["loop.me"], params["given.a"]) == (1, "...", 1)
    assert kept.get_metrics() == {"loss": 1}


def test_the_folder_of_the_run_can_be_written_where_nothing_is_kept(root, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run = wandb.init(project="p", mode="disabled")
    Path(run.dir, "model.pt").write_text("x")
    assert run.dir == wandb.run.dir
    run.finish()
    assert not root.exists()
    for name in ("RUNSTORE_ROOT", "TMPDIR"):
        monkeypatch.setenv(name, os.devnull)
    run = wandb.init(project="p")
    Path(run.dir, "model.pt").write_text("x")
    assert "wandb.run.dir is " + run.dir in capsys.readouterr().err


def test_an_artifact_holds_new_files_and_tables_and_is_what_log_artifact_gives():
    Path("m.pt").write_text("model")
    artifact = wandb.Artifact("w", type="model")
    artifact.add(wandb.Table(columns=["a"], data=[[1]]), "table")
    artifact.add(wandb.Classes([{"id": 0, "name": "cat"}]), "classes")
    artifact.add_file("no such file")
    with artifact.new_file("notes/a.txt") as file:
        file.write("a note")
    with pytest.raises(FileExistsError), artifact.new_file("notes/a.txt"):
        pass
    with wandb.init(project="p") as run:
        assert run.log_artifact(artifact) is artifact
        assert run.log_artifact(Path("m.pt"), type="model").wait().name == "m.pt"
        assert run.log_artifact("no such file", name="none").wait().name == "none"
        chart = wandb.plot_table("wandb/line/v0", wandb.Table(columns=["x"], data=[[2]]), {"x": "x"})
        run.log({"chart": chart})
    (kept,) = runs("p")
    assert files(kept) == {"artifacts/w/notes/a.txt": "a note", "artifacts/m.pt/m.pt": "model"}
    assert kept.get_metrics() == {"w/table": {"a": 1}, "chart": {"x": 2}}
    ids = {wandb.util.generate_id() for _ in range(5)}
    assert len(ids) == 5
    assert all(len(each) == 8 and each.isalnum() for each in ids)


def test_files_that_are_saved_keep_their_folders(tmp_path):
    for number in range(2):
        for folder in (Path(f"fold{number}"), tmp_path / "out" / f"fold{number}" / "last"):
            folder.mkdir(parents=True)
            (folder / "best.pt").write_text(f"{folder.name} of {number}")
    with wandb.init(project="p") as run:
        assert run.save("fold*/best.pt") == ["fold0/best.pt", "fold1/best.pt"]
        run.save(str(tmp_path / "out" / "fold1" / "last" / "best.pt"))
        run.save(str(tmp_path / "out" / "fold1" / "last" / "best.pt"), base_path=str(tmp_path))
        run.save("../out/fold*/last/best.pt")
    assert files(runs("p")[0]) == {
        "fold0/best.pt": "fold0 of 0",
        "fold1/best.pt": "fold1 of 1",
        "last/best.pt": "last of 1",
        "out/fold1/last/best.pt": "last of 1",
        "out/fold0/last/best.pt": "last of 0",
    }


def test_a_store_in_the_folder_that_is_saved_is_left_out(monkeypatch):
    monkeypatch.setenv("RUNSTORE_ROOT", str(Path("store").absolute()))
    Path("train.py").write_text("code")
    with wandb.init(project="p") as run:
        for pattern in (".", "**", "*/*"):
            run.save(pattern)
        run.log_artifact(".", name="source")
    assert files(runs("p")[0]) == {"train.py": "code", "artifacts/source/train.py": "code"}


def test_what_lies_beside_the_experiments_of_a_store_is_kept(monkeypatch):
    monkeypatch.setenv("RUNSTORE_ROOT", str(Path().absolute()))
    Path("model.pt").write_text("model")
    with wandb.init(project="p") as run:
        run.save("*")
        run.save("model.pt")
    assert files(runs("p")[0]) == {"model.pt": "model"}


def test_what_lies_in_the_folder_of_the_run_is_not_kept_twice():
    with wandb.init(project="p") as run:
        for folder in (Path(run.dir), Path(run.dir, "late")):
            folder.mkdir(exist_ok=True)
            (folder / "model.pt").write_text("model")
            assert str(folder / "model.pt") in run.save(os.path.join(run.dir, "**"))
    assert files(runs("p")[0]) == {"model.pt": "model", "late/model.pt": "model"}


def test_an_id_that_is_taken_meanwhile_costs_no_records(root, capsys):
    Path(root, "p", "seed0", "files").mkdir(parents=True)  # as for a moment where another process begins that run
    with wandb.init(project="p", id="seed0") as run:
        run.log({"loss": 1})
    (kept,) = runs("p")
    assert kept.get_metrics() == {"loss": 1}
    assert f"run 'seed0' exists already in {root}; this one gets another id" in capsys.readouterr().err


def test_a_project_and_a_name_may_be_numbers():
    wandb.init(project=7, name=3).finish()
    (kept,) = runs("7")
    assert kept.display_name == "3"


def test_tags_can_be_set():
    with wandb.init(project="p", tags=["a", "b"], group="g") as run:
        run.tags += ("final",)
        assert run.tags == ("a", "b", "final")
        run.tags = ["a", "final"]
    assert runs("p")[0].tags == {"a": None, "final": None, "group": "g"}
    assert run.tags == ("a", "final")


def test_a_run_ends_whatever_became_of_what_was_saved(capsys):
    saved = Path("ckpt")
    saved.write_text("first")
    Path("other").write_text("first")
    run = wandb.init(project="p")
    run.save("*")
    saved.unlink()
    saved.mkdir()
    Path("other").write_text("second, and longer")
    run.finish(exit_code=1)
    (kept,) = runs("p")
    assert (kept.status, files(kept)) == ("Failed", {"ckpt": "first", "other": "second, and longer"})
    assert "ckpt not kept" in capsys.readouterr().err
