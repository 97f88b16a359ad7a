"""``azureml.data``: datastores are local folders, datasets are local files."""

from __future__ import annotations

_FILES = "runstore.stand_ins.file_dataset"
_TABLES = "runstore.stand_ins.tabular_dataset"
_STORES = "runstore.stand_ins.datastore"
_INPUT = "runstore.stand_ins.data_input"
_OUTPUT = "runstore.stand_ins.data_output"
_TYPES = "runstore.stand_ins.data_types"
_ERRORS = "runstore.stand_ins.errors"

DATA: dict[str, dict[str, str]] = {
    "azureml.data": {
        "DataType": _TYPES,
        "FileDataset": _FILES,
        "HDFSOutputDatasetConfig": "!spark",
        "LinkFileOutputDatasetConfig": "!pipeline",
        "LinkTabularOutputDatasetConfig": "!pipeline",
        "OutputFileDatasetConfig": _OUTPUT,
        "TabularDataset": _TABLES,
    },
    "azureml.data.abstract_dataset": {"AbstractDataset": "runstore.stand_ins.dataset_base"},
    "azureml.data.abstract_datastore": {"AbstractDatastore": _STORES + ":Datastore"},
    "azureml.data.azure_data_lake_datastore": {
        "AzureDataLakeDatastore": _STORES,
        "AzureDataLakeGen2Datastore": _STORES,
    },
    "azureml.data.azure_my_sql_datastore": {"AzureMySqlDatastore": "!database"},
    "azureml.data.azure_postgre_sql_datastore": {"AzurePostgreSqlDatastore": "!database"},
    "azureml.data.azure_sql_database_datastore": {"AzureSqlDatabaseDatastore": "!database"},
    "azureml.data.azure_storage_datastore": {
        "AbstractAzureStorageDatastore": _STORES + ":Datastore",
        "AzureBlobDatastore": _STORES,
        "AzureFileDatastore": _STORES,
    },
    "azureml.data.data_reference": {"DataReference": _INPUT},
    "azureml.data.datapath": {"DataPath": _INPUT, "DataPathComputeBinding": "!pipeline"},
    "azureml.data.dataset_consumption_config": {"DatasetConsumptionConfig": _INPUT},
    "azureml.data.dataset_error_handling": {
        "DatasetExecutionError": _ERRORS,
        "DatasetValidationError": _ERRORS,
    },
    "azureml.data.dataset_factory": {
        "DataType": _TYPES,
        "FileDatasetFactory": _FILES,
        "TabularDatasetFactory": _TABLES,
    },
    "azureml.data.dataset_type_definitions": {
        "FileEncoding": _TYPES,
        "PromoteHeadersBehavior": _TYPES,
    },
    "azureml.data.file_dataset": {"FileDataset": _FILES},
    "azureml.data.output_dataset_config": {"OutputFileDatasetConfig": _OUTPUT},
    "azureml.data.sql_data_reference": {"SqlDataReference": "!database"},
    "azureml.data.tabular_dataset": {"TabularDataset": _TABLES},
}
"""Modules of ``azureml.data`` with their names and homes."""
