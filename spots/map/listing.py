"""What the list beside the map says of a facility, and by what it sorts."""

from __future__ import annotations

from dataclasses import dataclass

from groundfloor.problems import Lang
from spots.telling.dossier import state_words
from spots.telling.evidence_words import time_words
from spots.telling.units import margin
from spots.types import Verdict


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
    margin_ms = travel.margin_ms if travel else None
    return Entry(
        municipality_code=place.municipality_code or "",
        municipality=place.municipality,
        area_code=place.area_code or "",
        state=state_words(verdict).render(lang),
        minutes=time_words(travel).render(lang),
        travel_ms=travel.travel_ms if travel else None,
        margin=margin(margin_ms).render(lang) if margin_ms is not None else "",
        margin_ms=margin_ms,
        address=verdict.facility.address,
    )
