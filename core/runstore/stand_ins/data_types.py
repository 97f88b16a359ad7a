"""The types that columns of a table can be given."""

from __future__ import annotations

from enum import Enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class DataType:
    """The type of a column; made by its static methods."""

    def __init__(self, kind: str, **options: Any) -> None:
        self.kind = kind
        self.options = options

    @staticmethod
    def to_string() -> DataType:
        """Text."""
        return DataType("string")

    @staticmethod
    def to_long() -> DataType:
        """Whole numbers."""
        return DataType("long")

    @staticmethod
    def to_float(decimal_mark: str = ".") -> DataType:
        """Numbers; ``decimal_mark`` is ``.`` or ``,``."""
        return DataType("float", decimal_mark=decimal_mark)

    @staticmethod
    def to_bool(true_values: Any = None, false_values: Any = None) -> DataType:
        """True and False; the texts that mean each may be given."""
        return DataType("bool", true_values=_listed(true_values, "true"), false_values=_listed(false_values, "false"))

    @staticmethod
    def to_datetime(formats: Any = None) -> DataType:
        """Times, in one of the ``strftime`` formats or in ISO 8601."""
        return DataType("datetime", formats=_listed(formats))

    @staticmethod
    def to_stream(*_ignored: Any) -> DataType:
        """Paths of files; they stay text here."""
        return DataType("string")

    def definition(self) -> list[Any]:
        """The type as plain values: kind and options."""
        return [self.kind, self.options]

    def __repr__(self) -> str:
        return "DataType({!r})".format(self.kind)


class PromoteHeadersBehavior(Enum):
    """Which files of a table have a line of headers."""

    NO_HEADERS = 0
    ONLY_FIRST_FILE_HAS_HEADERS = 1
    COMBINE_ALL_FILES_HEADERS = 2
    ALL_FILES_HAVE_SAME_HEADERS = 3


class FileEncoding(Enum):
    """Encodings of text files, under Azure ML's names."""

    UTF8 = "utf8"
    ISOLATIN1 = "iso-8859-1"
    LATIN1 = "latin-1"
    ASCII = "ascii"
    UTF16 = "utf-16"
    UTF32 = "utf-32"
    UTF8BOM = "utf-8-sig"
    WINDOWS1252 = "cp1252"


def _listed(value: Any, *default: str) -> list[str]:
    if value is None:
        return list(default)
    return [value] if isinstance(value, str) else list(value)
