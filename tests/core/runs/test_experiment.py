"""`Experiment`: lists, tags, archive, deletion, filters, and what can be submitted."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from runstore import Experiment, Workspace
from runstore.exceptions import ExperimentExecutionException, UserErrorException
from runstore.reading.catalog import Catalog, list_rows
from runstore.runs.trash import newest, restore
from runstore.writing.create import create_run


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.chdir(tmp_path)
    return Workspace(root=tmp_path / "lab")


def names(experiments: list[Experiment]) -> list[str]:
    return [experiment.name for experiment in experiments]


def test_tags_are_set_and_removed_and_others_see_them(workspace: Workspace) -> None:
    experiment = Experiment(workspace, "exp")
    experiment.set_tags({"team": "vision", "year": 2026, "draft": None})
    experiment.tag("owner", "me")
    experiment.remove_tags(["draft", "absent"])
    assert workspace.experiments["exp"].tags == {"team": "vision", "year": "2026", "owner": "me"}
    assert experiment.tags == {"team": "vision", "year": "2026", "owner": "me"}


def test_a_change_keeps_what_it_does_not_know(workspace: Workspace) -> None:
    experiment = Experiment(workspace, "exp")
    file = Path(workspace.root, "exp", ".experiment.json")
    file.write_text(json.dumps({**json.loads(file.read_text()), "colour": "red"}))
    experiment.tag("a", "b")
    content = json.loads(file.read_text())
    assert (content["colour"], content["name"], content["tags"]) == ("red", "exp", {"a": "b"})


def test_no_tag_of_several_processes_is_lost(workspace: Workspace) -> None:
    code = """
        import sys
        from runstore import Experiment, Workspace
        experiment = Experiment(Workspace(root=sys.argv[1]), "exp")
        for number in range(50):
            experiment.tag("{}-{}".format(sys.argv[2], number), "x")
    """
    Experiment(workspace, "exp")
    scripts = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), workspace.root, str(which)])
        for which in range(3)
    ]
    assert [script.wait(60) for script in scripts] == [0, 0, 0]
    assert len(Experiment(workspace, "exp").tags) == 150


def test_archived_experiments_are_listed_only_when_asked_for(workspace: Workspace) -> None:
    old, new = Experiment(workspace, "old"), Experiment(workspace, "new")
    old.archive()
    assert old.archived_time is not None
    assert abs(old.archived_time - datetime.datetime.now(datetime.UTC)) < datetime.timedelta(minutes=1)
    assert new.archived_time is None
    Path(workspace.root, "old", ".experiment.json").write_text('{"name":"old","archived":1e300}')
    assert old.archived_time is not None
    assert names(Experiment.list(workspace)) == list(workspace.experiments) == ["new"]
    assert names(Experiment.list(workspace, view_type="ArchivedOnly")) == ["old"]
    assert names(Experiment.list(workspace, view_type="All")) == ["new", "old"]
    assert names(Experiment.list(workspace, "old")) == []
    with pytest.raises(UserErrorException, match="ActiveOnly, ArchivedOnly or All"):
        Experiment.list(workspace, view_type="Some")
    old.reactivate()
    assert names(Experiment.list(workspace)) == ["new", "old"]
    with pytest.raises(UserErrorException, match="renamed"):
        old.reactivate("other")


def test_the_list_is_filtered_by_name_and_tags(workspace: Workspace) -> None:
    for name, tags in (("a", {"kind": "x"}), ("b", {"kind": "y"}), ("c", {})):
        Experiment(workspace, name).set_tags(tags)
    assert names(Experiment.list(workspace, tags="kind")) == ["a", "b"]
    assert names(Experiment.list(workspace, tags={"kind": "y"})) == ["b"]
    assert names(Experiment.list(workspace, experiment_name="c")) == ["c"]


def test_only_an_empty_experiment_is_deleted_unless_its_runs_go_too(workspace: Workspace) -> None:
    empty, full = Experiment(workspace, "empty"), Experiment(workspace, "full")
    full.start_logging(run_id="run", outputs=False, snapshot_directory=None).complete()
    Experiment.delete(workspace, empty.id)
    with pytest.raises(UserErrorException, match="full has 1 run and was not deleted"):
        Experiment.delete(workspace, full.id)
    assert list(workspace.experiments) == ["full"]
    Experiment.delete(workspace, "full", with_runs=True)
    assert workspace.experiments == {}
    with pytest.raises(UserErrorException, match="no experiment"):
        Experiment.delete(workspace, "full")
    with pytest.raises(UserErrorException, match="was deleted"):
        full.tag("a", "b")
    entry = newest(workspace.root)
    assert entry is not None
    restore(workspace.root, entry)
    assert workspace.get_run("run").status == "Completed"


def test_runs_of_an_archived_experiment_are_archived_in_lists(workspace: Workspace) -> None:
    for name in ("kept", "old"):
        create_run(workspace.root, Experiment(workspace, name).name, name, status="Completed")
    catalog = Catalog(workspace.root, cache=False)
    catalog.refresh()
    assert {row.id: row.archived for row in catalog.rows()} == {"kept": False, "old": False}
    old = Experiment(workspace, "old")
    old.archive()
    assert sorted(workspace.experiments) == ["kept"]
    assert {os.path.basename(key) for key in catalog.refresh([""])} == {"old"}
    assert {row.id: row.archived for row in catalog.rows()} == {"kept": False, "old": True}
    assert {row.id: row.archived for row in list_rows(workspace.root, cache=False)} == {"kept": False, "old": True}
    old.reactivate()
    catalog.refresh([""])
    assert {row.id: row.archived for row in catalog.rows()} == {"kept": False, "old": False}
    assert catalog.refresh([""]) == set()


def test_runs_are_found_by_filters_newest_first(workspace: Workspace) -> None:
    experiment = Experiment(workspace, "exp")
    for number, (kind, tags, parent) in enumerate(
        [(None, {"a": "1"}, None), ("azureml.scriptrun", {"a": "2", "b": None}, None), (None, {}, "run-0")]
    ):
        create_run(
            workspace.root, "exp", f"run-{number}", type=kind, tags=tags, parent=parent, properties={"n": str(number)}
        )

    def found(**filters: Any) -> list[str]:
        return [run.id for run in experiment.get_runs(**filters)]

    assert found() == ["run-1", "run-0"]
    assert found(include_children=True) == ["run-2", "run-1", "run-0"]
    assert found(type="azureml.scriptrun") == ["run-1"]
    assert found(tags="a") == ["run-1", "run-0"]
    assert found(tags={"a": 1}) == ["run-0"]
    assert found(tags={"b": None}) == ["run-1"]
    assert found(tags={"a": "1", "b": None}) == []
    assert found(properties={"n": "1"}) == ["run-1"]
    assert found(properties="m") == []


def test_a_damaged_run_hides_no_other(workspace: Workspace) -> None:
    create_run(workspace.root, "exp", "good", status="Completed")
    Path(create_run(workspace.root, "exp", "bad"), "run.json").write_text("{")
    assert [run.id for run in Experiment(workspace, "exp").get_runs()] == ["good"]


def test_submit_hands_over_to_the_configuration(workspace: Workspace) -> None:
    class Configuration:
        def submit_to(self, experiment: Experiment, tags: Any = None, **kwargs: Any) -> Any:
            return experiment.name, tags, kwargs

    submit: Any = Experiment(workspace, "exp").submit
    assert submit(Configuration()) == ("exp", None, {})
    assert submit(
        config=Configuration(), tags={"a": 1, "b": None}, show_output=True, run_id="me", _parent_run_id="above"
    ) == ("exp", {"a": "1", "b": None}, {"show_output": True, "run_id": "me", "parent": "above"})
    assert submit(Configuration(), credential_passthrough=False) == ("exp", None, {})
    with pytest.raises(UserErrorException, match="tags must be a dict"):
        submit(Configuration(), tags=["a"])


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("train.py", "ScriptRunConfig(source_directory='.', script='train.py')"),
        (Path("train.py"), "ScriptRunConfig(source_directory"),
        ({"script": "train.py"}, "a dict cannot be submitted; submit a ScriptRunConfig"),
        (None, "a NoneType cannot be submitted"),
        (Workspace, "not the class Workspace"),
    ],
)
def test_what_cannot_be_submitted_is_said(workspace: Workspace, config: Any, said: str) -> None:
    with pytest.raises(ExperimentExecutionException) as error:
        Experiment(workspace, "exp").submit(config)
    assert said in error.value.message


def test_it_shows_its_name_and_escapes_it(workspace: Workspace, tmp_path: Path) -> None:
    experiment = Experiment(workspace, "exp")
    assert repr(experiment) == "Experiment(Name: exp,\nWorkspace: lab)"
    assert experiment.get_portal_url() == f"file://{tmp_path}/lab/exp"
    html = Experiment(Workspace(workspace_name="<b>&", root=tmp_path / "a<b> c"), "exp")._repr_html_()
    assert "Docs Page" in html
    assert "Report Page" in html
    assert "<b>" not in html
    assert "a%3Cb%3E%20c/exp" in html


def test_an_experiment_that_cannot_be_made_is_no_error_until_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "root").write_text("a file in the way")
    experiment = Experiment(Workspace(root=tmp_path / "root"), "exp")
    assert experiment.tags == {}
    assert list(experiment.get_runs()) == []
    assert os.path.isfile(tmp_path / "root")
