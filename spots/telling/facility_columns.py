"""Columns of the facility tables: who and where, the verdict, and where it is written of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from groundfloor.problems import Lang, Text
from spots.telling.assumption_columns import (
    ASSUMPTION_COLUMNS,
    ASSUMPTIONS,
    DIFFERING,
    TURNING_COLUMNS,
    TURNING_STATE,
    UNDER_ASSUMPTION,
    assumption_columns,
    turning_groups,
)
from spots.telling.columns import (
    ACCURACIES,
    AREA_CLASSES,
    ROLES,
    STATES,
    Column,
    ColumnKind,
    FacilityRow,
    Filled,
    SheetGroup,
    Value,
    chosen,
)
from spots.telling.labels import criteria_marks, type_marks
from spots.telling.plan_columns import REASON, given_columns, plan_columns
from spots.telling.position_columns import LOOKUP_COLUMNS, REVIEW_COLUMNS, asked_for_positions
from spots.telling.prefecture_columns import PREFECTURE, WHOSE_COLUMNS
from spots.telling.straight_columns import (
    BASIS,
    STRAIGHT_COLUMNS,
    straight_columns,
    straight_groups,
)
from spots.telling.travel_columns import (
    EVIDENCE_COLUMNS,
    NEXT_NAME,
    NEXT_TIME,
    REACH_COLUMNS,
    THRESHOLD_MS,
    TRAVEL_COLUMNS,
    travel_groups,
)
from spots.types import Position, ReasonBasis, RunResult, Spot

_TEXT, _CODE, _LIST = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.LIST
_NUMBER, _DAY = ColumnKind.NUMBER, ColumnKind.DAY

FACILITY_ID = Column(
    "facility_id",
    _CODE,
    Text("施設ID", "facility id"),
    Text(
        "一覧のID。ない場合は名称と市町村から作ったID",
        "the list's own id, or one made from name and municipality",
    ),
    width=16,
)
NAME = Column(
    "name",
    _TEXT,
    Text("医療機関名", "name"),
    Text("最初に現れた一覧での名称", "as the first list that has it writes it"),
    width=28,
)
ROLE = Column(
    "role",
    _TEXT,
    Text("役割", "role"),
    Text("判定の対象か、到達先としてのみ使うか", "judged, or only a destination"),
    codes=ROLES,
    width=12,
)
FACILITY_TYPES = Column(
    "types",
    _LIST,
    Text("種別", "types"),
    Text("一覧による施設の種別（①②③）", "what the lists say it is (①②③)"),
    width=8,
    centred=True,
)
STATE = Column(
    "state",
    _TEXT,
    Text("状態", "state"),
    Text("どの施設も必ず1つの状態です", "every facility has exactly one"),
    codes=STATES,
    width=21,
)
CRITERIA = Column(
    "criteria",
    _LIST,
    Text("該当要件", "criteria met"),
    Text("該当した要件の番号", "numbers of the criteria that are met"),
    width=9,
    centred=True,
)
NOT_GIVEN_CRITERIA = Column(
    "criteria_not_given",
    _LIST,
    Text("一覧未提供の要件", "criteria without a list"),
    Text(
        "一覧が与えられず判定していない要件の番号（そのような要件のある結果だけの列）",
        "numbers of the criteria that are open for want of a list; only in results that have any",
    ),
    width=9,
    centred=True,
)
STATE_REASON = Column(
    "state_reason",
    _TEXT,
    Text("状態の理由", "reason of the state"),
    Text("その状態となった理由", "why it ended in this state"),
    width=44,
)
MUNICIPALITY_CODE = Column(
    "municipality_code",
    _CODE,
    Text("市区町村コード", "municipality code"),
    Text("5桁の全国地方公共団体コード", "five digits, JIS X 0402"),
    width=11,
)
MUNICIPALITY = Column(
    "municipality",
    _TEXT,
    Text("市町村", "municipality"),
    Text("位置または一覧による市町村", "by the position, or by the list"),
    width=13,
    centred=True,
)
MEDICAL_AREA_CODE = Column(
    "medical_area_code",
    _CODE,
    Text("二次医療圏コード", "medical area code"),
    Text("4桁の二次医療圏コード", "four digits"),
    width=11,
)
MEDICAL_AREA = Column(
    "medical_area",
    _TEXT,
    Text("二次医療圏", "medical area"),
    Text("市町村が属する二次医療圏", "that the municipality belongs to"),
    centred=True,
)
AREA_CLASS = Column(
    "area_class",
    _TEXT,
    Text("区域の区分", "area class"),
    Text("医師偏在指標による二次医療圏の区分", "of the medical area, by the physician index"),
    codes=AREA_CLASSES,
    width=16,
)
LON = Column(
    "lon",
    _NUMBER,
    Text("経度", "longitude"),
    Text("施設の経度（JGD2011）", "of the facility, JGD2011"),
    "°",
    width=12,
    decimals=6,
)
LAT = Column(
    "lat",
    _NUMBER,
    Text("緯度", "latitude"),
    Text("施設の緯度（JGD2011）", "of the facility, JGD2011"),
    "°",
    width=12,
    decimals=6,
)
ACCURACY = Column(
    "accuracy",
    _TEXT,
    Text("位置の精度", "accuracy"),
    Text("一覧の地点か、町丁目の代表点か", "the list's own point, or the town block's"),
    codes=ACCURACIES,
)
ADDRESS = Column(
    "address",
    _TEXT,
    Text("所在地", "address"),
    Text("一覧に書かれた所在地", "as the list writes it"),
    width=30,
)
SITE = Column(
    "site",
    _CODE,
    Text("敷地", "site"),
    Text(
        "同じ敷地の施設に共通の符号。互いを「他の病院」としません",
        "shared by facilities of one site, which are never each other's other",
    ),
)
REMARK = Column(
    "remark",
    _TEXT,
    Text("備考", "remark"),
    Text("一覧の備考", "the list's remark"),
    width=22,
)
KANA = Column(
    "kana",
    _TEXT,
    Text("読み", "reading"),
    Text(
        "一覧の読み（フリガナ）。どれかの施設にあるときだけの列",
        "its reading, where a list gives any",
    ),
    width=22,
)
POSITION_PROBLEM = Column(
    "position_problem",
    _TEXT,
    Text("位置の問題", "problem of the position"),
    Text("座標がない、または疑わしい理由", "why it has no position, or a doubtful one"),
)
PLACE_PROBLEM = Column(
    "place_problem",
    _TEXT,
    Text("所在市町村の問題", "problem of the place"),
    Text(
        "位置と所在地の市町村が一致しないなどの理由",
        "where position and address disagree, or the point lies nowhere",
    ),
)
SOURCES = Column(
    "sources",
    _LIST,
    Text("出典の行", "rows it came from"),
    Text("一覧のファイル名と行番号", "files and rows of the lists"),
    width=26,
)
RUNNING_NUMBER = Column(
    "number",
    ColumnKind.INTEGER,
    Text("番号", "no."),
    Text("表の中での順番", "its place in the table"),
    width=5,
)
#: Where the 別表 of the same workbook has numbers of its own, which people quote.
LINE_NUMBER = replace(RUNNING_NUMBER, label=Text("通し番号", "line"), width=9)
PROBLEMS = Column(
    "problems",
    _TEXT,
    Text("位置・所在の問題", "problems"),
    Text("位置と所在市町村の問題", "problems of position and place"),
    width=24,
)


def _of_position(column: Column, of: Callable[[Position], Value | None]) -> Filled[FacilityRow]:
    def value(row: FacilityRow, _lang: Lang) -> Value | None:
        position = row.verdict.facility.position
        return None if position is None else of(position)

    return Filled(column, value)


def _text(problem: Text | None, lang: Lang) -> str | None:
    return None if problem is None else problem.render(lang)


_IDENTITY: tuple[Filled[FacilityRow], ...] = (
    Filled(FACILITY_ID, lambda r, _: r.verdict.facility.id),
    Filled(NAME, lambda r, _: r.verdict.facility.name),
    Filled(ROLE, lambda r, _: r.verdict.facility.role.value),
    Filled(
        FACILITY_TYPES,
        lambda r, _: tuple(sorted(t.value for t in r.verdict.facility.types)),
        lambda r, _: type_marks(r.verdict.facility.types),
    ),
    Filled(STATE, lambda r, _: r.verdict.state.value),
    Filled(
        CRITERIA,
        lambda r, _: r.verdict.criteria,
        lambda r, _: criteria_marks(r.result, r.verdict.criteria),
    ),
    Filled(STATE_REASON, lambda r, lang: r.verdict.state_reason.render(lang)),
    Filled(MUNICIPALITY_CODE, lambda r, _: r.verdict.place.municipality_code),
    Filled(MUNICIPALITY, lambda r, _: r.verdict.place.municipality),
    Filled(MEDICAL_AREA_CODE, lambda r, _: r.verdict.place.area_code),
    Filled(MEDICAL_AREA, lambda r, _: r.verdict.place.area),
    Filled(AREA_CLASS, lambda r, _: r.verdict.place.area_class.value),
    _of_position(LON, lambda p: round(p.lon, 7)),
    _of_position(LAT, lambda p: round(p.lat, 7)),
    _of_position(ACCURACY, lambda p: p.accuracy.value),
)
_ORIGIN: tuple[Filled[FacilityRow], ...] = (
    Filled(ADDRESS, lambda r, _: r.verdict.facility.address),
    Filled(SITE, lambda r, _: r.verdict.facility.site),
    Filled(REMARK, lambda r, _: r.verdict.facility.remark),
    Filled(POSITION_PROBLEM, lambda r, lang: _text(r.verdict.facility.position_problem, lang)),
    Filled(PLACE_PROBLEM, lambda r, lang: _text(r.verdict.place.problem, lang)),
    Filled(SOURCES, lambda r, _: tuple(f"{s.file}:{s.row}" for s in r.verdict.facility.rows)),
)
# What came after the others: some sheets count columns, so a new one goes to the end of these.
_LATER: tuple[Filled[FacilityRow], ...] = (*TURNING_COLUMNS, *REACH_COLUMNS, BASIS)
_WITHOUT_LIST: Filled[FacilityRow] = Filled(
    NOT_GIVEN_CRITERIA,
    lambda r, _: tuple(o.number for o in r.verdict.outcomes if not o.given),
    lambda r, _: criteria_marks(
        r.result, tuple(o.number for o in r.verdict.outcomes if not o.given)
    ),
)
_READING: Filled[FacilityRow] = Filled(KANA, lambda r, _: r.verdict.facility.kana)
# What the plan says of its spot; the reason only where it is another than that of the state.
SPOT_REASON = replace(REASON, name="spot_reason")
_PLAN: tuple[Filled[FacilityRow], ...] = (
    Filled(SPOT_REASON, lambda r, lang: _text(r.spot.reason if r.spot else None, lang)),
    *plan_columns(lambda row: row.spot),
)


def _plan(result: RunResult) -> tuple[Filled[FacilityRow], ...]:
    """Return the columns of the plan in which some spot of a run has a word to say."""
    own = any(s.reason_basis is not ReasonBasis.POLICY for s in result.spots)
    return chosen(_PLAN, *((SPOT_REASON.name,) if own else ()), *given_columns(result.spots))


def facility_columns(result: RunResult) -> tuple[Filled[FacilityRow], ...]:
    """Return the columns of every file of facilities of `result`.

    The contract's first, then evidence, then the single assumptions of this run, then origin; what
    was added later (`_LATER`) stands last, and behind it what only some runs have.
    """
    some = () if all(c.given for c in result.settings.criteria) else (_WITHOUT_LIST,)
    measured = (*TRAVEL_COLUMNS, *EVIDENCE_COLUMNS, DIFFERING)
    return (
        *_IDENTITY,
        *measured,
        *assumption_columns(result),
        *_ORIGIN,
        *_LATER,
        *some,
        *_plan(result),
        *(LOOKUP_COLUMNS if asked_for_positions(result) else ()),
        *((_READING,) if any(v.facility.kana for v in result.verdicts) else ()),
        *straight_columns(result),
        *(WHOSE_COLUMNS if result.settings.prefectures else ()),
    )


def documented_columns() -> tuple[Column, ...]:
    """Return the columns of facility files whatever the run; each assumption's once, with …."""
    assumed = tuple(replace(column, name=f"…_{column.name}") for column in ASSUMPTION_COLUMNS)
    measured = (*TRAVEL_COLUMNS, *EVIDENCE_COLUMNS, DIFFERING)
    before = (c.column for c in (*_IDENTITY, *measured))
    later = (
        *_ORIGIN,
        *_LATER,
        _WITHOUT_LIST,
        *_PLAN,
        *LOOKUP_COLUMNS,
        _READING,
        *STRAIGHT_COLUMNS,
        *WHOSE_COLUMNS,
    )
    return (*before, *assumed, *(c.column for c in later))


def facility_rows(result: RunResult) -> tuple[FacilityRow, ...]:
    """Return every facility of a run exactly once, in input order."""
    spots = {s.facility_id: s for s in result.spots}
    return tuple(
        FacilityRow(number, verdict, spots.get(verdict.facility.id), result)
        for number, verdict in enumerate(result.verdicts, 1)
    )


def review_columns() -> tuple[Filled[FacilityRow], ...]:
    """Return the columns of ``positions.csv``: which facility, where it stands, and by what."""
    which = (FACILITY_ID, NAME, MUNICIPALITY, ADDRESS, LAT, LON)
    accuracy = _of_position(replace(ACCURACY, name="position_accuracy"), lambda p: p.accuracy.value)
    known = chosen((*_IDENTITY, *_ORIGIN), *(column.name for column in which))
    return (*known, accuracy, *REVIEW_COLUMNS)


def sheet_groups(result: RunResult) -> Iterator[SheetGroup[FacilityRow]]:
    """Yield the columns that the sheet of all facilities may need, in reading order.

    Parameters
    ----------
    result : RunResult
        The run, whose assumptions have a column each.
    """
    known = (*_IDENTITY, *_ORIGIN, Filled(LINE_NUMBER, lambda r, _: r.number))
    known = (*known, Filled(PROBLEMS, _problems), _WITHOUT_LIST, *LOOKUP_COLUMNS, *WHOSE_COLUMNS)
    without = () if all(c.given for c in result.settings.criteria) else (NOT_GIVEN_CRITERIA.name,)

    def group(title: Text, *names: str) -> SheetGroup[FacilityRow]:
        return SheetGroup(title, chosen(known, *names))

    yield group(Text("医療機関", "Institution"), "number", "facility_id", "name")
    whose = (PREFECTURE.name,) if result.settings.prefectures else ()
    area = (*whose, "medical_area", "municipality", "area_class")
    yield group(Text("種別・圏域", "Kind and area"), "types", "role", *area)
    yield group(Text("判定", "Verdict"), "state", "criteria", *without, "state_reason")
    yield from travel_groups(result.straight)
    yield from straight_groups(result)
    yield from turning_groups(result)
    yield SheetGroup(Text("スポットの区域", "Spot"), tuple(_of_spots()))
    if plan := _plan(result):
        yield SheetGroup(Text("計画への記載", "For the plan"), plan)
    where = ("municipality_code", "medical_area_code", "lat", "lon", "accuracy")
    asked = [c.name for c in LOOKUP_COLUMNS] if asked_for_positions(result) else []
    yield group(Text("位置", "Position"), "address", *where, *asked, "problems")
    yield group(Text("出典", "Origin"), "remark", "sources")


def _problems(row: FacilityRow, lang: Lang) -> str:
    found: Iterable[Text | None] = (
        row.verdict.facility.position_problem,
        row.verdict.place.problem,
    )
    return "\n".join(dict.fromkeys(p.render(lang) for p in found if p is not None))


# --- columns that spots share

AREA_KM2 = Column(
    "area_km2",
    _NUMBER,
    Text("面積", "area"),
    Text("切り取り後の面積（楕円体上）", "after cutting, on the ellipsoid"),
    "km²",
    width=12,
    decimals=2,
)
POPULATION = Column(
    "population",
    _NUMBER,
    Text("人口", "population"),
    Text("区画の陸地の面積で按分した人数", "people, in proportion to each cell's land"),
    "people",
    width=12,
    decimals=0,
)
VALID_FROM = Column(
    "valid_from",
    _DAY,
    Text("設定期間の開始", "valid from"),
    Text("設定期間の最初の日", "first day of the period"),
    width=17,
)
VALID_TO = Column(
    "valid_to",
    _DAY,
    Text("設定期間の終了", "valid to"),
    Text("設定期間の最後の日", "last day of the period"),
    width=17,
)


_SPOT_COLUMNS = tuple(
    replace(column, name=f"spot_{column.name}")
    for column in (AREA_KM2, POPULATION, VALID_FROM, VALID_TO)
)
#: Columns that the sheet of all facilities has and no file of machines.
SHEET_ONLY = (
    *(RUNNING_NUMBER, THRESHOLD_MS, NEXT_NAME, NEXT_TIME, TURNING_STATE, ASSUMPTIONS),
    *(UNDER_ASSUMPTION, *_SPOT_COLUMNS, PROBLEMS),
)


def _of_spots() -> Iterator[Filled[FacilityRow]]:
    parts: tuple[Callable[[Spot], Value | None], ...] = (
        lambda s: round(s.area_km2, 2),
        lambda s: s.population,
        lambda s: s.valid_from,
        lambda s: s.valid_to,
    )
    for column, of in zip(_SPOT_COLUMNS, parts, strict=True):

        def value(
            row: FacilityRow, _lang: Lang, of: Callable[[Spot], Value | None] = of
        ) -> Value | None:
            return of(row.spot) if row.spot else None

        yield Filled(column, value)
