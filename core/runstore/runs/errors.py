"""The error record of a run that failed, with Azure ML's keys."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def error_of(details: Any, code: str | None = None) -> dict[str, Any]:
    """``{"error": {"code", "message"}}`` of a text or an exception; of an exception also its type and traceback."""
    error: dict[str, Any] = {"code": code or "UserError", "message": "" if details is None else str(details)}
    if isinstance(details, BaseException):
        import traceback

        error["message"] = "User program failed with {}: {}".format(type(details).__name__, details)
        error["debugInfo"] = {
            "type": type(details).__name__,
            "message": str(details),
            "stackTrace": "".join(traceback.format_exception(type(details), details, details.__traceback__)),
        }
    return {"error": error}


def is_clean_exit(error: BaseException | None) -> bool:
    """Whether it is a SystemExit that ends the process as a success."""
    return isinstance(error, SystemExit) and is_success(error.code)


def is_success(code: Any) -> bool:
    """Whether a process that Python leaves with ``code`` has ended well."""
    return code is None or (isinstance(code, int) and code == 0)


def exit_of(error: dict[str, Any]) -> dict[str, Any]:
    """The exit record in ``run.json`` of a run that failed with an error of `error_of`."""
    details = error["error"]
    raised = details.get("debugInfo")
    text = "{}: {}".format(raised["type"], raised["message"]) if raised else details["message"]
    return {"code": None, "signal": None, "error": text, "details": details}
