"""Modules as syntax trees, and what stands in them by name; see `problem_codes` for its use."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(eq=False)
class Module:
    """A module's syntax tree and what is found in it by name."""

    name: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node, from the outside in."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        """Classes by name."""
        return {n.name: n for n in self.nodes if isinstance(n, ast.ClassDef)}

    @cached_property
    def constants(self) -> dict[str, ast.expr]:
        """Values assigned at the top."""
        found: dict[str, ast.expr] = {}
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found[node.targets[0].id] = node.value
            elif (
                isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name)
            ):
                found[node.target.id] = node.value
        return found

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Functions and methods by their bare name."""
        return {n.name: n for n in self.nodes if isinstance(n, Function)}

    @cached_property
    def methods(self) -> frozenset[Function]:
        """Functions whose first argument is the object they belong to."""
        members = (f for c in self.classes.values() for f in c.body)
        return frozenset(f for f in members if isinstance(f, Function))

    @cached_property
    def imports(self) -> dict[str, tuple[str, str]]:
        """Names that come from elsewhere: (module, name there)."""
        return {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in self.nodes
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    @cached_property
    def owner(self) -> dict[ast.AST, Function]:
        """The function that each node stands in."""
        found: dict[ast.AST, Function] = {}
        for function in (n for n in self.nodes if isinstance(n, Function)):
            found.update(dict.fromkeys(ast.walk(function), function))  # inner ones come later
        return found


@dataclass(frozen=True, eq=False)
class Frame:
    """Where an expression stands, and what is known of the names there."""

    module: Module
    function: Function | None = None
    known: Mapping[str, tuple[ast.expr, Frame]] = field(default_factory=dict)


Leaf = tuple[ast.expr, Frame]


def parameters(function: Function) -> tuple[str, ...]:
    """Return the names of what a function is handed."""
    arguments = function.args
    return tuple(a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))


def defaults(function: Function, at: Frame) -> dict[str, Leaf]:
    """Return what parameters are where a call leaves them out."""
    arguments = function.args
    positional = (*arguments.posonlyargs, *arguments.args)
    last = positional[len(positional) - len(arguments.defaults) :]
    found = {a.arg: (d, at) for a, d in zip(last, arguments.defaults, strict=True)}
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return found | {a.arg: (d, at) for a, d in pairs if d is not None}


def assignments(function: Function | None) -> Iterator[tuple[ast.expr, ast.expr, bool]]:
    """Yield (target, value, whether it is a loop's) of what a function assigns."""
    for node in ast.walk(function) if function else ():
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((target, value, False) for target in targets)
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                yield target, value, False
            case ast.AugAssign(target=target):
                yield target, ast.Constant("…"), False
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                yield target, value, True
