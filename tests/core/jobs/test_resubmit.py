"""A submitted run is submitted anew: same source, same definition, other arguments where they are given."""

from __future__ import annotations

import os

import pytest

from runstore.exceptions import ExperimentExecutionException, UserErrorException
from runstore.jobs.config.conda_dependencies import CondaDependencies
from runstore.jobs.config.environment import Environment
from runstore.jobs.submit.submission import resubmit
from tests.core.jobs.submitting import Submitter, console, ended, manifest_of

CODE = "import os, sys; print(sys.argv[1:], os.environ.get('MODE'), open('data.txt').read())"


def submitted(submitter: Submitter, arguments, **more):
    submitter.file("data.txt", "first")
    run = submitter.submit(CODE, arguments, **more)
    ended(run)
    return run


def again(submitter: Submitter, run, *arguments):
    new = resubmit(run._folder, *arguments)
    submitter.runs.append(new)
    assert ended(new)["status"] == "Completed", console(new, "")
    return new


def test_the_source_is_that_of_the_first_time(submitter: Submitter) -> None:
    run = submitted(submitter, ["--lr", 0.1], tags={"who": "me"})
    submitter.file("data.txt", "changed since")
    new = again(submitter, run)
    assert console(new, ".out") == "['--lr', '0.1'] None first\n"
    manifest = manifest_of(new)
    assert manifest["snapshot"] == manifest_of(run)["snapshot"]
    assert manifest["tags"] == {"who": "me"}
    assert manifest["properties"]["runstore.resubmitted_from"] == run.id
    assert new.id != run.id
    assert new.experiment.name == "demo"


def test_other_arguments_can_be_given(submitter: Submitter) -> None:
    new = again(submitter, submitted(submitter, ["--lr", 0.1]), ["--lr", 0.5, "--fast"])
    assert console(new, ".out").startswith("['--lr', '0.5', '--fast']")
    assert manifest_of(new)["params"] == {"lr": 0.5, "fast": True}


def test_a_secret_argument_must_be_given_anew(submitter: Submitter) -> None:
    run = submitted(submitter, ["--api-key", "hush"])
    with pytest.raises(UserErrorException, match="secret"):
        resubmit(run._folder)
    new = again(submitter, run, ["--api-key", "hush2"])
    assert "hush2" in console(new, ".out")
    assert manifest_of(new)["definition"]["arguments"] == ["--api-key", "***"]


def test_a_command_for_the_shell_with_a_secret_must_be_submitted_anew(submitter: Submitter) -> None:
    submitter.file("data.txt", "")
    run = submitter.submit(command="echo --api-key hush")
    ended(run)
    with pytest.raises(UserErrorException, match="submit the command anew"):
        resubmit(run._folder)
    plain = submitter.submit(command="echo --key-frames   3")
    ended(plain)
    new = again(submitter, plain)
    assert console(new, ".out") == "--key-frames 3\n"


def test_packages_at_an_address_whose_password_is_not_recorded_are_refused(submitter, monkeypatch) -> None:
    environment = Environment("private")
    environment.python.conda_dependencies = CondaDependencies.create(
        pip_packages=["mine @ https://me:hush@host/mine-1.0-py3-none-any.whl"]
    )
    monkeypatch.setenv("RUNSTORE_ENVIRONMENT", "current")
    run = submitted(submitter, [], environment=environment)
    again(submitter, run)
    monkeypatch.delenv("RUNSTORE_ENVIRONMENT")
    words = r"environment private takes packages .* not recorded \(mine @ https://\*\*\*@host/.*submit again from the"
    with pytest.raises(UserErrorException, match=words):
        resubmit(run._folder)
    with pytest.raises(UserErrorException, match=words):
        submitter.submit(CODE, environment=run.get_environment())
    assert len(list(submitter.experiment.get_runs())) == 2


def test_variables_come_from_here_and_those_that_do_not_are_named(submitter: Submitter, monkeypatch) -> None:
    environment = Environment("mine")
    environment.python.user_managed_dependencies = True
    environment.environment_variables = {"MODE": "one", "OTHER": "two"}
    run = submitted(submitter, [], environment=environment)
    monkeypatch.setenv("MODE", "here")
    new = again(submitter, run)
    assert " here " in console(new, ".out")
    (warning,) = manifest_of(new)["warnings"]
    assert "OTHER" in warning
    assert "MODE" not in warning


def test_a_run_that_was_not_submitted_is_refused(submitter: Submitter) -> None:
    with submitter.experiment.start_logging(outputs=False, snapshot_directory=None) as run:
        pass
    with pytest.raises(ExperimentExecutionException, match="was not submitted"):
        resubmit(run._folder)
    with pytest.raises(ExperimentExecutionException, match="cannot read"):
        resubmit(os.path.join(submitter.root, "demo", "absent"))
