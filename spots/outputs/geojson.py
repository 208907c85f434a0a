"""The GeoJSON files of the output folder, after RFC 7946.

No ``crs`` member (RFC 7946 knows only WGS84), geometry null where a facility has no position,
one feature a line so that two runs compare well, and the attribution as a foreign member.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shapely.geometry.base import BaseGeometry

from boundaries import ellipsoidal_km2
from groundfloor.problems import Lang
from networks.types import Route
from spots.outputs import geometry as rfc
from spots.telling.columns import facility_columns, plain
from spots.telling.units import shown_minutes
from spots.types import RunResult, Spot, TravelEvidence, Verdict

_SLIVER_DEG2 = 1e-10  # about 1 m2

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, slots=True)
class Feature:
    """A GeoJSON feature before it becomes text."""

    id: str
    properties: dict[str, Json]
    geometry: rfc.GeoJsonGeometry | None


def spots_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return ``spots.geojson``: one feature per effective spot, in the order of the run."""
    return collection(result, [_spot_feature(spot, lang) for spot in result.spots])


def dissolved_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:  # noqa: ARG001 - one signature for every writer
    """Return ``spots_dissolved.geojson``: one feature per connected piece of the union."""
    features = []
    for number, piece in enumerate(rfc.snapped_polygons(result.dissolved), 1):
        inside = [s for s in result.spots if _shares_ground(s, piece)]
        properties: dict[str, Json] = {
            "facility_ids": [s.facility_id for s in inside],
            "names": [s.name for s in inside],
            "criteria": sorted({c for s in inside for c in s.criteria}),
            "area_km2": round(ellipsoidal_km2(piece), 6),
        }
        features.append(Feature(str(number), properties, rfc.area(piece)))
    return collection(result, features)


def facilities_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:
    """Return ``facilities.geojson``: every input facility exactly once, in input order."""
    columns = facility_columns(result)
    features = []
    for verdict in result.verdicts:
        properties: dict[str, Json] = {c.name: plain(c.value(verdict, lang)) for c in columns}
        where = verdict.facility.position
        shape = None if where is None else rfc.point(where.lon, where.lat)
        features.append(Feature(verdict.facility.id, properties, shape))
    return collection(result, features)


def routes_geojson(result: RunResult, lang: Lang = Lang.JA) -> str:  # noqa: ARG001 - one signature for every writer
    """Return ``routes.geojson``: the decisive route of each facility judged on travel time."""
    names = {v.facility.id: v.facility.name for v in result.verdicts}
    features = []
    for verdict in result.verdicts:
        travel = verdict.travel
        if travel is not None and travel.route is not None:
            properties = _route_properties(verdict, travel, travel.route, names)
            features.append(
                Feature(verdict.facility.id, properties, rfc.line(travel.route.geometry))
            )
    return collection(result, features)


def _spot_feature(spot: Spot, lang: Lang) -> Feature:
    place = spot.place
    properties: dict[str, Json] = {
        "facility_id": spot.facility_id,
        "name": spot.name,
        "criteria": list(spot.criteria),
        "municipality_code": place.municipality_code,
        "municipality": place.municipality,
        "medical_area_code": place.area_code,
        "medical_area": place.area,
        "radius_m": spot.radius_m,
        "area_km2": round(spot.area_km2, 6),
        "reason": spot.reason.render(lang),
        "valid_from": iso(spot.valid_from),
        "valid_to": iso(spot.valid_to),
        "area_class": place.area_class.value,
        "circle_km2": round(spot.circle_km2, 6),
        "ledger": [
            {
                "step": entry.step,
                "removed_km2": round(entry.removed_km2, 6),
                "remaining_km2": round(entry.remaining_km2, 6),
            }
            for entry in spot.ledger
        ],
    }
    if spot.population is not None:
        properties["population"] = round(spot.population, 1)
    return Feature(spot.facility_id, properties, rfc.area(spot.geometry))


def _route_properties(
    verdict: Verdict, travel: TravelEvidence, route: Route, names: Mapping[str, str]
) -> dict[str, Json]:
    margin = travel.margin_ms
    return {
        "facility_id": verdict.facility.id,
        "name": verdict.facility.name,
        "from_id": route.from_id,
        "from_name": names.get(route.from_id) or _other_name(travel, route.from_id),
        "to_id": route.to_id,
        "to_name": names.get(route.to_id) or _other_name(travel, route.to_id),
        "travel_min": float(shown_minutes(route.travel_ms, travel.threshold_ms)),
        "margin_min": None if margin is None else float(shown_minutes(margin, 0)),
        "travel_ms": route.travel_ms,
        "access_ms": route.access_ms,
        "road_ms": route.road_ms,
        "delay_ms": route.delay_ms,
        "wait_ms": route.wait_ms,
        "egress_ms": route.egress_ms,
        "length_m": round(route.length_m, 1),
        "toll_m": round(route.toll_m, 1),
        "road_names": list(route.road_names),
        "ferries": list(route.ferries),
        "shares": [
            {
                "road_class": share.road_class,
                "length_m": round(share.length_m, 1),
                "travel_ms": share.travel_ms,
            }
            for share in route.shares
        ],
        "state": verdict.state.value,
    }


def _shares_ground(spot: Spot, piece: BaseGeometry) -> bool:
    # Snapping moves edges by a centimetre: a neighbour may overlap by a sliver, never by 1 m2.
    return float(spot.geometry.intersection(piece).area) > _SLIVER_DEG2


def _other_name(travel: TravelEvidence, terminal_id: str) -> str | None:
    return travel.nearest_name if terminal_id == travel.nearest_id else None


def iso(day: date | None) -> str | None:
    """Return a day as ISO 8601, None for none."""
    return None if day is None else day.isoformat()


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
