"""Points made of the population: settlements far from institutions, in made worlds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import geopandas as gpd
import pytest
from pyproj import Geod
from shapely.geometry import MultiPolygon, Point, box

from boundaries import Regions
from groundfloor.crs import JGD2011
from groundfloor.problems import Problem, Severity
from spots.judging.policy import Policy
from spots.judging.selecting.ground_facts import GroundFacts, NumberTable, TableKey, TableRow
from spots.judging.selecting.ground_judging import judge_ground
from spots.judging.selecting.selection_settings import Join
from spots.judging.selecting.settlements import settlement_units
from spots.judging.selecting.told_selections import selection_lines
from spots.types import Facility, Position, State, Truth, distance_m
from spots.types.ground_units import ResultKind, Unit, UnitVerdict
from spots.types.listed_entry import ListedEntry
from tests.helpers.ground_cases import a_map, ground, municipalities, point, truths
from tests.helpers.judging import facility

GEOD = Geod(ellps="GRS80")
CELL = 0.01  # degrees, about a kilometre
MAIN, ISLAND = box(133.0, 35.0, 133.6, 35.3), box(133.602, 35.0, 133.7, 35.3)
STRAIT = a_map(
    [("33202", "倉敷市", ""), ("33205", "笠岡市", "")], shapes=[MAIN, ISLAND]
)  # 180 m of sea between them


def cells(people: Mapping[tuple[int, int], float | None]) -> gpd.GeoDataFrame:
    """Cells by column and row, from the south-western corner of the main land."""
    boxes = [
        box(*(133.0 + CELL * x, 35.0 + CELL * y), *(133.0 + CELL * (x + 1), 35.0 + CELL * (y + 1)))
        for x, y in people
    ]
    index = [f"{x:03d}{y:03d}" for x, y in people]
    living = [float("nan") if n is None else n for n in people.values()]
    return gpd.GeoDataFrame({"population": living}, index=index, geometry=boxes, crs=JGD2011)


def clinic(name: str, lon: float, lat: float, **more: object) -> Facility:
    return facility(name, name=name, position=Position(lon, lat), **more)


FAR_AWAY = clinic("遠くの医院", 133.02, 35.28)


def world(
    people: Mapping[tuple[int, int], float | None],
    institutions: Iterable[Facility] = (FAR_AWAY,),
    regions: Regions = STRAIT,
    **more: object,
) -> GroundFacts:
    each = [replace(f, municipality_code="33202") for f in institutions]
    return ground(regions, each, neighbours=False, people=cells(people), **more)


def settlements(facts: GroundFacts, radius_m: int | None = 4_000) -> tuple[Unit, ...]:
    return settlement_units(facts, 4_000, radius_m)


# --- where they are


def test_cells_that_touch_are_one_settlement_at_its_weighted_centre():
    facts = world({(30, 5): 10.0, (31, 5): 300.0, (32, 6): 10.0, (40, 20): 5.0})
    one, other = settlements(facts)
    assert (one.name, other.name) == ("倉敷市の地点1", "倉敷市の地点2")
    assert (one.municipality_codes, one.code) == (("33202",), "031005")
    assert one.position == Position(133.315, 35.055)
    assert one.geometry.contains(Point(133.315, 35.055))
    assert one.radius_m == 4_000
    assert other.code == "040020"


def test_a_settlement_never_lies_on_both_sides_of_a_strait():
    # The cell in the middle has ground on both coasts, and so has its people.
    people = {(59, 5): 100.0, (60, 5): 80.0, (61, 5): 60.0}
    west, east = settlements(world(people))
    assert (west.municipality, east.municipality) == ("倉敷市", "笠岡市")
    assert not west.geometry.intersects(east.geometry)
    assert MAIN.buffer(1e-9).contains(west.geometry)
    assert ISLAND.buffer(1e-9).contains(east.geometry)
    facts = world(people)
    inside = {"people": {"is": {"at_least": 101}}}
    assert truths(inside, [west, east], facts) == {
        west.name: Truth.NOT_MET,
        east.name: Truth.MET,  # 60 and the 80 of the coast's cell: no land of it is in the west
    }


def test_a_cell_over_a_strait_is_shared_by_the_ground_on_either_side():
    regions = a_map(
        [("33202", "倉敷市", ""), ("33205", "笠岡市", "")],
        shapes=[box(133.0, 35.0, 133.304, 35.3), box(133.306, 35.0, 133.7, 35.3)],
    )
    facts = world({(30, 5): 100.0}, regions=regions)
    found = settlements(facts, None)
    assert len(found) == len({u.id for u in found}) == 2
    halves = {"people": {"is": {"at_least": 49.9}}}
    assert set(truths(halves, found, facts).values()) == {Truth.MET}
    more = {"people": {"is": {"at_least": 50.1}}}
    assert set(truths(more, found, facts).values()) == {Truth.NOT_MET}


def test_people_of_a_coastal_cell_live_on_its_land():
    regions = a_map([("33202", "倉敷市", "")], shapes=[box(133.0, 35.0, 133.593, 35.3)])
    facts = world({(59, 5): 60.0}, regions=regions)
    (half,) = settlements(facts)
    assert half.position.lon == pytest.approx(133.5915)
    assert truths({"people": {"is": {"at_least": 60}}}, [half], facts)[half.name] is Truth.MET


# --- how far


@pytest.mark.parametrize(
    ("metres", "far"), [(3_999.0, False), (4_000.0, False), (4_000.5, True), (9_000.0, True)]
)
def test_who_is_exactly_at_the_limit_is_near(metres: float, far: bool):
    lon, lat, _ = GEOD.fwd(133.315, 35.055, 40.0, metres)
    found = settlements(world({(31, 5): 50.0}, [clinic("医院", lon, lat)]))
    assert len(found) == far
    if far:
        here = found[0].position
        assert distance_m(here, Position(lon, lat)) == pytest.approx(metres, abs=1e-3)


def test_who_does_not_count_or_has_no_place_keeps_nobody_out():
    dentist = clinic("歯科", 133.315, 35.055)
    lost = facility("不明", name="不明医院", position=None)
    facts = world({(31, 5): 50.0}, [FAR_AWAY, dentist, lost], apart={dentist.id: "歯科"})
    assert len(settlements(facts)) == 1
    (found,) = judged(facts, "far").values()
    assert found.state is State.UNDETERMINED  # it may stand here
    assert "不明医院" in found.reason.ja


def test_nobody_is_left_out_of_a_long_valley():
    valley = {(x, 15): 10.0 for x in range(14, 46)}
    found = settlements(world(valley))
    reached = [
        (x, y)
        for x, y in valley
        if any(
            distance_m(u.position, Position(133.005 + CELL * x, 35.005 + CELL * y)) <= 4_000
            for u in found
        )
    ]
    assert len(found) > 1
    assert reached == list(valley)
    assert len(settlements(world(valley), None)) == 1


@pytest.mark.parametrize(("people", "count"), [(0.0, 0), (0.4, 0), (1.0, 1), (None, 1)])
def test_ground_without_anybody_is_no_settlement_but_a_secret_cell_may_be(people, count):
    facts = world({(31, 5): people})
    found = settlements(facts)
    assert len(found) == count
    if people is None:
        at_least = {"people": {"is": {"at_least": 50}}}
        assert truths(at_least, found, facts)[found[0].name] is Truth.UNDETERMINED


def test_people_on_an_isle_that_the_outlines_lack_are_undetermined_and_not_lost():
    regions = a_map([("33202", "倉敷市", "")], shapes=[MAIN])
    facts = world({(30, 5): 60.0, (31, 5): 60.0, (61, 5): 60.0}, regions=regions)
    lost = judged(facts, "far")["地点（区画061005）"]
    assert lost.state is State.UNDETERMINED
    assert "陸地が境界データにありません" in lost.reason.ja


def test_ids_stay_when_people_elsewhere_are_added():
    before = settlements(world({(31, 5): 50.0}))
    after = settlements(world({(31, 5): 50.0, (45, 20): 500.0}))
    assert [u.id for u in before] == [after[1].id]
    assert after[1].name == "倉敷市の地点2"  # the one with more people is the first


def test_without_a_population_there_are_none():
    assert settlement_units(ground(STRAIT, [FAR_AWAY]), 4_000, 4_000) == ()


def test_an_institution_across_the_strait_counts_as_the_policy_says():
    across = clinic("対岸の医院", 133.59, 35.055)  # 1.4 km of which 0.2 are sea
    facts = world({(60, 5): 80.0}, [across])
    assert settlements(facts) == ()
    (found,) = settlement_units(facts, 4_000, 4_000, same_land=True)
    assert found.municipality == "笠岡市"
    (told,) = judged(facts, "candidate_doctorless_districts").values()
    text = told.clauses[0].text.ja
    assert "4,000 m以内に医療機関なし" in text
    assert "「対岸の医院」" in text
    assert "海を隔てるため数えません" in text
    beside = clinic("島の医院", 133.62, 35.055)
    assert settlement_units(world({(60, 5): 80.0}, [beside]), 4_000, 4_000, same_land=True) == ()


@pytest.mark.parametrize(
    ("where", "truth"), [(133.59, Truth.MET), (133.62, Truth.NOT_MET), (133.601, Truth.NOT_MET)]
)
def test_alone_on_ones_own_land(where: float, truth: Truth):
    facts = world({}, [clinic("医院", where, 35.05)])  # the last stands in the strait
    here = point("島", 133.61, 35.05)
    assert truths({"alone": {"within_m": 4_000, "same_land": True}}, [here], facts)["島"] is truth
    assert truths({"alone": {"within_m": 4_000}}, [here], facts)["島"] is Truth.NOT_MET


# --- the definitions


def candidate_policy(name: str) -> Policy:
    return Policy.preset(name).changed(prefecture="33", title="候補", source="試験")


def judged(facts: GroundFacts, preset: str) -> dict[str, UnitVerdict]:
    """Return the verdicts of a preset; of ``"far"`` those of its settlements, with no condition."""
    policy = candidate_policy("candidate_doctorless_districts" if preset == "far" else preset)
    if preset == "far":
        bare, (result,) = replace(policy.select[0], where=None), policy.result
        policy = replace(
            policy,
            select=(bare,),
            result=(replace(result, select=Join(any=("far_settlements",))),),
        )
    found = judge_ground(policy, facts)
    assert {g.kind for g in found.grounds} == {ResultKind.CANDIDATE}
    return {v.unit.name: v for v in found.units}


def timetable(*rows: tuple[str, float, float, float | None, float | None]) -> dict[str, object]:
    """Name, position, return trips a day, minutes."""
    about = tuple(
        TableRow(f"row {n}", ListedEntry(name, row=n), Position(lon, lat))
        for n, (name, lon, lat, _, _) in enumerate(rows, 2)
    )
    columns = {
        "往復便数": {f"row {n}": r[3] for n, r in enumerate(rows, 2) if r[3] is not None},
        "所要分": {f"row {n}": r[4] for n, r in enumerate(rows, 2) if r[4] is not None},
    }
    table = NumberTable("timetables", "時刻表", TableKey.UNIT, columns, rows=about, within_m=1_000)
    return {"tables": {"timetables": table}}


STOP = ("大野", 133.316, 35.056)


@pytest.mark.parametrize(
    ("trips", "minutes", "state"),
    [
        (0.0, None, State.DESIGNATED),  # no scheduled transport
        (3.0, 20.0, State.DESIGNATED),
        (4.0, 60.0, State.NOT_MET),
        (4.0, 61.0, State.DESIGNATED),
        (None, 61.0, State.DESIGNATED),  # either way
        (4.0, None, State.UNDETERMINED),
        (None, None, State.UNDETERMINED),
    ],
)
def test_easy_access_of_a_doctorless_district(trips, minutes, state):
    facts = world({(31, 5): 50.0}, **timetable((*STOP, trips, minutes)))
    (found,) = judged(facts, "candidate_doctorless_districts").values()
    assert found.state is state
    far, access = found.clauses
    assert "4,000 m以内に医療機関なし" in far.text.ja
    assert "50人" in far.text.ja
    assert "大野 144 m" in access.text.ja


@pytest.mark.parametrize(("people", "state"), [(49.0, State.NOT_MET), (50.0, State.DESIGNATED)])
def test_fifty_people_make_a_doctorless_district(people, state):
    facts = world({(31, 5): people}, **timetable((*STOP, 1.0, 90.0)))
    (found,) = judged(facts, "candidate_doctorless_districts").values()
    assert found.state is state


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (("隣町", 133.5, 35.056, 9.0, 10.0),),  # too far off to be about it
    ],
)
def test_without_a_row_of_the_timetable_nothing_is_guessed(rows):
    facts = world({(31, 5): 50.0}, **timetable(*rows))
    (found,) = judged(facts, "candidate_doctorless_districts").values()
    assert found.state is State.UNDETERMINED
    assert found.reason.ja == "表「時刻表」に倉敷市の地点1の行がないため、判定できません"
    (bare,) = judged(world({(31, 5): 50.0}), "candidate_doctorless_districts").values()
    assert bare.state is State.UNDETERMINED
    assert bare.reason.ja == "表「timetables」が与えられておらず、判定できません"


def test_a_stop_across_the_strait_serves_nobody_here():
    pier = ("対岸の港", 133.599, 35.055, 20.0, 5.0)
    facts = world({(60, 5): 80.0}, **timetable(pier))
    (found,) = judged(facts, "candidate_doctorless_districts").values()
    assert found.unit.municipality == "笠岡市"
    assert found.state is State.UNDETERMINED


def test_rows_that_are_equally_near_and_differ_leave_it_open():
    both = (("上り", *STOP[1:], 9.0, 10.0), ("下り", *STOP[1:], 1.0, 10.0))
    facts = world({(31, 5): 50.0}, **timetable(*both))
    (found,) = judged(facts, "candidate_doctorless_districts").values()
    assert found.state is State.UNDETERMINED
    assert "上り" in found.reason.ja
    same = (("上り", *STOP[1:], 9.0, 10.0), ("下り", *STOP[1:], 9.0, 10.0))
    facts = world({(31, 5): 50.0}, **timetable(*same))
    (found,) = judged(facts, "candidate_doctorless_districts").values()
    assert found.state is State.NOT_MET


def test_a_row_that_names_a_place_comes_before_one_that_is_near():
    facts = world({(31, 5): 50.0}, **timetable((*STOP, 9.0, 10.0)))
    near = facts.tables["timetables"]
    named = TableRow("row 9", ListedEntry("031005", code="031005", row=9))
    more = {k: {**v, "row 9": 1.0} for k, v in near.columns.items()}
    both = replace(near, columns=more, rows=(*near.rows, named))
    facts = replace(facts, tables={"timetables": both})
    (found,) = judged(facts, "candidate_doctorless_districts").values()
    assert found.state is State.DESIGNATED
    twice = replace(named, key="row 2", entry=replace(named.entry, row=10))
    facts = replace(facts, tables={"timetables": replace(both, rows=(named, twice))})
    (found,) = judged(facts, "candidate_doctorless_districts").values()
    assert found.state is State.UNDETERMINED  # two rows of one name, and they differ


def test_rows_about_nobody_are_told():
    policy = candidate_policy("candidate_doctorless_districts")

    def told(*rows: tuple[str, float, float, float | None, float | None]) -> list[Problem]:
        facts = world({(31, 5): 50.0}, **timetable(*rows))
        return [p for p in judge_ground(policy, facts).problems if p.code == "table-rows-unused"]

    here, elsewhere = (*STOP, 9.0, 10.0), ("隣町", 133.5, 35.056, 9.0, 10.0)
    assert told(here) == []
    (some,) = told(here, elsewhere)
    assert (some.severity, some.row, some.value) == (Severity.NOTE, 3, "隣町")
    (every,) = told(elsewhere)
    assert every.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("at", "people", "state"),
    [
        ((31, 5), 300.0, State.NOT_MET),
        ((31, 5), 999.0, State.NOT_MET),
        ((31, 5), 1_000.0, State.DESIGNATED),
        ((65, 5), 299.0, State.NOT_MET),
        ((65, 5), 300.0, State.DESIGNATED),
    ],
)
def test_an_island_of_300_people_may_have_a_remote_clinic(at, people, state):
    stop = ("港", 133.005 + CELL * at[0], 35.055)
    facts = world({at: people}, **timetable((*stop, 3.0, 30.0)))
    found = judged(facts, "candidate_remote_clinics")
    (place,) = [v for name, v in found.items() if "地点" in name]
    assert place.state is state


def test_a_clinic_that_is_alone_is_a_candidate_with_every_figure():
    alone = clinic("島の診療所", 133.65, 35.05)
    facts = world(
        {(65, 5): 320.0}, [FAR_AWAY, alone], **timetable(("港", 133.65, 35.05, 2.0, 45.0))
    )
    found = judged(facts, "candidate_remote_clinics")["島の診療所"]
    assert found.state is State.DESIGNATED
    texts = " ".join(c.text.ja for c in found.clauses)
    for part in ("4,000 m以内に他の医療機関なし", "320人", "本土から離れた陸地", "45"):
        assert part in texts


def test_a_policy_of_candidates_is_told_in_words():
    lines = [
        line.ja
        for name in ("candidate_doctorless_districts", "candidate_remote_clinics")
        for _, line in selection_lines(candidate_policy(name))
    ]
    for part in (
        "地点（人口のデータから、海を隔てないどの医療機関からも4 kmを超えて離れた集落）：区域内の人口が50以上",
        "往復便数（表「timetables」）が3以下",
        "都道府県の本土から離れた陸地にある、かつ周囲4 kmの人口（海を隔てない陸地）が300以上",
        "候補：",
    ):
        assert any(part in line for line in lines), part


# --- land apart


def test_land_apart_is_told_by_where_one_stands():
    facts = world({})
    here, there = point("本土", 133.3, 35.1), point("島", 133.65, 35.1)
    assert truths({"apart": True}, [here, there], facts) == {
        "本土": Truth.NOT_MET,
        "島": Truth.MET,
    }
    assert truths({"apart": False}, [here, there], facts) == {
        "本土": Truth.MET,
        "島": Truth.NOT_MET,
    }
    at_sea = point("海", 133.601, 35.1)  # a harbour of either
    far_out = point("沖", 133.65, 36.0)
    assert set(truths({"apart": True}, [at_sea, far_out], facts).values()) == {Truth.UNDETERMINED}


def test_ground_on_both_is_neither():
    facts = world({})
    both = replace(
        point("両方", 0, 0), position=None, geometry=MultiPolygon([box(133.5, 35, 133.69, 35.2)])
    )
    assert truths({"apart": True}, [both], facts)["両方"] is Truth.NOT_MET
    assert truths({"apart": False}, [both], facts)["両方"] is Truth.NOT_MET
    assert truths({"apart": True}, municipalities(STRAIT), facts) == {
        "倉敷市": Truth.NOT_MET,
        "笠岡市": Truth.MET,
    }


def test_people_on_the_same_land_are_those_of_one_side():
    facts = world({(59, 5): 100.0, (61, 5): 60.0})
    here = point("岸", 133.595, 35.055)
    around = {"within_m": 4_000, "is": {"at_least": 101}}
    assert truths({"people": around}, [here], facts)["岸"] is Truth.MET
    one_side = {"people": {**around, "same_land": True}}
    assert truths(one_side, [here], facts)["岸"] is Truth.NOT_MET
