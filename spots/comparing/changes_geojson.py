"""A comparison as GeoJSON: the ground gained and lost, and the facilities that changed."""

from __future__ import annotations

import json
from collections.abc import Sequence

from shapely.geometry import MultiPolygon

from groundfloor.problems import Lang
from spots.comparing.changed_ground import CAUSE_LABELS
from spots.comparing.changes import Comparison, FacilityChange
from spots.comparing.comparison_text import CERTAINTIES
from spots.outputs import geometry as rfc
from spots.telling.answer_columns import CHANGED_AREA_PROPERTIES, CHANGED_FACILITY_PROPERTIES
from spots.telling.columns import Column, list_text
from spots.telling.labels import STATE_LABELS
from spots.types import Verdict


def comparison_geojson(found: Comparison, lang: Lang = Lang.JA) -> str:
    """Return the comparison as GeoJSON (RFC 7946).

    At most a polygon feature each for the ground gained and lost (``layer`` is ``"area"``), and a
    point for every facility that changed (``"facility"``), without a geometry where its position
    is not known.

    Parameters
    ----------
    found : Comparison
        The comparison.
    lang : Lang
        Language of the sentences.

    Returns
    -------
    str
        A feature collection.
    """
    parts: tuple[tuple[str, MultiPolygon, float, float | None], ...] = (
        ("gained", found.gained, found.gained_km2, found.gained_people),
        ("lost", found.lost, found.lost_km2, found.lost_people),
    )
    features: list[dict[str, object]] = [
        {
            "type": "Feature",
            "id": change,
            "properties": _chosen(
                CHANGED_AREA_PROPERTIES,
                ("area", change, round(km2, 6), None if people is None else round(people, 3)),
            ),
            "geometry": rfc.area(ground),
        }
        for change, ground, km2, people in parts
        if rfc.area(ground) is not None
    ]
    features += [_facility(change, lang) for change in found.facilities]
    page = {"type": "FeatureCollection", "features": features}
    return json.dumps(page, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def _facility(change: FacilityChange, lang: Lang) -> dict[str, object]:
    facility = change.shown.facility
    position = facility.position
    values = (
        *("facility", facility.id, facility.name, change.kind.value, change.turned),
        *_side(change.old, change.old_km2, lang),
        *_side(change.new, change.new_km2, lang),
        change.summary.render(lang),
        list_text(cause.value for cause in change.causes),
        why_lines(change, lang),
    )
    return {
        "type": "Feature",
        "properties": _chosen(CHANGED_FACILITY_PROPERTIES, values),
        "geometry": position and rfc.point(position.lon, position.lat),
    }


def _chosen(columns: Sequence[Column], values: Sequence[object]) -> dict[str, object]:
    return {column.name: value for column, value in zip(columns, values, strict=True)}


def _side(verdict: Verdict | None, km2: float | None, lang: Lang) -> tuple[object, ...]:
    """Return what `side_properties` names of one of the runs."""
    travel = verdict.travel if verdict is not None else None
    return (
        verdict and verdict.state.value,
        verdict and STATE_LABELS[verdict.state].render(lang),
        list_text(verdict.criteria) if verdict else None,
        travel and travel.nearest_name,
        travel and travel.travel_ms,
        None if km2 is None else round(km2, 6),
    )


def why_lines(change: FacilityChange, lang: Lang) -> str:
    """Return every cause with its certainty and its sentence, a line each."""
    return "\n".join(
        f"[{CERTAINTIES[why.certainty].render(lang)}] {CAUSE_LABELS[why.cause].render(lang)}: "
        f"{why.text.render(lang)}"
        for why in change.why
    )
