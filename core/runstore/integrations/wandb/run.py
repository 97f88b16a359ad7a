"""`WandbRun`: what ``init`` gives."""

from __future__ import annotations

import os
import time

from runstore.integrations.script_run import never_raises, say_once
from runstore.integrations.wandb.config import Config
from runstore.integrations.wandb.definitions import Definition, Definitions
from runstore.integrations.wandb.errors import UsageError
from runstore.integrations.wandb.saving import Artifact, Saved, artifact_of
from runstore.integrations.wandb.summary import Summary
from runstore.integrations.wandb.values import Row, keep
from runstore.layout.paths import RunPaths
from runstore.runs.errors import is_clean_exit
from runstore.runs.experiment import folder_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from runstore.runs.run import Run


class WandbRun:
    """A run of this store behind the names of W&B's. What is logged is in its file when the call returns."""

    def __init__(
        self,
        run: Run,
        own: bool,
        project: str,
        group: str | None,
        job_type: str | None,
        tags: tuple[str, ...],
        step: int = 0,
        on_finish: Callable[[], object] = lambda: None,
    ) -> None:
        """``own``: whether the run ends with `finish`. ``step``: the first one of its rows."""
        self._run = run
        self._own = own
        self._on_finish = on_finish
        self._finished = False
        self._definitions = Definitions(lambda name, goal: run.define_metric(name, goal=goal))
        self._saved = Saved(run)
        self.config = Config(never_raises(self._keep_params))
        self.summary = Summary(never_raises(self._keep_summary))
        self.project = project
        self.entity = "local"
        self.group = group or ""
        self.job_type = job_type or ""
        self._tags = tags
        self._dir: str | None = None
        self.step = step
        self.starting_step = step
        self.resumed = step > 0
        self.start_time = time.time()
        self.offline = True
        self.sweep_id = None

    # ---- what is logged

    def log(
        self, data: dict[str, Any], step: int | None = None, commit: bool | None = None, sync: bool | None = None
    ) -> None:
        """One row: numbers, texts, media, nested dicts. Rows count up from 0, unless ``step`` says otherwise.

        With ``step``, or ``commit=False``, the next row without a step has the same one.
        """
        if self._finished:
            raise UsageError("the run has finished; call wandb.init() for a new one")
        if not hasattr(data, "items"):
            raise ValueError("wandb.log takes a dict, not a {}".format(type(data).__name__))
        self._log(data, step, commit)

    @never_raises
    def _log(self, data: dict[str, Any], step: int | None, commit: bool | None) -> None:
        number = self.step if step is None else int(step)
        committed = commit or (commit is None and step is None)
        self.step = max(self.step, number + 1 if committed else number)  # W&B drops rows that go back; they are kept
        row = Row(data)
        self.summary.see(row.numbers)
        for place, numbers in self._definitions.steps(row.numbers, number).items():
            if numbers:
                self._run._writer.log_metrics(numbers, place)
        for name, value in row.others:
            _keep(self._run, name, value, number)

    def _keep_params(self, values: dict[str, Any]) -> None:
        self._run.log_params(values)

    def _keep_summary(self, values: dict[str, Any]) -> None:
        row = Row(values)
        if row.numbers:
            self._run.log_metrics(row.numbers)
        for name, value in row.others:
            _keep(self._run, name, value, self.step)

    def define_metric(
        self,
        name: str,
        step_metric: Any = None,
        step_sync: bool | None = None,
        hidden: bool | None = None,
        summary: str | None = None,
        goal: str | None = None,
        overwrite: bool | None = None,
    ) -> Definition:
        """Count a metric by another one (``step_metric``) where that has whole numbers, and say what is better."""
        return self._definitions.add(name, step_metric, summary, goal)

    @never_raises
    def alert(self, title: str, text: str = "", level: Any = None, wait_duration: Any = None) -> None:
        """Something that a person watching should see now."""
        self._run.alert(title, text, str(getattr(level, "value", level) or "info").lower())

    def watch(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing."""
        say_once("wandb.watch: gradients and parameters are not sampled")

    def unwatch(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing."""

    # ---- files

    @never_raises
    def save(
        self, glob_str: Any = None, base_path: str | None = None, policy: str = "live", glob: Any = None
    ) -> list[str]:
        """Keep copies of the files that match, now and, if they have changed by then, at the end."""
        pattern = glob_str or glob
        return self._saved.add(os.fspath(pattern), base_path) if pattern else []

    def log_artifact(
        self, artifact_or_path: Any, name: str | None = None, type: Any = None, **_kwargs: Any
    ) -> Artifact:
        """Keep the files of an artifact, or a file or folder, as ``artifacts/<name>/...``."""
        artifact = artifact_of(artifact_or_path, name, type)
        never_raises(self._saved.add_artifact)(artifact, self.step)
        return artifact

    def log_model(self, path: str, name: str | None = None, **_kwargs: Any) -> None:
        """Keep a file or folder as an artifact."""
        self.log_artifact(path, name, "model")

    def log_code(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing: ``runs-tui submit`` keeps the source of what it runs."""

    def use_artifact(self, *_args: Any, **_kwargs: Any) -> Any:
        """Raises `UsageError`: artifacts are not fetched."""
        raise UsageError("artifacts are not fetched from anywhere here; read the files by their paths")

    use_model = use_artifact

    @property
    def dir(self) -> str:
        """The folder of the run's files: what is written there is kept with it; a temporary one where nothing is."""
        if self._dir is None:
            self._run._writer  # noqa: B018 - begins a run that had nothing to record so far
            self._dir = RunPaths(self._run._folder).files
            if not os.access(self._dir, os.W_OK):
                import tempfile

                self._dir = tempfile.mkdtemp(prefix="wandb-")
                if not self.disabled:
                    say_once("wandb.run.dir is {}: the run has no folder that can be written".format(self._dir))
        return self._dir

    # ---- who it is

    @property
    def id(self) -> str:
        """The id of the run."""
        return self._run.id

    @property
    def name(self) -> str:
        """The display name; can be set."""
        return self._run.display_name

    @name.setter
    def name(self, name: str) -> None:
        never_raises(setattr)(self._run, "display_name", name)

    @property
    def tags(self) -> tuple[str, ...]:
        """Those that `init` was given; can be set."""
        return self._tags

    @tags.setter
    def tags(self, tags: Any) -> None:
        before = self._tags
        self._tags = () if tags is None else (tags,) if isinstance(tags, str) else tuple(str(tag) for tag in tags)
        never_raises(self._change_tags)(before)

    def _change_tags(self, before: tuple[str, ...]) -> None:
        gone = [tag for tag in before if tag not in self._tags]
        new = [tag for tag in self._tags if tag not in before]
        if gone:
            self._run.remove_tags(gone)
        if new:
            self._run.set_tags(dict.fromkeys(new))

    @property
    def notes(self) -> str | None:
        """The description; can be set."""
        return self._run.description

    @notes.setter
    def notes(self, notes: str) -> None:
        never_raises(setattr)(self._run, "description", notes)

    @property
    def path(self) -> str:
        """``local/project/id``."""
        return "{}/{}/{}".format(self.entity, self.project, self.id)

    @property
    def url(self) -> str:
        """The address of the run's folder."""
        return folder_url(self._run._folder)

    def get_url(self) -> str:
        """The same as `url`."""
        return self.url

    def project_name(self) -> str:
        """The same as `project`."""
        return self.project

    @property
    def disabled(self) -> bool:
        """Whether nothing is stored."""
        return os.path.dirname(self._run._folder) == os.devnull

    # ---- its end

    def finish(self, exit_code: int | None = None, quiet: bool | None = None) -> None:
        """End the run: completed, or failed with another ``exit_code`` than 0."""
        self._finish(None if not exit_code else "exit code {}".format(exit_code))

    @never_raises
    def _finish(self, error: Any) -> None:
        if self._finished:
            return
        self._finished = True
        self._on_finish()
        never_raises(self._saved.renew)()
        if not self._own:
            return
        if error is None:
            self._run.complete()
        elif isinstance(error, KeyboardInterrupt):
            self._run.cancel()
        else:
            self._run.fail(error)

    def join(self, exit_code: int | None = None) -> None:
        """An older name of `finish`."""
        self.finish(exit_code)

    def mark_preempting(self) -> None:
        """Nothing."""

    def status(self) -> None:
        """Nothing: there is no service to be in time with."""

    def display(self, *_args: Any, **_kwargs: Any) -> bool:
        """Nothing is shown."""
        return False

    def __enter__(self) -> WandbRun:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        self._finish(None if is_clean_exit(error) else error)

    def __repr__(self) -> str:
        return "<wandb run {} of this machine, project {}>".format(self.id, self.project)


def _keep(run: Run, name: str, value: Any, step: int) -> None:
    try:
        keep(run, name, value, step)
    except Exception as error:  # one of a row must not take the others with it
        say_once("wandb.log: {!r} not kept: {}".format(name, getattr(error, "message", error)))
