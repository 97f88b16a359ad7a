"""Compute targets that stand for this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from runstore import Workspace
from runstore.exceptions import RunConfigurationException
from runstore.stand_ins.compute import AmlCompute, ComputeInstance, ComputeTarget, RemoteCompute


def test_a_cluster_is_made_found_and_deleted(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    config = AmlCompute.provisioning_configuration(
        vm_size="STANDARD_D2_V2", max_nodes=4, idle_seconds_before_scaledown=9
    )
    target = ComputeTarget.create(workspace, "made-cluster", config)
    target.wait_for_completion(show_output=True, min_node_count=None, timeout_in_minutes=20)
    captured = capsys.readouterr()
    assert captured.out.startswith("Succeeded")
    assert captured.err == (
        "runstore: compute target 'made-cluster' stands for this machine: what is submitted to it runs here\n"
    )
    assert type(workspace.compute_targets["made-cluster"]) is AmlCompute
    assert target.get_status().serialize()["allocationState"] == "Steady"
    assert (target.vm_size, target.type, target.provisioning_state) == ("STANDARD_D2_V2", "AmlCompute", "Succeeded")

    ComputeTarget.create(workspace, "desk", ComputeInstance.provisioning_configuration(vm_size="s"))
    assert type(ComputeTarget(workspace, "desk")) is ComputeInstance
    assert [each.name for each in AmlCompute.list(workspace)] == ["made-cluster"]
    assert sorted(workspace.compute_targets) == ["desk", "made-cluster"]
    target.delete()
    assert sorted(workspace.compute_targets) == ["desk"]


def test_any_name_is_there(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert isinstance(ComputeTarget(workspace=workspace, name="gpu-cluster"), AmlCompute)
    assert capsys.readouterr().err == ""  # the run that is submitted to it will say so
    assert "gpu-cluster" not in workspace.compute_targets
    assert workspace.compute_targets["gpu-cluster"].name == "gpu-cluster"


def test_settings_that_are_none_are_as_if_there_were_none(workspace: Workspace) -> None:
    ComputeTarget.create(workspace, "cluster", AmlCompute.provisioning_configuration("Standard_D2"))
    Path(workspace.root, ".runstore", "compute", "cluster.json").write_text('{"kind": ["AmlCompute"], "settings": 4}')
    assert ComputeTarget(workspace, "cluster").vm_size is None
    assert [target.serialize()["vmSize"] for target in ComputeTarget.list(workspace)] == [None]


def test_strict_refuses(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNSTORE_STRICT", "1")
    with pytest.raises(RunConfigurationException, match="RUNSTORE_STRICT=1"):
        ComputeTarget(workspace, "gpu-cluster")


def test_passwords_are_not_kept(workspace: Workspace) -> None:
    settings = RemoteCompute.attach_configuration(address="box", username="me", password="hush", ssh_port=22)
    target = RemoteCompute.attach(workspace, "box", settings)
    target.update(admin_user_password="hush", description="mine")
    kept = [path.read_text() for path in Path(workspace.root, ".runstore", "compute").iterdir()]
    assert len(kept) == 1
    assert "hush" not in kept[0]
    assert "mine" in kept[0]
