"""Map pages of their own: of each medical area, or of each spot with what the plan says of it.

Stands apart: the whole prefecture is drawn in any case, and these where they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.types import AreaClass
from groundfloor.problems import Lang
from spots.report.annex_pages import area_head
from spots.report.basemap import SpotGround
from spots.report.canvas import Extent
from spots.report.overview import layout_of, sheet_of
from spots.report.report_data import Sheet, SpotReason
from spots.types import RunResult, Spot

#: Land of an area smaller than this share of it does not decide what its page shows.
_SPECK = 0.002
#: Ground that a page shows at least, in radii of a spot: its neighbourhood.
_RADII = 6.0


def area_pages(
    result: RunResult, ground: SpotGround, numbers: Mapping[str, int], lang: Lang
) -> tuple[Sheet, ...]:
    """Return a page for each medical area of the prefecture, with or without a spot.

    Parameters
    ----------
    result : RunResult
        The run.
    ground : SpotGround
        What lies under the maps.
    numbers : mapping of str to int
        Number in the 別表 by facility id.
    lang : Lang
        Language of the pages.
    """
    pages = []
    for code in sorted(result.areas.index):
        spots = [s for s in result.spots if s.place.area_code == code]
        extent = _around(_boxes(result, ground, code, spots), result)
        if extent is None:
            continue
        area = result.areas.loc[code]
        kind = AreaClass(area["area_class"])
        title = area_head(str(area["name"]), kind, len(spots)).render(lang)
        pages.append(sheet_of(result, ground, layout_of(extent, "a4"), "a4", title, numbers, lang))
    return tuple(pages)


def _boxes(
    result: RunResult, ground: SpotGround, code: str, spots: Sequence[Spot]
) -> NDArray[np.float64]:
    """Return the extents, metres, of an area's land without specks, and of its circles."""
    parts = shapely.get_parts(np.asarray([result.areas.loc[code, "geometry"]], dtype=object))
    sizes = shapely.area(parts)
    land = [shapely.box(*b) for b in shapely.bounds(parts[sizes >= _SPECK * sizes.sum()])]
    shapes = np.asarray([*land, *(s.circle for s in spots)], dtype=object)
    return np.asarray(shapely.bounds(ground.moved(shapes)), dtype=np.float64).reshape(-1, 4)


def _around(boxes: NDArray[np.float64], result: RunResult) -> Extent | None:
    if not len(boxes):
        return None
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    least_m = _RADII * result.settings.radius_m
    return Extent(*(float(v) for v in (*low, *high))).grown(0.05, least_m)


def spot_pages(
    result: RunResult,
    ground: SpotGround,
    numbers: Mapping[str, int],
    reasons: Sequence[SpotReason],
    lang: Lang,
) -> tuple[Sheet, ...]:
    """Return a page for each spot: its neighbourhood, and beside it what the plan says.

    Parameters
    ----------
    result : RunResult
        The run.
    ground : SpotGround
        What lies under the maps.
    numbers : mapping of str to int
        Number in the 別表 by facility id.
    reasons : sequence of SpotReason
        Of every spot, as `spots.report.annex_pages.reasons_of` tells them.
    lang : Lang
        Language of the pages.
    """
    told = {reason.number: reason for reason in reasons}
    return tuple(
        replace(page, spot=told[str(number)])
        for number, page in _of_spots(result, ground, numbers, lang)
    )


def _of_spots(
    result: RunResult, ground: SpotGround, numbers: Mapping[str, int], lang: Lang
) -> Iterator[tuple[int, Sheet]]:
    for spot in sorted(result.spots, key=lambda s: numbers[s.facility_id]):
        number = numbers[spot.facility_id]
        circle = ground.moved(np.asarray([spot.circle], dtype=object))
        extent = _around(np.asarray(shapely.bounds(circle)).reshape(-1, 4), result)
        if extent is not None:
            title = f"{number}　{spot.name}"
            yield (
                number,
                sheet_of(result, ground, layout_of(extent, "a4"), "a4", title, numbers, lang),
            )
