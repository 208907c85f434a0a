"""The dossier of a facility: everything there is to say of it, as labelled facts.

Built once from a verdict and its run; the map's card, the report's pages, explanations and
comparisons render facts and word none themselves. A fact has a key that stays, its value as a
machine has it, and its words in both languages. What one more piece of evidence says is added
here, and every artefact that promises its section shows it.

`Dossier.sections` are, in order:

``state``
    ``state``, ``reason``, ``criteria`` (those met).
``criteria``
    ``criterion.N``: parts ``truth`` and ``finding``.
``travel.N``, ``nearest.N``, ``assumptions.N``
    Of each criterion that measured: see `spots.telling.dossier_travel`.
``distance.N``
    Of each criterion on straight distance: see `spots.telling.dossier_distance`.
``spot``
    ``spot_reason``, ``reason_basis``, ``service``, ``councils``, ``page``, ``on_application``,
    ``radius``, ``area``, ``circle``, ``cut.STEP``, ``people``, ``period``.
``facility``
    ``types``, ``decision`` (by hand), ``medical_area``, ``municipality``, ``address``,
    ``remark``, ``entry`` (what lists say for the plan), ``position``, ``position_problem``,
    ``same_place``, ``place_problem``, ``listed``.
``settings``
    ``setting.LABEL``: the settings that decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from boundaries.types import ClassBasis
from groundfloor.problems import Text
from groundfloor.stored_table import column_of
from spots.telling.dossier_distance import distance_sections
from spots.telling.dossier_facts import Fact, Known, Section, Tone, known_of
from spots.telling.dossier_travel import travel_sections
from spots.telling.findings import double_words
from spots.telling.labels import (
    ACCURACY_LABELS,
    AREA_CLASS_LABELS,
    CLASS_BASIS_LABELS,
    CUT_LABELS,
    NOT_GIVEN,
    ROLE_LABELS,
    STATE_LABELS,
    TRUTH_LABELS,
    TYPE_LABELS,
    criteria_marks,
)
from spots.telling.plan_facts import basis_facts, entry_facts, plan_facts
from spots.telling.position_words import lookup_words
from spots.telling.setting_words import deciding_settings, decision_words, people_basis
from spots.telling.units import (
    MINUS,
    SMALLEST_KM2,
    area,
    coordinates,
    day,
    people,
    period,
    physician_index,
    radius,
)
from spots.telling.wording import NONE, NOTHING, bracketed, joined, names, run_on, same, told_as
from spots.types import (
    Accuracy,
    Facility,
    ListedEntry,
    Outcome,
    PositionLookup,
    Role,
    RunResult,
    SourceRow,
    Spot,
    State,
    Truth,
    Verdict,
)

_TRUTH_TONES = {Truth.MET: Tone.MET, Truth.NOT_MET: Tone.NOT, Truth.UNDETERMINED: Tone.WARN}


@dataclass(frozen=True, slots=True)
class Dossier:
    """What there is to say of one facility.

    Parameters
    ----------
    verdict : Verdict
        The facility and what was found.
    spot : Spot or None
        Its spot.
    sections : tuple of Section
        The facts; sections without facts are left out.
    """

    verdict: Verdict
    spot: Spot | None
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section | None:
        """Return the section `key`; None where it would have nothing to say."""
        return next((s for s in self.sections if s.key == key), None)

    def of(self, kind: str) -> tuple[Section, ...]:
        """Return the sections of a kind, one for each criterion: ``travel`` is ``travel.3``."""
        return tuple(s for s in self.sections if s.kind == kind)

    def fact(self, key: str) -> Fact | None:
        """Return the first fact `key` of any section."""
        return next((f for s in self.sections for f in s.facts if f.key == key), None)


def dossiers_of(
    result: RunResult, verdicts: Iterable[Verdict] | None = None
) -> tuple[Dossier, ...]:
    """Return the dossiers of some facilities of a run, by default all, in the order given."""
    known = known_of(result)
    asked = result.verdicts if verdicts is None else verdicts
    return tuple(_dossier(verdict, known) for verdict in asked)


def dossier_of(verdict: Verdict, result: RunResult) -> Dossier:
    """Return the dossier of one facility of a run; for many, `dossiers_of` is quicker."""
    return _dossier(verdict, known_of(result))


def _dossier(verdict: Verdict, known: Known) -> Dossier:
    spot = known.spots.get(verdict.facility.id)
    sections = (
        Section("state", Text("判定", "The verdict"), tuple(_state(verdict, known))),
        Section(
            "criteria",
            Text("要件ごとの判定", "Criterion by criterion"),
            tuple(_criterion(o, known) for o in verdict.outcomes),
        ),
        *travel_sections(verdict, known),
        *distance_sections(verdict, known),
        Section(
            "spot",
            Text("スポットの区域", "The spot"),
            tuple(_spot(spot, verdict.facility.entry, known.result) if spot else ()),
        ),
        Section("facility", Text("施設", "The facility"), tuple(_facility(verdict, known))),
        Section(
            "settings",
            Text("判定を決めた設定", "Settings that decided"),
            tuple(
                Fact(f"setting.{label.en}", label, value)
                for label, value in deciding_settings(verdict, known.result)
            ),
        ),
    )
    return Dossier(verdict, spot, tuple(s for s in sections if s.facts))


def state_words(verdict: Verdict) -> Text:
    """Return the state in a word; of a facility that is only reached, that it is."""
    if verdict.facility.role is Role.DESTINATION:
        return ROLE_LABELS[Role.DESTINATION]
    return STATE_LABELS[verdict.state]


def _state(verdict: Verdict, known: Known) -> Iterator[Fact]:
    tone = Tone.WARN if verdict.state is State.UNDETERMINED else Tone.STRONG
    yield Fact("state", Text("状態", "State"), state_words(verdict), str(verdict.state), tone=tone)
    yield Fact("reason", Text("状態の理由", "Why"), verdict.state_reason)
    met = same(criteria_marks(known.result, verdict.criteria)) if verdict.criteria else NONE
    yield Fact("criteria", Text("該当要件", "Criteria met"), met, verdict.criteria)


def _criterion(outcome: Outcome, known: Known) -> Fact:
    info = known.criterion(outcome.number)
    truth = TRUTH_LABELS[outcome.truth] if outcome.given else NOT_GIVEN
    words = told_as(truth, outcome.text) if outcome.text.ja else truth
    return Fact(
        f"criterion.{outcome.number}",
        joined((same(info.mark), info.title), " ", " "),
        words,
        outcome.truth.value,
        tone=_TRUTH_TONES[outcome.truth],
        parts=(
            Fact("truth", Text("判定", "Verdict"), truth, outcome.truth.value),
            Fact("finding", Text("内容", "Finding"), outcome.text),
        ),
    )


def _spot(spot: Spot, listed: ListedEntry | None, result: RunResult) -> Iterator[Fact]:
    yield Fact("spot_reason", Text("設定理由", "Reason"), spot.reason)
    yield from basis_facts(spot, listed)
    yield from plan_facts(spot)
    yield Fact(
        "radius", Text("半径", "Radius"), same(radius(spot.radius_m)), spot.radius_m, unit="m"
    )
    cuts = [entry for entry in spot.ledger if entry.removed_km2 >= SMALLEST_KM2]
    uncut = NOTHING if cuts else bracketed(Text("切り取りなし", "nothing cut away"))
    size = run_on(same(area(spot.area_km2)), uncut)
    yield Fact("area", Text("面積", "Area"), size, spot.area_km2, unit="km2")
    if cuts:
        label, whole = Text("切り取り前の面積", "Before cutting"), same(area(spot.circle_km2))
        yield Fact("circle", label, whole, spot.circle_km2, unit="km2")
    for entry in cuts:
        what = CUT_LABELS.get(entry.step, same(entry.step))
        yield Fact(
            f"cut.{entry.step}",
            told_as(Text("切り取り", "Cut"), what),
            same(f"{MINUS}{area(entry.removed_km2)}"),
            entry.removed_km2,
            unit="km2",
        )
    if spot.population is not None:
        inside = run_on(people(spot.population), bracketed(people_basis(result)))
        label = Text("区域内の人口", "People inside")
        yield Fact("people", label, inside, spot.population, unit="people")
    when = period(spot.valid_from, spot.valid_to)
    if when.ja:
        ends = tuple(d.isoformat() if d else "" for d in (spot.valid_from, spot.valid_to))
        yield Fact("period", Text("設定期間", "Period"), when, ends)


def _decided(verdict: Verdict) -> Iterator[Fact]:
    """Yield the decision by hand, which is told also where it does not bear."""
    if verdict.decision is not None:
        label, told = Text("個別の決定", "Decision by hand"), decision_words(verdict.decision)
        yield Fact("decision", label, told, verdict.decision.include)


def _facility(verdict: Verdict, known: Known) -> Iterator[Fact]:
    facility = verdict.facility
    kinds = [kind for kind in TYPE_LABELS if kind in facility.types]
    told = (
        Fact(
            "types",
            Text("種別", "Types"),
            joined(TYPE_LABELS[kind] for kind in kinds),
            tuple(kind.value for kind in kinds),
        ),
        _said("kana", Text("読み", "Reading"), same(facility.kana)),
        Fact(
            "other_names",
            Text("一覧での別の名称", "Also listed as"),
            names(facility.other_names),
            facility.other_names,
        ),
        *_decided(verdict),
        *_where(verdict, known),
        _said("remark", Text("備考", "Remark"), same(facility.remark)),
        *entry_facts(facility.entry, known.spots.get(facility.id)),
        *_position(verdict),
        _said("same_place", Text("同じ場所の記録", "Records at its place"), _doubled(verdict)),
        _said(
            "place_problem",
            Text("所在地の確認", "Check the place"),
            verdict.place.problem or NOTHING,
        ),
        Fact(
            "listed",
            Text("記載の一覧", "Listed in"),
            joined(dict.fromkeys(_listed(row, known) for row in facility.rows)),
            tuple(f"{row.file}:{row.row}" for row in facility.rows),
        ),
    )
    yield from (fact for fact in told if fact.words.ja)


def _doubled(verdict: Verdict) -> Text:
    """Return the records at one address or some metres away that may be the facility itself."""
    return joined(
        Text(f"{d.name}（{double_words(d).ja}）", f"{d.name} ({double_words(d).en})")
        for d in verdict.facility.doubles
    )


def _where(verdict: Verdict, known: Known) -> Iterator[Fact]:
    place, address = verdict.place, verdict.facility.address
    area = medical_area(verdict, known.result)
    yield Fact("medical_area", Text("二次医療圏", "Medical area"), area, place.area_code)
    town = same(place.municipality or verdict.facility.municipality_name)
    yield Fact("municipality", Text("市町村", "Municipality"), town, place.municipality_code)
    yield Fact("address", Text("所在地", "Address"), same(address), address)


def _said(key: str, label: Text, words: Text) -> Fact:
    """Return what somebody, or a check, has to say of a facility."""
    return Fact(key, label, words, tone=Tone.WARN)


def _position(verdict: Verdict) -> Iterator[Fact]:
    """Yield where a facility is, by which source, and what to check about that."""
    facility = verdict.facility
    yield _coordinates(facility)
    yield _position_source(facility.looked_up)
    yield _said(
        "position_problem",
        Text("位置の確認", "Check the position"),
        (facility.position and facility.position_problem) or NOTHING,
    )


def _coordinates(facility: Facility) -> Fact:
    label, position = Text("位置", "Position"), facility.position
    if position is None:
        unknown = facility.position_problem or Text("位置が分かりません", "unknown")
        return Fact("position", label, unknown, tone=Tone.WARN)
    rough = position.accuracy is not Accuracy.POINT
    words = run_on(
        same(coordinates(position.lat, position.lon)),
        bracketed(ACCURACY_LABELS[position.accuracy]) if rough else NOTHING,
    )
    tone = Tone.WARN if rough else Tone.PLAIN
    return Fact("position", label, words, (position.lat, position.lon), unit="degree", tone=tone)


def _position_source(said: PositionLookup | None) -> Fact:
    """Return by which source a position is, or why by none; only where any was asked."""
    label = Text("位置の出典", "Position from")
    if said is None:
        return Fact("position_source", label, NOTHING)
    tone = Tone.WARN if said.why is not None or said.own else Tone.PLAIN
    return Fact("position_source", label, lookup_words(said), tone=tone)


def medical_area(verdict: Verdict, result: RunResult) -> Text:
    """Return a facility's medical area with its class and index; empty when unknown."""
    place = verdict.place
    if not place.area:
        return NOTHING
    return run_on(same(place.area), bracketed(area_class(place.area_code, verdict, result)))


def area_class(code: str | None, verdict: Verdict, result: RunResult) -> Text:
    """Return the class of a facility's medical area, and the index that says so."""
    label, figure = AREA_CLASS_LABELS[verdict.place.area_class], index_of(code, result)
    basis = verdict.place.class_basis
    told = [label]
    if figure is not None:
        shown = physician_index(figure)
        told.append(Text(f"医師偏在指標 {shown}", f"physician index {shown}"))
    if basis is not None and basis is not ClassBasis.CUT_OFF:
        told.append(CLASS_BASIS_LABELS[basis])
    return joined(told)


def index_of(code: str | None, result: RunResult) -> float | None:
    """Return the physician index of a medical area of the run; None when there is none."""
    value = column_of(result, "areas", "index").get(code or "")
    return None if value is None else float(value)


def _listed(row: SourceRow, known: Known) -> Text:
    layer = known.layers.get(row.layer)
    where = bracketed(Text(f"{row.file} {row.row}行目", f"{row.file}, row {row.row}"))
    return run_on(joined((same(row.layer), day(layer.as_of if layer else None)), " ", " "), where)
