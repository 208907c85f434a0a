"""Columns of ``indicators.csv`` and of the layer of indicators.

What a run has no roads or no population for has no columns, rather than cells that look like 0.

Stands apart: its rows are of their own kind, and only runs that ask for indicators have them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from groundfloor.problems import Text
from spots.telling.columns import Column, ColumnKind, Filled, Value, codes
from spots.telling.unit_labels import UNIT_KIND_LABELS
from spots.telling.units import floor_minutes
from spots.types.access import (
    AccessIndicators,
    CentreBasis,
    CentreRoad,
    HospitalAccess,
    UnitIndicators,
)
from spots.types.ground_units import UnitKind

_TEXT, _CODE, _NUMBER = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.NUMBER
V = TypeVar("V", bound=Value)
_KINDS = {k: UNIT_KIND_LABELS[k] for k in (UnitKind.MUNICIPALITY, UnitKind.MEDICAL_AREA)}
_BASES = {
    CentreBasis.POPULATION: Text("人口の重心", "centre of population"),
    CentreBasis.LARGEST_PART: Text("最大の陸地の代表点", "a point of its largest piece of land"),
}
_ROADS = {
    CentreRoad.REACHED: Text("到達", "reached"),
    CentreRoad.UNREACHABLE: Text("到達不能", "unreachable"),
    CentreRoad.OFF_ROADS: Text("近くに道路なし", "no road near"),
}
_OWN = Text("都道府県内の病院だけの場合の", "with hospitals of its own prefecture alone: ")


def indicator_columns(found: AccessIndicators) -> tuple[Filled[UnitIndicators], ...]:
    """Return the columns of a run's indicators: those that it has roads and population for."""
    roads = any(unit.every.road is not None for unit in found.units)
    people = any(unit.people is not None for unit in found.units)
    wanted = [
        *_WHO,
        *_access("", roads=roads, people=people),
        *_access("own_", roads=roads, people=people),
    ]
    wanted += _LAND if roads else []
    wanted += _PEOPLE if people else []
    wanted += _OFF_ROADS if people and roads else []
    wanted += _FAR if people and found.institutions else []
    return tuple(wanted)


def documented_indicators() -> tuple[Column, ...]:
    """Return every column that indicators may have."""
    both = [*_access("", roads=True, people=True), *_access("own_", roads=True, people=True)]
    columns = [*_WHO, *both, *_LAND, *_PEOPLE, *_OFF_ROADS, *_FAR]
    return tuple(filled.column for filled in columns)


def _filled(
    column: Column, value: Callable[[UnitIndicators], Value | None]
) -> Filled[UnitIndicators]:
    return Filled(column, lambda unit, _: value(unit))


def _rounded(value: float | None, decimals: int) -> Decimal | None:
    return None if value is None else round(Decimal(value), decimals)


def _number(
    name: str,
    label: Text,
    about: Text,
    unit: str,
    decimals: int,
    get: Callable[[UnitIndicators], float | None],
) -> Filled[UnitIndicators]:
    column = Column(name, _NUMBER, label, about, unit, decimals=decimals, width=12)
    return _filled(column, lambda unit: _rounded(get(unit), decimals))


_WHO = [
    _filled(
        Column(
            "kind",
            _TEXT,
            Text("種類", "kind"),
            Text("市区町村か二次医療圏か", "what it is"),
            codes=codes(_KINDS),
        ),
        lambda u: u.kind.value,
    ),
    _filled(
        Column(
            "code", _CODE, Text("コード", "code"), Text("市区町村か二次医療圏のコード", "of it")
        ),
        lambda u: u.code,
    ),
    _filled(
        Column("name", _TEXT, Text("名称", "name"), Text("名称", "its name"), width=18),
        lambda u: u.name,
    ),
    _filled(
        Column(
            "medical_area_code",
            _CODE,
            Text("二次医療圏コード", "medical area code"),
            Text("属する二次医療圏", "that it lies in"),
        ),
        lambda u: u.area_code,
    ),
    _number(
        "area_km2",
        Text("面積", "area"),
        Text("境界データによる面積", "of its outline"),
        "km²",
        2,
        lambda u: u.area_km2,
    ),
    _number(
        "centre_lon",
        Text("中心の経度", "longitude of the centre"),
        Text("距離と時間を測った点", "where distances and minutes begin"),
        "°",
        6,
        lambda u: u.centre.lon,
    ),
    _number(
        "centre_lat",
        Text("中心の緯度", "latitude of the centre"),
        Text("距離と時間を測った点", "where distances and minutes begin"),
        "°",
        6,
        lambda u: u.centre.lat,
    ),
    _filled(
        Column(
            "centre_basis",
            _TEXT,
            Text("中心の取り方", "what the centre is"),
            Text("人口の重心か、最大の陸地の代表点か", "of people, or of land"),
            codes=codes(_BASES),
            width=18,
        ),
        lambda u: u.centre.basis.value,
    ),
]
_LAND = [
    _number(
        "land_off_roads",
        Text("近くに道路のない面積の割合", "share of land without a road near"),
        Text(
            "設定基準の上限内に道路がなく、時間の分からない土地の割合",
            "no road within the policy's limit: its minutes are not known",
        ),
        "",
        3,
        lambda u: u.land_off_roads,
    )
]
_PEOPLE = [
    _number(
        "people",
        Text("人口", "people"),
        Text("区画の陸地の面積で按分した人数", "in proportion to each cell's land"),
        "people",
        0,
        lambda u: u.people,
    )
]
_OFF_ROADS = [
    _number(
        "people_off_roads",
        Text("近くに道路のない人口", "people without a road near"),
        Text(
            "時間が分からず、時間以上の人口に入れていない人数",
            "not known, and not among those beyond",
        ),
        "people",
        0,
        lambda u: u.people_off_roads,
    )
]
_FAR = [
    _number(
        "people_beyond_distance",
        Text("どの医療機関からも遠い人口", "people far from any institution"),
        Text(
            "一覧のどの医療機関からも測地線で distance_m（既定4km）を超える人数",
            "farther than distance_m (4 km by default) from any listed one, geodesic",
        ),
        "people",
        0,
        lambda u: u.people_beyond_m,
    )
]


def _access(side: str, *, roads: bool, people: bool) -> list[Filled[UnitIndicators]]:
    """Return the columns about hospitals: those of all prefectures, or of the own one alone."""

    def of(get: Callable[[HospitalAccess], V | None]) -> Callable[[UnitIndicators], V | None]:
        return lambda unit: get(unit.own if side else unit.every)

    found = [
        _filled(_NEAREST_STRAIGHT, of(lambda a: a.straight_name or None)),
        _number(*_STRAIGHT, of(lambda a: a.straight_m)),
    ]
    if roads:
        found += [
            _filled(_NEAREST_ROAD, of(lambda a: a.road_name or None)),
            _filled(_ROAD, of(lambda a: a.road.value if a.road else None)),
            _filled(_MINUTES, of(lambda a: _minutes(a.travel_ms))),
            _filled(_MS, of(lambda a: a.travel_ms)),
            _number(*_BEYOND_LAND, of(lambda a: a.land_beyond)),
        ]
    if roads and people:
        found.append(_number(*_BEYOND_PEOPLE, of(lambda a: a.people_beyond)))
    return [replace(each, column=_sided(each.column, side)) for each in found]


def _minutes(travel_ms: int | None) -> Decimal | None:
    return None if travel_ms is None else floor_minutes(travel_ms)


def _sided(column: Column, side: str) -> Column:
    if not side:
        return column
    about = Text(_OWN.ja + column.about.ja, _OWN.en + column.about.en)
    label = Text(f"{column.label.ja}・都道府県内", f"{column.label.en}, own prefecture")
    return replace(column, name=side + column.name, label=label, about=about)


_NEAREST_STRAIGHT = Column(
    "straight_name",
    _TEXT,
    Text("直線で最も近い二次救急病院", "nearest hospital, straight"),
    Text("中心から測地線で最も近い二次救急病院", "from the centre, geodesic"),
    width=20,
)
_STRAIGHT = (
    "straight_m",
    Text("直線距離", "straight distance"),
    Text("中心からその病院までの測地線長", "geodesic, from the centre to it"),
    "m",
    0,
)
_NEAREST_ROAD = Column(
    "road_name",
    _TEXT,
    Text("道路で最も近い二次救急病院", "nearest hospital by road"),
    Text("中心から最も早く着く二次救急病院", "the one soonest reached from the centre"),
    width=20,
)
_ROAD = Column(
    "road",
    _TEXT,
    Text("道路", "road"),
    Text("中心から病院に道路で行けるか", "whether roads lead from the centre to one"),
    codes=codes(_ROADS),
)
_MINUTES = Column(
    "road_min",
    _NUMBER,
    Text("所要時間", "minutes by road"),
    Text("分単位、小数第2位で切り捨て", "rounded down to two decimals"),
    "min",
)
_MS = Column(
    "road_ms",
    ColumnKind.DURATION,
    Text("所要時間", "time by road"),
    Text("中心からその病院までの所要時間", "from the centre to it, door to door"),
    "ms",
)
_BEYOND_LAND = (
    "land_beyond_time",
    Text("時間以上の面積の割合", "share of land beyond"),
    Text(
        "最も近い二次救急病院まで minutes（既定30分）以上かかる、または行けない土地の割合",
        "from which the nearest hospital takes minutes (30 by default) or more, or is unreachable",
    ),
    "",
    3,
)
_BEYOND_PEOPLE = (
    "people_beyond_time",
    Text("時間以上の人口", "people beyond"),
    Text(
        "最も近い二次救急病院まで minutes（既定30分）以上かかる、または行けない区画の人数",
        "from whose cell the nearest hospital takes minutes (30 by default) or more, or none is "
        "reached",
    ),
    "people",
    0,
)
