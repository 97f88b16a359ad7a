"""`CondaDependencies`: packages added, removed, read and written."""

import pytest
import yaml

from runstore import CondaDependencies
from runstore.exceptions import RunConfigurationException, UserErrorException


def test_a_specification_is_made_of_packages_and_written_as_a_conda_file(tmp_path):
    made = CondaDependencies.create(
        conda_packages=["scikit-learn=1.5"], pip_packages=["pillow==9.0"], python_version="3.10"
    )
    made.add_channel("pytorch")
    made.add_conda_package("pytorch::pytorch")
    made.add_pip_package("azureml-sdk[automl]")
    made.set_pip_option("--extra-index-url https://host/simple")
    content = yaml.safe_load(made.serialize_to_string())
    assert content["channels"] == ["conda-forge", "pytorch"]
    assert content["dependencies"][0] == "python=3.10"
    assert [entry for entry in content["dependencies"] if isinstance(entry, str)] == list(made.conda_packages)
    assert list(made.pip_packages) == ["pillow==9.0", "azureml-sdk[automl]"]
    assert list(made.pip_options) == ["--extra-index-url https://host/simple"]
    name = made.save_to_file(base_directory=str(tmp_path), conda_file_path="my/env.yml")
    assert name == "my/env.yml"
    assert CondaDependencies(tmp_path / name) == made
    assert CondaDependencies(conda_dependencies_file_path=str(tmp_path / name)).as_dict() == made.as_dict()


def test_a_package_that_is_added_again_replaces_the_former_entry():
    made = CondaDependencies.create(pip_packages=["numpy==1.0", "Some_Name>=1"], conda_packages=["scipy"])
    made.add_pip_package("numpy>=2")
    made.add_pip_package("some-name")
    made.add_conda_package("conda-forge::scipy=1.1")
    assert list(made.pip_packages) == ["numpy>=2", "some-name"]
    assert "conda-forge::scipy=1.1" in list(made.conda_packages)
    assert "scipy" not in list(made.conda_packages)
    made.remove_pip_package("NumPy")
    made.remove_conda_package("scipy")
    assert (list(made.pip_packages), list(made.conda_packages)) == (["some-name"], [])


def test_the_version_of_python_is_open_until_it_is_set():
    made = CondaDependencies()
    assert made.get_python_version() is None
    made.set_python_version("3.8")
    made.set_python_version(">=3.9,<3.11")
    assert (made.get_python_version(), list(made.conda_packages)) == (">=3.9,<3.11", ["python>=3.9,<3.11"])


def test_what_is_returned_cannot_change_the_specification():
    made = CondaDependencies.create(pip_packages=["a"])
    made.as_dict()["dependencies"].clear()
    assert list(made.pip_packages) == ["a"]


def test_files_beside_the_specification_are_read_in(tmp_path):
    (tmp_path / "wheel").mkdir()
    (tmp_path / "more.txt").write_text("b==1  # why\n\n# only this\nc \\\n  >= 2\n-r deep/more.txt\n")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "more.txt").write_text("./local\n-f ../wheel\n")
    path = tmp_path / "env.yml"
    path.write_text(
        "dependencies:\n- pip:\n  - a\n  - -r more.txt\n  - -r https://host/x.txt [--no-deps]\n- numpy 1.19.*\n"
    )
    read = CondaDependencies(path)
    local = str(tmp_path / "deep" / "local")
    assert list(read.pip_packages) == ["a", "b==1", "c >= 2", local]
    assert list(read.pip_options) == [f"-f {tmp_path / 'wheel'}", "-r https://host/x.txt [--no-deps]"]
    assert list(read.conda_packages) == ["numpy 1.19.*"]


@pytest.mark.parametrize(
    "text", ["- a\n", "dependencies: numpy\n", "dependencies:\n- pip: numpy\n", "dependencies:\n- npm:\n  - x\n"]
)
def test_what_is_no_specification_is_refused_by_name(tmp_path, text):
    path = tmp_path / "env.yml"
    path.write_text(text)
    with pytest.raises(RunConfigurationException, match=r"env.yml: not a conda specification"):
        CondaDependencies(path)


def test_a_file_that_is_not_there_or_includes_itself_is_refused(tmp_path):
    with pytest.raises(UserErrorException, match=r"none.yml: No such file"):
        CondaDependencies(tmp_path / "none.yml")
    (tmp_path / "a.txt").write_text("-r b.txt\n")
    (tmp_path / "b.txt").write_text("-r a.txt\n")
    (tmp_path / "env.yml").write_text("dependencies:\n- pip:\n  - -r a.txt\n")
    with pytest.raises(UserErrorException, match="includes itself"):
        CondaDependencies(tmp_path / "env.yml")


def test_a_package_without_a_name_is_refused():
    for package in (None, "", ["a"]):
        with pytest.raises(RunConfigurationException, match="give its name as text"):
            CondaDependencies().add_pip_package(package)
