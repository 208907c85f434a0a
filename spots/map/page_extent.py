"""What the page is told of the ground around its facilities: extent, insets, neighbours' names.

Stands apart: `extent` finds what maps show, for paper too; here it becomes what the scripts read.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from groundfloor.problems import Lang
from spots.map.card_data import Shape
from spots.map.extent import ShownGround, shown_ground
from spots.map.page_ground import MapInset, NeighbourName
from spots.map.shapes import pack_polygons
from spots.types import RunResult

_JAPAN = (122.0, 24.0, 149.0, 46.0)
#: A neighbour is named where it is seen around the main map: so much of its size on each side.
_AROUND = 0.12
#: Less of a neighbour, in the square degrees of the main map, is only a corner.
_CORNER = 0.01


@dataclass(frozen=True, slots=True)
class PageExtent:
    """What the page shows first, and what it shows beside.

    Parameters
    ----------
    insets : tuple of MapInset
        Far islands, the largest first.
    neighbours : tuple of NeighbourName
        Prefectures around.
    bare : Shape
        Ground of the prefecture that is in no medical area, where others are.
    """

    insets: tuple[MapInset, ...] = ()
    neighbours: tuple[NeighbourName, ...] = ()
    bare: Shape = ()


def page_extent(
    result: RunResult, outlines: gpd.GeoSeries, lang: Lang
) -> tuple[tuple[float, float, float, float], PageExtent]:
    """Return west, south, east and north of the first view, and what is beside it.

    Parameters
    ----------
    result : RunResult
        The run.
    outlines : GeoSeries
        Its municipalities as the page draws them.
    lang : Lang
        Language of the titles.

    Raises
    ------
    CrsError
        The run's outlines are not longitude/latitude.
    """
    shown = shown_ground(result, outlines)
    bare = without_area(result)
    ground = PageExtent(
        insets=_insets(shown, lang),
        neighbours=_neighbours(result, outlines, shown),
        bare=pack_polygons(shapely.union_all(outlines[bare].values)) if bare.any() else (),
    )
    return (_rounded(shown.main.degrees) if shown is not None else _JAPAN), ground


def without_area(result: RunResult) -> np.ndarray:
    """Return which municipalities of the prefecture are in no medical area, where others are."""
    frame = result.municipalities
    home = np.asarray(frame["prefecture_code"].isin(result.settings.home), dtype=bool)
    lone = np.asarray(frame["area_code"].isna(), dtype=bool)
    return home & lone if len(result.areas) else np.zeros(len(frame), dtype=bool)


def _rounded(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = (round(value, 5) for value in box)
    return west, south, east, north


def _insets(shown: ShownGround | None, lang: Lang) -> tuple[MapInset, ...]:
    insets = shown.insets if shown is not None else ()
    return tuple(
        MapInset(each.title.render(lang), _rounded(each.window.degrees)) for each in insets
    )


def _neighbours(
    result: RunResult, outlines: gpd.GeoSeries, shown: ShownGround | None
) -> tuple[NeighbourName, ...]:
    if shown is None:
        return ()
    west, south, east, north = shown.main.degrees
    wide, high = _AROUND * (east - west), _AROUND * (north - south)
    seen = (west - wide, south - high, east + wide, north + high)
    frame = result.municipalities
    several = len(result.settings.prefectures) > 0  # then their own names are what is looked for
    named = frame["prefecture_code"][several | ~frame["prefecture_code"].isin(result.settings.home)]
    least = 0.0 if several else _CORNER * (east - west) * (north - south)
    found = []
    for code in sorted(set(named)):
        mine = frame["prefecture_code"] == code
        parts = shapely.clip_by_rect(np.asarray(outlines[mine].values, dtype=object), *seen)
        land = shapely.get_parts(shapely.union_all(shapely.make_valid(parts)))
        sizes = shapely.area(land)
        if len(land) and sizes.max() > least:
            largest = land[int(sizes.argmax())]
            middle = shapely.get_point(shapely.maximum_inscribed_circle(largest, 1e-3), 0)
            name = str(frame["prefecture"][mine].iloc[0])
            own = several and code in result.settings.home
            found.append(NeighbourName(name, round(middle.x, 5), round(middle.y, 5), own))
    return tuple(found)
