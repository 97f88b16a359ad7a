"""The tables of names: all lead somewhere, and say truly what a name is."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from runstore import Experiment, Workspace
from runstore.dropin.azureml import _names
from runstore.dropin.azureml._names.areas import AREAS, MODULES_OF_AREAS
from runstore.exceptions import UserErrorException

ALL = [(module, name) for module, names in _names.MODULES.items() for name in names]

OF_AZUREML_CORE = """
ComputeTarget ContainerRegistry Dataset Datastore diagnostic_log Environment Experiment Image Keyvault Model
PrivateEndPoint PrivateEndPointConfig Run RunConfiguration ScriptRun ScriptRunConfig Webservice Workspace
attach_legacy_compute_target get_run is_compute_target_prepared prepare_compute_target remove_legacy_compute_target
LinkedService SynapseWorkspaceLinkedServiceConfiguration VERSION
""".split()

IN_REAL_USE = {
    "azureml.core.run": ["Run", "_OfflineRun", "get_run"],
    "azureml.core.workspace": ["Workspace"],
    "azureml.core.experiment": ["Experiment"],
    "azureml.core.environment": ["Environment", "SparkPackage"],
    "azureml.core.script_run_config": ["ScriptRunConfig", "get_run_config_from_script_run"],
    "azureml.core.runconfig": [
        "RunConfiguration",
        "CondaDependencies",
        "MpiConfiguration",
        "PyTorchConfiguration",
        "TensorflowConfiguration",
        "DockerConfiguration",
        "DEFAULT_CPU_IMAGE",
    ],
    "azureml.core.conda_dependencies": ["CondaDependencies"],
    "azureml.core.model": ["Model"],
    "azureml._restclient.constants": ["RunStatus"],
    "azureml.widgets": ["RunDetails"],
    "azureml.train.hyperdrive": ["HyperDriveConfig", "RandomParameterSampling", "choice", "PrimaryMetricGoal"],
    "azureml.tensorboard": ["Tensorboard"],
    "azureml.tensorboard.export": ["export_to_tensorboard"],
    "azureml.telemetry": ["set_diagnostics_collection"],
    "azureml.train.estimator": ["Estimator"],
    "azureml.train.dnn": ["PyTorch", "TensorFlow", "Mpi", "ParameterServer", "Gloo", "Nccl"],
    "azureml.mlflow": ["get_portal_url", "register_model"],
    "azureml.exceptions": [
        "UserErrorException",
        "RunEnvironmentException",
        "SnapshotException",
        "ActivityFailedException",
        "ExperimentExecutionException",
        "ModelPathNotFoundException",
        "ModelNotFoundException",
        "RunConfigurationException",
        "ProjectSystemException",
        "WorkspaceException",
        "TrainingException",
        "ComputeTargetException",
        "WebserviceException",
        "AuthenticationException",
        "AzureMLAggregatedException",
        "AzureMLException",
        "ServiceException",
    ],
}


def test_every_name_leads_somewhere() -> None:
    for module, name in ALL:
        assert _names.find(module, name) is not None, (module, name)


def test_the_names_that_scripts_import_are_there() -> None:
    wanted = {"azureml.core": OF_AZUREML_CORE, **IN_REAL_USE}
    missing = [(module, name) for module, names in wanted.items() for name in names if not _names.kind(module, name)]
    assert missing == []


def test_kinds_tell_what_a_name_does() -> None:
    assert _names.kind("azureml.core", "Run") == _names.WORKS
    assert _names.kind("azureml.core", "Datastore") == _names.STAND_IN
    assert _names.kind("azureml.core.webservice", "AciWebservice") == _names.ERROR
    assert _names.kind("azureml.train.automl", "AutoMLConfig") == _names.ERROR
    assert _names.kind("azureml.automl.core.shared.constants", "ANYTHING") == _names.ERROR
    assert _names.kind("azureml.core", "NoSuchName") is None
    assert _names.kind("azureml.no.such.module", "Run") is None
    assert "submit one ScriptRunConfig" in _names.advice("azureml.train.hyperdrive", "HyperDriveConfig")
    assert _names.advice("azureml.core", "Run") == ""


def test_a_name_without_a_local_form_says_what_to_do_when_it_is_used() -> None:
    errors = [each for each in ALL if _names.kind(*each) == _names.ERROR]
    assert len(errors) > 50
    for module, name in errors:
        found = _names.find(module, name)
        assert inspect.isclass(found)
        assert not isinstance(object(), found)
        with pytest.raises(UserErrorException) as raised:
            found(1, key="value")
        assert f"{module}.{name} " in raised.value.message
        assert _names.advice(module, name) in raised.value.message
        with pytest.raises(UserErrorException, match=name + r"\.something "):
            _ = found.something
        with pytest.raises(UserErrorException):
            list(found)
        assert not hasattr(found, "_private")


def test_every_area_has_an_advice_and_is_used() -> None:
    used = {home[1:] for names in _names.MODULES.values() for home in names.values() if home.startswith("!")}
    used.update(MODULES_OF_AREAS.values())
    assert used == set(AREAS)


def test_a_run_of_mlflow_is_a_run_of_the_workspace(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_ROOT", str(tmp_path / "store"))
    get_portal_url = _names.find("azureml.mlflow", "get_portal_url")
    with Experiment(Workspace.from_config(), "demo").start_logging(outputs=False, snapshot_directory=None) as run:
        pass

    class OfMlflow:
        class info:  # noqa: N801 - MLflow's name
            run_id = run.id

    assert get_portal_url(run) == get_portal_url(OfMlflow()) == run.get_portal_url()
    OfMlflow.info.run_id = "none"
    with pytest.raises(UserErrorException, match="no run 'none'"):
        get_portal_url(OfMlflow())


def test_what_mlflow_keeps_of_a_run_can_be_registered_as_a_model(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_ROOT", str(tmp_path / "store"))
    register_model = _names.find("azureml.mlflow", "register_model")
    with Experiment(Workspace.from_config(), "demo").start_logging(outputs=False, snapshot_directory=None) as run:
        pass

    class OfMlflow:
        class info:  # noqa: N801 - MLflow's name
            run_id = run.id
            artifact_uri = (tmp_path / "of mlflow").as_uri()

    weights = tmp_path / "of mlflow" / "model" / "data" / "weights"
    weights.parent.mkdir(parents=True)
    for version, text in enumerate(("one", "two"), 1):
        weights.write_text(text)
        model = register_model(OfMlflow(), "net", "model", tags={"k": "v"})
        assert (model.version, model.run_id, model.tags) == (version, run.id, {"k": "v"})
        folder = Path(model.download(str(tmp_path / text)))
        assert (folder / "data" / "weights").read_text() == text
    assert register_model(OfMlflow(), "file", "model/data/weights").version == 1
    with pytest.raises(UserErrorException):
        register_model(OfMlflow(), "net", "../of mlflow")


def test_errors_are_one_family() -> None:
    base = _names.find("azureml.exceptions", "AzureMLException")
    for name in _names.MODULES["azureml.exceptions"]:
        error = _names.find("azureml.exceptions", name)
        if name == "AzureMLException":
            continue
        assert error.__bases__ == ((Exception,) if name == "ServiceException" else (base,)), name
    assert base("text").message == "text"
