"""Which interpreter a run gets, where nothing has to be built."""

import json
import os
import sys

import pytest

from runstore import CondaDependencies, Environment, ScriptRunConfig
from runstore.exceptions import RunConfigurationException
from runstore.jobs.config.definition import to_definition
from runstore.jobs.environments.interpreters import Interpreter
from runstore.jobs.environments.pins import nearest_series, of_their_time, pins
from runstore.jobs.environments.preparation import prepare
from runstore.jobs.environments.python_versions import allows, is_of_the_past, nearest, parse
from runstore.jobs.environments.specification import specification_of


class Choice:
    """`prepare` called, with what it said."""

    def __init__(self, root):
        self.root = root
        self.said = []
        self.warned = []

    def prepare(self, environment):
        definition = to_definition(ScriptRunConfig(".", "train.py", environment=environment))
        return prepare(definition, self.root, self.said.append, self.warned.append)


@pytest.fixture
def choice(tmp_path):
    return Choice(str(tmp_path / "store"))


def user_managed(path=None):
    environment = Environment("mine")
    environment.python.user_managed_dependencies = True
    if path is not None:
        environment.python.interpreter_path = str(path)
    return environment


def managed(**packages):
    environment = Environment("managed")
    environment.python.conda_dependencies = CondaDependencies.create(**packages)
    return environment


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("asked", "version", "fits"),
    [
        ("3.8", "3.8.18", True),
        ("3.8.13", "3.8.18", True),
        ("==3.9.*", "3.9.1", True),
        ("3.1", "3.11.7", False),
        ("3.10", "3.11.7", False),
        (">=3.10,<3.11", "3.10.13", True),
        (">=3.10,<3.11", "3.11.0", False),
        (">= 3.7.0, < 3.11", "3.8.0", True),
        ("<=3.8", "3.8.18", True),
        (">3.8", "3.8.18", False),
        (">3.8", "3.9.0", True),
        ("!=3.9", "3.9.4", False),
        ("~=3.8", "3.12.1", True),
        ("3.6|3.7", "3.6.1", True),
    ],
)
def test_versions_of_python_that_are_allowed(asked, version, fits):
    assert allows(asked, parse(version)) is fits


@pytest.mark.parametrize(
    ("asked", "past"),
    [("3.6.2", True), ("3.8", True), (">=3.6,<3.8", True), (">=3.6", False), ("3.9", False), (None, False)],
)
def test_versions_of_python_that_mean_old_packages(asked, past):
    assert is_of_the_past(asked) is past


def test_the_nearest_python_is_the_next_newer_one_else_the_newest():
    versions = [parse(text) for text in ("3.8.18", "3.11.7", "3.13.0")]
    assert nearest("3.6.2", versions) == (3, 8, 18)
    assert nearest("3.9", versions) == (3, 11, 7)
    assert nearest("3.14", versions) == (3, 13, 0)
    assert nearest(">=3.9,<3.11", versions) == (3, 11, 7)


@pytest.mark.parametrize(
    ("entry", "requirement"),
    [
        ("numpy", "numpy"),
        ("numpy=1.19", "numpy==1.19.*"),
        ("numpy==1.19.5", "numpy==1.19.5"),
        ("numpy 1.19.*", "numpy==1.19.*"),
        ("numpy=1.19.5=py38h14a1a5c_0", "numpy==1.19.5.*"),
        ("numpy==1.19.5=py38_0", "numpy==1.19.5"),
        ("numpy>=1.21.6,<=1.23.5", "numpy>=1.21.6,<=1.23.5"),
        ("PyJWT < 2.0.0", "pyjwt<2.0.0"),
        ("pytorch::pytorch=1.11.0", "torch==1.11.0.*"),
        ("opencv", "opencv-python-headless"),
        ("numpy=1.8|1.9", "numpy"),
    ],
)
def test_conda_packages_in_the_words_of_pip(entry, requirement):
    assert specification_of({"dependencies": [entry]}).requirements == [requirement]


@pytest.mark.parametrize(
    ("entry", "version"),
    [
        ("python=3.7.6=h0371630_2", "3.7.6"),
        ("python==3.9.7=0_73_pypy", "3.9.7"),
        ("python 3.10.2 h543edf9_0_cpython", "3.10.2"),
        ("conda-forge::python=3.8.*=*_cpython", "3.8.*"),
        ("python >=3.6, <3.8", ">=3.6, <3.8"),
    ],
)
def test_the_version_of_python_is_asked_for_without_its_build(entry, version):
    found = specification_of({"dependencies": [entry]})
    assert found.python == version
    assert not allows(found.python, parse("3.14.0"))


def test_what_is_not_installed_by_pip():
    found = specification_of(
        {
            "dependencies": [
                "python=3.9",
                "pip=20.2.4",
                "cudatoolkit=10.1",
                "r-base",
                "librosa",
                "scipy",
                {
                    "pip": [
                        "azureml-sdk[automl]",
                        "azureml-dataset-runtime[pandas,fuse]",
                        "azureml-mlflow",
                        "scipy==1.1",
                    ]
                },
            ]
        }
    )
    assert found.python == "3.9"
    assert found.without == ["cudatoolkit=10.1", "r-base"]
    assert found.requirements == ["scipy==1.1", "librosa", "pandas", "mlflow-skinny"]
    assert not [entry for entry in found.conda["dependencies"][-1]["pip"] if "azureml" in entry]
    assert specification_of({"dependencies": ["python=3.9", "pip", {"pip": ["azureml-defaults"]}]}).is_empty


def test_numpy_is_of_the_time_unless_it_is_named_with_a_version():
    python = Interpreter("python", (3, 8, 18), "/")
    assert of_their_time(["a==1"], python) == of_their_time(["numpy"], python) == ["numpy<1.24", "pyarrow<18"]
    assert of_their_time(["numpy>=1.24"], python) == []
    assert of_their_time(["a==1"], Interpreter("python", (3, 12, 1), "/")) == []


def test_requirements_that_newer_versions_do_not_meet():
    bounded = ["a==1.0", "b[x]==1.0.*", "c<=2", "d<2,>1", "e~=1.4.2", "f===1; python_version>'3'"]
    open_ended = ["a", "b>=1", "c>1,!=2", "d @ https://host/d.whl", "/some/path", "-e .", "https://host/a==1.zip"]
    assert pins([*open_ended, *bounded]) == bounded


def test_the_nearest_version_is_the_next_newer_one():
    versions = ["0.9", "1.1.3", "1.2.0rc1", "1.2.0", "1.2.2.post1", "1.10.0", "2.0.0a1"]
    assert nearest_series("0.22.1", versions) == "1.1"
    assert nearest_series("1.1.4", versions) == "1.2"
    assert nearest_series("1.3", versions) == "1.10"
    assert nearest_series("2", versions) is None


def test_the_current_interpreter_is_used_as_it_is(choice):
    assert choice.prepare(user_managed()) == sys.executable
    assert choice.warned == []


def test_nothing_is_built_for_an_environment_without_packages(choice):
    here = "{}.{}".format(*sys.version_info[:2])
    for environment in (Environment("e"), managed(), managed(pip_packages=["azureml-sdk"], python_version=here)):
        assert choice.prepare(environment) == sys.executable
    assert choice.warned == []
    assert not os.path.exists(choice.root)


def test_an_interpreter_that_cannot_be_used_is_named_with_what_is_wrong(choice, tmp_path):
    plain = tmp_path / "plain"
    plain.write_text("no program")
    broken = program(tmp_path / "broken", "#!/bin/sh\necho 'cannot start: no library' >&2\nexit 3\n")
    silent = program(tmp_path / "silent", "#!/bin/sh\nexit 0\n")
    for path, words in (
        (tmp_path / "none", "there is no Python at .*/none: set environment.python.interpreter_path"),
        (plain, "plain is no program"),
        (tmp_path, "is no program"),
        (broken, "broken does not work as a Python: cannot start: no library"),
        (silent, "silent does not work as a Python"),
        ("no-such-python", "there is no program no-such-python on PATH"),
    ):
        with pytest.raises(RunConfigurationException, match=words):
            choice.prepare(user_managed(path))


def test_a_python_that_is_too_old_to_log_runs_with_a_warning(choice, tmp_path):
    old = program(tmp_path / "python", "#!/bin/sh\necho '[[2, 7, 18], \"/usr\"]'\n")
    assert choice.prepare(user_managed(old)) == str(old)
    assert [text for text in choice.warned if "Python 2.7.18" in text and "azureml in it fails" in text]


def test_the_environment_of_a_conda_environment_by_name(choice, home):
    python = os.path.join(home, "miniconda3", "envs", "science", "bin", "python")
    os.makedirs(os.path.dirname(python))
    os.symlink(sys.executable, python)
    environment = user_managed()
    environment.python.base_conda_environment = "science"
    assert choice.prepare(environment) == python


def test_a_setting_makes_every_environment_mean_the_current_interpreter(choice, monkeypatch):
    monkeypatch.setenv("RUNSTORE_ENVIRONMENT", "current")
    assert choice.prepare(managed(pip_packages=["no-such-package"])) == sys.executable
    assert "are not installed, as RUNSTORE_ENVIRONMENT says" in choice.warned[0]


CONDA = """#!/bin/sh
echo "$@" >> {log}
while [ $# -gt 0 ]; do
  case $1 in --prefix) prefix=$2;; --file) file=$2;; esac
  shift
done
cat $file >> {log}
{action}
"""


def conda(tmp_path, monkeypatch, action, name="micromamba"):
    log = tmp_path / "conda.log"
    path = program(tmp_path / "bin" / name, CONDA.format(log=log, action=action))
    monkeypatch.setenv("MAMBA_EXE", str(path))
    return log


def test_conda_makes_the_environment_where_it_is_installed(choice, tmp_path, monkeypatch):
    make = f"mkdir -p $prefix/bin; ln -s {sys.executable} $prefix/bin/python; echo solved"
    log = conda(tmp_path, monkeypatch, make)
    environment = managed(conda_packages=["ffmpeg", "numpy=1.19"], pip_packages=["azureml-defaults", "six"])
    python = choice.prepare(environment)
    assert choice.prepare(environment) == python
    assert python.startswith(os.path.join(choice.root, ".runstore", "environments"))
    asked = log.read_text()
    assert asked.count("create --yes --prefix") == 1
    assert "ffmpeg" in asked
    assert "numpy=1.19" in asked
    assert "azureml" not in asked
    assert "solved" in choice.said
    assert choice.warned == []
    with open(os.path.join(os.path.dirname(os.path.dirname(python)), "environment.json"), encoding="utf-8") as file:
        assert json.load(file)["conda"]["dependencies"][:2] == ["ffmpeg", "numpy=1.19"]


def test_conda_brings_a_python_that_is_not_here(choice, tmp_path, monkeypatch):
    log = conda(tmp_path, monkeypatch, f"mkdir -p $prefix/bin; ln -s {sys.executable} $prefix/bin/python")
    here = "{}.{}".format(*sys.version_info[:2])
    assert choice.prepare(managed(python_version=here)) == sys.executable
    assert not log.exists()
    assert choice.prepare(managed(python_version="3.99")).startswith(choice.root)
    assert "python=3.99" in log.read_text()


@pytest.mark.parametrize(
    ("asked", "given", "warned"),
    [
        ("python=3.6.2", "python=3.8", "Python 3.6.2 is too old to log in: conda is asked for Python 3.8"),
        ("python=3.7.6=h0371630_2", "python=3.8", "Python 3.7.6 is too old to log in"),
        ("python=2.7", "python=3.8", "Python 2.7 is too old to log in"),
        ("python>=3.6", "python>=3.6,>=3.8", None),
        ("python>=3.7.9,<3.9", "python>=3.7.9,<3.9,>=3.8", None),
        ("python=3", "python=3,>=3.8", None),
        ("python", "python>=3.8", None),
        ("ffmpeg", "python>=3.8", None),
        ("python=3.9.18=h955ad1f_0", "python=3.9.18=h955ad1f_0", None),
    ],
)
def test_conda_makes_no_python_that_is_too_old_to_log_in(choice, tmp_path, monkeypatch, asked, given, warned):
    log = conda(tmp_path, monkeypatch, f"mkdir -p $prefix/bin; ln -s {sys.executable} $prefix/bin/python")
    environment = Environment("old")
    environment.python.conda_dependencies = CondaDependencies(
        _underlying_structure={"dependencies": [asked, "numpy=1.19"]}
    )
    choice.prepare(environment)
    named = {line.strip(" -").strip('"') for line in log.read_text().splitlines() if "python" in line.split("--")[0]}
    assert named == {given}
    assert [text.split(": conda")[0] in (warned or "") for text in choice.warned] == ([True] if warned else [])


def test_conda_installs_a_wheel_of_this_machine_that_was_built_anew(choice, tmp_path, monkeypatch):
    log = conda(tmp_path, monkeypatch, f"mkdir -p $prefix/bin; ln -s {sys.executable} $prefix/bin/python")
    wheel = tmp_path / "mine-1.0-py3-none-any.whl"
    wheel.write_text("one")
    environment = managed(conda_packages=["numpy"], pip_packages=[str(wheel)])
    first = choice.prepare(environment)
    assert choice.prepare(environment) == first
    wheel.write_text("another wheel")
    assert choice.prepare(environment) != first
    assert log.read_text().count("create --yes") == 2


def test_conda_that_fails_is_said_and_refused_when_strict(choice, tmp_path, monkeypatch):
    conda(tmp_path, monkeypatch, "echo 'ERROR: nothing provides ffmpeg' >&2; exit 1", name="conda")
    monkeypatch.setenv("RUNSTORE_STRICT", "1")
    with pytest.raises(RunConfigurationException, match=r"made by pip, because conda ended .* nothing provides ffmpeg"):
        choice.prepare(managed(conda_packages=["numpy"]))
    assert os.listdir(os.path.join(choice.root, ".runstore", "environments")) == [
        name for name in os.listdir(os.path.join(choice.root, ".runstore", "environments")) if name.endswith(".lock")
    ]
