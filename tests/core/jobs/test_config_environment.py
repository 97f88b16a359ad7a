"""`Environment`: made from files, registered, saved, shown."""

import json
import os
import stat

import pytest

from runstore import CondaDependencies, Environment, Workspace
from runstore.exceptions import UserErrorException
from runstore.jobs.config.docker import DEFAULT_CPU_IMAGE, ContainerRegistry, DockerBuildContext
from runstore.jobs.config.spark import SparkPackage


@pytest.fixture
def workspace(tmp_path):
    return Workspace(root=str(tmp_path / "store"))


def full():
    environment = Environment("mine")
    environment.environment_variables["API_TOKEN"] = "hush"
    environment.environment_variables["MESSAGE"] = "hello"
    environment.python.conda_dependencies = CondaDependencies.create(
        pip_packages=["six"], conda_packages=["numpy"], python_version="3.9"
    )
    environment.docker.base_image = "host/image:1"
    environment.docker.base_image_registry.address = "host"
    environment.docker.base_image_registry.password = "secret"
    environment.inferencing_stack_version = "latest"
    return environment


def test_environments_from_files(tmp_path):
    (tmp_path / "env.yml").write_text("dependencies:\n- python=3.9\n- pip:\n  - six\n")
    (tmp_path / "req.txt").write_text("six==1.16\n# no\n--pre\n")
    conda = Environment.from_conda_specification(name="c", file_path=str(tmp_path / "env.yml"))
    assert conda.python.conda_dependencies.get_python_version() == "3.9"
    pip = Environment.from_pip_requirements("p", tmp_path / "req.txt", pip_version="20.2")
    assert list(pip.python.conda_dependencies.pip_packages) == ["six==1.16"]
    assert list(pip.python.conda_dependencies.pip_options) == ["--pre"]
    assert list(pip.python.conda_dependencies.conda_packages) == ["pip=20.2"]
    with pytest.raises(UserErrorException, match=r"none\.txt"):
        Environment.from_pip_requirements("p", tmp_path / "none.txt")
    image = Environment.from_docker_image("i", "host/image", ContainerRegistry(), pip_requirements=tmp_path / "req.txt")
    assert (image.docker.base_image, image.python.user_managed_dependencies) == ("host/image", False)
    assert Environment.from_docker_image("i", "host/image").python.user_managed_dependencies
    (tmp_path / "Dockerfile").write_text("FROM x\n")
    for dockerfile in (tmp_path / "Dockerfile", "FROM x\n"):
        made = Environment.from_dockerfile("d", dockerfile)
        assert (made.docker.base_dockerfile, made.docker.base_image) == ("FROM x\n", None)
    assert Environment("e").docker.base_image == DEFAULT_CPU_IMAGE


def test_an_existing_conda_environment_is_found_where_conda_keeps_them(tmp_path, home):
    python = os.path.join(home, "miniconda3", "envs", "science", "bin", "python")
    os.makedirs(os.path.dirname(python))
    os.symlink("/bin/sh", python)
    found = Environment.from_existing_conda_environment("x", "science")
    assert (found.python.interpreter_path, found.python.user_managed_dependencies) == (python, True)
    with pytest.raises(UserErrorException, match=r"no conda environment 'other'"):
        Environment.from_existing_conda_environment("x", "other")


def test_versions_count_up_when_the_content_changes(workspace):
    environment = full()
    assert environment.register(workspace).version == "1"
    assert environment.register(workspace).version == "1"
    environment.environment_variables["MESSAGE"] = "bye"
    assert environment.register(workspace=workspace).version == "2"
    assert Environment.get(workspace, "mine").version == "2"
    first = Environment.get(workspace=workspace, name="mine", version="1")
    assert (first.version, first.environment_variables["MESSAGE"]) == ("1", "hello")
    assert {name: each.version for name, each in Environment.list(workspace).items()} == {"mine": "2"}
    Environment.label(workspace, "mine", "1", ["stable"])
    assert Environment.get(workspace, "mine", label="stable").version == "1"
    assert Environment.get(workspace, "mine", label="latest").version == "2"


def test_everything_but_passwords_survives_the_register(workspace):
    registered = full().register(workspace)
    read = Environment.get(workspace, "mine")
    assert str(read) == str(registered)
    assert read.environment_variables == {"API_TOKEN": "hush", "MESSAGE": "hello"}
    assert read.python.conda_dependencies == full().python.conda_dependencies
    assert (read.docker.base_image, read.docker.base_image_registry.password) == ("host/image:1", None)
    files = [os.path.join(folder, name) for folder, _, names in os.walk(workspace.root) for name in names]
    [kept] = [path for path in files if "registered" in path]
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    with open(kept, encoding="utf-8") as file:
        assert "secret" not in file.read()


def test_what_is_registered_again_without_a_change_keeps_its_version(workspace, tmp_path):
    (tmp_path / "conda.yml").write_text("dependencies: [numpy]\n")
    environment = Environment("rich")
    environment.python.conda_dependencies_file = str(tmp_path / "conda.yml")
    environment.python.interpreter_path = tmp_path / "python"
    environment.spark.repositories = ["https://repo"]
    environment.spark.packages = [SparkPackage("g", "a", "1")]
    environment.docker.build_context = DockerBuildContext("/here", "File")
    assert [environment.register(workspace).version for _ in range(2)] == ["1", "1"]
    read = Environment.get(workspace, "rich")
    assert list(read.python.conda_dependencies.conda_packages) == ["numpy"]
    assert (read.python.conda_dependencies_file, read.python.interpreter_path) == (None, str(tmp_path / "python"))
    assert (read.spark.repositories, read.spark.packages[0].group) == (["https://repo"], "g")
    assert (read.docker.build_context.location, read.docker.build_context.dockerfile_path) == ("/here", "File")


def test_a_damaged_version_is_followed_by_a_whole_one(workspace):
    full().register(workspace)
    files = [os.path.join(folder, name) for folder, _, names in os.walk(workspace.root) for name in names]
    [kept] = [path for path in files if "registered" in path]
    with open(kept, "w", encoding="utf-8") as file:
        file.write("{")
    assert full().register(workspace).version == "2"
    assert Environment.get(workspace, "mine").environment_variables["MESSAGE"] == "hello"


def test_what_cannot_be_written_leaves_no_file_behind(workspace, tmp_path):
    environment = full()
    environment.inferencing_stack_version = object()
    with pytest.raises(TypeError):
        environment.save_to_directory(tmp_path / "saved")
    assert os.listdir(tmp_path / "saved") == []


def test_an_environment_that_is_not_there_is_named_with_what_to_do(workspace):
    full().register(workspace)
    with pytest.raises(UserErrorException, match=r"has no version '7'; it has the versions 1"):
        Environment.get(workspace, "mine", version="7")
    with pytest.raises(UserErrorException, match=r"has no label 'x'"):
        Environment.get(workspace, "mine", label="x")
    with pytest.raises(UserErrorException, match=r"no environment 'other' .* Environment.list"):
        Environment.get(workspace, "other")
    assert not os.path.exists(os.path.join(workspace.root, "other"))


def test_a_name_cannot_lead_out_of_the_root(workspace, tmp_path):
    Environment("../../../out").register(workspace)
    assert list(Environment.list(workspace)) == ["../../../out"]
    assert not [name for name in os.listdir(tmp_path) if "out" in name]
    with pytest.raises(UserErrorException):
        Environment.get(workspace, "mine", version="../../x")
    for name in ("", " ", None, 3):
        with pytest.raises(UserErrorException, match="environment name"):
            Environment(name)


def test_azures_own_environments_stand_for_the_current_interpreter(workspace):
    environment = Environment.get(workspace, "AzureML-sklearn-0.24-ubuntu18.04-py37-cpu")
    assert environment.name == "AzureML-sklearn-0.24-ubuntu18.04-py37-cpu"
    assert environment.python.user_managed_dependencies
    copy = environment.clone("mine")
    assert (copy.name, copy.curated) == ("mine", environment.name)
    Environment("AzureML-mine").register(workspace)
    assert Environment.get(workspace, "AzureML-mine").curated is None


def test_a_clone_shares_nothing(workspace):
    environment = full().register(workspace)
    copy = environment.clone("other")
    copy.environment_variables["MESSAGE"] = "x"
    copy.python.conda_dependencies.add_pip_package("more")
    assert (copy.version, environment.environment_variables["MESSAGE"]) == (None, "hello")
    assert "more" not in list(environment.python.conda_dependencies.pip_packages)


def test_saved_to_a_folder_and_loaded(tmp_path):
    environment = full()
    environment.docker.base_dockerfile = "FROM x\n"
    environment.save_to_directory(str(tmp_path / "saved"))
    assert sorted(os.listdir(tmp_path / "saved")) == [
        "BaseDockerfile",
        "azureml_environment.json",
        "conda_dependencies.yml",
    ]
    assert str(Environment.load_from_directory(tmp_path / "saved")) == str(environment)
    with pytest.raises(UserErrorException, match="overwrite=True"):
        environment.save_to_directory(tmp_path / "saved")
    environment.save_to_directory(tmp_path / "saved", overwrite=True)
    (tmp_path / "saved" / "azureml_environment.json").write_text('{"name": 1')
    with pytest.raises(UserErrorException, match=r"azureml_environment\.json"):
        Environment.load_from_directory(tmp_path / "saved")
    with pytest.raises(UserErrorException, match="cannot read the environment"):
        Environment.load_from_directory(tmp_path / "none")


def test_secrets_are_not_shown():
    shown = repr(full())
    assert json.loads(shown)["environmentVariables"] == {"API_TOKEN": "***", "MESSAGE": "hello"}
    assert "secret" not in shown


def test_what_another_program_wrote_is_read_with_defaults(tmp_path):
    (tmp_path / "azureml_environment.json").write_text(
        '{"name": "x", "python": {"userManagedDependencies": true, "interpreterPath": "/p"}, "docker": null, "more": 1}'
    )
    read = Environment.load_from_directory(tmp_path)
    assert (read.python.interpreter_path, read.docker.base_image) == ("/p", DEFAULT_CPU_IMAGE)
