"""Telemetry, of which there is none, and the diagnostic log, which is Python's own log in a file."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from typing import Any


def set_diagnostics_collection(send_diagnostics: bool = True, verbosity: int | None = None) -> None:
    """Nothing: nothing is ever sent anywhere."""
    print("Turning diagnostics collection {}. No data leaves this machine.".format("on" if send_diagnostics else "off"))


class user_agent:  # noqa: N801 - Azure ML's name
    """How programs name themselves to Azure; nobody is told here."""

    @staticmethod
    def append(name: str, version: str | None = None) -> None:
        """Nothing."""


class diagnostic_log:  # noqa: N801 - Azure ML's name
    """Write the debug log of the ``with`` block to the file ``log_path``."""

    def __init__(self, log_path: str, namespaces: list[str] | None = None, context_name: str | None = None) -> None:
        self._path = log_path
        self._names = namespaces or ["runstore", "azureml"]
        self._handler: logging.Handler | None = None
        self._levels: list[tuple[logging.Logger, int]] = []

    def start_capture(self) -> None:
        """Begin to write."""
        import logging
        import os

        if self._handler is not None:
            return
        os.makedirs(os.path.dirname(os.path.abspath(self._path)), exist_ok=True)
        self._handler = logging.FileHandler(self._path, encoding="utf-8")
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        for name in self._names:
            logger = logging.getLogger(name)
            self._levels.append((logger, logger.level))
            logger.setLevel(logging.DEBUG)
            logger.addHandler(self._handler)

    def stop_capture(self) -> None:
        """End writing; the loggers get back the levels that they had."""
        if self._handler is None:
            return
        for logger, level in self._levels:
            logger.removeHandler(self._handler)
            logger.setLevel(level)
        self._handler.close()
        self._handler, self._levels = None, []

    def __enter__(self) -> diagnostic_log:
        self.start_capture()
        return self

    def __exit__(self, *args: Any) -> None:
        self.stop_capture()
