"""Media as scripts hand them to ``log``. Each knows how it is kept; what has no place in the store is said once."""

from __future__ import annotations

import os

from runstore.integrations.distributions import statistics_of, statistics_of_counts
from runstore.integrations.pictures import array_of, picture_of
from runstore.integrations.script_run import say_once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.runs.run import Run


class Media:
    """Something that `keep` writes into a run."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        """Takes whatever it is given."""

    def keep(self, run: Run, name: str, step: int) -> None:
        """Write it as ``name``."""
        say_once("wandb.{}: not kept, the run store has no place for it".format(type(self).__name__))


class Image(Media):
    """A picture: a path, an array (height, width, channels), a tensor (channels, height, width), a figure or an image
    of Pillow. Its caption is kept; boxes and masks are not."""

    def __init__(
        self, data_or_path: Any, mode: str | None = None, caption: str | None = None, *_args: Any, **_kwargs: Any
    ) -> None:
        self.data: Any = data_or_path.data if isinstance(data_or_path, Image) else data_or_path
        self.caption = caption

    def keep(self, run: Run, name: str, step: int) -> None:
        """As an image of the run."""
        said = self.caption or ""
        if isinstance(self.data, (str, os.PathLike)):
            run.log_image(name, path=os.fspath(self.data), description=said, step=step)
        elif hasattr(self.data, "savefig"):
            run.log_image(name, plot=self.data, description=said, step=step)
        elif hasattr(self.data, "save") and hasattr(self.data, "getbands"):
            run.log_image(name, plot=_Pillow(self.data), description=said, step=step)
        else:
            array, layout = _pixels(self.data)
            run.log_image(name, plot=picture_of(array, layout), description=said, step=step)


def _pixels(data: Any) -> tuple[Any, str]:
    """An array and the order of its axes: tensors have their channels first, arrays last; floats as W&B scales them."""
    array = array_of(data)
    if array.ndim == 4:
        layout = "NCHW"
    elif array.ndim == 3 and hasattr(data, "detach"):
        layout = "CHW"
    else:
        layout = "HWC"[: array.ndim]
    if array.dtype.kind == "f" and array.size:
        low, high = float(array.min()), float(array.max())
        if low < 0:
            array = (array - low) / ((high - low) or 1.0)
        elif high > 1:
            array = array / 255.0
    return array, layout


class _Pillow:
    def __init__(self, image: Any) -> None:
        self._image = image

    def savefig(self, stream: Any, format: str = "png") -> None:
        """Write the image."""
        self._image.save(stream, format="PNG")


class Table(Media):
    """Rows of cells under names of columns; a DataFrame will do."""

    def __init__(
        self,
        columns: list[str] | None = None,
        data: Any = None,
        rows: Any = None,
        dataframe: Any = None,
        *_args: Any,
        **_kwargs: Any,
    ) -> None:
        frame = dataframe if dataframe is not None else data if hasattr(data, "to_dict") else None
        if frame is not None:
            columns, given = [str(each) for each in frame.columns], frame.values.tolist()
        else:
            given = data if data is not None else rows if rows is not None else []
            given = given.tolist() if hasattr(given, "tolist") else given
        self.columns = list(columns or ["Input", "Output", "Expected"])
        self.data: list[list[Any]] = [list(row) for row in given]

    def add_data(self, *cells: Any) -> None:
        """A further row."""
        self.data.append(list(cells))

    def add_column(self, name: str, data: Any, optional: bool = False) -> None:
        """A further column."""
        self.columns.append(name)
        for row, cell in zip(self.data, data):
            row.append(cell)

    def get_column(self, name: str) -> list[Any]:
        """The cells of a column."""
        place = self.columns.index(name)
        return [row[place] for row in self.data]

    def keep(self, run: Run, name: str, step: int) -> None:
        """As a table of the run; cells that are no scalars as text."""
        cells = [[_cell(cell) for cell in row] for row in self.data]
        run.log_table(name, {str(column): [row[place] for row in cells] for place, column in enumerate(self.columns)})


class Histogram(Media):
    """Numbers, or their counts in bins: their mean, deviation, least and greatest are kept."""

    def __init__(self, sequence: Any = None, np_histogram: Any = None, num_bins: int = 64) -> None:
        self._sequence, self._counted = sequence, np_histogram

    def keep(self, run: Run, name: str, step: int) -> None:
        """As metrics ``name/mean`` ..."""
        if self._counted is not None:
            found = statistics_of_counts(name, *self._counted)
        else:
            found = statistics_of(name, self._sequence)
        if found:
            run.log_metrics(found, step)


class _File(Media):
    """Kept as a file ``media/<name>_<step><suffix>``."""

    suffix = ""

    def __init__(self, data_or_path: Any, *_args: Any, **_kwargs: Any) -> None:
        self.data = data_or_path

    def keep(self, run: Run, name: str, step: int) -> None:
        """As a file of the run."""
        import io

        if hasattr(self.data, "read"):
            content: Any = self.data
        elif isinstance(self.data, (str, os.PathLike)) and os.path.isfile(self.data):
            content = os.fspath(self.data)
        elif isinstance(self.data, str) and self.suffix == ".html":
            content = io.StringIO(self.data)
        else:
            super().keep(run, name, step)
            return
        suffix = os.path.splitext(content)[1] if isinstance(content, str) else self.suffix
        run._store("media/{}_{}{}".format(name, step, suffix), content, replace=True)


class Html(_File):
    """A page: its text, a path or a stream."""

    suffix = ".html"

    def __init__(self, data: Any, *_args: Any, **_kwargs: Any) -> None:
        super().__init__(data)


class Video(_File):
    """A file of moving pictures; arrays are not kept."""

    suffix = ".mp4"


class Audio(_File):
    """A file of sound; arrays are not kept."""

    suffix = ".wav"


class Object3D(_File):
    """A file of a body in space."""


class Molecule(_File):
    """A file of a molecule."""


class Classes(Media):
    """Names of classes, which masks and boxes are given; nothing of them is kept."""


class Plotly(Media):
    """A figure of Plotly."""


def _cell(value: Any) -> Any:
    """A cell as a table of the run takes it."""
    if isinstance(value, Media):
        return "<{}>".format(type(value).__name__)
    item = getattr(value, "item", None)
    if item is not None and getattr(value, "size", None) == 1:
        return item()
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
