"""The faces of the packages: what they list is there, light to import, and typed for users."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import spots
from tests.helpers.folders import ROOT

FACES = ("spots", "networks", "boundaries")


def source(package: str) -> ast.Module:
    return ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))


@pytest.mark.parametrize("package", FACES)
def test_a_face_lists_loads_and_types_the_same_names(package: str) -> None:
    face = importlib.import_module(package)
    typed = {
        (node.module, alias.name)
        for node in ast.walk(source(package))
        if isinstance(node, ast.ImportFrom) and node.module not in {"typing", "__future__"}
        for alias in node.names
    } - {("groundfloor.faces", "lazily")}
    assert typed == {(home, name) for home, names in face._HOMES.items() for name in names}
    listed = set(face.__all__) - {"__version__"}
    assert listed == {name for _, name in typed}
    assert len(face.__all__) == len(set(face.__all__))
    for home, name in typed:
        assert getattr(face, name) is getattr(importlib.import_module(home), name)


@pytest.mark.parametrize("package", FACES)
def test_no_public_name_is_hidden_by_a_module(package: str) -> None:
    # Importing a submodule sets it on its package, before a lazy name is ever asked for.
    modules = {p.stem for p in (ROOT / package).glob("*") if p.suffix == ".py" or p.is_dir()}
    assert modules & set(importlib.import_module(package).__all__) == set()


@pytest.mark.parametrize("package", FACES)
def test_a_misspelt_name_is_told_with_the_right_one(package: str) -> None:
    face = importlib.import_module(package)
    name = face.__all__[-1]
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute '{name}x'"):
        getattr(face, f"{name}x")
    assert set(face.__all__) <= set(dir(face))


def test_the_version_is_that_of_the_distribution() -> None:
    assert re.fullmatch(r"\d+\.\d+.*", spots.__version__)


def test_every_name_for_users_says_what_it_is() -> None:
    silent = [n for n in spots.__all__ if n != "__version__" and not getattr(spots, n).__doc__]
    assert silent == []
    verbs = [getattr(spots, n) for n in spots.__all__ if inspect.isfunction(getattr(spots, n))]
    bare = [f.__name__ for f in verbs if f.__doc__ is None or "Parameters" not in f.__doc__]
    assert bare == ["sample_run_file"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of a fresh environment that holds the built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    done = subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True)
    site = Path(done.stdout.strip())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # What the project depends on is that of this environment; the project itself is the wheel's.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


def readme_example(name: str) -> str:
    text = (ROOT / name).read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    return example


def checked(python: Path, folder: Path, code: str) -> str:
    (folder / "example.py").write_text(code, encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", python]
    done = subprocess.run(
        [*mypy, "--config-file", "", "example.py"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_the_example_of_the_readme_is_typed_in_an_installed_wheel(
    name: str, installed: Path, tmp_path: Path
) -> None:
    assert checked(installed, tmp_path, readme_example(name)).startswith("Success")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("package", "statement", "misspelt"),
    [
        ("spots", "spots.run('a.toml').evidence.verdicts[0].state", "spots.rum('a.toml')"),
        ("spots", "spots.State.DESIGNATED", "spots.run('a.toml').verdict"),
        (
            "spots",
            "spots.Policy.preset('kumamoto').changed(radius_m=5000).radius_m + 1",
            "spots.Policy.preset('kumamoto').radius",
        ),
        ("networks", "networks.load_network('a.osm').edges", "networks.load_netwrok('a.osm')"),
        ("boundaries", "boundaries.parse_code('43100')", "boundaries.parse_cod('43100')"),
    ],
)
def test_a_misspelt_name_is_an_error_to_a_type_checker(
    package: str, statement: str, misspelt: str, installed: Path, tmp_path: Path
) -> None:
    assert checked(installed, tmp_path, f"import {package}\n\n{statement}\n").startswith("Success")
    assert "[attr-defined]" in checked(installed, tmp_path, f"import {package}\n\n{misspelt}\n")


RULE_IN_PYTHON = """\
from datetime import date
from typing import assert_type

import spots as ss

policy = ss.Policy(
    prefecture="宮崎県",
    title="スポット（案）",
    source="計画",
    valid_from=date(2027, 4, 1),
    valid_to="2030-03-31",
    any=[{"type": "①"}, {"type": "③", "list": "輪番", "threshold_min": 25}],
    radius_m=5000,
    exclude_municipality={"45201": "宮崎市"},
)
changed = policy.changed(threshold_min=20, **{"circle.cut": ["land"]})
assert_type(changed, ss.Policy)
assert_type(ss.Policy.preset("kumamoto"), ss.Policy)
assert_type(ss.Policy.from_toml(policy.to_toml("a.toml")), ss.Policy)
assert_type(ss.Policy.read("a.toml"), ss.Policy)
assert_type(policy.radius_m, int)
assert_type(policy.threshold_min, float)
assert_type(policy.list, str)
assert_type(policy.tolls, bool)
assert_type(policy.valid_to, date)
assert_type(policy.title.ja, str)
policies: set[ss.Policy] = {policy, changed}
print(policy.diff(changed)["setting"].tolist(), len(policies), ss.Policy.presets()[0])
"""


@pytest.mark.slow
def test_a_rule_in_python_is_typed_and_runs(installed: Path, tmp_path: Path) -> None:
    assert checked(installed, tmp_path, RULE_IN_PYTHON).startswith("Success")
    done = subprocess.run(
        [installed, "example.py"], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout == "['criterion.2.threshold_min', 'circle.cut'] 2 akita\n"
