"""Every fact of a dossier appears in each artefact that promises its section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, replace
from datetime import date
from typing import Any

import pytest

from boundaries.types import ClassBasis, CutEntry
from groundfloor.problems import Lang, Text
from networks.types import NearerKind, Route, RouteShare
from spots.explaining import explain, explanation_json, explanation_text
from spots.map.card import SHOWN, card_of
from spots.report.document import document_of
from spots.report.report_data import Document, RoutePage
from spots.telling.dossier import Dossier, dossier_of, dossiers_of
from spots.telling.dossier_facts import Fact, Tone
from spots.types import (
    Accuracy,
    Border,
    Decision,
    DoorRoad,
    Double,
    Facility,
    FacilityType,
    Isolation,
    ListedEntry,
    OtherHospital,
    OtherWay,
    Place,
    PositionLookup,
    PositionMatch,
    PositionRecord,
    ReasonBasis,
    Role,
    RunResult,
    Spot,
    State,
    TravelDirection,
    TravelEvidence,
    Truth,
    TurningSpeed,
    Unmeasured,
    Variant,
    Verdict,
    Whereabouts,
)
from tests.helpers.fabricated import fabricated_result

#: Parts of a way that the report's page has no room for: of ferries it has the names.
NO_ROOM = frozenset({"classes", "ferries"})
#: The fact that says each field of what a run found. A new field names its fact here, and `_full`
#: gives it a value; or it stands in `UNTOLD` with the reason.
TOLD_BY: Mapping[type[Any], Mapping[str, str]] = {
    TravelEvidence: {
        "snap_m": "snap",
        "alternative_snap_m": "alternative_snap",
        "border_ms": "border",
        "nearer_road": "nearer_road",
        "border": "border",
        "border_unlisted": "border",
        "direction": "time",
        "nearest_id": "nearest",
        "nearest_name": "nearest",
        "reachable": "nearest",
        "travel_ms": "time",
        "threshold_ms": "threshold",
        "margin_ms": "margin",
        "ties": "ties",
        "tie_count": "ties",
        "variants": "turned_by",
        "others": "way.2",
        "route": "way.1",
        "turning": "speeds",
        "unmeasured": "unmeasured",
        "other_way": "other_way",
        "isolation": "isolation",
        "doubles": "doubles",
        "if_one": "if_one",
    },
    Route: {
        "travel_ms": "way.1",
        "access_ms": "access",
        "road_ms": "driving",
        "wait_ms": "wait",
        "egress_ms": "egress",
        "delay_ms": "delays",
        "length_m": "distance",
        "toll_m": "tolls",
        "shares": "classes",
        "ferries": "ferries",
        "road_names": "roads",
    },
    Facility: {
        "types": "types",
        "address": "address",
        "position": "position",
        "remark": "remark",
        "kana": "kana",
        "position_problem": "position_problem",
        "rows": "listed",
        "doubles": "same_place",
        "other_names": "other_names",
        "entry": "entry",
        "looked_up": "position_source",
    },
    Place: {
        "municipality_code": "municipality",
        "municipality": "municipality",
        "area_code": "medical_area",
        "area": "medical_area",
        "area_class": "medical_area",
        "class_basis": "medical_area",
        "problem": "place_problem",
    },
    Spot: {
        "radius_m": "radius",
        "area_km2": "area",
        "population": "people",
        "reason": "spot_reason",
        "valid_from": "period",
        "valid_to": "period",
        "circle_km2": "circle",
        "ledger": "cut.land",
        "service": "service",
        "councils": "councils",
        "page": "page",
        "on_application": "on_application",
        "reason_basis": "reason_basis",
    },
}
_ESTIMATE = "of an estimate without roads alone: tests/telling/test_straight_dossier.py"
UNTOLD = {
    "TravelEvidence.basis": _ESTIMATE,
    "TravelEvidence.line": _ESTIMATE,
    "TravelEvidence.crosses_sea": _ESTIMATE,
    "TravelEvidence.by_land": _ESTIMATE,
    "TravelEvidence.detached": "only where there is no nearest other, which says it then",
    "Route.from_id": "the facility itself",
    "Route.to_id": "the way has the name",
    "Route.geometry": "drawn, not said",
    "Facility.id": "what one asks by; every artefact heads with the name",
    "Facility.name": "heads every artefact",
    "Facility.role": "only candidates have a dossier of their own",
    "Facility.prefecture_code": "as the list says it; the place is what was found",
    "Facility.municipality_code": "as the list says it; the place is what was found",
    "Facility.municipality_name": "only where no place was found, in whose stead it is told",
    "Facility.site": "a key that joins records, not words",
    "Facility.site_stated": "how the key was found",
    "Facility.apart": "a decision of the run file, which says it",
    "Place.prefecture_code": "the municipality's code begins with it",
    "Spot.facility_id": "the facility's",
    "Spot.name": "the facility's",
    "Spot.criteria": "the verdict's",
    "Spot.place": "the verdict's",
    "Spot.geometry": "drawn, not said",
    "Spot.circle": "drawn, not said",
}


DOUBLE = Double("old", "旧称病院", 32.4, same_address=True)


def told_in_full() -> RunResult:
    """Return a run whose first measured facility has every kind of evidence."""
    result = fabricated_result()
    verdict = next(v for v in result.verdicts if v.travel and v.travel.route)
    verdicts = tuple(_full(v) if v is verdict else v for v in result.verdicts)
    spots = tuple(map(_cut, result.spots))
    return replace(result, verdicts=verdicts, spots=spots)


def _cut(spot: Spot) -> Spot:
    """Return a spot with people and a piece cut away."""
    left = spot.circle_km2 - 3.25
    ledger = (CutEntry("land", 3.25, left),)
    return replace(
        spot,
        population=1234.6,
        area_km2=left,
        ledger=ledger,
        reason=Text("無医地区を巡回するため", "to visit districts without a doctor"),
        reason_basis=ReasonBasis.HAND,
        service=Text("巡回診療", "visits"),
        councils=(date(2027, 1, 20), date(2027, 2, 3)),
        page="45",
        on_application=True,
    )


def _full(verdict: Verdict) -> Verdict:
    travel = verdict.travel
    assert travel is not None
    assert travel.route is not None
    assert travel.travel_ms is not None
    assert verdict.facility.position is not None
    route = replace(
        travel.route,
        ferries=("鬼池口之津フェリー",),
        shares=(*travel.route.shares, RouteShare("ferry", 900.0, 61_000)),
        wait_ms=62_000,
        delay_ms=63_000,
        toll_m=4_200.0,
        access_ms=64_000,
        egress_ms=65_000,
    )
    others = tuple(
        OtherHospital(f"h{n}", f"第{n}病院", travel.travel_ms + n * 1_000, route) for n in (1, 2)
    )
    first = OtherHospital(travel.nearest_id or "", travel.nearest_name or "", 0, route)
    assumed = (
        Variant(
            "tolls",
            Text("有料道路なし", "no tolls"),
            "h1",
            "第1病院",
            66_000,
            Truth.NOT_MET,
            True,
            State.NOT_MET,
        ),
        Variant(
            "ferries",
            Text("フェリーあり", "ferries"),
            "h2",
            "第2病院",
            67_000,
            Truth.MET,
            False,
            verdict.state,
        ),
        Variant(
            "list",
            Text("別の一覧", "a list"),
            None,
            None,
            None,
            Truth.NOT_MET,
            True,
            None,
            "flag",
            False,
        ),
    )
    evidence = replace(
        travel,
        route=route,
        others=(replace(first, travel_ms=travel.travel_ms), *others),
        variants=assumed,
        ties=("同着病院",),
        tie_count=3,
        border_ms=738_000,
        border=Border.PREFECTURE,
        border_unlisted=("大分県", "宮崎県"),
        alternative_snap_m=95.0,
        nearer_road=DoorRoad(NearerKind.CLOSED_WAY, 3.0),
        turning=TurningSpeed(1.0367, False, State.NOT_MET, Truth.NOT_MET),
        unmeasured=Unmeasured("載らない病院", Whereabouts.MUNICIPALITY, 337_000, 9369.5),
        other_way=OtherWay("back", "逆向きの病院", 484_000),
        isolation=Isolation.APART,
        direction=TravelDirection.TO_CANDIDATE,
        doubles=(replace(DOUBLE, travel_ms=15_000),),
        if_one=others[1],
    )
    facility = replace(
        verdict.facility,
        position=replace(verdict.facility.position, accuracy=Accuracy.TOWN),
        position_problem=Text("位置を確かめてください", "check the position"),
        remark="要確認",
        kana="ソヨウビョウイン",
        doubles=(DOUBLE,),
        other_names=("旧そよう病院",),
        entry=ListedEntry("そよう病院", reason="一覧の理由", file="base.csv", row=7),
        looked_up=PositionLookup(
            PositionMatch.OWNER,
            PositionRecord("山都町立そよう病院", "山都町滝上476-2", "p04.csv", 12, None),
            "P04",
        ),
    )
    place = replace(
        verdict.place,
        problem=Text("住所と合いません", "not at its address"),
        class_basis=ClassBasis.STATED,
    )
    outcomes = tuple(replace(o, travel=evidence) if o.travel else o for o in verdict.outcomes)
    decision = Decision(True, Text("協議会の決定", "council"), ("moot",), applied=False)
    return replace(verdict, facility=facility, place=place, outcomes=outcomes, decision=decision)


def full(result: RunResult) -> Dossier:
    return next(d for d in dossiers_of(result) if d.fact("border"))


def flat(facts: tuple[Fact, ...]) -> Iterator[Fact]:
    """Yield facts as artefacts show them: those that are made of parts by their parts."""
    for fact in facts:
        yield from fact.parts or (fact,)


def squeezed(text: str) -> str:
    return "".join(text.split()).casefold()  # a sentence may begin with a capital


def missing(facts: Iterator[Fact], artefact: str, lang: Lang) -> list[str]:
    shown = squeezed(artefact)
    return [f.key for f in facts if squeezed(f.words.render(lang)) not in shown]


def everything(page: object) -> str:
    if isinstance(page, dict):
        return "\n".join(map(everything, page.values()))
    if isinstance(page, list | tuple):
        return "\n".join(map(everything, page))
    return str(page)


def facts_of(dossier: Dossier) -> dict[str, list[Fact]]:
    """Return all facts and their parts by key."""
    found: dict[str, list[Fact]] = {}
    for fact in (f for s in dossier.sections for f in s.facts):
        for each in (fact, *fact.parts):
            found.setdefault(each.key, []).append(each)
    return found


def default_of(field: Field[Any]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


@pytest.mark.parametrize("kind", TOLD_BY, ids=lambda kind: kind.__name__)
def test_every_field_is_told_or_says_why_not(kind: type[Any]):
    untold = {name.partition(".")[2] for name in UNTOLD if name.startswith(f"{kind.__name__}.")}
    names = {field.name for field in fields(kind)}
    assert names - TOLD_BY[kind].keys() == untold
    assert names - untold == TOLD_BY[kind].keys()
    assert set(TOLD_BY[kind].values()) <= facts_of(full(told_in_full())).keys()


@pytest.mark.parametrize("kind", TOLD_BY, ids=lambda kind: kind.__name__)
def test_the_run_of_this_test_fills_every_field(kind: type[Any]):
    dossier = full(told_in_full())
    verdict, travel = dossier.verdict, dossier.verdict.travel
    assert travel is not None
    told = (travel, travel.route, verdict.facility, verdict.place, dossier.spot)
    one = next(each for each in told if type(each) is kind)
    named = [f for f in fields(kind) if f.name in TOLD_BY[kind]]
    empty = [f.name for f in named if getattr(one, f.name) in (None, "", (), 0, default_of(f))]
    assert empty == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [f.name for f in fields(TravelEvidence) if f.default != MISSING])
def test_what_evidence_gains_changes_its_fact(name: str):
    if f"TravelEvidence.{name}" in UNTOLD:
        return
    result = told_in_full()
    before = full(result)
    key = TOLD_BY[TravelEvidence][name]
    travel = before.verdict.travel
    assert travel is not None
    default = default_of(next(f for f in fields(TravelEvidence) if f.name == name))
    less = replace(travel, **{name: default})
    outcomes = tuple(replace(o, travel=less) if o.travel else o for o in before.verdict.outcomes)
    verdict = replace(before.verdict, outcomes=outcomes)
    verdicts = tuple(verdict if v is before.verdict else v for v in result.verdicts)
    after = dossier_of(verdict, replace(result, verdicts=verdicts))
    assert facts_of(before)[key] != facts_of(after).get(key)


def test_the_run_of_this_test_has_every_fact():
    keys = facts_of(full(told_in_full())).keys()
    documented = {
        *("state", "reason", "decision", "criteria", "time", "threshold", "margin", "nearest"),
        *(
            "speeds",
            "ties",
            "border",
            "unmeasured",
            "other_way",
            "isolation",
            "snap",
            "alternative_snap",
            "nearer_road",
            "way.1",
            "way.2",
            "way.3",
            "name",
        ),
        *("distance", "roads", "classes", "tolls", "ferries", "access", "driving", "delays"),
        *("crossing", "wait", "egress", "as_the_policy", "assumption.tolls", "turned_by"),
        *("assumption.list:flag", "spot_reason", "radius", "area", "people", "period", "types"),
        *("medical_area", "municipality", "address", "remark", "position", "position_problem"),
        *("place_problem", "listed", "truth", "finding", "criterion.1", "criterion.2"),
        *("criterion.3", "assumption.ferries", "circle", "cut.land", "doubles", "if_one"),
        *("same_place", "reason_basis", "service", "councils", "page", "on_application", "entry"),
        *("other_names", "position_source", "kana"),
    }
    assert keys == documented


@pytest.mark.parametrize("lang", list(Lang))
def test_explanations_say_all_of_it(lang: Lang):
    result = told_in_full()
    dossier = full(result)
    found = explain(result, dossier.verdict.facility.id)
    facts = [f for s in dossier.sections for f in flat(s.facts)]
    assert missing(iter(facts), explanation_text(found, lang), lang) == []
    assert missing(iter(facts), everything(explanation_json(found, lang)), lang) == []


@pytest.mark.parametrize("lang", list(Lang))
def test_the_map_says_what_it_promises(lang: Lang):
    dossier = full(told_in_full())
    card = card_of(dossier, lang)
    said = "\n".join(
        [card.title, card.badge, card.lead, *card.chips]
        + [f"{r.label} {r.value}" for s in card.sections for r in s.rows]
        + [f"{w.name} {w.detail} {w.label}" for s in card.sections for w in s.ways]
    )
    facts: list[Fact] = []
    for section in dossier.sections:
        if section.kind not in {*SHOWN, "state"}:
            continue
        for fact in section.facts:
            if section.kind == "nearest" and fact.key != "way.1":
                facts.append(replace(fact, parts=()))  # name, time and length, and the line
            elif section.kind == "assumptions":
                held = fact.key.startswith("assumption.") and fact.tone is not Tone.WARN
                facts.append(Fact(fact.key, fact.label, fact.label if held else fact.words))
            else:
                facts += flat((fact,))
    unsaid = {"as_the_policy", "criteria"}  # the lines above; the chips name the criteria
    assert set(missing(iter(facts), said, lang)) <= unsaid


def page_of(document: Document, name: str) -> RoutePage:
    return next(page for page in document.pages if page.title == name)


@pytest.mark.parametrize("lang", list(Lang))
def test_the_report_says_what_it_promises(lang: Lang):
    result = told_in_full()
    dossier = full(result)
    document = document_of(result, lang)
    page = page_of(document, dossier.verdict.facility.name)
    cells = [table.rows for table in (page.nearest, page.variants) if table]
    said = "\n".join(
        [page.state, page.verdict, page.turning]
        + [f"{p.label} {p.value}" for p in page.facts]
        + [cell.text for rows in cells for row in rows for cell in row]
    )
    promised = [
        fact
        for kind in ("state", "travel", "nearest", "assumptions")
        for section in dossier.of(kind)
        for fact in flat(section.facts)
        if fact.key not in {*NO_ROOM, "criteria"}
    ]
    assert missing(iter(promised), said, lang) == []
    reason = next(r for r in document.reasons if r.name == dossier.verdict.facility.name)
    told = "\n".join(
        [reason.reason, reason.place, reason.marks]
        + [f"{p.label} {p.value}" for p in (*reason.facts, *reason.findings)]
    )
    spot = dossier.section("spot")
    assert spot is not None
    assert missing(iter(spot.facts), told, lang) == []


def test_a_label_follows_the_type_that_the_criterion_asks_for():
    result = fabricated_result()
    other = FacilityType.BASE_HOSPITAL

    def of_type(verdict: Verdict) -> Verdict:
        if verdict.travel is None:
            return verdict
        return replace(verdict, facility=replace(verdict.facility, types=frozenset({other})))

    changed = replace(result, verdicts=tuple(map(of_type, result.verdicts)))
    found = next(d for d in dossiers_of(changed) if d.fact("nearest"))
    nearest = found.fact("nearest")
    assert nearest is not None
    assert nearest.label.ja == "最も近い他のへき地医療拠点病院"


def test_one_dossier_is_that_of_all():
    result = fabricated_result()
    assert dossiers_of(result) == tuple(dossier_of(v, result) for v in result.verdicts)
    for dossier in dossiers_of(result):
        for section in dossier.sections:
            assert section.facts
            assert all(fact.words.ja and fact.words.en for fact in section.facts)
        if dossier.verdict.facility.role is Role.DESTINATION:
            assert dossier.fact("state").words.ja == "到達先のみ"


def test_a_class_and_its_ramps_are_one():
    result = fabricated_result()
    verdict = next(v for v in result.verdicts if v.travel and v.travel.route)
    assert verdict.travel is not None
    assert verdict.travel.route is not None
    lengths = {"trunk": 2000.0, "tertiary": 1600.0, "tertiary_link": 1400.0}
    shares = tuple(RouteShare(road_class, m, 1) for road_class, m in lengths.items())
    route = replace(verdict.travel.route, shares=shares)
    outcomes = tuple(
        o if o.travel is None else replace(o, travel=replace(o.travel, route=route))
        for o in verdict.outcomes
    )
    dossier = dossier_of(replace(verdict, outcomes=outcomes), result)
    ways = [f for section in dossier.sections for f in flat(section.facts)]
    classes = next(f for f in ways if f.key == "classes")
    assert classes.words == Text(
        "市町村道等 3.0 km、国道 2.0 km", "tertiary road 3.0 km, national road 2.0 km"
    )
