"""The GeoJSON files of the output folder, after RFC 7946.

No ``crs`` member (RFC 7946 knows only WGS84), geometry null where a facility has no position,
one feature a line so that two runs compare well, and the attribution as a foreign member.

Geometry is in WGS84 degrees, seven decimals, exterior rings counterclockwise. JGD2011 (EPSG:6668)
and WGS84 agree to some centimetres, far below the accuracy of a facility list, so longitude and
latitude are written as they are; no transformation is applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from boundaries import ellipsoidal_km2
from groundfloor.codec import compact_json
from groundfloor.problems import Lang
from spots.telling.columns import Filled, Json, chosen, properties
from spots.telling.facility_columns import AREA_KM2, facility_columns, facility_rows
from spots.telling.ground_columns import (
    DISSOLVED_COLUMNS,
    SPOT_COLUMNS,
    SPOT_PLAN,
    SPOT_POPULATION,
    spot_rows,
)
from spots.telling.plan_columns import given_columns
from spots.telling.route_columns import ROUTE_COLUMNS, ROUTES_GEOJSON, decisive_routes
from spots.telling.unit_columns import (
    RESULT,
    RESULT_KIND,
    RESULT_TITLE,
    UNIT_COLUMNS,
    UNIT_IDS,
    UNIT_NAMES,
    UNIT_SPOT_COLUMNS,
    UNIT_SPOT_PLAN,
    UnitRow,
    unit_rows,
)
from spots.types import ResultKind, RunResult, State, UnitVerdict

Position = list[float]
Coordinates = list[Position] | list[list[Position]] | list[list[list[Position]]] | Position
GeoJsonGeometry = dict[str, str | Coordinates]

DECIMALS = 7  # 1e-7 degrees is about a centimetre
_GRID = 1e-7
_STEPS = 1e7  # of it in a degree


_SLIVER_DEG2 = 1e-10  # about 1 m2


@dataclass(frozen=True, slots=True)
class Feature:
    """A GeoJSON feature before it becomes text."""

    id: str | int
    properties: dict[str, Json]
    geometry: GeoJsonGeometry | None


def spots_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return ``spots.geojson``: one feature per effective spot, in the order of the run.

    Circles of facilities first, then units that a result designates as spots. What the plan says of
    them beside the reason stands last, where anything is said.
    """
    units = [
        u
        for u in unit_rows(result)
        if u.ground.kind is ResultKind.SPOT and u.verdict.state is State.DESIGNATED
    ]
    plan = chosen(SPOT_PLAN, *given_columns(result.spots))
    features = []
    for row in spot_rows(result):
        counted = () if row.spot.population is None else (SPOT_POPULATION,)
        told = properties((*SPOT_COLUMNS, *counted, *plan), row, lang)
        features.append(Feature(row.spot.facility_id, told, area(row.spot.geometry)))
    given = given_columns((*result.spots, *(u.verdict for u in units)))
    columns = (*UNIT_SPOT_COLUMNS, *(c for c in UNIT_SPOT_PLAN if c.name in given))
    features += [_unit(columns, u, lang) for u in units]
    return collection(result.settings.attributions, features)


def dissolved_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:  # noqa: ARG001 - one signature for every writer
    """Return ``spots_dissolved.geojson``: one feature per connected piece of the union."""
    features = []
    units = _Parts(_designated(result, ResultKind.SPOT))
    for number, piece in enumerate(snapped_polygons(result.spot_ground), 1):
        inside = [s for s in result.spots if _shares_ground(s.geometry, piece)]
        values: tuple[Json, ...] = (
            [s.facility_id for s in inside],
            [s.name for s in inside],
            sorted({c for s in inside for c in s.criteria}),
            round(ellipsoidal_km2(piece), 6),
        )
        told = {c.name: value for c, value in zip(DISSOLVED_COLUMNS, values, strict=True)}
        if result.grounds:
            told |= units.sharing(piece)
        features.append(Feature(str(number), told, area(piece)))
    return collection(result.settings.attributions, features)


def results_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return ``results_dissolved.geojson``: each result's connected pieces of ground."""
    features = []
    for ground in result.grounds:
        units = _Parts(v for v in _designated(result) if v.result == ground.id)
        for number, piece in enumerate(snapped_polygons(ground.geometry), 1):
            told: dict[str, Json] = {
                RESULT.name: ground.id,
                RESULT_KIND.name: ground.kind.value,
                RESULT_TITLE.name: ground.title.render(lang),
                **units.sharing(piece),
                AREA_KM2.name: round(ellipsoidal_km2(piece), 6),
            }
            features.append(Feature(f"{ground.id}/{number}", told, area(piece)))
    return collection(result.settings.attributions, features)


def units_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return ``units.geojson``: every judged unit once for each result, in the run's order.

    The ground of a designated unit is what is designated, of others the whole unit; an institution
    or a point without ground is a point.
    """
    features = [_unit(UNIT_COLUMNS, row, lang) for row in unit_rows(result)]
    return collection(result.settings.attributions, features)


def _unit(columns: Iterable[Filled[UnitRow]], row: UnitRow, lang: Lang) -> Feature:
    ground, where = row.verdict.ground, row.verdict.unit.position
    shape = None if where is None else point(where.lon, where.lat)
    if ground is not None:
        shape = area(ground)
    return Feature(row.verdict.key, properties(columns, row, lang), shape)


def facilities_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return ``facilities.geojson``: every input facility exactly once, in input order."""
    columns, features = facility_columns(result), []
    for row in facility_rows(result):
        facility = row.verdict.facility
        where = facility.position
        shape = None if where is None else point(where.lon, where.lat)
        features.append(Feature(facility.id, properties(columns, row, lang), shape))
    return collection(result.settings.attributions, features)


def routes_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return ``routes.geojson``: the decisive route of each facility judged on travel time."""
    columns = chosen(ROUTE_COLUMNS, *ROUTES_GEOJSON)
    features = [
        Feature(
            row.verdict.facility.id,
            properties(columns, row, lang),
            line(row.way.geometry),
        )
        for row in decisive_routes(result)
    ]
    return collection(result.settings.attributions, features)


def _designated(result: RunResult, kind: ResultKind | None = None) -> Iterator[UnitVerdict]:
    kinds = {ground.id: ground.kind for ground in result.grounds}
    for verdict in result.units:
        if verdict.state is State.DESIGNATED and kind in {None, kinds[verdict.result]}:
            yield verdict


class _Parts:
    """Units by the parts of their ground: a prefecture of islands has thousands."""

    def __init__(self, units: Iterable[UnitVerdict]) -> None:
        owned = [(part, v) for v in units for part in polygons(v.geometry)]
        self._owners = [verdict for _, verdict in owned]
        self._tree = shapely.STRtree([part for part, _ in owned])

    def sharing(self, piece: BaseGeometry) -> dict[str, Json]:
        """Return ids and names of the units that share ground with a piece, in their order."""
        near = sorted(self._tree.query(piece, predicate="intersects").tolist())
        parts = self._tree.geometries
        owners = (self._owners[k] for k in near if _shares_ground(parts[k], piece))
        inside = {verdict.unit.id: verdict.unit.name for verdict in owners}
        return {UNIT_IDS.name: [*inside], UNIT_NAMES.name: [*inside.values()]}


def _shares_ground(ground: BaseGeometry, piece: BaseGeometry) -> bool:
    # Snapping moves edges by a centimetre: a neighbour may overlap by a sliver, never by 1 m2.
    return float(ground.intersection(piece).area) > _SLIVER_DEG2


def collection(attributions: Sequence[str], features: Iterable[Feature]) -> str:
    """Return features as one collection: one a line, with the attributions as a foreign member."""
    head = f'{{"type":"FeatureCollection","attribution":{compact_json(attributions)}'
    lines = ",\n".join(compact_json(_as_json(feature)) for feature in features)
    body = f"\n{lines}\n" if lines else ""
    return f'{head},"features":[{body}]}}\n'


def _as_json(feature: Feature) -> Json:
    return {
        "type": "Feature",
        "id": feature.id,
        "properties": feature.properties,
        "geometry": feature.geometry,
    }


# --- geometry


def polygons(geometry: BaseGeometry) -> tuple[Polygon, ...]:
    """Return the polygons of a geometry; lines and points that a cut may leave are dropped."""
    if isinstance(geometry, Polygon):
        return () if geometry.is_empty else (geometry,)
    return tuple(p for part in getattr(geometry, "geoms", ()) for p in polygons(part))


def snapped_polygons(geometry: BaseGeometry) -> tuple[Polygon, ...]:
    """Return valid polygons on the seven-decimal grid, exterior rings counterclockwise.

    Plain rounding can make a ring cross itself or two parts overlap; snapping to the grid
    (`shapely.set_precision`) keeps them valid. Parts and rings are in canonical order.
    """
    area = MultiPolygon(polygons(geometry))
    snapped = shapely.normalize(shapely.set_precision(area, _GRID))
    return tuple(orient(part) for part in polygons(snapped))


def position(lon: float, lat: float) -> Position:
    """Return a position with at most seven decimals.

    Examples
    --------
    >>> position(131.123456789, 32.0)
    [131.1234568, 32.0]
    """
    return [round(lon, DECIMALS), round(lat, DECIMALS)]


def point(lon: float, lat: float) -> GeoJsonGeometry:
    """Return a Point."""
    return {"type": "Point", "coordinates": position(lon, lat)}


def area(geometry: BaseGeometry) -> GeoJsonGeometry | None:
    """Return a Polygon, a MultiPolygon where there are several parts, None for nothing left."""
    parts = [_rings(part) for part in snapped_polygons(geometry)]
    if not parts:
        return None
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def line(geometry: BaseGeometry) -> GeoJsonGeometry | None:
    """Return a LineString without repeated positions; None when it shrinks to a point."""
    path = _without_repeats([position(*xy[:2]) for xy in geometry.coords])
    return {"type": "LineString", "coordinates": path} if len(path) > 1 else None


def _rings(polygon: Polygon) -> list[list[Position]]:
    """Return the rings of a polygon on the grid, where rounding to its steps leaves no doubt."""
    rings = []
    for ring in (polygon.exterior, *polygon.interiors):
        path = np.rint(shapely.get_coordinates(ring) * _STEPS) / _STEPS
        moved = np.concatenate([[True], (np.diff(path, axis=0) != 0).any(axis=1)])
        rings.append(path[moved].tolist())
    return rings


def _without_repeats(path: list[Position]) -> list[Position]:
    return [here for k, here in enumerate(path) if k == 0 or here != path[k - 1]]
