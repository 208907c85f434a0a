"""``spots --help``: every command has help, and help costs next to nothing."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from cli import main
from tests.helpers.cli_runs import spots

HEAVY = {
    *("numpy", "scipy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "networkx"),
    *("osmnx", "osmium", "folium", "openpyxl", "pydantic", "matplotlib"),
}
COMMANDS = [
    "demo",
    "run",
    "batch",
    "check",
    "network",
    "explain",
    "locate",
    "diff",
    "map",
    "report",
    "export",
]


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [path]
    for name, command in group.commands.items():
        inner = (*path, name)
        found += commands(command, inner) if isinstance(command, click.Group) else [inner]
    return found


def test_the_contract_is_all_there() -> None:
    paths = {" ".join(p) for p in commands(main)}
    assert paths >= {*COMMANDS, "network build", "network fetch", "network info"}


@pytest.mark.parametrize("path", commands(main), ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_explains_itself(path: tuple[str, ...], flag: str) -> None:
    done = spots(*path, flag)
    assert done.exit_code == 0
    assert done.stdout.startswith("Usage:")
    assert done.stderr == ""


def test_help_and_version_load_no_heavy_library() -> None:
    code = (
        "import sys\nfrom cli import main\n"
        "for args in (['--help'], ['run', '--help'], ['network', 'build', '--help']):\n"
        "    main(args, standalone_mode=False)\n"
        "print('\\n' + ' '.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert not HEAVY & set(done.stdout.splitlines()[-1].split())


def test_version_is_that_of_the_distribution() -> None:
    done = spots("--version")
    assert done.exit_code == 0
    assert done.stdout.strip().split()[-1][0].isdigit()


@pytest.mark.parametrize("args", [("nope",), ("run",), ("run", "--nope"), ("network", "nope")])
def test_wrong_usage_ends_with_two(args: tuple[str, ...]) -> None:
    done = spots(*args)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Usage:" in done.stderr


def test_an_unknown_language_is_wrong_usage() -> None:
    assert spots("demo", "--lang", "fr").exit_code == 2
