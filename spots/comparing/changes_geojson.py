"""A comparison as GeoJSON: the ground gained and lost, and the facilities that changed."""

from __future__ import annotations

import json

from shapely.geometry import MultiPolygon

from groundfloor.problems import Lang
from spots.comparing.changed_ground import CAUSE_LABELS
from spots.comparing.changes import Comparison, FacilityChange
from spots.comparing.comparison_text import CERTAINTIES
from spots.outputs import geometry as rfc
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
            "properties": {
                "layer": "area",
                "change": change,
                "area_km2": round(km2, 6),
                "population": None if people is None else round(people, 3),
            },
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
    return {
        "type": "Feature",
        "properties": {
            "layer": "facility",
            "facility_id": facility.id,
            "name": facility.name,
            "change": change.kind.value,
            "verdict_changed": change.turned,
            **_side("old", change.old, change.old_km2, lang),
            **_side("new", change.new, change.new_km2, lang),
            "summary": change.summary.render(lang),
            "causes": ";".join(cause.value for cause in change.causes),
            "why": why_lines(change, lang),
        },
        "geometry": position and rfc.point(position.lon, position.lat),
    }


def _side(which: str, verdict: Verdict | None, km2: float | None, lang: Lang) -> dict[str, object]:
    travel = verdict.travel if verdict is not None else None
    return {
        f"{which}_state": verdict and verdict.state.value,
        f"{which}_state_label": verdict and STATE_LABELS[verdict.state].render(lang),
        f"{which}_criteria": ";".join(str(n) for n in verdict.criteria) if verdict else None,
        f"{which}_nearest": travel and travel.nearest_name,
        f"{which}_travel_ms": travel and travel.travel_ms,
        f"{which}_area_km2": None if km2 is None else round(km2, 6),
    }


def why_lines(change: FacilityChange, lang: Lang) -> str:
    """Return every cause with its certainty and its sentence, a line each."""
    return "\n".join(
        f"[{CERTAINTIES[why.certainty].render(lang)}] {CAUSE_LABELS[why.cause].render(lang)}: "
        f"{why.text.render(lang)}"
        for why in change.why
    )
