"""What lies around the spots as the page draws it: roads, catchments, closures, population."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from groundfloor.problems import Lang, Text
from networks.info.labels import road_label
from spots.map.page_data import Around, BaseRoad, Catchment, Closure, Ring
from spots.map.population import population_classes
from spots.map.shapes import pack_line, pack_polygons
from spots.types import RunResult
from spots.types.surroundings import ClosedLine, HospitalCatchment, MainRoad

#: Drawn roads are thinned until they have at most so many points: about 0.3 MB of integers.
MAX_ROAD_POINTS = 45_000
_ROAD_TOLERANCES = (1e-4, 2e-4, 4e-4, 8e-4, 1.6e-3)  # degrees: 10 m to 150 m


def around_of(result: RunResult, lang: Lang) -> Around:
    """Return what lies around the spots of `result`.

    Parameters
    ----------
    result : RunResult
        The run; its surroundings and its population may each be missing.
    lang : Lang
        Language of the texts.

    Returns
    -------
    Around
        Final texts and packed shapes.

    Raises
    ------
    CrsError
        The population is not in longitude/latitude.
    """
    population = population_classes(result.population, lang)
    found = result.surroundings
    if found is None:
        return Around(population=population)
    return Around(
        roads=_roads(found.roads, lang),
        covered=pack_polygons(found.covered),
        catchments=_catchments(found.catchments),
        cell_m=found.grid.cell_m if found.grid else 0.0,
        closed=tuple(_closure(line, lang) for line in found.closed if not line.geometry.is_empty),
        population=population,
    )


def _roads(roads: Sequence[MainRoad], lang: Lang) -> tuple[BaseRoad, ...]:
    merged = [shapely.line_merge(road.geometry) for road in roads]
    thin = merged
    for tolerance in _ROAD_TOLERANCES:
        if sum(int(shapely.get_num_coordinates(g)) for g in thin) <= MAX_ROAD_POINTS:
            break
        thin = [shapely.simplify(g, tolerance, preserve_topology=False) for g in merged]
    return tuple(
        BaseRoad(f"road-{road.road_class}", road_label(road.road_class, lang), _lines(line))
        for road, line in zip(roads, thin, strict=True)
        if not line.is_empty
    )


def _lines(geometry: BaseGeometry) -> tuple[Ring, ...]:
    packed = (pack_line(part) for part in shapely.get_parts(geometry))
    return tuple(line for line in packed if len(line) > 2)  # noqa: PLR2004  more than one point


def _catchments(catchments: Sequence[HospitalCatchment]) -> tuple[Catchment, ...]:
    packed = ((c.facility_id, pack_polygons(c.geometry)) for c in catchments)
    return tuple(Catchment(facility_id, shape) for facility_id, shape in packed if shape)


def _closure(line: ClosedLine, lang: Lang) -> Closure:
    closed = Text("通行止め", "Closed").render(lang)
    joint = Text("：", ": ").render(lang)
    head = f"{closed}{joint}{line.name}" if line.name else closed
    thin = shapely.simplify(shapely.line_merge(line.geometry), _ROAD_TOLERANCES[0])
    return Closure(tuple(t for t in (head, line.reason, line.period) if t), _lines(thin))
