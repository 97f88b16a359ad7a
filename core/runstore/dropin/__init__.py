"""The names of Azure ML SDK v1. This folder is the only one of ours that is put on a script's path.

Through it `azureml` and `runstore` can be imported and nothing else: keep every other module out of it. Its
``.dist-info`` is no module; by it MLflow in a child process finds the store of the run.
"""
