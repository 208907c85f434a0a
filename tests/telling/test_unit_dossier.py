"""Every fact of a unit is told: by its dossier, and by each artefact that renders it."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from groundfloor.problems import Lang, Text
from spots.map.payload import map_data
from spots.telling.unit_columns import UNIT_COLUMNS, clause_words, unit_rows
from spots.telling.unit_dossier import unit_dossiers
from spots.telling.unit_labels import CLAUSE_ROLE_LABELS, RESULT_KIND_LABELS, UNIT_KIND_LABELS
from spots.types import Clause, ClauseRole, ResultKind, Truth, Unit, UnitKind, UnitVerdict
from tests.helpers.unit_cases import ground_result

#: The fact that says each field. A new field names its fact here, or stands in `UNTOLD`.
TOLD_BY = {
    "UnitVerdict.result": "result",
    "UnitVerdict.state": "state",
    "UnitVerdict.reason": "reason",
    "UnitVerdict.clauses": "clause.1",
    "UnitVerdict.unit_km2": "unit_area",
    "UnitVerdict.area_km2": "area",
    "UnitVerdict.ledger": "cut.land",
    "UnitVerdict.service": "service",
    "UnitVerdict.councils": "councils",
    "UnitVerdict.page": "page",
    "UnitVerdict.on_application": "on_application",
    "UnitVerdict.valid_from": "period",
    "UnitVerdict.valid_to": "period",
    "UnitVerdict.population": "people",
    "Unit.kind": "unit",
    "Unit.municipality_codes": "municipality",
    "Unit.municipality": "municipality",
    "Unit.area_codes": "medical_area",
    "Unit.position": "position",
    "Unit.radius_m": "radius",
    "Unit.entry": "source",
    "Unit.problem": "problem",
}
UNTOLD = {
    "UnitVerdict.unit": "the facts of `Unit`",
    "UnitVerdict.geometry": "drawn, not said",
    "Unit.id": "what one asks by",
    "Unit.name": "heads every artefact",
    "Unit.code": "part of the id",
    "Unit.geometry": "drawn, not said",
    "Unit.layer": "part of the id; its row names the file",
}


def full():
    """Return a run whose listed point has every kind of fact."""
    result = ground_result()
    point = next(v for v in result.units if v.unit.kind is UnitKind.POINT)
    problem = Text("位置が疑わしい", "a doubtful place")
    verdict = replace(point, unit=replace(point.unit, problem=problem))
    return replace(result, units=(verdict,)), verdict


def test_every_field_of_a_unit_is_told():
    known = {f"{c.__name__}.{f.name}" for c in (UnitVerdict, Unit) for f in fields(c)}
    assert known == TOLD_BY.keys() | UNTOLD.keys()
    result, _ = full()
    (dossier,) = unit_dossiers(result)
    assert {key for key in TOLD_BY.values() if dossier.fact(key) is None} == set()


@pytest.mark.parametrize("lang", Lang)
def test_the_card_shows_every_fact(lang):
    result, _ = full()
    (dossier,) = unit_dossiers(result)
    (unit,) = map_data(result, lang, ()).units
    shown = {row.value for section in unit.card.sections for row in section.rows}
    shown |= {unit.card.badge, unit.card.lead, *unit.card.chips}
    for section in dossier.sections:
        for fact in section.facts:
            assert fact.words.render(lang) in shown, fact.key


def test_clauses_say_finding_reason_and_list():
    dossiers = {d.row.verdict.key: d for d in unit_dossiers(ground_result())}
    out = dossiers["spots/municipality:43100"].fact("clause.1")
    assert out.label.ja == "few（例外として除く）"
    assert out.words.ja == "該当：熊本市を除く。理由：他の医療機関への通院が容易なため"
    named = dossiers["spots/points:hirano"].fact("clause.1")
    assert named.words.en == "met: named in the list; Listed in: 平野, places.csv (row 4)"


def test_words_are_there_for_every_kind():
    assert set(UNIT_KIND_LABELS) == set(UnitKind)
    assert set(RESULT_KIND_LABELS) == set(ResultKind)
    assert set(CLAUSE_ROLE_LABELS) == set(ClauseRole)


def test_only_what_designates_says_so():
    rows = {r.verdict.key: r for r in unit_rows(ground_result())}
    assert rows["spots/facility:soyo"].state.ja == "設定（案）"
    assert rows["programme/facility:soyo"].state.ja == "該当"


def test_a_column_has_each_value_once():
    names = [c.name for c in UNIT_COLUMNS]
    assert len(names) == len(set(names))


def test_a_clause_is_called_by_its_title_and_gives_its_reason_only_where_it_holds():
    there = Clause("few", ClauseRole.TAKES_IN, Truth.MET, Text("当たる", "yes"), Text("理", "why"))
    titled = replace(there, title=Text("医師が少ない", "few physicians"))
    assert clause_words(there).ja == "few（含める）：該当（当たる）。理由：理"
    assert clause_words(titled).ja.startswith("医師が少ない（")
    assert "理由" not in clause_words(replace(titled, truth=Truth.NOT_MET)).ja
