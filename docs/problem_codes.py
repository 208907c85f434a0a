"""Every problem that the code can tell of, read off its source: code, severity, words, place.

There is no register to keep up to date. Wherever ``error``, ``warning``, ``note`` or ``Problem``
is called, code and sentences stand in the call, or a few steps away: in a constant, a table, a
helper that is handed them. Those steps are followed here, in the syntax tree, without running
anything. What only a run could know (a name, a number) is shown as "…"; a code that only a run
could know is a fault, and `dynamic` says where.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from source_trees import Frame, Function, Leaf, Module, assignments, defaults, parameters

UNKNOWN = "…"
ROOMS = ("groundfloor", "boundaries", "networks", "spots")
_TELLERS = {"error": "error", "warning": "warning", "note": "note", "Problem": None}
_HOME = "groundfloor.problems"
_DEEP, _FEW, _MANY = 14, 3, 8


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in both languages."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Told:
    """One way in which a problem is told.

    Parameters
    ----------
    code : str
        As a user sees it.
    severities : tuple of str
        What it may be: "error", "warning" or "note".
    messages, remedies : tuple of Words
        What it may say, with "…" for what differs from case to case.
    module : str
        Where it is told, dotted.
    line : int
        Line of the call.
    """

    code: str
    severities: tuple[str, ...]
    messages: tuple[Words, ...]
    remedies: tuple[Words, ...]
    module: str
    line: int


class Reader:
    """Follows names and calls through the modules of the project."""

    def __init__(self, root: Path) -> None:
        self.modules: dict[str, Module] = {}
        self.dynamic: list[str] = []
        for path in [
            root / "cli.py",
            *(p for r in ROOMS for p in sorted((root / r).rglob("*.py"))),
        ]:
            name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            self.modules[name] = Module(name, ast.parse(path.read_text(encoding="utf-8")))

    # --- who is called -------------------------------------------------------------------------

    def teller(self, call: ast.Call, module: Module) -> str | None:
        """Return which of the four a call is of; None for any other."""
        if not isinstance(call.func, ast.Name) or call.func.id not in _TELLERS:
            return None
        here = module.name == _HOME or module.imports.get(call.func.id, ("",))[0] == _HOME
        return call.func.id if here else None

    def callee(self, call: ast.Call, module: Module) -> tuple[Module, Function] | None:
        """Return the function of ours that a call is of."""
        if isinstance(call.func, ast.Name):
            name = call.func.id
            if name in module.functions:
                return module, module.functions[name]
            home, there = module.imports.get(name, ("", ""))
            other = self.modules.get(home)
            return (other, other.functions[there]) if other and there in other.functions else None
        if isinstance(call.func, ast.Attribute):
            found = self.tellers.get(call.func.attr, [])
            return next((f for f in found if f[0] is module), found[0] if found else None)
        return None

    @cached_property
    def tellers(self) -> dict[str, list[tuple[Module, Function]]]:
        """Methods that are handed a code, by name: of other objects nothing is known here."""
        found: dict[str, list[tuple[Module, Function]]] = {}
        for module in self.modules.values():
            for method in module.methods:
                if "code" in parameters(method):
                    found.setdefault(method.name, []).append((module, method))
        return found

    @cached_property
    def sites(self) -> dict[Function, list[tuple[ast.Call, Module]]]:
        """Calls of our functions."""
        found: dict[Function, list[tuple[ast.Call, Module]]] = {}
        for module in self.modules.values():
            for node in module.nodes:
                if isinstance(node, ast.Call) and (target := self.callee(node, module)):
                    found.setdefault(target[1], []).append((node, module))
        return found

    def bound(self, function: Function, home: Module, call: ast.Call, at: Frame) -> list[Frame]:
        """Return the frames of a function as a call fills its parameters."""
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        if function in home.methods and isinstance(call.func, ast.Attribute):
            names = names[1:]
        left_out = defaults(function, Frame(home))
        given = {k.arg: (k.value, at) for k in call.keywords if k.arg}
        return [
            Frame(home, function, {**left_out, **dict(zip(names, row, strict=False)), **given})
            for row in self.row_of(call.args, at)
        ]

    # --- what an expression may be ------------------------------------------------------------

    def leaves(self, expr: ast.expr, at: Frame, depth: int = 0) -> list[Leaf]:
        """Return what an expression may be, as far as names, branches and calls lead."""
        if depth > _DEEP:
            return [(expr, at)]
        match expr:
            case ast.IfExp(body=one, orelse=other):
                found = [(one, at), (other, at)]
            case ast.BoolOp(values=values):
                found = [(value, at) for value in values]
            case ast.Name(id=name):
                found = self.named(name, at, depth + 1)
            case ast.Subscript(value=value, slice=key):
                found = self.entries(value, key, at, depth + 1)
            case ast.Attribute() | ast.Call():
                found = self.followed(expr, at, depth + 1)
            case _:
                found = []
        return [leaf for e, f in found for leaf in self.leaves(e, f, depth + 1)] or [(expr, at)]

    def followed(self, expr: ast.expr, at: Frame, depth: int) -> list[Leaf]:
        """Return what an attribute or a call may be; nothing where that is not known."""
        match expr:
            case ast.Attribute(value=value, attr="ja" | "en" as lang):
                texts = self.leaves(value, at, depth)
                known = bool(texts) and all(_is_text(e) for e, _ in texts)
                found = [(_side(e, lang), f) for e, f in texts] if known else []
            case ast.Call(func=ast.Name(id="MappingProxyType"), args=[inner]):
                found = [(inner, at)]
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[key, *default]):
                found = self.entries(table, key, at, depth) + [(d, at) for d in default]
            case ast.Call() if not _is_text(expr):
                found = self.returned(expr, at, depth)
            case _:
                found = []
        return found

    def returned(self, call: ast.Call, at: Frame, depth: int) -> list[Leaf]:
        """Return what a function of ours may return, or yield, for a call."""
        target = self.callee(call, at.module)
        if target is None or depth > _DEEP:
            return []
        home, function = target
        own = [n for n in ast.walk(function) if home.owner.get(n) is function]
        values = [n.value for n in own if isinstance(n, ast.Return | ast.Yield) and n.value]
        return [(v, frame) for frame in self.bound(function, home, call, at) for v in values]

    def entries(self, value: ast.expr, key: ast.expr, at: Frame, depth: int) -> list[Leaf]:
        """Return the entries of a table that a key may mean; all of them for an unknown key."""
        found: list[Leaf] = []
        keys = {e.value for e, _ in self.leaves(key, at, depth) if isinstance(e, ast.Constant)}
        for table, frame in self.leaves(value, at, depth):
            if isinstance(table, ast.Dict):
                pairs = list(zip(table.keys, table.values, strict=True))
                chosen = [v for k, v in pairs if isinstance(k, ast.Constant) and k.value in keys]
                found += [(v, frame) for v in chosen or table.values]
            elif isinstance(table, ast.Tuple) and len(keys) == 1:
                found += [(table.elts[k], frame) for k in keys if isinstance(k, int)]
        return found

    def fields(self, expr: ast.expr, at: Frame) -> list[Leaf]:
        """Return what a field (``finding.message``) may hold: all that its values are made with."""
        found: list[Leaf] = []
        if not isinstance(expr, ast.Attribute):
            return found
        name = expr.attr
        homes = dict.fromkeys(at.module.classes, at.module) | {
            n: self.modules[home]
            for n, (home, there) in at.module.imports.items()
            if home in self.modules and home != _HOME and there in self.modules[home].classes
        }
        for made, home in homes.items():
            body = home.classes[at.module.imports.get(made, ("", made))[1]].body
            order = [
                n.target.id
                for n in body
                if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
            ]
            if name not in order:
                continue
            for module in self.modules.values():
                if module is home or module.imports.get(made, ("",))[0] == home.name:
                    found += self.made_with(made, order, name, module)
        return found

    def made_with(self, made: str, order: Sequence[str], name: str, module: Module) -> list[Leaf]:
        """Return what a module hands a class for one of its fields."""
        found: list[Leaf] = []
        for call in module.nodes:
            if not isinstance(call, ast.Call) or ast.unparse(call.func) != made:
                continue
            given = dict(zip(order, call.args, strict=False))
            given |= {k.arg: k.value for k in call.keywords if k.arg}
            if name in given and not isinstance(given[name], ast.Constant):  # None
                found += self.leaves(given[name], Frame(module, module.owner.get(call)))
        return found

    def named(self, name: str, at: Frame, depth: int) -> list[Leaf]:
        """Return what a name may stand for."""
        if name in at.known:
            return [at.known[name]]
        if at.function is not None:
            if found := self.assigned(name, at, depth):
                return found
            if name in parameters(at.function):
                return self.argument(name, at)
        if name in at.module.constants:
            return [(at.module.constants[name], Frame(at.module))]
        home, there = at.module.imports.get(name, ("", ""))
        other = self.modules.get(home)
        return (
            [(other.constants[there], Frame(other))] if other and there in other.constants else []
        )

    def argument(self, name: str, at: Frame) -> list[Leaf]:
        """Return what a parameter may be, over all calls."""
        assert at.function is not None  # noqa: S101 - asked for the parameters of a function only
        return [
            frame.known[name]
            for call, module in self.sites.get(at.function, ())
            for frame in self.bound(
                at.function, at.module, call, Frame(module, module.owner.get(call))
            )
            if name in frame.known
        ]

    def assigned(self, name: str, at: Frame, depth: int) -> list[Leaf]:
        """Return what a function assigns to a name."""
        found: list[Leaf] = []
        for target, value, many in assignments(at.function):
            if isinstance(target, ast.Name) and target.id == name:
                # What is made of its own earlier value stands on the assignment before.
                before = found[-1:] or [(ast.Constant(UNKNOWN), at)]
                frame = Frame(at.module, at.function, {**at.known, name: before[0]})
                found += self.items(value, frame, depth) if many else [(value, frame)]
            elif isinstance(target, ast.Tuple):
                for n, part in enumerate(target.elts):
                    if isinstance(part, ast.Name) and part.id == name:
                        rows = self.rows(value, at, depth, many=many)
                        found += [row[n] for row in rows if n < len(row)]
        return found

    def items(self, value: ast.expr, at: Frame, depth: int) -> list[Leaf]:
        """Return what a loop over `value` may meet."""
        match value:
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                return [(e, at) for e in elts]
            case ast.Call(func=ast.Attribute(value=table, attr="items")):
                pairs = [
                    (ast.Tuple(elts=[k, v], ctx=ast.Load()), f)
                    for e, f in self.leaves(table, at, depth)
                    if isinstance(e, ast.Dict)
                    for k, v in zip(e.keys, e.values, strict=True)
                    if k is not None
                ]
                return list(pairs)
            case ast.Call():
                return self.returned(value, at, depth)
            case ast.Name(id=name):
                return (
                    [x for e, f in self.named(name, at, depth) for x in self.items(e, f, depth + 1)]
                    if depth < _DEEP
                    else []
                )
        return []

    def rows(
        self, expr: ast.expr, at: Frame, depth: int, *, many: bool = False
    ) -> list[tuple[Leaf, ...]]:
        """Return the tuples that an expression, or a loop over it, may give."""
        found = self.items(expr, at, depth) if many else [(expr, at)]
        leaves = [leaf for e, f in found for leaf in self.leaves(e, f, depth + 1)]
        return [
            row for e, f in leaves if isinstance(e, ast.Tuple) for row in self.row_of(e.elts, f)
        ]

    def row_of(self, elements: Sequence[ast.expr], at: Frame) -> list[tuple[Leaf, ...]]:
        """Return elements as rows; one with a star gives as many elements as it may have."""
        parts: list[list[tuple[Leaf, ...]]] = [
            (self.rows(e.value, at, 1) or [()]) if isinstance(e, ast.Starred) else [((e, at),)]
            for e in elements
        ]
        return [tuple(itertools.chain(*row)) for row in itertools.product(*parts)]

    # --- words ----------------------------------------------------------------------------------

    def strings(self, expr: ast.expr, at: Frame, depth: int = 0) -> list[str]:
        """Return the texts that an expression may be; "…" for what is not known."""
        found: list[str] = []
        for leaf, frame in self.leaves(expr, at, depth):
            match leaf:
                case ast.Constant(value=str() | int() | float() as value):
                    found.append(str(value))
                case ast.JoinedStr(values=parts):
                    found += _joined([self.part(p, frame, depth + 1) for p in parts])
                case ast.Call(func=ast.Attribute(value=template, attr="format")):
                    filled = (
                        self.strings(template, frame, depth + 1) if depth < _DEEP else [UNKNOWN]
                    )
                    found += [re.sub(r"\{[^}]*\}", UNKNOWN, text) for text in filled]
                case ast.BinOp(left=left, op=ast.Add(), right=right):
                    found += _joined([self.strings(e, frame, depth + 1) for e in (left, right)])
                case _:
                    found.append(UNKNOWN)
        return list(dict.fromkeys(found))

    def part(self, part: ast.expr, at: Frame, depth: int) -> list[str]:
        """Return what a part of an f-string may be."""
        if not isinstance(part, ast.FormattedValue):
            return self.strings(part, at, depth)
        found = self.strings(part.value, at, depth) if depth < _DEEP else [UNKNOWN]
        return found if UNKNOWN not in found and len(found) <= _FEW else [UNKNOWN]

    def texts(self, expr: ast.expr, at: Frame) -> list[Words]:
        """Return the sentences that an expression may be."""
        found: list[Words] = []
        leaves = self.leaves(expr, at)
        for leaf, frame in [x for e, f in leaves for x in self.fields(e, f) or [(e, f)]]:
            if not _is_text(leaf):
                found.append(Words(UNKNOWN, UNKNOWN))
                continue
            ja, en = (self.strings(_side(leaf, lang), frame) for lang in ("ja", "en"))
            if len(ja) != len(en):
                ja, en = ja * len(en), [e for e in en for _ in ja]
            found += map(Words, ja, en)
        said = [words for words in dict.fromkeys(found) if words.ja or words.en]
        return said or [Words("", "")]

    # --- problems -------------------------------------------------------------------------------

    def told(self) -> Iterator[Told]:
        """Yield every way in which a problem is told."""
        for module in self.modules.values():
            for node in module.nodes:
                if isinstance(node, ast.Call) and (how := self.teller(node, module)):
                    function = module.owner.get(node)
                    if not (module.name == _HOME and function and function.name in _TELLERS):
                        yield from self._told(node, how, Frame(module, function))

    def _told(self, call: ast.Call, how: str, at: Frame) -> Iterator[Told]:
        names = ["code", "severity", "message", "remedy"]
        if how != "Problem":
            names.remove("severity")
        given = dict(zip(names, call.args, strict=False)) | {
            k.arg: k.value for k in call.keywords if k.arg in names
        }
        for frame in self.contexts(given["code"], at):
            codes = self.strings(given["code"], frame)
            if any(UNKNOWN in code for code in codes):
                self.dynamic.append(f"{at.module.name}:{call.lineno}: {ast.unparse(given['code'])}")
                continue
            severities: tuple[str, ...] = (how,)
            if "severity" in given:
                leaves = self.leaves(given["severity"], frame)
                severities = tuple(dict.fromkeys(_severity(e) for e, _ in leaves))
            words = [self.texts(given[name], frame) for name in ("message", "remedy")]
            for n, code in enumerate(codes):
                said, mended = ((w[n],) if len(w) == len(codes) else tuple(w) for w in words)
                yield Told(code, severities, said, mended, at.module.name, call.lineno)

    def contexts(
        self, code: ast.expr, at: Frame, on_the_way: frozenset[Function] = frozenset()
    ) -> list[Frame]:
        """Return the frames in which a code is one: each call of a helper that is handed it.

        A helper that calls itself, or one of that name, is followed once.
        """
        if not isinstance(code, ast.Name) or at.function is None or len(on_the_way) > _DEEP:
            return [at]
        if code.id in at.known:
            return [at]
        for target, value, many in assignments(at.function):
            names = [e.id if isinstance(e, ast.Name) else "" for e in getattr(target, "elts", ())]
            if code.id in names:  # code, message, remedy = what_is_wrong(...)
                return [
                    Frame(
                        at.module, at.function, {**at.known, **dict(zip(names, row, strict=False))}
                    )
                    for row in self.rows(value, at, 1, many=many)
                ] or [at]
        if code.id not in parameters(at.function):
            return [at]
        frames = list(self.called_with(code, at, on_the_way | {at.function}))
        return frames or [at]  # nobody calls it: what it tells is not known

    def called_with(
        self, code: ast.Name, at: Frame, on_the_way: frozenset[Function]
    ) -> Iterator[Frame]:
        """Yield the frames of a helper as its calls fill them, with what they hand it as code."""
        if at.function is None:
            return
        for call, module in self.sites.get(at.function, ()):
            caller = Frame(module, module.owner.get(call))
            if caller.function in on_the_way:
                continue
            for frame in self.bound(at.function, at.module, call, caller):
                if code.id not in frame.known:  # a call of something else of that name
                    continue
                handed, there = frame.known[code.id]
                for context in self.contexts(handed, there, on_the_way):
                    if context is there:
                        yield frame
                    else:
                        yield from self.bound(at.function, at.module, call, context)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text"


def _side(text: ast.expr, lang: str) -> ast.expr:
    assert isinstance(text, ast.Call)  # noqa: S101 - asked of texts only
    named = {k.arg: k.value for k in text.keywords}
    if lang in named:
        return named[lang]
    return text.args[0 if lang == "ja" else 1] if len(text.args) > 1 else ast.Constant(UNKNOWN)


def _joined(parts: Sequence[list[str]]) -> list[str]:
    """Return parts in a row; where they may be too many things, "…" for those that vary."""
    count = 1
    for part in parts:
        count *= len(part)
    if count > _MANY:
        parts = [part if len(part) == 1 else [UNKNOWN] for part in parts]
    return ["".join(row) for row in itertools.product(*parts)]


def _severity(node: ast.expr) -> str:
    return node.attr.lower() if isinstance(node, ast.Attribute) else UNKNOWN


def read_problems(root: Path) -> tuple[tuple[Told, ...], tuple[str, ...]]:
    """Return every way in which a problem is told, and the places whose code is made at run time.

    Parameters
    ----------
    root : Path
        The checkout.
    """
    reader = Reader(root)
    found = dict.fromkeys(reader.told())
    return tuple(sorted(found, key=lambda t: (t.code, t.module, t.line))), tuple(reader.dynamic)
