"""`ScriptRun`: a run that was submitted as a script with `ScriptRunConfig`."""

from __future__ import annotations

from runstore.runs.run import Run


class ScriptRun(Run):
    """All that can be done with it `Run` does; the class tells such runs from interactive ones."""

    RUN_TYPE = "azureml.scriptrun"
