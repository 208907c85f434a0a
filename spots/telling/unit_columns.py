"""Columns of judged units of ground, and of what each result of a policy designates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from groundfloor.problems import Lang, Text
from groundfloor.stored_table import column_of
from spots.telling.columns import (
    Code,
    Column,
    ColumnKind,
    Filled,
    Json,
    SheetGroup,
    Value,
    chosen,
    codes,
    list_text,
)
from spots.telling.facility_columns import (
    AREA_KM2,
    CRITERIA,
    FACILITY_ID,
    MEDICAL_AREA,
    MEDICAL_AREA_CODE,
    MUNICIPALITY,
    MUNICIPALITY_CODE,
    POPULATION,
    RUNNING_NUMBER,
    STATE,
    VALID_FROM,
    VALID_TO,
)
from spots.telling.ground_columns import LEDGER, PIECE, RADIUS_M, cut_record
from spots.telling.labels import TRUTH_LABELS, listed, removed
from spots.telling.plan_columns import REASON, plan_columns
from spots.telling.unit_labels import (
    CLAUSE_ROLE_LABELS,
    RESULT_KIND_LABELS,
    UNIT_KIND_LABELS,
    unit_state,
)
from spots.telling.wording import bracketed, joined, run_on, same, told_as
from spots.types import Clause, GroundResult, RunResult, Truth, UnitKind, UnitVerdict

_TEXT, _CODE, _LIST = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.LIST
_NUMBER = ColumnKind.NUMBER
_KM2_DECIMALS = 6  # a square metre


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in one result, as the tables need it.

    Parameters
    ----------
    number : int
        Its place in the run, from 1.
    verdict : UnitVerdict
        What was found of it.
    ground : GroundResult
        The result that it was judged for.
    areas : tuple of str
        Names of its medical areas; the code of one that has no name.
    """

    number: int
    verdict: UnitVerdict
    ground: GroundResult
    areas: tuple[str, ...]

    @property
    def state(self) -> Text:
        """Its state in a word, as its kind of result has it."""
        return unit_state(self.ground.kind, self.verdict.state)


def unit_rows(result: RunResult) -> tuple[UnitRow, ...]:
    """Return every judged unit once for each result, in the run's order."""
    grounds = {ground.id: ground for ground in result.grounds}
    names: Mapping[str, str] = column_of(result, "areas", "name")
    return tuple(
        UnitRow(number, v, grounds[v.result], tuple(names.get(c, c) for c in v.unit.area_codes))
        for number, v in enumerate(result.units, 1)
    )


def clause_title(clause: Clause) -> Text:
    """Return what readers know a selection as; an older run recorded its id alone."""
    return clause.title or same(clause.select)


def clause_head(clause: Clause) -> Text:
    """Return which selection a clause is of, and what it does in the result."""
    return run_on(clause_title(clause), bracketed(CLAUSE_ROLE_LABELS[clause.role]))


def clause_words(clause: Clause) -> Text:
    """Return what a clause found, with the reason of one that holds, in one line."""
    head = clause_head(clause)
    found = run_on(TRUTH_LABELS[clause.truth], bracketed(clause.text))
    reason = clause.reason if clause.truth is Truth.MET else None
    why = told_as(Text("理由", "reason"), reason) if reason and reason.ja else None
    return told_as(head, joined((found, *((why,) if why else ())), "。", "; "))


# --- columns

RESULT = Column(
    "result",
    _CODE,
    Text("結果ID", "result"),
    Text("設定基準での結果のID", "id of the result in the policy"),
)
RESULT_KIND = Column(
    "kind",
    _TEXT,
    Text("結果の種類", "kind"),
    Text("何を設定する結果か", "what the result designates"),
    codes=codes(RESULT_KIND_LABELS),
    width=24,
)
RESULT_TITLE = Column(
    "title",
    _TEXT,
    Text("結果", "title"),
    Text("結果の名称", "name of the result"),
    width=24,
)
UNIT = Column(
    "unit",
    _TEXT,
    Text("単位", "unit"),
    Text("区域の単位", "what the unit is"),
    codes=codes(UNIT_KIND_LABELS),
)
UNIT_ID = Column(
    "unit_id",
    _CODE,
    Text("区域ID", "unit id"),
    Text("実行の中で一意な区域のID", "of the unit, unique in a run"),
    width=24,
)
UNIT_NAME = Column(
    "name",
    _TEXT,
    Text("区域名", "name"),
    Text("区域、地点または医療機関の名称", "of the unit, point or institution"),
    width=24,
)
MUNICIPALITY_CODES = Column(
    "municipality_codes",
    _LIST,
    Text("市区町村コード", "municipality codes"),
    Text("区域がかかる市区町村の5桁のコード", "of the municipalities that it lies in, five digits"),
)
MEDICAL_AREA_CODES = Column(
    "medical_area_codes",
    _LIST,
    Text("二次医療圏コード", "medical area codes"),
    Text("それらの二次医療圏の4桁のコード", "of their medical areas, four digits"),
)
UNIT_STATE = replace(
    STATE,
    about=Text(
        "どの区域も結果ごとに必ず1つの状態です", "every unit has exactly one in each result"
    ),
)
UNIT_REASON = replace(
    REASON,
    label=Text("理由", "reason"),
    about=Text(
        "設定（案）なら計画に書く設定理由、ほかはその状態の理由",
        "of a designated unit as the plan must say it, of others why not",
    ),
)
CLAUSES = Column(
    "clauses",
    ColumnKind.RECORDS,
    Text("判定の内訳", "clauses"),
    Text("選定ごとの判定、内容と理由を順に", "what each selection found of it, and why, in order"),
    width=60,
)
SELECTED_BY = Column(
    "selected_by",
    _LIST,
    Text("該当した選定", "selected by"),
    Text("区域を含めた選定のID", "ids of the selections that take it in"),
)
UNIT_KM2 = Column(
    "unit_km2",
    _NUMBER,
    Text("区域全体の面積", "area of the whole unit"),
    Text("切り取る前の区域の面積", "before anything is cut away"),
    "km²",
    decimals=2,
)
SOURCE = Column(
    "source",
    _TEXT,
    Text("出典の行", "row it came from"),
    Text("一覧のファイル名と行番号", "file and row of the list"),
    width=26,
)
UNIT_IDS = replace(
    UNIT_ID,
    name="unit_ids",
    kind=_LIST,
    label=Text("区域ID", "unit ids"),
    about=Text("この範囲にかかる区域のID", "units that share this ground"),
)
UNIT_NAMES = replace(
    UNIT_NAME,
    name="unit_names",
    kind=_LIST,
    label=Text("区域名", "unit names"),
    about=Text("この範囲にかかる区域の名称", "names of those units"),
)
_UNIT_LEDGER = replace(
    LEDGER, about=Text("区域から除いた範囲と面積を順に", "what was taken from the unit, in order")
)
_DESIGNATED_KM2 = replace(
    AREA_KM2,
    about=Text("設定する範囲の面積（切り取り後）", "of the ground that is designated, after cuts"),
)
_PEOPLE_INSIDE = replace(
    POPULATION,
    about=Text(
        "設定する範囲の人口。人口のない実行では空欄です",
        "people on the ground that is designated; empty where the run has no population",
    ),
)


def clause_record(clause: Clause, lang: Lang) -> dict[str, Json]:
    """Return a clause as JSON has it."""
    return {
        "id": clause.select,
        "role": clause.role.value,
        "truth": clause.truth.value,
        "text": clause.text.render(lang),
        "reason": clause.reason.render(lang) if clause.reason else None,
    }


def _clauses(row: UnitRow, lang: Lang) -> Value:
    return tuple(clause_record(clause, lang) for clause in row.verdict.clauses)


def _clauses_in_words(row: UnitRow, lang: Lang) -> str:
    return "\n".join(clause_words(clause).render(lang) for clause in row.verdict.clauses)


def _people(row: UnitRow, _lang: Lang) -> Value | None:
    return None if row.verdict.population is None else round(row.verdict.population, 1)


def _cuts(row: UnitRow, _lang: Lang) -> Value:
    return tuple(cut_record(entry) for entry in row.verdict.ledger)


def _cuts_in_words(row: UnitRow, lang: Lang) -> str:
    return "; ".join(removed(entry, lang) for entry in row.verdict.ledger)


def _source(row: UnitRow, _lang: Lang) -> Value | None:
    entry = row.verdict.unit.entry
    if entry is None or not entry.file:
        return None
    return entry.file if entry.row is None else f"{entry.file}:{entry.row}"


_PLAN: tuple[Filled[UnitRow], ...] = plan_columns(lambda row: row.verdict)
#: Of ``units.csv``, ``units.geojson`` and the layers of units.
UNIT_COLUMNS: tuple[Filled[UnitRow], ...] = (
    Filled(RESULT, lambda r, _: r.verdict.result),
    Filled(RESULT_KIND, lambda r, _: r.ground.kind.value),
    Filled(UNIT, lambda r, _: r.verdict.unit.kind.value),
    Filled(UNIT_ID, lambda r, _: r.verdict.unit.id),
    Filled(UNIT_NAME, lambda r, _: r.verdict.unit.name),
    Filled(MUNICIPALITY_CODES, lambda r, _: r.verdict.unit.municipality_codes),
    Filled(MUNICIPALITY, lambda r, _: r.verdict.unit.municipality),
    Filled(MEDICAL_AREA_CODES, lambda r, _: r.verdict.unit.area_codes),
    Filled(MEDICAL_AREA, lambda r, lang: listed(r.areas, lang)),
    Filled(
        UNIT_STATE,
        lambda r, _: r.verdict.state.value,
        lambda r, lang: r.state.render(lang),
    ),
    Filled(UNIT_REASON, lambda r, lang: r.verdict.reason.render(lang)),
    *chosen(_PLAN, "service"),
    Filled(CLAUSES, _clauses, _clauses_in_words),
    Filled(SELECTED_BY, lambda r, _: r.verdict.met),
    *chosen(_PLAN, "councils", "page", "on_application"),
    Filled(UNIT_KM2, lambda r, _: round(r.verdict.unit_km2, _KM2_DECIMALS)),
    Filled(_DESIGNATED_KM2, lambda r, _: round(r.verdict.area_km2, _KM2_DECIMALS)),
    Filled(_PEOPLE_INSIDE, _people),
    Filled(VALID_FROM, lambda r, _: r.verdict.valid_from),
    Filled(VALID_TO, lambda r, _: r.verdict.valid_to),
    Filled(RADIUS_M, lambda r, _: r.verdict.unit.radius_m),
    Filled(_UNIT_LEDGER, _cuts, _cuts_in_words),
    Filled(SOURCE, _source),
)


def _facility_id(row: UnitRow, _lang: Lang) -> Value | None:
    unit = row.verdict.unit
    return unit.code if unit.kind is UnitKind.FACILITY else None


_BY_NAME = {column.name: column for column in UNIT_COLUMNS}
#: Of a unit in ``spots.geojson``: what a circle has there, then what only a unit has.
UNIT_SPOT_COLUMNS: tuple[Filled[UnitRow], ...] = (
    Filled(FACILITY_ID, _facility_id),
    _BY_NAME["name"],
    Filled(CRITERIA, lambda _r, _: ()),
    Filled(MUNICIPALITY_CODE, lambda r, _: list_text(r.verdict.unit.municipality_codes)),
    _BY_NAME["municipality"],
    Filled(MEDICAL_AREA_CODE, lambda r, _: list_text(r.verdict.unit.area_codes)),
    *(
        _BY_NAME[name]
        for name in (
            *("medical_area", "radius_m", "area_km2", "reason", "valid_from", "valid_to"),
            *("unit", "unit_id", "kind", "result", "service", "ledger", "population"),
        )
    ),
)
#: Behind these, as of circles, those in which some spot has a word to say.
UNIT_SPOT_PLAN = tuple(column for column in _PLAN if column not in UNIT_SPOT_COLUMNS)


def unit_groups() -> Iterator[SheetGroup[UnitRow]]:
    """Yield the columns that the sheet of all units may need, in reading order."""
    number: Filled[UnitRow] = Filled(RUNNING_NUMBER, lambda r, _: r.number)
    title: Filled[UnitRow] = Filled(RESULT_TITLE, lambda r, lang: r.ground.title.render(lang))
    known = (*UNIT_COLUMNS, number, title)

    def group(title: Text, *names: str) -> SheetGroup[UnitRow]:
        return SheetGroup(title, chosen(known, *names))

    yield group(Text("区域", "Unit"), "number", "title", "name")
    yield group(Text("種別・圏域", "Kind and area"), "kind", "unit", "municipality", "medical_area")
    yield group(Text("判定", "Verdict"), "state", "reason", "clauses")
    plan = ("service", "councils", "page", "on_application")
    yield group(Text("計画への記載", "For the plan"), *plan)
    size = ("unit_km2", "area_km2", "population", "radius_m", "ledger")
    yield group(Text("設定する範囲", "Ground"), *size, "valid_from", "valid_to")
    codes_of = ("result", "unit_id", "municipality_codes", "medical_area_codes", "source")
    yield group(Text("出典", "Origin"), *codes_of)


#: Of ``results_dissolved.geojson``: a connected piece of what one result designates.
RESULT_PIECE_COLUMNS = (RESULT, RESULT_KIND, RESULT_TITLE, UNIT_IDS, UNIT_NAMES, AREA_KM2)
#: Of the layer of the same name.
RESULT_PIECES_LAYER = (RESULT, RESULT_KIND, RESULT_TITLE, PIECE, AREA_KM2)


def with_results(columns: tuple[Column, ...], result: RunResult) -> tuple[Column, ...]:
    """Return columns whose ids of results have the words of a run's policy."""
    known = tuple(Code(ground.id, ground.title) for ground in result.grounds)
    return tuple(replace(c, codes=known) if c.name == RESULT.name else c for c in columns)
