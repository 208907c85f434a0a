"""The GeoJSON files of the output folder, after RFC 7946.

No ``crs`` member (RFC 7946 knows only WGS84), geometry null where a facility has no position,
one feature a line so that two runs compare well, and the attribution as a foreign member.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from boundaries import ellipsoidal_km2
from groundfloor.problems import Lang
from spots.outputs import geometry as rfc
from spots.telling.columns import Json, chosen, properties
from spots.telling.facility_columns import facility_columns, facility_rows
from spots.telling.ground_columns import (
    DISSOLVED_COLUMNS,
    SPOT_COLUMNS,
    SPOT_POPULATION,
    spot_rows,
)
from spots.telling.route_columns import ROUTE_COLUMNS, ROUTES_GEOJSON, decisive_routes
from spots.types import RunResult, Spot

_SLIVER_DEG2 = 1e-10  # about 1 m2


@dataclass(frozen=True, slots=True)
class Feature:
    """A GeoJSON feature before it becomes text."""

    id: str
    properties: dict[str, Json]
    geometry: rfc.GeoJsonGeometry | None


def spots_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return ``spots.geojson``: one feature per effective spot, in the order of the run."""
    features = []
    for row in spot_rows(result):
        counted = () if row.spot.population is None else (SPOT_POPULATION,)
        told = properties((*SPOT_COLUMNS, *counted), row, lang)
        features.append(Feature(row.spot.facility_id, told, rfc.area(row.spot.geometry)))
    return collection(result, features)


def dissolved_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:  # noqa: ARG001 - one signature for every writer
    """Return ``spots_dissolved.geojson``: one feature per connected piece of the union."""
    features = []
    for number, piece in enumerate(rfc.snapped_polygons(result.dissolved), 1):
        inside = [s for s in result.spots if _shares_ground(s, piece)]
        values: tuple[Json, ...] = (
            [s.facility_id for s in inside],
            [s.name for s in inside],
            sorted({c for s in inside for c in s.criteria}),
            round(ellipsoidal_km2(piece), 6),
        )
        told = {c.name: value for c, value in zip(DISSOLVED_COLUMNS, values, strict=True)}
        features.append(Feature(str(number), told, rfc.area(piece)))
    return collection(result, features)


def facilities_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return ``facilities.geojson``: every input facility exactly once, in input order."""
    columns, features = facility_columns(result), []
    for row in facility_rows(result):
        facility = row.verdict.facility
        where = facility.position
        shape = None if where is None else rfc.point(where.lon, where.lat)
        features.append(Feature(facility.id, properties(columns, row, lang), shape))
    return collection(result, features)


def routes_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return ``routes.geojson``: the decisive route of each facility judged on travel time."""
    columns = chosen(ROUTE_COLUMNS, *ROUTES_GEOJSON)
    features = [
        Feature(
            row.verdict.facility.id,
            properties(columns, row, lang),
            rfc.line(row.route.geometry),
        )
        for row in decisive_routes(result)
    ]
    return collection(result, features)


def _shares_ground(spot: Spot, piece: BaseGeometry) -> bool:
    # Snapping moves edges by a centimetre: a neighbour may overlap by a sliver, never by 1 m2.
    return float(spot.geometry.intersection(piece).area) > _SLIVER_DEG2


def collection(result: RunResult, features: Sequence[Feature]) -> str:
    """Return features as one collection: one a line, with the attributions of the run."""
    head = f'{{"type":"FeatureCollection","attribution":{_json(result.settings.attributions)}'
    lines = ",\n".join(_json(_as_json(feature)) for feature in features)
    body = f"\n{lines}\n" if features else ""
    return f'{head},"features":[{body}]}}\n'


def _as_json(feature: Feature) -> Json:
    return {
        "type": "Feature",
        "id": feature.id,
        "properties": feature.properties,
        "geometry": feature.geometry,
    }


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
