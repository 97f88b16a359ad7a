"""`Experiment`: a named collection of runs."""

from __future__ import annotations

import os

from runstore.exceptions import ExperimentExecutionException, UserErrorException, WorkspaceException
from runstore.layout.names import check_experiment_name
from runstore.layout.paths import EXPERIMENT_FILE, RootPaths, iter_runs
from runstore.layout.printable import printable
from runstore.runs.mode import is_off
from runstore.writing.create import ensure_experiment
from runstore.writing.json_file import change_object, read_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any, Callable, Iterator

    from runstore.runs.finding import Filter
    from runstore.runs.run import Run
    from runstore.runs.workspace import Workspace

    Experiments = list["Experiment"]  # inside the class, list is its method
    Names = list[str]

_VIEWS = {"activeonly": (False,), "archivedonly": (True,), "all": (False, True)}
_DOCS = "https://learn.microsoft.com/python/api/azureml-core/azureml.core.experiment.experiment?view=azure-ml-py"


class Experiment:
    """Get or create the experiment ``name``; raises `UserErrorException` for a name that breaks the rules."""

    def __init__(self, workspace: Workspace, name: str, **_ignored: Any) -> None:
        self._set(workspace, check_experiment_name(name), RootPaths(workspace.root).experiment_folder(name))
        if is_off():
            return
        try:
            ensure_experiment(workspace.root, name)
        except WorkspaceException:
            pass  # said when a run is started, which finds another place

    def _set(self, workspace: Workspace, name: str, folder: str) -> None:
        self.workspace = workspace
        self.name = name
        self._folder = folder

    @classmethod
    def _attach(cls, workspace: Workspace, name: str, folder: str) -> Experiment:
        """The experiment that exists in ``folder``; unlike the constructor it makes nothing."""
        experiment = cls.__new__(cls)
        experiment._set(workspace, name, folder)
        return experiment

    @staticmethod
    def list(
        workspace: Workspace,
        experiment_name: str | None = None,
        view_type: str = "ActiveOnly",
        tags: Filter = None,
    ) -> Experiments:
        """The experiments of a workspace by name.

        ``view_type`` is ActiveOnly, ArchivedOnly or All; ``tags`` is a key that must exist or a dict of equal values.
        """
        from runstore.models.content import matches

        wanted = _VIEWS.get(str(view_type).lower())
        if wanted is None:
            raise UserErrorException(
                "view_type {!r} is not known; use ActiveOnly, ArchivedOnly or All".format(printable(view_type, 60))
            )
        found = []
        for experiment in workspace._all_experiments():
            content = experiment._content()
            if (
                experiment_name in (None, experiment.name)
                and bool(content.get("archived")) in wanted
                and matches(_tags(content), tags)
            ):
                found.append(experiment)
        return found

    # ---- facts

    def _content(self) -> dict[str, Any]:
        return read_object(os.path.join(self._folder, EXPERIMENT_FILE))

    @property
    def id(self) -> str:
        """The experiment's id, a UUID."""
        return str(self._content().get("id") or self.name)

    @property
    def tags(self) -> dict[str, Any]:
        """Tags of the experiment."""
        return _tags(self._content())

    @property
    def archived_time(self) -> datetime.datetime | None:
        """When it was archived, in UTC; None for an active experiment."""
        archived = self._content().get("archived")
        if not archived:
            return None
        from runstore.records.moments import date_of

        return date_of(archived) or date_of(0)

    def refresh(self) -> None:
        """Nothing to do: what is asked of an experiment is read from its file each time."""

    def get_portal_url(self) -> str:
        """The address of the experiment's folder."""
        return folder_url(self._folder)

    @staticmethod
    def get_docs_url() -> str:
        """The address of Azure ML's description of this class."""
        return _DOCS

    # ---- changes

    def _change(self, change: Callable[[dict[str, Any]], object]) -> None:
        if not is_off():
            change_object(os.path.join(self._folder, EXPERIMENT_FILE), change)

    def tag(self, key: str, value: Any = None) -> None:
        """Set one tag; without a value it is a bare mark."""
        self.set_tags({key: value})

    def set_tags(self, tags: dict[str, Any]) -> None:
        """Set several tags; values become strings, None stays None."""
        new = {str(key): None if value is None else str(value) for key, value in tags.items()}
        self._change(lambda content: content.update(tags={**_tags(content), **new}))

    def remove_tags(self, tags: Names | str) -> None:
        """Remove tags by key; those that are not there are ignored."""
        gone = [tags] if isinstance(tags, str) else [str(key) for key in tags]

        def remove(content: dict[str, Any]) -> None:
            content["tags"] = {key: value for key, value in _tags(content).items() if key not in gone}

        self._change(remove)

    def archive(self) -> None:
        """Leave the experiment out of lists of active ones; its runs stay as they are."""
        import time

        def archive(content: dict[str, Any]) -> None:
            content["archived"] = content.get("archived") or time.time()

        self._change(archive)

    def reactivate(self, new_name: str | None = None) -> None:
        """Undo `archive`; an experiment cannot get a new name."""
        if new_name is not None:
            raise UserErrorException("an experiment cannot be renamed; call reactivate() without a name")
        self._change(lambda content: content.update(archived=None))

    @staticmethod
    def delete(workspace: Workspace, experiment_id: str, with_runs: bool = False) -> None:
        """Move the experiment with this id, or name, to the trash, from where ``runs-tui undo`` brings it back.

        As in Azure ML it must be empty, unless ``with_runs``; then all its runs go with it, and none of them may be
        running. Raises `UserErrorException` where it is refused.
        """
        from runstore.runs.trash import trash_experiment

        found = [each for each in workspace._all_experiments() if experiment_id in (each.id, each.name)]
        if not found:
            raise UserErrorException("no experiment {!r} in {}".format(printable(experiment_id, 100), workspace.root))
        runs = sum(1 for _ in iter_runs(found[0]._folder))
        if runs and not with_runs:
            raise UserErrorException(
                "experiment {} has {} run{} and was not deleted; delete them first, or pass with_runs=True".format(
                    printable(found[0].name), runs, "" if runs == 1 else "s"
                )
            )
        trash_experiment(workspace.root, found[0]._folder)

    # ---- runs

    def start_logging(self, *args: Any, **kwargs: Any) -> Run:
        """Begin an interactive run, Running at once, which this process logs into until it calls `complete`.

        Keywords: ``name``, ``run_id``, ``display_name``, ``description``, ``params`` (a dict of parameters), ``tags``,
        ``outputs`` (True or None: ``./outputs`` is collected at the end; a path: that folder; False: nothing),
        ``snapshot_directory`` (a folder whose files are kept with the run, by default the current one; None: none).
        """
        from runstore.runs.session import start_interactive

        return start_interactive(self, *args, **kwargs)

    def submit(self, config: Any, tags: dict[str, Any] | None = None, **kwargs: Any) -> Run:
        """Start a run of ``config``, such as a `ScriptRunConfig`, which goes on without this process.

        Keywords: ``run_id``; ``show_output`` (True: wait for the end and print the run's output meanwhile);
        ``parent`` (the id of a run). What can be submitted has a method ``submit_to(experiment, tags=, **kwargs)``;
        raises `ExperimentExecutionException` for anything else.
        """
        submit_to = getattr(config, "submit_to", None)
        if not callable(submit_to) or isinstance(config, type):
            raise ExperimentExecutionException(_what_to_submit(config))
        if tags is not None and not isinstance(tags, dict):
            raise UserErrorException("tags must be a dict, not a {}".format(type(tags).__name__))
        for name in ("parent_run_id", "_parent_run_id"):
            if name in kwargs:
                kwargs["parent"] = kwargs.pop(name)
        kwargs.pop("credential_passthrough", None)  # there are no credentials to pass on
        named = None if tags is None else {str(key): None if tag is None else str(tag) for key, tag in tags.items()}
        run: Run = submit_to(self, tags=named, **kwargs)
        return run

    def get_runs(
        self,
        type: str | None = None,
        tags: Filter = None,
        properties: Filter = None,
        include_children: bool = False,
    ) -> Iterator[Run]:
        """The runs that match all filters, newest first."""
        from runstore.runs.finding import find_runs

        return find_runs(self, type, tags, properties, include_children=include_children)

    # ---- how it shows

    def __repr__(self) -> str:
        return "Experiment(Name: {},\nWorkspace: {})".format(self.name, self.workspace.name)

    def _repr_html_(self) -> str:
        from html import escape

        url = escape(self.get_portal_url(), quote=True)
        cells = (
            ("Name", escape(self.name)),
            ("Workspace", escape(self.workspace.name)),
            ("Report Page", '<a href="{0}" target="_blank" rel="noopener">{0}</a>'.format(url)),
            ("Docs Page", '<a href="{}" target="_blank" rel="noopener">Link to Documentation</a>'.format(_DOCS)),
        )
        return '<table style="width:100%"><tr>{}</tr><tr>{}</tr></table>'.format(
            "".join("<th>{}</th>".format(title) for title, _ in cells),
            "".join("<td>{}</td>".format(cell) for _, cell in cells),
        )


def _tags(content: dict[str, Any]) -> dict[str, Any]:
    tags = content.get("tags")
    return tags if isinstance(tags, dict) else {}


def folder_url(folder: str) -> str:
    """The ``file:`` address of a folder, which a browser opens as a list of files."""
    from urllib.parse import quote

    return "file://" + quote(os.path.abspath(folder))


def _what_to_submit(config: Any) -> str:
    if isinstance(config, type):
        return "submit takes an object, not the class {}: call it with its arguments first".format(config.__name__)
    kind = type(config).__name__
    if isinstance(config, (str, os.PathLike)):
        return (
            "submit takes a configuration, not a {}; for a script use "
            "ScriptRunConfig(source_directory='.', script='train.py')".format(kind)
        )
    return "a {} cannot be submitted; submit a ScriptRunConfig (source_directory, script, arguments)".format(kind)
