"""Damaged runs of ours: readers, list and app model neither raise nor hang, and say what they left out."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from runs_tui.model.files import FileTree
from runs_tui.model.roster import Roster
from runs_tui.model.shown_runs import ShownRuns
from runs_tui.model.view import View
from runstore import Experiment, Workspace
from runstore.exceptions import UserErrorException
from runstore.reading.catalog import Catalog
from runstore.reading.metrics import get_metrics
from runstore.reading.plain_points import logged_values
from runstore.reading.recorded import Recordings
from runstore.reading.run import RunReader
from runstore.reading.states import reported_status
from runstore.sources.opening import source_of
from runstore.upkeep.checks import examine
from runstore.widget.contents import contents_of
from tests.faults.cases import tried
from tests.faults.mutations import Damage
from tests.faults.scale import times
from tests.faults.subjects import Subject, foreign, own


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """A run in a root, beside one that is sound and stays so."""
    made = own(tmp_path_factory.mktemp("own"))
    shutil.copytree(made.top, made.top.parent / "other")
    return made


@pytest.mark.parametrize("part", range(4))
def test_reading(subject: Subject, part: int) -> None:
    tried(f"own-{part}", subject, lambda top, _: read_all(top), times(4_000, 8))


def read_all(top: Path) -> None:
    """Ask a reader for everything there is."""
    reader = RunReader(str(top))
    reader.refresh()
    assert not reader.gone
    get_metrics(reader)
    for name in reader.names():
        for rank in reader.ranks(name):
            series = reader.series(name, rank)
            assert len(series.values) == len(series.steps) == len(series.times)
        assert reader.metrics[name].sparkline is not None
    for name in reader.resources.names():
        reader.resources.series(name)
    assert all(isinstance(record["kind"], str) for record in reader.records())
    Recordings(reader).refresh()
    reported_status(reader)
    assert all(isinstance(each, str) for each in reader.warnings)
    assert isinstance(reader.last_activity, float)
    list(logged_values(str(top / "points")))


@pytest.mark.parametrize("part", range(2))
def test_the_list_keeps_the_other_runs(subject: Subject, part: int) -> None:
    def check(top: Path, damages: list[Damage]) -> None:
        catalog = Catalog(str(top.parents[1]), cache=False)
        catalog.refresh()
        catalog.read_more()
        assert {row.key for row in catalog.rows()} >= {str(top.parent / "other")}
        manifest_is_whole = all(damage.file != "run.json" for damage in damages)
        assert len(catalog.rows()) == 2 or not manifest_is_whole

    tried(f"list-{part}", subject, check, times(1_500, 8))


def test_the_app_model_shows_the_run(subject: Subject) -> None:
    tried("model", subject, lambda top, _: show(str(top.parents[1])), times(1_500, 10))


@pytest.mark.parametrize("name", ["wandb/offline-run-20260102_030406-golden02", "tensorboard/resumed", "trainer/cut"])
def test_the_app_model_shows_runs_of_other_tools(name: str, tmp_path: Path) -> None:
    damaged = foreign(name, tmp_path / "top")
    tried(f"model of {name}", damaged, lambda top, _: show(str(top)), times(500, 3))


def show(root: str) -> None:
    """Let the model make a list of the runs, and open each, as the worker of the feed does."""
    source = source_of(root)
    try:
        roster, shown_runs = Roster([root]), ShownRuns({root: source})
        while not source.listed:
            source.changes(0.0)
        roster.update(root, source.news())
        for view in (View(), View(sort="name"), View(words="state:dead or loss<1"), View(group="experiment")):
            snapshot = roster.snapshot(view)
            assert not snapshot.problem
        for row in roster.snapshot(View()).rows:
            shown = shown_runs.read(row, True)
            if shown is not None:
                FileTree(row.key, root, foreign=bool(row.source)).nodes()
    finally:
        source.close()


def test_a_script_asks_for_the_run(subject: Subject) -> None:
    def check(top: Path, damages: list[Damage]) -> None:
        workspace = Workspace(root=str(top.parents[1]))
        experiment = Experiment(workspace, top.parent.name)
        assert str(top.parent / "other") in {run._folder for run in experiment.get_runs(include_children=True)}
        refused = ask(top)
        assert not refused or any(damage.file == "run.json" for damage in damages), refused

    assert not ask(subject.top)
    tried("script", subject, check, times(1_500, 8), seconds=4.0)


def ask(top: Path) -> str:
    """Ask a run for everything there is, as a script and a notebook do; why that is refused, if it is."""
    try:
        run = Workspace(root=str(top.parents[1])).get_run(top.name)
        run.get_metrics()
    except UserErrorException as error:
        return error.message
    assert repr(run)
    assert all(isinstance(each, dict) for each in (run.get_tags(), run.get_properties(), run.get_details_with_logs()))
    assert isinstance(run.get_status(), str)
    assert all(isinstance(each, str) for each in run.get_file_names())
    assert not list(run.get_children())
    assert run.parent is None or run.parent.id
    with TemporaryDirectory() as folder:
        run.get_all_logs(folder)
    assert contents_of(run)["properties"]
    return ""


def test_doctor_finds_what_is_wrong(subject: Subject) -> None:
    """Of a damaged ``run.json`` it says so, whatever the damage."""

    def check(top: Path, damages: list[Damage]) -> None:
        found = list(examine(str(top.parents[1])))
        assert not [each for each in found if each.path == str(top.parent / "other") and each.level == "error"]
        reader = RunReader(str(top))
        reader.refresh()
        if not reader.readable:
            assert "unreadable run" in {each.kind for each in found if each.path == str(top)}

    tried("doctor", subject, check, times(1_500, 10))
