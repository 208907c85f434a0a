"""Columns of a programme's list of institutions: which, where, of which class, and why.

No column is about a person: the list goes to students and councils.

Stands apart: ``docs/columns.md`` is made from it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from groundfloor.problems import Text
from spots.telling.columns import Column, ColumnKind, Filled, codes
from spots.telling.facility_columns import (
    MEDICAL_AREA,
    MUNICIPALITY,
    MUNICIPALITY_CODE,
    NAME,
    VALID_FROM,
    VALID_TO,
)
from spots.telling.programme_words import CERTAINTIES, class_words
from spots.telling.units import day
from spots.types.programmes import ProgrammeEntry

_TEXT, _CODE = ColumnKind.TEXT, ColumnKind.CODE
_INSTITUTION = Column(
    "institution",
    _CODE,
    Text("医療機関ID", "institution"),
    Text(
        "勤務の記録で使う呼び名。一覧のID、なければ名称",
        "what postings call it: the list's id, else its name",
    ),
    width=16,
)
_NAME = replace(NAME, about=Text("一覧での名称", "as the list writes it"))
_KIND = Column(
    "facility_kind",
    _TEXT,
    Text("種別", "kind"),
    Text("病院・診療所の別。一覧にあるとおり", "hospital or clinic, as the list has it"),
    width=10,
)
_COHORT = Column(
    "cohort",
    _CODE,
    Text("対象者区分", "cohort"),
    Text("どの対象者についてか", "graduates that it is about"),
    width=24,
)
_CLASS = Column(
    "class",
    _CODE,
    Text("区分", "class"),
    Text(
        "プログラムの区分。判定不能のときは、なりうる区分",
        "of the programme; where it is undetermined, what it may be",
    ),
    width=24,
)
_CERTAIN = Column(
    "class_truth",
    _TEXT,
    Text("確かさ", "certainty"),
    Text("区分が決まるか", "whether the class is certain"),
    codes=codes(CERTAINTIES),
    width=10,
)
_REASON = Column(
    "class_reason",
    _TEXT,
    Text("理由", "reason"),
    Text("その区分となる理由", "why it is of that class"),
    width=56,
)
_RULE = Column(
    "rule",
    _CODE,
    Text("規則", "rule"),
    Text("決めた規則のID。なければ空", "id of the rule that decided; empty where none did"),
    width=16,
)
_PLAN = Column(
    "plan",
    _TEXT,
    Text("計画", "plan"),
    Text("根拠となる設定の計画", "of the designation that decided"),
    width=14,
)
_FROM = replace(
    VALID_FROM,
    label=Text("期間の開始", "from"),
    about=Text("その区分の最初の日。空は限りなし", "first day of that class; empty for no limit"),
)
_TO = replace(
    VALID_TO,
    label=Text("期間の終了", "to"),
    about=Text("その区分の最後の日。空は限りなし", "last day of that class; empty for no limit"),
)


def _first(row: ProgrammeEntry) -> date | None:
    first = row.span.span.first
    return None if first == date.min else first


def _last(row: ProgrammeEntry) -> date | None:
    return row.span.span.last


PROGRAMME_COLUMNS: tuple[Filled[ProgrammeEntry], ...] = (
    Filled(_INSTITUTION, lambda r, _: r.institution.institution),
    Filled(_NAME, lambda r, _: r.institution.name),
    Filled(_KIND, lambda r, _: r.institution.facility_kind or None),
    Filled(MUNICIPALITY_CODE, lambda r, _: r.institution.municipality_code or None),
    Filled(MUNICIPALITY, lambda r, _: r.institution.municipality or None),
    Filled(MEDICAL_AREA, lambda r, _: r.institution.area or None),
    Filled(_COHORT, lambda r, _: r.cohort.id, lambda r, lang: r.cohort.title.render(lang)),
    Filled(_CLASS, lambda r, _: r.span.class_id, lambda r, lang: class_words(r).render(lang)),
    Filled(_CERTAIN, lambda r, _: r.span.truth.value),
    Filled(_REASON, lambda r, lang: r.span.reason.render(lang)),
    Filled(_RULE, lambda r, _: r.span.rule or None),
    Filled(_PLAN, lambda r, _: r.span.plan or None),
    Filled(_FROM, lambda r, _: _first(r), lambda r, lang: day(_first(r)).render(lang) or None),
    Filled(_TO, lambda r, _: _last(r), lambda r, lang: day(_last(r)).render(lang) or None),
)
#: Columns that a terminal has no room for.
NOT_ON_TERMINAL = frozenset(
    {
        *("institution", "facility_kind", "municipality_code", "medical_area", "class_truth"),
        *("plan", "valid_from", "valid_to", "rule"),
    }
)
