"""Damaged files of the store itself: what scripts ask of it is answered or refused, and its commands go on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runstore import CondaDependencies, Dataset, Datastore, Environment, Experiment, Model, Workspace
from runstore.exceptions import AzureMLException
from runstore.jobs.config.run_configuration import RunConfiguration
from runstore.jobs.submit import queue_files
from runstore.reading.catalog import list_rows
from runstore.reading.index import index_path
from runstore.runs.trash import entries
from runstore.stand_ins.compute import AmlCompute, ComputeTarget
from tests.faults.cases import tried
from tests.faults.mutations import Damage
from tests.faults.scale import times
from tests.faults.subjects import Subject
from tests.faults.test_fuzz_commands import said
from tests.tui.stores import make_run

COMMANDS = (("ls", "--json"), ("doctor", "-v"), ("du",), ("gc", "--dry-run"), ("undo", "--list"))


def fill() -> Workspace:
    """A store, in the home folder, with one of each kind of thing that scripts keep in it."""
    workspace = Workspace.create("work", tags={"a": "b"}, description="of the tests")
    data = Path.home() / "data"
    data.mkdir()
    (data / "table.csv").write_text("a,b\n1,2\n3,4\n")
    experiment = Experiment(workspace, "train")
    run = experiment.start_logging(snapshot_directory=None, outputs=False)
    run.log("loss", 0.5)
    run.upload_folder("model", str(data))
    run.register_model("net", "model", tags={"a": "b"}, model_framework="Custom", sample_input_dataset=None)
    run.complete()
    gone = experiment.start_logging(snapshot_directory=None, outputs=False)
    gone.complete()
    gone.delete()
    Datastore.register_folder(workspace, "files", data).set_as_default()
    table = Dataset.Tabular.from_delimited_files(str(data / "table.csv"), separator=",")
    table.take(1).register(workspace, "table", description="two rows", tags={"kind": "small"})
    Dataset.File.from_files(str(data)).register(workspace, "folder")
    ComputeTarget.create(workspace, "cluster", AmlCompute.provisioning_configuration("Standard_D2", max_nodes=2))
    environment = Environment("packages")
    environment.python.conda_dependencies = CondaDependencies.create(pip_packages=["click==8.1"])
    environment.environment_variables = {"A": "b"}
    environment.register(workspace)
    waiting = {"id": "q", "run": "train/none", "parent": None, "limit": 2, "definition": {}, "environment": {"A": "b"}}
    queue_files.put(workspace.root, waiting)
    return workspace


@pytest.fixture
def subject() -> Subject:
    root = Path(fill().root)
    RunConfiguration().save(str(root), "run")
    files = {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    files = {name: content for name, content in files.items() if not name.startswith("train/") and content}
    return Subject(root, files)


def test_what_scripts_ask_of_the_store(subject: Subject) -> None:
    assert {name.partition("/")[0] for name in subject.files} == {".runstore", ".azureml"}
    kinds = {name.split("/")[1] for name in subject.files if name.startswith(".runstore/")}
    assert kinds >= {"models", "datastores", "datasets", "compute", "environments", "queue", "trash", "workspace.json"}
    assert not refused(subject.top), "it is asked wrongly"

    def check(top: Path, damages: list[Damage]) -> None:
        assert all(refused(top))

    tried("store", subject, check, times(2_500, 40))


def refused(top: Path) -> list[str]:
    """Ask for all that there is; what was refused, and in which words."""
    words = []
    for ask in (_workspace, _models, _datasets, _datastores, _computes, _environments, _configuration, _queue, _trash):
        try:
            ask(Workspace(root=str(top)))
        except AzureMLException as error:
            words.append(error.message)
    return words


def _workspace(workspace: Workspace) -> None:
    json.dumps(workspace.get_details())
    assert isinstance(workspace.tags, dict)
    assert set(workspace.experiments) == {"train"}


def _models(workspace: Workspace) -> None:
    for model in Model.list(workspace):
        assert isinstance(model.serialize()["tags"], dict)
        assert str(model.datasets) + repr(model)
    Model(workspace, "net")


def _datasets(workspace: Workspace) -> None:
    for dataset in Dataset.get_all(workspace).values():
        _used(dataset)
    for name in ("table", "folder"):
        _used(Dataset.get_by_name(workspace, name))


def _used(dataset: Any) -> None:
    assert isinstance(dataset.tags, dict)
    assert repr(dataset)
    assert dataset.id
    if dataset.kind == Dataset.Tabular.from_delimited_files(__file__).kind:
        assert dataset.skip(1).take(1).local_path()
    else:
        assert dataset.to_path() is not None


def _datastores(workspace: Workspace) -> None:
    for name in (None, "files"):
        assert repr(Datastore(workspace, name)) + repr(Datastore(workspace, name).path("a"))


def _computes(workspace: Workspace) -> None:
    for target in ComputeTarget.list(workspace):
        assert repr(target) + str(target.get_status()) + str(target.serialize())


def _environments(workspace: Workspace) -> None:
    for environment in Environment.list(workspace).values():
        assert repr(environment)
    Environment.get(workspace, "packages")


def _configuration(workspace: Workspace) -> None:
    assert repr(RunConfiguration.load(workspace.root, "run"))


def _queue(workspace: Workspace) -> None:
    for path in queue_files.waiting(workspace.root):
        content = queue_files.read(path)
        if content is not None:
            folder = queue_files.run_folder_of(workspace.root, content)
            assert folder is None or Path(folder).parents[1] == Path(workspace.root)


def _trash(workspace: Workspace) -> None:
    for entry in entries(workspace.root):
        assert repr(entry) + str(entry.time)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_commands(subject: Subject, words: tuple[str, ...]) -> None:
    def check(top: Path, damages: list[Damage]) -> None:
        said(words, str(top), "")

    tried(" ".join(("store", *words)), subject, check, times(200, 3), seconds=4.0)


def test_the_index_of_a_list(tmp_path: Path) -> None:
    """Whatever it holds, the list is that of the runs that there are, before and after it was written anew."""
    root = tmp_path / "root"
    for name in ("a", "b"):
        make_run(root, run_id=name)
    list_rows(str(root))
    path = Path(index_path(str(root)))
    subject = Subject(path.parent, {path.name: path.read_bytes()})

    def check(top: Path, damages: list[Damage]) -> None:
        for _ in range(2):
            assert {Path(row.key).name for row in list_rows(str(root))} == {"a", "b"}

    tried("index", subject, check, times(2_500, 30))
