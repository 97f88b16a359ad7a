"""Writes the files beside it: the public calls of the real packages, and the names of their parameters.

``python make.py``, with torch 2.13.0, tensorboardX 2.6.5 and wandb 0.31.0.
"""

import inspect
import json
from pathlib import Path

HERE = Path(__file__).parent
RUN = """alert config define_metric dir finish get_url group id job_type log log_artifact log_code log_model
mark_preempting name notes path project project_name resumed save start_time status step summary tags unwatch url
use_artifact use_model watch entity offline disabled display starting_step sweep_id""".split()
ARTIFACT = "add add_dir add_file add_reference new_file wait".split()
MODULE = """AlertLevel Api Artifact Audio Classes CommError Error Histogram Html Image Molecule Object3D Plotly Settings
Table UsageError Video agent alert controller define_metric finish init log log_artifact log_model login plot_table
require save setup sweep teardown termerror termlog termwarn unwatch use_artifact watch""".split()


def parameters(function: object) -> list[str]:
    """Those that can be given by name."""
    found = inspect.signature(function).parameters.values()
    return [each.name for each in found if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]


def of_class(cls: type) -> dict[str, list[str]]:
    names = [name for name in dir(cls) if not name.startswith("_") and callable(getattr(cls, name))]
    return {"__init__": parameters(cls), **{name: parameters(getattr(cls, name))[1:] for name in names}}


def main() -> None:
    import tensorboardX
    import torch.utils.tensorboard
    import wandb

    writers = {"torch": torch.utils.tensorboard.SummaryWriter, "tensorboardX": tensorboardX.SummaryWriter}
    run = {
        name: parameters(each)[1:] if callable(each := getattr(wandb.Run, name)) else None
        for name in RUN
        if hasattr(wandb.Run, name)
    }
    module = {
        name: parameters(each) if callable(each := getattr(wandb, name)) and not inspect.isclass(each) else None
        for name in MODULE
        if hasattr(wandb, name)
    }
    media = {
        name: parameters(getattr(wandb, name))
        for name in ("Image", "Table", "Histogram", "Html", "Video", "Audio", "Classes")
    }
    artifact = {name: parameters(getattr(wandb.Artifact, name))[1:] for name in ARTIFACT}
    plots = {
        name: parameters(getattr(wandb.plot, name))
        for name in ("confusion_matrix", "line", "scatter", "bar", "histogram", "line_series", "pr_curve", "roc_curve")
    }
    for name, content in (
        ("summary_writers", {name: of_class(cls) for name, cls in writers.items()}),
        ("wandb", {"module": module, "run": run, "media": media, "plot": plots, "artifact": artifact}),
    ):
        (HERE / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
