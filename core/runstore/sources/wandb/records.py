"""Which kind of record it is, and where its content lies."""

from __future__ import annotations

from runstore.sources.protobuf import BYTES, fields

HISTORY, SUMMARY, CONFIG, STATS, ALERT, TELEMETRY, METRIC = 2, 3, 5, 7, 10, 11, 12
OUTPUT, RUN, EXIT, ENVIRONMENT = 13, 17, 18, 26
KINDS = frozenset((HISTORY, SUMMARY, CONFIG, STATS, ALERT, TELEMETRY, METRIC, OUTPUT, RUN, EXIT, ENVIRONMENT))
"""The numbers of the fields of Record that are of use."""


def content_of(data: bytes, begin: int, end: int) -> tuple[int, int, int]:
    """(kind, begin, end) of the record at this place; kind 0 for one of no use. Raises ValueError for what is none."""
    found = 0, begin, begin
    for field, coding, start, stop in fields(data, begin, end):
        if field in KINDS and coding == BYTES:
            found = field, start, stop
    return found
