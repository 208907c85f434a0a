"""The ways to the nearest other hospitals as GeoJSON."""

from __future__ import annotations

from groundfloor.problems import Lang
from spots.explaining.model import CriterionFinding, Explanation
from spots.outputs import geometry as rfc
from spots.outputs.geojson import Feature, Json, collection
from spots.types import OtherHospital, TravelEvidence
from spots.units import shown_minutes


def ways_geojson(found: Explanation, lang: Lang = Lang.JA) -> str:
    """Return the ways to the nearest other hospitals, after RFC 7946.

    Parameters
    ----------
    found : Explanation
        From `spots.explaining.explanation`.
    lang : Lang
        Language of the criterion's title.

    Returns
    -------
    str
        A feature for each hospital of each travel-time criterion, nearest first: ``facility_id``,
        ``name``, ``criterion``, ``criterion_title``, ``rank``, ``hospital_id``, ``hospital_name``,
        ``travel_min``, ``margin_min``, ``travel_ms``, ``length_m``, ``toll_m``, ``ferries``,
        ``road_names``, ``state``. Lines run in the direction of travel. None where no hospital
        can be reached.
    """
    features = [
        Feature(
            f"{finding.info.number}-{rank}",
            _properties(found, finding, travel, rank, lang),
            rfc.line(other.route.geometry),
        )
        for finding in found.findings
        if (travel := finding.travel) is not None
        for rank, other in enumerate(finding.nearest, 1)
    ]
    return collection(found.result, features)


def _properties(
    found: Explanation, finding: CriterionFinding, travel: TravelEvidence, rank: int, lang: Lang
) -> dict[str, Json]:
    other: OtherHospital = finding.nearest[rank - 1]
    route, limit_ms = other.route, travel.threshold_ms
    return {
        "facility_id": found.verdict.facility.id,
        "name": found.verdict.facility.name,
        "criterion": finding.info.number,
        "criterion_title": finding.info.title.render(lang),
        "rank": rank,
        "hospital_id": other.id,
        "hospital_name": other.name,
        "travel_min": float(shown_minutes(other.travel_ms, limit_ms)),
        "margin_min": float(shown_minutes(other.travel_ms - limit_ms, 0)),
        "travel_ms": other.travel_ms,
        "length_m": round(route.length_m, 1),
        "toll_m": round(route.toll_m, 1),
        "ferries": list(route.ferries),
        "road_names": list(route.road_names),
        "state": found.verdict.state.value,
    }
