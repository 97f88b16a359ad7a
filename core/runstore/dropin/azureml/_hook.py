"""``import azureml`` gives the local run store's names in this environment; ``runs-tui azureml disable`` ends that.

``runs-tui azureml enable`` copied this file here. It is imported at each start of the interpreter: keep it small. When
the folder below is gone, because runs-tui was removed or moved, it changes nothing.
"""

import sys

FOLDER = ""


class First:
    """Finds ``azureml`` in the folder, before any other place is searched."""

    name = "azureml"

    @classmethod
    def find_spec(cls, name, path=None, target=None):  # type: ignore[no-untyped-def] # read by any Python 3
        """Where the module is; every other name is left to the next finder."""
        if name != cls.name:
            return None
        from importlib.machinery import PathFinder

        return PathFinder.find_spec(name, [FOLDER])


class Last(First):
    """Finds ``runstore`` in the folder, where it is not installed."""

    name = "runstore"


if FOLDER:
    sys.meta_path.insert(0, First)
    sys.meta_path.append(Last)
