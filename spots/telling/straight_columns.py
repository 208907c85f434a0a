"""Columns of straight lines: what a travel time is made of, and criteria on straight distance.

Stands apart: facilities and routes have some of them, and roads know none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundfloor.problems import Lang, Text
from spots.telling.columns import Column, ColumnKind, FacilityRow, Filled, SheetGroup, Value
from spots.telling.straight_words import BASIS_LABEL, BASIS_LABELS, LENGTH
from spots.telling.travel_columns import of_travel
from spots.types import DistanceEvidence, RunResult, TravelBasis

_TEXT, _CODE, _NUMBER = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.NUMBER

TRAVEL_BASIS = Column(
    "travel_basis",
    _TEXT,
    BASIS_LABEL,
    Text(
        "road は道路網による所要時間、straight は直線距離による概算（道路によらない）",
        "road: a drive on a road network; straight: an estimate by the straight line, no drive",
    ),
    width=18,
)
STRAIGHT_M = Column(
    "straight_m",
    _NUMBER,
    LENGTH,
    Text(
        "概算のもとになった直線の長さ（測地線）。道路網によるときは空欄です",
        "geodesic length of the line that an estimate was made of; empty where times are drives",
    ),
    "m",
    decimals=0,
)
SEA_M = Column(
    "straight_sea_m",
    _NUMBER,
    Text("うち陸地の外", "of it off the land"),
    Text(
        "その直線のうち、読み込んだ区域の陸地の外（海など）にある長さ",
        "how much of that line is off the land of the outlines (at sea)",
    ),
    "m",
    decimals=0,
)
DISTANCE_ID = Column(
    "distance_nearest_id",
    _CODE,
    Text("直線で最も近い他の病院のID", "nearest other in a line (id)"),
    Text(
        "直線距離の要件で、最も近い他の病院の施設ID",
        "of a criterion on straight distance, the nearest other's facility id",
    ),
)
DISTANCE_NAME = Column(
    "distance_nearest_name",
    _TEXT,
    Text("直線で最も近い他の病院", "nearest other in a line"),
    Text(
        "直線距離の要件で、最も近い他の病院",
        "of a criterion on straight distance, the nearest other hospital",
    ),
    width=24,
)
DISTANCE_M = Column(
    "distance_m",
    _NUMBER,
    LENGTH,
    Text(
        "直線で最も近い他の病院までの測地線の長さ。判定はこのミリメートルまでの値で行います",
        "geodesic metres to that hospital; verdicts use the millimetres",
    ),
    "m",
    width=13,
    decimals=0,
)
DISTANCE_THRESHOLD_M = Column(
    "distance_threshold_m",
    _NUMBER,
    Text("直線距離の基準", "limit of distance"),
    Text("判定に使った直線距離の基準", "the distance that the criterion asks for"),
    "m",
    decimals=0,
)
DISTANCE_MARGIN_M = Column(
    "distance_margin_m",
    _NUMBER,
    Text("直線距離の基準との差", "margin of distance"),
    Text("直線距離から基準を引いた値", "distance less the limit"),
    "m",
    decimals=0,
)


def basis_shown(basis: TravelBasis, lang: Lang) -> str:
    """Return in words what a time is."""
    return BASIS_LABELS[basis].render(lang)


BASIS = of_travel(TRAVEL_BASIS, lambda t: t.basis.value, lambda t, lang: basis_shown(t.basis, lang))
_LINE: tuple[Filled[FacilityRow], ...] = (
    of_travel(STRAIGHT_M, lambda t: t.line.distance_m if t.line else None),
    of_travel(SEA_M, lambda t: t.line.sea_m if t.line else None),
)


def _of_distance(
    column: Column, of: Callable[[DistanceEvidence], Value | None]
) -> Filled[FacilityRow]:
    def value(row: FacilityRow, _lang: Lang) -> Value | None:
        found = row.verdict.distance
        return None if found is None else of(found)

    return Filled(column, value)


_DISTANCE: tuple[Filled[FacilityRow], ...] = (
    _of_distance(DISTANCE_ID, lambda d: d.nearest.id if d.nearest else None),
    _of_distance(DISTANCE_NAME, lambda d: d.nearest.name if d.nearest else None),
    _of_distance(DISTANCE_M, lambda d: d.distance_m),
    _of_distance(DISTANCE_THRESHOLD_M, lambda d: d.threshold_m),
    _of_distance(DISTANCE_MARGIN_M, lambda d: d.margin_m),
)
#: What only runs with an estimate, or with a criterion on distance, have.
STRAIGHT_COLUMNS = (*_LINE, *_DISTANCE)


def straight_columns(result: RunResult) -> tuple[Filled[FacilityRow], ...]:
    """Return the columns of straight lines that a run has something to say in."""
    return (*(_LINE if result.straight else ()), *(_DISTANCE if _asked(result) else ()))


def straight_groups(result: RunResult) -> Iterator[SheetGroup[FacilityRow]]:
    """Yield the columns of straight lines as the sheet of all facilities has them."""
    if result.straight is not None:
        yield SheetGroup(BASIS_LABEL, (BASIS, *_LINE))
    if _asked(result):
        title = Text("直線距離の要件", "Criterion on straight distance")
        yield SheetGroup(title, _DISTANCE)


def _asked(result: RunResult) -> bool:
    return any(o.distance is not None for v in result.verdicts for o in v.outcomes)
