"""The names of Azure ML SDK v1 that scripts use, by the part of the SDK they belong to.

`AZURE` is what the original has (release 1.61, public members); what becomes of each name here is found out by
`runstore.porting.table`, from the code.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Members:
    """A class of the SDK, by the module one imports it from, and its members."""

    module: str
    name: str
    members: str


@dataclass(frozen=True)
class Part:
    """A part of the SDK: whole modules, whose names the drop-in lists, and classes with their members."""

    title: str
    modules: str = ""
    classes: tuple[Members, ...] = ()


AZURE = (
    Part(
        "Names to import",
        "azureml.core azureml.core.authentication azureml.core.compute azureml.core.compute_target "
        "azureml.core.conda_dependencies azureml.core.container_registry azureml.core.dataset "
        "azureml.core.datastore azureml.core.environment azureml.core.experiment azureml.core.keyvault "
        "azureml.core.model azureml.core.profile azureml.core.resource_configuration azureml.core.run "
        "azureml.core.runconfig azureml.core.script_run azureml.core.script_run_config azureml.core.webservice "
        "azureml.core.workspace azureml.data azureml.exceptions azureml.widgets azureml.tensorboard "
        "azureml.tensorboard.export azureml.telemetry azureml._restclient.constants azureml.train.estimator "
        "azureml.train.dnn azureml.train.sklearn azureml.opendatasets azureml.mlflow",
    ),
    Part(
        "Runs",
        classes=(
            Members(
                "azureml.core",
                "Run",
                "get_context get_submitted_run get list list_by_compute add_type_provider "
                "id name display_name description type number parent status experiment tags properties "
                "start complete fail cancel clean flush child_run create_children submit_child wait_for_completion "
                "tag set_tags get_tags remove_tags add_properties get_properties "
                "upload_file upload_folder upload_files get_file_names download_file download_files get_all_logs "
                "get_details_with_logs take_snapshot get_snapshot_id restore_snapshot register_model get_secret "
                "get_secrets get_portal_url get_environment get_status get_detailed_status get_details get_children "
                "get_metrics input_datasets output_datasets",
            ),
            Members("azureml.core", "ScriptRun", "RUN_TYPE cancel"),
        ),
    ),
    Part(
        "Metrics",
        classes=(
            Members(
                "azureml.core",
                "Run",
                "log log_list log_row log_table log_image log_confusion_matrix log_accuracy_table log_residuals "
                "log_predictions",
            ),
        ),
    ),
    Part(
        "Experiments and workspaces",
        classes=(
            Members(
                "azureml.core",
                "Experiment",
                "start_logging submit get_runs list delete archive reactivate tag set_tags remove_tags refresh "
                "get_portal_url get_docs_url workspace workspace_object name id archived_time tags from_directory",
            ),
            Members(
                "azureml.core",
                "Workspace",
                "from_config get create list setup write_config name location subscription_id resource_group sku tags "
                "service_context discovery_url experiments environments models datastores datasets compute_targets "
                "webservices images linked_services private_endpoints get_run get_details get_default_datastore "
                "set_default_datastore get_default_keyvault get_default_compute_target get_mlflow_tracking_uri update "
                "update_dependencies delete add_private_endpoint delete_private_endpoint_connection list_keys "
                "sync_keys diagnose_workspace set_connection list_connections get_connection delete_connection "
                "DEFAULT_CPU_CLUSTER_NAME DEFAULT_GPU_CLUSTER_NAME",
            ),
            Members(
                "azureml.core",
                "Model",
                "register list get_model_path download delete update update_tags_properties add_tags remove_tags "
                "add_properties add_dataset_references serialize deserialize print_configuration deploy package "
                "profile get_sas_urls name version id url tags properties description created_by created_time "
                "mime_type model_framework model_framework_version unpack workspace experiment_name run_id run "
                "datasets sample_input_dataset sample_output_dataset resource_configuration parent_id "
                "derived_model_ids",
            ),
        ),
    ),
    Part(
        "Submitting",
        classes=(
            Members(
                "azureml.core",
                "ScriptRunConfig",
                "MAX_DURATION_SECONDS_DEFAULT source_directory script command arguments run_config",
            ),
            Members(
                "azureml.core.runconfig",
                "RunConfiguration",
                "script command arguments framework communicator max_run_duration_seconds node_count priority "
                "environment history spark docker hdi tensorflow mpi pytorch paralleltask data_references data "
                "datacaches output_data amlcompute kubernetescompute services source_directory_data_store "
                "auto_prepare_environment environment_variables target save load delete",
            ),
            Members(
                "azureml.core",
                "Environment",
                "name version python docker spark databricks r inferencing_stack_version environment_variables "
                "register label clone get list from_dockerfile from_docker_image from_docker_build_context "
                "from_conda_specification from_existing_conda_environment from_pip_requirements "
                "add_private_pip_wheel get_image_details build build_local save_to_directory load_from_directory",
            ),
            Members(
                "azureml.core.environment",
                "PythonSection",
                "interpreter_path user_managed_dependencies conda_dependencies conda_dependencies_file",
            ),
            Members(
                "azureml.core.environment",
                "DockerSection",
                "base_image base_image_registry base_dockerfile build_context platform gpu_support enabled "
                "shared_volumes arguments shm_size",
            ),
            Members(
                "azureml.core.conda_dependencies",
                "CondaDependencies",
                "create merge_requirements sdk_origin_url set_pip_index_url conda_channels conda_packages "
                "pip_packages pip_options get_default_number_of_packages get_python_version set_python_version "
                "add_channel remove_channel add_conda_package remove_conda_package add_pip_package "
                "remove_pip_package set_pip_option remove_pip_option set_pip_requirements add_cntk_package "
                "add_tensorflow_pip_package add_tensorflow_conda_package save_to_file save serialize_to_string "
                "as_dict",
            ),
            Members("azureml.core.runconfig", "MpiConfiguration", "process_count_per_node node_count"),
            Members("azureml.core.runconfig", "PyTorchConfiguration", "process_count node_count communication_backend"),
            Members("azureml.core.runconfig", "TensorflowConfiguration", "worker_count parameter_server_count"),
            Members("azureml.core.runconfig", "DockerConfiguration", "use_docker shared_volumes arguments shm_size"),
            Members(
                "azureml.core.runconfig",
                "HistoryConfiguration",
                "output_collection snapshot_project directories_to_watch",
            ),
        ),
    ),
    Part(
        "What a workspace holds",
        classes=(
            Members(
                "azureml.core.compute",
                "AmlCompute",
                "create attach list provisioning_configuration wait_for_completion get_status refresh_state update "
                "delete detach serialize list_nodes supported_vmsizes name id type location tags vm_size status "
                "provisioning_state provisioning_errors workspace",
            ),
            Members(
                "azureml.core",
                "Datastore",
                "get get_default set_as_default unregister register_azure_blob_container register_azure_file_share "
                "register_azure_data_lake register_azure_data_lake_gen2 register_azure_sql_database "
                "register_azure_postgre_sql register_azure_my_sql register_dbfs register_hdfs name workspace "
                "datastore_type path upload upload_files download as_download as_upload as_mount container_name "
                "account_name",
            ),
            Members("azureml.core", "Dataset", "Tabular File get_by_name get_by_id get_all"),
            Members(
                "azureml.data.dataset_factory",
                "TabularDatasetFactory",
                "from_delimited_files from_parquet_files from_json_lines_files from_sql_query "
                "register_pandas_dataframe register_spark_dataframe",
            ),
            Members("azureml.data.dataset_factory", "FileDatasetFactory", "from_files upload_directory"),
            Members(
                "azureml.data",
                "TabularDataset",
                "id name version description tags register unregister_all_versions as_named_input to_pandas_dataframe "
                "to_dask_dataframe to_spark_dataframe to_csv_files to_parquet_files skip take take_sample "
                "random_split keep_columns drop_columns filter with_timestamp_columns time_before time_after "
                "time_between time_recent partition_by",
            ),
            Members(
                "azureml.data",
                "FileDataset",
                "id name version description tags register unregister_all_versions as_named_input to_path download "
                "mount as_mount as_download as_hdfs skip take take_sample random_split",
            ),
            Members(
                "azureml.core",
                "Keyvault",
                "set_secret set_secrets get_secret get_secrets delete_secret delete_secrets list_secrets",
            ),
        ),
    ),
    Part(
        "Watching",
        classes=(
            Members("azureml.widgets", "RunDetails", "show get_widget_data"),
            Members("azureml.tensorboard", "Tensorboard", "start stop"),
        ),
    ),
)
"""All parts, in the order in which people meet them."""
