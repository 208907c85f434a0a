"""What the page says of a facility: its line of the list, and the card, its dossier in rows.

Stands apart: `payload` gathers what the page needs, and a facility is told in one place.
"""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.problems import Lang, Text
from spots.map.card_data import Card, Entry, PopupSection, Row, Way
from spots.map.shapes import pack_route
from spots.telling.dossier import Dossier, state_words
from spots.telling.dossier_facts import Fact, Section, Tone
from spots.telling.dossier_travel import nearest_ways
from spots.telling.evidence_words import marked_time
from spots.telling.labels import listed
from spots.telling.units import margin
from spots.types import OtherHospital, Role, TravelEvidence, Verdict

#: Sections of a dossier that the card shows; the panel of the page has the settings.
SHOWN = ("criteria", "travel", "nearest", "distance", "assumptions", "spot", "facility")
#: What the card says elsewhere: of the way that decided, its name and time.
_SAID = frozenset({"name", "time"})
_UNTURNED = Text("判定が変わらないもの", "No change")


def card_of(dossier: Dossier, lang: Lang) -> Card:
    """Return the card of one facility.

    Parameters
    ----------
    dossier : Dossier
        What there is to say of it.
    lang : Lang
        Language of the page.

    Returns
    -------
    Card
        Final text.
    """
    verdict = dossier.verdict
    judged = verdict.facility.role is Role.CANDIDATE
    found = (_section(s, dossier, lang) for s in dossier.sections if s.kind in SHOWN)
    return Card(
        facility=verdict.facility.id,
        title=verdict.facility.name,
        state=str(verdict.state) if judged else "destination",
        badge=state_words(verdict).render(lang),
        chips=tuple(_chip(number, dossier, lang) for number in verdict.criteria),
        lead=verdict.state_reason.render(lang),
        sections=tuple(s for s in found if s.rows or s.ways),
    )


def _chip(number: int, dossier: Dossier, lang: Lang) -> str:
    fact = dossier.fact(f"criterion.{number}")
    return fact.label.render(lang) if fact else str(number)


def _section(section: Section, dossier: Dossier, lang: Lang) -> PopupSection:
    rows = list(section.facts)
    ways: tuple[Way, ...] = ()
    if section.kind == "nearest":
        rows = [fact for fact in rows if not fact.parts]
        ways = tuple(_ways(section, dossier, lang))
    elif section.kind == "assumptions":
        rows = _assumptions(section)
    elif section.kind == "travel":
        rows += _decisive(section, dossier)
    elif section.kind == "spot":
        lead = dossier.verdict.state_reason
        rows = [fact for fact in rows if fact.key != "spot_reason" or fact.words != lead]
    return PopupSection(
        section.title.render(lang), tuple(_row(fact, lang) for fact in rows), ways=ways
    )


def _row(fact: Fact, lang: Lang) -> Row:
    return Row(fact.label.render(lang), fact.words.render(lang), fact.tone.value)


def _travel(section: Section, dossier: Dossier) -> TravelEvidence | None:
    number = int(section.key.rpartition(".")[2])
    return next((o.travel for o in dossier.verdict.outcomes if o.number == number), None)


def _decisive(section: Section, dossier: Dossier) -> Iterator[Fact]:
    """Yield what there is to say of the way that decided."""
    ways = dossier.section(section.key.replace("travel", "nearest"))
    first = ways.fact("way.1") if ways else None
    yield from (part for part in (first.parts if first else ()) if part.key not in _SAID)


def _ways(section: Section, dossier: Dossier, lang: Lang) -> Iterator[Way]:
    travel = _travel(section, dossier)
    if travel is None:
        return
    told = (fact for fact in section.facts if fact.parts)
    for fact, other in zip(told, nearest_ways(travel), strict=True):
        yield _way(fact, other, travel, dossier.verdict.facility.name, lang)


def _way(fact: Fact, other: OtherHospital, travel: TravelEvidence, start: str, lang: Lang) -> Way:
    decisive = travel.way is not None and other.id == travel.nearest_id
    name = fact.label.render(lang)
    return Way(
        name=name,
        detail=fact.words.render(lang),
        label=f"{start} → {name} {fact.part_words('time', lang)}",
        decisive=decisive,
        route=() if decisive else pack_route(other.way.geometry),
        straight=other.route is None,
    )


def _assumptions(section: Section) -> list[Fact]:
    """Return what turns the verdict line by line, and the rest on one line."""
    turned_by = [fact for fact in section.facts if fact.key == "turned_by"]
    tried = [fact for fact in section.facts if fact.key.startswith("assumption.")]
    rows = [*turned_by, *(fact for fact in tried if fact.tone is Tone.WARN)]
    held = [fact.label for fact in tried if fact.tone is not Tone.WARN]
    if held:
        ja, en = (listed([label.render(lang) for label in held], lang) for lang in Lang)
        rows.append(Fact("unturned", _UNTURNED, Text(ja, en)))
    return rows


# --- the line of the list


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
        minutes=marked_time(travel).render(lang),
        travel_ms=travel.travel_ms if travel else None,
        margin=margin(margin_ms).render(lang) if margin_ms is not None else "",
        margin_ms=margin_ms,
        address=verdict.facility.address,
        aka=" ".join(verdict.facility.other_names),
        kana=verdict.facility.kana,
    )
