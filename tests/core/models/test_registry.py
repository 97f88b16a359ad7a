"""`Model`: register, versions, find, download, tags, delete."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from runstore import Model, Workspace
from runstore.exceptions import (
    ModelNotFoundException,
    ModelPathNotFoundException,
    UserErrorException,
    WebserviceException,
    WorkspaceException,
)
from runstore.upkeep.garbage import garbage, remove


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AZUREML_MODEL_DIR", raising=False)
    (tmp_path / "model.bin").write_text("one")
    (tmp_path / "net" / "deep").mkdir(parents=True)
    for name in ("config.json", "weights.bin", "deep/vocabulary.txt"):
        (tmp_path / "net" / name).write_text(name)
    return Workspace(root=tmp_path / "root")


def tree(folder: str | Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())


def test_versions_count_from_one_and_keep_their_content(workspace: Workspace, tmp_path: Path) -> None:
    first = Model.register(workspace, "model.bin", "m", tags={"area": "x", "n": 1}, description="the first")
    (tmp_path / "model.bin").write_text("two")
    second = Model.register(workspace, model_path="model.bin", model_name="m")
    assert [(model.name, model.version, model.id) for model in (first, second)] == [("m", 1, "m:1"), ("m", 2, "m:2")]
    assert Path(Model.get_model_path("m", _workspace=workspace)).read_text() == "two"
    assert Path(Model.get_model_path("m", version=1, _workspace=workspace)).read_text() == "one"
    assert os.path.basename(Model.get_model_path("m", _workspace=workspace)) == "model.bin"
    assert (first.tags, first.properties, first.description) == ({"area": "x", "n": "1"}, {}, "the first")
    assert (first.run_id, first.run) == (None, None)
    assert first.created_time is not None
    assert datetime.datetime.now(datetime.UTC) - first.created_time < datetime.timedelta(minutes=1)


def test_a_folder_is_registered_whole_or_in_part(workspace: Workspace, tmp_path: Path) -> None:
    Model.register(workspace, "./net/", "net")
    path = Model.get_model_path("net", _workspace=workspace)
    assert os.path.basename(path) == "net"
    assert tree(path) == ["config.json", "deep/vocabulary.txt", "weights.bin"]
    Model.register(workspace, tmp_path / "net", "net", child_paths=["deep", "config.json"])
    assert tree(Model.get_model_path("net", _workspace=workspace)) == ["config.json", "deep/vocabulary.txt"]
    with pytest.raises(ModelPathNotFoundException, match=r"absent\.bin is not in"):
        Model.register(workspace, "net", "net", child_paths=["absent.bin"])
    assert [model.version for model in Model.list(workspace, "net")] == [2, 1]


def test_a_folder_around_the_store_does_not_swallow_it(workspace: Workspace, tmp_path: Path) -> None:
    Model.register(workspace, "model.bin", "small")
    Model.register(workspace, ".", "all")
    assert tree(Model.get_model_path("all", _workspace=workspace)) == [
        "model.bin",
        "net/config.json",
        "net/deep/vocabulary.txt",
        "net/weights.bin",
    ]


def test_a_store_named_through_a_link_is_not_swallowed_either(
    workspace: Workspace, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("links") / "link"
    link.symlink_to(tmp_path)
    Model.register(workspace, "model.bin", "small")
    linked = Workspace(root=link / "root")
    for around in (".", link):
        path = Model.get_model_path(Model.register(linked, around, "all").name, _workspace=linked)
        assert tree(path) == ["model.bin", "net/config.json", "net/deep/vocabulary.txt", "net/weights.bin"]
    with pytest.raises(ModelPathNotFoundException, match="holds no file"):
        Model.register(linked, workspace.root, "all")


@pytest.mark.parametrize("name", [b"caf\xe9.bin", b"a\\b.bin", b"a b%5C.bin", "café.bin".encode()])
def test_a_file_of_any_name_is_registered(workspace: Workspace, tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    try:
        path.write_text("weights")
    except OSError:
        pytest.skip("no file can have such a name here")
    model = Model.register(workspace, path, "m")
    assert Path(Model.get_model_path("m", _workspace=workspace)).read_text() == "weights"
    got = Path(model.download("got"))
    assert (got.parent.name, got.read_text()) == ("got", "weights")


def test_a_model_is_found_by_name_version_id_and_filters(workspace: Workspace) -> None:
    for tags, framework in (({"q": "1"}, Model.Framework.ONNX), ({"q": "2", "best": None}, None), ({}, None)):
        Model.register(workspace, "model.bin", "m", tags=tags, properties={"p": "x"}, model_framework=framework)
    assert Model(workspace, "m").version == 3
    assert Model(workspace, name="m", version=2).version == 2
    assert Model(workspace, id="m:1").version == 1
    assert Model(workspace, "m", tags=[["q", "1"]]).version == 1
    assert Model(workspace, "m", tags=["best"]).version == 2
    assert Model(workspace, "m", model_framework="Onnx").model_framework == "Onnx"
    for wanted in ({"name": "absent"}, {"id": "m:9"}, {"name": "m", "version": 7}, {"name": "m", "tags": ["z"]}):
        with pytest.raises(ModelNotFoundException, match="ModelNotFound") as error:
            Model(workspace, **wanted)  # type: ignore[arg-type]
        assert isinstance(error.value, WebserviceException)  # what Azure ML raises here
    with pytest.raises(UserErrorException, match="needs a name"):
        Model(workspace)


def test_the_list_is_filtered_and_newest_first(workspace: Workspace) -> None:
    Model.register(workspace, "model.bin", "a", tags={"k": "1"}, datasets=[("training", "digits")])
    Model.register(workspace, "model.bin", "b", tags={"k": "2"}, properties={"p": "1"})
    Model.register(workspace, "model.bin", "a")

    def found(**filters: Any) -> list[str]:
        return [model.id for model in Model.list(workspace, **filters)]

    assert found() == ["a:2", "b:1", "a:1"]
    assert found(latest=True) == ["a:2", "b:1"]
    assert found(name="a") == ["a:2", "a:1"]
    assert found(name="absent") == []
    assert found(tags=["k"]) == ["b:1", "a:1"]
    assert found(tags=[["k", "2"]]) == found(tags={"k": 2}) == found(properties=["p"]) == ["b:1"]
    assert found(tags={"k": None}) == found(tags=[["k", None]]) == []
    Model(workspace, "b").add_tags({"bare": None})
    assert found(tags={"bare": None}) == found(tags=["bare", ["k", 2]]) == found(tags=[("bare",)]) == ["b:1"]
    assert found(dataset_id="digits") == ["a:1"]
    assert {name: model.id for name, model in workspace.models.items()} == {"a": "a:2", "b": "b:1"}


def test_processes_that_register_at_once_get_versions_of_their_own(workspace: Workspace) -> None:
    code = """
        import sys
        from runstore import Model, Workspace
        workspace = Workspace(root=sys.argv[1])
        print(*[Model.register(workspace, "model.bin", "m").version for _ in range(5)])
    """
    scripts = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), workspace.root], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    taken = [int(number) for script in scripts for number in script.communicate(timeout=60)[0].split()]
    assert sorted(taken) == list(range(1, 16))
    assert sorted(model.version for model in Model.list(workspace)) == sorted(taken)


def test_download_gives_a_copy_that_may_be_changed(workspace: Workspace, tmp_path: Path) -> None:
    model = Model.register(workspace, "model.bin", "m")
    path = model.download(target_dir="new/place")
    assert path == os.path.join("new/place", "model.bin")
    with pytest.raises(WebserviceException, match="exist_ok=True"):
        model.download("new/place")
    Path(path).write_text("changed")
    assert Path(model.download("new/place", exist_ok=True)).read_text() == "one"
    net = Model.register(workspace, "net", "net")
    assert tree(net.download(exist_ok=True)) == ["config.json", "deep/vocabulary.txt", "weights.bin"]
    assert os.access(Path(net.download("elsewhere"), "config.json"), os.W_OK)
    (tmp_path / "in-the-way").mkdir()
    (tmp_path / "in-the-way" / "net").write_text("a file")
    with pytest.raises(WebserviceException, match="cannot download model net:1"):
        net.download("in-the-way", exist_ok=True)


def test_registered_files_are_read_only(workspace: Workspace) -> None:
    Model.register(workspace, "model.bin", "m")
    assert os.stat(Model.get_model_path("m", _workspace=workspace)).st_mode & 0o777 == 0o444


def test_what_is_left_of_a_deletion_that_was_broken_off_is_found(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*given: object, **how: object) -> None:
        raise KeyboardInterrupt

    model = Model.register(workspace, "model.bin", "m")
    versions = Path(workspace.root, ".runstore", "models", "m")
    with monkeypatch.context() as context:
        context.setattr(shutil, "rmtree", interrupted)
        with pytest.raises(KeyboardInterrupt):
            model.delete()
    assert Model.list(workspace) == []
    (left,) = [path for path in versions.iterdir() if path.name != ".numbers"]
    os.utime(left, (1, 1))
    ((item,), _) = garbage(str(workspace.root), trash_before=0, unused_before=0)
    assert remove(str(workspace.root), item)
    assert [path.name for path in versions.iterdir()] == [".numbers"]


def test_a_deleted_version_is_gone_and_its_number_is_not_used_again(workspace: Workspace) -> None:
    for _ in range(2):
        model = Model.register(workspace, "model.bin", "m")
    model.delete()
    model.delete()
    assert [each.version for each in Model.list(workspace)] == [1]
    with pytest.raises(ModelNotFoundException):
        model.download()
    with pytest.raises(UserErrorException, match="was deleted"):
        model.add_tags({"a": "b"})
    assert Model.register(workspace, "model.bin", "m").version == 3


def test_tags_change_and_properties_do_not(workspace: Workspace) -> None:
    model = Model.register(workspace, "model.bin", "m", tags={"a": "1"}, properties={"p": 1})
    model.add_tags({"b": 2})
    model.remove_tags(["a", "absent"])
    model.add_properties({"q": 1, "p": "1"})
    with pytest.raises(UserErrorException, match="property 'p' is set to '1' and cannot change"):
        model.add_properties({"p": "2"})
    model.update(description="better", model_framework="PyTorch", model_framework_version="2")
    model.update_tags_properties(add_tags={"c": None}, remove_tags=["b"])
    model.add_dataset_references([("training", "digits")])
    seen = Model(workspace, "m")
    assert (seen.tags, seen.properties) == ({"c": None}, {"p": "1", "q": "1"})
    assert (seen.description, seen.model_framework, seen.model_framework_version) == ("better", "PyTorch", "2")
    assert seen.datasets == {"training": ["digits"]}
    seen.update(tags={"only": "this"})
    assert (model.tags, model.description) == ({"only": "this"}, "better")
    seen.update(tags={}, description="", resource_configuration={"cpu": 2})
    assert (model.tags, model.description, model.properties) == ({}, "", {"p": "1", "q": "1"})
    assert (model.datasets, model.resource_configuration) == ({"training": ["digits"]}, {"cpu": 2})


def test_a_model_that_is_not_registered_is_looked_for_beside_the_script(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNSTORE_ROOT", workspace.root)
    assert Model.get_model_path("model.bin") == str(tmp_path / "model.bin")
    Model.register(workspace, "net/weights.bin", "model.bin")
    assert Path(Model.get_model_path("model.bin")).read_text() == "weights.bin"
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "other").write_text("x")
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(tmp_path / "served"))
    assert Model.get_model_path("other") == str(tmp_path / "served" / "other")
    with pytest.raises(ModelNotFoundException, match=r"no model 'absent' in .*; there are: model\.bin"):
        Model.get_model_path("absent")
    with pytest.raises(ModelNotFoundException, match="has no version 4; there are: 1"):
        Model.get_model_path("model.bin", version=4)


@pytest.mark.parametrize("name", ["", "../up", "a/b", "-a", "a b", ".hidden", "x" * 256, None])
def test_bad_names_are_refused(workspace: Workspace, name: Any) -> None:
    with pytest.raises(UserErrorException, match="model name"):
        Model.register(workspace, "model.bin", name)


def test_the_longest_name_is_kept(workspace: Workspace) -> None:
    name = "x" * 255
    Model.register(workspace, "model.bin", name)
    assert Model(workspace, name).name == name
    assert list(workspace.models) == [name]


def test_what_is_not_there_is_not_registered(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path in ("absent.bin", "empty", "/"):
        with pytest.raises(ModelPathNotFoundException):
            Model.register(workspace, path, "m")
    assert Model.list(workspace) == []
    (tmp_path / "zero").write_text("")
    assert Path(Model.register(workspace, "zero", "m").download("got")).read_text() == ""
    models = Path(workspace.root, ".runstore", "models", "m")
    assert not list(models.glob(".new-*"))


def test_a_store_that_cannot_be_written_is_said(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkspaceException, match="cannot write"):
        Model.register(Workspace(root=tmp_path / "file"), "model.bin", "m")


def test_damage_leads_nowhere_else(workspace: Workspace) -> None:
    model = Model.register(workspace, "model.bin", "m")
    for content in ('{"path": "../../../../model.bin"}', '{"path": ".."}', "[", '{"path": "absent"}'):
        Path(model._folder, "model.json").write_text(content)
        assert Model.get_model_path("m", _workspace=workspace).startswith(model._folder)
        assert (Model(workspace, "m").name, Model(workspace, "m").tags) == ("m", {})
        assert Model.list(workspace)[0].version == 1
    Path(model._folder, "model.json").write_text('{"created": 1e300, "datasets": 3}')
    assert (model.created_time, model.datasets) == (None, {})


def test_a_change_does_not_replace_what_cannot_be_read(workspace: Workspace) -> None:
    model = Model.register(workspace, "model.bin", "m")
    for damage in ('{"v": 1, "path": "model.bin", "tags"', "[]"):
        Path(model._folder, "model.json").write_text(damage)
        with pytest.raises(WorkspaceException, match=r"cannot change .*model\.json"):
            model.add_tags({"a": "b"})
        assert Path(model._folder, "model.json").read_text() == damage


def test_arguments_of_the_wrong_shape_are_said(workspace: Workspace) -> None:
    with pytest.raises(UserErrorException, match=r"pairs: \[\('training', dataset\)\]"):
        Model.register(workspace, "model.bin", "m", datasets=["digits"])
    with pytest.raises(UserErrorException, match="tags and properties are dicts, not list"):
        Model.register(workspace, "model.bin", "m", tags=["a"])
    assert Model.list(workspace) == []


@pytest.mark.parametrize("call", ["deploy", "package", "profile"])
def test_what_needs_a_server_says_what_to_do_instead(workspace: Workspace, call: str) -> None:
    with pytest.raises(WebserviceException, match=f"Model.{call}: models are not deployed locally; load the file"):
        getattr(Model, call)(workspace, "service", [], None)


def test_it_shows_itself(workspace: Workspace) -> None:
    model = Model.register(workspace, "model.bin", "m", tags={"a": "b"})
    assert repr(model).endswith("name=m, id=m:1, version=1, tags={'a': 'b'}, properties={})")
    shown = model.serialize()
    assert (shown["id"], shown["version"], shown["tags"]) == ("m:1", 1, {"a": "b"})
    assert shown["url"].endswith("/.runstore/models/m/1/files/model.bin")
