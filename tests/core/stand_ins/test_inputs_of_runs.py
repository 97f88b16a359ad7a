"""Data given to a submitted script: as its argument, and by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from runstore import Experiment, Workspace
from runstore.jobs.config import Environment, ScriptRunConfig
from runstore.jobs.submit.submission import resubmit
from runstore.stand_ins.data_output import OutputFileDatasetConfig
from runstore.stand_ins.dataset import Dataset

SCRIPT = """
import sys
from azureml.core import Dataset, Run
run = Run.get_context()
folder, table_id, made = sys.argv[1:]
assert run.output_datasets == {"made": made}
assert run.input_datasets["raw"] == folder, (run.input_datasets, folder)
assert run.input_datasets["table"].id == table_id
assert Dataset.get_by_id(run.experiment.workspace, id=table_id).to_path() == ["/a.csv"]
run.log("files", len(open(folder + "/a.csv").readlines()))
with open(run.output_datasets["made"] + "/made.txt", "w") as file:
    file.write("here")
"""


def test_a_script_finds_its_inputs(workspace: Workspace, data: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "train.py").write_text(SCRIPT)
    environment = Environment("here")
    environment.python.user_managed_dependencies = True
    files = Dataset.File.from_files(str(data))
    table = Dataset.File.from_files(str(data / "a.csv")).as_named_input("table")
    made = OutputFileDatasetConfig("made", destination=(workspace.get_default_datastore(), "made"))
    config = ScriptRunConfig(
        str(source),
        script="train.py",
        arguments=[files.as_named_input("raw").as_mount(), table, made],
        environment=environment,
    )
    run = Experiment(workspace, "inputs").submit(config)
    run.wait_for_completion(raise_on_error=True)
    assert run.get_metrics() == {"files": 3}
    assert Path(str(made), "made.txt").read_text() == "here"
    details = run.get_details()
    assert str(data) in details["runDefinition"]["arguments"]
    inputs = {each["consumptionDetails"]["inputName"]: each["dataset"] for each in details["inputDatasets"]}
    assert inputs == {"raw": {"path": str(data)}, "table": {"id": str(table)}}

    again = resubmit(str(Path(workspace.root, "inputs", run.id)))
    again.wait_for_completion(raise_on_error=True)
    assert again.get_metrics() == {"files": 3}
    assert "warnings" not in again.get_details()


@pytest.mark.parametrize("given", ["arguments", "command"])
def test_each_run_that_is_submitted_has_its_own_output(workspace: Workspace, tmp_path: Path, given: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "train.py").write_text("import sys\nopen(sys.argv[1] + '/result.txt', 'x').write(sys.argv[2])\n")
    environment = Environment("here")
    environment.python.user_managed_dependencies = True
    out = OutputFileDatasetConfig("out").register_on_complete("results")
    before = str(out)  # asked for before it is submitted, it is the output of the first run
    written = []
    for turn in ("first", "second"):
        if given == "arguments":
            config = ScriptRunConfig(str(source), "train.py", arguments=[out, turn], environment=environment)
        else:
            config = ScriptRunConfig(str(source), command=["python", "train.py", out, turn], environment=environment)
        Experiment(workspace, "outputs").submit(config).wait_for_completion(raise_on_error=True)
        assert str(out) == config.inputs()["AZUREML_OUTPUTDATASET_out"]
        written.append(Path(str(out), "result.txt"))
    assert written[0].parent == Path(before)
    assert [path.read_text() for path in written] == ["first", "second"]
    found = [Dataset.get_by_name(workspace, "results", version=version) for version in (1, 2)]
    assert [Path(each.download()[0]).read_text() for each in found] == ["first", "second"]
