"""What the guides and the hooks tell people to do is what the project does."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.helpers.folders import ROOT

GUIDES = ("CONTRIBUTING.md", "docs/architecture.md")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_hooks_run_the_versions_that_the_project_asks_for():
    project = tomllib.loads(text("pyproject.toml"))["project"]
    asked = {r.name: r for r in map(Requirement, project["optional-dependencies"]["test"])}
    pinned = re.findall(r'"([\w-]+)==([\d.]+)"', text(".pre-commit-config.yaml"))
    assert "ruff" in dict(pinned)
    assert len(set(pinned)) == len({name for name, _ in pinned})
    assert [n for n, v in pinned if n in asked and not asked[n].specifier.contains(v)] == []


def test_make_targets_that_people_are_told_of_exist():
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    lines = re.findall(r"`make ([a-z ]+)`|^make ([a-z]+)", text("CONTRIBUTING.md"), re.MULTILINE)
    named = {word for pair in lines for word in " ".join(pair).split()}
    assert named <= targets
    assert named


@pytest.mark.parametrize("name", GUIDES)
def test_links_of_guides_lead_somewhere(name: str):
    folder = (ROOT / name).parent
    targets = re.findall(r"\]\(([^)#:]+)", text(name))
    assert targets
    assert [t for t in targets if not (folder / t).exists()] == []


def defined(path: str) -> set[str]:
    """Return the names that a module defines or gathers."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text(path))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                names.add(ast.unparse(target))
        elif isinstance(node, ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in node.names)
    return names


@pytest.mark.parametrize("name", GUIDES)
def test_files_that_guides_name_exist(name: str):
    files = re.findall(
        r"`((?:groundfloor|boundaries|networks|spots|tests|docs|benchmarks)/[\w/.]*)`", text(name)
    )
    assert files
    assert [f for f in files if not (ROOT / f).exists()] == []


def test_functions_of_the_walk_exist():
    """Of ``path.py``: `name`, `name`: each name is in that module."""
    wrong = []
    found = re.findall(r"`([\w/]+\.py)`: ((?:`\w+`(?:, )?)+)", text("docs/architecture.md"))
    for path, names in found:
        known = defined(path)
        wrong += [f"{path}: {n}" for n in re.findall(r"`(\w+)`", names) if n not in known]
    assert wrong == []
    assert len(found) > 10
