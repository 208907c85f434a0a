"""Whole runs of small policies of ground: one state for each unit, and what led to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyproj import Geod

from groundfloor.problems import DataError, SpotsError, UsageError
from spots.facilities.unit_standing import InstitutionPlace
from spots.locating.result_ground import result_grounds
from spots.types import Position, RunResult, State, Truth
from spots.types.ground_units import ClauseRole, UnitVerdict
from tests.helpers.run_results import run
from tests.helpers.small_job import files, write_job

HEAD = """
[policy]
name = "ours"
version = 1
prefecture = "43"
title = { ja = "区域（案）", en = "areas (draft)" }
source = { ja = "例", en = "example" }
[validity]
valid_from = 2027-04-01
valid_to = 2030-03-31
"""
TOWNS = """
[[select]]
id = "towns"
unit = "municipality"
reason = { ja = "町であるため", en = "a town" }
"""


def result(kind: str, select: str, more: str = "", name: str = "r") -> str:
    return (
        f'\n[[result]]\nid = "{name}"\nkind = "{kind}"\n'
        f'title = {{ ja = "結果", en = "result" }}\nselect = {select}\n{more}\n'
    )


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
national_average = 255.6
"""


def ran(folder: Path, policy: str, more: str = "", **other: str) -> RunResult:
    """Run a policy over the small prefecture; `other` are further files."""
    changed = {"policy.toml": HEAD + policy, "run.toml": GROUND + more}
    changed |= {name.replace("_", ".", 1): text for name, text in other.items()}
    return run(write_job(folder, changed))


def states(found: RunResult, name: str = "r") -> dict[str, State]:
    return {v.unit.name: v.state for v in found.units if v.result == name}


def of(found: RunResult, unit: str, name: str = "r") -> UnitVerdict:
    (one,) = [v for v in found.units if v.unit.name == unit and v.result == name]
    return one


def test_every_town_has_one_state_and_a_spot_in_a_shortage_area_is_moot(tmp_path):
    found = ran(tmp_path, TOWNS + result("spot", '{ any = ["towns"] }'))
    assert states(found) == {
        "宇城市": State.MOOT,
        "小国町": State.DESIGNATED,
        "山都町": State.DESIGNATED,
        "熊本市": State.DESIGNATED,
    }
    assert "宇城" in of(found, "宇城市").reason.ja
    assert of(found, "小国町").reason.ja == "町であるため"
    assert found.verdicts == ()
    support = ran(tmp_path / "s", TOWNS + result("support_area", '{ any = ["towns"] }'))
    assert set(states(support).values()) == {State.DESIGNATED}


def test_an_exception_needs_its_reason_and_is_told(tmp_path):
    bad = TOWNS + 'except = [{ name = "小国町" }]\n' + result("spot", '{ any = ["towns"] }')
    with pytest.raises(UsageError) as refused:
        ran(tmp_path, bad)
    (problem,) = refused.value.problems
    assert (problem.code, problem.column) == ("missing-key", "select[1].except[1].reason")
    good = bad.replace(
        '"小国町" }', '"小国町", reason = { ja = "協議会の意見", en = "as advised" } }'
    )
    found = of(ran(tmp_path / "good", good), "小国町")
    assert (found.state, found.reason.ja) == (State.EXCLUDED, "協議会の意見")
    assert [c.role for c in found.clauses] == [ClauseRole.EXCEPTION]


def test_an_unknown_area_is_named_with_candidates_and_line(tmp_path):
    policy = TOWNS + 'where = { area = "阿曽" }\n' + result("spot", '{ any = ["towns"] }')
    with pytest.raises(SpotsError) as refused:
        ran(tmp_path, policy)
    (problem,) = refused.value.problems
    assert problem.code == "unknown-area"
    assert problem.file == "policy.toml"
    assert problem.row is not None
    assert "阿蘇" in problem.remedy.ja


def test_ground_is_cut_by_minus_and_booked(tmp_path):
    policy = """
[[select]]
id = "all"
unit = "prefecture"
reason = { ja = "県全域", en = "all" }
[[select]]
id = "city"
unit = "municipality"
where = { name = "熊本市" }
reason = { ja = "市は除く", en = "without the city" }
"""
    found = ran(tmp_path, policy + result("support_area", '{ minus = ["all", "city"] }'))
    (one,) = found.units
    city = found.municipalities.loc["43100"].geometry
    assert one.state is State.DESIGNATED
    assert one.geometry.intersection(city).area < 1e-12
    (entry,) = one.ledger
    assert entry.step == "clauses"
    assert entry.removed_km2 + one.area_km2 == pytest.approx(one.unit_km2, abs=1e-9)
    taken = [c for c in one.clauses if c.role is ClauseRole.TAKES_OUT]
    assert taken[0].removed_km2 == pytest.approx(entry.removed_km2, rel=1e-6)
    (whole,) = found.grounds
    assert whole.area_km2 == pytest.approx(one.area_km2, abs=1e-9)


def test_results_refer_to_one_another_in_any_order(tmp_path):
    policy = (
        TOWNS
        + result("support_area", '{ minus = ["towns", "spots"] }')
        + """
[[select]]
id = "one"
unit = "municipality"
where = { name = "小国町" }
"""
        + result("spot", '{ any = ["one"] }', name="spots")
    )
    found = ran(tmp_path, policy)
    assert [g.id for g in found.grounds] == ["r", "spots"]
    assert of(found, "小国町").state is State.EXCLUDED
    assert of(found, "小国町", "spots").state is State.DESIGNATED


def test_a_circle_of_references_is_refused(tmp_path):
    policy = result("spot", '{ any = ["b"] }', name="a") + result(
        "spot", '{ any = ["a"] }', name="b"
    )
    with pytest.raises(SpotsError):
        ran(tmp_path, TOWNS + policy)


def test_circles_of_the_rule_and_units_make_one_result(tmp_path):
    """Kumamoto's rule and a named town: the circles are units of the result, each as it was cut."""
    override = """
[[policy.override.select]]
id = "oguni"
unit = "municipality"
where = { name = "小国町" }
reason = { ja = "町の要望", en = "as the town asked" }
[[policy.override.result]]
id = "both"
kind = "spot"
title = { ja = "両方", en = "both" }
select = { any = ["rule", "oguni"] }
"""
    text = files()["run.toml"].replace('preset = "kumamoto"', 'preset = "kumamoto"' + override)
    found = run(write_job(tmp_path, {"run.toml": text}))
    plain = run(write_job(tmp_path / "plain"))
    assert [v.state for v in found.verdicts] == [v.state for v in plain.verdicts]
    assert [s.area_km2 for s in found.spots] == [s.area_km2 for s in plain.spots]
    circles = {v.unit.code: v for v in found.units if v.unit.radius_m is not None}
    assert circles.keys() == {s.facility_id for s in found.spots}
    for spot in found.spots:
        assert circles[spot.facility_id].area_km2 == pytest.approx(spot.area_km2, abs=1e-9)
        assert circles[spot.facility_id].reason == spot.reason
    assert of(found, "小国町", "both").reason.ja == "町の要望"


LIST = "施設ID,医療機関名,市町村コード,所在地,緯度,経度\n"
GEOD = Geod(ellps="GRS80")
ALONE = """
[[select]]
id = "alone"
unit = "facility"
where = { alone = { within_m = 4000 } }
reason = { ja = "半径4km以内に他の医療機関がないため", en = "no other within 4 km" }
"""
CLINICS = '\n[[facilities]]\nname = "診療所"\nfile = "clinics.csv"\ntype = "none"\n'


@pytest.mark.parametrize(("metres", "state"), [(4000.5, State.DESIGNATED), (4000.0, State.NOT_MET)])
def test_a_clinic_is_alone_beyond_4_km_and_not_at_it(tmp_path, metres, state):
    lon, lat, _ = GEOD.fwd(131.1, 32.7, 90.0, metres)
    rows = f"A,甲診療所,43447,山都町1,32.7,131.1\nB,乙診療所,43447,山都町2,{lat!r},{lon!r}\n"
    policy = ALONE + result("candidate", '{ any = ["alone"] }')
    found = ran(tmp_path, policy, CLINICS, clinics_csv=LIST + rows)
    assert states(found) == {"甲診療所": state, "乙診療所": state}
    # Without a rule the list has the states of the result, and nobody is lost.
    assert [(v.facility.id, v.state) for v in found.verdicts] == [("A", state), ("B", state)]
    assert found.spots == ()


def test_listed_points_have_circles_of_their_own_radius_cut_at_the_prefecture(tmp_path):
    policy = """
[[select]]
id = "remote"
unit = "point"
layer = "points"
radius_m = 8700
"""
    more = '\n[[units]]\nname = "points"\nunit = "point"\nfile = "points.csv"\n'
    points = (
        "名称,市区町村,緯度,経度,設定理由,サービス\n甲辺地,山都町,32.7,131.28,辺地のため,巡回診療\n"
    )
    cut = 'cut = ["prefecture"]'
    text = policy + result("spot", '{ any = ["remote"] }', cut)
    found = of(ran(tmp_path, text, more, points_csv=points), "甲辺地")
    assert found.state is State.DESIGNATED
    assert found.unit_km2 == pytest.approx(3.14159265 * 8.7**2, rel=2e-4)
    (entry,) = found.ledger
    assert entry.step == "prefecture"
    assert entry.removed_km2 > 30  # east of 131.3 is no land
    assert found.area_km2 == pytest.approx(found.unit_km2 - entry.removed_km2, abs=1e-9)
    assert (found.reason.ja, found.service.ja) == ("辺地のため", "巡回診療")


POINTS = '\n[[units]]\nname = "points"\nunit = "point"\nfile = "points.csv"\n'
ROUND_POINTS = """
[[select]]
id = "points"
unit = "point"
layer = "points"
radius_m = 4000
[[select]]
id = "yamato"
unit = "municipality"
where = { name = "山都町" }
"""


@pytest.mark.parametrize("stands_in", ["熊本市", "山都町"])
def test_a_circle_over_a_border_is_cut_by_a_town_and_a_town_by_it(tmp_path, stands_in):
    """The circle is in two towns, wherever its centre stands; what is sure is all that may be."""
    lon = {"熊本市": 130.94, "山都町": 130.96}[stands_in]
    points = f"名称,市区町村,緯度,経度,設定理由\n甲辺地,{stands_in},32.7,{lon},辺地のため\n"
    policy = ROUND_POINTS + "".join(
        result("support_area", f'{{ {join} = ["{one}", "{other}"] }}', name=f"{join}-{one}")
        for join in ("intersect", "minus")
        for one, other in (("points", "yamato"), ("yamato", "points"))
    )
    found = ran(tmp_path, policy, POINTS, points_csv=points)
    km2 = {}
    for name, unit in (("points", "甲辺地"), ("yamato", "山都町")):
        both, rest = (of(found, unit, f"{join}-{name}") for join in ("intersect", "minus"))
        assert (both.state, rest.state) == (State.DESIGNATED, State.DESIGNATED)
        assert both.area_km2 + rest.area_km2 == pytest.approx(both.unit_km2, abs=1e-6)
        km2[name] = both.area_km2
    assert km2["points"] == pytest.approx(km2["yamato"], abs=1e-6)
    assert 15 < km2["points"] < 35


def test_who_has_no_place_may_be_inside_a_district_and_what_has_none_may_be_cut_out(tmp_path):
    """Nothing is surely outside, or surely whole, because nobody knows where something is."""
    ring = [[131.0, 32.6], [131.1, 32.6], [131.1, 32.7], [131.0, 32.7], [131.0, 32.6]]
    district = {
        "type": "Feature",
        "properties": {"名称": "甲地区", "市区町村": "山都町", "設定理由": "地区のため"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    rows = (
        "A,甲診療所,43447,山都町1,32.651,131.051\nB,乙診療所,43447,山都町2,,\n"
        "C,丙診療所,43424,小国町3,,\n"
    )
    policy = """
[[select]]
id = "district"
unit = "district"
layer = "districts"
[[select]]
id = "inside"
unit = "facility"
where = { inside = ["district"] }
[[select]]
id = "circles"
unit = "facility"
radius_m = 4000
[[select]]
id = "towns"
unit = "municipality"
"""
    policy += result("candidate", '{ any = ["inside"] }')
    policy += result("support_area", '{ minus = ["towns", "circles"] }', name="rest")
    more = CLINICS + '\n[[units]]\nname = "districts"\nunit = "district"\nfile = "d.geojson"\n'
    layer = json.dumps({"type": "FeatureCollection", "features": [district]})
    found = ran(tmp_path, policy, more, clinics_csv=LIST + rows, d_geojson=layer)
    assert states(found) == {
        "甲診療所": State.DESIGNATED,
        "乙診療所": State.UNDETERMINED,
        "丙診療所": State.NOT_MET,
    }
    rest = states(found, "rest")
    assert rest["山都町"] is State.UNDETERMINED
    assert rest["小国町"] is State.UNDETERMINED
    assert rest["宇城市"] is State.DESIGNATED  # 25 km from either


def test_an_island_that_nobody_finds_is_not_taken_out_of_the_prefecture_without_a_word(tmp_path):
    policy = """
[[select]]
id = "all"
unit = "prefecture"
[[select]]
id = "isle"
unit = "island"
layer = "isles"
"""
    policy += result("support_area", '{ minus = ["all", "isle"] }')
    more = '\n[[units]]\nname = "isles"\nunit = "island"\nfile = "isles.csv"\n'
    found = ran(tmp_path, policy, more, isles_csv="名称,市区町村\n謎島,山都町\n")
    assert states(found) == {"熊本県": State.UNDETERMINED}


def test_the_circle_of_an_undetermined_facility_may_hold_what_lies_in_it(tmp_path):
    """Its area's index ties with the cut-off: whether C1 is a spot is open, not where."""
    override = """
[[policy.override.select]]
id = "inside"
unit = "point"
layer = "points"
where = { inside = ["rule"] }
[[policy.override.result]]
id = "r"
kind = "candidate"
title = { ja = "内側", en = "inside" }
select = { any = ["inside"] }
"""
    text = files()["run.toml"].replace('preset = "kumamoto"', 'preset = "kumamoto"' + override)
    points = "名称,市区町村,緯度,経度\n近く,山都町,32.7320,131.0994\n遠く,山都町,32.6,131.25\n"
    index = files()["index.csv"].replace("344.3", "179.3")
    changed = {"run.toml": text + POINTS, "points.csv": points, "index.csv": index}
    found = run(write_job(tmp_path, changed))
    assert {v.facility.id: v.state for v in found.verdicts}["C1"] is State.UNDETERMINED
    assert states(found) == {"近く": State.UNDETERMINED, "遠く": State.NOT_MET}


@pytest.mark.parametrize("first", ["near", "far"])
def test_circles_of_two_radii_round_one_place_are_two_grounds_in_any_order(tmp_path, first):
    """An institution has the circle of the selection that takes it in, not of the one before."""
    policy = "".join(
        f"""
[[select]]
id = "{name}"
unit = "facility"
radius_m = {radius_m}
where = {{ name = {json.dumps(names, ensure_ascii=False)} }}
reason = {{ ja = "{name}", en = "{name}" }}
"""
        for name, radius_m, names in (
            ("near", 2000, ["甲診療所", "丙診療所"]),
            ("far", 4000, ["乙診療所", "丙診療所"]),
        )
    )
    second = {"near": "far", "far": "near"}[first]
    for join in ("any", "minus", "intersect"):
        parts = [first, second] if join == "any" else ["far", "near"]
        policy += result("candidate", f"{{ {join} = {json.dumps(parts)} }}", name=join)
    rows = "".join(
        f"{name},{name}診療所,43447,山都町{n},32.7512,{131.0512 + n / 10}\n"
        for n, name in enumerate("甲乙丙")
    )
    found = ran(tmp_path, policy, CLINICS, clinics_csv=LIST + rows)
    small, large = 3.14159265 * 2**2, 3.14159265 * 4**2
    km2 = {(v.result, v.unit.name[0]): v.area_km2 for v in found.units}
    wanted = {("any", "甲"): small, ("any", "乙"): large, ("any", "丙"): large}
    wanted |= {("minus", "甲"): 0, ("minus", "乙"): large, ("minus", "丙"): large - small}
    wanted |= {("intersect", "甲"): 0, ("intersect", "乙"): 0, ("intersect", "丙"): small}
    assert km2 == pytest.approx(wanted, rel=1e-3)


def test_ground_in_another_prefecture_than_it_states_is_undetermined_and_not_dropped(tmp_path):
    def district(name: str, west: float, south: float, **more: str) -> dict[str, object]:
        east, north = west + 0.03, south + 0.03
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "properties": {"名称": name, **more}, "geometry": shape}

    features = [
        district("家", 131.0, 32.6, 市区町村="山都町"),
        district("町", 130.42, 33.02, 市区町村="山都町"),
        district("県", 130.45, 33.05, 都道府県="熊本県"),
        district("隣", 130.42, 33.06, 市区町村="大牟田市"),
        district("無", 130.46, 33.02),
    ]
    policy = """
[[select]]
id = "d"
unit = "district"
layer = "districts"
reason = { ja = "理由", en = "why" }
"""
    more = '\n[[units]]\nname = "districts"\nunit = "district"\nfile = "d.geojson"\n'
    layer = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    policy += result("support_area", '{ any = ["d"] }')
    found = ran(tmp_path, policy, more, d_geojson=layer)
    assert states(found) == {
        "家": State.DESIGNATED,
        "町": State.UNDETERMINED,
        "県": State.UNDETERMINED,
    }
    assert "大牟田市" in of(found, "町").reason.ja
    told = [p for p in found.problems if p.code in {"unit-elsewhere", "units-of-elsewhere"}]
    assert [p.value for p in told] == ["福岡県", "町", "県"]
    assert "2 units" in told[0].message.en


def test_what_a_policy_says_and_no_unit_hears_is_told(tmp_path):
    policy = (
        TOWNS
        + 'where = { municipality_kind = "town" }\n'
        + 'except = [{ name = "熊本市", reason = { ja = "例", en = "e" } },'
        + ' { name = "小国町", reason = { ja = "例", en = "e" } }]\n'
        + result("support_area", '{ any = ["towns"] }')
        + '\n[[select]]\nid = "forgotten"\nunit = "municipality"\n'
    )
    found = ran(tmp_path, policy)
    told = {p.code: p.value for p in found.problems}
    assert "selection-of-nobody" not in told
    assert told["exception-idle"] == "熊本市"
    assert told["selection-unused"] == "forgotten"


@pytest.mark.parametrize("cut", ["", 'cut = ["excluded_municipalities"]'])
def test_an_excluded_municipality_inside_a_unit_is_cut_or_told(tmp_path, cut):
    policy = """
[[exclude_municipality]]
code = "43100"
name = "熊本市"
facilities = true
area = true
reason = { ja = "対象外", en = "out" }
[[select]]
id = "all"
unit = "prefecture"
"""
    found = ran(tmp_path, policy + result("support_area", '{ any = ["all"] }', cut))
    told = [p.value for p in found.problems if p.code == "ground-in-excluded-municipality"]
    assert told == ([] if cut else ["熊本県"])


@pytest.mark.parametrize(
    ("join", "state"),
    [("all", State.NOT_MET), ("none", State.DESIGNATED)],
)
def test_a_clause_says_what_the_result_rests_on_where_a_unit_lies_partly_inside(
    tmp_path, join, state
):
    """`all` and `none` judge whole units: a part of a town in a circle is not the town."""
    points = "名称,市区町村,緯度,経度,設定理由\n甲辺地,山都町,32.7,131.1,辺地のため\n"
    select = {
        "all": '{ all = ["yamato", "points"] }',
        "none": '{ all = ["yamato", { none = ["points"] }] }',
    }[join]
    policy = ROUND_POINTS + result("candidate", select)
    town = of(ran(tmp_path, policy, POINTS, points_csv=points), "山都町")
    assert town.state is state
    (clause,) = [c for c in town.clauses if c.select == "points"]
    assert (clause.truth, clause.removed_km2) == (Truth.NOT_MET, 0.0)
    assert clause.text.en == "no more than 50.27 km² of it lie in points"
    if state is State.NOT_MET:
        assert town.reason == clause.text


def test_a_clinic_that_stands_in_a_selected_town_is_no_unit_of_the_town_s_selection(tmp_path):
    rows = "A,甲診療所,43447,山都町1,32.7,131.1\nB,乙診療所,43447,山都町2,32.7,131.11\n"
    policy = TOWNS + ALONE + result("support_area", '{ any = ["towns", "alone"] }')
    found = ran(tmp_path, policy, CLINICS, clinics_csv=LIST + rows)
    assert states(found)["甲診療所"] is states(found)["乙診療所"] is State.NOT_MET
    assert [c.select for c in of(found, "甲診療所").clauses] == ["alone"]
    assert of(found, "山都町").state is State.DESIGNATED


def test_a_point_at_sea_is_not_in_the_town_that_it_states(tmp_path):
    """A slip in a coordinate: what lies 5 km off every coast is no place of the town."""
    points = (
        "名称,市区町村,緯度,経度,設定理由\n甲,山都町,32.7,131.1,辺地\n乙,山都町,32.5,131.2,辺地\n"
        "港,山都町,32.5499,131.2,辺地\n"
    )
    policy = ROUND_POINTS + result("support_area", '{ any = ["points"] }')
    found = ran(tmp_path, policy, POINTS, points_csv=points)
    designated = {name for name, state in states(found).items() if state is State.DESIGNATED}
    assert designated == {"甲", "港"}
    assert of(found, "乙").state is State.UNDETERMINED
    assert "山都町" in of(found, "乙").reason.ja


def test_two_reasons_by_hand_for_one_unit_are_an_error_and_that_of_the_result_comes_first(tmp_path):
    hand = """
[[unit_reason]]
unit = "小国町"
reason = {{ ja = "全体", en = "of all" }}
[[unit_reason]]
unit = "43424"
{result}
reason = {{ ja = "結果", en = "of the result" }}
"""
    policy = TOWNS + result("support_area", '{ any = ["towns"] }')
    with pytest.raises(UsageError) as refused:
        ran(tmp_path, policy + hand.format(result=""))
    (problem,) = refused.value.problems
    assert (problem.code, problem.value) == ("unit-reason-twice", "43424")
    found = ran(tmp_path / "own", policy + hand.format(result='result = "r"'))
    assert of(found, "小国町").reason.ja == "結果"


def test_a_selection_that_no_unit_meets_is_told(tmp_path):
    """The name is a municipality of the map, but of another prefecture."""
    policy = TOWNS + 'where = { municipality = "大牟田市" }\n'
    found = ran(tmp_path, policy + result("support_area", '{ any = ["towns"] }'))
    assert [p.value for p in found.problems if p.code == "selection-of-nobody"] == ["towns"]


def test_a_reason_by_hand_comes_first(tmp_path):
    hand = """
[[unit_reason]]
unit = "小国町"
reason = { ja = "手で書いた理由", en = "by hand" }
page = "12"
"""
    found = of(ran(tmp_path, TOWNS + hand + result("spot", '{ any = ["towns"] }')), "小国町")
    assert (found.reason.ja, found.page) == ("手で書いた理由", "12")


def test_islands_without_a_reason_stop_the_run_and_are_named(tmp_path):
    data = json.loads(files()["municipalities.geojson"])
    (town,) = [f for f in data["features"] if f["properties"]["N03_007"] == "43424"]
    ring = [[131.5, 33.1], [131.55, 33.1], [131.55, 33.15], [131.5, 33.15], [131.5, 33.1]]
    shape = town["geometry"]
    town["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [shape["coordinates"], [ring]],
    }
    policy = '\n[[select]]\nid = "isles"\nunit = "island"\n'
    changed = {
        "municipalities.geojson": json.dumps(data, ensure_ascii=False),
        "policy.toml": HEAD + policy + result("spot", '{ any = ["isles"] }'),
        "run.toml": GROUND,
    }
    with pytest.raises(DataError) as refused:
        run(write_job(tmp_path, changed))
    codes = [p.code for p in refused.value.problems if p.severity == "error"]
    assert set(codes) == {"unit-without-reason"}
    assert len(codes) == 1


def test_a_unit_in_two_selections_keeps_both_reasons_and_is_told(tmp_path):
    policy = (
        TOWNS
        + """
[[select]]
id = "low"
unit = "municipality"
where = { index = { below = "national_average" } }
reason = { ja = "指標が低いため", en = "a low index" }
"""
        + result("support_area", '{ any = ["towns", "low"] }')
    )
    found = ran(tmp_path, policy)
    one = of(found, "小国町")
    assert one.met == ("towns", "low")
    assert one.reason.ja == "町であるため。指標が低いため"
    assert [p.code for p in found.problems if p.code == "unit-in-two-selections"] != []


def test_what_is_missing_leaves_units_open(tmp_path):
    policy = """
[[select]]
id = "low"
unit = "municipality"
where = { column = { table = "t", column = "x", is = { at_most = 5 } } }
""" + result("support_area", '{ any = ["low"] }')
    more = '\n[[tables]]\nname = "t"\nfile = "t.csv"\n'
    table = "市区町村コード,市区町村名,x\n43213,宇城市,5\n43424,小国町,\n43447,山都町,5.1\n43100,熊本市,1\n"
    found = ran(tmp_path, policy, more, t_csv=table)
    assert states(found) == {
        "宇城市": State.DESIGNATED,
        "小国町": State.UNDETERMINED,
        "山都町": State.NOT_MET,
        "熊本市": State.DESIGNATED,
    }


def test_a_code_that_two_tables_give_to_two_areas_is_no_name_of_either(tmp_path):
    index = "area_code,area_name,physician_index\n4312,熊本・上益城,344.3\n4302,宇城,164.7\n4306,大分中部,184.2\n"
    policy = TOWNS + 'where = { area = "4306" }\n' + result("support_area", '{ any = ["towns"] }')
    with pytest.raises(UsageError) as refused:
        ran(tmp_path, policy, index_csv=index)
    assert [p.code for p in refused.value.problems] == ["area-code-of-two-editions"]
    by_name = policy.replace('"4306"', '"阿蘇"')
    assert of(ran(tmp_path / "name", by_name, index_csv=index), "小国町").state is State.DESIGNATED


def test_where_an_island_that_nobody_finds_may_be_is_open_and_elsewhere_is_outside(tmp_path):
    policy = """
[[select]]
id = "isle"
unit = "island"
layer = "isles"
"""
    policy += result("candidate", '{ any = ["isle"] }')
    more = '\n[[units]]\nname = "isles"\nunit = "island"\nfile = "isles.csv"\n'
    found = ran(tmp_path, policy, more, isles_csv="名称,市区町村\n謎島,山都町\n")
    (ground,) = result_grounds(found, None)
    (isle,) = ground.units
    assert not ground.of_institutions
    here, there = Position(131.1, 32.7), Position(131.1, 33.1)
    assert isle.holds(InstitutionPlace(here, "43447")) is Truth.UNDETERMINED
    assert isle.holds(InstitutionPlace(there, "43424")) is Truth.NOT_MET


@pytest.mark.parametrize(("places", "told"), [(2, []), (3, ["towns"]), (9, ["towns"])])
def test_a_rank_that_everybody_is_within_is_told(tmp_path, places, told):
    where = f"where = {{ index = {{ lowest = {places} }} }}\n"
    policy = TOWNS + where + result("support_area", '{ any = ["towns"] }')
    found = ran(tmp_path, policy)
    assert [p.value for p in found.problems if p.code == "rank-of-all"] == told


@pytest.mark.parametrize(
    ("word", "state"),
    [("○", State.DESIGNATED), ("×", State.NOT_MET), ("", State.UNDETERMINED)],
)
def test_who_was_not_applied_for_is_out_and_a_blank_leaves_it_open(tmp_path, word, state):
    policy = TOWNS.replace(
        "reason =", 'where = { listed = "a" }\nrequires = ["on_application"]\nreason ='
    )
    entries = '\n[[entries]]\nname = "a"\nfile = "a.csv"\n'
    found = ran(
        tmp_path,
        policy + result("candidate", '{ any = ["towns"] }'),
        entries,
        a_csv=f"市町村名,申請\n小国町,{word}\n",
    )
    assert of(found, "小国町").state is state
    if state is State.NOT_MET:
        assert of(found, "小国町").reason.ja == "申請がない"
