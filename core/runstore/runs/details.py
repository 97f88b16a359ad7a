"""What there is to tell of a `Run` as a whole, one mixin: details, logs, where to look at it."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.printable import printable
from runstore.records import status
from runstore.runs.facts import Facts, utc
from runstore.runs.logs import log_files, log_text, system_note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.reading.states import State
    from runstore.runs.experiment import Experiment

DOCS_URL = "https://learn.microsoft.com/python/api/azureml-core/azureml.core.run.run?view=azure-ml-py"
_MOST_NAMED = 5


class Details(Facts):
    """Everything here is found out anew with each call."""

    experiment: Experiment

    def get_details(self) -> dict[str, Any]:
        """The run as a dict with Azure ML's keys.

        runId, target, status, startTimeUtc and endTimeUtc (once it has started, or ended), properties, inputDatasets,
        outputDatasets, runDefinition, logFiles (name -> path), submittedBy; error, where it failed; warnings, where
        there are any, also of child runs that failed.
        """
        from runstore.stand_ins.data_input import input_details

        state = self._state()
        manifest = self._manifest()
        details: dict[str, Any] = {
            "runId": manifest["id"] or self.id,
            "target": manifest["target"],
            "status": self.get_status(),
            "properties": dict(manifest["properties"]),
            "inputDatasets": input_details(manifest["definition"]),
            "outputDatasets": [],
            "runDefinition": manifest["definition"] or {},
            "logFiles": log_files(self._folder),
            "submittedBy": manifest["user"],
        }
        if manifest["started"] or manifest["status"] not in status.WAITING:
            details["startTimeUtc"] = utc(manifest["started"] or manifest["created"])
        if manifest["ended"]:
            details["endTimeUtc"] = utc(manifest["ended"])
        error = _error(manifest, state)
        if error and state.status == status.FAILED:
            details["error"] = {"error": error}
        warnings = [*manifest["warnings"], *self._failed_children()]
        if warnings:
            details["warnings"] = [{"source": "runstore", "message": text} for text in warnings]
        return details

    def get_details_with_logs(self) -> dict[str, Any]:
        """`get_details` with the text of each log file in place of its path; of a long one its last 4 MB."""
        details = self.get_details()
        details["logFiles"] = {name: log_text(path) for name, path in details["logFiles"].items()}
        return details

    def get_all_logs(self, destination: str | os.PathLike[str] | None = None) -> list[str]:
        """Copy all log files into the folder ``destination``; returns the paths of the copies.

        The folder is ``assets/<run id>`` in the current one by default. Raises `UserErrorException` when it is a file.
        """
        folder = os.path.abspath(os.fspath(destination) if destination is not None else "assets/" + self.id)
        if os.path.exists(folder) and not os.path.isdir(folder):
            raise UserErrorException("get_all_logs: {} is a file; give a folder".format(printable(folder, 300)))
        from shutil import copyfile  # only here: it costs 4 ms to import

        copies = []
        for name, path in log_files(self._folder).items():
            copy = os.path.join(folder, *name.split("/"))
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            copyfile(path, copy)
            copies.append(copy)
        return copies

    def get_detailed_status(self) -> dict[str, Any]:
        """``{"status", "details"}``: the status, and in a few words why it is so; None where that says nothing more."""
        state = self._state()
        manifest = self._manifest()
        error = _error(manifest, state)
        said = [error["message"]] if error else []
        if state.status in status.WAITING:
            said += system_note(self._folder)
        elif not error and state.text not in ("running", "completed", "canceled"):
            said.append(state.text)
        said += self._failed_children()
        return {"status": self.get_status(), "details": "; ".join(said) or None}

    def get_portal_url(self) -> str:
        """The address of the run's folder; ``runs-tui open`` shows the run itself."""
        from urllib.parse import quote

        return "file://" + quote(os.path.abspath(self._folder))

    @staticmethod
    def get_docs_url() -> str:
        """The address of Azure ML's description of this class."""
        return DOCS_URL

    def _failed_children(self) -> list[str]:
        """One line that says how many child runs failed, and which; nothing where none did."""
        from runstore.reading.states import reported_status
        from runstore.runs.family import readers_of_children

        children = readers_of_children(os.path.dirname(self._folder), self.id)
        failed = [reader for reader in children if reported_status(reader) == status.FAILED]
        if not failed:
            return []
        names = [str(reader.manifest["display_name"] or reader.id) for reader in failed[::-1]]
        named = ", ".join(names[:_MOST_NAMED]) + (" ..." if len(names) > _MOST_NAMED else "")
        return ["{} of {} child runs failed: {}".format(len(failed), len(children), named)]

    def __repr__(self) -> str:
        facts = ",\n".join("{}: {}".format(title, value) for title, value in self._shown())
        return "Run({})".format(facts)

    def _repr_html_(self) -> str:
        from html import escape

        cells = [(title, escape(str(value))) for title, value in self._shown()]
        for title, url in (("Details Page", self.get_portal_url()), ("Docs Page", self.get_docs_url())):
            link = '<a href="{}" target="_blank" rel="noopener">Link</a>'.format(escape(url, quote=True))
            cells.append((title, link))
        return '<table style="width:100%"><tr>{}</tr><tr>{}</tr></table>'.format(
            "".join("<th>{}</th>".format(title) for title, _ in cells),
            "".join("<td>{}</td>".format(cell) for _, cell in cells),
        )

    def _shown(self) -> list[tuple[str, Any]]:
        """(title, value) of what identifies the run; a repr never fails."""
        try:
            kind, state = self._manifest()["type"], self.get_status()
        except Exception:
            kind = state = None
        return [("Experiment", self.experiment.name), ("Id", self.id), ("Type", kind), ("Status", state)]


def _error(manifest: dict[str, Any], state: State) -> dict[str, Any] | None:
    """Why the run failed, with Azure ML's keys: code, message, perhaps debugInfo."""
    record = manifest["exit"] or {}
    if record.get("error"):
        details = record.get("details")
        if isinstance(details, dict) and isinstance(details.get("error"), dict):
            details = details["error"]
        return details if isinstance(details, dict) else {"code": "UserError", "message": str(record["error"])}
    if state.status == status.FAILED and state.word == "dead":
        return {
            "code": "ProcessLost",
            "message": "the process of the run is gone without a word (killed, or the machine was restarted)",
        }
    if state.status == status.FAILED:
        code = record.get("code")
        told = "no error was recorded" if code is None else "the command ended with exit code {}".format(code)
        return {"code": "UserError", "message": told + "; see the logs"}
    return None
