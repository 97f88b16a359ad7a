"""Who and what a run is, of the records that tell it: run, configuration, environment, exit."""

from __future__ import annotations

from typing import Any

from runstore.records import status
from runstore.sources.protobuf import BYTES, VARINT, fields, signed, text
from runstore.sources.wandb.pairs import parts_of, read_item
from runstore.sources.wandb.times import timestamp
from runstore.sources.wandb.values import decode, flattened

_UPDATE, _REMOVE = 1, 2  # of ConfigRecord and SummaryRecord
_REMOTE, _COMMIT = 1, 2  # of GitRepoRecord
_EXIT_CODE, _EXIT_RUNTIME = 1, 2  # of RunExitRecord
_RUN_TEXTS = {
    1: "id",
    2: "entity",
    3: "project",
    6: "group",
    7: "job_type",
    8: "name",
    9: "notes",
    12: "sweep",
    13: "host",
}
_RUN_CONFIG, _RUN_TAG, _RUN_START, _RUN_TELEMETRY, _RUN_GIT = 4, 10, 17, 19, 21
_PLACE_TEXTS = {1: "os", 2: "python", 6: "program", 12: "host", 13: "user", 14: "executable", 18: "gpu", 25: "cuda"}
_PLACE_STARTED, _PLACE_ARGUMENT, _PLACE_GIT = 3, 5, 9
_PLACE_CPUS, _PLACE_CPUS_LOGICAL, _PLACE_GPUS, _PLACE_CPU = 16, 17, 19, 22
_CPU_MODEL = 3  # of CpuInfo
_VERSION = 5  # of TelemetryRecord: cli_version
_INTERNAL = "_wandb"


class Facts:
    """What the records told so far. Every ``take_...`` raises ValueError for bytes that are no such record."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.cpus = 0
        self._words: list[str] = []
        self._arguments: list[str] = []
        self._config: dict[str, Any] = {}
        self._git: dict[str, str] = {}
        self._started: float | None = None
        self._gpus = 0
        self._exit: int | None = None
        self._runtime = 0.0

    def take_run(self, data: bytes, begin: int, end: int) -> None:
        """The run's own record; a later one has all of it again."""
        self._words = []
        for field, coding, start, stop in fields(data, begin, end):
            if coding != BYTES:
                continue
            if field in _RUN_TEXTS:
                self.texts[_RUN_TEXTS[field]] = text(data, start, stop)
            elif field == _RUN_CONFIG:
                self.take_config(data, start, stop)
            elif field == _RUN_TAG:
                self._words.append(text(data, start, stop))
            elif field == _RUN_START:
                self._started = timestamp(data, start, stop)
            elif field == _RUN_TELEMETRY:
                self.take_telemetry(data, start, stop)
            elif field == _RUN_GIT:
                self._take_git(data, start, stop)

    def take_config(self, data: bytes, begin: int, end: int) -> None:
        """Changes of the configuration."""
        for field, coding, start, stop in fields(data, begin, end):
            pair = read_item(data, start, stop) if coding == BYTES and field in (_UPDATE, _REMOVE) else None
            if pair is None:
                continue
            name = ".".join(parts_of(pair[0]))
            inside = name + "."
            for known in [known for known in self._config if known == name or known.startswith(inside)]:
                del self._config[known]
            if field == _UPDATE and name.partition(".")[0] != _INTERNAL:
                self._config.update(flattened(decode(pair[1]), name))

    def take_environment(self, data: bytes, begin: int, end: int) -> None:
        """Where it runs; told in parts."""
        arguments = []
        for field, coding, start, stop in fields(data, begin, end):
            if coding == BYTES:
                if field in _PLACE_TEXTS:
                    self.texts[_PLACE_TEXTS[field]] = text(data, start, stop)
                elif field == _PLACE_STARTED and self._started is None:
                    self._started = timestamp(data, start, stop)
                elif field == _PLACE_ARGUMENT:
                    arguments.append(text(data, start, stop))
                elif field == _PLACE_GIT:
                    self._take_git(data, start, stop)
                elif field == _PLACE_CPU:
                    for each, kind, first, last in fields(data, start, stop):
                        if each == _CPU_MODEL and kind == BYTES:
                            self.texts["cpu"] = text(data, first, last)
            elif coding == VARINT and field in (_PLACE_CPUS, _PLACE_CPUS_LOGICAL):
                self.cpus = max(self.cpus, start)
            elif coding == VARINT and field == _PLACE_GPUS:
                self._gpus = start
        self._arguments = arguments or self._arguments

    def take_telemetry(self, data: bytes, begin: int, end: int) -> None:
        """The version of the SDK."""
        for field, coding, start, stop in fields(data, begin, end):
            if field == _VERSION and coding == BYTES:
                self.texts["version"] = text(data, start, stop)

    def take_exit(self, data: bytes, begin: int, end: int) -> None:
        """How it ended."""
        self._exit = 0
        for field, coding, value, _ in fields(data, begin, end):
            if field == _EXIT_CODE and coding == VARINT:
                self._exit = signed(value)
            elif field == _EXIT_RUNTIME and coding == VARINT:
                self._runtime = float(signed(value))

    def _take_git(self, data: bytes, begin: int, end: int) -> None:
        for field, coding, start, stop in fields(data, begin, end):
            if coding == BYTES and field in (_REMOTE, _COMMIT):
                self._git["repository" if field == _REMOTE else "commit"] = text(data, start, stop)

    def manifest(self, last_time: float) -> dict[str, Any]:
        """The fields of the manifest that are known. ``last_time``: when the last thing was logged."""
        texts = self.texts
        properties = {
            f"wandb.{name}": texts[name]
            for name in ("entity", "sweep", "os", "python", "cpu", "gpu", "cuda", "version")
            if texts.get(name)
        }
        if self._gpus:
            properties["wandb.gpus"] = str(self._gpus)
        tags: dict[str, str | None] = {name: texts[name] for name in ("group", "job_type") if texts.get(name)}
        tags.update(dict.fromkeys(self._words))
        found: dict[str, Any] = {
            "id": texts.get("id"),
            "experiment": texts.get("project"),
            "display_name": texts.get("name") or texts.get("id"),
            "description": texts.get("notes"),
            "params": dict(self._config),
            "tags": tags,
            "properties": properties,
            "created": self._started,
            "started": self._started,
            "host": texts.get("host"),
            "user": texts.get("user"),
            "command": self._command(),
            "git": self._repository(),
        }
        if self._exit is not None:
            found["status"] = status.COMPLETED if self._exit == 0 else status.FAILED
            found["ended"] = max(last_time, (self._started or 0.0) + self._runtime) or None
            found["exit"] = {"code": self._exit, "signal": None, "error": None, "details": None}
        return {name: value for name, value in found.items() if value not in (None, "")}

    def _command(self) -> list[str] | None:
        program = self.texts.get("program")
        return [self.texts.get("executable") or "python", program, *self._arguments] if program else None

    def _repository(self) -> dict[str, Any] | None:
        if not self._git:
            return None
        scheme, separator, rest = self._git.get("repository", "").partition("://")
        host, slash, path = rest.partition("/")
        address = scheme + separator + host.rpartition("@")[2] + slash + path  # without a user name or a token
        return {"repository": address or None, "branch": None, "commit": self._git.get("commit"), "dirty": None}
