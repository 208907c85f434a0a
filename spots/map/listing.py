"""What the list beside the map says of a facility, and by what it sorts."""

from __future__ import annotations

from dataclasses import dataclass

from groundfloor.problems import Lang
from spots.map import page_words as words
from spots.telling.labels import STATE_LABELS, UNREACHABLE
from spots.types import Role, Verdict


@dataclass(frozen=True, slots=True)
class Entry:
    """A facility's line of the list.

    Parameters
    ----------
    municipality_code, municipality : str
        Where it stands; empty when unknown.
    area_code : str
        Its medical area; empty when unknown.
    state : str
        Its state in a word.
    minutes : str
        Time to the nearest other hospital, or that none can be reached; empty when no criterion
        asked.
    travel_ms : int or None
        The time, to sort by; None when there is no number.
    margin : str
        Distance from the threshold; empty when there is none.
    margin_ms : int or None
        The same to sort by.
    address : str
        For the search; may be empty.
    """

    municipality_code: str
    municipality: str
    area_code: str
    state: str
    minutes: str
    travel_ms: int | None
    margin: str
    margin_ms: int | None
    address: str


def entry_of(verdict: Verdict, lang: Lang) -> Entry:
    """Return the line of a facility.

    Parameters
    ----------
    verdict : Verdict
        The facility and what was found.
    lang : Lang
        Language of the texts.
    """
    place, travel = verdict.place, verdict.travel
    judged = verdict.facility.role is Role.CANDIDATE
    minutes, margin = "", ""
    travel_ms, margin_ms = None, None
    if travel is not None and travel.reachable is False:
        minutes = UNREACHABLE.render(lang)
    elif travel is not None and travel.travel_ms is not None:
        travel_ms, margin_ms = travel.travel_ms, travel.margin_ms
        minutes = words.duration(travel_ms, lang)
        margin = words.signed(margin_ms, lang) if margin_ms is not None else ""
    return Entry(
        municipality_code=place.municipality_code or "",
        municipality=place.municipality,
        area_code=place.area_code or "",
        state=(STATE_LABELS[verdict.state] if judged else words.DESTINATION).render(lang),
        minutes=minutes,
        travel_ms=travel_ms,
        margin=margin,
        margin_ms=margin_ms,
        address=verdict.facility.address,
    )
