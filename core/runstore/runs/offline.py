"""`_OfflineRun`: Azure ML's stand-in for a run in a script that nobody launched, on request.

With ``RUNSTORE_OFFLINE=azure`` (or ``RUNSTORE_MODE=offline``) `Run.get_context` gives one of these: it prints what
would have been logged and stores nothing. It lacks what the original lacks, so that scripts which look for that go the
same way.
"""

from __future__ import annotations

from runstore.layout.ids import new_interactive_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _OfflineRun:
    """Prints each call and keeps nothing; anything else raises AttributeError, as in Azure ML."""

    def __init__(self, run_id: str | None = None) -> None:
        self.id = run_id or "OfflineRun_" + new_interactive_id()

    # ---- metrics

    def log(self, name: str, value: Any, description: str = "") -> None:
        """Print a scalar."""
        _attempted("scalar", name, value)

    def log_list(self, name: str, value: Any, description: str = "") -> None:
        """Print a list."""
        _attempted("list", name, value)

    def log_row(self, name: str, description: str | None = None, **kwargs: Any) -> None:
        """Print a row."""
        _attempted("row", name, kwargs)

    def log_table(self, name: str, value: Any, description: str = "") -> None:
        """Print a table."""
        _attempted("table", name, value)

    def log_image(self, name: str, path: Any = None, plot: Any = None, description: str = "") -> None:
        """Print the path of an image, or its plot."""
        _attempted("image", name, plot if path is None else path)

    def log_residuals(self, name: str, value: Any, description: str = "") -> None:
        """Print residuals."""
        _attempted("residual", name, value)

    def log_predictions(self, name: str, value: Any, description: str = "") -> None:
        """Print predictions."""
        _attempted("predictions", name, value)

    def log_accuracy_table(self, name: str, value: Any, description: str = "") -> None:
        """Print an accuracy table."""
        _attempted("accuracy_table", name, value)

    def log_confusion_matrix(self, name: str, value: Any, description: str = "") -> None:
        """Print a confusion matrix."""
        _attempted("confusion_matrix", name, value)

    # ---- tags and properties

    def tag(self, key: str, value: Any = None) -> None:
        """Print a tag."""
        print("Attempted to add tag {}: {}".format(key, value))

    def set_tags(self, tags: Any) -> None:
        """Print tags."""
        print("Attempted to set tags:\n{}".format(tags))

    def remove_tags(self, tags: Any) -> None:
        """Print which tags would go."""
        print("Attempted to remove tags:\n{}".format(tags))

    def add_properties(self, properties: Any) -> None:
        """Print properties."""
        print("Attempted to add properties:\n{}".format(properties))

    # ---- files

    def upload_file(self, name: str, path_or_stream: Any) -> None:
        """Print which file would be kept."""
        print("Attempted to track file {} at {}".format(name, path_or_stream))

    def upload_files(self, name: Any, paths: Any) -> None:
        """Print which files would be kept."""
        print("Attempted to track files {} at {}".format(name, paths))

    def upload_folder(self, name: str, path: Any) -> None:
        """Print which folder would be kept."""
        print("Attempted to track folder {} at {}".format(name, path))

    # ---- life

    def child_run(self, name: str | None = None, run_id: str | None = None, outputs: Any = None) -> _OfflineRun:
        """Another of its kind."""
        return _OfflineRun("{}.{}".format(self.id, name or new_interactive_id()))

    def start(self) -> None:
        """Nothing."""

    def complete(self) -> None:
        """Nothing."""

    def fail(self, error_details: Any = None, error_code: Any = None) -> None:
        """Nothing."""

    def cancel(self) -> None:
        """Nothing."""

    def flush(self, timeout_seconds: int = 300) -> None:
        """Nothing."""

    def clean(self) -> None:
        """Nothing."""

    def __enter__(self) -> _OfflineRun:
        print("[START]")
        return self

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        print("[STOP]")

    def __repr__(self) -> str:
        return "_OfflineRun(Id: {})".format(self.id)


def _attempted(kind: str, name: str, value: Any) -> None:
    print("Attempted to log {} metric {}:\n{}".format(kind, name, value))
