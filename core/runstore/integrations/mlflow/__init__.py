"""MLflow as Azure ML's workspaces take it: what a script logs with MLflow is a run of the workspace."""
