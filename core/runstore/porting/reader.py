"""Reads a script as Python would run it, line by line, and notes every name of the SDK that it uses.

Nothing of the script is run. What a variable holds is followed as far as assignments, calls and loops tell; of what is
not known nothing is claimed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable

from runstore.porting import local_api
from runstore.porting.cells import Cell, Source
from runstore.porting.expressions import CATCHES_IMPORTS, Expressions, Reading
from runstore.porting.findings import OLDER, STOPS
from runstore.porting.judging import Judgement, judge_command, judge_import
from runstore.porting.kinds import Class, Kind, Module, Object, Other, Own
from runstore.porting.older import older_for_module


def read(source: Source) -> Reading:
    """Everything that a file uses of the SDK, in the order in which it stands there."""
    reader = _Reader()
    for cell in source.cells:
        reader.cell(cell)
    reader.functions()
    reader.reading.findings.sort(key=lambda finding: (finding.place.cell or 0, finding.place.line))
    return reader.reading


class _Reader(Expressions):
    def cell(self, cell: Cell) -> None:
        """A notebook's cell, or a script."""
        self._number = cell.number
        if cell.stops:
            line, why = cell.stops
            self._note(line, "", Judgement(STOPS, why))
        for line, words in cell.commands:
            judgement = judge_command(words)
            if judgement:
                self._note(line, words.split()[0], judgement)
        self._body(cell.tree.body)

    def functions(self) -> None:
        """The bodies of the functions: they see what the whole file has defined."""
        outer = self._names
        while self._later:
            self._number, function, me = self._later.pop(0)
            self._names = dict(outer)
            arguments = function.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            for each in [*every, *filter(None, (arguments.vararg, arguments.kwarg))]:
                self._names[each.arg] = self._hinted(each.annotation)
            if me is not None and every:
                self._names[every[0].arg] = me
            if isinstance(function, ast.Lambda):
                self.kind(function.body)
            else:
                self._body(function.body)
        self._names = outer

    def _body(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self.statement(statement)

    # ---- definitions

    def _do_functiondef(self, node: ast.FunctionDef) -> None:
        self._function(node, None)

    def _do_asyncfunctiondef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node, None)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, me: Own | None) -> None:
        for each in [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.kind(each)
        self._names[node.name] = None
        self._later.append((self._number, node, me))

    def _do_classdef(self, node: ast.ClassDef) -> None:
        for each in [*node.bases, *node.decorator_list, *(word.value for word in node.keywords)]:
            self.kind(each)
        me = Own({})
        outer, self._names = self._names, dict(self._names)
        for statement in node.body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._function(statement, me)
            else:
                self.statement(statement)
        self._names = outer
        self._names[node.name] = None

    # ---- imports

    def _do_import(self, node: ast.Import) -> None:
        for alias in node.names:
            kind = self._imported(alias.name, node.lineno)
            top = alias.name.partition(".")[0]
            shown = alias.name if alias.asname else top
            self._names[alias.asname or top] = type(kind)(shown) if kind else None

    def _do_importfrom(self, node: ast.ImportFrom) -> None:
        path = node.module or ""
        module = self._imported(path, node.lineno) if not node.level else None
        if not isinstance(module, Module):
            for alias in node.names:
                self._names[alias.asname or alias.name] = self._part(module, alias.name, node) if module else None
            return
        for alias in node.names:
            if alias.name == "*":
                self._names.update({name: local_api.in_module(path, name)[1] for name in local_api.public_names(path)})
                continue
            exists, kind = local_api.in_module(path, alias.name)
            if not exists:
                self._note(node.lineno, f"{path}.{alias.name}", judge_import(path, alias.name), CATCHES_IMPORTS)
            self._names[alias.asname or alias.name] = kind

    def _imported(self, path: str, line: int) -> Module | Other | None:
        """Note an import; the module, None when it is one of the SDK's that does not exist here."""
        top = path.partition(".")[0]
        if top == "azureml":
            self.reading.uses_sdk = True
            if local_api.has_module(path):
                return Module(path)
            self._note(line, path, judge_import(path, None), CATCHES_IMPORTS)
        elif top == "azure":
            self.reading.uses_sdk |= path.startswith("azure.ai.ml")
            self._note(line, path, judge_import(path, None), CATCHES_IMPORTS)
        else:
            if top not in sys.stdlib_module_names and top != "__main__":
                self.reading.imported.setdefault(top)
            older = older_for_module(path)
            if older:
                self._note(line, path, Judgement(OLDER, older), CATCHES_IMPORTS)
            return Other(path)
        return None

    # ---- statements that bind names or catch errors

    def _do_assign(self, node: ast.Assign) -> None:
        kind = self.kind(node.value)
        for target in node.targets:
            self._bind(target, kind)

    def _do_annassign(self, node: ast.AnnAssign) -> None:
        kind = self.kind(node.value) if node.value else None
        self._bind(node.target, kind or self._hinted(node.annotation))

    def _do_for(self, node: ast.For) -> None:
        self._loop(node)

    def _do_asyncfor(self, node: ast.AsyncFor) -> None:
        self._loop(node)

    def _loop(self, node: ast.For | ast.AsyncFor) -> None:
        self._bind(node.target, local_api.each_of(self.kind(node.iter)))
        self._body([*node.body, *node.orelse])

    def _do_with(self, node: ast.With) -> None:
        self._with(node)

    def _do_asyncwith(self, node: ast.AsyncWith) -> None:
        self._with(node)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            kind = self.kind(item.context_expr)
            if item.optional_vars is not None:
                self._bind(item.optional_vars, kind if isinstance(kind, Object) else None)
        self._body(node.body)

    def _do_try(self, node: ast.Try) -> None:
        self._try(node)

    def _do_trystar(self, node: ast.TryStar) -> None:
        self._try(node)

    def _try(self, node: ast.Try | ast.TryStar) -> None:
        self._caught.append({name for handler in node.handlers for name in _names_of(handler.type)})
        self._body(node.body)
        self._caught.pop()
        for handler in node.handlers:
            if handler.type is not None:
                self.kind(handler.type)
            if handler.name:
                self._names[handler.name] = None
            self._body(handler.body)
        self._body([*node.orelse, *node.finalbody])

    def _do_delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._names.pop(target.id, None)
            else:
                self.kind(target)

    def _hinted(self, annotation: ast.expr | None) -> Kind | None:
        """An argument or a variable that the script annotates with a class of the SDK."""
        kind = self._quiet(annotation) if annotation is not None else None
        return Object(kind.type) if isinstance(kind, Class) else None


def _names_of(node: ast.expr | None) -> list[str]:
    """The exceptions that an ``except`` names; one without a name catches all."""
    if node is None:
        return ["Exception"]
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    names = [part.id if isinstance(part, ast.Name) else getattr(part, "attr", None) for part in parts]
    return [name for name in names if name]
