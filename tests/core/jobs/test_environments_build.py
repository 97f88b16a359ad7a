"""Managed environments built with packages of a local folder: once, kept by content, cleared when they fail."""

import glob
import json
import os
import pwd
import re
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from runstore import CondaDependencies, Environment, ScriptRunConfig
from runstore.exceptions import RunConfigurationException
from runstore.jobs.config.definition import to_definition
from runstore.jobs.environments.kept import facts_of
from runstore.jobs.environments.kept import kept as environment_kept
from runstore.jobs.environments.preparation import prepare
from tests.core.jobs.quick_python import quick_python
from tests.core.jobs.wheels import make_wheel


@pytest.fixture
def wheels(tmp_path, monkeypatch):
    """The only packages that pip knows of."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "0")
    return str(folder)


def definition_of(**packages):
    environment = Environment("packed")
    environment.python.conda_dependencies = CondaDependencies.create(**packages)
    definition = to_definition(ScriptRunConfig(".", "train.py", environment=environment))
    definition["environment"]["python"]["interpreterPath"] = quick_python()  # as if that had submitted
    return definition


def version_of(python, module):
    command = [python, "-c", f"import {module}, sys; print({module}.VERSION, *sys.version_info[:2])"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def kept(root):
    return sorted(os.path.dirname(path) for path in glob.glob(f"{root}/.runstore/environments/*/environment.json"))


CODE = """
import json, os, sys
from runstore.jobs.environments.preparation import prepare
definition = json.loads(sys.argv[1])
print(prepare(definition, sys.argv[2], lambda line: print("SAID", line, flush=True)))
"""


def preparing(definition, root):
    """A process that prepares, as the supervisor of a run does."""
    command = [sys.executable, "-c", CODE, json.dumps(definition), root]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_submitted_script_finds_its_packages_and_the_next_one_waits_for_nothing(submitter, wheels):
    make_wheel(wheels, "parrot", requires="perch")
    make_wheel(wheels, "perch", "2.5")
    environment = Environment("packed")
    environment.python.conda_dependencies = CondaDependencies.create(pip_packages=["azureml-defaults", "parrot"])
    script = """
        import os, subprocess, sys, parrot, perch
        from azureml.core import Run
        Run.get_context().log("versions", parrot.VERSION + " " + perch.VERSION)
        print(sys.prefix, os.environ["VIRTUAL_ENV"], subprocess.check_output(["pip", "--version"], text=True))
    """
    run = submitter.submit(textwrap.dedent(script), environment=environment)
    details = run.wait_for_completion()
    assert details["status"] == "Completed", run.get_details_with_logs()["logFiles"]
    assert run.get_metrics() == {"versions": "1.0 2.5"}
    [folder] = kept(submitter.root)
    log = run.get_details_with_logs()["logFiles"]
    assert log["user_logs/std_log.txt"].count(folder) == 3
    system = log["system_logs/system.txt"]
    assert "building the environment packed with Python" in system
    assert "Successfully installed parrot-1.0 perch-2.5" in system
    assert details.get("warnings", []) == []
    with open(os.path.join(folder, "environment.json"), encoding="utf-8") as file:
        assert json.load(file)["packages"][:2] == ["parrot==1.0", "perch==2.5"]
    said = []
    definition = to_definition(ScriptRunConfig(".", "train.py", environment=environment))
    began = time.monotonic()
    assert prepare(definition, submitter.root, said.append) == os.path.join(folder, "bin", "python")
    assert (said, time.monotonic() - began < 5) == ([], True)


def test_many_who_want_the_same_at_once_build_it_once(tmp_path, wheels):
    make_wheel(wheels, "parrot")
    root = str(tmp_path / "store")
    processes = [preparing(definition_of(pip_packages=["parrot"]), root) for _ in range(3)]
    outputs = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len({output.splitlines()[-1] for output in outputs}) == 1
    assert "".join(outputs).count("SAID building the environment") == 1
    assert len(kept(root)) == 1


def test_a_build_that_was_killed_is_begun_again(tmp_path, wheels):
    make_wheel(wheels, "parrot")
    root = str(tmp_path / "store")
    definition = definition_of(pip_packages=["parrot"])
    process = preparing(definition, root)
    deadline = time.monotonic() + 60
    while not glob.glob(f"{root}/.runstore/environments/*/pyvenv.cfg") and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert kept(root) == []
    python = prepare(definition, root, lambda line: None)
    assert version_of(python, "parrot")[0] == "1.0"


def test_a_package_that_is_not_to_be_had_is_named_and_tried_again_the_next_time(tmp_path, wheels):
    make_wheel(wheels, "parrot")
    root = str(tmp_path / "store")
    definition = definition_of(pip_packages=["parrot", "absent"])
    with pytest.raises(RunConfigurationException) as error:
        prepare(definition, root, lambda line: None)
    assert "the environment packed cannot be built" in error.value.message
    assert "No matching distribution found for absent" in error.value.message
    assert "user_managed_dependencies" in error.value.message
    assert [name for name in os.listdir(f"{root}/.runstore/environments") if not name.endswith(".lock")] == []
    make_wheel(wheels, "absent")
    assert version_of(prepare(definition, root, lambda line: None), "absent")[0] == "1.0"


def test_versions_and_packages_that_cannot_be_had_are_replaced_with_a_warning(tmp_path, wheels, monkeypatch):
    make_wheel(wheels, "parrot", "1.0", tag="cp36-none-any")
    for version in ("2.0", "2.0.3", "2.1", "3.0"):
        make_wheel(wheels, "parrot", version)
    for version in ("1.0", "2.0"):
        make_wheel(wheels, "perch", version)
    root = str(tmp_path / "store")
    asked = "{}.{}".format(*sys.version_info[:2])
    definition = definition_of(
        python_version=asked, pip_packages=["parrot==1.0", "perch==1.0"], conda_packages=["quartz"]
    )
    warned = []
    python = prepare(definition, root, lambda line: None, warned.append)
    assert (version_of(python, "parrot")[0], version_of(python, "perch")[0]) == ("2.0.3", "1.0")
    assert [text for text in warned if re.match(r"parrot==1.0 cannot be had for Python 3.*: 2.0.3 is used", text)]
    assert [text for text in warned if "quartz is not known to pip: it is left out" in text]
    again = []
    assert prepare(definition, root, lambda line: None, again.append) == python
    assert again == warned
    monkeypatch.setenv("RUNSTORE_STRICT", "1")
    with pytest.raises(RunConfigurationException, match=r"parrot==1.0 .* RUNSTORE_STRICT"):
        prepare(definition, root, lambda line: None)


def other_python():
    """The folder of a Python older than this one, or None."""
    home = pwd.getpwuid(os.getuid()).pw_dir
    for minor in range(sys.version_info[1] - 1, 7, -1):
        for pattern in (f"{home}/.pyenv/versions/*/bin/python3.{minor}", f"/usr/bin/python3.{minor}"):
            for path in glob.glob(pattern):
                if subprocess.run([path, "-c", "import ensurepip"], capture_output=True, check=False).returncode == 0:
                    return os.path.dirname(path), f"3.{minor}"
    return None


def test_an_older_python_is_taken_for_old_versions(tmp_path, wheels, monkeypatch):
    found = other_python()
    if found is None:
        pytest.skip("needs a second Python")
    folder, version = found
    make_wheel(wheels, "parrot", "1.0", tag=f"cp{version.replace('.', '')}-none-any")
    make_wheel(wheels, "parrot", "2.0")
    monkeypatch.setenv("PATH", folder + os.pathsep + os.environ["PATH"])
    warned = []
    python = prepare(definition_of(pip_packages=["parrot==1.0"]), str(tmp_path / "store"), print, warned.append)
    assert version_of(python, "parrot") == ["1.0", *version.split(".")]
    assert [text for text in warned if f"Python {version}" in text and "parrot==1.0" in text]


def test_a_python_that_is_not_here_is_replaced_by_the_nearest_with_a_warning(tmp_path, wheels):
    make_wheel(wheels, "parrot")
    warned = []
    definition = definition_of(python_version="3.99", pip_packages=["parrot"])
    python = prepare(definition, str(tmp_path / "store"), lambda line: None, warned.append)
    assert version_of(python, "parrot")[0] == "1.0"
    assert [text for text in warned if text.startswith("Python 3.99 is not to be had here: Python 3.")]


@pytest.mark.parametrize(
    ("asked", "packages", "version"),
    [
        ("3.6.2", ["numpy", "perch"], "1.23.5"),
        ("3.6.2", ["quail"], "2.0"),
        (None, ["perch"], "2.0"),
    ],
)
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="needs a Python for which that NumPy was built")
def test_an_old_python_that_is_asked_for_means_the_numpy_of_its_time(
    tmp_path, wheels, monkeypatch, asked, packages, version
):
    make_wheel(wheels, "numpy", "1.23.5")
    make_wheel(wheels, "numpy", "2.0")
    make_wheel(wheels, "perch", requires="numpy")
    make_wheel(wheels, "quail", requires="numpy>=2")
    monkeypatch.setattr("runstore.jobs.environments.choice.installed", list)
    definition = definition_of(python_version=asked, pip_packages=packages)
    assert version_of(prepare(definition, str(tmp_path / "store"), print), "numpy")[0] == version


@pytest.mark.parametrize(
    ("script", "packages", "version"),
    [
        ("import numpy as np\nprint(np.float(1))\n", ["perch"], "1.23.5"),
        ("import numpy as np\nprint(np.float64(1), np.int_(2))\n", ["perch"], "2.0"),
        ("import numpy as np\nprint(np.float(1))\n", ["perch", "numpy>=1.24"], "2.0"),
    ],
)
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="needs a Python for which that NumPy was built")
def test_a_script_that_uses_what_numpy_took_away_gets_the_numpy_of_its_time(
    tmp_path, wheels, script, packages, version
):
    make_wheel(wheels, "numpy", "1.23.5")
    make_wheel(wheels, "numpy", "2.0")
    make_wheel(wheels, "perch", requires="numpy")
    (tmp_path / "scripts" / "lib").mkdir(parents=True)
    (tmp_path / "scripts" / "lib" / "train.py").write_text(script)
    definition = definition_of(pip_packages=packages)
    python = prepare(definition, str(tmp_path / "store"), print, scripts=str(tmp_path / "scripts"))
    assert version_of(python, "numpy")[0] == version


def test_pandas_is_there_where_a_script_imports_it(tmp_path, wheels):
    make_wheel(wheels, "perch")
    make_wheel(wheels, "pandas", "2.0")
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "train.py").write_text("# import pandas\n")
    without = prepare(definition_of(pip_packages=["perch"]), str(tmp_path / "store"), print, scripts=str(scripts))
    (scripts / "train.py").write_text("import pandas as pd\n")
    python = prepare(definition_of(pip_packages=["perch"]), str(tmp_path / "store"), print, scripts=str(scripts))
    assert version_of(python, "pandas")[0] == "2.0"
    assert subprocess.run([without, "-c", "import pandas"], capture_output=True, check=False).returncode != 0


def test_passwords_in_addresses_are_not_recorded_of_a_kept_environment(tmp_path):
    facts = {
        "requirements": ["parrot @ https://me:hush@localhost/parrot.whl", "perch"],
        "conda": {"channels": ["https://me:hush@localhost/x"], "dependencies": ["pip", {"pip": ["perch"]}]},
    }

    def build(folder):
        os.mkdir(folder)
        return facts

    found = facts_of(environment_kept(str(tmp_path), "key", build, print))
    assert found["requirements"] == ["parrot @ https://***@localhost/parrot.whl", "perch"]
    assert found["conda"] == {"channels": ["https://***@localhost/x"], "dependencies": ["pip", {"pip": ["perch"]}]}


def test_passwords_of_an_index_stay_out_of_what_is_said(tmp_path, wheels):
    said = []
    packages = ["parrot", "-f https://me:hush@localhost:9/x"]
    definition = definition_of(pip_packages=packages)
    with pytest.raises(RunConfigurationException) as error:
        prepare(definition, str(tmp_path / "store"), said.append)
    assert "hush" not in "\n".join(said) + error.value.message
