"""Hospitals off the map: out of the prefecture by what their list says, and cheap to place."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, box

from boundaries import Regions, build_regions
from boundaries.types import AreaAssignment, AreaClass, AreaTable
from groundfloor.crs import JGD2011
from groundfloor.problems import Severity
from spots.facilities import lists_of_elsewhere, merge, place_facility, read_layers
from spots.facilities.checking import check_layers
from spots.judging.designation import judge
from spots.types import Facility, Place, Position, Role, SourceRow, State
from tests.helpers.facility_lists import FlatMap, codes, only, spec, write
from tests.helpers.judging import SECONDARY, chain, facility, facts, policy

ON_MAP, FAR = Position(130.5, 32.5), Position(139.7, 35.7)


def listed(
    position: Position | None,
    *,
    code: str | None = None,
    prefecture: str | None = None,
    address: str = "",
    role: Role = Role.CANDIDATE,
) -> Facility:
    """Return a facility as a national list has it."""
    given = facility("x", SECONDARY, position=position, role=role)
    return replace(given, municipality_code=code, prefecture_code=prefecture, address=address)


ABROAD = [
    {"code": "40202"},
    {"prefecture": "40"},
    {"address": "福岡県大牟田市不知火町1"},
]


@pytest.mark.parametrize("said", ABROAD)
@pytest.mark.parametrize("position", [FAR, None])
@pytest.mark.parametrize("role", list(Role))
def test_who_says_another_prefecture_is_there(said, position, role):
    place, problems = place_facility(listed(position, role=role, **said), FlatMap(), home="43")
    assert (place.prefecture_code, place.problem, place.area_class) == (
        "40",
        None,
        AreaClass.UNKNOWN,
    )
    assert problems == ()


@pytest.mark.parametrize("said", ABROAD)
def test_such_a_facility_is_excluded_and_not_undetermined(said):
    one = listed(FAR, **said)
    place, _ = place_facility(one, FlatMap(), home="43")
    known = facts([one], network=chain(1000), doors={"x": 20_000.0}, places={"x": place})
    (verdict,) = judge(policy(), known)
    assert verdict.state is State.EXCLUDED
    assert "ほかの都道府県" in verdict.state_reason.ja
    assert ("福岡県" if "code" not in said else "40202") in verdict.state_reason.ja


@pytest.mark.parametrize("said", ABROAD)
def test_a_point_at_home_that_its_list_puts_abroad_stays_doubtful(said):
    place, problems = place_facility(listed(ON_MAP, **said), FlatMap(), home="43")
    assert place.problem is not None
    assert codes(problems) == ["point-and-address-disagree"]


@pytest.mark.parametrize("said", [{"code": "43999"}, {"prefecture": "43"}, {}])
def test_a_far_point_that_nobody_puts_abroad_stays_doubtful(said):
    place, problems = place_facility(listed(FAR, **said), FlatMap(), home="43")
    assert place.problem is not None
    assert [p.severity for p in problems] == [Severity.WARNING]


def test_a_prefecture_column_is_enough(tmp_path):
    text = "医療機関名,都道府県,市町村,緯度,経度\n米の山病院,福岡県,大牟田市,,\n"
    raws, _ = read_layers([spec(write(tmp_path, text), role=Role.DESTINATION)], {})
    (one,), _ = merge(raws, FlatMap())
    assert (one.municipality_code, one.prefecture_code) == (None, "40")
    place, problems = place_facility(one, FlatMap(), home="43")
    assert (place.prefecture_code, problems) == ("40", ())


def test_only_what_the_tolerance_reaches_is_measured():
    class Measured(FlatMap):
        def nearest(self, lon: float, lat: float, *, within_m: float) -> tuple[str, float]:
            assert within_m == 250.0
            return super().nearest(lon, lat, within_m=within_m)

    place_facility(listed(FAR), Measured(), tolerance_m=250.0)


@pytest.mark.parametrize(("abroad", "told"), [(120, 1), (99, 0)])
def test_a_national_list_is_hinted_at_where(abroad, told):
    everyone, places = [], {}
    for n in range(abroad + 10):
        one = facility(f"h{n}", SECONDARY)
        everyone.append(replace(one, rows=(SourceRow("全国", "japan.csv", n + 2),)))
        code = "40202" if n < abroad else "43447"
        places[one.id] = Place(code, "", code[:2], None, "", AreaClass.UNKNOWN)
    found = list(lists_of_elsewhere(everyone, places, "43"))
    assert codes(found) == ["list-mostly-elsewhere"] * told
    if told:
        assert (found[0].file, found[0].severity) == ("japan.csv", Severity.NOTE)
        assert "130行のうち120行がほかの都道府県" in found[0].message.ja
        assert "where" in found[0].remedy.ja


def test_a_list_of_destinations_may_be_all_abroad():
    everyone = [facility(f"h{n}", SECONDARY, role=Role.DESTINATION) for n in range(200)]
    place = Place("40202", "", "40", None, "", AreaClass.UNKNOWN)
    assert not list(lists_of_elsewhere(everyone, {f.id: place for f in everyone}, "43"))


def test_a_check_against_a_run_says_nothing_of_rows_abroad(tmp_path):
    text = "医療機関名,都道府県,緯度,経度\n東京病院,東京都,35.7,139.7\n上町病院,熊本県,35.6,139.6\n"
    report = check_layers([spec(write(tmp_path, text))], {}, regions=FlatMap(), home="43")
    assert only(report.problems, "point-nowhere").value == "上町病院"
    assert math.isinf(FlatMap().nearest(139.7, 35.7, within_m=500)[1])


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.DESTINATION, None),
        (Role.CANDIDATE, "市町村（大牟田市）を境界データから特定できません"),
    ],
)
def test_a_municipality_that_is_named_and_not_on_the_map_is_not_said_to_lack(tmp_path, role, words):
    path = write(tmp_path, "医療機関名,市町村,所在地\n甲病院,大牟田市,\n乙病院,,\n")
    raws, _ = read_layers([spec(path, role=role)], {})
    (named, nameless), _ = merge(raws, FlatMap())
    assert (named.municipality_name, nameless.municipality_name) == ("大牟田市", "")
    place, problems = place_facility(named, FlatMap(), home="43")
    assert codes(problems) == ([] if words is None else ["place-unknown"])
    assert words is None or words in place.problem.ja
    _, problems = place_facility(nameless, FlatMap(), home="43")
    assert "市町村も分かりません" in only(problems, "place-unknown").message.ja


def kawasaki() -> Regions:
    """Return two wards of 川崎市, each in a medical area of its own, and one of 横浜市 beside."""
    wards = {"14131": "川崎市川崎区", "14135": "川崎市多摩区", "14101": "横浜市鶴見区"}
    frame = gpd.GeoDataFrame(
        {
            "name": list(wards.values()),
            "prefecture_code": "14",
            "prefecture": "神奈川県",
            "geometry": [MultiPolygon([box(n, 35, n + 1, 36)]) for n in (139, 140, 141)],
        },
        index=pd.Index(wards, name="code"),
        crs=JGD2011,
    )
    areas = (AreaAssignment(code, f"140{n}", f"圏{n}") for n, code in enumerate(wards, 1))
    return build_regions(frame, AreaTable(tuple(areas)), None, prefecture_code="14")[0]


@pytest.mark.parametrize(
    ("position", "code", "words"),
    [
        (Position(140.5, 35.5), "14135", None),
        (
            None,
            "14130",
            "川崎市のどの区にあるか分からず、二次医療圏が決まりません（圏1、圏2のいずれか）",
        ),
        (Position(141.5, 35.5), "14130", "所在地は川崎市ですが、位置は横浜市鶴見区にあります"),
        (Position(139.5, 30.0), "14130", "位置が海上または対象の区域外です（川崎市から"),
    ],
)
def test_a_city_whose_wards_are_apart_is_not_said_to_be_off_the_map(position, code, words):
    place, _ = place_facility(listed(position, code="14130"), kawasaki(), home="14")
    assert place.municipality_code == code
    assert (place.problem is None) is (words is None)
    assert words is None or place.problem.ja.startswith(words)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("川崎市,", "14130"),
        ("神奈川県川崎市,", "14130"),
        (",神奈川県川崎市1-1", "14130"),
        ("川崎市,川崎市多摩区登戸1", "14135"),
        ("川崎市多摩区,", "14135"),
        ("横浜市,", "14100"),
        ("福岡市,", None),
    ],
)
def test_a_city_by_name_alone_is_that_city_and_its_ward_is_asked_for(
    tmp_path: Path, row: str, code: str | None
):
    regions = kawasaki()
    path = write(tmp_path, f"医療機関名,市町村名,所在地\n甲病院,{row}\n")
    raws, _ = read_layers([spec(path)], {})
    (one,), _ = merge(raws, regions)
    assert one.municipality_code == code
    place, problems = place_facility(one, regions, home="14")
    if code in {"14130", "14100"}:
        (told,) = problems
        assert told.code == "ward-unknown"
        assert place.problem.ja in told.message.ja
        both = "（圏1、圏2のいずれか）" in place.problem.ja
        assert both is (code == "14130"), "of 横浜市 there is one ward on the map"
    elif code is None:
        assert [p.code for p in problems] == ["place-unknown"]
    else:
        assert (place.area, place.problem, problems) == ("圏2", None, ())


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        *(("都道府県コード", cell) for cell in ("40", "40.0", "400009", "40福岡県", "40:福岡県")),
        *((name, "福岡県") for name in ("都道府県名", "都道府県", "所在都道府県")),
        ("都道府県番号", "40"),
    ],
)
@pytest.mark.parametrize("point", [",", "32.5,129.999"], ids=["no-point", "beside-the-map"])
def test_a_prefecture_of_a_list_without_addresses_is_enough(tmp_path, header, cell, point):
    path = write(tmp_path, f"医療機関名,{header},緯度,経度\n大牟田病院,{cell},{point}\n")
    raws, _ = read_layers([spec(path)], {})
    (one,), _ = merge(raws, FlatMap())
    place, problems = place_facility(one, FlatMap(), home="43")
    assert (place.prefecture_code, place.problem, problems) == ("40", None, ())
