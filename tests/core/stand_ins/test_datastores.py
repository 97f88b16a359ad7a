"""Datastores as local folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from runstore import Workspace
from runstore.exceptions import RunConfigurationException, UserErrorException
from runstore.stand_ins.data_input import DataReference
from runstore.stand_ins.datastore import AzureBlobDatastore, AzureFileDatastore, Datastore


def test_upload_and_download_are_the_way_there_and_back(
    workspace: Workspace, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = workspace.get_default_datastore()
    assert store.name == "workspaceblobstore"
    reference = store.upload(src_dir=str(data), target_path="digits", overwrite=True, show_progress=True)
    assert capsys.readouterr().out == "Uploaded 3 of 3 files to workspaceblobstore/digits\n"
    assert sorted(path.name for path in Path(str(reference)).rglob("*.*")) == ["a.csv", "b.csv", "notes.txt"]

    assert store.download(tmp_path / "back", prefix="digits/deep", show_progress=False) == 1
    assert (tmp_path / "back" / "digits" / "deep" / "notes.txt").read_text() == "hello"


def test_files_that_exist_are_kept_unless_told(workspace: Workspace, tmp_path: Path) -> None:
    store = Datastore.get_default(workspace)
    file = tmp_path / "one.txt"
    for text in ("first", "second"):
        file.write_text(text)
        place = store.upload_files([str(file)], target_path="t", show_progress=False)
    assert Path(str(place), "one.txt").read_text() == "first"
    store.upload_files([str(file)], target_path="t", overwrite=True, show_progress=False)
    assert Path(str(place), "one.txt").read_text() == "second"
    nested = store.upload_files([str(file)], relative_root=str(tmp_path.parent), target_path="/", show_progress=False)
    assert Path(str(nested), tmp_path.name, "one.txt").is_file()


def test_no_file_leaves_the_datastore(workspace: Workspace, data: Path) -> None:
    store = workspace.get_default_datastore()
    for target in ("../outside", "a/../../outside"):
        with pytest.raises(UserErrorException, match="not valid"):
            store.upload(str(data), target_path=target)
    with pytest.raises(UserErrorException, match="not valid"):
        store.path("../..")


def test_a_folder_of_this_machine_can_be_a_datastore(workspace: Workspace, data: Path) -> None:
    Datastore.register_folder(workspace, "mine", data)
    store = workspace.datastores["mine"]
    assert Path(str(store.path("deep/notes.txt"))).read_text() == "hello"
    store.set_as_default()
    assert workspace.get_default_datastore().name == "mine"
    assert sorted(workspace.datastores) == ["mine", "workspaceblobstore", "workspacefilestore"]
    with pytest.raises(UserErrorException, match="no folder"):
        Datastore.register_folder(workspace, "other", data / "nothing")


def test_a_container_of_azure_becomes_an_empty_folder_and_says_so(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Datastore.register_azure_blob_container(
        workspace, "pictures", container_name="c", account_name="acc", account_key="very secret"
    )
    assert (store.container_name, store.account_name, list(Path(store.folder).iterdir())) == ("c", "acc", [])
    assert f"datastore 'pictures' is the local folder {store.folder}" in capsys.readouterr().err
    kept = [path.read_text() for path in Path(workspace.root, ".runstore").rglob("*.json")]
    assert kept
    assert not any("very secret" in text for text in kept)
    monkeypatch.setenv("RUNSTORE_STRICT", "1")
    with pytest.raises(RunConfigurationException, match="nothing is fetched from Azure"):
        Datastore.register_azure_blob_container(workspace, "more", container_name="c", account_name="acc")


def test_an_unknown_datastore_is_refused_with_the_known_ones(workspace: Workspace) -> None:
    with pytest.raises(UserErrorException, match="there are: workspaceblobstore, workspacefilestore"):
        Datastore.get(workspace, "nothing")


def test_a_reference_is_a_path_for_a_script(workspace: Workspace, data: Path) -> None:
    store = Datastore.register_folder(workspace, "mine", data)
    reference = DataReference(store, "pictures", "deep", mode="mount").as_download()
    assert str(reference) == str(data / "deep")
    assert reference.script_environment() == {"AZUREML_DATAREFERENCE_pictures": str(data / "deep")}
    assert (reference.mode, str(reference.path("notes.txt"))) == ("download", str(data / "deep" / "notes.txt"))


def test_a_reference_to_a_file_that_is_missing_makes_no_folder_of_its_name(workspace: Workspace) -> None:
    store = workspace.get_default_datastore()
    missing = Path(str(store.path("data/train.csv").as_download()))
    assert not missing.exists()
    assert Path(str(store.as_download())).is_dir()
    assert Path(str(store.path("out").as_upload())).is_dir()
    store.upload_files([__file__], target_path="data", show_progress=False)
    assert Path(str(store.path("data/test_datastores.py").as_download())).is_file()


def test_references_without_names_have_a_variable_each(workspace: Workspace) -> None:
    store = workspace.get_default_datastore()
    references = [store.path("one"), store.path("two"), store.path().path("three"), store.path("one").path("four")]
    variables = [variable for each in references for variable in each.script_environment().items()]
    assert len(dict(variables)) == 4
    assert [value for _, value in variables] == [str(each) for each in references]
    assert store.path("one").data_reference_name == store.path("one").data_reference_name  # so it is no matter which
    assert store.path().data_reference_name == store.name
    assert store.path("one", "mine").path("two").data_reference_name == "mine"


def test_the_classes_of_datastores_are_for_isinstance(workspace: Workspace, data: Path) -> None:
    blobs, files = (Datastore.get(workspace, name) for name in ("workspaceblobstore", "workspacefilestore"))
    local = Datastore.register_folder(workspace, "mine", data)
    assert [isinstance(store, AzureBlobDatastore) for store in (blobs, files, local)] == [True, False, True]
    assert [isinstance(store, AzureFileDatastore) for store in (blobs, files, local)] == [False, True, False]
    assert isinstance(AzureBlobDatastore(workspace, "workspaceblobstore"), Datastore)
    assert not isinstance("workspaceblobstore", AzureBlobDatastore)
