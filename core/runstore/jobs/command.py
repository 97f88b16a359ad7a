"""What a command line says about the run: the script, its arguments, the experiment it belongs to."""

from __future__ import annotations

import os
import re
import shutil
from typing import Any

from runstore.writing.arguments import mask_arguments, params_from_arguments

_SCRIPT = re.compile(r"[^-].*\.(py|pyw|sh|bash|jl|R|r|lua|ipynb)\Z", re.S)
_INTERPRETER = re.compile(
    r"((i?python|pypy)[\d.]*|torchrun|accelerate|deepspeed|(ba|da|k|z)?sh|Rscript|julia|perl|ruby)\Z"
)
_MODULE, _CODE = "-m", "-c"


def script_position(arguments: list[str]) -> int:
    """Where in the command its script stands: an argument named like one, or what follows -m or -c; else 0."""
    interpreted = False
    for index, argument in enumerate(arguments):
        if (interpreted and arguments[index - 1] in (_MODULE, _CODE)) or _SCRIPT.match(argument):
            return index
        interpreted = interpreted or bool(_INTERPRETER.match(_base(argument)))
    return 0


def experiment_of(arguments: list[str]) -> str:
    """A valid experiment name from the script: ``python my_train.py`` -> ``my_train``; ``default`` if none is left."""
    position = script_position(arguments)
    before = arguments[position - 1] if position else ""
    if before == _CODE:
        name = _base(arguments[0])
    elif before == _MODULE:
        name = arguments[position].removesuffix(".__main__").rpartition(".")[2]
    else:
        name = os.path.splitext(_base(arguments[position]))[0]
    valid = "".join(char if char.isascii() and (char.isalnum() or char in "_-") else "-" for char in name)
    return valid.strip("-_")[:100] or "default"


def facts_of(arguments: list[str], folder: str, environment: dict[str, str]) -> dict[str, Any]:
    """Fields of run.json: the command without its secrets, its parameters, where and with which interpreter it runs."""
    script = script_position(arguments)
    program = shutil.which(arguments[0], path=environment.get("PATH")) or arguments[0]
    definition: dict[str, Any] = {"program": os.path.abspath(program) if os.sep in program else program}
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if environment.get(variable):
            definition["environment"] = environment[variable]
            break
    return {
        "command": mask_arguments(arguments),
        "params": params_from_arguments(arguments[script + 1 :]),
        "cwd": folder,
        "definition": definition,
    }


def _base(path: str) -> str:
    return os.path.basename(path.rstrip("/"))
