"""`TabularDataset`: tables in CSV, Parquet or JSON lines files, read with pandas."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.roots import cache_folder
from runstore.stand_ins.dataset_base import AbstractDataset
from runstore.stand_ins.file_dataset import FileDataset, FileDatasetFactory, upload_target
from runstore.stand_ins.sources import files_of, single_place, sources_of
from runstore.stand_ins.tables import pandas_module, table
from runstore.stand_ins.transfer import whole_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


class TabularDataset(AbstractDataset):
    """Rows and columns; nothing is read until `to_pandas_dataframe`."""

    kind = "tabular"

    def to_pandas_dataframe(self, on_error: str = "null", out_of_range_datetime: str = "null") -> Any:
        """The rows as a pandas DataFrame; `UserErrorException` when pandas is not installed."""
        return table(self._definition)

    def to_csv_files(self, separator: str = ",") -> FileDataset:
        """The rows as a CSV file in this user's cache."""
        path = os.path.join(self._cached(), "part-00000.csv")
        with whole_file(path) as temporary:
            self.to_pandas_dataframe().to_csv(temporary, sep=separator, index=False)
        return FileDatasetFactory.from_files(path)

    def to_parquet_files(self) -> FileDataset:
        """The rows as a Parquet file in this user's cache; pandas needs pyarrow for it."""
        path = os.path.join(self._cached(), "part-00000.parquet")
        with whole_file(path) as temporary:
            self.to_pandas_dataframe().to_parquet(temporary)
        return FileDatasetFactory.from_files(path)

    def to_spark_dataframe(self) -> NoReturn:
        """Raises `UserErrorException`: there is no Spark session here."""
        raise UserErrorException("Spark is not started from here; use to_pandas_dataframe()")

    def to_dask_dataframe(self, *_ignored: Any, **__ignored: Any) -> NoReturn:
        """Raises `UserErrorException`: tables are read with pandas."""
        raise UserErrorException("tables are read with pandas; use dask.dataframe.from_pandas(to_pandas_dataframe())")

    def filter(self, expression: Any) -> NoReturn:
        """Raises `UserErrorException`: rows are filtered with pandas."""
        raise UserErrorException("rows are filtered with pandas; use to_pandas_dataframe() and filter its rows")

    def partition_by(self, *_ignored: Any, **__ignored: Any) -> NoReturn:
        """Raises `UserErrorException`: partitions are written with pandas."""
        raise UserErrorException(
            "partitions are written with pandas; use to_pandas_dataframe().to_parquet(folder, partition_cols=[...])"
        )

    def keep_columns(self, columns: str | list[str], validate: bool = False) -> TabularDataset:
        """Only these columns, in this order."""
        return self._with(["keep", _listed(columns)])

    def drop_columns(self, columns: str | list[str]) -> TabularDataset:
        """All but these columns."""
        return self._with(["drop", _listed(columns)])

    # ---- times

    def with_timestamp_columns(
        self, timestamp: str | None = None, partition_timestamp: str | None = None, **_ignored: Any
    ) -> TabularDataset:
        """The same rows; ``timestamp`` names the column that the ``time_…`` methods look at."""
        options = {**self._options, "timestamp": timestamp}
        return TabularDataset({**self._definition, "options": options}, root=self._root)

    def time_before(self, end_time: Any, include_boundary: bool = True, validate: bool = True) -> TabularDataset:
        """The rows up to ``end_time``."""
        return self._between(None, end_time, include_boundary)

    def time_after(self, start_time: Any, include_boundary: bool = True, validate: bool = True) -> TabularDataset:
        """The rows from ``start_time`` on."""
        return self._between(start_time, None, include_boundary)

    def time_between(
        self, start_time: Any, end_time: Any, include_boundary: bool = True, validate: bool = True
    ) -> TabularDataset:
        """The rows between the two times."""
        return self._between(start_time, end_time, include_boundary)

    def time_recent(self, time_delta: Any, include_boundary: bool = True, validate: bool = True) -> TabularDataset:
        """The rows of the last ``time_delta`` (a timedelta) of the table."""
        return self._with(["recent", self._time_column(), time_delta.total_seconds()])

    @property
    def timestamp_columns(self) -> tuple[str | None, None]:
        """The columns named by `with_timestamp_columns`."""
        return self._options.get("timestamp"), None

    def _between(self, start: Any, end: Any, closed: bool) -> TabularDataset:
        ends = [None if each is None else each.isoformat() for each in (start, end)]
        return self._with(["between", self._time_column(), *ends, closed])

    def _time_column(self) -> str:
        column = self._options.get("timestamp")
        if not column:
            raise UserErrorException("name the time column first: with_timestamp_columns('<column>')")
        return str(column)

    # ---- files

    def local_path(self) -> str:
        """The file, or folder, itself where nothing is picked from it; else the rows as a CSV file in the cache."""
        place = None if self._steps else single_place(self._sources)
        return place if place is not None else self.to_csv_files().local_path()

    def _cached(self) -> str:
        folder = os.path.join(cache_folder(), "datasets", self.id)
        os.makedirs(folder, exist_ok=True)
        return folder


class TabularDatasetFactory:
    """Makes datasets of tables; `Dataset.Tabular`. For ``path`` see `FileDatasetFactory.from_files`."""

    @staticmethod
    def from_delimited_files(
        path: Any,
        validate: bool = True,
        include_path: bool = False,
        infer_column_types: bool = True,
        set_column_types: dict[str, Any] | None = None,
        separator: str = ",",
        header: Any = True,
        partition_format: str | None = None,
        support_multi_line: bool = False,
        empty_as_string: bool = False,
        encoding: Any = "utf8",
    ) -> TabularDataset:
        """CSV files; ``header`` False names the columns Column1, Column2 ..."""
        return _made(
            path,
            validate,
            partition_format,
            "delimited",
            include_path,
            set_column_types,
            infer_column_types=infer_column_types,
            separator=separator,
            header=getattr(header, "name", header),
            empty_as_string=empty_as_string,
            encoding=getattr(encoding, "value", encoding),
        )

    @staticmethod
    def from_parquet_files(
        path: Any,
        validate: bool = True,
        include_path: bool = False,
        set_column_types: dict[str, Any] | None = None,
        partition_format: str | None = None,
    ) -> TabularDataset:
        """Parquet files; pandas needs pyarrow for them."""
        return _made(path, validate, partition_format, "parquet", include_path, set_column_types)

    @staticmethod
    def from_json_lines_files(
        path: Any,
        validate: bool = True,
        include_path: bool = False,
        set_column_types: dict[str, Any] | None = None,
        partition_format: str | None = None,
        invalid_lines: str = "error",
        encoding: Any = "utf8",
    ) -> TabularDataset:
        """Files with a JSON object in each line."""
        encoding = getattr(encoding, "value", encoding)
        return _made(path, validate, partition_format, "json", include_path, set_column_types, encoding=encoding)

    @staticmethod
    def from_sql_query(*_ignored: Any, **__ignored: Any) -> NoReturn:
        """Raises `UserErrorException`: databases are not read from here."""
        raise UserErrorException(
            "databases are not read through the workspace here; use pandas.read_sql and "
            "Dataset.Tabular.register_pandas_dataframe"
        )

    @staticmethod
    def register_spark_dataframe(*_ignored: Any, **__ignored: Any) -> NoReturn:
        """Raises `UserErrorException`: there is no Spark session here."""
        raise UserErrorException("Spark is not started from here; use register_pandas_dataframe(frame.toPandas(), ...)")

    @staticmethod
    def register_pandas_dataframe(
        dataframe: Any,
        target: Any,
        name: str,
        description: str | None = None,
        tags: dict[str, str] | None = None,
        show_progress: bool = True,
        **_ignored: Any,
    ) -> TabularDataset:
        """Write the frame to ``target``, a place in a datastore, and register it; Parquet, or CSV without pyarrow."""
        pandas_module()
        store, inner = upload_target(target)
        folder = os.path.join(inner, name + "-" + os.urandom(4).hex())
        place = os.path.join(store.folder, folder)
        os.makedirs(place, exist_ok=True)
        try:
            dataframe.to_parquet(os.path.join(place, "part-00000.parquet"))
            made = TabularDatasetFactory.from_parquet_files((store, folder))
        except ImportError:
            dataframe.to_csv(os.path.join(place, "part-00000.csv"), index=False)
            made = TabularDatasetFactory.from_delimited_files((store, folder))
        if show_progress:
            print("Wrote {} rows to {}/{}".format(len(dataframe), store.name, folder))
        return made.register(store.workspace, name, description, tags, create_new_version=True)


def _made(
    path: Any,
    validate: bool,
    partition_format: str | None,
    form: str,
    include_path: bool,
    types: dict[str, Any] | None,
    **options: Any,
) -> TabularDataset:
    if partition_format is not None:
        raise UserErrorException(
            "partition_format is not supported here; use include_path=True and take the column from 'Path'"
        )
    sources = sources_of(path)
    if validate:
        for source in sources:
            if "url" not in source:
                files_of(source)
    if types:
        options["types"] = {column: each.definition() for column, each in types.items()}
    return TabularDataset._made(sources, format=form, include_path=include_path, **options)


def _listed(columns: str | list[str]) -> list[str]:
    return [columns] if isinstance(columns, str) else list(columns)
