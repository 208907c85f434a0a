"""Municipalities that a template excludes, each in its prefecture; and the template of the guide."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from boundaries.codes import PREFECTURES, near_prefectures
from groundfloor.problems import Problem, Severity, Text, UsageError
from spots.country import prefecture_jobs
from spots.job.execution import execute
from spots.job.run_file import Job, read_run_file
from spots.scenarios.scenario_jobs import job_of_scenario
from spots.scenarios.scenario_solving import scenario_table
from spots.types import Role, RunResult, State
from spots.types.scenario_table import NamedScenario, ScenarioSetting
from tests.helpers.pbf_files import dense_block, pbf, way_block
from tests.helpers.scenario_cells import assert_columns_are_runs
from tests.helpers.small_country import (
    AREAS,
    HOSPITALS,
    INDEX,
    TEMPLATE,
    outlines,
    write_country,
)

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
CODES = ("40", "44", "45")
NOTHING = "exclude_municipality = []\n"


def excluding(*towns: tuple[str, str]) -> str:
    """Return the template with these municipalities out."""
    rows = "".join(
        f'[[policy.override.exclude_municipality]]\ncode = "{code}"\nname = "{name}"\n'
        'facilities = true\narea = true\nreason = "試験"\n'
        for code, name in towns
    )
    return TEMPLATE.replace("[[facilities]]", f"{rows}[[facilities]]", 1).replace(NOTHING, "")


def job_of(template: Path, code: str) -> Job:
    (only,) = prefecture_jobs(template, (code,))
    return read_run_file(only.run_file, only.facilities, only.settings)


def run_of(folder: Path, template: str, code: str) -> RunResult:
    return execute(job_of(write_country(folder, {"template.toml": template}), code))


def told(result: RunResult) -> dict[str, Problem]:
    return {p.code: p for p in result.problems if p.code.startswith("exclusion")}


def excluded(result: RunResult) -> set[str]:
    own = (v for v in result.verdicts if v.facility.role is Role.CANDIDATE)
    return {v.facility.id for v in own if v.state is State.EXCLUDED}


@pytest.mark.parametrize(
    ("code", "out"), [("40", {"F2"}), ("44", {"O1", "O3", "OC"}), ("45", set())]
)
def test_an_excluded_municipality_is_out_where_it_lies(
    tmp_path: Path, code: str, out: set[str]
) -> None:
    template = excluding(("40202", "大牟田市"), ("44204", "日田市"))
    result = run_of(tmp_path, template, code)
    assert excluded(result) == out
    only = told(result)["exclusions-elsewhere"]
    assert only.severity is Severity.NOTE
    assert only.value is not None
    assert ("日田市" in only.value, "大牟田市" in only.value) == (code != "44", code != "40")


def test_what_a_preset_brings_of_another_prefecture_is_told_and_harms_nobody(
    tmp_path: Path,
) -> None:
    given = run_of(tmp_path / "a", TEMPLATE.replace(NOTHING, ""), "44")
    without = run_of(tmp_path / "b", TEMPLATE, "44")
    assert [v.state for v in given.verdicts] == [v.state for v in without.verdicts]
    only = told(given)["exclusions-elsewhere"]
    assert (only.value, only.file) == ("熊本市（43100）", "preset:kumamoto")
    assert not told(without)


def test_a_run_again_says_the_same(tmp_path: Path) -> None:
    template = write_country(tmp_path, {"template.toml": excluding(("40202", "大牟田市"))})
    job = job_of(template, "44")
    assert [each.name for each in job.excluded_elsewhere] == ["大牟田市"]
    assert job.policy.exclude_municipality == ()


def test_a_slip_in_the_code_of_a_municipality_of_here_does_not_pass_for_one_elsewhere(
    tmp_path: Path,
) -> None:
    with pytest.raises(UsageError) as caught:
        run_of(tmp_path, excluding(("44204", "久留米市")), "40")
    (only,) = caught.value.problems
    assert (only.code, only.value) == ("exclusion-name-disagrees", "44204")


def test_a_namesake_that_nobody_knows_of_is_warned_of(tmp_path: Path) -> None:
    result = run_of(tmp_path, excluding(("01203", "久留米市")), "40")
    assert told(result)["exclusion-namesake"].severity is Severity.WARNING
    assert not excluded(result)


def test_lines_of_what_stays_are_its_own(tmp_path: Path) -> None:
    odd = excluding(("43100", "熊本市"), ("40202", "大牟田市"), ("40202", "大牟田市"))
    template = write_country(tmp_path, {"template.toml": odd})
    with pytest.raises(UsageError) as caught:
        prefecture_jobs(template, ("40",))
    (only,) = caught.value.problems
    last = max(n for n, line in enumerate(odd.splitlines(), 1) if line == 'code = "40202"')
    assert (only.code, only.row) == ("policy-contradiction", last)


def test_a_run_file_of_one_prefecture_still_names_its_own_municipalities(tmp_path: Path) -> None:
    plain = TEMPLATE.replace("{prefecture}", "44").replace("{prefecture_name}", "大分県")
    write_country(tmp_path, {"plain.toml": plain.replace(NOTHING, "")})
    with pytest.raises(UsageError, match="policy-contradiction"):
        read_run_file(tmp_path / "plain.toml")


# --- the guide


def _neighbour(code: str, place: int) -> str:
    """Return the outlines of a prefecture: the small country's, or a square somewhere west."""
    own = json.loads(outlines())["features"]
    mine = [f for f in own if f["properties"]["N03_007"].startswith(code)]
    west, south = 128.0 + place / 10, 31.0
    ring = [(0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1), (0, 0)]
    names = {"N03_001": PREFECTURES[code], "N03_004": "隣町", "N03_007": f"{code}401"}
    shape = {"type": "Polygon", "coordinates": [[[west + x, south + y] for x, y in ring]]}
    far = {"type": "Feature", "properties": names, "geometry": shape}
    return json.dumps({"type": "FeatureCollection", "features": mine or [far]})


def _roads() -> bytes:
    places = range(13_000, 13_310, 10)
    nodes = [(n, x * 100_000, 330_000_000, {}) for n, x in enumerate(places, 1)]
    tags = {"highway": "trunk"}
    return pbf([dense_block(nodes), way_block([(1, [n for n, *_ in nodes], tags)])])


@pytest.mark.parametrize("page", ["country.md", "country.ja.md"])
def test_the_template_of_the_guide_runs_as_it_stands(page: str, tmp_path: Path) -> None:
    text = (GUIDE / page).read_text(encoding="utf-8")
    template = next(iter(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)))
    lists, areas, index = re.findall(r'^file = "(\w+\.csv)"$', template, re.MULTILINE)
    asked = re.search(r"spots batch template\.toml --prefectures ([\d,]+) ", text)
    assert asked is not None
    codes = asked[1].split(",")
    around = sorted({*codes, *(near for code in codes for near in near_prefectures(code))})
    files = {f"N03_{code}.geojson": _neighbour(code, n) for n, code in enumerate(around)}
    write_country(
        tmp_path,
        {"template.toml": template, lists: HOSPITALS, areas: AREAS, index: INDEX, **files},
    )
    for code in codes:
        (tmp_path / f"roads_{code}.osm.pbf").write_bytes(_roads())
    for item in prefecture_jobs(tmp_path / "template.toml", codes):
        result = execute(read_run_file(item.run_file, item.facilities, item.settings))
        assert result.verdicts
        assert told(result).keys() == {"exclusions-elsewhere"}


def test_scenarios_of_a_template_are_those_of_its_prefecture(tmp_path: Path) -> None:
    own = '[policy.override.policy]\nprefecture = "{prefecture}"\n'
    text = TEMPLATE.replace(own, "[policy.override.policy]\n").replace(NOTHING, "")
    template = write_country(tmp_path, {"template.toml": text})
    key = "policy.override.criterion.3.threshold_min=20"
    setting = ScenarioSetting("threshold_min", Text("20分", "20 min"), (key,))
    scenario = NamedScenario("20分", (setting,))
    job = read_run_file(template, settings=["run.prefecture=44"])
    table = scenario_table(job, [scenario])
    assert job_of_scenario(job, scenario).policy.prefecture == "44"
    assert_columns_are_runs(template, table, keys=["run.prefecture=44"])
