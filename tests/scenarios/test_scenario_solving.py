"""Every column of a table of scenarios is that of the real run with those settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import spots as ss
from groundfloor.problems import Text, UsageError
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.judging import people_counting
from spots.scenarios.scenario_solving import scenario_table
from spots.types.scenario_table import STATES, NamedScenario, ScenarioSetting, ScenarioTable
from tests.helpers.scenario_cells import assert_columns_are_runs
from tests.helpers.small_job import HOSPITALS, RUN, write_job

KEY = "policy.override."


def saying(name: str, *keys: str, lists: tuple[str, ...] = ()) -> NamedScenario:
    shown = Text(name, name)
    settings = [ScenarioSetting(key.partition("=")[0], shown, (key,)) for key in keys]
    if lists:
        settings.append(ScenarioSetting("lists", shown, lists=lists))
    return NamedScenario(name, tuple(settings))


@pytest.fixture(scope="module")
def run_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("job")
    fewer = "".join(HOSPITALS.splitlines(keepends=True)[:3])
    return write_job(folder, {"fewer.csv": fewer})


@pytest.fixture(scope="module")
def scenarios(run_file: Path) -> tuple[NamedScenario, ...]:
    return (
        saying("20 minutes", f"{KEY}criterion.3.threshold_min=20"),
        saying("wide", f"{KEY}circle.radius_m=6000"),
        saying("fewer", lists=(f"輪番病院={run_file.parent / 'fewer.csv'}",)),
        saying("fast", "network.profile=legal", f"{KEY}criterion.3.threshold_min=45"),
    )


@pytest.fixture(scope="module")
def table(run_file: Path, scenarios: tuple[NamedScenario, ...]) -> ScenarioTable:
    return scenario_table(read_run_file(run_file), scenarios)


def test_the_run_file_as_it_is_comes_first(run_file: Path, table: ScenarioTable):
    assert [each.name for each in table.scenarios][:2] == ["base", "20 minutes"]
    verdicts = execute(read_run_file(run_file), around=False).verdicts
    assert [f.id for f in table.facilities] == [v.facility.id for v in verdicts]
    assert [STATES[n] for n in table.states[:, 0]] == [v.state for v in verdicts]


def test_every_column_is_that_of_the_real_run(run_file: Path, table: ScenarioTable):
    assert_columns_are_runs(run_file, table)


def test_what_cannot_be_run_is_told_of_every_scenario_by_name(run_file: Path):
    wrong = (
        saying("a", "network.profil=legal"),
        saying("b", lists=("輪番病院=absent.csv",)),
        saying("b"),
    )
    with pytest.raises(UsageError) as told:
        scenario_table(read_run_file(run_file), wrong)
    problems = told.value.problems
    assert {p.code for p in problems} >= {"scenario-name-twice", "file-missing"}
    assert "シナリオ「a」" in str(problems[1].message.ja)
    assert "scenario b" in str(problems[-1].message.en)


def test_options_of_the_command_line_hold_in_every_scenario(run_file: Path):
    keys = (f"{KEY}circle.radius_m=5000",)
    job = read_run_file(run_file, (), keys)
    found = scenario_table(job, (saying("20", f"{KEY}criterion.3.threshold_min=20"),))
    assert_columns_are_runs(run_file, found, keys=keys)


def cells(size: float = 0.05) -> str:
    """Return cells of people over the whole map."""
    features = []
    for x in range(20):
        for y in range(14):
            west, south = 130.45 + x * size, 32.5 + y * size
            ring = [(west, south), (west + size, south), (west + size, south + size)]
            ring += [(west, south + size), (west, south)]
            shape = {"type": "Polygon", "coordinates": [ring]}
            people = {"code": f"{x:02}{y:02}", "people": 10 + 3 * x + y}
            features.append({"type": "Feature", "properties": people, "geometry": shape})
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_people_are_those_of_the_real_run(tmp_path: Path, scenarios: tuple[NamedScenario, ...]):
    people = '[population]\nfile = "cells.geojson"\ncolumn = "people"\nas_of = 2020-10-01\n'
    path = write_job(tmp_path, {"run.toml": RUN + people, "cells.geojson": cells()})
    found = scenario_table(read_run_file(path), scenarios[:2])
    assert_columns_are_runs(path, found)
    assert len({figures.people for figures in found.figures}) > 1


def test_where_people_live_is_found_once_for_the_what_ifs_of_a_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    people = '[population]\nfile = "cells.geojson"\ncolumn = "people"\nas_of = 2020-10-01\n'
    path = write_job(tmp_path, {"run.toml": RUN + people, "cells.geojson": cells()})
    found: list[object] = []
    plain = people_counting.inhabited_ground

    def counted(*asked: Any) -> Any:
        found.append(asked)
        return plain(*asked)

    monkeypatch.setattr(people_counting, "inhabited_ground", counted)
    scenario = ss.Scenario.from_run(path)
    inside = [
        scenario.judge(radius_m=radius).evidence.dissolved_population
        for radius in (3000, 4000, 5000)
    ]
    assert len(set(inside)) == 3
    assert len(found) == 1


def test_policies_of_ground_are_runs_of_their_own(tmp_path: Path):
    """Units are judged by who judges them, circles beside them as everywhere."""
    ground = """
[[policy.override.select]]
id = "towns"
unit = "municipality"
where = { municipality_kind = ["town"] }
reason = { ja = "町", en = "towns" }
[[policy.override.result]]
id = "areas"
kind = "support_area"
title = { ja = "区域", en = "areas" }
select = { any = ["towns"] }
"""
    run = RUN.replace('preset = "kumamoto"', f'preset = "kumamoto"{ground}')
    path = write_job(tmp_path, {"run.toml": run})
    found = scenario_table(
        read_run_file(path), (saying("20", f"{KEY}criterion.3.threshold_min=20"),)
    )
    assert_columns_are_runs(path, found)
    assert sum(found.figures[0].units) > 0


INDICATORS = '[indicators]\nhospitals = "rotation"\n'


def test_what_indicators_lack_is_told_as_the_real_run_tells_it(
    tmp_path: Path, scenarios: tuple[NamedScenario, ...]
):
    lost = HOSPITALS + "H4,位置のない病院,43447,熊本県上益城郡山都町,,,\n"
    path = write_job(tmp_path, {"run.toml": RUN + INDICATORS, "more.csv": lost})
    more = saying("more", lists=(f"輪番病院={path.parent / 'more.csv'}",))
    found = scenario_table(read_run_file(path), (*scenarios[:1], more))
    assert_columns_are_runs(path, found)
    told = [{p.code for p in figures.problems} for figures in found.figures]
    assert "indicators-incomplete" in told[0] & told[1]
    assert ["indicators-facility-unplaced" in each for each in told] == [False, False, True]


NO_DAY = """{"type": "FeatureCollection", "features": [{"type": "Feature",
"properties": {"name": "峠", "from": "12-01", "until": "03-31"}, "geometry":
{"type": "LineString", "coordinates": [[131.05, 32.70], [131.15, 32.70]]}}]}"""


def test_what_shows_only_while_solving_is_told_once_with_all_its_scenarios(tmp_path: Path):
    path = write_job(tmp_path, {"winter.geojson": NO_DAY})
    winter = 'network.closures=["winter.geojson"]'
    asked = (
        saying("fine", f"{KEY}circle.radius_m=6000"),
        saying("冬", winter),
        saying("冬 20", winter, f"{KEY}criterion.3.threshold_min=20"),
        saying("fast", winter, "network.profile=legal"),
    )
    with pytest.raises(UsageError) as told:
        scenario_table(read_run_file(path), asked)
    assert [p.code for p in told.value.problems] == ["closures-day-missing"]
    assert str(told.value.problems[0].message.en).startswith("scenario 冬 and 2 more: ")
    assert "シナリオ「冬」ほか2件: " in told.value.problems[0].message.ja


def test_what_the_run_file_itself_lacks_is_laid_at_no_scenario(tmp_path: Path):
    run = RUN + 'closures = ["winter.geojson"]\n'
    path = write_job(tmp_path, {"run.toml": run, "winter.geojson": NO_DAY})
    with pytest.raises(UsageError) as told:
        scenario_table(read_run_file(path), (saying("wide", f"{KEY}circle.radius_m=6000"),))
    assert "scenario" not in str(told.value.problems[0].message.en)
