"""Defects put into the code one at a time: a test must notice each of them.

    python benchmarks/code_mutations.py                             # 20 of every module
    python benchmarks/code_mutations.py boundaries/cutting.py --count 100
    python benchmarks/code_mutations.py --list                      # modules and their defects
    python benchmarks/code_mutations.py spots/judging/rule.py --one 17

A defect is a small change of a syntax tree: another comparison or bound, ``and`` for ``or``, plus
for minus, a constant off by one, a condition turned round, a statement or an argument's place lost.
Words for people, annotations and error texts are left alone. A module and a number name a defect;
the sample is the same for the same ``--seed``.

The tree is copied, and defects are written into the copy alone. Heavy libraries are imported once;
each defect is tried by a fork of that process, which runs the tests named for its module until
one fails, with a limit of time and memory. A module that has kernels of numba is tried with
all of them as plain Python, for a stale compilation would hide the defect.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = (
    *("groundfloor", "boundaries", "networks", "spots", "tests", "docs"),
    *("cli.py", "pyproject.toml", "README.md", "README.ja.md"),
)
LOG = "tests.log"
BYTES = 8 * 1024**3  # of addresses, most of which libraries only reserve
SLOWER = 3.0  # times as long as without a defect: it hangs
LEAST_SECONDS = 30.0

_STRICT = "strict"  # of zip: both sides are of one length, or something else is wrong
_JUDGING = ("tests/judging", "tests/job/test_identity.py")
_CUTTING = ("tests/boundaries/test_circles.py", "tests/boundaries/test_regions.py")
_SEARCH = (  # the quick ones first
    "tests/networks/test_search_graph.py",
    "tests/networks/test_restrictions.py",
    "tests/networks/test_nearest.py",
    "tests/networks/test_semantics.py",
    "tests/networks/test_many_places.py",
    "tests/networks/test_borders.py",
    "tests/networks/test_catchments.py",
    "tests/networks/test_times.py",
)
#: Kernels run as plain Python, a hundred times slower.
_KERNELS = ("tests/networks/test_restrictions.py", "tests/networks/test_nearest.py")
#: Modules and the tests that are to notice a defect of theirs, the likeliest first.
TARGETS: dict[str, tuple[str, ...]] = {
    "boundaries/cutting.py": (*_CUTTING, "tests/boundaries", "tests/judging"),
    "boundaries/geometry.py": (*_CUTTING, "tests/boundaries"),
    **{
        path.relative_to(ROOT).as_posix(): _JUDGING
        for path in sorted((ROOT / "spots" / "judging").rglob("*.py"))
        if path.name != "__init__.py"
    },
    "spots/judging/people_counting.py": (
        "tests/judging/test_people_counting.py",
        "tests/boundaries/test_population.py",
    ),
    "spots/judging/criteria/travel.py": ("tests/judging/test_turning_speeds.py", *_JUDGING),
    "spots/judging/drawing.py": (*_JUDGING, "tests/job/test_area_classes.py"),
    **{
        path.relative_to(ROOT).as_posix(): _KERNELS if "kernels" in path.name else _SEARCH
        for path in sorted((ROOT / "networks" / "search").glob("*.py"))
        if path.name != "__init__.py"
    },
    "networks/search/borders.py": ("tests/networks/test_borders.py", *_SEARCH),
    "networks/search/catchments.py": ("tests/networks/test_catchments.py", *_SEARCH),
    "networks/search/places.py": ("tests/networks/test_many_places.py", *_SEARCH),
    "networks/search/flows.py": ("tests/networks/test_many_places.py", *_SEARCH),
    "networks/search/turn_memory.py": ("tests/networks/test_restrictions.py", *_SEARCH),
}
_WORDS = frozenset({"Text", "error", "warning", "note", "TypeVar"})  # calls that make sentences
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_TWINS = {"min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor"}


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect of a module.

    Parameters
    ----------
    module : str
        Path of the module.
    number : int
        Its place among the module's defects.
    line : int
        Where it is.
    before, after : str
        The expression or statement as it is, and with the defect.
    source : str
        The whole module with the defect.
    """

    module: str
    number: int
    line: int
    before: str
    after: str
    source: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a defect: ``killed``, ``survived`` or ``slow`` (killed by the clock)."""

    module: str
    number: int
    line: int
    before: str
    after: str
    ending: str
    seconds: float


def defects_of(module: str) -> list[Defect]:
    """Return every defect of a module, in the order of its tree."""
    tree = ast.parse((ROOT / module).read_text("utf-8"))
    found: list[Defect] = []
    for node, change in _changes(tree):
        before = ast.unparse(node)
        undo = change()
        after = ast.unparse(node) if not isinstance(node, ast.stmt) else _first_line(node)
        after = f"not ({before})" if after == before else after  # a condition turned round
        source = ast.unparse(ast.fix_missing_locations(copy.deepcopy(tree)))
        undo()
        line = getattr(node, "lineno", 0)
        found.append(Defect(module, len(found), line, before.split("\n")[0], after, source))
    return found


def _first_line(node: ast.stmt) -> str:
    return "pass" if getattr(node, "lost", False) else ast.unparse(node).split("\n")[0]


_Undo = Callable[[], None]
_Change = Callable[[], _Undo]


def _changes(tree: ast.AST) -> Iterator[tuple[ast.AST, _Change]]:
    """Yield nodes with what makes a defect of each; making it returns what undoes it."""
    for node in _code_of(tree):
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            for other in _COMPARISONS.get(type(node.ops[0]), ()):
                yield node, _setting(node, "ops", [other()])
        elif isinstance(node, ast.BoolOp):
            other_op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield node, _setting(node, "op", other_op)
        elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _ARITHMETIC:
            yield node, _setting(node, "op", _ARITHMETIC[type(node.op)]())
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node, _setting(node, "op", ast.UAdd(), operand=_as_bool(node.operand))
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
            value = not node.value if isinstance(node.value, bool) else node.value + 1
            yield node, _setting(node, "value", value)
        elif isinstance(node, ast.If | ast.IfExp | ast.While):
            turned = ast.UnaryOp(ast.Not(), node.test)
            yield node.test, _setting(node, "test", turned)
        elif isinstance(node, ast.Call):
            yield from _of_call(node)
        yield from _lost_statements(node)


def _of_call(node: ast.Call) -> Iterator[tuple[ast.AST, _Change]]:
    if isinstance(node.func, ast.Name) and node.func.id in _TWINS:
        yield node, _setting(node, "func", ast.Name(_TWINS[node.func.id], ast.Load()))
        if node.func.id in ("min", "max"):  # in any order
            return
    plain = len(node.args) > 1 and not any(isinstance(a, ast.Starred) for a in node.args[:2])
    if plain and ast.dump(node.args[0]) != ast.dump(node.args[1]):
        first, second, *rest = node.args
        yield node, _setting(node, "args", [second, first, *rest])


def _lost_statements(node: ast.AST) -> Iterator[tuple[ast.AST, _Change]]:
    """Yield calls, `continue`, `break` and sums whose loss leaves a program that runs."""
    for name in ("body", "orelse"):
        block = getattr(node, name, None)
        if not isinstance(block, list):
            continue
        for at, each in enumerate(block):
            called = isinstance(each, ast.Expr) and isinstance(each.value, ast.Call)
            if called or isinstance(each, ast.AugAssign | ast.Continue | ast.Break):
                yield each, _losing(block, at)


def _as_bool(operand: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("bool", ast.Load()), [operand], [])


def _setting(node: ast.AST, name: str, value: object, **more: object) -> _Change:
    values = {name: value, **more}

    def change() -> _Undo:
        old = {key: getattr(node, key) for key in values}
        for key, new in values.items():
            setattr(node, key, new)
        return lambda: [setattr(node, key, was) for key, was in old.items()] and None

    return change


def _losing(block: list[ast.stmt], at: int) -> _Change:
    def change() -> _Undo:
        lost = block[at]
        block[at] = ast.copy_location(ast.Pass(), lost)
        lost.lost = True  # type: ignore[attr-defined]

        def undo() -> None:
            block[at] = lost
            del lost.lost  # type: ignore[attr-defined]

        return undo

    return change


def _code_of(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield nodes in order, less annotations, decorators and what is said to people."""
    yield tree
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        if isinstance(tree, ast.keyword) and tree.arg == _STRICT:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_words(child):
                continue
            yield from _code_of(child)


def _is_words(node: ast.AST) -> bool:
    if isinstance(node, ast.Raise | ast.JoinedStr | ast.Import | ast.ImportFrom):
        return True
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in _WORDS


# --- trying them


def copied_tree(folder: Path) -> Path:
    """Copy what tests need into `folder`, with the kernels that are compiled already."""
    tree = folder / "tree"
    tree.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name)
        else:
            shutil.copy2(ROOT / name, tree / name)
    return tree


# Tests that draw their cases draw the same for every defect, and remember none.
_OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0")
_UNCOMPILED = ("-W", "ignore:overflow encountered:RuntimeWarning")  # hashes wrap round silently


def import_libraries() -> None:
    """Import what is heavy and not ours, for all forks."""
    import geopandas  # noqa: F401, PLC0415
    import networkx as nx  # noqa: F401, PLC0415
    import numba  # noqa: F401, PLC0415
    import pydantic  # noqa: F401, PLC0415
    import pyogrio  # noqa: F401, PLC0415
    import pyproj  # noqa: F401, PLC0415
    import pytest  # noqa: F401, PLC0415


def ended(tree: Path, tests: Sequence[str], limit_s: float, *, compiled: bool) -> tuple[str, float]:
    """Run tests in a fork until one fails; return how it ended, and after how many seconds."""
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _run_tests(tree, tests, compiled=compiled)
    while time.monotonic() - began < limit_s:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            passed = os.waitstatus_to_exitcode(status) == 0
            return ("survived" if passed else "killed"), time.monotonic() - began
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "slow", time.monotonic() - began


def _run_tests(tree: Path, tests: Sequence[str], *, compiled: bool) -> None:
    import numba  # noqa: PLC0415 - loaded by now
    import pytest  # noqa: PLC0415

    numba.config.DISABLE_JIT = not compiled

    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    with (tree / LOG).open("w", encoding="utf-8") as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
        os.chdir(tree)
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(tree / f"cases-{os.getpid()}")
        sys.path.insert(0, str(tree))
        code = 99
        with contextlib.suppress(BaseException):
            code = int(pytest.main([*_OPTIONS, *(() if compiled else _UNCOMPILED), *tests]))
        os._exit(code)


_Attempt = tuple[frozenset[str], bool]  # tests, and whether kernels are compiled


def try_module(
    tree: Path, module: str, chosen: Sequence[Defect], usual: dict[_Attempt, float]
) -> Iterator[Verdict]:
    """Yield what became of each defect; the copy is whole again behind it.

    `usual` keeps how long tests take without a defect, for modules that share them.
    """
    place = tree / module
    whole, times = place.read_text("utf-8"), place.stat()
    tests, compiled = TARGETS[module], "@kernel" not in whole
    attempt = partial(ended, tree, tests, compiled=compiled)
    asked = frozenset(tests), compiled
    if asked not in usual:
        for _ in range(2):  # the first may have to compile kernels
            ending, usual[asked] = attempt(1800.0)
        if ending != "survived":
            said = (tree / LOG).read_text("utf-8")[-2000:]
            raise SystemExit(f"{module}: its tests fail without a defect ({ending})\n{said}")
    usual_s = usual[asked]
    for defect in chosen:
        place.write_text(defect.source, "utf-8")
        try:
            ending, seconds = attempt(max(LEAST_SECONDS, SLOWER * usual_s))
        finally:
            place.write_text(whole, "utf-8")
            # Compiled code is known by the time of its source.
            os.utime(place, ns=(times.st_atime_ns, times.st_mtime_ns))
        yield Verdict(
            module, defect.number, defect.line, defect.before, defect.after, ending, seconds
        )


def main() -> int:
    """Try a sample of the defects of each module; 1 where one survives."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("modules", nargs="*", help="paths of modules [default: all]")
    parser.add_argument("--count", type=int, default=20, help="defects of each module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one", type=int, nargs="*", help="these defects of the module alone")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    parser.add_argument("--out", type=Path, help="append a line of JSON for each defect")
    given = parser.parse_args()
    modules = given.modules or list(TARGETS)
    sys.dont_write_bytecode = True  # nothing compiled outlives the source that it was made of
    every = {module: defects_of(module) for module in modules}
    if given.list:
        for module, found in every.items():
            print(f"{module}: {len(found)}")
        return 0
    import_libraries()
    survived = tried = 0
    usual: dict[_Attempt, float] = {}
    with tempfile.TemporaryDirectory(prefix="spots-mutants-") as folder:
        tree = copied_tree(Path(folder))
        for module, found in every.items():
            for verdict in try_module(tree, module, _sample(found, given), usual):
                tried += 1
                survived += verdict.ending == "survived"
                _tell(verdict, given.out)
    print(f"{tried} defects, {tried - survived} noticed, {survived} not")
    return 1 if survived else 0


def _sample(found: Sequence[Defect], given: argparse.Namespace) -> list[Defect]:
    if given.one is not None:
        return [found[number] for number in given.one]
    dice = random.Random(f"{given.seed} {found[0].module if found else ''}")  # noqa: S311 - nothing secret
    return sorted(
        dice.sample(found, min(given.count, len(found))), key=lambda defect: defect.number
    )


def _tell(verdict: Verdict, out: Path | None) -> None:
    where = f"{verdict.module}:{verdict.line} #{verdict.number}"
    print(
        f"{verdict.ending:8} {verdict.seconds:5.1f} s  {where}  {verdict.before}  ->  "
        f"{verdict.after}",
        flush=True,
    )
    if out is not None:
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(verdict), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
