"""What is told of the results of a policy beside their states."""

from __future__ import annotations

from shapely.geometry import MultiPolygon, box

from groundfloor.problems import Text
from groundfloor.settings import Bilingual
from spots.judging.selecting.ground_findings import ground_findings
from spots.judging.selecting.selection_settings import Join, ResultSetting
from spots.types import State
from spots.types.ground_units import ResultKind
from tests.helpers.ground_cases import LAT, LON, a_map, district, ground
from tests.helpers.judging import policy
from tests.helpers.unit_cases import judged

TITLE = Bilingual(ja="候補", en="candidates")
RESULT = ResultSetting("r", ResultKind.CANDIDATE, TITLE, Join(any=("all",)))


def at(name: str, west: float, east: float):
    """Return the verdict of a district that is designated, so many hundredths of a degree wide."""
    ground_of = MultiPolygon([box(LON + west / 100, LAT, LON + east / 100, LAT + 0.05)])
    return judged("r", district(name, "33202", ground_of), State.DESIGNATED, Text("", ""))


def told(*verdicts) -> list[str]:
    facts = ground(a_map([("33202", "倉敷市", "")]))
    found = ground_findings(policy(), RESULT, verdicts, facts)
    return [p.message.ja for p in found if p.code == "units-overlap"]


def test_a_city_that_overlaps_each_of_its_islands_is_told_once():
    islands = [at(f"島{n}", n, n + 0.5) for n in range(1, 8)]
    (one,) = told(at("市", 0, 10), *islands, at("遠い", 20, 21))
    assert one.startswith("市と島1、島2、島3、島4、島5 ほか2件の区域が合わせて")
    (pair,) = told(at("甲", 0, 2), at("乙", 1, 3))
    assert pair.startswith("甲と乙の区域が5.06 km²重なっています")
    assert len(told(at("甲", 0, 2), at("乙", 1, 3), at("丙", 5, 7), at("丁", 6, 8))) == 2
