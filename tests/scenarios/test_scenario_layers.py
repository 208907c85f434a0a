"""``scenarios.gpkg``: facilities and circles with in how many scenarios they are."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from groundfloor.problems import Lang
from spots.scenarios import scenario_layers as layers
from spots.scenarios.scenario_answers import ScenarioAnswers
from spots.scenarios.scenario_layers import scenarios_gpkg
from spots.types.scenario_table import NOBODY
from tests.helpers.scenario_cases import scenario_answers


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> ScenarioAnswers:
    return scenario_answers(tmp_path_factory.mktemp("job"))


@pytest.fixture(scope="module")
def path(answers: ScenarioAnswers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("gpkg") / "scenarios.gpkg"
    made.write_bytes(scenarios_gpkg(answers, Lang.EN))
    return made


def test_a_facility_has_its_states_and_its_robustness(answers: ScenarioAnswers, path: Path):
    found = gpd.read_file(path, layer="scenario_facilities")
    table = answers.table
    assert list(found["facility_id"]) == [f.id for f in table.facilities]
    held = (table.states[:, 2:] == 0).sum(axis=1)
    assert list(found["designated_in"]) == held.tolist()
    assert list(found["share"]) == [round(n / 4, 6) for n in held.tolist()]
    for n in range(6):
        now = [table.state(row, n) for row in range(len(found))]
        assert list(found[f"s{n}"]) == ["not_listed" if s is None else s.value for s in now]
    assert found.crs == "EPSG:6668"


def test_a_circle_has_in_how_many_scenarios_it_is(answers: ScenarioAnswers, path: Path):
    found = gpd.read_file(path, layer="scenario_circles")
    table = answers.table
    assert len(found) == len(table.circles)
    assert set(found["radius_m"]) == {4000, 6000}
    for number, row in enumerate(found.itertuples()):
        used = table.circle_of == number
        assert row.designated_in == used[:, 2:].sum()
        assert row.in_run_file == used[:, 0].any()
        assert row.geometry.equals(table.circles[number].geometry)
    assert found["designated_in"].sum() == (table.circle_of[:, 2:] != NOBODY).sum()


def test_layers_are_described_and_styled(path: Path):
    with closing(sqlite3.connect(path)) as database:
        titles = dict(database.execute("SELECT table_name, identifier FROM gpkg_contents"))
        styled = {row[0] for row in database.execute("SELECT f_table_name FROM layer_styles")}
        aliases = dict(
            database.execute(
                "SELECT column_name, title FROM gpkg_data_columns "
                "WHERE table_name = 'scenario_facilities'"
            )
        )
        (project,) = database.execute("SELECT content FROM qgis_projects").fetchone()
    assert {"scenario_facilities", "scenario_circles"} <= set(titles) & styled
    assert aliases["s0"] == "0 as it is"
    assert aliases["s5"] == "5 =1+1"
    with zipfile.ZipFile(BytesIO(bytes.fromhex(project.decode()))) as archive:
        page = archive.read(archive.namelist()[0]).decode()
    assert "./scenarios.gpkg|layername=scenario_circles" in page


def test_of_too_many_scenarios_no_state_is_a_field(
    answers: ScenarioAnswers, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(layers, "MOST_FIELDS", 5)
    (facilities, *_) = layers.scenario_layers(answers, Lang.EN)
    assert [f.name for f in facilities.fields][-1] == "turning"


def test_the_same_answers_are_the_same_bytes(answers: ScenarioAnswers, path: Path):
    assert scenarios_gpkg(answers, Lang.EN) == path.read_bytes()
    assert len(pyogrio.list_layers(path)) >= 4
