"""Tables in files, read with pandas, which has to be installed where the script runs."""

from __future__ import annotations

import re

from runstore.exceptions import UserErrorException
from runstore.layout.printable import printable
from runstore.stand_ins.picking import picked
from runstore.stand_ins.sources import files_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?\Z")
_NO_HEADERS = (False, "NO_HEADERS")
_ONLY_FIRST = "ONLY_FIRST_FILE_HAS_HEADERS"
_LOOKED_AT = 200  # values, to find out whether a text column holds times


def pandas_module() -> Any:
    """The module pandas; `UserErrorException` says what to do when it is not installed."""
    from importlib import import_module

    try:
        return import_module("pandas")
    except ImportError:
        text = "tables are read with pandas, which is not installed here: pip install pandas"
        raise UserErrorException(text) from None


def table(definition: dict[str, Any]) -> Any:
    """The rows of a tabular dataset's definition as a pandas DataFrame.

    Raises `UserErrorException` for a file that cannot be read as one.
    """
    pandas = pandas_module()
    options = definition["options"]
    frames: list[Any] = []
    names: list[Any] | None = None  # of the columns, where only the first file has them
    for source in definition["sources"]:
        for name, path in files_of(source):
            try:
                frame = _READERS[options["format"]](pandas, path, options, names)
            except (LookupError, ValueError) as error:  # an unknown encoding; what is no table
                raise UserErrorException(
                    "cannot read the table {}: {}".format(printable(path, 300), printable(error, 300))
                ) from error
            if options.get("header") == _ONLY_FIRST:
                names = list(frame.columns)
            if options.get("include_path"):
                frame.insert(0, "Path", "/" + name)
            frames.append(frame)
    frame = frames[0] if len(frames) == 1 else pandas.concat(frames, ignore_index=True)
    frame = _typed(pandas, frame, options)
    for step in definition["steps"]:
        frame = _stepped(pandas, frame, step)
    return frame.reset_index(drop=True)


def _delimited(pandas: Any, path: str, options: dict[str, Any], names: list[Any] | None) -> Any:
    numbered = options.get("header") in _NO_HEADERS
    bare = numbered or names is not None
    text = not options.get("infer_column_types", True)
    frame = pandas.read_csv(
        path,
        sep=options.get("separator") or ",",
        header=None if bare else 0,
        encoding=options.get("encoding") or "utf8",
        dtype=str if text else None,
        keep_default_na=not options.get("empty_as_string"),
        skipinitialspace=False,
    )
    if names is not None:
        frame.columns = names
    if numbered:
        frame.columns = ["Column{}".format(number) for number in range(1, len(frame.columns) + 1)]
    elif options.get("infer_column_types", True):
        for column in frame.columns:
            if not pandas.api.types.is_numeric_dtype(frame[column]) and _looks_like_times(frame[column]):
                frame[column] = pandas.to_datetime(frame[column], errors="coerce")
    return frame


def _parquet(pandas: Any, path: str, options: dict[str, Any], names: Any) -> Any:
    return pandas.read_parquet(path)


def _json_lines(pandas: Any, path: str, options: dict[str, Any], names: Any) -> Any:
    return pandas.read_json(path, lines=True, encoding=options.get("encoding") or "utf8")


_READERS = {"delimited": _delimited, "parquet": _parquet, "json": _json_lines}


def _looks_like_times(column: Any) -> bool:
    values = [value for value in column.head(_LOOKED_AT).tolist() if isinstance(value, str)]
    return bool(values) and all(_TIME.match(value) for value in values)


def _typed(pandas: Any, frame: Any, options: dict[str, Any]) -> Any:
    for column, (kind, settings) in (options.get("types") or {}).items():
        if column not in frame.columns:
            raise UserErrorException("set_column_types: there is no column {!r}".format(printable(column, 100)))
        values = frame[column]
        if kind == "string":
            values = values.where(values.isna(), values.astype(str))
        elif kind == "long":
            values = pandas.to_numeric(values).astype("Int64" if values.isna().any() else "int64")
        elif kind == "float":
            if settings.get("decimal_mark") == ",":
                values = values.astype(str).str.replace(",", ".", regex=False)
            values = pandas.to_numeric(values, errors="coerce").astype("float64")
        elif kind == "bool":
            words = dict.fromkeys(settings.get("true_values") or ["true"], True)
            words.update(dict.fromkeys(settings.get("false_values") or ["false"], False))
            lower = {word.lower(): value for word, value in words.items()}
            values = values.astype(str).str.lower().map(lower)
        elif kind == "datetime":
            first, *others = settings.get("formats") or [None]
            texts, values = values, pandas.to_datetime(values, format=first, errors="coerce")
            for other in others:
                values = values.fillna(pandas.to_datetime(texts, format=other, errors="coerce"))
        frame[column] = values
    return frame


def _stepped(pandas: Any, frame: Any, step: Any) -> Any:
    kind, rest = step[0], step[1:]
    if kind == "keep":
        return frame[list(rest[0])]
    if kind == "drop":
        return frame.drop(columns=list(rest[0]))
    if kind == "between":
        column, start, end, closed = rest
        times = frame[column]
        kept = times.notna()
        if start is not None:
            kept &= (times >= pandas.Timestamp(start)) if closed else (times > pandas.Timestamp(start))
        if end is not None:
            kept &= (times <= pandas.Timestamp(end)) if closed else (times < pandas.Timestamp(end))
        return frame[kept]
    if kind == "recent":
        column, seconds = rest
        return frame[frame[column] >= frame[column].max() - pandas.Timedelta(seconds=seconds)]
    return frame.iloc[picked(len(frame), step)]
