"""Whether a name of the SDK works here, something stands in for it, or it ends the script; and what to do then."""

from __future__ import annotations

import difflib
import inspect
import re
from dataclasses import dataclass
from typing import Any

from runstore.dropin.azureml._names import MODULES, area_of
from runstore.dropin.azureml._names.areas import AREAS
from runstore.porting import local_api
from runstore.porting.findings import STAND_IN, STOPS, WORKS
from runstore.porting.kinds import Absent, Class, Constant, Function, Kind, Many, Mapping, Object

STAND_INS = "runstore.stand_ins."

_WORDS = {
    "authentication": "log-in",
    "compute": "compute targets",
    "compute_target": "compute targets",
    "data_input": "data inputs",
    "data_output": "data outputs",
    "dataset": "datasets",
    "dataset_base": "datasets",
    "file_dataset": "datasets",
    "tabular_dataset": "datasets",
    "datastore": "datastores",
    "keyvault": "key vault",
    "open_datasets": "datasets",
    "resources": "resource settings",
}
"""What the modules of the stand-ins stand in for, in the words of a person."""

_MEMBERS = {
    "DockerSection": "Docker settings",
    "DockerConfiguration": "Docker settings",
    "SparkPackage": "Spark settings",
    "SparkSection": "Spark settings",
    "Environment.from_docker_image": "Docker settings",
    "Environment.from_docker_build_context": "Docker settings",
    "Environment.from_dockerfile": "Docker settings",
    "Environment.get": "curated environments",
    "Environment.build": "image builds",
    "Environment.build_local": "image builds",
    "Environment.get_image_details": "image builds",
    "Run.get_secret": "key vault",
    "Run.get_secrets": "key vault",
}
"""Classes and members outside the stand-ins that accept what has no meaning on one machine."""

_AREAS_OF_MEMBERS = {
    "hyperdrive": "get_best_run_by_primary_metric get_children_sorted_by_primary_metric get_hyperparameters",
    "automl": "get_output get_best_child",
    "pipeline": "publish_pipeline find_step_run get_steps get_pipeline_output get_output_data",
}
"""Members of runs of kinds that are not here."""

_OFF = (Constant(False), Constant(None))

_V2 = "it is Azure ML's SDK v2, of which nothing is here; the run store speaks v1 (azureml.core)"
_AZURE = "it talks to Azure itself; on one machine read and write local files instead"


@dataclass(frozen=True)
class Judgement:
    """A verdict with what stands in, or with why it stops and what to do."""

    verdict: str
    says: str = ""


def judge_import(path: str, name: str | None) -> Judgement:
    """Of a module, or a name of one, that does not exist here."""
    if path == "azure" or path.startswith("azure."):
        return Judgement(STOPS, _V2 if path.startswith("azure.ai.ml") else _AZURE)
    area = area_of(path)
    if area is not None:
        return Judgement(STOPS, AREAS[area])
    if name is None:
        return Judgement(STOPS, "there is no such module here" + _perhaps(path, list(MODULES)))
    return Judgement(STOPS, "there is no such name here" + _perhaps(name, list(MODULES.get(path, ()))))


def judge_use(kind: Kind | None) -> Judgement | None:
    """Of a call of a name, None where its parts have been judged already."""
    if isinstance(kind, Absent):
        return Judgement(STOPS, kind.advice)
    if isinstance(kind, (Class, Function)):
        home = kind.type if isinstance(kind, Class) else kind.function
        if isinstance(kind, Function) and kind.owner is not None:
            return None
        word = stand_in_word(home) or (_MEMBERS.get(kind.type.__name__) if isinstance(kind, Class) else None)
        return Judgement(STAND_IN, word) if word else Judgement(WORKS)
    return None


def judge_member(owner: type, name: str, exists: bool, kind: Kind | None, assigned: Kind | None = None) -> Judgement:
    """Of a member of a class of ours; ``kind`` is what the member is, ``assigned`` what the script makes it."""
    if not exists:
        for area, members in _AREAS_OF_MEMBERS.items():
            if name in members.split():
                return Judgement(STOPS, AREAS[area])
        known = [each for each in dir(owner) if not each.startswith("_")]
        return Judgement(STOPS, f"{owner.__name__} has no {name} here" + _perhaps(name, known))
    if isinstance(kind, Function):
        advice = always_raises(kind.function)
        if advice is not None:
            return Judgement(STOPS, advice)
    for each in owner.__mro__:
        word = stand_in_word(each) or _MEMBERS.get(f"{each.__name__}.{name}")
        if word is None and (isinstance(kind, Function) or (assigned and assigned not in _OFF)):
            word = _MEMBERS.get(each.__name__)
        if word:
            return Judgement(STAND_IN, word)
    given = local_api.called(kind) if isinstance(kind, Function) else kind
    given = given.of if isinstance(given, (Many, Mapping)) else given
    word = stand_in_word(given.type) if isinstance(given, Object) else None
    return Judgement(STAND_IN, word) if word else Judgement(WORKS)


def judge_target(name: str) -> Judgement | None:
    """Of the name of a compute target."""
    return None if name in ("", "local") else Judgement(STAND_IN, _WORDS["compute"])


def judge_command(words: str) -> Judgement | None:
    """Of a line for the shell: None when it can be left alone."""
    if re.match(r"[!%]\s*(az|azcopy|databricks)\b", words):
        return Judgement(STOPS, f"{words.split(maxsplit=1)[0].lstrip('!%')} talks to Azure itself; leave the line out")
    return None


def stand_in_word(value: Any) -> str | None:
    """What a class or function stands in for, None when it is no stand-in."""
    module = getattr(value, "__module__", None) or ""
    return _WORDS.get(module[len(STAND_INS) :].partition(".")[0]) if module.startswith(STAND_INS) else None


def always_raises(function: Any) -> str | None:
    """What a function that can only raise says of itself; None for any other."""
    if not local_api.only_raises(function):
        return None
    said = " ".join((inspect.getdoc(function) or "it cannot be used here").partition("\n\n")[0].split())
    return re.sub(r"^Raises `\w+`: ", "", said).removesuffix(".")


def _perhaps(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, 1, 0.8)
    return f"; did you mean {close[0]}?" if close else ""
