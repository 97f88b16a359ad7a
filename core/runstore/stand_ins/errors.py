"""Errors of Azure ML that nothing here raises, so that scripts can name them in ``except``."""

from __future__ import annotations

from runstore.exceptions import AzureMLException


class AuthenticationException(AzureMLException):
    """A log-in failed."""


class AzureMLAggregatedException(AzureMLException):
    """Several errors at once."""


class DatasetExecutionError(AzureMLException):
    """Data could not be read."""


class DatasetTimestampMissingError(AzureMLException):
    """A dataset has no time column."""


class DatasetValidationError(AzureMLException):
    """Data is not where a dataset says."""


class DiscoveryUrlNotFoundException(AzureMLException):
    """The address of a service is not known."""


class ParallelRunException(AzureMLException):
    """A step of a pipeline that runs in parallel failed."""


class ServiceException(Exception):
    """The web service answered with an error; of another family than the rest, as in Azure ML."""


class WorkspacePrivateEndpointException(AzureMLException):
    """A private endpoint of a workspace failed."""
