"""Every axis of a file does what ``spots run`` with its setting does, on roads and without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from groundfloor.problems import Lang
from spots.job.run_file import read_run_file
from spots.scenarios.scenario_file import read_scenarios
from spots.scenarios.scenario_folder import scenario_output, write_scenarios
from spots.scenarios.scenario_solving import scenario_table
from spots.types.scenario_table import ScenarioTable
from tests.helpers.scenario_cases import FEWER, answers_of
from tests.helpers.scenario_cells import assert_columns_are_runs
from tests.helpers.small_job import LINKS, NODES, RUN, write_job

CLOSED = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "峠", "from": "12-01", "until": "03-31"},
            "geometry": {"type": "LineString", "coordinates": [[131.05, 32.70], [131.15, 32.70]]},
        }
    ],
}
#: A toll road and a ferry beside the free way, and a street that stays open in winter.
ROADS = {
    "nodes.csv": NODES + "back,裏,131.16,32.70\n",
    "links.csv": LINKS
    + "soyo,back,1.0,trunk,both,,町道,0,estimated,test\n"
    + "yabe,soyo,6.0,motorway,both,,高速,1,estimated,test\n"
    + "uki,yabe,20.0,ferry,both,20,航路,0,estimated,test\n",
}
FILE = """
[[scenario]]
threshold_min = 10
[[scenario]]
comparison = "more_than"
[[scenario]]
unreachable = "not_met"
[[scenario]]
list = "*"
[[scenario]]
radius_m = 6000
[[scenario]]
cuts = ["land"]
[[scenario]]
cuts = []
[[scenario]]
exclusions = []
[[scenario]]
exclusions = [{ code = "43424", name = "小国町" }]
[[scenario]]
moot_area_classes = []
[[scenario]]
direction = "to_candidate"
[[scenario]]
neighbours = false
[[scenario]]
tolls = false
[[scenario]]
ferries = true
[[scenario]]
ferries = true
ferry_wait_min = 0
[[scenario]]
snap_limit_m = 200
[[scenario]]
profile = "legal"
[[scenario]]
speed_factor = 0.5
[[scenario]]
closures = "winter.geojson"
closures_on = "R8.1.15"
[[scenario]]
closures = "winter.geojson"
closures_on = 2026-07-15
[[scenario]]
lists = { "輪番病院" = "fewer.csv" }
[[scenario]]
"policy.override.manual" = [{ facility = "H1", decision = "include", reason = "協議会" }]
[[scenario]]
policy.override.rule.any = [1, 2]
[[scenario]]
speed_factor = 0.7
lists = { "③" = "fewer.csv" }
tolls = false
threshold_min = 25
"""


def answered(folder: Path, text: str, run: str = "run.toml") -> ScenarioTable:
    job = read_run_file(folder / run)
    (folder / "s.toml").write_text(text, encoding="utf-8")
    return scenario_table(job, read_scenarios(folder / "s.toml", job, Lang.EN).scenarios)


@pytest.mark.slow
def test_every_axis_is_the_run_with_its_setting(tmp_path: Path):
    text = FILE.replace('[[scenario]]\nlist = "*"\n', "")
    closed = json.dumps(CLOSED, ensure_ascii=False)
    run = write_job(tmp_path, {**ROADS, "fewer.csv": FEWER, "winter.geojson": closed})
    table = answered(tmp_path, text)
    assert_columns_are_runs(run, table)
    changed = [(table.states[:, n] != table.states[:, 0]).any() for n in range(1, 24)]
    assert sum(changed) > 8  # most of them do something here


@pytest.mark.slow
def test_an_estimate_by_straight_lines_has_axes_of_its_own(tmp_path: Path):
    straight = '[network]\nkind = "straight"\ndetour_factor = 1.3\nspeed_kmh = 40\n'
    run = write_job(tmp_path, {"run.toml": RUN[: RUN.index("[network]")] + straight})
    table = answered(
        tmp_path,
        "[axes]\nspeed_factor = [0.8, 1.2]\ndetour_factor = [1.2, 1.6]\nspeed_kmh = [30, 50]\n",
    )
    assert len(table.scenarios) == 9
    assert_columns_are_runs(run, table)


POLICY = """
[policy]
name = "ours"
version = 1
prefecture = "43"
title = { ja = "区域（案）", en = "areas (draft)" }
source = { ja = "例", en = "example" }
[validity]
valid_from = 2027-04-01
valid_to = 2030-03-31
[[select]]
id = "towns"
unit = "municipality"
reason = { ja = "指標による", en = "by its index" }
[[result]]
id = "r"
kind = "spot"
title = { ja = "結果", en = "result" }
select = { any = ["towns"] }
"""
GROUND = """
[policy]
file = "policy.toml"
[municipalities]
file = "municipalities.geojson"
[medical_areas]
file = "areas.csv"
[physician_index]
file = "index.csv"
edition = "2024-01"
shortage_at_most = 179.3
surplus_at_least = 217.6
"""


@pytest.mark.slow
def test_a_run_of_units_of_ground_alone_has_its_whole_folder(tmp_path: Path):
    run = write_job(tmp_path, {"run.toml": GROUND, "policy.toml": POLICY})
    text = (
        '[[scenario]]\n"policy.override.scope" = { moot_area_classes = [], merge_wards = true }\n'
    )
    (tmp_path / "s.toml").write_text(text, encoding="utf-8")
    job = read_run_file(run)
    answers = answers_of(job)
    assert_columns_are_runs(run, answers.table)
    written, problems = write_scenarios(answers, job, scenario_output(job), lang=Lang.EN)
    assert problems == ()
    assert {"map.html", "report.pdf", "scenarios.gpkg"} <= {file.name for file in written}
