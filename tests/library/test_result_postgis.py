"""Results and their frames in a real PostGIS, in the words of geopandas."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import geopandas as gpd
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine

from groundfloor.problems import UsageError
from spots.export import DatabaseError
from spots.library.result import Result, read_result
from tests.helpers.fabricated import fabricated_result
from tests.helpers.layer_cases import full_result
from tests.helpers.postgres import Server, running
from tests.helpers.result_cases import RESULTS

NUMBERS = itertools.count(1)
pytestmark = pytest.mark.slow  # a database server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as found:
        yield found


@pytest.fixture
def url(server: Server) -> str:
    return server.create(f"db{next(NUMBERS)}")


def titles(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT title FROM runs ORDER BY 1").fetchall()
    return [title for (title,) in found]


def other() -> Result:
    run = fabricated_result()
    title = replace(run.settings.title, ja="別の実行", en="another run")
    return Result(replace(run, settings=replace(run.settings, title=title)))


def test_a_result_goes_to_an_engine_and_comes_back(url: str):
    result = Result(full_result())
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    loaded = result.to_postgis(engine, schema="spots", if_exists="replace")
    assert dict(loaded.rows)["facilities"] == len(result.facilities)
    back = gpd.read_postgis(
        "select * from spots.facilities order by fid", engine, index_col="facility_id"
    )
    assert (back["state"] == result.facilities["state"].astype(str)).all()
    assert back.crs.to_epsg() == 6668
    assert (
        back.geometry[back.geometry.notna()]
        .geom_equals_exact(result.facilities.geometry.dropna(), 0.0)
        .all()
    )
    engine.dispose()


def test_tables_that_are_there_are_left_alone_unless_asked(url: str):
    result = Result(fabricated_result())
    result.to_postgis(url)
    for each in (result, other()):
        with pytest.raises(UsageError, match="postgis-tables-there"):
            each.to_postgis(url)
    assert len(titles(url)) == 1
    other().to_postgis(url, if_exists="append")
    result.to_postgis(url, if_exists="append")  # in the place of itself
    assert len(titles(url)) == 2
    loaded = other().to_postgis(url, if_exists="replace")
    assert (titles(url), loaded.replaced) == (["別の実行"], True)
    with psycopg.connect(url) as connection:
        (count,) = connection.execute("SELECT count(*) FROM facilities").fetchone()
    assert count == len(result.facilities)


def test_a_run_in_memory_is_the_run_of_its_folder(url: str, tmp_path):
    made = Result(fabricated_result())
    made.write(tmp_path / "out")
    first = made.to_postgis(url)
    second = read_result(tmp_path / "out").to_postgis(url, if_exists="append")
    assert first.run_id == second.run_id
    assert second.replaced


def test_what_is_no_database_or_no_way_is_refused(url: str):
    result = Result(fabricated_result())
    with pytest.raises(UsageError):
        result.to_postgis("sqlite:///a.db")
    with pytest.raises(UsageError):
        result.to_postgis(url, if_exists="overwrite")
    with pytest.raises(DatabaseError):
        result.to_postgis(url.replace("owner@", "nobody_here@"))


@pytest.mark.parametrize("make", RESULTS.values(), ids=RESULTS)
def test_frames_go_to_a_database_as_geopandas_sends_them(make, url: str):
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    for name, frame in make().layers.items():
        if frame.geometry.notna().any():
            frame.to_postgis(name, engine, index=True)
            asked = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
            with psycopg.connect(url) as connection:
                assert connection.execute(asked).fetchone() == (len(frame),)
    engine.dispose()
