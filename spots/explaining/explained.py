"""An explanation in words for a terminal, and as data for machines.

On a terminal lines are short, and tables align where characters are wide.
"""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.aligned import aligned
from groundfloor.problems import Lang, Problem, Text, UsageError, error, one_line, one_of
from spots.explaining.fact_lines import Page, fact_line, heading, safe, section_pages
from spots.explaining.gathering import Assumed, CriterionFinding, FacilityExplanation
from spots.explaining.unit_explained import result_blocks, result_pages, unit_page, unit_text
from spots.explaining.unit_gathering import UnitExplanation
from spots.outputs import geojson as rfc
from spots.outputs.geojson import Feature, collection
from spots.telling.columns import FacilityRow, Json, chosen, properties
from spots.telling.dossier_facts import Fact, Section
from spots.telling.evidence_words import turning_factor, turning_words
from spots.telling.facility_columns import facility_columns
from spots.telling.route_columns import (
    EXPLAINED_ROUTE,
    ROUTE_COLUMNS,
    WAYS_GEOJSON,
    RouteRow,
    decisive_routes,
    ranked_route,
)
from spots.telling.units import shown_minutes
from spots.types import (
    DistanceEvidence,
    DoorRoad,
    OtherHospital,
    OtherWay,
    Spot,
    State,
    TravelEvidence,
    Unmeasured,
    Verdict,
)

_CELL = 60
#: Parts of a way that stand in its first line already.
_IN_LINE = frozenset({"name", "time", "distance"})
_CELLS = ("name", "time", "truth", "state")
#: What is found about a facility before any criterion, above everything else.
_FIRST = ("state", "facility")


def explanation_text(
    found: FacilityExplanation | UnitExplanation, lang: Lang | str = Lang.JA
) -> str:
    """Return an explanation in words.

    Parameters
    ----------
    found : FacilityExplanation or UnitExplanation
        From `spots.explaining.explain`.
    lang : Lang
        Language, ``"ja"`` or ``"en"``.

    Returns
    -------
    str
        Lines without control characters, whatever the data hold.

    Raises
    ------
    UsageError
        There is no such language.
    """
    lang = one_of(Lang, lang, "lang")
    if isinstance(found, UnitExplanation):
        return unit_text(found, lang)
    dossier = found.dossier
    facility = found.verdict.facility
    head = [f"{safe(facility.name)} [{safe(facility.id)}]"]
    for key in _FIRST:
        head += [fact_line(fact, lang) for section in dossier.of(key) for fact in section.facts]
    blocks = [head]
    stands = (found.stands,) if found.stands is not None and found.stands.facts else ()
    sections = (*stands, *(s for s in dossier.sections if s.key not in _FIRST))
    blocks += [list(_block(section, lang)) for section in sections]
    as_unit = tuple(result_blocks(found.as_unit, lang)) if found.as_unit else ()
    return "\n\n".join([*("\n".join(block) for block in blocks), *as_unit])


def _block(section: Section, lang: Lang) -> Iterator[str]:
    yield heading(section.title, lang)
    if section.kind == "assumptions":
        yield from _assumptions(section, lang)
    elif section.kind == "nearest":
        for fact in section.facts:
            yield from _way(fact, lang)
    else:
        yield from (fact_line(fact, lang) for fact in section.facts)


def _way(fact: Fact, lang: Lang) -> Iterator[str]:
    if not fact.parts:
        yield fact_line(fact, lang)
        return
    rank = fact.key.rpartition(".")[2]
    yield safe(f"{rank}. {fact.label.render(lang)} {fact.words.render(lang)}")
    yield from (f"   {fact_line(part, lang)}" for part in fact.parts if part.key not in _IN_LINE)


def _assumptions(section: Section, lang: Lang) -> Iterator[str]:
    """Yield the table of single assumptions, and which of them would turn the state."""
    rows = [fact for fact in section.facts if fact.parts]
    heads = [Text("前提", "Assumption").render(lang)]
    heads += [part.label.render(lang) for part in rows[0].parts]
    cells = [
        [_cell(fact.label.render(lang)), *(_cell(fact.part_words(k, lang)) for k in _CELLS)]
        for fact in rows
    ]
    yield from aligned([heads, *cells], right=(2,))
    yield from (fact_line(fact, lang) for fact in section.facts if not fact.parts)


def _cell(text: str) -> str:
    return one_line(text, _CELL)


# --- for machines


def explanation_json(found: FacilityExplanation | UnitExplanation, lang: Lang = Lang.JA) -> Page:
    """Return an explanation as JSON-able data.

    Parameters
    ----------
    found : FacilityExplanation or UnitExplanation
        From `spots.explaining.gathering`; of a unit see `spots.explaining.unit_explained`.
    lang : Lang
        Language of the texts; keys and codes are the same in all.

    Returns
    -------
    dict
        The columns of ``facilities.csv`` by name, and:

        ``outcomes``
            Every criterion: ``number``, ``mark``, ``title``, ``truth``, ``given`` (false where
            the run had no list for it), ``text``; of travel-time criteria also ``travel_basis``
            (``"road"``, or ``"straight"``: an estimate without roads), ``threshold_ms``,
            ``travel_ms``, ``margin_ms``, ``reachable``, ``detached``, ``snap_m``, ``border_ms``
            and ``border`` (of which: ``"data"`` or ``"prefecture"``), ``border_unlisted``
            (prefectures that may lie beyond it and of which no hospital is listed; empty where
            none of any is), ``unmeasured`` (who is not on the roads and could be nearer:
            ``name``, ``where``, ``least_ms``, ``distance_m``, ``closed_by``; or None),
            ``nearer_road`` (the road at the door that it is not tied to, or not for certain:
            ``kind``, ``distance_m``; or None), ``other_way`` (the
            nearest other of the opposite direction, where none can be reached in the one asked
            for: ``id``, ``name``, ``travel_ms``; or None),
            ``isolation`` (why "unreachable" is believed: ``apart``, ``roadless``, ``stated``; or
            None), of an estimate ``straight_m`` and ``sea_m`` (its line, and how much of it is off
            the land), ``crosses_sea``, ``by_land`` (the nearest whose line does not; or None),
            ``ties``, ``recorded`` (whether the run looked for the nearest three and the
            turning speed), and as below ``nearest``, ``turning``; of criteria on straight distance
            ``threshold_m``, ``distance_m``, ``margin_m``, ``nearest``, ``ties``, ``missing``,
            ``border_m``, ``border_unlisted``, ``doubles``, ``if_one``; of all ``assumptions``.
        ``nearest``
            The nearest other hospitals, at most three: ``rank``, ``id``, ``name``, ``travel_ms``,
            ``travel_min`` and the route's members.
        ``turning``
            None where no speed turns the criterion, else ``factor``, ``shown`` (three decimals,
            surely beyond), ``faster`` (whether it takes faster speeds), ``exact``, ``truth``,
            ``state``, ``turns_state`` and ``text``.
        ``assumptions``
            One other assumption each: ``key`` (``"tolls"``, ``"list:rotation"``), ``name``,
            ``list``, ``label``, ``asked``, ``tied``, ``nearest_id``, ``nearest_name``,
            ``travel_ms``, ``travel_min``, ``distance_m`` (of a criterion on straight distance, in
            place of the time), ``truth``, ``turns_criterion``, ``state`` and ``turns_state`` (both
            None where not recorded), ``criterion``.
        ``route``
            The decisive route: its parts in milliseconds (``access_ms``, ``road_ms``,
            ``delay_ms``, ``wait_ms``, ``egress_ms``; ``crossing_ms`` is part of ``road_ms``),
            ``length_m``, ``toll_m``, ``road_names``, ``ferries``, ``shares``; of an estimate
            ``straight_m`` alone, and of both ``travel_basis``. None without one.
        ``settings``
            ``label`` and ``value`` of the settings that decided.
        ``listed``
            ``layer``, ``file``, ``row``, ``as_of`` and ``list`` of every row it came from.
        ``physician_index``
            That of its medical area, None where unknown.
        ``spot``
            ``radius_m``, ``area_km2``, ``circle_km2``, ``reason``, ``valid_from``, ``valid_to``,
            ``population``, ``ledger``, ``reason_basis`` (who gives the reason: ``hand``, ``list``,
            ``policy``), ``service``, ``councils``, ``page``, ``on_application``; None where it has
            none.
        ``dossier``
            Everything in words, as the map and the report have it: sections with ``key``,
            ``title`` and ``facts``, each with ``key``, ``label``, ``words``, ``value``, ``unit``
            (``ms``, ``m``, ``km2``, ``people``, ``degree``, ``times``) and, where it has any,
            ``parts``, which are facts too.
        ``stands_in``, ``as_unit``
            Where the run judges units of ground: in which designated units it stands, a fact for
            each result, and what results found of it as a unit (see there).
    """
    if isinstance(found, UnitExplanation):
        return unit_page(found, lang)
    verdict, result = found.verdict, found.result
    page = properties(facility_columns(result), FacilityRow(1, verdict, found.spot, result), lang)
    outcomes = [_outcome(finding, found, lang) for finding in found.findings]
    first = next((o for o in outcomes if _is_deciding(o, verdict)), None)
    route = next(iter(decisive_routes(result, (verdict,))), None)
    return {
        **page,
        "outcomes": outcomes,
        "nearest": first["nearest"] if first else [],
        "turning": first["turning"] if first else None,
        "assumptions": [_assumption(a, found, lang) for f in found.findings for a in f.assumed],
        "route": route and _route(route, lang),
        "settings": [
            {"label": fact.label.render(lang), "value": fact.words.render(lang)}
            for section in found.dossier.of("settings")
            for fact in section.facts
        ],
        "listed": [
            {
                "layer": each.row.layer,
                "file": each.row.file,
                "row": each.row.row,
                "as_of": each.layer.as_of.isoformat() if each.layer and each.layer.as_of else None,
                "list": (each.layer.list_name if each.layer else "") or None,
            }
            for each in found.listed
        ],
        "physician_index": found.index,
        "spot": found.spot and _spot(found.spot, lang),
        "dossier": section_pages(found.dossier.sections, lang),
        **_of_units(found, lang),
    }


def _of_units(found: FacilityExplanation, lang: Lang) -> Page:
    if found.stands is None:
        return {}
    (stands,) = section_pages((found.stands,), lang)
    as_unit = result_pages(found.as_unit, lang) if found.as_unit else []
    return {"stands_in": stands["facts"], "as_unit": as_unit}


def _outcome(finding: CriterionFinding, found: FacilityExplanation, lang: Lang) -> Page:
    info, outcome, travel = finding.info, finding.outcome, finding.travel
    page: Page = {
        "number": info.number,
        "mark": info.mark,
        "title": info.title.render(lang),
        "truth": outcome.truth.value,
        "given": outcome.given,
        "text": outcome.text.render(lang),
        "assumptions": [_assumption(a, found, lang) for a in finding.assumed],
    }
    if outcome.distance is not None:
        return page | _distance(outcome.distance)
    if travel is None:
        return page
    return page | {
        "travel_basis": travel.basis.value,
        "threshold_ms": travel.threshold_ms,
        "travel_ms": travel.travel_ms,
        "margin_ms": travel.margin_ms,
        "reachable": travel.reachable,
        "detached": travel.detached,
        "snap_m": None if travel.snap_m is None else round(travel.snap_m, 1),
        "border_ms": travel.border_ms,
        "border": travel.border.value if travel.border_ms is not None else None,
        "border_unlisted": list(travel.border_unlisted),
        "unmeasured": _unmeasured(travel.unmeasured),
        "nearer_road": _nearer_road(travel.nearer_road),
        "other_way": _other_way(travel.other_way),
        "isolation": travel.isolation.value if travel.isolation else None,
        "straight_m": travel.line.distance_m if travel.line else None,
        "sea_m": travel.line.sea_m if travel.line else None,
        "crosses_sea": travel.crosses_sea,
        "by_land": _by_land(travel.by_land),
        "ties": list(travel.ties),
        "recorded": finding.recorded,
        "nearest": [_other(n, o, found, travel) for n, o in enumerate(finding.nearest, 1)],
        "turning": _turning(travel, finding, found.verdict.state, lang),
    }


def _by_land(other: OtherHospital | None) -> Page | None:
    if other is None:
        return None
    return {"id": other.id, "name": other.name, "travel_ms": other.travel_ms}


def _distance(found: DistanceEvidence) -> Page:
    missing = found.missing
    return {
        "threshold_m": found.threshold_m,
        "distance_m": found.distance_m,
        "margin_m": found.margin_m,
        "nearest": [
            {"rank": n, "id": o.id, "name": o.name, "distance_m": o.line.distance_m}
            for n, o in enumerate(found.others, 1)
        ],
        "ties": list(found.ties),
        "missing": missing
        and {"name": missing.name, "where": missing.where.value, "least_m": missing.least_m},
        "border_m": found.border_m,
        "border_unlisted": list(found.border_unlisted),
        "doubles": [d.id for d in found.doubles],
        "if_one": found.if_one.id if found.if_one else None,
    }


def _is_deciding(page: Page, verdict: Verdict) -> bool:
    return verdict.measured is not None and page["number"] == verdict.measured.number


def _unmeasured(missing: Unmeasured | None) -> Page | None:
    if missing is None:
        return None
    metres = None if missing.distance_m is None else round(missing.distance_m, 1)
    return {
        "name": missing.name,
        "where": missing.where.value,
        "least_ms": missing.least_ms,
        "distance_m": metres,
        "closed_by": list(missing.closed_by),
    }


def _nearer_road(road: DoorRoad | None) -> Page | None:
    if road is None:
        return None
    return {"kind": road.kind.value, "distance_m": round(road.distance_m, 1)}


def _other_way(back: OtherWay | None) -> Page | None:
    if back is None:
        return None
    return {"id": back.id, "name": back.name, "travel_ms": back.travel_ms}


def _turning(
    travel: TravelEvidence, finding: CriterionFinding, state: State, lang: Lang
) -> Page | None:
    turning, truth = travel.turning, finding.outcome.truth
    if turning is None:
        return None
    return {
        "factor": turning.factor,
        "shown": float(turning_factor(turning)),
        "faster": turning.faster,
        "exact": turning.exact,
        "truth": turning.truth and turning.truth.value,
        "state": turning.state.value,
        "turns_state": turning.state is not state,
        "text": turning_words(
            turning,
            finding.info.mark,
            truth,
            state,
            estimated=finding.outcome.travel is not None and finding.outcome.travel.estimated,
        ).render(lang),
    }


def _assumption(assumed: Assumed, found: FacilityExplanation, lang: Lang) -> Page:
    variant = assumed.variant
    outcome = next(f.outcome for f in found.findings if f.info.number == assumed.criterion)
    limit_ms = outcome.travel.threshold_ms if outcome.travel else None
    return {
        "key": variant.key,
        "name": variant.name,
        "list": variant.list_name or None,
        "label": variant.label.render(lang),
        "criterion": assumed.criterion,
        "asked": variant.asked,
        "tied": variant.tied,
        "nearest_id": variant.nearest_id,
        "nearest_name": variant.nearest_name,
        "travel_ms": variant.travel_ms,
        "travel_min": _minutes(variant.travel_ms, limit_ms or found.result.settings.threshold_ms),
        "distance_m": variant.distance_m,
        "truth": variant.truth.value,
        "turns_criterion": variant.changes,
        "state": variant.state and variant.state.value,
        "turns_state": assumed.turns_state,
    }


def _other(
    rank: int, other: OtherHospital, found: FacilityExplanation, travel: TravelEvidence
) -> Page:
    return {
        "rank": rank,
        "id": other.id,
        "name": other.name,
        "travel_ms": other.travel_ms,
        "travel_min": _minutes(other.travel_ms, travel.threshold_ms),
        **_route(ranked_route(found.verdict, other, rank, travel.threshold_ms), Lang.JA),
    }


def _route(row: RouteRow, lang: Lang) -> dict[str, Json]:
    return properties(chosen(ROUTE_COLUMNS, *EXPLAINED_ROUTE), row, lang)


def _spot(spot: Spot, lang: Lang) -> Page:
    return {
        "radius_m": spot.radius_m,
        "area_km2": round(spot.area_km2, 6),
        "circle_km2": round(spot.circle_km2, 6),
        "reason": spot.reason.render(lang),
        "reason_basis": spot.reason_basis.value,
        "service": spot.service and spot.service.render(lang),
        "councils": [d.isoformat() for d in spot.councils],
        "page": spot.page,
        "on_application": spot.on_application,
        "valid_from": spot.valid_from and spot.valid_from.isoformat(),
        "valid_to": spot.valid_to and spot.valid_to.isoformat(),
        "population": None if spot.population is None else round(spot.population, 1),
        "ledger": [{"step": e.step, "removed_km2": round(e.removed_km2, 6)} for e in spot.ledger],
    }


def _minutes(ms: int | None, threshold_ms: int | None) -> float | None:
    return None if ms is None else float(shown_minutes(ms, threshold_ms))


def ways_geojson(found: FacilityExplanation | UnitExplanation, lang: Lang = Lang.JA) -> str:
    """Return the ways to the nearest other hospitals, after RFC 7946.

    Parameters
    ----------
    found : FacilityExplanation or UnitExplanation
        From `spots.explaining.gathering`.
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

    Raises
    ------
    UsageError
        It is about a unit of ground, from which no way leads.
    """
    if isinstance(found, UnitExplanation):
        raise UsageError(_no_ways(found))
    columns = chosen(ROUTE_COLUMNS, *WAYS_GEOJSON)
    features = [
        Feature(
            f"{row.criterion.number if row.criterion else 0}-{row.rank}",
            properties(columns, row, lang),
            rfc.line(row.way.geometry),
        )
        for row in ranked_ways(found)
    ]
    return collection(found.result.settings.attributions, features)


def ranked_ways(found: FacilityExplanation) -> Iterator[RouteRow]:
    """Yield the ways to the nearest others, criterion by criterion, nearest first."""
    for finding in found.findings:
        if (travel := finding.travel) is not None:
            for rank, other in enumerate(finding.nearest, 1):
                yield ranked_route(found.verdict, other, rank, travel.threshold_ms, finding.info)


def _no_ways(found: UnitExplanation) -> Problem:
    return error(
        "no-ways-of-unit",
        Text(
            "区域には最も近い病院までの経路がありません",
            "a unit of ground has no ways to the nearest hospitals",
        ),
        Text(
            "医療機関を指定するか、--routes を外してください",
            "name a facility, or leave out --routes",
        ),
        value=found.unit.name,
    )
