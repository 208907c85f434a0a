"""What a policy's selections name and the run does not have: errors with line and candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import pytest

from boundaries.types import AreaClass, AreaIndex, IndexEdition
from groundfloor.problems import Problem, Severity
from groundfloor.settings import validate
from groundfloor.toml import TomlDocument, parse_toml
from spots.judging.policy import Policy
from spots.judging.selecting.ground_facts import NumberTable, TableKey
from spots.judging.selecting.selection_checks import selection_problems
from spots.judging.selecting.selection_settings import NearestCondition, NumberBound, SelectSetting
from spots.judging.selecting.written_keys import SELECTION_TABLES, WrittenKeys
from spots.types.listed_entry import ListedEntry
from tests.helpers.ground_cases import (
    a_map,
    district,
    ground,
    listed,
)
from tests.helpers.judging import facility

HEAD = """
[policy]
name = "test"
version = 1
prefecture = "33"
title = { ja = "案", en = "draft" }
source = { ja = "出典", en = "source" }
[validity]
valid_from = 2027-04-01
valid_to = 2030-03-31
"""
RESULT = """
[[result]]
id = "r"
kind = "support_area"
title = { ja = "区域", en = "areas" }
select = { any = ["s"] }
"""
REGIONS = a_map(
    [
        ("33100", "岡山市", "3301"),
        ("33203", "津山市", "3305"),
        ("33214", "真庭市", "3304"),
        ("33586", "新庄村", "3304"),
    ],
    [("3301", "県南東部", 303.4), ("3304", "真庭", 185.0), ("3305", "津山・英田", 196.3)],
)


def written(text: str) -> tuple[Policy, WrittenKeys]:
    document = parse_toml(HEAD + text, "ours.toml")
    places = dict.fromkeys(SELECTION_TABLES, (document, ()))
    return Policy.from_document(document), WrittenKeys(places)


def problems(text: str, facts=None) -> tuple[Problem, ...]:
    policy, at = written(text)
    found = selection_problems(policy, facts or ground(REGIONS), at)
    assert all(p.severity is Severity.ERROR and p.file for p in found)
    return found


def of(where: str, facts=None, *, unit: str = "municipality", more: str = ""):
    text = f'[[select]]\nid = "s"\nunit = "{unit}"\nwhere = {{ {where} }}\n{more}{RESULT}'
    return problems(text, facts)


def the(found: Sequence[Problem]) -> Problem:
    (one,) = found
    return one


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate((HEAD + text).splitlines(), 1) if part in line)


def test_a_policy_that_names_what_is_there_has_no_problem():
    for where in (
        'municipality = ["津山市", "33586", "33100"]',
        'area = ["真庭", "津山・英田保健医療圏", "3301"]',
        'name = ["真庭郡新庄村", "津山市"]',
        "index = { below = 200 }",
    ):
        assert of(where) == (), where


@pytest.mark.parametrize(
    ("where", "code", "value", "remedy"),
    [
        ('area = ["真庭", "津山"]', "unknown-area", "津山", "津山・英田, 県南東部, 真庭"),
        ('municipality = "津山"', "no-such-municipality", "津山", "津山市, 岡山市"),
        ('name = "真庭町"', "unknown-unit", "真庭町", "真庭市"),
    ],
)
def test_an_unknown_name_comes_with_candidates_and_its_line(where, code, value, remedy):
    one = the(of(where))
    assert (one.code, one.value, one.file) == (code, value, "ours.toml")
    assert remedy in one.remedy.en
    assert one.row == line_of('[[select]]\nid = "s"\nunit = ""\nwhere', "where")
    assert one.column is not None
    assert one.column.startswith("select[1].where.")


def test_of_many_names_only_the_nearest_are_told():
    towns = [(f"33{n}", f"第{n}町", "") for n in range(300, 330)]
    facts = ground(a_map(towns))
    one = the(of('municipality = "第311村"', facts))
    assert one.remedy.en.startswith("the nearest are: 第311町")
    assert one.remedy.en.count(",") < 3


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ('municipality = "33581"', "code-of-other-edition"),  # 加茂町, since 2005 津山市
        ('area = "3399"', "code-of-other-edition"),
        ('municipality = "岡山市北区"', "ward-is-merged"),
        ('municipality = "33101"', "ward-is-merged"),
    ],
)
def test_codes_of_another_edition_and_merged_wards_are_named(where, code):
    assert the(of(where)).code == code


def test_a_name_of_two_municipalities_needs_a_code():
    regions = a_map([("33401", "泊村", ""), ("33690", "泊村", "")])
    facts = ground(regions)
    one = the(of('municipality = "泊村"', facts))
    assert one.code == "name-means-several"
    assert "岡山県泊村 (33401), 岡山県泊村 (33690)" in one.message.en
    assert the(of('name = "泊村"', facts)).code == "name-means-several"
    assert of('municipality = "33690"', facts) == ()


def test_a_name_is_first_looked_for_in_the_prefecture():
    regions = a_map([("33401", "池田町", ""), ("21404", "池田町", "")])
    assert of('municipality = "池田町"', ground(regions)) == ()


def test_exceptions_must_name_somebody():
    more = 'except = [{ name = "早島町", reason = { ja = "意見", en = "advice" } }]\n'
    one = the(of("index = { below = 200 }", more=more))
    assert (one.code, one.value) == ("unknown-unit", "早島町")
    assert one.column == "select[1].except[1].name"


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ('column = { table = "doctor", column = "a", is = { below = 3 } }', "unknown-table"),
        ('column = { table = "doctors", column = "b", is = { below = 3 } }', "unknown-column"),
        (
            'column = { table = "doctors", column = "a", is = { below = "national_average" } }',
            "national-average-missing",
        ),
        ('index = { below = "national_average" }', "national-average-missing"),
        ('any = [{ listed = "applicatons" }, { area = "真庭" }]', "unknown-list"),
        ("people = { is = { below = 3 } }", "population-missing"),
        ('inside = ["t"]', "unknown-selection"),
        ("any = [{}]", "empty-condition"),
        ('inside = ["s"]', "selection-circle"),
    ],
)
def test_what_the_run_lacks_is_an_error(where, code):
    table = NumberTable("doctors", "", TableKey.MUNICIPALITY, {"a": {"33203": 1.0}})
    facts = ground(
        REGIONS,
        [facility("f")],
        tables={"doctors": table},
        entries=listed("applications", ListedEntry("津山市")),
    )
    one = the(of(where, facts))
    assert one.code == code
    if code == "unknown-list":
        assert one.remedy.en == "use one of: applications"
        assert one.column == "select[1].where.any[1].listed"


def test_a_road_condition_without_a_network_and_lists_that_are_not_there():
    facts = ground(REGIONS, [facility("f")], lists={"rotation": ["f"]})
    assert the(of("nearest = { at_least_min = 30 }", facts)).code == "network-missing"
    one = the(of('nearest = { list = "rotatoin", at_least_m = 30 }', facts))
    assert (one.code, one.remedy.en) == ("unknown-list", "use one of: rotation")
    assert of('alone = { within_m = 4000, list = "rotation" }', facts) == ()


def test_conditions_on_institutions_need_institutions():
    facts = ground(REGIONS, [facility("f")])
    assert {p.code for p in of('type = "remote_clinic"', facts)} == {"condition-not-for-unit"}
    assert {p.code for p in of("criterion = 3", facts)} == {
        "condition-not-for-unit",
        "unknown-criterion",
    }
    assert of('type = "remote_clinic"', facts, unit="facility") == ()
    assert the(of("alone = { within_m = 4000 }")).code == "facilities-missing"


def test_layers():
    layers = {"地区": (district("建部", "33100"),)}
    facts = ground(REGIONS, layers=layers)

    def codes(unit: str, layer: str = "") -> list[str]:
        given = f'layer = "{layer}"\n' if layer else ""
        text = f'[[select]]\nid = "s"\nunit = "{unit}"\n{given}{RESULT}'
        return [p.code for p in problems(text, facts)]

    assert codes("district") == ["selection-without-layer"]
    assert codes("district", "地区") == []
    assert codes("district", "地域") == ["unknown-units"]
    assert codes("point", "地区") == ["layer-of-other-units"]
    assert codes("island") == codes("municipality") == []


def test_ids_and_references():
    twice = '[[select]]\nid = "s"\nunit = "municipality"\n' * 2 + RESULT
    assert [p.code for p in problems(twice)] == ["selection-id-twice"]
    other = RESULT.replace('["s"]', '["s", "rule", "x"]')
    found = problems('[[select]]\nid = "s"\nunit = "municipality"\n' + other)
    assert [(p.code, p.value) for p in found] == [
        ("unknown-selection", "rule"),
        ("unknown-selection", "x"),
    ]
    assert found[0].remedy.en == "use one of: r, s"
    both = RESULT.replace('any = ["s"]', 'any = ["s"], none = ["s"]')
    found = problems('[[select]]\nid = "s"\nunit = "municipality"\n' + both)
    assert the(found).code == "join-not-one"
    alone = RESULT.replace("any", "minus")
    found = problems('[[select]]\nid = "s"\nunit = "municipality"\n' + alone)
    assert the(found).code == "join-not-one"


def test_a_circle_of_references_is_told_once_with_its_way():
    text = (
        '[[select]]\nid = "s"\nunit = "municipality"\nwhere = { inside = "q" }\n'
        + RESULT
        + RESULT.replace('"r"', '"q"').replace('["s"]', '["r"]')
    )
    one = the(problems(text))
    assert one.code == "selection-circle"
    assert one.message.en in {
        "refers to itself: r → s → q → r",
        "refers to itself: s → q → r → s",
        "refers to itself: q → r → s → q",
    }


def test_rows_of_a_list_that_mean_nobody_are_errors_of_the_list():
    entries = listed("a", ListedEntry("津山市"), ListedEntry("真庭町", file="申請.csv", row=7))
    one = the(of('listed = "a"', ground(REGIONS, entries=entries)))
    assert (one.code, one.file, one.row) == ("entry-means-nobody", "申請.csv", 7)
    assert "真庭市" in one.remedy.ja
    # Another selection may be the one that a row is for.
    text = (
        '[[select]]\nid = "s"\nunit = "municipality"\nwhere = { listed = "a" }\n'
        '[[select]]\nid = "t"\nunit = "medical_area"\nwhere = { listed = "a" }\n' + RESULT
    )
    policy, at = written(text)
    entries = listed("a", ListedEntry("津山市"), ListedEntry("真庭"))
    facts = ground(REGIONS, entries=entries)
    assert selection_problems(policy, facts, at) == ()


def test_reasons_by_hand_must_name_somebody_and_a_result():
    plain = f'[[select]]\nid = "s"\nunit = "municipality"\n{RESULT}'
    by_hand = '[[unit_reason]]\nunit = "{}"\nreason = {{ ja = "理由", en = "reason" }}\n'
    assert problems(plain + by_hand.format("津山市")) == ()
    one = the(problems(plain + by_hand.format("津山")))
    assert (one.code, one.column) == ("unknown-unit", "unit_reason[1].unit")
    one = the(problems(plain + by_hand.format("津山市") + 'result = "q"\n'))
    assert (one.code, one.remedy.en) == ("unknown-selection", "use one of: r")


def test_without_lines_everything_is_still_checked():
    policy, _ = written(
        f'[[select]]\nid = "s"\nunit = "municipality"\nwhere = {{ area = "x" }}{RESULT}'
    )
    one = the(selection_problems(policy, ground(REGIONS)))
    assert (one.code, one.file) == ("unknown-area", "<Policy>")


def faults(shape: type, **keys: object) -> list[tuple[str, str | None]]:
    with pytest.raises(Exception) as caught:  # noqa: PT011 (its problems are compared)
        validate(shape, keys, TomlDocument("x.toml", {}, {}))
    return [(p.code, p.column) for p in caught.value.problems]


def test_a_wrong_bound_or_limit_is_one_problem():
    assert faults(NumberBound, below="national_averag") == [("wrong-value", "below")]
    assert faults(NumberBound, below=[3]) == [("wrong-type", "below")]
    asked = {"id": "s", "unit": "municipality"}
    for near in ({}, {"at_least_min": 30, "below_m": 3}):
        found = faults(SelectSetting, **asked, where={"nearest": near})
        assert found == [("wrong-value", "where.nearest")]


def test_who_needs_roads_or_people():
    assert NearestCondition(at_least_min=30).by_road
    plain, _ = written(f'[[select]]\nid = "s"\nunit = "municipality"{RESULT}')
    assert not plain.selects_by_road
    assert not plain.needs_people
    by_road, _ = written(
        '[[select]]\nid = "s"\nunit = "municipality"\n'
        f"where = {{ any = [{{ nearest = {{ at_least_min = 30 }} }}] }}{RESULT}"
    )
    assert by_road.selects_by_road
    people, _ = written(
        '[[select]]\nid = "s"\nunit = "municipality"\n'
        f"where = {{ none = [{{ people = {{ is = {{ below = 50 }} }} }}] }}{RESULT}"
    )
    assert people.needs_people


# --- points of the population


MADE = """
[[select]]
id = "s"
unit = "{unit}"
{source}
"""


@pytest.mark.parametrize(
    ("unit", "source", "codes"),
    [
        ("point", 'from = "population"\nbeyond_m = 4000', []),
        ("point", 'from = "population"', ["points-from-population"]),
        ("point", "beyond_m = 4000", ["points-from-population"]),
        ("point", "same_land = true", ["points-from-population"]),
        ("district", 'from = "population"\nbeyond_m = 4000', ["points-from-population"]),
        (
            "point",
            'from = "population"\nbeyond_m = 4000\nlayer = "points"',
            ["points-from-population"],
        ),
    ],
)
def test_points_of_the_population_stand_with_their_distance(unit, source, codes):
    people = gpd.GeoDataFrame({"population": []}, geometry=[], crs=6668)
    facts = ground(REGIONS, [facility("a")], people=people)
    assert [
        p.code for p in problems(MADE.format(unit=unit, source=source) + RESULT, facts)
    ] == codes


def test_points_of_the_population_need_people_and_institutions():
    text = MADE.format(unit="point", source='from = "population"\nbeyond_m = 4000') + RESULT
    found = problems(text)
    assert {p.code: p.row for p in found} == {
        "population-missing": line_of(text, 'from = "population"'),
        "facilities-missing": line_of(text, "beyond_m"),
    }


def test_a_table_may_be_one_that_a_run_can_lack():
    column = 'column = {{ table = "timetables", column = "trips", is = {{ at_most = 3 }}{more} }}'
    assert the(of(column.format(more=""))).code == "unknown-table"
    assert of(column.format(more=", optional = true")) == ()


@pytest.mark.parametrize("name", ["県北", "県北医療圏", "3309"])
def test_an_area_that_the_indices_alone_have_is_of_another_edition(name):
    """秋田: three areas in the indices of 2024-01, eight in the table of areas of 2020."""
    edition = IndexEdition("2024-01", 179.3, 217.6)
    alone = AreaIndex("3309", "県北", 142.0, AreaClass.SHORTAGE)
    mixed = replace(REGIONS, unmapped=(alone,), edition=edition)
    one = the(of(f'area = "{name}"', ground(mixed)))
    assert (one.code, one.value) == ("area-of-the-indices-alone", name)
    assert "2024-01" in one.message.ja
    assert "medical_areas" in one.remedy.en


CLINICS = """
[[select]]
id = "itself"
unit = "facility"
[[select]]
id = "circle"
unit = "facility"
radius_m = 4000
"""


@pytest.mark.parametrize(
    ("select", "more", "code"),
    [
        ('{ none = ["itself"] }', "", "result-without-units"),
        ('{ any = [{ none = ["itself"] }] }', "", "result-without-units"),
        ('{ minus = [{ none = ["itself"] }, "circle"] }', "", "result-without-units"),
        ('{ all = ["circle", { none = ["itself"] }] }', "", None),
        ('{ any = ["itself", "circle"] }', "", "result-of-two-grounds"),
        ('{ any = ["circle", { all = ["itself"] }] }', "", "result-of-two-grounds"),
        ('{ minus = ["circle", "itself"] }', "", None),
        ('{ any = ["circle"] }', "valid_to = 2027-03-31", "result-period-reversed"),
        ('{ any = ["circle"] }', "valid_from = 2030-04-01", "result-period-reversed"),
        ('{ any = ["circle"] }', "valid_to = 2027-04-01", None),
    ],
)
def test_a_result_that_cannot_mean_what_it_says_is_an_error(select, more, code):
    result = RESULT.replace('{ any = ["s"] }', select) + more
    found = problems(CLINICS + result)
    assert [p.code for p in found] == ([code] if code else [])
    assert all(p.row is not None for p in found)
