"""The errors that the library raises; names and family as in Azure ML SDK v1 (``azureml.exceptions``).

Each class derives directly from `AzureMLException` and carries its text in ``.message``, so that scripts
which catch the original classes keep working.
"""

from __future__ import annotations


class AzureMLException(Exception):
    """Base of all errors of the run store; ``message`` says what, where and what to do."""

    def __init__(self, message: str = "", **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def __str__(self) -> str:
        return self.message


class UserErrorException(AzureMLException):
    """An argument or a call that breaks a rule of the API."""


class RunEnvironmentException(AzureMLException):
    """There is no submitted run in this process, and an offline one was not allowed."""


class SnapshotException(AzureMLException):
    """A source folder cannot be copied as the snapshot of a run."""


class ActivityFailedException(AzureMLException):
    """A run that was waited for has failed."""


class ExperimentExecutionException(AzureMLException):
    """A run could not be started or followed."""


class ModelPathNotFoundException(AzureMLException):
    """A model's files are not among the files of the run."""


class ModelNotFoundException(AzureMLException):
    """There is no such model in the registry."""


class RunConfigurationException(AzureMLException):
    """A run configuration contradicts itself."""


class ProjectSystemException(AzureMLException):
    """A project folder cannot be used."""


class WorkspaceException(AzureMLException):
    """A workspace cannot be found or opened."""


class TrainingException(AzureMLException):
    """A training could not be carried out."""


class ComputeTargetException(AzureMLException):
    """A compute target cannot be used."""


class WebserviceException(AzureMLException):
    """A model cannot be used, or would have to be deployed, which is not done locally."""
