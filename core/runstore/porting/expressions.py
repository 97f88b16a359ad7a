"""What the expressions of a script stand for, and which names of the SDK they use."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from runstore.porting import local_api
from runstore.porting.findings import OLDER, STOPS, Finding, Place
from runstore.porting.judging import Judgement, judge_import, judge_member, judge_target, judge_use
from runstore.porting.kinds import (
    Absent,
    Class,
    Constant,
    Function,
    Kind,
    Many,
    Mapping,
    Module,
    Object,
    Other,
    Own,
    Several,
    Unreached,
)  # fmt: skip
from runstore.porting.older import older_for_name

Code = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_SAME = {"list", "sorted", "reversed", "tuple", "iter", "set"}
"""Built-in functions that give the items they get."""

_CATCHES_ALL = {"Exception", "BaseException"}
CATCHES_IMPORTS = {"ImportError", "ModuleNotFoundError"}
_CATCHES_NAMES = {"AttributeError"}


@dataclass
class Reading:
    """What was found in a file."""

    findings: list[Finding] = field(default_factory=list)
    uses_sdk: bool = False
    submitted: list[tuple[str, str]] = field(default_factory=list)
    """Folder and script of every submitted script whose names stand in the file."""
    imported: dict[str, None] = field(default_factory=dict)
    """Modules that it imports beside Azure ML's, top-level names, in order."""


class Expressions:
    """Goes through expressions in the order of their evaluation; knows what the names stand for by then."""

    def __init__(self) -> None:
        self.reading = Reading()
        self._names: dict[str, Kind | None] = {}
        self._number: int | None = None  # of the cell
        self._later: list[tuple[int | None, Code, Own | None]] = []  # functions, read when all else is
        self._caught: list[set[str]] = []  # what the try statements around here catch

    def kind(self, node: ast.expr) -> Kind | None:
        """Go through an expression, noting what it uses; the kind of its value."""
        method = getattr(self, "_of_" + type(node).__name__.lower(), self._parts)
        found: Kind | None = method(node)
        return found

    def statement(self, node: ast.AST) -> None:
        """Go through a statement, or a part of one that is no expression."""
        getattr(self, "_do_" + type(node).__name__.lower(), self._parts)(node)

    def _parts(self, node: ast.AST) -> None:
        """All parts of a node of which nothing special is known."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.kind(child)
            else:
                self.statement(child)

    def _bind(self, target: ast.expr, kind: Kind | None) -> None:
        """Assign a value to a name, to several, or to an attribute."""
        if isinstance(target, ast.Name):
            self._names[target.id] = kind
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts = kind.parts if isinstance(kind, Several) else ()
            for place, part in enumerate(target.elts):
                self._bind(part, parts[place] if place < len(parts) else local_api.each_of(kind))
        elif isinstance(target, ast.Starred):
            self._bind(target.value, None)
        elif isinstance(target, ast.Attribute):
            owner = self.kind(target.value)
            if isinstance(owner, Own):
                owner.attributes[target.attr] = kind or owner.attributes.get(target.attr)
            elif isinstance(owner, Object):
                self._member(owner, target.attr, target, assigned=kind or Constant(...))
        else:
            self.kind(target)

    # ---- each form of expression

    def _of_name(self, node: ast.Name) -> Kind | None:
        return self._names.get(node.id)

    def _of_constant(self, node: ast.Constant) -> Kind | None:
        return Constant(node.value)

    def _of_attribute(self, node: ast.Attribute) -> Kind | None:
        owner = self.kind(node.value)
        if isinstance(owner, Module):
            exists, kind = local_api.in_module(owner.path, node.attr)
            if not exists:
                judgement = judge_import(owner.path, node.attr)
                self._note(node.lineno, f"{owner.path}.{node.attr}", judgement, _CATCHES_NAMES)
            return kind
        if isinstance(owner, Other):
            return self._part(owner, node.attr, node)
        if isinstance(owner, Absent):
            self._use(owner, node)
            return Unreached()
        if isinstance(owner, (Class, Object)):
            return self._member(owner, node.attr, node)
        return owner.attributes.get(node.attr) if isinstance(owner, Own) else owner if _is_unreached(owner) else None

    def _of_subscript(self, node: ast.Subscript) -> Kind | None:
        value = self.kind(node.value)
        self.kind(node.slice)
        if isinstance(value, Several):
            place = node.slice.value if isinstance(node.slice, ast.Constant) else None
            return value.parts[place] if isinstance(place, int) and place < len(value.parts) else None
        if _is_unreached(value) or (isinstance(value, Many) and isinstance(node.slice, ast.Slice)):
            return value
        return local_api.indexed(value)

    def _of_call(self, node: ast.Call) -> Kind | None:
        function = self.kind(node.func)
        positional = [self.kind(argument) for argument in node.args]
        named = {word.arg: self.kind(word.value) for word in node.keywords}
        if _is_unreached(function):
            return function
        if function is None:
            if isinstance(node.func, ast.Name):
                return _built_in(node.func.id, positional)
            return self._of_mapping(node.func) if isinstance(node.func, ast.Attribute) else None
        self._use(function, node)
        if isinstance(function, Absent) or any(map(_is_unreached, [*positional, *named.values()])):
            return Unreached()
        if not isinstance(function, (Class, Function)):
            return None
        if not any(isinstance(each, ast.Starred) for each in node.args) and None not in named:
            refusal = local_api.refused(function, len(positional), [word for word in named if word])
            if refusal:
                self._note(node.lineno, _shown(function), Judgement(STOPS, refusal))
        result = local_api.called(function)
        if isinstance(result, Object) and any(base.__name__ == "ScriptRunConfig" for base in result.type.__mro__):
            self._configured(positional, named, node)
        return result

    def _of_ifexp(self, node: ast.IfExp) -> Kind | None:
        self.kind(node.test)
        return _first([self.kind(node.body), self.kind(node.orelse)])

    def _of_boolop(self, node: ast.BoolOp) -> Kind | None:
        return _first([self.kind(value) for value in node.values])

    def _of_namedexpr(self, node: ast.NamedExpr) -> Kind | None:
        kind = self.kind(node.value)
        self._bind(node.target, kind)
        return kind

    def _of_await(self, node: ast.Await) -> Kind | None:
        return self.kind(node.value)

    def _of_tuple(self, node: ast.Tuple) -> Kind | None:
        return Several(tuple(self.kind(each) for each in node.elts))

    def _of_list(self, node: ast.List) -> Kind | None:
        first = _first([self.kind(each) for each in node.elts])
        return Many(first) if first else None

    def _of_lambda(self, node: ast.Lambda) -> Kind | None:
        self._later.append((self._number, node, None))
        return None

    def _of_listcomp(self, node: ast.ListComp) -> Kind | None:
        return self._comprehended(node.generators, node.elt)

    def _of_setcomp(self, node: ast.SetComp) -> Kind | None:
        return self._comprehended(node.generators, node.elt)

    def _of_generatorexp(self, node: ast.GeneratorExp) -> Kind | None:
        return self._comprehended(node.generators, node.elt)

    def _of_dictcomp(self, node: ast.DictComp) -> Kind | None:
        made = self._comprehended(node.generators, node.value, node.key)
        return Mapping(made.of) if isinstance(made, Many) else None

    def _comprehended(
        self, generators: list[ast.comprehension], item: ast.expr, key: ast.expr | None = None
    ) -> Kind | None:
        outer, self._names = self._names, dict(self._names)
        for each in generators:
            self._bind(each.target, local_api.each_of(self.kind(each.iter)))
            for condition in each.ifs:
                self.kind(condition)
        if key is not None:
            self.kind(key)
        kind = self.kind(item)
        self._names = outer
        return Many(kind) if kind else None

    def _of_mapping(self, node: ast.Attribute) -> Kind | None:
        """``values()``, ``items()``, ``get()`` of a dict of ours; the dict itself was gone through already."""
        owner = self._quiet(node.value)
        if not isinstance(owner, Mapping):
            return None
        if node.attr == "items":
            return Many(Several((None, owner.of)))
        return {"values": Many(owner.of), "get": owner.of, "pop": owner.of}.get(node.attr)

    def _quiet(self, node: ast.expr) -> Kind | None:
        """The kind of an expression without noting anything."""
        noted, later = len(self.reading.findings), len(self._later)
        kind = self.kind(node)
        del self.reading.findings[noted:], self._later[later:]
        return kind

    def _part(self, module: Other, name: str, node: ast.stmt | ast.expr) -> Kind | None:
        """A name of another package's module: what an older release is needed for is noted."""
        older = older_for_name(module.path, name)
        if older:
            catching = CATCHES_IMPORTS if isinstance(node, ast.stmt) else _CATCHES_NAMES
            self._note(node.lineno, f"{module.path}.{name}", Judgement(OLDER, older), catching)
        return Other(f"{module.path}.{name}")

    # ---- names of the SDK

    def _member(self, owner: Class | Object, name: str, node: ast.expr, assigned: Kind | None = None) -> Kind | None:
        exists, kind = local_api.in_class(owner.type, name, isinstance(owner, Object))
        judgement = judge_member(owner.type, name, exists or assigned is not None, kind, assigned)
        self._note(node.lineno, f"{owner.type.__name__}.{name}", judgement, _CATCHES_NAMES)
        return Unreached() if judgement.verdict == STOPS else kind

    def _use(self, kind: Kind, node: ast.expr) -> None:
        """Note that something of the SDK is called or looked into."""
        judgement = judge_use(kind)
        if judgement:
            self._note(node.lineno, _shown(kind), judgement)

    def _configured(self, positional: list[Kind | None], named: dict[str | None, Kind | None], node: ast.Call) -> None:
        """A ScriptRunConfig or an estimator: its script, when that stands in the file, and where it was to run."""
        folder = _text(named.get("source_directory", positional[0] if positional else Constant(".")))
        script = _text(named.get("script") or named.get("entry_script") or (positional[1:2] or [None])[0])
        if folder is not None and script is not None:
            self.reading.submitted.append((folder, script))
        target = _text(named.get("compute_target"))
        judgement = judge_target(target) if target is not None else None
        if judgement:
            self._note(node.lineno, "compute_target", judgement)

    def _note(self, line: int, name: str, judgement: Judgement, catching: set[str] | None = None) -> None:
        """Remember a use; ``catching`` are the exceptions beside Exception that it would raise."""
        caught = any(handled & (_CATCHES_ALL | (catching or set())) for handled in self._caught)
        finding = Finding(Place(self._number, line), name, judgement.verdict, judgement.says, caught)
        if finding not in self.reading.findings:
            self.reading.findings.append(finding)


def _first(kinds: list[Kind | None]) -> Kind | None:
    """The first of which more is known than a value that stands in the script."""
    return next((kind for kind in kinds if kind and not isinstance(kind, Constant)), None)


def _text(kind: Kind | None) -> str | None:
    return kind.value if isinstance(kind, Constant) and isinstance(kind.value, str) else None


def _is_unreached(kind: Kind | None) -> bool:
    return isinstance(kind, Unreached)


def _built_in(name: str, arguments: list[Kind | None]) -> Kind | None:
    """What a built-in function gives back of the items that it gets."""
    first = arguments[0] if arguments else None
    if name in _SAME:
        return first
    if name == "next":
        return local_api.each_of(first)
    if name == "enumerate":
        return Many(Several((None, local_api.each_of(first))))
    if name == "zip":
        return Many(Several(tuple(local_api.each_of(each) for each in arguments)))
    return None


def _shown(kind: Kind) -> str:
    """How a person writes the name."""
    if isinstance(kind, (Module, Absent)):
        return kind.path
    if isinstance(kind, (Class, Object)):
        return kind.type.__name__
    if isinstance(kind, Function):
        name = getattr(kind.function, "__name__", "")
        return f"{kind.owner.__name__}.{name}" if kind.owner else str(name)
    return ""
