"""Everything that an estimate, and a criterion on straight distance, found is told as a fact."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from shapely.geometry import LineString

from spots.telling.dossier import dossier_of
from spots.telling.dossier_facts import Fact
from spots.types import (
    DistanceEvidence,
    Double,
    MissingNear,
    OtherAtDistance,
    OtherHospital,
    RunResult,
    StraightLine,
    StraightTravel,
    TravelBasis,
    Verdict,
    Whereabouts,
)
from tests.helpers.map_cases import full_result

LINE = StraightLine(
    "here", "there", 16_700.25, LineString([(131.0, 33.0), (131.0, 33.15)]), 6_600.0
)
OTHERS = tuple(
    OtherAtDistance(i, f"{i}病院", replace(LINE, to_id=i, distance_m=16_000.0 + n))
    for n, i in enumerate(("a", "b", "c"))
)
DISTANCE = DistanceEvidence(
    threshold_m=15_000.0,
    others=OTHERS,
    ties=("同距離病院",),
    tie_count=3,
    missing=MissingNear("位置なし病院", Whereabouts.MUNICIPALITY, 4_000.0),
    border_m=3_000.0,
    border_unlisted=("大分県",),
    doubles=(Double("d", "二重病院", 40.0, True),),
    if_one=OTHERS[1],
)
TOLD_BY = {
    "threshold_m": "limit_m",
    "others": "further",
    "ties": "ties",
    "tie_count": "ties",
    "missing": "missing",
    "border_m": "border_m",
    "border_unlisted": "border_m",
    "doubles": "doubles",
    "if_one": "if_one",
}


def measured(result: RunResult) -> Verdict:
    return next(v for v in result.verdicts if v.travel is not None and v.travel.route is not None)


def facts_of(verdict: Verdict, result: RunResult) -> dict[str, Fact]:
    dossier = dossier_of(verdict, result)
    return {fact.key: fact for section in dossier.sections for fact in section.facts}


def with_distance(distance: DistanceEvidence) -> dict[str, Fact]:
    result = full_result()
    one = measured(result)
    outcomes = tuple(replace(o, travel=None, distance=distance) for o in one.outcomes[-1:])
    return facts_of(replace(one, outcomes=outcomes), result)


def test_every_field_of_a_distance_is_told():
    assert TOLD_BY.keys() == {f.name for f in fields(DistanceEvidence)}
    assert {*TOLD_BY.values(), "nearest", "straight", "margin_m"} <= with_distance(DISTANCE).keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in TOLD_BY if n != "threshold_m"])
def test_what_a_distance_gains_changes_its_fact(name: str):
    whole = with_distance(DISTANCE)
    default = getattr(DistanceEvidence(15_000.0), name)
    less = with_distance(replace(DISTANCE, **{name: default}))
    assert whole[TOLD_BY[name]] != less.get(TOLD_BY[name])


def estimated() -> dict[str, Fact]:
    result = replace(full_result(), straight=StraightTravel(1.3, 40.0))
    one = measured(result)
    assert one.travel is not None
    land = OtherHospital("land", "陸続き病院", 2_400_000, None, replace(LINE, sea_m=0.0))
    travel = replace(
        one.travel,
        basis=TravelBasis.STRAIGHT,
        route=None,
        line=LINE,
        crosses_sea=True,
        by_land=land,
        others=(land,),
        snap_m=None,
    )
    outcomes = tuple(replace(o, travel=travel) if o.travel else o for o in one.outcomes)
    return facts_of(replace(one, outcomes=outcomes), result)


def test_an_estimate_tells_what_it_is_and_what_its_line_crosses():
    facts = estimated()
    assert facts["basis"].words.ja == "概算（直線距離×1.3、時速40 km）"
    assert facts["basis"].words.en == "estimate (straight line × 1.3 at 40 km/h)"
    assert (facts["straight"].words.ja, facts["sea"].value) == ("16.7 km", 6_600.0)
    assert "陸続き病院" in facts["by_land"].words.ja
    assert facts["time"].label.ja == "所要時間（概算）"
    way = facts["way.1"]
    assert (way.part("roads"), way.part("access")) == (None, None)
    assert way.part_words("distance", "ja") == "16.7 km"
    assert way.words.ja.startswith("概算40分00秒")
