"""The log calls of `Run`, one mixin: scalars, lists, rows, tables, images, parameters."""

from __future__ import annotations

import os
from collections.abc import Mapping

from runstore.exceptions import AzureMLException, UserErrorException
from runstore.runs.special_metrics import SpecialMetrics
from runstore.writing.arguments import MASK, is_secret_name, mask_credentials
from runstore.writing.values import scalar, step_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable

    from runstore.writing.writer import RunWriter

_DEEPEST = 32
_IMAGE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*")


class MetricLogging(SpecialMetrics):
    """What a script calls while it trains. None of it raises because a disk is full or a folder is gone.

    A name is for one kind: numbers (single or lists), a table (rows or tables), or images. What is logged under a
    name of another kind is kept, but `Run.get_metrics` leaves it out, and a warning in the run says so.
    """

    _writer: RunWriter

    def log(self, name: str, value: Any, description: str = "", step: int | None = None) -> None:
        """Log one value of the metric ``name``; again and again for a series.

        ``value`` is a number, string, boolean or None, or a scalar of NumPy, PyTorch and their kin. ``step`` is the
        integer position in the series (iteration, epoch). Raises `UserErrorException` for a list, see `log_list`.
        """
        self._writer.log(name, value, step)
        if description:
            self._describe(name, description)

    def log_metrics(self, metrics: dict[str, Any], step: int | None = None) -> None:
        """Log one value each of several metrics, which share the step and the time; dearer by little than one."""
        self._writer.log_metrics(metrics, step)

    def log_params(self, params: dict[str, Any]) -> None:
        """Record parameters (learning rate, batch size ...); a later value of a name replaces the earlier one."""
        self._writer.record("params", value=_public(dict(params.items())))

    def define_metric(self, name: str, goal: str | None = None, description: str | None = None) -> None:
        """Say what is better for the metric ``name``: ``goal`` is ``"min"`` or ``"max"``."""
        if goal not in ("min", "max", None):
            raise UserErrorException("goal of metric {!r} is {!r}: it must be 'min' or 'max'".format(name, goal))
        fields = {"goal": goal, "description": description}
        self._writer.record("metric", name=name, **{key: each for key, each in fields.items() if each is not None})

    def log_list(self, name: str, value: Iterable[Any], description: str = "") -> None:
        """Log several values of one metric at once: any iterable of scalars, in order.

        Raises `UserErrorException` for a single value, see `log`.
        """
        value = value.tolist() if hasattr(value, "tolist") else value
        if not hasattr(value, "__iter__"):
            raise UserErrorException(
                "metric {!r}: log_list takes several values, not a {}; use log".format(name, type(value).__name__)
            )
        values = [_cell(name, each) for each in value]
        self._record("list", name, values, description)

    def log_row(self, name: str, description: str | None = None, **kwargs: Any) -> None:
        """Log one row of the table ``name``: a scalar for each column; again and again for more rows.

        Raises `AzureMLException` when a value is a list.
        """
        for column, each in kwargs.items():
            if isinstance(each, (list, tuple)):
                raise AzureMLException(
                    "Rows cannot contain list values: column {!r} of {!r}; use log_table".format(column, name)
                )
        row = {column: _cell(name, each) for column, each in kwargs.items()}
        self._record("row", name, row, description)

    def log_table(self, name: str, value: dict[str, Any], description: str = "") -> None:
        """Log a table: a dict of column name to a list of scalars, all of one length, or to one scalar.

        Raises `AzureMLException` for columns of unequal lengths.
        """
        if not isinstance(value, dict):
            raise AzureMLException("table {!r}: give a dict of column names to lists".format(name))
        columns: dict[str, list[Any]] = {}
        for column, cells in value.items():
            cells = cells.tolist() if hasattr(cells, "tolist") else cells
            cells = list(cells) if isinstance(cells, (list, tuple, range)) else [cells]
            columns[str(column)] = [_cell(name, each) for each in cells]
        lengths = {column: len(cells) for column, cells in columns.items()}
        if len(set(lengths.values())) > 1:
            raise AzureMLException("table {!r}: columns have unequal lengths {}".format(name, lengths))
        if columns:
            self._record("table", name, columns, description)

    def log_image(
        self,
        name: str,
        path: str | None = None,
        plot: Any = None,
        description: str = "",
        step: int | None = None,
    ) -> None:
        """Log an image: the file at ``path``, or ``plot``, a matplotlib figure or pyplot (saved as PNG).

        The file becomes the artifact ``<name>_<unix time>.<suffix>``. Raises `AzureMLException` unless exactly one of
        the two is given, and for a file that is no image.
        """
        if (path is None) == (plot is None):
            raise AzureMLException("image {!r}: give exactly one of path and plot".format(name))
        if plot is not None:
            if not hasattr(plot, "savefig"):
                raise AzureMLException("image {!r}: plot must be a matplotlib figure or pyplot".format(name))
            import io

            stream = io.BytesIO()
            plot.savefig(stream, format="png")
            stream.seek(0)
            source: Any = stream
            suffix = ".png"
        else:
            source = os.fspath(path)  # type: ignore[arg-type]  # one of the two is given
            suffix = os.path.splitext(source)[1].lower() or ".png"
            _check_image(name, source)
        number = step_number(step)
        stored = self._store_new(name, suffix, source)
        if stored is not None:
            fields = {} if number is None else {"step": number}
            self._record("image", name, stored, description, **fields)

    def alert(self, title: str, text: str = "", level: str = "info") -> None:
        """Say something that a person watching should see now."""
        self._writer.record("alert", name=str(title), value=str(text), level=str(level))

    def _describe(self, name: str, description: str) -> None:
        told: set[tuple[str, str]] = self.__dict__.setdefault("_described", set())
        if (name, description) not in told:
            told.add((name, description))
            self._writer.record("metric", name=name, description=str(description))


def _cell(name: str, value: Any) -> Any:
    """A value inside a list, row or table."""
    several = hasattr(value, "__len__") and not isinstance(value, str) and getattr(value, "shape", None) != ()
    if isinstance(value, (list, tuple, dict, set)) or several:
        raise AzureMLException(
            "metric {!r}: value of type {} is not supported inside a list, row or table".format(name, type(value))
        )
    return scalar(name, value)


def _public(value: Any, deep: int = 0) -> Any:
    """Parameters with the values of secrets masked, also in nested ones and before the ``@`` of addresses."""
    if isinstance(value, str):
        return mask_credentials(value)
    if not isinstance(value, (Mapping, list, tuple, set, frozenset)):
        return value
    if deep == _DEEPEST:
        return "..."
    if isinstance(value, Mapping):
        return {str(key): MASK if is_secret_name(str(key)) else _public(each, deep + 1) for key, each in value.items()}
    return [_public(each, deep + 1) for each in value]


def _check_image(name: str, path: str) -> None:
    try:
        with open(path, "rb") as file:
            start = file.read(16)
    except OSError as error:
        raise AzureMLException("image {!r}: cannot read {}: {}".format(name, path, error.strerror)) from error
    if not start.startswith(_IMAGE_STARTS) and not (start[:4] == b"RIFF" and start[8:12] == b"WEBP"):
        raise AzureMLException("image {!r}: {} is not an image".format(name, path))
