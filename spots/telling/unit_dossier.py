"""The dossier of a unit of ground: everything there is to say of it in one result.

As `spots.telling.dossier` is for facilities: built once, rendered by the map's card, the report and
explanations, which word nothing themselves. `UnitDossier.sections` are, in order:

``state``
    ``result``, ``state``, ``reason``.
``clauses``
    ``clause.N``: parts ``truth``, ``finding``, ``reason``, ``service``, ``listed`` and ``removed``.
``ground``
    ``radius``, ``area``, ``unit_area``, ``cut.STEP``, ``people``, ``period``.
``plan``
    ``service``, ``councils``, ``page``, ``on_application``.
``unit``
    ``unit``, ``municipality``, ``medical_area``, ``position``, ``problem``, ``source``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from boundaries.types import AreaClass
from groundfloor.problems import Text
from groundfloor.stored_table import column_of
from spots.telling.dossier import index_of
from spots.telling.dossier_facts import Fact, Section, Tone
from spots.telling.labels import AREA_CLASS_LABELS, STEP_LABELS, TRUTH_LABELS
from spots.telling.plan_facts import listed_at, plan_facts
from spots.telling.setting_words import people_basis
from spots.telling.unit_columns import UnitRow, clause_head, unit_rows
from spots.telling.unit_labels import RESULT_KIND_LABELS, UNIT_KIND_LABELS
from spots.telling.units import (
    MINUS,
    SMALLEST_KM2,
    area,
    coordinates,
    people,
    period,
    physician_index,
    radius,
)
from spots.telling.wording import bracketed, joined, run_on, same, told_as
from spots.types import Clause, RunResult, State, Truth, UnitKind

_TONES = {Truth.MET: Tone.MET, Truth.NOT_MET: Tone.NOT, Truth.UNDETERMINED: Tone.WARN}
_REASON = Text("理由", "Reason")


@dataclass(frozen=True, slots=True)
class UnitDossier:
    """What there is to say of one unit in one result.

    Parameters
    ----------
    row : UnitRow
        The unit, its verdict and its result.
    sections : tuple of Section
        The facts; sections without facts are left out.
    """

    row: UnitRow
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section | None:
        """Return the section `key`; None where it would have nothing to say."""
        return next((s for s in self.sections if s.key == key), None)

    def fact(self, key: str) -> Fact | None:
        """Return the first fact `key` of any section."""
        return next((f for s in self.sections for f in s.facts if f.key == key), None)


def unit_dossiers(
    result: RunResult, rows: Iterable[UnitRow] | None = None
) -> tuple[UnitDossier, ...]:
    """Return the dossiers of some units of a run, by default all, in the order given."""
    asked = unit_rows(result) if rows is None else rows
    return tuple(_dossier(row, result) for row in asked)


def _dossier(row: UnitRow, result: RunResult) -> UnitDossier:
    sections = (
        Section("state", Text("判定", "The verdict"), tuple(_state(row))),
        Section(
            "clauses",
            Text("選定ごとの判定", "Clause by clause"),
            tuple(_clause(number, c) for number, c in enumerate(row.verdict.clauses, 1)),
        ),
        Section("ground", Text("設定する範囲", "The ground"), tuple(_ground(row, result))),
        Section("plan", Text("計画への記載", "For the plan"), tuple(plan_facts(row.verdict))),
        Section("unit", Text("区域", "The unit"), tuple(_unit(row, result))),
    )
    return UnitDossier(row, tuple(s for s in sections if s.facts))


def _state(row: UnitRow) -> Iterator[Fact]:
    verdict, kind = row.verdict, RESULT_KIND_LABELS[row.ground.kind]
    title = row.ground.title
    told = title if title.ja == kind.ja else run_on(title, bracketed(kind))
    yield Fact("result", Text("結果", "Result"), told, verdict.result)
    tone = Tone.WARN if verdict.state is State.UNDETERMINED else Tone.STRONG
    yield Fact("state", Text("状態", "State"), row.state, str(verdict.state), tone=tone)
    if verdict.reason.ja:
        yield Fact("reason", _REASON, verdict.reason)


def _clause(number: int, clause: Clause) -> Fact:
    truth = TRUTH_LABELS[clause.truth]
    parts = [
        Fact("truth", Text("判定", "Verdict"), truth, clause.truth.value),
        Fact("finding", Text("内容", "Finding"), clause.text),
    ]
    if clause.reason and clause.reason.ja and clause.truth is Truth.MET:
        parts.append(Fact("reason", _REASON, clause.reason))
    if clause.service is not None:
        parts.append(Fact("service", Text("確保する医療", "Service"), clause.service))
    if clause.entry is not None:
        parts.append(Fact("listed", Text("記載の一覧", "Listed in"), listed_at(clause.entry)))
    if clause.removed_km2 >= SMALLEST_KM2:
        gone = same(f"{MINUS}{area(clause.removed_km2)}")
        label = Text("除いた面積", "Taken away")
        parts.append(Fact("removed", label, gone, clause.removed_km2, unit="km2"))
    said = [p.words if p.key == "finding" else told_as(p.label, p.words) for p in parts[1:]]
    return Fact(
        f"clause.{number}",
        clause_head(clause),
        told_as(truth, joined(said, "。", "; ")),
        clause.truth.value,
        tone=_TONES[clause.truth],
        parts=tuple(parts),
    )


def _ground(row: UnitRow, result: RunResult) -> Iterator[Fact]:
    verdict, unit = row.verdict, row.verdict.unit
    if unit.radius_m is not None:
        yield Fact(
            "radius", Text("半径", "Radius"), same(radius(unit.radius_m)), unit.radius_m, unit="m"
        )
    taken = verdict.state is State.DESIGNATED
    if taken and unit.geometry is not None:
        size = same(area(verdict.area_km2))
        yield Fact("area", Text("面積", "Area"), size, verdict.area_km2, unit="km2")
    cuts = [entry for entry in verdict.ledger if entry.removed_km2 >= SMALLEST_KM2]
    if unit.geometry is not None and (cuts or not taken):
        label, whole = Text("区域全体の面積", "The whole unit"), same(area(verdict.unit_km2))
        yield Fact("unit_area", label, whole, verdict.unit_km2, unit="km2")
    for entry in cuts:
        what = told_as(Text("切り取り", "Cut"), STEP_LABELS.get(entry.step, same(entry.step)))
        gone = same(f"{MINUS}{area(entry.removed_km2)}")
        yield Fact(f"cut.{entry.step}", what, gone, entry.removed_km2, unit="km2")
    if verdict.population is not None:
        inside = run_on(people(verdict.population), bracketed(people_basis(result)))
        label = Text("区域内の人口", "People inside")
        yield Fact("people", label, inside, verdict.population, unit="people")
    when = period(verdict.valid_from, verdict.valid_to)
    if taken and when.ja:
        ends = tuple(d.isoformat() if d else "" for d in (verdict.valid_from, verdict.valid_to))
        yield Fact("period", Text("設定期間", "Period"), when, ends)


def _unit(row: UnitRow, result: RunResult) -> Iterator[Fact]:
    unit = row.verdict.unit
    yield Fact("unit", Text("単位", "Unit"), UNIT_KIND_LABELS[unit.kind], unit.kind.value)
    if unit.municipality and unit.kind is not UnitKind.MUNICIPALITY:
        label, town = Text("市町村", "Municipality"), same(unit.municipality)
        yield Fact("municipality", label, town, unit.municipality_codes)
    if unit.area_codes and unit.kind is not UnitKind.PREFECTURE:
        pairs = zip(unit.area_codes, row.areas, strict=True)
        areas = joined(_medical_area(code, name, result) for code, name in pairs)
        yield Fact("medical_area", Text("二次医療圏", "Medical area"), areas, unit.area_codes)
    if unit.position is not None:
        where = unit.position
        words = same(coordinates(where.lat, where.lon))
        label = Text("位置", "Position")
        yield Fact("position", label, words, (where.lat, where.lon), unit="degree")
    if unit.problem is not None:
        label = Text("判定できない理由", "Cannot be judged")
        yield Fact("problem", label, unit.problem, tone=Tone.WARN)
    if unit.entry is not None and unit.entry.file:
        yield Fact("source", Text("記載の一覧", "Listed in"), listed_at(unit.entry))


def _medical_area(code: str, name: str, result: RunResult) -> Text:
    """Return a medical area with its class and index."""
    kind = column_of(result, "areas", "area_class").get(code)
    if kind is None:
        return same(name)
    told = [AREA_CLASS_LABELS[AreaClass(kind)]]
    figure = index_of(code, result)
    if figure is not None:
        shown = physician_index(figure)
        told.append(Text(f"医師偏在指標 {shown}", f"physician index {shown}"))
    return run_on(same(name), bracketed(joined(told)))
