"""Changed files turned into "these runs changed": hints of the system where there are any, and looks at the files."""

from runstore.watching.watcher import Watcher

__all__ = ["Watcher"]
