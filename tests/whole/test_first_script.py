"""The code that a newcomer writes first works, step by step; the command finds the same."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import matplotlib as mpl
import pytest
from click.testing import CliRunner

import spots as ss
from cli import main
from spots.outputs.evidence import dump_evidence
from tests.helpers.newcomer_files import lay_out
from tests.helpers.postgres import running
from tests.whole import first_script

STEPS = [step for name, step in vars(first_script).items() if name.startswith("step_")]
MOST_DETOURS = 3  # 31 before


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("newcomer")
    lay_out(path)
    return path


@pytest.fixture(autouse=True)
def _there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(folder)
    with mpl.rc_context({"backend": "Agg"}), warnings.catch_warnings():
        warnings.simplefilter("ignore", ss.ProblemWarning)
        yield


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_what_a_newcomer_writes_first_works(step: Callable[[], None]) -> None:
    step()


def test_few_lines_had_to_be_written_otherwise() -> None:
    text = Path(first_script.__file__).read_text(encoding="utf-8")
    assert text.count("# DETOUR") <= MOST_DETOURS
    modules = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ImportFrom)]
    assert not any(str(n.module).startswith(("spots", "groundfloor")) for n in modules)


@pytest.mark.slow
def test_the_command_finds_the_same_to_the_millisecond_and_polygon(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = CliRunner().invoke(main, ["run", "run.toml", "--out", str(out)])
    assert done.exit_code == 0, done.output
    command, library = ss.read_result(out), ss.run("run.toml")
    assert dump_evidence(command.evidence) == dump_evidence(library.evidence)
    assert command.facilities["travel_ms"].equals(library.facilities["travel_ms"])
    assert command.spots.geometry.geom_equals_exact(library.spots.geometry, 0).all()


@pytest.mark.slow
def test_results_go_to_a_database_and_come_back() -> None:
    from sqlalchemy import create_engine  # noqa: PLC0415 (for this test alone)

    with running() as server:
        url = server.create("newcomer")
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        res = first_script.found()
        res.to_postgis(engine, schema="spots", if_exists="replace")
        query = "select * from spots.facilities order by fid"
        back = gpd.read_postgis(query, engine, index_col="facility_id", geom_col="geom")
        assert (back["state"] == res.facilities["state"].astype(str)).all()
        res.spots.to_postgis("my_spots", engine)
