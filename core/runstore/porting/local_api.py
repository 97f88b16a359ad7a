"""The API as it is here, by introspection: what a name leads to, what a class has, what a call gives.

Modules and their names come from the drop-in's tables. Types come from the annotations of our own code and from what
its constructors assign, so that a name which is added or removed there is known here at once.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
import textwrap
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

from runstore.dropin.azureml._names import MODULES, advice, area_of, find, home_of
from runstore.porting.kinds import Absent, Class, Function, Kind, Many, Mapping, Module, Object

_MISSING = object()
_MANY = {"Iterator", "Iterable", "Generator", "Sequence", "List", "list", "tuple", "set"}
_MAPPING = {"dict", "Dict", "Mapping"}


def has_module(path: str) -> bool:
    """Whether ``import PATH`` works here."""
    return path in MODULES or area_of(path) is not None


def in_module(path: str, name: str) -> tuple[bool, Kind | None]:
    """Whether a module has ``name``, and what it is."""
    home = home_of(path, name)
    if home is None:
        deeper = f"{path}.{name}"
        return (True, Module(deeper)) if has_module(deeper) else (name.startswith("__"), None)
    if home.startswith("!"):
        return True, Absent(f"{path}.{name}", advice(path, name))
    try:
        return True, kind_of_value(find(path, name))
    except ImportError:  # of something that is not installed here
        return False, None


def public_names(path: str) -> list[str]:
    """What ``from PATH import *`` gives."""
    return [name for name in MODULES.get(path, ()) if not name.startswith("_")]


def kind_of_value(value: Any) -> Kind | None:
    """The kind of something that a module holds."""
    if isinstance(value, type):
        return Class(value)
    if callable(value):
        return Function(value, None)
    return Object(type(value)) if _is_ours(type(value)) else None


def in_class(owner: type, name: str, of_instance: bool) -> tuple[bool, Kind | None]:
    """Whether a class, or an object of it, has ``name``, and what it is.

    What is said to give a base class may give any class made from it: those are asked, too.
    """
    exists, kind = _in_one_class(owner, name, of_instance)
    if not exists and of_instance:
        narrower: type
        for narrower in type.__subclasses__(owner):
            exists, kind = in_class(narrower, name, of_instance)
            if exists:
                break
    return exists, kind


def _in_one_class(owner: type, name: str, of_instance: bool) -> tuple[bool, Kind | None]:
    value = inspect.getattr_static(owner, name, _MISSING)
    if isinstance(value, (staticmethod, classmethod)):
        return True, Function(value.__func__, owner)
    if isinstance(value, FunctionType):
        return True, Function(value, owner)
    if isinstance(value, property):
        return True, _returned(value.fget, owner) if of_instance else None
    known = _attributes(owner).get(name, _MISSING) if of_instance else _MISSING
    if known is not _MISSING:
        return True, known  # type: ignore[return-value]
    if value is not _MISSING:
        return True, kind_of_value(value)
    if not of_instance:
        return hasattr(type(owner), name), None
    return False, None


def called(kind: Kind | None) -> Kind | None:
    """What calling ``kind`` gives."""
    if isinstance(kind, Class):
        return Object(kind.type)
    if isinstance(kind, Function):
        return _returned(kind.function, kind.owner)
    return None


def each_of(kind: Kind | None) -> Kind | None:
    """What one gets by going through ``kind`` in a loop."""
    return kind.of if isinstance(kind, Many) else None


def indexed(kind: Kind | None) -> Kind | None:
    """What one gets by ``kind[...]``."""
    if isinstance(kind, (Many, Mapping)):
        return kind.of
    if isinstance(kind, Object):  # a dict of our own
        for name in ("__missing__", "__getitem__"):
            method = inspect.getattr_static(kind.type, name, None)
            if isinstance(method, FunctionType):
                return _returned(method, kind.type)
    return None


def refused(kind: Kind | None, positional: int, keywords: list[str]) -> str | None:
    """Why a call with so many arguments and these keywords cannot be made, or None when it can."""
    function = kind.type if isinstance(kind, Class) else kind.function if isinstance(kind, Function) else None
    try:
        signature = inspect.signature(function)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    parameters = list(signature.parameters.values())
    if isinstance(kind, Function) and kind.owner is not None and parameters and _bound(kind):
        del parameters[0]
    kinds = {parameter.kind for parameter in parameters}
    named = {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    if inspect.Parameter.VAR_KEYWORD not in kinds:
        unknown = [word for word in keywords if word not in named]
        if unknown:
            return f"it takes no argument {unknown[0]}"
    places = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if inspect.Parameter.VAR_POSITIONAL not in kinds and positional > len(places):
        return f"it takes at most {len(places)} arguments by position"
    return None


@cache
def only_raises(function: Any) -> bool:
    """Whether all that a function does is to raise: its annotation says so, or its body is nothing else."""
    if getattr(function, "__annotations__", {}).get("return") in ("NoReturn", "Never"):
        return True
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, ValueError, SyntaxError):
        return False
    if not isinstance(tree, ast.FunctionDef):
        return False
    body = [each for each in tree.body if not isinstance(each, (ast.Import, ast.ImportFrom))]
    if ast.get_docstring(tree) is not None:
        del body[0]
    return len(body) == 1 and isinstance(body[0], ast.Raise)


def _bound(function: Function) -> bool:
    owner = function.owner
    value = inspect.getattr_static(owner, getattr(function.function, "__name__", ""), None) if owner else None
    return not isinstance(value, staticmethod)


def _is_ours(owner: type) -> bool:
    return owner.__module__.partition(".")[0] in ("runstore", "azureml")


def _returned(function: Callable[..., Any] | None, owner: type | None) -> Kind | None:
    """By its annotation; where it says ``Any``, ``Self`` or nothing of ours, the answer is what that tells."""
    annotations = getattr(function, "__annotations__", {})
    written = annotations.get("return")
    module = getattr(function, "__module__", None)
    return _annotated(written, module, owner)


def _annotated(written: Any, module: str | None, owner: type | None) -> Kind | None:
    if isinstance(written, type):
        return Object(written) if _is_ours(written) else None
    if not isinstance(written, str) or module is None:
        return None
    try:
        return _of_node(ast.parse(written, mode="eval").body, module, owner)
    except SyntaxError:
        return None


def _of_node(node: ast.expr, module: str, owner: type | None) -> Kind | None:
    """The kind that the annotation ``node``, written in ``module``, stands for."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _annotated(node.value, module, owner)
    if isinstance(node, ast.BinOp):  # A | None
        return _of_node(node.left, module, owner) or _of_node(node.right, module, owner)
    if isinstance(node, ast.Name):
        if node.id == "Self":
            return Object(owner) if owner else None
        found = _named(module, node.id)
        return Object(found) if isinstance(found, type) and _is_ours(found) else None
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        outer = node.value.id
        if outer == "Optional":
            return _of_node(parts[0], module, owner)
        if outer in _MANY:
            of = _of_node(parts[0], module, owner)
            return Many(of) if of else None
        if outer in _MAPPING and len(parts) == 2:
            of = _of_node(parts[1], module, owner)
            return Mapping(of) if of else None
    return None


def _named(module: str, name: str) -> Any:
    """What ``name`` means in the source of ``module``, also where only a type checker imports it."""
    loaded = sys.modules.get(module)
    if loaded is not None and name in vars(loaded):
        return vars(loaded)[name]
    origin = _imports(module).get(name)
    if origin is None:
        return None
    try:
        return getattr(importlib.import_module(origin[0]), origin[1], None)
    except ImportError:
        return None


@cache
def _imports(module: str) -> dict[str, tuple[str, str]]:
    """Name -> (module, name there), of every ``from`` import that stands anywhere in a module."""
    tree = _tree(module)
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in (ast.walk(tree) if tree else ())
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


@cache
def _tree(module: str) -> ast.Module | None:
    try:
        return ast.parse(inspect.getsource(sys.modules[module]))
    except (KeyError, OSError, TypeError, SyntaxError):
        return None


@cache
def _attributes(owner: type) -> dict[str, Kind | None]:
    """What objects of a class carry beside its members: annotated in its body, or assigned to ``self``."""
    found: dict[str, Kind | None] = {}
    for each in reversed(owner.__mro__):
        if not _is_ours(each):
            continue
        tree = _tree(each.__module__)
        body = next(
            (n for n in (tree.body if tree else ()) if isinstance(n, ast.ClassDef) and n.name == each.__name__), None
        )
        for node in ast.walk(body) if body else ():
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found.update(_assigned(node, each))
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found[node.target.id] = _of_node(node.annotation, each.__module__, owner)
    return found


def _assigned(method: ast.FunctionDef | ast.AsyncFunctionDef, owner: type) -> dict[str, Kind | None]:
    """The attributes that a method gives to its first argument."""
    arguments = [*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs]
    if not arguments:
        return {}
    me, module = arguments[0].arg, owner.__module__
    hints = {each.arg: each.annotation for each in arguments if each.annotation is not None}
    found: dict[str, Kind | None] = {}
    for node in ast.walk(method):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if not (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == me):
                continue
            kind = None
            if isinstance(node, ast.AnnAssign):
                kind = _of_node(node.annotation, module, owner)
            elif isinstance(node, ast.Assign):
                kind = _of_value(node.value, hints, module, owner)
            if kind is not None or target.attr not in found:
                found[target.attr] = kind
    return found


def _of_value(node: ast.expr, hints: dict[str, ast.expr], module: str, owner: type) -> Kind | None:
    """The kind of a value that a constructor assigns: an annotated argument, or a new object of ours."""
    if isinstance(node, ast.BoolOp):  # environment or Environment()
        return next((kind for each in node.values if (kind := _of_value(each, hints, module, owner))), None)
    if isinstance(node, ast.IfExp):
        return _of_value(node.body, hints, module, owner) or _of_value(node.orelse, hints, module, owner)
    if isinstance(node, ast.Name) and node.id in hints:
        return _of_node(hints[node.id], module, owner)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        made = _named(module, node.func.id)
        return Object(made) if isinstance(made, type) and _is_ours(made) else None
    return None
