"""What lies around the spots as the page draws it: roads, catchments, closures, people, times.

People are cells in five classes, each one shape, and where the number is secret; times from
anywhere are a packed grid. Stands apart: none of it is about a facility, and none is needed.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.crs import require_geographic
from groundfloor.problems import Lang, Text
from networks.info.labels import road_label
from spots.map.card_data import Ring
from spots.map.page_ground import (
    UNPUBLISHED,
    Around,
    BaseRoad,
    Catchment,
    Closure,
    Grid,
    PopulationClass,
)
from spots.map.shapes import pack_line, pack_polygons
from spots.types import RunResult
from spots.types.results import ClosedLine, HospitalCatchment, MainRoad, TimeGrid

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


# --- times from anywhere

_TENTH_MS = 6_000
#: What stands in a packed cell that no road leads out of.
NOWHERE = 0xFFFF
_LONGEST = NOWHERE - 1


def pack_grid(grid: TimeGrid | None) -> Grid | None:
    """Return the grid as the page reads it; None when there is none.

    Parameters
    ----------
    grid : TimeGrid or None
        As the run computed it.
    """
    if grid is None:
        return None
    travel = np.asarray(grid.travel_ms, dtype=np.int64)
    nearest = np.asarray(grid.nearest, dtype=np.int64)
    empty = (travel < 0) | (nearest < 0)
    tenths = np.minimum(travel // _TENTH_MS, _LONGEST)
    return Grid(
        west=grid.west,
        north=grid.north,
        step_lon=grid.step_lon,
        step_lat=grid.step_lat,
        columns=grid.columns,
        rows=grid.rows,
        cell_m=grid.cell_m,
        hospitals=grid.hospitals,
        tenths=_base64(np.where(empty, NOWHERE, tenths)),
        nearest=_base64(np.where(empty, NOWHERE, nearest)),
    )


def _base64(numbers: np.ndarray) -> str:
    return base64.b64encode(numbers.astype("<u2").tobytes()).decode("ascii")


# --- people

_CLASSES = 5
_DIGITS = (2, 3, 4, 6, 8, 10, 12, 16)  # halves: 1, 1.5, 2, 3, 4, 5, 6, 8
# 地域メッシュ by the length of its code: 基準, 1/2, 1/4 (JIS X 0410).
_MESHES = {8: Text("1kmメッシュ", "1 km cell"), 9: Text("500mメッシュ", "500 m cell")}
_MESHES[10] = Text("250mメッシュ", "250 m cell")
_CELL = Text("区画", "cell")


def population_classes(frame: gpd.GeoDataFrame | None, lang: Lang) -> tuple[PopulationClass, ...]:
    """Return the classes of the choropleth; cells where nobody lives are in none.

    Parameters
    ----------
    frame : GeoDataFrame or None
        `RunResult.population`.
    lang : Lang
        Language of the labels.

    Returns
    -------
    tuple of PopulationClass
        Those that hold a cell, few people first, secret cells last.

    Raises
    ------
    CrsError
        `frame` is not longitude/latitude.
    """
    if frame is None or not len(frame):
        return ()
    require_geographic(frame, "population")
    people = frame["population"].to_numpy(dtype=np.float64)
    limits = _class_limits(people)
    place = np.searchsorted(limits, people, side="right")
    place[np.isnan(people)] = -1
    found = []
    for number in range(1, len(limits) + 1):
        chosen = (place == number) & (people > 0)
        label = _label(limits, number, lang)
        found.append(_class(frame, chosen, f"population-{number}", label))
    secret = Text("秘匿（人数は公表されていません）", "secret (not published)").render(lang)
    found.append(_class(frame, np.isnan(people), UNPUBLISHED, secret))
    return tuple(c for c in found if c.count)


def _class_limits(people: np.ndarray) -> tuple[int, ...]:
    """Return the lower limits of at most five classes, round numbers near the quintiles.

    Parameters
    ----------
    people : (N,) float array
        People by cell; NaN and zero are left aside.

    Examples
    --------
    >>> _class_limits(np.arange(1.0, 1001.0))
    (1, 200, 400, 600, 800)
    >>> _class_limits(np.array([np.nan, 0.0]))
    ()
    """
    lived = people[people > 0]
    if not len(lived):
        return ()
    marks = np.quantile(lived, np.arange(1, _CLASSES) / _CLASSES)
    return tuple(sorted({1, *(_rounded(float(mark)) for mark in marks)}))


def _rounded(value: float) -> int:
    """Return the round number that is nearest in proportion."""
    steps = [digit * 10**power // 2 for power in range(8) for digit in _DIGITS]
    nearest: int = min(steps, key=lambda step: (abs(math.log(step / max(value, 1.0))), step))
    return nearest


def _label(limits: tuple[int, ...], number: int, lang: Lang) -> str:
    low = f"{limits[number - 1]:,}"
    if number == len(limits):
        return Text(f"{low}人以上", f"{low} or more").render(lang)
    high = f"{limits[number] - 1:,}"
    if high == low:
        return Text(f"{low}人", low).render(lang)
    return Text(f"{low}～{high}人", f"{low} to {high}").render(lang)


def _class(frame: gpd.GeoDataFrame, chosen: np.ndarray, key: str, label: str) -> PopulationClass:
    cells = frame.geometry[chosen].to_numpy()
    # The union keeps every corner of every cell; those on a straight edge say nothing.
    union = shapely.simplify(shapely.union_all(cells), 1e-7) if len(cells) else None
    return PopulationClass(key, label, len(cells), pack_polygons(union) if union else ())


def cell_name(frame: gpd.GeoDataFrame | None, lang: Lang) -> str:
    """Return what one row of `frame` is, for the unit of the legend.

    Examples
    --------
    >>> cell_name(gpd.GeoDataFrame(index=["493012341", "493012342"]), Lang.JA)
    '500mメッシュ'
    """
    codes: pd.Index = pd.Index([]) if frame is None else frame.index
    lengths = {len(str(code)) if str(code).isdigit() else 0 for code in codes}
    name = _MESHES.get(lengths.pop(), _CELL) if len(lengths) == 1 else _CELL
    return name.render(lang)
