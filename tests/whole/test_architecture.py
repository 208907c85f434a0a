"""The house rules that a reader would otherwise have to check by eye."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.helpers.folders import ROOT

ROOMS = ("groundfloor", "boundaries", "networks", "spots")
LOOSE = ("cli",)
#: Which other rooms of `spots` each of its rooms may import. Two rooms never import each other.
SPOTS_MAY_IMPORT: dict[str, set[str]] = {
    "types": set(),
    "telling": {"types"},
    "facilities": {"types", "telling"},
    "judging": {"types", "telling", "facilities"},
    "map": {"types", "telling"},
    "report": {"types", "telling", "map"},
    "outputs": {"types", "telling", "map", "report"},
    "explaining": {"types", "telling", "facilities", "outputs"},
    "comparing": {"types", "telling", "facilities", "map", "outputs"},
    "locating": {"types", "telling", "facilities", "outputs"},
    "export": {"types", "telling", "outputs"},
    "editions": {"types", "telling", "outputs"},
    # Where work is done, whatever it is.
    "runners": set(),
    "job": {
        *("types", "telling", "facilities", "judging", "outputs", "public_data", "backgrounds"),
        "runners",
    },
    "checking": {"types", "telling", "facilities", "job"},
    "scenarios": {
        *("types", "telling", "facilities", "judging", "map", "report", "outputs", "job"),
        "comparing",
    },
    "country": {"types", "telling", "facilities", "map", "outputs", "job"},
    # The plan around the map: nothing of it is imported by a plain run.
    "register": {"types", "telling", "facilities", "map", "outputs", "comparing", "locating"},
    "physician_targets": {"types", "telling", "map", "outputs"},
    "programmes": {
        *("types", "telling", "facilities", "map", "report", "outputs", "locating", "register"),
    },
    "service": {"types", "telling", "facilities", "outputs", "programmes"},
    "sample": set(),
    "public_data": {"types", "telling"},
    "backgrounds": {"types", "telling", "public_data"},
    "starting": {"types", "telling", "facilities", "judging", "outputs", "public_data"},
    # The nouns of `import spots` stand above all that does the work.
    "library": {
        *("types", "telling", "facilities", "judging", "map", "report", "outputs", "explaining"),
        *("comparing", "locating", "export", "job", "sample", "scenarios", "country"),
        *("register", "physician_targets", "programmes", "service"),
    },
    # Commands stand above all that is left, and nothing imports them but the entry point.
    "commands": {
        *(
            "types",
            "library",
            "facilities",
            "job",
            "outputs",
            "map",
            "report",
            "explaining",
            "comparing",
        ),
        *("locating", "editions", "export", "sample", "checking", "public_data", "starting"),
        *("scenarios", "runners", "country"),
        *("register", "physician_targets", "programmes", "service"),
    },
}
#: Which of the project's own modules each part may import.
MAY_IMPORT = {
    "groundfloor": {"groundfloor"},
    "boundaries": {"boundaries", "groundfloor"},
    "networks": {"networks", "groundfloor"},
    "spots": {"spots", "networks", "boundaries", "groundfloor"},
    "cli": {"spots"},
}
HEAVY = ("folium", "geopandas", "networkx", "osmnx", "pandas", "pydantic", "scipy", "shapely")
#: Where names decide what is imported, and what else holds the rule.
DYNAMIC = {"groundfloor/faces.py": "what a face loads is compared with what it imports for types"}
MAX_LINES, MAX_FUNCTION_LINES = 500, 40
#: Longer than the limit, and why.
LONG_MODULES: dict[str, str] = {}
_COMPILED = "one compiled loop: a call costs, and numba sees a kernel as a whole"
LONG_FUNCTIONS: dict[str, str] = {
    "networks/search/answer_kernels.py:answers": _COMPILED,
    "networks/search/search_kernels.py:_reach": _COMPILED,
    "networks/search/search_kernels.py:ranked": _COMPILED,
}
#: What a module with a single importer says in its docstring, with the reason.
APART = re.compile(r"(?i)\bstands?\s+apart\b|\bapart\s+from\b")
#: Where an exception of any kind may be caught, and why.
CATCH_ALL = {
    "spots/job/batch_work.py": "a defect in one job must not cost the others; it is named",
    "groundfloor/decorations.py": "a defect in a picture must not cost the verdicts; it is named",
}
#: Who prepares a shape, and why no other thread can hold it: two that ask a prepared one crash.
PREPARED = {
    "groundfloor/guarded_shapes.py": "its own copy; whatever may be shared goes through here",
    "networks/search/borders.py": "ground it has just flattened",
    "networks/closures/matching.py": "a closure it has just laid in a plane",
    "spots/job/catchment_outlines.py": "an outline it has just thinned",
}


def modules() -> list[Path]:
    """Return every module of the product."""
    found = [ROOT / f"{name}.py" for name in LOOSE]
    for room in ROOMS:
        found += sorted((ROOT / room).rglob("*.py"))
    return found


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax of a module; every rule looks at the same one."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def part_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(tree: ast.Module, package: str) -> Iterator[tuple[int, str]]:
    """Yield (line, top-level module) of every import statement and dynamic import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, package if node.level else (node.module or "").split(".")[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            # A dynamic import must at least begin with a plain name.
            words = re.match(r"""f?["']([A-Za-z_]+)""", ast.unparse(node.args[0]))
            yield node.lineno, words[1] if words else "?"


def test_imports_go_one_way():
    ours = set(ROOMS) | set(LOOSE) | {"tests", "benchmarks", "notebooks", "?"}
    wrong = [
        f"{name_of(path)}:{line}: {part_of(path)} imports {top}"
        for path in modules()
        for line, top in imports(tree_of(path), part_of(path))
        if top in ours and top not in MAY_IMPORT[part_of(path)]
        if top != "?" or name_of(path) not in DYNAMIC
    ]
    assert wrong == []


def spots_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, room of spots) of every import statement, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            whole = (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            whole = (alias.name for alias in node.names)
        else:
            continue
        for parts in (name.split(".") for name in whole):
            if parts[0] == "spots" and len(parts) > 1:
                yield node.lineno, parts[1]


def test_the_guide_tells_newcomers_the_same_rules():
    guide = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `spots/(\w+)/` \|[^|]*\| *([^|]*?) *\|$", guide, re.MULTILINE)
    told = {room: set(may.split(", ")) - {""} for room, may in rows if room != "commands"}
    assert told == {k: v for k, v in SPOTS_MAY_IMPORT.items() if k != "commands"}


@pytest.mark.parametrize("room", sorted(SPOTS_MAY_IMPORT))
def test_rooms_of_spots_import_one_way(room: str):
    wrong = [
        f"{name_of(path)}:{line}: {room} imports {other}"
        for path in sorted((ROOT / "spots" / room).rglob("*.py"))
        for line, other in spots_imports(tree_of(path))
        if other not in {room, *SPOTS_MAY_IMPORT[room]}
    ]
    assert wrong == []


def test_every_room_of_spots_has_its_rule():
    folders = {p.parent.name for p in (ROOT / "spots").glob("*/__init__.py")}
    assert folders == set(SPOTS_MAY_IMPORT)
    assert [p.name for p in (ROOT / "spots").glob("*.py")] == ["__init__.py"]


def test_the_import_rule_can_fail():
    tree = ast.parse("def f():\n    from spots.types import X\n    import_module(f'networks.{x}')")
    assert list(imports(tree, "boundaries")) == [(2, "spots"), (3, "networks")]
    assert "spots" not in MAY_IMPORT["boundaries"]


def test_modules_stay_short():
    long = {name_of(p): len(p.read_text(encoding="utf-8").splitlines()) for p in modules()}
    too_long = {name: lines for name, lines in long.items() if lines > MAX_LINES}
    assert set(too_long) <= set(LONG_MODULES), too_long


def names_in_spots() -> Iterator[tuple[str, str]]:
    """Yield (name, where) of every class and module of spots.

    A command is called as its name is, and packages have their rooms' names.
    """
    for path in sorted((ROOT / "spots").rglob("*.py")):
        if path.name != "__init__.py" and path.parent.name != "commands":
            yield path.stem, name_of(path)
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef):
                yield node.name, name_of(path)


def test_no_name_means_two_things_in_spots():
    found: dict[str, list[str]] = {}
    for name, where in names_in_spots():
        found.setdefault(name, []).append(where)
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the name of each function and its lines, docstring left out."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            first = node.body[0]
            if ast.get_docstring(node) is not None:
                lines -= (first.end_lineno or first.lineno) - first.lineno + 1
            yield f"{name_of(path)}:{node.name}", lines


def long_functions() -> dict[str, int]:
    return {
        name: lines
        for p in modules()
        for name, lines in functions(p)
        if lines > MAX_FUNCTION_LINES and name not in LONG_FUNCTIONS
    }


def module_name(path: Path) -> str:
    return name_of(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def twice(named: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the names that stand in several modules, with these."""
    found: dict[str, list[str]] = {}
    for name, module in named:
        found.setdefault(name, []).append(module)
    return {name: where for name, where in found.items() if len(where) > 1}


def module_names_twice() -> dict[str, list[str]]:
    named = (
        (f"{part_of(p)}: {p.stem}", module_name(p)) for p in modules() if p.name != "__init__.py"
    )
    return twice(named)


def class_names_twice() -> dict[str, list[str]]:
    named = (
        (f"{part_of(p)}: {node.name}", module_name(p))
        for p in modules()
        for node in tree_of(p).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    return twice(named)


def test_the_rule_of_names_can_fail():
    pairs = [("networks: files", "a"), ("networks: reading", "b"), ("networks: files", "c")]
    assert twice(iter(pairs)) == {"networks: files": ["a", "c"]}


def is_face(path: Path) -> bool:
    """Tell whether a module is a package's face: it hands names on and has none of its own."""
    body = tree_of(path).body
    own = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return path.name == "__init__.py" and not any(isinstance(node, own) for node in body)


def imported(tree: ast.Module, known: Collection[str]) -> Iterator[str]:
    """Yield every known module that import statements name, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if found := [name for name in (whole, node.module) if name in known]:
                    yield found[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)


def alone(paths: Mapping[str, Path]) -> dict[str, str]:
    """Return the modules that exactly one other imports, with that one.

    What a face hands on is meant for anybody, and is not alone; what nothing imports is an entry.
    """
    importers: dict[str, set[str]] = {name: set() for name in paths}
    public: set[str] = set()
    for name, path in paths.items():
        tree = tree_of(path)
        for other in imported(tree, paths):
            (public.add(other) if is_face(path) else importers[other].add(name))
    return {
        name: next(iter(by - {name}))
        for name, by in importers.items()
        if len(by - {name}) == 1 and name not in public and paths[name].name != "__init__.py"
    }


def says_why(path: Path) -> bool:
    head = ast.get_docstring(tree_of(path)) or ""
    return APART.search(head) is not None


def alone_without_a_reason() -> dict[str, str]:
    paths = {module_name(path): path for path in modules()}
    return {name: by for name, by in alone(paths).items() if not says_why(paths[name])}


WRONG: dict[str, Callable[[], Mapping[str, object]]] = {
    "long functions": long_functions,
    "module names": module_names_twice,
    "class names": class_names_twice,
    "alone without a reason": alone_without_a_reason,
}


@pytest.mark.parametrize("rule", WRONG)
def test_functions_names_and_lone_modules(rule: str):
    """Functions are short, names unique in a package, and a lone module says why it is one."""
    assert WRONG[rule]() == {}


def test_the_rule_of_modules_alone_can_fail(tmp_path: Path):
    texts = {
        "a": '"""What is fitted."""\n',
        "b": '"""Rows.\n\nStands\napart: a reason.\n"""\n',
        "c": "from a import x\nfrom b import y\n",
        "d": "def f():\n    from c import z\n",
        "e": "import c\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    paths = {name: tmp_path / f"{name}.py" for name in texts}
    assert alone(paths) == {"a": "c", "b": "c"}
    assert [says_why(paths[name]) for name in "ab"] == [False, True]


@pytest.mark.parametrize("part", ["boundaries", "groundfloor", "networks", "spots"])
def test_no_two_rooms_import_each_other(part: str):
    """Rooms are the folders inside a package; modules beside them are what all rooms share."""
    pairs = set()
    paths = {module_name(path): path for path in modules() if part_of(path) == part}
    room_of = {name: name.split(".")[1] for name in paths if name.count(".") > 1}
    for name, room in room_of.items():
        for other in imported(tree_of(paths[name]), paths):
            if room_of.get(other, room) != room:
                pairs.add((room, room_of[other]))
    assert {pair for pair in pairs if pair[::-1] in pairs} == set()


def test_nothing_is_printed_and_nothing_swallows_every_error():
    wrong = []
    for path in modules():
        for node in ast.walk(tree_of(path)):
            broad = isinstance(node, ast.ExceptHandler) and (
                node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
            )
            if broad and name_of(path) not in CATCH_ALL:
                wrong.append(f"{name_of(path)}:{node.lineno}: except that hides the cause")
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
                wrong.append(f"{name_of(path)}:{node.lineno}: print")
    assert wrong == []


def test_only_shapes_of_ones_own_are_prepared():
    found = {
        name_of(path)
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"shapely.prepare", "prep"}
    }
    assert found == set(PREPARED)


def tracked() -> list[Path]:
    """Return the files under version control."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        ).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


# Written so that this file does not find itself.
MACHINE = re.compile(
    r"(?<![\w.])/(?:wor[k]|roo[t]|tm[p])/|/hom[e]/(?!me/)\w+|/User[s]/\w+/"
    r"|\b(?:127\.0\.0\.1|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+):\d{2,5}/"
    r"|(?:index|extra-index)-ur[l]\s*=|\.interna[l]/simple|artifactor[y]|pypi-mirro[r]"
)


def test_no_machine_paths_or_registries_in_the_repository():
    wrong = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if found := MACHINE.search(line):
                wrong.append(f"{name_of(path)}:{number}: {found[0]}")
    assert wrong == []


@pytest.mark.parametrize(
    "line",
    ["/wor" + "k/main/x", "open('/tm" + "p/a')", "index-ur" + "l = https://x", "/hom" + "e/ken/"],
)
def test_the_search_for_machine_paths_can_fail(line: str):
    assert MACHINE.search(line)


def loaded_by(statement: str) -> set[str]:
    """Return the heavy libraries that a fresh interpreter has after `statement`."""
    code = f"import sys\n{statement}\nprint(*sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_command_line_starts_without_heavy_libraries():
    assert loaded_by("import cli") == set()


def test_a_run_needs_no_driver_of_a_database():
    """The driver is an extra of the distribution, which most users do not have."""
    statement = "import spots.export.exported, spots.export.postgis, spots.commands.run"
    code = f"import sys\n{statement}\nassert 'psycopg' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_help_needs_no_heavy_library_either():
    statement = (
        "import contextlib, io, cli\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    cli.main(['--help'])\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    cli.main(['run', '--help'])"
    )
    assert loaded_by(statement) == set()


@pytest.mark.parametrize(
    "statement",
    [
        *("import groundfloor.problems", "import groundfloor.archives"),
        *("import spots; dir(spots)", "import networks", "import boundaries"),
    ],
)
def test_light_rooms_stay_light(statement: str):
    assert loaded_by(statement) == set()


def test_every_room_is_packaged():
    for room in ROOMS:
        for folder in {p.parent for p in (ROOT / room).rglob("*.py")}:
            assert (folder / "__init__.py").is_file(), f"{name_of(folder)} is no package"
        assert (ROOT / room / "py.typed").is_file()
