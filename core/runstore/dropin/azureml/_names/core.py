"""``azureml.core``, ``azureml.exceptions``: the names that most scripts use."""

from __future__ import annotations

_RUN = "runstore.runs.run"
_CONFIG = "runstore.jobs.config"
_COMPUTE = "runstore.stand_ins.compute"
_COMPUTE_TARGET = "runstore.stand_ins.compute_target"
_DATASET = "runstore.stand_ins.dataset"
_LOGIN = "runstore.stand_ins.authentication"
_ERRORS = "runstore.exceptions"
_OTHER_ERRORS = "runstore.stand_ins.errors"
_VERSION = "runstore.dropin.azureml._version"

_CLUSTERS = {
    "AmlCompute": _COMPUTE,
    "ComputeInstance": _COMPUTE,
    "ComputeTarget": _COMPUTE,
    "AksCompute": _COMPUTE,
    "BatchCompute": _COMPUTE,
    "DsvmCompute": _COMPUTE,
    "RemoteCompute": _COMPUTE,
    "KubernetesCompute": _COMPUTE,
    "AdlaCompute": "!cloud",
    "DatabricksCompute": "!spark",
    "DataFactoryCompute": "!cloud",
    "HDInsightCompute": "!spark",
    "KustoCompute": "!cloud",
    "SynapseCompute": "!spark",
}

_LEGACY_TARGETS = {
    "attach_legacy_compute_target": _COMPUTE_TARGET,
    "is_compute_target_prepared": _COMPUTE_TARGET,
    "prepare_compute_target": _COMPUTE_TARGET,
    "remove_legacy_compute_target": _COMPUTE_TARGET,
}

_SERVICES = dict.fromkeys(
    "AciWebservice AksEndpoint AksWebservice LocalWebservice UnknownWebservice Webservice".split(),
    "!deployment",
)

_IMAGES = {"DEFAULT_CPU_IMAGE": _CONFIG, "DEFAULT_GPU_IMAGE": _CONFIG}

_ENVIRONMENT = {
    "CondaDependencies": _CONFIG,
    "DockerBuildContext": _CONFIG,
    "DockerSection": _CONFIG,
    "Environment": _CONFIG,
    "PythonSection": _CONFIG,
    "SparkPackage": _CONFIG,
    "SparkSection": _CONFIG,
}

_EXCEPTIONS = {
    "ActivityFailedException": _ERRORS,
    "AuthenticationException": _OTHER_ERRORS,
    "AzureMLAggregatedException": _OTHER_ERRORS,
    "AzureMLException": _ERRORS,
    "ComputeTargetException": _ERRORS,
    "DatasetTimestampMissingError": _OTHER_ERRORS,
    "DiscoveryUrlNotFoundException": _OTHER_ERRORS,
    "ExperimentExecutionException": _ERRORS,
    "ModelNotFoundException": _ERRORS,
    "ModelPathNotFoundException": _ERRORS,
    "ParallelRunException": _OTHER_ERRORS,
    "ProjectSystemException": _ERRORS,
    "RunConfigurationException": _ERRORS,
    "RunEnvironmentException": _ERRORS,
    "ServiceException": _OTHER_ERRORS,
    "SnapshotException": _ERRORS,
    "TrainingException": _ERRORS,
    "UserErrorException": _ERRORS,
    "WebserviceException": _ERRORS,
    "WorkspaceException": _ERRORS,
    "WorkspacePrivateEndpointException": _OTHER_ERRORS,
}

CORE: dict[str, dict[str, str]] = {
    "azureml.core": {
        "ComputeTarget": _COMPUTE,
        "ContainerRegistry": _CONFIG,
        "Dataset": _DATASET,
        "Datastore": "runstore.stand_ins.datastore",
        "Environment": _CONFIG,
        "Experiment": "runstore.runs.experiment",
        "Image": "!deployment",
        "Keyvault": "runstore.stand_ins.keyvault",
        "LinkedService": "!spark",
        "Model": "runstore.models.model",
        "PrivateEndPoint": "!cloud",
        "PrivateEndPointConfig": "!cloud",
        "Run": _RUN,
        "RunConfiguration": _CONFIG,
        "ScriptRun": "runstore.runs.script_run",
        "ScriptRunConfig": _CONFIG,
        "SynapseWorkspaceLinkedServiceConfiguration": "!spark",
        "VERSION": _VERSION,
        "Webservice": "!deployment",
        "Workspace": "runstore.runs.workspace",
        "__version__": _VERSION + ":VERSION",
        "diagnostic_log": "runstore.stand_ins.diagnostics",
        "get_run": "runstore",
        **_LEGACY_TARGETS,
    },
    "azureml.core.authentication": {
        "AbstractAuthentication": _LOGIN,
        "ArmTokenAuthentication": _LOGIN,
        "Audience": _LOGIN,
        "AzureCliAuthentication": _LOGIN,
        "AzureMLTokenAuthentication": _LOGIN,
        "InteractiveLoginAuthentication": _LOGIN,
        "MsiAuthentication": _LOGIN,
        "ServicePrincipalAuthentication": _LOGIN,
        "TokenAuthentication": _LOGIN,
    },
    "azureml.core.compute": _CLUSTERS,
    "azureml.core.compute.aks": {"AksCompute": _COMPUTE},
    "azureml.core.compute.amlcompute": {
        "AmlCompute": _COMPUTE,
        "AmlComputeProvisioningConfiguration": _COMPUTE + ":Provisioning",
    },
    "azureml.core.compute.compute": {
        "ComputeTarget": _COMPUTE,
        "ComputeTargetException": _ERRORS,
    },
    "azureml.core.compute.computeinstance": {"ComputeInstance": _COMPUTE},
    "azureml.core.compute.kubernetescompute": {"KubernetesCompute": _COMPUTE},
    "azureml.core.compute.remote": {"RemoteCompute": _COMPUTE},
    "azureml.core.compute_target": {
        "AbstractComputeTarget": _COMPUTE + ":ComputeTarget",
        "ComputeTargetException": _ERRORS,
        "LocalTarget": _COMPUTE_TARGET,
        **_LEGACY_TARGETS,
    },
    "azureml.core.conda_dependencies": {"CondaDependencies": _CONFIG},
    "azureml.core.container_registry": {"ContainerRegistry": _CONFIG},
    "azureml.core.dataset": {"Dataset": _DATASET},
    "azureml.core.datastore": {"Datastore": "runstore.stand_ins.datastore"},
    "azureml.core.environment": {**_ENVIRONMENT, **_IMAGES},
    "azureml.core.experiment": {"Experiment": "runstore.runs.experiment"},
    "azureml.core.keyvault": {"Keyvault": "runstore.stand_ins.keyvault"},
    "azureml.core.model": {
        "Dataset": _DATASET,
        "Environment": _CONFIG,
        "InferenceConfig": "!deployment",
        "Model": "runstore.models.model",
        "ModelPackage": "!deployment",
        "Run": _RUN,
        "Workspace": "runstore.runs.workspace",
    },
    "azureml.core.profile": {"ModelProfile": "!deployment"},
    "azureml.core.resource_configuration": {"ResourceConfiguration": "runstore.stand_ins.resources"},
    "azureml.core.run": {
        "Experiment": "runstore.runs.experiment",
        "Run": _RUN,
        "Workspace": "runstore.runs.workspace",
        "_OfflineRun": "runstore.runs.offline",
        "_SubmittedRun": _RUN + ":Run",
        "get_run": "runstore",
        "RUNNING_STATES": "runstore.stand_ins.run_status",
        "POST_PROCESSING_STATES": "runstore.stand_ins.run_status",
    },
    "azureml.core.runconfig": {
        "AmlComputeConfiguration": _CONFIG + ".run_configuration",
        "CondaDependencies": _CONFIG,
        "ContainerRegistry": _CONFIG,
        "DataReferenceConfiguration": _CONFIG,
        "DockerConfiguration": _CONFIG,
        "Environment": _CONFIG,
        "EnvironmentDefinition": _CONFIG + ":Environment",
        "HistoryConfiguration": _CONFIG,
        "JarLibrary": "!spark",
        "MPI_CPU_IMAGE": _CONFIG + ":DEFAULT_CPU_IMAGE",
        "MPI_GPU_IMAGE": _CONFIG + ":DEFAULT_GPU_IMAGE",
        "MpiConfiguration": _CONFIG,
        "ParallelTaskConfiguration": "!pipeline",
        "PyTorchConfiguration": _CONFIG,
        "RunConfiguration": _CONFIG,
        "SparkConfiguration": _CONFIG,
        "TensorflowConfiguration": _CONFIG,
        **_IMAGES,
    },
    "azureml.core.script_run": {"ScriptRun": "runstore.runs.script_run"},
    "azureml.core.script_run_config": {
        "ScriptRunConfig": _CONFIG,
        "get_run_config_from_script_run": _CONFIG + ".script_run_config",
    },
    "azureml.core.webservice": _SERVICES,
    "azureml.core.image": {"ContainerImage": "!deployment", "Image": "!deployment"},
    "azureml.core.workspace": {"Workspace": "runstore.runs.workspace"},
    "azureml.exceptions": _EXCEPTIONS,
    "azureml.exceptions._azureml_exception": _EXCEPTIONS,
}
"""Modules of azureml-core with their names and homes."""
