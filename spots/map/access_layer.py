"""Municipalities by the minutes to their nearest hospital, as the page draws them.

Stands apart: it is there only where a run asked for indicators, and nothing else needs it.
"""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import shapely

from groundfloor.problems import Lang, Text
from spots.map.page_ground import PopulationClass
from spots.map.shapes import pack_polygons
from spots.telling.units import threshold
from spots.types import RunResult
from spots.types.access import AccessIndicators, CentreRoad, UnitIndicators
from spots.types.ground_units import UnitKind

#: Where the classes of minutes end, in parts of the limit that the run file gives.
_STEPS = (0.5, 1.0, 1.5)
_UNREACHABLE = "access-unreachable"
_UNKNOWN = "access-unknown"


def access_classes(
    result: RunResult, outlines: gpd.GeoSeries, lang: Lang
) -> tuple[PopulationClass, ...]:
    """Return the municipalities class by class; none without indicators or without roads.

    Parameters
    ----------
    result : RunResult
        The run.
    outlines : GeoSeries
        Outlines of municipalities as the map draws them, by code.
    lang : Lang
        Language of the labels.
    """
    found = result.indicators
    if found is None:
        return ()
    towns = [u for u in found.units if u.kind is UnitKind.MUNICIPALITY and u.every.road is not None]
    members: dict[str, list[str]] = {}
    for town in towns:
        members.setdefault(_key(town, found), []).append(town.code)
    return tuple(
        PopulationClass(
            key,
            label.render(lang),
            len(members[key]),
            pack_polygons(shapely.union_all([outlines.loc[code] for code in members[key]])),
        )
        for key, label in _labels(found).items()
        if key in members
    )


def _key(town: UnitIndicators, found: AccessIndicators) -> str:
    travel_ms = town.every.travel_ms
    if travel_ms is None:
        return _UNKNOWN if town.every.road is CentreRoad.OFF_ROADS else _UNREACHABLE
    return f"access-{1 + sum(travel_ms >= step * found.limit_ms for step in _STEPS)}"


def _labels(found: AccessIndicators) -> dict[str, Text]:
    ends = [threshold(round(step * found.limit_ms)) for step in _STEPS]
    labels = {"access-1": Text(f"{ends[0].ja}未満", f"less than {ends[0].en}")}
    for number, (low, high) in enumerate(pairwise(ends), start=2):
        labels[f"access-{number}"] = Text(
            f"{low.ja}以上{high.ja}未満", f"{low.en} to less than {high.en}"
        )
    last = f"access-{len(ends) + 1}"
    labels[last] = Text(f"{ends[-1].ja}以上", f"{ends[-1].en} or more")
    labels[_UNREACHABLE] = Text("到達不能", "unreachable")
    labels[_UNKNOWN] = Text("中心の近くに道路なし", "no road near the centre")
    return labels
