"""Which libraries a command loads: starting takes longer than answering, where it loads too many."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.target_tables import HOKKAIDO, written
from tests.helpers.town_maps import Town

#: Each takes from a twentieth to half of a second.
SLOW = frozenset(
    {
        *("pandas", "geopandas", "pyogrio", "numba", "scipy.linalg", "networkx", "pydantic"),
        *("folium", "jinja2", "xlsxwriter", "openpyxl", "typst", "psycopg", "matplotlib"),
    }
)
#: Readers of ours for what no extract of OpenStreetMap is; a tenth of building from a small one.
OTHER_READERS = frozenset({"groundfloor.tables", "groundfloor.layers", "networks.graphs.graphs_in"})
_RUNS = """
import sys
from cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
print("\\n" + " ".join(sys.modules))
"""


def loaded(*args: object, among: frozenset[str] = SLOW) -> set[str]:
    """Return the slow libraries that a command has loaded when it ends well."""
    done = subprocess.run(
        [sys.executable, "-c", _RUNS, *map(str, args)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()) & among


@pytest.mark.parametrize("command", ["explain", "locate", "diff"])
def test_questions_to_a_finished_run_load_none(command: str, small_folder: Path) -> None:
    asked = {
        "explain": ("小国公立病院",),
        "locate": (small_folder.parent / "hospitals.csv",),
        "diff": (small_folder,),
    }
    assert loaded(command, small_folder, *asked[command]) == set()


def test_a_table_of_targets_loads_none(tmp_path: Path) -> None:
    assert loaded("targets", written(tmp_path, "t.csv", HOKKAIDO)) == set()


@pytest.mark.slow
def test_frames_are_made_for_who_asks(small_folder: Path, tmp_path: Path) -> None:
    moved = tmp_path / "points.geojson"
    moved.write_bytes((small_folder / "facilities.geojson").read_bytes())
    assert loaded("locate", small_folder, moved) == {"pandas", "geopandas", "pyogrio"}


@pytest.mark.slow
def test_a_run_loads_what_it_writes_with_and_no_more(small_folder: Path, tmp_path: Path) -> None:
    run = small_folder.parent / "run.toml"
    needed = {"pandas", "geopandas", "pyogrio", "numba", "pydantic"}
    verdicts = loaded("run", run, "--out", tmp_path / "one", "--outputs", "none")
    assert verdicts - {"xlsxwriter"} == needed
    mapped = loaded("run", run, "--out", tmp_path / "two", "--outputs", "map")
    assert mapped - {"xlsxwriter"} == needed | {"folium", "jinja2"}


def test_an_extract_becomes_a_network_without_tables_and_frames(tmp_path: Path) -> None:
    """A small country is built in the time that these would take to import."""
    extract = Town("a-b-c").way("abc").save(tmp_path / "town.osm.pbf")
    out = tmp_path / "town.spotsnet"
    found = loaded("network", "build", extract, "--out", out, among=SLOW | OTHER_READERS)
    assert found == {"numba", "pydantic"}
    assert out.stat().st_size


_ENDS = """
import atexit, gc, os
atexit.register(lambda: print(gc.get_freeze_count() > 10_000, os.environ["OPENBLAS_NUM_THREADS"]))
from cli import main
import numpy
main(["--help"])
"""


@pytest.mark.parametrize("given", [None, "3"])
def test_a_command_ends_without_a_walk_through_its_libraries(given: str | None) -> None:
    """One thread for algebra too, unless somebody asks for more."""
    known = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    asked = {} if given is None else {"OPENBLAS_NUM_THREADS": given}
    done = subprocess.run(
        [sys.executable, "-c", _ENDS],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env=known | asked,
    )
    assert done.stdout.splitlines()[-1] == f"True {given or 1}"
