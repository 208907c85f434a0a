"""Map pages of their own: of each medical area, or of each spot with what the plan says of it.

Stands apart: the whole prefecture is drawn in any case, and these where they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely

from boundaries.types import AreaClass
from groundfloor.problems import Lang
from spots.map.extent import shown_ground
from spots.report.annex_pages import area_head
from spots.report.basemap import SpotGround
from spots.report.canvas import Extent
from spots.report.overview import layout_of, map_layout, sheet_of
from spots.report.report_data import Sheet, SpotReason
from spots.types import RunResult

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
        part = _of_area(result, code)
        shown = shown_ground(part)
        if shown is None:
            continue
        area = result.areas.loc[code]
        kind = AreaClass(area["area_class"])
        title = area_head(str(area["name"]), kind, len(part.spots)).render(lang)
        layout = map_layout(part, ground, shown, "a4", lang)
        under = replace(ground, shown=shown)
        pages.append(sheet_of(result, under, layout, "a4", title, numbers, lang))
    return tuple(pages)


def _of_area(result: RunResult, code: str) -> RunResult:
    """Return as much of a run as decides what the page of a medical area shows."""
    members = result.municipalities["area_code"] == code
    return replace(
        result,
        municipalities=result.municipalities[members],
        verdicts=tuple(v for v in result.verdicts if v.place.area_code == code),
        spots=tuple(s for s in result.spots if s.place.area_code == code),
        units=(),
    )


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
    least_m = _RADII * result.settings.radius_m
    for spot in sorted(result.spots, key=lambda s: numbers[s.facility_id]):
        number = numbers[spot.facility_id]
        circle = ground.moved(np.asarray([spot.circle], dtype=object))
        around = Extent(*(float(v) for v in shapely.total_bounds(circle))).grown(0.05, least_m)
        title, layout = f"{number}　{spot.name}", layout_of(around, "a4")
        yield number, sheet_of(result, ground, layout, "a4", title, numbers, lang)
