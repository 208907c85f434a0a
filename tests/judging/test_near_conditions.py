"""Conditions on what is near: distances to the millimetre, drives, doubles, and what is unknown."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import MultiPolygon, box

from boundaries import AreaTable, Regions, build_regions
from boundaries.geometry import GEOD
from groundfloor.crs import JGD2011
from groundfloor.problems import Text
from networks.types import SnapResult
from spots.judging.criteria import TiedRoads
from spots.judging.selecting.near_conditions import centre_of
from spots.types import Accuracy, Double, Facility, Position
from tests.helpers.ground_cases import (
    LAT,
    LON,
    STEP,
    a_map,
    district,
    ground,
    institution,
    judged,
    municipalities,
    point,
    town_box,
    truths,
)
from tests.helpers.judging import MET, NOT_MET, SECONDARY, UNDETERMINED, chain, facility
from tests.helpers.road_cases import at, link, roads

KANAGAWA = a_map([("14203", "平塚市", ""), ("14206", "小田原市", "")], prefecture="14")
HERE = Position(LON + 0.05, LAT + 0.05)
ALONE = {"alone": {"within_m": 4000}}


def clinic(name: str, position: Position | None, **more: object) -> Facility:
    made = facility(name, name=name, position=position)
    return replace(made, **{"municipality_code": "14203", **more})


def away(metres: float, azimuth: float = 70.0) -> Position:
    lon, lat, _ = GEOD.fwd(HERE.lon, HERE.lat, azimuth, metres)
    return Position(lon, lat)


def alone(*others: Facility, own: Facility | None = None, **more: object):
    mine = own or clinic("甲診療所", HERE)
    facts = ground(KANAGAWA, [mine, *others], **more)
    return judged(ALONE, [institution(mine, code="14203")], facts)[mine.name]


@pytest.mark.parametrize(
    ("metres", "truth"), [(3999.5, NOT_MET), (4000.0, NOT_MET), (4000.5, MET), (12_000.0, MET)]
)
@pytest.mark.parametrize("azimuth", [0.0, 70.0, 205.0])
def test_four_thousand_metres_are_within_and_half_a_metre_more_is_not(metres, truth, azimuth):
    found = alone(clinic("乙診療所", away(metres, azimuth)))
    assert found.truth is truth


def test_the_finding_says_who_is_nearest_and_how_far():
    assert alone(clinic("乙診療所", away(4000.5))).text == Text(
        "4,000 m以内に他の医療機関なし（最も近いのは「乙診療所」で4,000.5 m）",
        "no other institution within 4,000 m (the nearest is 乙診療所, 4,000.5 m)",
    )
    assert alone(clinic("乙診療所", away(3100.0))).text.en == (
        "there is some other institution within 4,000 m (the nearest is 乙診療所, 3,100 m)"
    )


def test_a_town_blocks_point_is_said_beside_the_finding():
    of_town = clinic("乙診療所", replace(away(4200.0), accuracy=Accuracy.TOWN))
    assert alone(of_town).text.ja.endswith("（相手先の位置は町丁目の代表点による）")
    assert "town block" not in alone(clinic("乙診療所", away(4200.0))).text.en


def test_two_records_of_one_building_are_one():
    far = clinic("乙診療所", away(9000.0))
    one_site = clinic("甲歯科部", away(20.0), site="甲診療所")
    assert alone(far, one_site).truth is MET
    assert "「甲歯科部」は同じ建物" in alone(far, one_site).text.ja
    own = clinic("甲診療所", HERE, address="平塚市本町1丁目2番3号")
    one_house = clinic("甲健診所", away(30.0), address="神奈川県平塚市本町1-2-3")
    assert alone(far, one_house, own=own).truth is MET
    doubled = Double("甲健診所", "甲健診所", 30.0, same_address=True)
    own = clinic("甲診療所", HERE, doubles=(doubled,))
    assert alone(far, clinic("甲健診所", away(30.0)), own=own).truth is MET


def test_a_record_close_by_of_which_no_address_tells_leaves_it_open():
    far, near = clinic("乙診療所", away(9000.0)), clinic("丙医院", away(60.0))
    assert alone(far, near).truth is UNDETERMINED
    own = clinic("甲診療所", HERE, apart=("丙医院",))
    assert alone(far, near, own=own).truth is NOT_MET  # the run file says they are two
    own = clinic("甲診療所", HERE, address="平塚市本町1-2-3")
    next_door = clinic("丙医院", away(60.0), address="平塚市本町1-2-9")
    assert alone(far, next_door, own=own).truth is NOT_MET


def test_dental_and_closed_ones_do_not_count_and_are_told():
    far, dental = clinic("乙診療所", away(9000.0)), clinic("丁歯科", away(500.0))
    found = alone(far, dental, apart={"丁歯科": "歯科"})
    assert found.truth is MET
    assert "「丁歯科」は歯科のため数えません" in found.text.ja
    assert "丁歯科 does not count: dental" in found.text.en


def test_who_has_no_position_may_be_near_where_its_municipality_is():
    lost = clinic("乙診療所", None)
    assert alone(lost).truth is UNDETERMINED
    far = replace(lost, municipality_code="14206")  # its nearest ground is 4.6 km east
    assert alone(far).truth is MET
    nowhere = replace(lost, municipality_code=None)
    assert alone(nowhere).truth is UNDETERMINED
    doubtful = clinic("乙診療所", away(9000.0), position_problem=Text("疑わしい", "doubtful"))
    assert alone(doubtful).truth is UNDETERMINED
    # One that surely is near settles it.
    assert alone(lost, clinic("丙医院", away(2000.0))).truth is NOT_MET


@pytest.mark.parametrize(
    ("prefecture", "truth"),
    # 札幌 is far from 神奈川; 東京 is next to it, and is not on the map; 埼玉 is near, over a strip.
    [("01", MET), ("13", UNDETERMINED), ("11", UNDETERMINED), ("22", MET)],
)
def test_who_has_no_position_in_another_prefecture_may_be_near_only_where_that_is(
    prefecture, truth
):
    towns = [("14203", "平塚市", ""), ("14206", "小田原市", ""), ("22205", "熱海市", "")]
    far = clinic("遠い医院", Position(LON + 0.19, LAT + 0.05), municipality_code="14206")
    lost = clinic("市立病院", None, municipality_code=None, prefecture_code=prefecture)
    own = clinic("甲診療所", HERE)
    facts = ground(a_map(towns, prefecture="14"), [own, far, lost])
    assert judged(ALONE, [institution(own, code="14203")], facts)["甲診療所"].truth is truth


def test_beyond_the_border_somebody_may_be_of_whom_no_list_knows():
    regions = a_map([("14203", "平塚市", ""), ("22205", "熱海市", "")], prefecture="14")
    near = Position(LON + 0.08, LAT + 0.05)  # 1.8 km west of the border
    own, far = clinic("甲診療所", near), clinic("乙診療所", Position(LON + 0.01, LAT + 0.05))

    def found(*others: Facility, **more: object):
        facts = ground(regions, [own, far, *others], **more)
        return judged(ALONE, [institution(own, code="14203")], facts)["甲診療所"]

    assert found().truth is UNDETERMINED
    assert "都道府県境まで1,8" in found().text.ja
    assert found(neighbours=False).truth is MET
    there = clinic("熱海の医院", Position(LON + 0.19, LAT + 0.05), municipality_code="22205")
    assert found(there).truth is MET


def test_nothing_is_alone_where_no_list_has_anybody():
    unit = point("辺地", HERE.lon, HERE.lat, "14203")
    assert truths(ALONE, [unit], ground(KANAGAWA)) == {"辺地": UNDETERMINED}


def test_a_listed_point_has_no_institution_of_its_own():
    unit = point("辺地", HERE.lon, HERE.lat, "14203")
    facts = ground(KANAGAWA, [clinic("甲診療所", HERE)])
    assert truths(ALONE, [unit], facts) == {"辺地": NOT_MET}


# --- centres


def test_the_centre_of_ground_lies_on_its_largest_part():
    horseshoe = box(0, 0, 3, 3).difference(box(1, 1, 2, 3)).buffer(0)
    ground_of = MultiPolygon([horseshoe, box(10, 10, 10.5, 10.5)])
    here = centre_of(district("馬蹄", "14203", ground_of), ground(KANAGAWA))
    assert here is not None
    assert horseshoe.contains(shapely.Point(here.lon, here.lat))
    assert centre_of(district("なし", "14203"), ground(KANAGAWA)) is None
    assert centre_of(point("辺地", 139.0, 35.0), ground(KANAGAWA)) == Position(139.0, 35.0)


# --- the nearest, in a straight line


@pytest.mark.parametrize(
    ("limit", "truth"),
    [
        ({"at_least_m": 5000.0}, MET),
        ({"at_least_m": 5000.5}, NOT_MET),
        ({"below_m": 5000.0}, NOT_MET),
        ({"below_m": 5000.5}, MET),
    ],
)
def test_the_nearest_in_a_straight_line(limit, truth):
    own = replace(facility("甲", SECONDARY, position=HERE), municipality_code="14203")
    other = replace(facility("乙", SECONDARY, position=away(5000.0)), municipality_code="14203")
    near = replace(facility("丙", position=away(10.0)), municipality_code="14203")
    facts = ground(KANAGAWA, [own, other, near])
    where = {"nearest": {"type": "secondary_emergency", **limit}}
    found = judged(where, [institution(own, code="14203")], facts)["甲病院"]
    assert found.truth is truth
    assert "乙病院" in found.text.ja
    town = [u for u in municipalities(KANAGAWA) if u.name == "平塚市"]
    found = judged({"nearest": {"below_m": 3000}}, town, facts)["平塚市"]
    assert found.truth is MET
    assert found.text.ja.startswith("最も近い医療機関（")  # a town has no "other"


def test_who_has_no_position_opens_only_what_it_could_turn():
    own = clinic("甲診療所", HERE)
    facts = ground(KANAGAWA, [own, clinic("乙診療所", away(6000.0)), clinic("丙", None)])
    unit = [institution(own, code="14203")]
    for key, limit, truth in (
        ("at_least_m", 5000, UNDETERMINED),
        ("at_least_m", 7000, NOT_MET),
        ("below_m", 7000, MET),
        ("below_m", 5000, UNDETERMINED),
    ):
        assert truths({"nearest": {key: limit}}, unit, facts)["甲診療所"] is truth, (key, limit)


# --- by road

ROW = a_map([("33202", "倉敷市", ""), ("33203", "津山市", "")])


def by_road(limit: dict[str, float], ms: int, *, tied: bool = True, regions=ROW):
    """Judge a hospital and another `ms` away on a road."""
    here, there = Position(130.5, 32.5), Position(130.51, 32.5)
    own = replace(facility("甲", SECONDARY, position=here), municipality_code="33202")
    other = replace(facility("乙", SECONDARY, position=there), municipality_code="33202")
    snaps = {"乙": SnapResult(at("乙", 0, 1.0).snap, 0.0)}
    snaps["甲"] = SnapResult(at("甲", 0, 0.0).snap, 0.0) if tied else SnapResult(None, 5000.0)
    facts = ground(regions, [own, other], roads=TiedRoads(chain(ms), snaps), neighbours=False)
    where = {"nearest": {"type": "secondary_emergency", **limit}}
    return judged(where, [institution(own)], facts)["甲病院"]


@pytest.mark.parametrize(
    ("limit", "ms", "truth"),
    [
        ({"at_least_min": 30}, 1_800_000, MET),
        ({"at_least_min": 30}, 1_799_999, NOT_MET),
        ({"below_min": 30}, 1_800_000, NOT_MET),
        ({"below_min": 30}, 1_799_999, MET),
    ],
)
def test_the_nearest_by_road_is_compared_in_whole_milliseconds(limit, ms, truth):
    assert by_road(limit, ms).truth is truth


def test_a_drive_says_time_and_limit():
    assert by_road({"at_least_min": 30}, 2_095_900).text == Text(
        "最も近い他の二次救急病院（乙病院）まで道路で34分55秒で、30分以上",
        "the nearest other secondary emergency hospital, 乙病院, is 34 min 55 s by road away, "
        "at least 30 min",
    )


def test_who_is_tied_to_no_road_leaves_it_open():
    assert by_road({"at_least_min": 30}, 1_800_000, tied=False).truth is UNDETERMINED


def test_centres_of_ground_are_tied_to_the_roads_too():
    other = replace(
        facility("乙", SECONDARY, position=Position(130.51, 32.5)), municipality_code="33202"
    )
    snaps = {"乙": SnapResult(at("乙", 0, 1.0).snap, 0.0)}
    facts = ground(ROW, [other], roads=TiedRoads(chain(1_800_000), snaps), neighbours=False)
    here = MultiPolygon([box(130.499, 32.499, 130.501, 32.501)])
    units = [district("路傍", "33202", here), district("山中", "33202", town_multi(0))]
    where = {"nearest": {"type": "secondary_emergency", "at_least_min": 25}}
    assert truths(where, units, facts) == {"路傍": MET, "山中": UNDETERMINED}


def test_ground_without_any_road_is_apart_only_between_roads():
    """An island in the midst of the data has no road; one beyond their edge may have some."""
    regions = a_map([("33202", "倉敷市", ""), ("33203", "津山市", "")])
    ends = [(LON - 1, LAT - 1), (LON - 0.99, LAT - 1), (LON + 1, LAT + 1)]
    network = roads([link(0, 1, ms=1_800_000), link(1, 2, ms=60_000_000)], ends)
    other = replace(
        facility("乙", SECONDARY, position=Position(*ends[1])), municipality_code="33202"
    )
    snaps = {"乙": SnapResult(at("乙", 0, 1.0).snap, 0.0)}
    where = {"nearest": {"type": "secondary_emergency", "at_least_min": 25}}
    # The road crosses the towns in a corner; an islet north of it is nobody's but the sea's.
    islet = MultiPolygon([box(LON + 0.5, LAT + 0.2, LON + 0.51, LAT + 0.21)])
    frame = regions.municipalities.copy()
    frame.loc["33203", "geometry"] = islet
    apart = map_of(frame)
    unit = district("離島", "33203", islet)
    facts = ground(apart, [other], roads=TiedRoads(network, snaps), neighbours=False)
    assert truths(where, [unit], facts) == {"離島": MET}
    short = TiedRoads(roads([link(0, 1, ms=1_800_000)], ends[:2]), snaps)
    facts = ground(apart, [other], roads=short, neighbours=False)
    assert truths(where, [unit], facts) == {"離島": UNDETERMINED}


def map_of(frame: gpd.GeoDataFrame) -> Regions:
    """Return the map with other outlines."""
    return build_regions(frame, AreaTable(()), None, prefecture_code="33")[0]


def town_multi(n: int) -> MultiPolygon:
    return MultiPolygon([town_box(n)])


def test_without_roads_or_others_a_drive_is_open():
    own = replace(facility("甲", position=HERE), municipality_code="33202")
    where = {"nearest": {"at_least_min": 30}}
    assert truths(where, [institution(own)], ground(ROW, [own]))["甲病院"] is UNDETERMINED
    where = {"nearest": {"type": "secondary_emergency", "at_least_m": 30}}
    assert truths(where, [institution(own)], ground(ROW, [own]))["甲病院"] is UNDETERMINED


# --- people


def cells(*people: float | None) -> gpd.GeoDataFrame:
    """Return a cell over the western half of each town."""
    shapes = [
        box(LON + n * STEP, LAT, LON + (n + 0.5) * STEP, LAT + STEP) for n in range(len(people))
    ]
    index = [str(n) for n in range(len(people))]
    return gpd.GeoDataFrame({"population": people}, index=index, geometry=shapes, crs=JGD2011)


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        ({"at_least": 50}, {"倉敷市": MET, "津山市": NOT_MET}),
        ({"below": 50}, {"倉敷市": NOT_MET, "津山市": MET}),
        ({"highest": 1}, {"倉敷市": MET, "津山市": NOT_MET}),
    ],
)
def test_people_inside_a_unit(bound, expected):
    facts = ground(ROW, people=cells(50.0, 49.0))
    assert truths({"people": {"is": bound}}, municipalities(ROW), facts) == expected


def test_people_around_a_point_and_their_words():
    facts = ground(ROW, people=cells(1000.0, 49.0))
    unit = point("辺地", LON + 0.02, LAT + 0.05)
    where = {"people": {"is": {"at_least": 50}, "within_m": 1000}}
    found = judged(where, [unit], facts)["辺地"]
    assert found.truth is MET
    assert found.text.ja.startswith("中心から1 km以内の人口 約")
    assert found.text.ja.endswith("（辺地）は50人 以上")


def test_secret_cells_leave_only_open_what_they_could_turn():
    facts = ground(ROW, people=cells(60.0, None))
    towns = municipalities(ROW)
    at_least = {"people": {"is": {"at_least": 50}}}
    assert truths(at_least, towns, facts) == {"倉敷市": MET, "津山市": UNDETERMINED}
    assert judged(at_least, towns, facts)["津山市"].text.ja == (
        "区域内の人口は約0人以上で、秘匿の区画があるため、判定できません"
    )
    assert truths(at_least, towns, ground(ROW))["倉敷市"] is UNDETERMINED
