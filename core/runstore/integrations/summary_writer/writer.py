"""`SummaryWriter`: the methods of TensorBoard's, of PyTorch and of tensorboardX, writing a run of this store."""

from __future__ import annotations

import os
import sys

from runstore.integrations.script_run import never_raises, off_run, say_once
from runstore.integrations.summary_writer.log_folders import LogFolder, open_folder, title_of
from runstore.integrations.summary_writer.unkept import Unkept
from runstore.runs import beginning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.runs.run import Run

_PLAIN = (float, int, bool)


class SummaryWriter(Unkept):
    """Writes what it is given to a run: see `LogFolder` for which run that is.

    Steps are kept as given. What is added is in its file when the call returns, so ``max_queue`` and ``flush_secs``
    mean nothing. With ``purge_step`` the run that had ``log_dir`` before goes on. No method raises.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: int = 120,
        filename_suffix: str = "",
        write_to_disk: bool = True,
        logdir: str | os.PathLike[str] | None = None,
        **_ignored: Any,
    ) -> None:
        given = log_dir or logdir
        self._given = bool(given)
        self._path = os.fspath(given) if given else _usual_path(comment)
        self._title = title_of(self._path) if given else comment.strip("_- ") or None
        self._purged = purge_step is not None
        self._writes = write_to_disk
        self._folder: LogFolder | None = None
        self._opened: Run | None = None
        self._hparams: dict[str, Any] | None = None
        self._usual_step: Any = None
        self._handled = sys.exc_info()[1]  # of a script that goes on in its except block: no end of this writer
        if given:
            _make(self._path)
        beginning.expect(self)

    # ---- the run

    @property
    def run(self) -> Run:
        """The run that is written to; begun by the first record."""
        return self._opened or self._open()

    def _open(self) -> Run:
        with beginning.lock:
            beginning.forget(self)
            if self._opened is None:
                self._opened = self._run_of_folder() if self._writes else off_run()
            return self._opened

    def _run_of_folder(self) -> Run:
        try:
            self._folder = open_folder(self._path, self._title, self._purged)
            return self._folder.run
        except Exception as error:
            say_once("SummaryWriter: no run for {}, its records are lost: {}".format(self._path, error))
            return off_run()

    def _begin_now(self) -> None:
        self._open()

    @property
    def log_dir(self) -> str:
        """The folder for further files of the script, made when it is first asked for."""
        if not self._given:
            self._given = True
            _make(self._path)
        return self._path

    @property
    def logdir(self) -> str:
        """tensorboardX's name of `log_dir`."""
        return self.log_dir

    def get_logdir(self) -> str:
        """The same as `log_dir`."""
        return self.log_dir

    def use_metadata(self, *, global_step: Any = None, walltime: float | None = None) -> _UsualStep:
        """``with`` this, what is added without a step has ``global_step``."""
        return _UsualStep(self, global_step)

    def _step(self, step: Any) -> int | None:
        step = self._usual_step if step is None else step
        return None if step is None else int(step)

    # ---- numbers

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: Any = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
        **_ignored: Any,
    ) -> None:
        """One point of the metric ``tag``."""
        try:
            value = scalar_value if scalar_value.__class__ in _PLAIN else _number(scalar_value)
            step = global_step if global_step.__class__ is int else self._step(global_step)
            (self._opened or self._open())._writer.log(tag, value, step)
        except Exception as error:
            say_once("SummaryWriter.add_scalar: {!r} not kept: {}".format(tag, error))

    @never_raises
    def add_scalars(
        self, main_tag: str, tag_scalar_dict: dict[str, Any], global_step: Any = None, walltime: float | None = None
    ) -> None:
        """One point of each metric ``main_tag/tag``."""
        values = {"{}/{}".format(main_tag, tag): _number(value) for tag, value in tag_scalar_dict.items()}
        self.run.log_metrics(values, self._step(global_step))

    @never_raises
    def add_hparams(
        self,
        hparam_dict: dict[str, Any],
        metric_dict: dict[str, Any],
        hparam_domain_discrete: Any = None,
        run_name: str | None = None,
        global_step: Any = None,
        **_ignored: Any,
    ) -> None:
        """Parameters of the run, and the metrics that they led to. Further ones, if they differ, are a child run."""
        if isinstance(hparam_domain_discrete, str):  # tensorboardX has the name here, and no domains
            run_name, global_step = hparam_domain_discrete, run_name if global_step is None else global_step
        params = {str(name): _number(value) for name, value in hparam_dict.items()}
        metrics = {str(name): _number(value) for name, value in metric_dict.items()}
        if self._hparams is None or self._hparams == params:
            self._hparams = params
            self.run.log_params(params)
            if metrics:
                self.run.log_metrics(metrics, self._step(global_step))
            return
        with self.run.child_run(run_name) as child:
            child.log_params(params)
            if metrics:
                child.log_metrics(metrics, self._step(global_step))

    @never_raises
    def add_histogram(
        self,
        tag: str,
        values: Any,
        global_step: Any = None,
        bins: Any = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
        **_ignored: Any,
    ) -> None:
        """The mean, deviation, least and greatest of ``values``, as the metrics ``tag/mean``, ``tag/std`` ..."""
        from runstore.integrations.distributions import statistics_of

        found = statistics_of(tag, values)
        if found:
            self.run.log_metrics(found, self._step(global_step))

    @never_raises
    def add_histogram_raw(
        self,
        tag: str,
        min: Any,
        max: Any,
        num: Any,
        sum: Any,
        sum_squares: Any,
        bucket_limits: Any,
        bucket_counts: Any,
        global_step: Any = None,
        walltime: float | None = None,
    ) -> None:
        """The same of a histogram."""
        mean = float(sum) / num
        spread = abs(float(sum_squares) / num - mean * mean) ** 0.5
        values = {"mean": mean, "std": spread, "min": float(min), "max": float(max)}
        self.run.log_metrics({"{}/{}".format(tag, key): each for key, each in values.items()}, self._step(global_step))

    # ---- texts and pictures

    @never_raises
    def add_text(self, tag: str, text_string: str, global_step: Any = None, walltime: float | None = None) -> None:
        """A text."""
        self.run.log(tag, str(text_string), step=self._step(global_step))

    @never_raises
    def add_image(
        self,
        tag: str,
        img_tensor: Any,
        global_step: Any = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
    ) -> None:
        """A picture: an array whose axes ``dataformats`` names, floats from 0 to 1 or bytes."""
        from runstore.integrations.pictures import picture_of

        self.run.log_image(tag, plot=picture_of(img_tensor, dataformats), step=self._step(global_step))

    def add_images(
        self,
        tag: str,
        img_tensor: Any,
        global_step: Any = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Pictures, kept as one: 8 in a row."""
        self.add_image(tag, img_tensor, global_step, walltime, dataformats)

    def add_image_with_boxes(
        self,
        tag: str,
        img_tensor: Any,
        box_tensor: Any = None,
        global_step: Any = None,
        walltime: float | None = None,
        rescale: Any = 1,
        dataformats: str = "CHW",
        labels: Any = None,
        **_ignored: Any,
    ) -> None:
        """A picture, without its boxes."""
        say_once("SummaryWriter.add_image_with_boxes: the picture is kept without its boxes")
        self.add_image(tag, img_tensor, global_step, walltime, dataformats)

    @never_raises
    def add_figure(
        self, tag: str, figure: Any, global_step: Any = None, close: bool = True, walltime: float | None = None
    ) -> None:
        """A figure of matplotlib, or several, closed then unless ``close`` is False."""
        figures = figure if isinstance(figure, (list, tuple)) else [figure]
        for each in figures:
            self.run.log_image(tag, plot=each, step=self._step(global_step))
        pyplot = sys.modules.get("matplotlib.pyplot")
        if close and pyplot is not None:
            for each in figures:
                pyplot.close(each)

    # ---- life

    def flush(self) -> None:
        """Nothing to wait for: what was added is in its file."""

    def close(self) -> None:
        """End the run, if it is one of its own and no other writer has its folder open.

        Failed where this happens while an exception is handled that came after this writer was made. What is added
        later opens the run anew.
        """
        error = sys.exc_info()[1]
        self._close(None if error is self._handled else error)

    @never_raises
    def _close(self, error: BaseException | None) -> None:
        with beginning.lock:
            beginning.forget(self)
            folder, self._folder, self._opened = self._folder, None, None
            if folder is not None:
                folder.close(None if isinstance(error, (StopIteration, GeneratorExit)) else error)

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        self._close(error)


class _UsualStep:
    def __init__(self, writer: SummaryWriter, step: Any) -> None:
        self._writer, self._step = writer, step

    def __enter__(self) -> SummaryWriter:
        self._writer._usual_step = self._step
        return self._writer

    def __exit__(self, *_args: Any) -> None:
        self._writer._usual_step = None


def _number(value: Any) -> Any:
    """A scalar of NumPy, PyTorch and their kin as Python's number; anything else as it is."""
    item = getattr(value, "item", None)
    return value if item is None else item()


def _usual_path(comment: str) -> str:
    """The folder of a writer that is given none, as TensorBoard's are called."""
    import socket
    from time import strftime

    return os.path.join("runs", "{}_{}{}".format(strftime("%b%d_%H-%M-%S"), socket.gethostname(), comment))


def _make(path: str) -> None:
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        say_once("SummaryWriter: cannot make {}: {}".format(path, error.strerror or error))
