"""The areas of Azure ML SDK v1 that have no local counterpart: why, and what to do instead."""

from __future__ import annotations

AREAS = {
    "hyperdrive": "sweeps are not run locally; submit one ScriptRunConfig for each set of values (or use "
    "run.child_run() in a loop) and compare the runs in runs-tui",
    "automl": "AutoML trains in Azure only; write the training as a script (scikit-learn, FLAML, auto-sklearn ...) and "
    "log one child run for each candidate",
    "pipeline": "pipelines are not run locally; submit the script of each step as a ScriptRunConfig, in order, with "
    "wait_for_completion() between them, or call run.submit_child() from one script",
    "deployment": "nothing is deployed from here; load the files of Model.get_model_path() in a server of your own "
    "(FastAPI, Flask, TorchServe ...)",
    "interpret": "explanations are not stored in a workspace here; use the packages interpret or shap and keep their "
    "results with run.upload_file()",
    "opendatasets": "Azure Open Datasets are not fetched from here; load the data with scikit-learn, torchvision, "
    "Hugging Face datasets or a download of your own, then Dataset.File.from_files() or run as it is",
    "dataprep": "data preparation and drift monitors run in Azure only; prepare data with pandas in a script, and log "
    "what is to be watched",
    "contrib": "preview packages of Azure ML have no local form; see what the module did and use the library under it",
    "cloud": "it describes a resource in Azure and has no meaning on one machine; leave the call out",
    "service": "it is the private client of Azure's web service; use Run, Experiment and Workspace instead",
    "spark": "Spark and Databricks jobs are not run from here; use PySpark in local mode inside a script",
    "database": "data in SQL stores is not read through the workspace here; read it with pandas or SQLAlchemy and log "
    "what matters",
}
"""Area -> why a name of it cannot be used, and what to do instead."""

MODULES_OF_AREAS = {
    "azureml.train.automl": "automl",
    "azureml.automl": "automl",
    "azureml.pipeline": "pipeline",
    "azureml.interpret": "interpret",
    "azureml.explain": "interpret",
    "azureml.opendatasets": "opendatasets",
    "azureml.dataprep": "dataprep",
    "azureml.datadrift": "dataprep",
    "azureml.contrib": "contrib",
    "azureml.contrib.automl": "automl",
    "azureml.contrib.pipeline": "pipeline",
    "azureml.contrib.interpret": "interpret",
    "azureml.core.image": "deployment",
    "azureml.core.webservice": "deployment",
    "azureml.core.databricks": "spark",
    "azureml.core.linked_service": "spark",
    "azureml.core.private_endpoint": "cloud",
    "azureml._restclient": "service",
    "azureml._history": "service",
    "azureml._run_impl": "service",
    "azureml.train.hyperdrive": "hyperdrive",
}
"""Module -> its area: the module, those below it, and every name in them exist and raise when they are used."""
