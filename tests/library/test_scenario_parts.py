"""A scenario of parts in memory: the same as that of the run file that names them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

import spots as ss
from groundfloor.problems import Severity, SpotsError, UsageError
from spots.telling.setting_words import SCHEMATIC
from tests.helpers.scenarios import codes, found, sample, sample_parts
from tests.helpers.small_job import RUN, write_job
from tests.job.test_ground_runs import GROUND, HEAD, TOWNS, result

CLOSED = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "崖崩れ"},
            "geometry": {"type": "LineString", "coordinates": [[131.06, 32.70], [131.14, 32.70]]},
        }
    ],
}


@pytest.fixture(scope="module")
def parts() -> dict[str, Any]:
    return sample_parts()


@pytest.fixture(scope="module")
def scenario(parts) -> ss.Scenario:
    return ss.Scenario(**parts)


@pytest.mark.slow
def test_the_sample_in_parts_is_the_sample(scenario, sample_result):
    asked = scenario.judge().evidence
    assert found(asked) == found(sample_result)
    assert codes(asked) == codes(sample_result)
    mine, its = asked.settings, sample_result.settings
    assert mine.threshold_ms == its.threshold_ms
    assert mine.lines == its.lines
    assert SCHEMATIC in mine.caveats
    assert mine.attributions[-1] == its.attributions[-1]  # of the roads


def test_what_a_run_is_made_of_makes_it_again(sample_result):
    own = sample()
    again = ss.Scenario(own.facilities, own.ground, own.roads, own.policy)
    asked = again.judge().evidence
    assert found(asked) == found(sample_result)
    assert asked.network == sample_result.network
    assert list(again.judge().facilities.index) == list(own.judge().facilities.index)


def test_any_crs_and_own_labels_give_the_same_on_those_labels(parts, sample_result):
    lists = [
        frame.to_crs(6670).set_index(pd.Index([f"{n}-{i}" for i in range(len(frame))], name="key"))
        for n, frame in enumerate(parts["facilities"])
    ]
    asked = ss.Scenario(lists, parts["ground"], parts["roads"]).judge()
    assert [v.travel and v.travel.travel_ms for v in asked.evidence.verdicts] == [
        v.travel and v.travel.travel_ms for v in sample_result.verdicts
    ]
    assert [v.state for v in asked.evidence.verdicts] == [v.state for v in sample_result.verdicts]
    assert asked.facilities.index.name == "key"
    assert asked.facilities.index[0] == "0-0"
    assert len(asked.facilities) == len(sample_result.verdicts)


def of_labels(parts: dict[str, Any], last: int) -> list[gpd.GeoDataFrame]:
    """Return the lists of the sample on labels of their own, but for the last of the third."""
    lists = [
        frame.set_axis(pd.Index([f"{1000 * n + i}" for i in range(len(frame))]))
        for n, frame in enumerate(parts["facilities"], start=1)
    ]
    lists[2].index = pd.Index([*lists[2].index[:-1], str(last)])
    return lists


@pytest.mark.slow
@pytest.mark.parametrize("last", [2000, 3000])
def test_a_label_of_two_hospitals_is_told_and_results_stand_on_ids(parts, last):
    lists = of_labels(parts, last)
    with pytest.warns(ss.ProblemWarning, match="label-of-two-facilities × 1"):
        asked = ss.Scenario(lists, parts["ground"], parts["roads"])
    (told,) = (p for p in asked.found_problems if p.code == "label-of-two-facilities")
    assert told.value == repr(str(last))
    assert "1 of 9" in told.message.en
    frame = asked.judge().facilities
    assert frame.index.name == "facility_id"
    assert not set(frame.index) & set(lists[0].index)


# Two lists of four: judging warns of what the others would have told.
@pytest.mark.filterwarnings("ignore::groundfloor.problems.ProblemWarning")
def test_a_label_of_one_hospital_in_two_lists_is_its_label(parts):
    lists = [frame.set_index("name", drop=False) for frame in parts["facilities"][::2]]
    both = set(lists[0].index) & set(lists[1].index)
    assert both
    frame = ss.Scenario(lists, parts["ground"], parts["roads"]).judge().facilities
    assert both <= set(frame.index)
    assert (frame.index == frame["name"]).all()


def test_row_numbers_of_several_lists_are_nobody_s_labels(parts):
    lists = [frame.reset_index(drop=True) for frame in parts["facilities"]]
    asked = ss.Scenario(lists, parts["ground"], parts["roads"])
    (told,) = (p for p in asked.found_problems if p.code == "label-of-two-facilities")
    assert told.severity is Severity.NOTE
    assert asked.judge().facilities.index.name == "facility_id"


@pytest.mark.slow
def test_merged_lists_are_the_same_facilities(parts, sample_result):
    merged = ss.merge_facilities(*parts["facilities"], ground=parts["ground"])
    asked = ss.Scenario(merged, parts["ground"], parts["roads"]).judge()
    assert found(asked.evidence) == found(sample_result)


# Judging warns of roads and lists that this test is not about.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::groundfloor.problems.ProblemWarning")
def test_other_parts_keep_the_rest(scenario, parts):
    slow = parts["roads"].at_speeds(factor=0.8)
    changed = scenario.changed(roads=slow)
    whole = ss.Scenario(parts["facilities"], parts["ground"], slow)
    assert found(changed.judge().evidence) == found(whole.judge().evidence)
    assert found(changed.judge().evidence) != found(scenario.judge().evidence)
    fewer = parts["facilities"][:3]
    assert found(scenario.changed(facilities=fewer).judge().evidence) == found(
        ss.Scenario(fewer, parts["ground"], parts["roads"]).judge().evidence
    )
    other = scenario.changed(policy=scenario.policy.changed(radius_m=5000))
    assert other.policy.radius_m == 5000
    assert found(other.judge().evidence) == found(scenario.judge(radius_m=5000).evidence)


def test_the_run_file_can_have_one_part_from_memory(tmp_path: Path):
    own = ss.Scenario.from_run(write_job(tmp_path))
    assert own.roads is not None
    slow = own.changed(roads=own.roads.at_speeds(factor=0.5))
    before, after = own.judge().evidence, slow.judge().evidence
    assert [r.file for r in after.inputs if not r.key] == [after.network and after.network.source]
    times = [
        (a.travel.travel_ms, b.travel.travel_ms)
        for a, b in zip(before.verdicts, after.verdicts, strict=True)
        if a.travel and b.travel and a.travel.travel_ms and b.travel.travel_ms
    ]
    assert times
    assert all(b > a for a, b in times)


# Judging warns of roads and lists that this test is not about.
@pytest.mark.filterwarnings("ignore::groundfloor.problems.ProblemWarning")
def test_what_a_run_closes_stays_closed_on_other_roads(tmp_path: Path):
    text = RUN.replace("[network]", '[network]\nclosures = "closed.geojson"', 1)
    run = write_job(tmp_path, {"run.toml": text, "closed.geojson": json.dumps(CLOSED)})
    own = ss.Scenario.from_run(run)
    asked = own.judge().evidence
    assert asked.closures is not None
    assert asked.closures.rows[0].edges > 0
    parts = ss.Scenario(own.facilities, own.ground, own.roads, own.policy)
    assert found(parts.judge().evidence)["verdicts"] == found(asked)["verdicts"]
    with_file = ss.Roads.read(tmp_path / "links.csv", nodes=tmp_path / "nodes.csv", kind="links")
    whole = ss.run(run).evidence.surroundings
    drawn = parts.judge(surroundings=True).evidence.surroundings
    assert whole is not None
    assert drawn is not None
    assert drawn.closed == whole.closed != ()
    for roads in (with_file, own.roads):
        again = own.changed(roads=roads).judge().evidence
        assert found(again)["verdicts"] == found(asked)["verdicts"]
        assert again.closures is not None
        assert [r.name for r in again.closures.rows] == ["崖崩れ"]
    open_roads = ss.Scenario(own.facilities, own.ground, with_file, own.policy)
    assert found(open_roads.judge().evidence)["verdicts"] != found(asked)["verdicts"]


# --- what outputs say of it


@pytest.mark.slow
def test_its_folder_says_what_was_in_memory_and_cannot_be_replayed(scenario, tmp_path: Path):
    scenario.judge().write(tmp_path / "out")
    page = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    roles = [each["role"] for each in page["inputs"]]
    outlines = ["municipalities"] * 2
    assert roles == [*["facilities"] * 4, *outlines, "medical_areas", "index", "network"]
    assert {each["key"] for each in page["inputs"]} == {""}
    assert all(len(each["sha256"]) == 64 for each in page["inputs"])
    assert page["job"]["policy"]["circle"]["radius_m"] == 4000
    assert str(tmp_path) not in json.dumps(page["job"])
    with pytest.raises(SpotsError) as fault:
        ss.Scenario.from_run(tmp_path / "out")
    (problem,) = fault.value.problems
    assert (problem.code, "rotation_hospitals.csv" in (problem.value or "")) == (
        "not-replayable",
        True,
    )
    assert ss.read_result(tmp_path / "out").evidence.verdicts == scenario.judge().evidence.verdicts


def test_other_content_has_another_hash(scenario, parts):
    def hashes(of: ss.Scenario) -> list[str]:
        return [record.sha256 for record in of.judge().evidence.inputs]

    lists = [frame.copy() for frame in parts["facilities"]]
    lists[1].loc[lists[1].index[0], "remark"] = "another"
    before, after = hashes(scenario), hashes(scenario.changed(facilities=lists))
    assert [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [1]
    assert hashes(ss.Scenario(**parts)) == before


# --- what does not fit


@pytest.mark.parametrize(
    ("without", "code"),
    [("roads", "network-missing"), ("rotation", "list-missing"), ("index", "missing-key")],
)
def test_what_the_policy_needs_and_nobody_gave_is_named(parts, without: str, code: str):
    given = dict(parts)
    if without == "roads":
        del given["roads"]
    elif without == "rotation":
        given["facilities"] = [parts["facilities"][n] for n in (0, 1, 3)]
    else:
        with ss.sample_run_file() as path:
            towns = path.with_name("municipalities.geojson")
            areas = path.with_name("medical_areas.csv")
            given["ground"] = ss.read_ground(towns, areas, prefecture=43)
    with pytest.raises(SpotsError) as fault:
        ss.Scenario(**given)
    assert code in {p.code for p in fault.value.problems}
    assert all("[network]" not in str(p.remedy.en) for p in fault.value.problems)


def test_a_type_that_no_list_has_is_told_as_in_python(parts):
    with pytest.warns(ss.ProblemWarning, match="list-not-given"):
        bare = ss.Scenario(parts["facilities"][1:], parts["ground"], parts["roads"])
    (told,) = (p for p in bare.found_problems if p.code == "list-not-given")
    assert 'types="base_hospital"' in str(told.remedy.en)
    assert "[" not in str(told.remedy.en).replace("not_given=[1]", "")
    with_it = ss.Scenario(parts["facilities"][1:], parts["ground"], parts["roads"], not_given=[1])
    assert "list-not-given" not in {p.code for p in with_it.found_problems}


def test_lists_that_are_only_reached_are_none_to_judge(parts):
    with pytest.raises(UsageError) as fault:
        ss.Scenario(parts["facilities"][3], parts["ground"], parts["roads"])
    assert "no-candidates" in {p.code for p in fault.value.problems}


def test_roads_told_to_be_used_otherwise_than_the_policy_says_are_told(parts, scenario):
    without = {**parts, "roads": parts["roads"].using(tolls=False)}
    with pytest.warns(ss.ProblemWarning, match="roads-used-otherwise"):
        asked = ss.Scenario(**without)
    assert found(asked.judge().evidence) == found(scenario.judge().evidence)
    agreed = ss.Scenario(**without, policy=scenario.policy.changed(tolls=False))
    assert "roads-used-otherwise" not in set(agreed.problems["code"])


def test_a_key_of_a_part_that_is_none_is_named(parts):
    with pytest.raises(UsageError) as fault:
        ss.Scenario(**parts, population={"file": "cells.csv", "colunm": "people"})
    assert [p.column for p in fault.value.problems] == ["population.colunm"]


def test_frames_stay_as_they_were_given(parts):
    lists = [frame.copy() for frame in parts["facilities"]]
    made = ss.Scenario(lists, parts["ground"], parts["roads"])
    before = found(made.judge().evidence)
    for frame in lists:
        frame["name"] = "gone"
    assert found(made.judge(radius_m=4000).evidence) == before


# --- policies of ground


def by_run(folder: Path, policy: str, more: str, changed: dict[str, str]) -> ss.Scenario:
    return ss.Scenario.from_run(
        write_job(folder, {"run.toml": GROUND + more, "policy.toml": policy, **changed})
    )


def people() -> gpd.GeoDataFrame:
    from shapely import box  # noqa: PLC0415

    return gpd.GeoDataFrame(
        {"population": [100, 40]},
        geometry=[box(131.0, 32.6, 131.1, 32.7), box(130.7, 32.7, 130.8, 32.8)],
        crs=6668,
    )


def test_grounds_of_frames_are_judged_as_those_of_files(tmp_path: Path):
    where = 'where = { column = { table = "ageing", column = "rate", is = { at_least = 30.0 } } }\n'
    policy = HEAD + TOWNS + where + result("support_area", '{ any = ["towns"] }')
    numbers = "code,rate\n43100,20\n43213,30.5\n43424,41\n43447,45\n"
    more = (
        '[[tables]]\nname = "ageing"\nfile = "ageing.csv"\n'
        '[population]\nfile = "cells.geojson"\nas_of = 2020-10-01\n'
    )
    files = {"ageing.csv": numbers, "cells.geojson": people().to_json()}
    straight = by_run(tmp_path, policy, more, files)
    own = straight.judge().evidence
    assert any(v.state == "designated" for v in own.units)
    made = ss.Scenario(
        [],
        straight.ground,
        policy=straight.policy,
        tables={"ageing": pd.read_csv(tmp_path / "ageing.csv")},
        population={"file": people(), "as_of": "2020-10-01"},
    )
    asked = made.judge().evidence
    assert found(asked)["units"] == found(own)["units"]
    assert found(asked)["grounds"] == found(own)["grounds"]
    assert [g.population for g in asked.grounds] == [g.population for g in own.grounds]
    assert {r.role for r in asked.inputs if not r.key} >= {"tables", "population"}
    paths = ss.Scenario(
        [],
        straight.ground,
        policy=straight.policy,
        tables={"ageing": {"file": str(tmp_path / "ageing.csv")}},
        population={"file": str(tmp_path / "cells.geojson"), "as_of": "2020-10-01"},
    )
    assert found(paths.judge().evidence)["units"] == found(own)["units"]


def test_towns_and_criteria_without_a_list_are_said_as_in_a_run_file(tmp_path: Path):
    towns = "pref,city,town,koaza,lat,lng\n熊本県,山都町,下市,,32.685,131.0\n"
    clinics = "医療機関名,所在地\n甲診療所,熊本県上益城郡山都町下市1\n"
    text = RUN + '[towns]\nfile = "towns.csv"\n'
    run = write_job(tmp_path, {"run.toml": text, "towns.csv": towns, "clinics.csv": clinics})
    own = ss.Scenario.from_run(run)
    asked = own.judge().evidence
    (clinic,) = [v for v in asked.verdicts if v.facility.name == "甲診療所"]
    assert clinic.facility.position is not None
    lists = [
        ss.read_facilities(tmp_path / "base.csv", types="①", name="拠点病院"),
        ss.read_facilities(tmp_path / "clinics.csv", types="②", name="へき地診療所"),
        ss.read_facilities(tmp_path / "hospitals.csv", types="③", name="輪番病院", list="rotation"),
    ]
    for given in (tmp_path / "towns.csv", pd.read_csv(tmp_path / "towns.csv")):
        made = ss.Scenario(lists, own.ground, own.roads, own.policy, towns=given)
        assert found(made.judge().evidence)["spots"] == found(asked)["spots"]
    with pytest.warns(ss.ProblemWarning, match="list-not-given"):
        ss.Scenario(lists[1:], own.ground, own.roads, towns=tmp_path / "towns.csv")
    quiet = ss.Scenario(
        lists[1:], own.ground, own.roads, towns=tmp_path / "towns.csv", not_given=[1]
    )
    assert "list-not-given" not in set(quiet.problems["code"])
    assert not quiet.judge().evidence.settings.criteria[0].given


def test_lists_that_nobody_read_yet_are_read(parts, sample_result):
    with ss.sample_run_file() as path:
        base = path.with_name("base_hospitals.csv")
        plain = pd.read_csv(base, dtype=str)
    typed = plain.assign(種別="①")
    points = gpd.points_from_xy(plain["経度"].astype(float), plain["緯度"].astype(float), crs=6668)
    mine = gpd.GeoDataFrame(typed.drop(columns=["経度", "緯度"]), geometry=points)
    asked = ss.Scenario([mine, *parts["facilities"][1:]], parts["ground"], parts["roads"])
    states = [v.state for v in asked.judge().evidence.verdicts]
    assert states == [v.state for v in sample_result.verdicts]


@pytest.mark.slow
def test_a_name_for_those_who_are_only_reached_changes_nothing() -> None:
    sample = ss.Scenario.sample()
    lists = [frame for _, frame in sample.facilities.groupby("layer", sort=False)]
    named = [
        frame.assign(list="beyond") if (frame["role"] == "destination").all() else frame
        for frame in lists
    ]
    assert any((frame["list"] == "beyond").any() for frame in named)
    plain = ss.Scenario(lists, sample.ground, sample.roads).judge().facilities
    other = ss.Scenario(named, sample.ground, sample.roads).judge().facilities
    assert list(plain.columns) == list(other.columns)
    assert plain["turns_on"].equals(other["turns_on"])
