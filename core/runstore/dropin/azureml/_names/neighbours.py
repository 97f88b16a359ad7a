"""The packages beside ``azureml.core``: widgets, TensorBoard, telemetry, estimators, and what has no local form."""

from __future__ import annotations

_STATUS = "runstore.stand_ins.run_status"
_ESTIMATORS = "runstore.dropin.azureml._estimators"
_MLFLOW = "runstore.dropin.azureml._mlflow"

_HYPERDRIVE = dict.fromkeys(
    (
        "BanditPolicy BayesianParameterSampling EarlyTerminationPolicy GridParameterSampling HyperDriveConfig "
        "HyperDriveRun HyperDriveRunConfig HyperParameterSampling MedianStoppingPolicy NoTerminationPolicy "
        "PrimaryMetricGoal RandomParameterSampling TruncationSelectionPolicy choice lognormal loguniform "
        "normal qlognormal qloguniform qnormal quniform randint uniform"
    ).split(),
    "!hyperdrive",
)

_PIPELINE = dict.fromkeys(
    (
        "InputPortBinding OutputPortBinding Pipeline PipelineData PipelineDataset PipelineDraft "
        "PipelineEndpoint PipelineParameter PipelineRun PipelineStep PortDataReference PublishedPipeline "
        "Schedule ScheduleRecurrence StepRun StepSequence TrainingOutput"
    ).split(),
    "!pipeline",
)

_STEPS = dict.fromkeys(
    (
        "AdlaStep AutoMLStep AzureBatchStep CommandStep DataTransferStep DatabricksStep EstimatorStep "
        "HyperDriveStep HyperDriveStepRun KustoStep ModuleStep MpiStep ParallelRunConfig ParallelRunStep "
        "PythonScriptStep RScriptStep SynapseSparkStep"
    ).split(),
    "!pipeline",
)

NEIGHBOURS: dict[str, dict[str, str]] = {
    "azureml._base_sdk_common": {"user_agent": "runstore.stand_ins.diagnostics"},
    "azureml._history": {},
    "azureml._restclient": {},
    "azureml._run_impl": {},
    "azureml._restclient.constants": {"RunStatus": _STATUS},
    "azureml.automl": {},
    "azureml.contrib": {},
    "azureml.explain": {},
    "azureml.interpret": {"ExplanationClient": "!interpret"},
    "azureml.mlflow": {"get_portal_url": _MLFLOW, "register_model": _MLFLOW},
    "azureml.opendatasets": {"Diabetes": "runstore.stand_ins.open_datasets"},
    "azureml.pipeline": {},
    "azureml.pipeline.core": _PIPELINE,
    "azureml.pipeline.steps": _STEPS,
    "azureml.telemetry": {
        "set_diagnostics_collection": "runstore.stand_ins.diagnostics",
    },
    "azureml.tensorboard": {"Tensorboard": "runstore.integrations.tensorboard"},
    "azureml.tensorboard.export": {"export_to_tensorboard": "runstore.integrations.tensorboard"},
    "azureml.train": {},
    "azureml.train.automl": {"AutoMLConfig": "!automl", "AutoMLRun": "!automl"},
    "azureml.train.automl.run": {"AutoMLRun": "!automl"},
    "azureml.train.dnn": {
        "Chainer": _ESTIMATORS,
        "Gloo": _ESTIMATORS,
        "Mpi": "runstore.jobs.config:MpiConfiguration",
        "Nccl": _ESTIMATORS,
        "ParameterServer": "runstore.jobs.config:TensorflowConfiguration",
        "PyTorch": _ESTIMATORS,
        "TensorFlow": _ESTIMATORS,
    },
    "azureml.train.estimator": {"Estimator": _ESTIMATORS, "MMLBaseEstimator": _ESTIMATORS + ":Estimator"},
    "azureml.train.hyperdrive": _HYPERDRIVE,
    "azureml.train.sklearn": {"SKLearn": _ESTIMATORS},
    "azureml.widgets": {"RunDetails": "runstore.widget.run_details"},
}
"""Modules of the packages beside azureml-core with their names and homes."""
