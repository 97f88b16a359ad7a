"""Log-ins, telemetry, the diagnostic log, run states, functions of the first releases."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from runstore import Workspace
from runstore.records import status
from runstore.stand_ins import authentication, compute_target
from runstore.stand_ins.diagnostics import diagnostic_log, set_diagnostics_collection
from runstore.stand_ins.resources import ResourceConfiguration
from runstore.stand_ins.run_status import RunStatus


def test_log_ins_are_taken_and_forgotten() -> None:
    login = authentication.ServicePrincipalAuthentication(
        tenant_id="t", service_principal_id="i", service_principal_password="pass word"
    )
    assert "pass word" not in repr(vars(login))
    assert Workspace.from_config(auth=login).name
    assert authentication.InteractiveLoginAuthentication(force=True).get_authentication_header() == {}


def test_telemetry_is_off_whatever_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    set_diagnostics_collection(send_diagnostics=True)
    assert "No data leaves this machine" in capsys.readouterr().out


def test_the_diagnostic_log_is_a_file_and_leaves_loggers_as_they_were(tmp_path: Path) -> None:
    logger = logging.getLogger("azureml")
    before = (logger.level, list(logger.handlers))
    with diagnostic_log(str(tmp_path / "deep" / "log.txt")):
        logger.debug("seen")
    logger.debug("not seen")
    assert (logger.level, list(logger.handlers)) == before
    text = (tmp_path / "deep" / "log.txt").read_text()
    assert "DEBUG azureml: seen" in text
    assert "not seen" not in text


def test_the_states_are_those_of_the_records() -> None:
    assert set(RunStatus.list()) == {
        value for name, value in vars(status).items() if isinstance(value, str) and name.isupper()
    }
    assert set(RunStatus.get_post_processing_statuses()) == {"CancelRequested", "Finalizing"}
    ends = {"Completed", "Failed", "Canceled"}
    assert set(RunStatus.get_running_statuses()) == set(RunStatus.list()) - {"CancelRequested", "Finalizing"} - ends


def test_the_first_releases(tmp_path: Path) -> None:
    assert compute_target.is_compute_target_prepared(None, tmp_path, None) is True
    assert ResourceConfiguration(cpu=1, memory_in_gb=0.5).serialize() == {"cpu": 1, "memoryInGB": 0.5, "gpu": None}
